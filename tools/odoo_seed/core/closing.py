"""Periods that are closed: their records stay as they are in Odoo when the template changes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.live import CLOSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.live import Key, LiveRecord
    from odoo_seed.core.values import SeedIndex

BY_YAML = "the YAML closes the period"
BY_TASKS = "all its tasks are done"


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A project of a closed period that is not as git says.

    Attributes:
        instance: Template, period and company, in words.
        why: Why the period counts as closed.
        differing: How many of its records differ from git, or are missing.
    """

    external_ref: str
    instance: str
    why: str
    differing: int


def closed_projects(index: SeedIndex, records: Mapping[Key, LiveRecord]) -> dict[str, str]:
    """Return why a period is closed, by the ref of its project.

    A period without tasks in Odoo is not done, it has not begun.

    Args:
        records: What Odoo holds, live or as mirrored.
    """
    made = [project for project in index.seed.projects if project.instance is not None]
    if not made:
        return {}
    states: defaultdict[str, set[bool]] = defaultdict(set)
    for (kind, _), record in records.items():
        if kind == "task" and record.values.get("is_active"):
            ref = str(record.values.get("project_external_ref") or "")
            states[ref].add(record.state in CLOSED)
    closed: dict[str, str] = {}
    for project in made:
        if project.instance and project.instance.closed:
            closed[project.external_ref] = BY_YAML
        elif states.get(project.external_ref) == {True}:
            closed[project.external_ref] = BY_TASKS
    return closed
