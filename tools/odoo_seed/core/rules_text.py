"""Descriptions that could not be shown whole in Odoo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.html import is_too_deep

if TYPE_CHECKING:
    from odoo_seed.core.findings import Findings
    from odoo_seed.core.model import Project, Task


def check_texts(findings: Findings) -> None:
    """No description nests so deeply that words of it would be lost."""
    records: list[Project | Task] = [*findings.seed.projects, *findings.seed.tasks]
    for record in records:
        if record.description and is_too_deep(record.description):
            found = "quotes and lists are nested too deeply in the description"
            remedy = "write it with fewer levels; Odoo would not show the innermost words"
            findings.add(record, ("description",), "nested-too-deeply", found, remedy)
