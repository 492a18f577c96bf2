"""All problems for a job summary: whole rows within a size."""

from __future__ import annotations

from odoo_seed.core.problem_markdown import problems_as_markdown
from odoo_seed.core.problems import Problem


def many(number: int) -> list[Problem]:
    return [
        Problem("経理.yaml", n, 1, "x", f"problem {n}.", "fix it") for n in range(1, number + 1)
    ]


def test_every_problem_has_a_row_errors_first():
    warning = Problem("a.yaml", 1, 2, "y", "odd", severity="warning")
    assert problems_as_markdown([warning, *many(1)], 2, None) == (
        "### ❌ odoo-seed validate: Invalid: 1 error and 1 warning in 2 files.\n\n"
        "- ❌ `経理.yaml:1:1` problem 1. → fix it\n"
        "- ⚠️ `a.yaml:1:2` odd\n"
    )


def test_beyond_the_budget_whole_rows_are_left_out_and_counted():
    for budget in (100, 400, 1000, 5000):
        told = problems_as_markdown(many(200), 1, None, budget)
        assert len(told.encode()) <= budget
        rows = [line for line in told.splitlines() if line.startswith("- ")]
        assert all(row.endswith("→ fix it") for row in rows)
        if told:
            assert f"{200 - len(rows)} more problems: see the log of this step." in told
