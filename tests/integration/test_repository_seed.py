"""The seed of this repository: real work, with the right people, dates and shape."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from odoo_seed.edges.seed_files import SeedFolder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.model import Seed, Task
    from odoo_seed.ports import SeedReading

FOLDER = Path(__file__).resolve().parents[2] / "supabase" / "seed" / "odoo"

# National holidays that fall on a weekday. Written out, so that a wrong calendar in whatever
# computed the seed's dates is found here.
HOLIDAYS = {
    date(2025, 12, 24),  # Christmas Eve
    date(2025, 12, 25),  # Christmas Day
    date(2025, 12, 30),  # Rizal Day
    date(2025, 12, 31),  # last day of the year
    date(2026, 1, 1),  # New Year's Day
    date(2026, 2, 17),  # Chinese New Year
    date(2026, 3, 20),  # Eid al-Fitr
    date(2026, 4, 2),  # Maundy Thursday
    date(2026, 4, 3),  # Good Friday
    date(2026, 4, 9),  # Day of Valor
    date(2026, 5, 1),  # Labor Day
    date(2026, 5, 27),  # Eid al-Adha
    date(2026, 6, 12),  # Independence Day
    date(2026, 8, 21),  # Ninoy Aquino Day
    date(2026, 8, 31),  # National Heroes Day
    date(2026, 11, 2),  # All Souls' Day
    date(2026, 11, 30),  # Bonifacio Day
    date(2026, 12, 8),  # Immaculate Conception
    date(2026, 12, 24),  # Christmas Eve
    date(2026, 12, 25),  # Christmas Day
    date(2026, 12, 30),  # Rizal Day
    date(2026, 12, 31),  # last day of the year
    date(2027, 1, 1),  # New Year's Day
    date(2027, 3, 10),  # Eid al-Fitr
    date(2027, 3, 25),  # Maundy Thursday
    date(2027, 3, 26),  # Good Friday
    date(2027, 4, 9),  # Day of Valor
}

FILING_DEADLINES = {
    "BIR_YE_2025_{}_1601C": "2026-01-15",
    "BIR_2026_{}_1601C_01": "2026-02-10",
    "BIR_2026_{}_1601C_02": "2026-03-10",
    "BIR_2026_{}_1601C_03": "2026-04-10",
    "BIR_2026_{}_1601C_04": "2026-05-11",  # the 10th is a Sunday
    "BIR_2026_{}_1601C_05": "2026-06-10",
    "BIR_2026_{}_1601C_06": "2026-07-10",
    "BIR_2026_{}_1601C_07": "2026-08-10",
    "BIR_2026_{}_1601C_08": "2026-09-10",
    "BIR_2026_{}_1601C_09": "2026-10-12",  # the 10th is a Saturday
    "BIR_2026_{}_1601C_10": "2026-11-10",
    "BIR_2026_{}_1601C_11": "2026-12-10",
    "BIR_2026_{}_0619E_01": "2026-02-10",
    "BIR_2026_{}_0619E_02": "2026-03-10",
    "BIR_2026_{}_0619E_04": "2026-05-11",
    "BIR_2026_{}_0619E_05": "2026-06-10",
    "BIR_2026_{}_0619E_07": "2026-08-10",
    "BIR_2026_{}_0619E_08": "2026-09-10",
    "BIR_2026_{}_0619E_10": "2026-11-10",
    "BIR_2026_{}_0619E_11": "2026-12-10",
    "BIR_YE_2025_{}_1601EQ": "2026-02-02",  # 31 January is a Saturday
    "BIR_2026_{}_1601EQ_Q1": "2026-04-30",
    "BIR_2026_{}_1601EQ_Q2": "2026-07-31",
    "BIR_2026_{}_1601EQ_Q3": "2026-11-03",  # Saturday, Sunday, All Souls' Day
    "BIR_YE_2025_{}_2550Q": "2026-01-26",  # the 25th is a Sunday
    "BIR_2026_{}_2550Q_Q1": "2026-04-27",  # the 25th is a Saturday
    "BIR_2026_{}_2550Q_Q2": "2026-07-27",  # the 25th is a Saturday
    "BIR_2026_{}_2550Q_Q3": "2026-10-26",  # the 25th is a Sunday
    "BIR_2026_{}_1702Q_Q1": "2026-06-01",  # 30 May is a Saturday
    "BIR_2026_{}_1702Q_Q2": "2026-09-01",  # Saturday, Sunday, National Heroes Day
    "BIR_2026_{}_1702Q_Q3": "2026-12-01",  # Sunday, Bonifacio Day
    "BIR_YE_2025_{}_1702RT": "2026-04-15",
    "BIR_YE_2025_{}_1604C": "2026-02-02",  # 31 January is a Saturday
    "BIR_YE_2025_{}_1604E": "2026-03-02",  # 1 March is a Sunday
    # About 2026, due in 2027
    "BIR_YE_2026_{}_1601C": "2027-01-15",
    "BIR_YE_2026_{}_2550Q": "2027-01-25",
    "BIR_YE_2026_{}_1601EQ": "2027-02-01",  # 31 January is a Sunday
    "BIR_YE_2026_{}_1604C": "2027-02-01",
    "BIR_YE_2026_{}_1604E": "2027-03-01",
    "BIR_YE_2026_{}_1702RT": "2027-04-15",
}
FILINGS = {
    ref.format(company): deadline
    for ref, deadline in FILING_DEADLINES.items()
    for company in ("SMP", "OMNIA")
}

STEPS_BEFORE_DEADLINE = {"PREP": 4, "REPORT": 2, "PAYMENT": 1, "RELEASE": 1, "FILE": 0}
"""Working days before the deadline; an information return is released, not paid."""


@pytest.fixture(scope="module")
def reading() -> SeedReading:
    return SeedFolder(FOLDER).read()


@pytest.fixture(scope="module")
def seed(reading: SeedReading) -> Seed:
    assert reading.content is not None, [str(problem) for problem in reading.problems]
    return reading.content.seed


@pytest.fixture(scope="module")
def tasks(seed: Seed) -> Mapping[str, Task]:
    return {task.external_ref: task for task in seed.tasks}


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def working_days_before(day: date, count: int) -> date:
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def due(task: Task) -> date:
    assert task.deadline is not None, task.external_ref
    return date.fromisoformat(task.deadline[:10])


def test_there_is_nothing_to_object_to(reading):
    assert [f"{p.location} {p.found}" for p in reading.problems] == []


def test_programs_are_of_different_types_and_have_a_parent(seed):
    children = [program for program in seed.programs if program.parent_slug]
    assert len(seed.programs) >= 3
    assert {program.program_type for program in seed.programs} == {
        "portfolio",
        "ppm",
        "logframe",
        "okr",
    }
    assert len(children) == len(seed.programs) - 1


def test_every_program_below_the_portfolio_has_projects(seed):
    used = {project.program_slug for project in seed.projects}
    assert {p.slug for p in seed.programs if p.parent_slug} == used


def test_it_is_several_thousand_tasks_from_a_few_hundred_lines(seed):
    assert len(seed.tasks) > 3500
    made = [task for task in seed.tasks if task.instance]
    assert len(made) > 0.97 * len(seed.tasks)
    lines = [
        line
        for file in (FOLDER / "people.yaml", *(FOLDER / "templates").glob("*.yaml"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert len(lines) < 700
    assert len({project.company_name for project in seed.projects}) == 2


def test_there_is_a_close_of_every_month_for_both_companies(seed):
    closes = {
        project.external_ref: project.company_name
        for project in seed.projects
        if project.external_ref.startswith("CLOSE_2026_") and project.instance
    }
    companies = {"SMP": r"TBWA\SMP", "OMNIA": "Omnia Media Philippines"}
    assert closes == {
        f"CLOSE_2026_{month:02}_{code}": name
        for month in range(1, 13)
        for code, name in companies.items()
    }


def test_a_close_is_about_35_tasks_in_three_activities(tasks):
    close = [task for ref, task in tasks.items() if ref.startswith("CLOSE_2026_01_SMP_")]
    tops = [task for task in close if not task.parent_external_ref]
    assert 33 <= len(tops) <= 42
    parents = {task.parent_external_ref for task in close}
    steps = [task.external_ref.rsplit("_", 1)[1] for task in close if task.parent_external_ref]
    assert steps == ["PREP", "REVIEW", "APPROVE"] * (len(parents) - 1)
    assert len(steps) > 90


def test_every_explicit_project_has_a_file_of_its_own(seed, reading):
    explicit = [project for project in seed.projects if not project.instance]
    assert sorted(f"{p.external_ref}.yaml" for p in explicit) == sorted(
        Path(file).name for file in reading.files if Path(file).parent.name == "projects"
    )


def test_the_pattern_documents_own_example_is_part_of_it(seed, tasks):
    program = next(p for p in seed.programs if p.slug == "fin-close")
    assert (program.name, program.program_type) == ("Finance Close & Tax Compliance", "ppm")

    project = next(p for p in seed.projects if p.external_ref == "FIN_CLOSE_PROJ")
    assert project.program_slug == "fin-close"
    assert project.name == "Month-End Financial Closing Standardization"
    assert project.company_name == r"TBWA\SMP"
    assert project.manager_email == "rey.meran@tbwa-smp.com"

    task = tasks["FIN_CLOSE_T001"]
    assert task.project_external_ref == "FIN_CLOSE_PROJ"
    assert task.name == "Configure chart of accounts"
    assert task.stage_name == "To Do"
    assert task.assignee_emails == ("beng.manalo@tbwa-smp.com",)


def test_only_the_two_people_of_the_example_have_a_real_domain(seed):
    people = {project.manager_email for project in seed.projects}
    people |= {email for task in seed.tasks for email in task.assignee_emails or ()}
    others = {p for p in people if p is None or not p.endswith("@example.com")}
    assert others == {"rey.meran@tbwa-smp.com", "beng.manalo@tbwa-smp.com"}
    assert len(people) >= 12


def test_no_file_mentions_another_address_in_passing():
    domains = {
        domain
        for file in FOLDER.rglob("*.yaml")
        for domain in re.findall(r"\w@([\w.-]*\w)", file.read_text(encoding="utf-8"))
    }
    assert domains == {"example.com", "tbwa-smp.com"}


@pytest.mark.parametrize(("ref", "deadline"), FILINGS.items())
def test_a_return_is_due_on_its_statutory_date_or_the_next_working_day(tasks, ref, deadline):
    assert tasks[ref].deadline == deadline
    assert is_working_day(date.fromisoformat(deadline))


def test_no_return_is_missing_from_the_table_of_deadlines(tasks):
    filings = {ref.removesuffix("_FILE") for ref in tasks if ref.endswith("_FILE")}
    assert filings == set(FILINGS)


@pytest.mark.parametrize("ref", FILINGS)
def test_a_filing_is_four_steps_counted_back_in_working_days(tasks, ref):
    steps = [task for task in tasks.values() if task.parent_external_ref == ref]
    assert len(steps) == 4
    for task in steps:
        step = task.external_ref.removeprefix(f"{ref}_")
        expected = working_days_before(due(tasks[ref]), STEPS_BEFORE_DEADLINE[step])
        assert due(task) == expected, task.external_ref
    for earlier, later in pairwise(steps):
        assert earlier.external_ref in (later.depends_on_refs or ()), later.external_ref


def test_statutory_filings_are_protected(tasks):
    assert [ref for ref in FILINGS if not tasks[ref].protected] == []


def test_the_january_close_keeps_the_working_days_of_its_phases(tasks):
    # From Saturday, 31 January 2026: -5 is the 26th, -1 the 30th, +1 is 2 February.
    expected = {
        "PAYROLL_PREP": "2026-01-26",
        "TAX_PREP": "2026-01-26",
        "VAT_PREP": "2026-01-27",
        "ADVANCES_PREP": "2026-01-27",
        "REVENUE_PREP": "2026-01-28",
        "CONSULTANCY_PREP": "2026-01-28",
        "DEPRECIATION_PREP": "2026-01-29",
        "INSURANCE_PREP": "2026-01-29",
        "INTERCO_PREP": "2026-01-29",
        "WIP_PREP": "2026-01-30",
        "AP_PREP": "2026-01-30",
        "AR_PREP": "2026-01-30",
        "REVERSAL_PREP": "2026-01-30",
        "RECLASS_PREP": "2026-02-02",
        "FLASH_PREP": "2026-02-03",
        "CAPITAL_PREP": "2026-02-04",
        "TB_REVIEW": "2026-02-05",
        "TB_SIGNOFF": "2026-02-06",
        "SUBMIT": "2026-02-09T17:00",
    }
    found = {code: tasks[f"CLOSE_2026_01_SMP_{code}"].deadline for code in expected}
    assert found == expected


def test_a_close_over_holidays_counts_over_them(tasks):
    # From Saturday, 31 October 2026: 2 November is All Souls' Day.
    # From Thursday, 31 December 2026, a holiday as 30, 25 and 24 are: 0 is the 29th.
    expected = {
        "CLOSE_2026_10_SMP_WIP_PREP": "2026-10-30",
        "CLOSE_2026_10_SMP_RECLASS_PREP": "2026-11-03",
        "CLOSE_2026_12_SMP_REVERSAL_PREP": "2026-12-29",
        "CLOSE_2026_12_SMP_AP_PREP": "2026-12-29",
        "CLOSE_2026_12_SMP_PAYROLL_PREP": "2026-12-21",
        "CLOSE_2026_12_SMP_RECLASS_PREP": "2027-01-04",
    }
    assert {ref: tasks[ref].deadline for ref in expected} == expected


def test_one_task_of_one_month_has_somebody_else(tasks):
    reviewers = {
        ref: tasks[f"{ref}_TB_REVIEW"].assignee_emails
        for ref in ("CLOSE_2026_04_SMP", "CLOSE_2026_04_OMNIA", "CLOSE_2026_05_SMP")
    }
    grace, ramon = ("grace.tolentino@example.com",), ("ramon.delacruz@example.com",)
    assert list(reviewers.values()) == [ramon, grace, grace]


def test_who_left_in_june_has_nothing_after_and_the_successor_all_of_it(tasks):
    prepared = {
        month: tasks[f"CLOSE_2026_{month:02}_SMP_AR_PREP"].assignee_emails for month in (1, 6, 7)
    }
    assert prepared == {
        1: ("liza.dizon@example.com",),
        6: ("liza.dizon@example.com",),
        7: ("karen.lopez@example.com",),
    }
    assert tasks["CLOSE_2026_01_OMNIA_AP_PREP"].assignee_emails == ("nina.ferrer@example.com",)


def test_nothing_is_due_on_a_weekend_or_holiday(seed):
    days = {task.external_ref: due(task) for task in seed.tasks}
    days |= {m.external_ref: m.deadline for m in seed.milestones if m.deadline}
    assert {ref: str(day) for ref, day in days.items() if not is_working_day(day)} == {}


def test_nothing_waits_for_something_due_later(tasks):
    assert [
        (ref, needed)
        for ref, task in tasks.items()
        for needed in task.depends_on_refs or ()
        if due(tasks[needed]) > due(task)
    ] == []


def test_no_subtask_is_due_after_its_parent(tasks):
    assert [
        ref
        for ref, task in tasks.items()
        if task.parent_external_ref and due(task) > due(tasks[task.parent_external_ref])
    ] == []


def test_dependencies_join_tasks_and_projects(tasks):
    edges = [
        (task, tasks[needed]) for task in tasks.values() for needed in task.depends_on_refs or ()
    ]
    across = [(a, b) for a, b in edges if a.project_external_ref != b.project_external_ref]
    assert len(edges) > len(across) >= 20
    assert "CLOSE_2026_01_SMP_PAYROLL" in (
        tasks["BIR_2026_SMP_1601C_01_PREP"].depends_on_refs or ()
    )


def test_every_milestone_is_used_and_not_after_its_tasks(seed, tasks):
    milestones = {m.external_ref: m for m in seed.milestones}
    users = [task for task in tasks.values() if task.milestone_external_ref]
    assert {task.milestone_external_ref for task in users} == set(milestones)
    for task in users:
        assert due(task) <= milestones[task.milestone_external_ref].deadline, task.external_ref


def test_every_piece_of_work_has_people_tags_or_a_parent_and_hours(seed, tasks):
    parents = {task.parent_external_ref for task in seed.tasks}
    for task in seed.tasks:
        assert task.assignee_emails or task.external_ref in parents, task.external_ref
        assert task.tag_names or task.parent_external_ref, task.external_ref
        # The hours of a task with subtasks are in its subtasks, unless it has work of its own.
        assert task.planned_hours or task.external_ref in parents, task.external_ref


def test_every_project_ends_in_a_folded_stage(seed):
    for project in seed.projects:
        assert project.stages, project.external_ref
        assert [stage.fold for stage in project.stages].index(True) == len(project.stages) - 1


def test_the_auditors_see_their_project(seed):
    seen = {p.external_ref for p in seed.projects if p.visibility == "portal"}
    assert seen == {"AUDIT_FY2025"}


def test_lines_are_short_and_the_editor_finds_the_schema():
    for file in FOLDER.rglob("*.yaml"):
        lines = file.read_text(encoding="utf-8").splitlines()
        schema = lines[0].removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / schema).resolve().name == "seed.schema.json"
        assert (file.parent / schema).is_file(), file
        assert max(map(len, lines)) <= 110, file
