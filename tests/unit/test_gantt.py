"""A Gantt chart: bars end on deadlines and span what is below them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import PROJECT, task

from odoo_seed.core.gantt import Gantt, gantt_of
from odoo_seed.core.model import Milestone, Project, Seed, Stage, Task


def chart(
    *tasks: Task, project: Project = PROJECT, milestones: tuple[Milestone, ...] = ()
) -> Gantt:
    return gantt_of(Seed(projects=(project,), tasks=tasks, milestones=milestones))


def spans(found: Gantt) -> dict[str, tuple[str, str] | None]:
    return {
        row.external_ref: (str(row.first), str(row.last)) if row.first else None
        for row in found.rows
    }


def test_a_bar_ends_on_the_deadline_and_eight_hours_fill_a_working_day():
    found = chart(
        task("A", deadline="2026-01-12", planned_hours=20.0),  # a Monday
        task("B", deadline="2026-01-12T15:00"),
        task("C"),
    )
    assert spans(found) == {
        "P": ("2026-01-08", "2026-01-12"),
        "A": ("2026-01-08", "2026-01-12"),
        "B": ("2026-01-12", "2026-01-12"),
        "C": None,
    }
    assert found.axis[0] == date(2026, 1, 5)
    assert found.bar(found.rows[1]) == (3, 7)
    assert found.bar(found.rows[3]) is None


def test_a_task_spans_its_subtasks_and_stands_above_them():
    found = chart(
        task("STEP", parent_external_ref="TOP", deadline="2026-01-07"),
        task("TOP", deadline="2026-01-20"),
        task("INNER", parent_external_ref="STEP", deadline="2026-01-05"),
        task("NEXT", deadline="2026-01-30"),
    )
    assert [(row.external_ref, row.level, row.look) for row in found.rows] == [
        ("P", 0, "project"),
        ("TOP", 1, "group"),
        ("STEP", 2, "group"),
        ("INNER", 3, "task"),
        ("NEXT", 1, "task"),
    ]
    assert spans(found)["TOP"] == ("2026-01-05", "2026-01-20")
    assert spans(found)["STEP"] == ("2026-01-05", "2026-01-07")


def test_a_project_has_its_own_dates_and_a_folded_stage_is_done():
    dated = replace(
        PROJECT,
        date_start=date(2026, 1, 1),
        date_end=date(2026, 3, 1),
        stages=(Stage("To Do"), Stage("Done", fold=True)),
    )
    found = chart(
        task("A", stage_name="Done", deadline="2026-02-02", assignee_emails=("ana@x.y", "bo@x.y")),
        project=dated,
        milestones=(Milestone("M", "P", "Closed", date(2026, 2, 5)),),
    )
    assert spans(found)["P"] == ("2026-01-01", "2026-03-01")
    assert [row.look for row in found.rows] == ["project", "milestone", "done"]
    assert found.rows[2].people == "ana, bo"


@pytest.mark.parametrize(
    ("days", "unit", "last"),
    [
        (399, "day", 399),
        (400, "week", 57),
        (2900, "month", 95),
        (30_000, "year", 82),
        (900_000, "year", 352),
    ],
)
def test_a_longer_time_is_drawn_in_larger_units(days: int, unit: str, last: int):
    start = date(2026, 1, 5)
    found = chart(
        task("A", deadline=str(start)), task("B", deadline=str(start + timedelta(days=days)))
    )
    assert found.unit == unit
    assert found.bar(found.rows[2]) == (last, last)
    assert len(found.axis) == last + 1


def test_without_dates_there_is_no_axis():
    assert chart(task("A")).axis == ()
