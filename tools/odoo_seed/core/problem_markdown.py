"""The problems of a seed as Markdown for a job summary, within a size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.escape import code, prose
from odoo_seed.core.problem_report import count, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.model import Seed
    from odoo_seed.core.problems import Problem

BUDGET = 1_000_000
"""UTF-8 bytes. GitHub drops a step's summary beyond 1 MiB, without a failure.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

_TAIL = 200
"""Bytes kept free for saying how many rows are left out."""

_MARKS = {"error": "❌", "warning": "⚠️"}


def problems_as_markdown(
    problems: Sequence[Problem], files: int, seed: Seed | None, budget: int = BUDGET
) -> str:
    """Return the verdict and all problems, or as many whole rows as fit, errors first.

    Args:
        budget: UTF-8 bytes that may be used; nothing is returned where not even the verdict fits.
    """
    mark = "❌" if seed is None else "✅"
    head = f"### {mark} odoo-seed validate: {prose(verdict(problems, files, seed))}\n"
    left = budget - len(head.encode()) - _TAIL
    if left < 0:
        return ""
    ordered = sorted(problems, key=lambda problem: problem.severity != "error")
    rows: list[str] = []
    for problem in ordered:
        row = _row(problem)
        left -= len(row.encode()) + 1
        if left < 0:
            break
        rows.append(row)
    if len(rows) < len(ordered):
        more = count(len(ordered) - len(rows), "more problem")
        rows.append(f"\n{more}: see the log of this step.")
    return "\n".join([head, *rows, ""]) if rows else head


def _row(problem: Problem) -> str:
    remedy = f" → {prose(problem.remedy)}" if problem.remedy else ""
    where = code(problem.location, 300)
    return f"- {_MARKS[problem.severity]} {where} {prose(problem.found)}{remedy}"
