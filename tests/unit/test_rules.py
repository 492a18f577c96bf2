"""The rules on records alone, as for a seed that came from the database by SQL."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.model import Milestone, Program, Project, Seed, Source, Stage, Task
from odoo_seed.core.policy import Policy
from odoo_seed.core.rules import ANYTHING, check_seed

PROJECT = Project("CLOSE", "January close", "TBWA\\SMP")
TAX = Project("TAX", "Tax filings", "TBWA\\SMP")


def task(ref: str, project: str = "CLOSE", **values: Any) -> Task:
    return Task(ref, project, ref, **values)


def seed(*tasks: Task, project: Project = PROJECT, **kinds: Any) -> Seed:
    return Seed(projects=(project, TAX), tasks=tasks, **kinds)


def codes(given_seed: Seed, **options: Any) -> list[str]:
    return [problem.code for problem in check_seed(given_seed, Policy(), **options)]


def test_a_sound_seed_has_no_problem():
    sound = seed(task("A"), task("B", depends_on_refs=("A",), parent_external_ref="A"))

    assert check_seed(sound, Policy()) == []


def test_a_row_without_a_source_is_placed_in_its_table_and_named():
    (problem,) = check_seed(seed(task("A", depends_on_refs=("B9",))), Policy())

    assert problem.location == "odoo_seed.tasks:1:1"
    assert problem.place == "depends_on_refs[0]"
    assert "B9" in problem.found


def test_a_row_that_was_loaded_is_placed_at_its_line():
    row = task("A", depends_on_refs=("B9",), source=Source("seed/close.yaml", 41))

    (problem,) = check_seed(seed(row), Policy())

    assert problem.location == "seed/close.yaml:41:1"


def test_a_field_is_placed_where_the_file_has_it():
    source = Source("close.yaml", 41, 9, ("projects", 0, "tasks", 3))
    asked = []

    def locate(where: Source, pointer: tuple[str | int, ...], *, key: bool) -> tuple[int, int]:
        asked.append((where, pointer, key))
        return 47, 11

    (problem,) = check_seed(
        seed(task("A", depends_on_refs=("B9",), source=source)), Policy(), locate=locate
    )

    assert asked == [(source, ("depends_on_refs", 0), False)]
    assert (problem.line, problem.column) == (47, 11)
    assert problem.place == "projects[0].tasks[3].depends_on_refs[0]"


def test_what_may_be_defined_in_an_unread_file_is_not_called_unknown():
    dangling = Seed(
        programs=(Program("p", "P", parent_slug="q"),),
        projects=(replace(PROJECT, program_slug="r"),),
        tasks=(
            task("A", depends_on_refs=("B",), parent_external_ref="C", milestone_external_ref="M"),
        ),
    )

    assert len(codes(dangling)) == 5
    assert codes(dangling, unsure={"B", "C", "M"}) == ["unknown-program", "unknown-program"]
    assert codes(dangling, unsure=ANYTHING) == []


def test_a_row_of_a_project_that_is_not_there_is_found():
    rows = seed(task("A", "GONE"), milestones=(Milestone("M", "GONE", "Books closed"),))

    assert codes(rows) == ["unknown-project", "unknown-project"]


@pytest.mark.parametrize("kind", ["program", "project", "milestone", "task"])
def test_refs_are_unique_in_their_kind_and_both_places_are_named(kind: str):
    first, second = Source("a.yaml", 3), Source("b.yaml", 7)
    twice = {
        "program": Seed(
            programs=(Program("p", "P", source=first), Program("p", "Q", source=second))
        ),
        "project": Seed(projects=(replace(PROJECT, source=first), replace(PROJECT, source=second))),
        "milestone": seed(
            milestones=(
                Milestone("M", "CLOSE", "A", source=first),
                Milestone("M", "TAX", "B", source=second),
            )
        ),
        "task": seed(task("A", source=first), task("A", "TAX", source=second)),
    }[kind]

    (problem,) = check_seed(twice, Policy())

    assert problem.code == "duplicate-ref"
    assert problem.path == "b.yaml"
    assert "a.yaml:3" in problem.found


def test_a_former_ref_may_not_be_in_use():
    rows = seed(task("A", previous_refs=("B", "A")), task("B"), task("C", previous_refs=("B",)))

    assert codes(rows) == ["previous-ref-in-use"] * 3


def test_a_former_ref_of_a_task_may_be_a_projects_ref():
    assert codes(seed(task("A", previous_refs=("CLOSE",)))) == []


def test_a_cycle_over_parents_and_dependencies_is_named_step_by_step():
    rows = seed(
        task("A", depends_on_refs=("B",)),
        task("B", parent_external_ref="C"),
        task("C", depends_on_refs=("A",)),
    )

    (problem,) = check_seed(rows, Policy())

    assert problem.code == "parent-dependency-cycle"
    assert problem.found == "A depends on B, which is a subtask of C, which depends on A"


def test_a_subtask_may_depend_on_its_parent():
    assert codes(seed(task("A"), task("B", parent_external_ref="A", depends_on_refs=("A",)))) == []


def test_a_very_long_cycle_is_named_in_part():
    size = 200
    rows = [task(f"T{n}", depends_on_refs=(f"T{(n + 1) % size}",)) for n in range(size)]

    (problem,) = check_seed(seed(*rows), Policy())

    assert "T0 → T1 → " in problem.found
    assert "(150 more) → T0" in problem.found


@pytest.mark.parametrize(
    ("deadline", "inside"),
    [
        ("2026-01-04", False),
        ("2026-01-04T23:59", False),
        ("2026-01-05", True),
        ("2026-01-31T23:59", True),
        ("2026-02-01", False),
    ],
)
def test_a_deadline_is_inside_its_project_both_ends_included(deadline: str, inside: bool):
    project = replace(PROJECT, date_start=date(2026, 1, 5), date_end=date(2026, 1, 31))
    found = codes(seed(task("A", deadline=deadline), project=project))

    assert found == ([] if inside else ["deadline-outside-project"])


def test_dates_in_the_wrong_order_are_one_problem_not_one_a_task():
    project = replace(PROJECT, date_start=date(2026, 1, 31), date_end=date(2026, 1, 5))

    assert codes(seed(task("A", deadline="2026-01-15"), project=project)) == ["dates-out-of-order"]


@pytest.mark.parametrize(
    ("before", "after", "fine"),
    [
        ("2026-01-09", "2026-01-09", True),
        ("2026-01-09", "2026-01-09T09:00", True),
        ("2026-01-09T17:00", "2026-01-09", True),
        ("2026-01-09T17:00", "2026-01-09T09:00", False),
        ("2026-01-10", "2026-01-09T09:00", False),
        ("2026-01-10", "2026-01-09", False),
        ("2025-12-31", "2026-01-01", True),
    ],
)
def test_a_task_due_before_what_it_depends_on_is_a_warning(before: str, after: str, fine: bool):
    rows = seed(task("A", deadline=before), task("B", deadline=after, depends_on_refs=("A",)))

    found = check_seed(rows, Policy())

    assert [(p.code, p.severity) for p in found] == (
        [] if fine else [("deadline-order", "warning")]
    )


def test_stages_count_only_when_the_project_lists_them():
    rows = (task("A", stage_name="Waiting"),)
    listed = replace(PROJECT, stages=(Stage("To Do"), Stage("Done", fold=True)))

    assert codes(seed(*rows)) == []
    assert codes(seed(*rows, project=replace(PROJECT, stages=()))) == []
    assert codes(seed(*rows, project=listed)) == ["unknown-stage"]


def test_a_dependency_between_two_projects_that_are_not_synced_is_fine():
    off = replace(PROJECT, sync_enabled=False)
    inside = (task("A"), task("B", depends_on_refs=("A",)))
    across = task("C", "TAX", depends_on_refs=("A",))

    assert codes(seed(*inside, project=off)) == []
    assert codes(seed(*inside, across, project=off)) == ["dependency-not-synced"]


def test_an_inactive_program_warns_of_its_active_projects_only():
    programs = (Program("p", "P", active=False),)
    active = replace(PROJECT, program_slug="p")

    assert codes(seed(project=active, programs=programs)) == ["inactive-program"]
    assert codes(seed(project=replace(active, is_active=False), programs=programs)) == []


def test_an_empty_seed_is_an_error_at_the_place_given():
    (problem,) = check_seed(Seed(), Policy(), where="supabase/seed/odoo")

    assert (problem.code, problem.path) == ("empty-seed", "supabase/seed/odoo")
    assert check_seed(Seed(), Policy(), empty_is_error=False) == []


def test_thousands_of_dangling_refs_are_reported_in_time():
    rows = [task(f"FIN_CLOSE_T{n}", depends_on_refs=(f"FIN_CLOZE_{n}",)) for n in range(5000)]
    before = time.process_time()

    found = check_seed(seed(*rows), Policy())

    assert len(found) == 5000
    assert found[0].remedy == "did you mean FIN_CLOSE_T0?"
    assert time.process_time() - before < 5


REFS = st.sampled_from(["A", "B", "C", "D"])
TASKS = st.builds(
    Task,
    REFS,
    st.sampled_from(["CLOSE", "TAX", "GONE"]),
    st.just("name"),
    stage_name=st.sampled_from(["To Do", "Done"]),
    depends_on_refs=st.none() | st.lists(REFS, max_size=3).map(tuple),
    parent_external_ref=st.none() | REFS,
    milestone_external_ref=st.none() | REFS,
    deadline=st.sampled_from([None, "2026-01-09", "2026-01-09T15:00", "2027-01-01"]),
    previous_refs=st.lists(REFS, max_size=2).map(tuple),
)


@given(st.lists(TASKS, max_size=5))
def test_any_rows_are_judged_without_failing_and_sound_ones_can_be_created(rows: list[Task]):
    problems = check_seed(seed(*rows), Policy())

    if not problems:
        created: set[str] = set()
        waiting = {row.external_ref: row for row in rows}
        while ready := {
            ref
            for ref, row in waiting.items()
            if {*(row.depends_on_refs or ()), row.parent_external_ref or ref} - {ref} <= created
        }:
            created |= ready
            waiting = {ref: row for ref, row in waiting.items() if ref not in ready}
        assert not waiting
