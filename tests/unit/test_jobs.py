"""How many connections a seed takes when nobody says so."""

from __future__ import annotations

import pytest

from odoo_seed.apply import MOST_JOBS, choose_jobs
from odoo_seed.core.plan import Change, Plan

WORKERS = 4
"""Of a small Odoo."""


def plan_of(creates: int, updates: int = 0) -> Plan:
    changes = [Change("create", "task", f"N{n}", "P", "New") for n in range(creates)]
    changes += [Change("update", "task", f"U{n}", "P", "Old") for n in range(updates)]
    return Plan("default", tuple(changes))


@pytest.mark.parametrize(
    ("seconds", "jobs"),
    [(0.01, 3), (0.19, 3), (0.2, 2), (0.5, 2), (0.51, 1), (9.0, 1), (float("inf"), 1)],
)
def test_the_slower_the_server_answers_the_fewer_connections_it_gets(
    seconds: float, jobs: int
) -> None:
    assert choose_jobs(plan_of(1000), seconds) == jobs


@pytest.mark.parametrize(("creates", "updates", "jobs"), [(199, 5000, 1), (200, 0, 3)])
def test_one_is_enough_for_few_new_records(creates: int, updates: int, jobs: int) -> None:
    assert choose_jobs(plan_of(creates, updates), 0.01) == jobs


def test_a_fifth_of_the_workers_is_left_to_people() -> None:
    assert MOST_JOBS <= 0.8 * WORKERS < MOST_JOBS + 1
