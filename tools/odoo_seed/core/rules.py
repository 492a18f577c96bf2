"""The rules a seed keeps beyond its schema: every record seen together with all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.findings import Findings
from odoo_seed.core.problems import Problem
from odoo_seed.core.rules_dates import check_dates
from odoo_seed.core.rules_graph import check_cycles
from odoo_seed.core.rules_policy import check_policy
from odoo_seed.core.rules_project import check_projects
from odoo_seed.core.rules_refs import check_refs
from odoo_seed.core.rules_text import check_texts

if TYPE_CHECKING:
    from collections.abc import Container

    from odoo_seed.core.findings import LocateField
    from odoo_seed.core.model import Pointer, Seed
    from odoo_seed.core.policy import Policy


class _Anything:
    def __contains__(self, item: object) -> bool:
        return True


ANYTHING: Container[str] = _Anything()
"""For `unsure`: a file could not be read at all, so any ref may be defined there."""


def check_seed(
    seed: Seed,
    policy: Policy,
    *,
    locate: LocateField | None = None,
    unsure: Container[str] = (),
    faulty: Container[tuple[str, Pointer]] = (),
    empty_is_error: bool = True,
    where: str = "odoo_seed",
) -> list[Problem]:
    """Return all problems of a seed, from files or from the database, in no special order.

    A problem of a record without a source stands at line 1 of its table, such as
    ``odoo_seed.tasks``; what was found names the ref.

    Args:
        locate: Line and column of a field, for records that came from a file.
        unsure: Refs that may be defined in what could not be read: never called unknown.
        faulty: Path and place of values that were left out because they were wrong.
        empty_is_error: Whether a seed without a program and project is a problem.
        where: The path of a problem with the seed as a whole.
    """
    if not seed.programs and not seed.projects:
        if not empty_is_error:
            return []
        found = "the seed holds no program and no project"
        remedy = "an empty seed would archive everything; write at least one project"
        return [Problem(where, 1, 1, "empty-seed", found, remedy)]
    findings = Findings(seed, locate, unsure, faulty)
    check_refs(findings)
    check_projects(findings)
    check_dates(findings)
    check_texts(findings)
    check_cycles(findings)
    check_policy(findings, policy)
    return findings.problems
