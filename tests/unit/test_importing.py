"""Workbooks given as data; what files hold is tested in tests/integration/test_sheet_import.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_seed.core.importing.combining import Combining
from odoo_seed.core.importing.doubts import Doubts
from odoo_seed.core.importing.drafts import Draft
from odoo_seed.core.importing.records import Choices
from odoo_seed.core.importing.workbooks import Imported, import_workbook
from odoo_seed.core.model import Project, Seed, Task
from odoo_seed.core.periods import parse_period
from odoo_seed.core.policy import Policy
from odoo_seed.core.rules import check_seed
from odoo_seed.core.workbook import Cell, Row, Scalar, Sheet, Workbook, cell
from odoo_seed.edges.profiles import read_profile
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

CLOSING, TAX = (read_profile(Path(name)) for name in ("closing", "bir-tax"))
SCHEDULE = ["Task Category", "Detailed Task", "Activity", "Employee", "Date", "Email"]
LIST = ["Employee Code", "Task Category", "Detailed Monthly Tasks", "Reviewed by", "Approved by",
        "Preparation", "Review", "Approval"]  # fmt: skip
FILINGS = ["BIR Form", "Period Covered", "Deadline", "1. Prep", "2. Report Approval"]
EMAILS = [["Code", "Name", "Email"], ["ABC", "Ana", "ana@example.com"],
          ["DEF", "Dan", "dan@example.com"]]  # fmt: skip

Rows = "Sequence[Sequence[Scalar]]"


def sheet(name: str, rows: Rows) -> Sheet:
    made = []
    for number, values in enumerate(rows, start=1):
        cells = (cell(value, number, column) for column, value in enumerate(values, start=1))
        if found := tuple(one for one in cells if one is not None):
            made.append(Row(number, found))
    return Sheet(name, tuple(made))


def book(**sheets: Rows) -> Workbook:
    named = ((name.replace("_", " "), rows) for name, rows in sheets.items())
    return Workbook("close.xlsx", tuple(sheet(name, rows) for name, rows in named))


def closing(seed: Seed | None = None, **sheets: Rows) -> Imported:
    choices = Choices("TBWA\\SMP")
    return import_workbook(book(**sheets), CLOSING, choices, seed or Seed())


def doubts(done: Imported) -> list[tuple[str, str]]:
    return [(one.code, one.place) for one in done.doubts]


def tasks(done: Imported) -> dict[str, Task]:
    return {one.external_ref: one for one in done.seed.tasks}


def schedule(*rows: Sequence[Scalar]) -> list[Sequence[Scalar]]:
    return [SCHEDULE, *rows]


def activity(day: Scalar = date(2026, 1, 28), who: Scalar = "ABC", **other: Scalar) -> list[Scalar]:
    row = {"category": "Rent", "task": "1. Accrue rent", "activity": "Preparation"} | other
    email = other.get("email", "ana@example.com" if who == "ABC" else None)
    return [row["category"], row["task"], row["activity"], who, day, email]


def test_rows_of_activities_are_the_steps_of_one_task() -> None:
    done = closing(
        January_2026=schedule(
            activity(),
            activity(date(2026, 1, 29), "DEF", activity="Review", task=None, category=None),
        ),
        People=EMAILS,
    )

    made = tasks(done)
    assert list(made) == [
        "CLOSE_2026_01_ACCRUE_RENT",
        "CLOSE_2026_01_ACCRUE_RENT_PREP",
        "CLOSE_2026_01_ACCRUE_RENT_REVIEW",
    ]
    review = made["CLOSE_2026_01_ACCRUE_RENT_REVIEW"]
    assert review.name == "Review: Accrue rent"
    assert review.parent_external_ref == "CLOSE_2026_01_ACCRUE_RENT"
    assert review.depends_on_refs == ("CLOSE_2026_01_ACCRUE_RENT_PREP",)
    assert review.assignee_emails == ("dan@example.com",)
    assert made["CLOSE_2026_01_ACCRUE_RENT"].deadline == review.deadline == "2026-01-29"
    assert made["CLOSE_2026_01_ACCRUE_RENT"].tag_names == ("Rent",)
    assert done.doubts == ()


def test_columns_of_people_and_durations_are_the_steps_of_one_task() -> None:
    rows = [LIST, ["ABC", "Rent", "Accrue rent", "DEF (SFM)", "DEF", "1 Day", "0.5 Day", "2 h"]]
    done = import_workbook(
        book(Tasks=rows, People=EMAILS),
        CLOSING,
        Choices("TBWA\\SMP", period=parse_period("2026-02")),
        Seed(),
    )

    found = [(one.planned_hours, one.assignee_emails) for one in done.seed.tasks[1:]]
    assert found == [
        (8, ("ana@example.com",)),
        (4, ("dan@example.com",)),
        (2, ("dan@example.com",)),
    ]
    assert done.refs == ("CLOSE_2026_02",)


def test_a_list_and_a_schedule_of_the_same_tasks_complete_each_other() -> None:
    rows = [LIST, ["ABC", "Rent", "Accrue RENT", "DEF", "DEF", "1 Day", "0.5 Day", "0.5 Day"]]

    done = closing(Closing_Task=rows, January_2026=schedule(activity()), People=EMAILS)

    assert len(done.seed.tasks) == 4
    prepare = tasks(done)["CLOSE_2026_01_ACCRUE_RENT_PREP"]
    assert (prepare.planned_hours, prepare.deadline) == (8, "2026-01-28")
    assert done.doubts == ()


def listed(task: str = "Accrue rent", who: Scalar = "ABC", category: str = "Rent") -> list[Scalar]:
    return [who, category, task, "DEF", "DEF", "1 Day", "0.5 Day", "0.5 Day"]


def month(day: date, *rows: Sequence[Scalar]) -> list[Sequence[Scalar]]:
    return schedule(activity(day), *rows)


JANUARY, FEBRUARY = date(2026, 1, 28), date(2026, 2, 26)


def test_a_list_holds_for_its_task_in_every_period_and_what_is_in_none_is_told() -> None:
    rows = [LIST, listed(), listed("Pay rent")]

    done = closing(
        Closing_Task=rows, Jan_2026=month(JANUARY), Feb_2026=month(FEBRUARY), People=EMAILS
    )

    hours = {one.external_ref: one.planned_hours for one in done.seed.tasks if one.planned_hours}
    assert hours == {
        f"CLOSE_2026_{number}_ACCRUE_RENT_{step}": planned
        for number in ("01", "02")
        for step, planned in (("PREP", 8), ("REVIEW", 4), ("APPROVE", 4))
    }
    assert [(one.place, one.severity, one.code, one.found, one.remedy) for one in done.doubts] == [
        (
            "Closing Task!C3", "error", "in-no-period",
            'the task "Pay rent" is in none of the 2 periods',
            "add it to the sheet of a period, or import this sheet alone with --period",
        )
    ]  # fmt: skip


def test_what_only_the_list_has_is_a_task_of_the_only_period() -> None:
    rows = [
        LIST, listed("Pay rent"), listed("Pay rent", "DEF", "Fees"), listed("Pay rent"),
    ]  # fmt: skip

    done = closing(Closing_Task=rows, Jan_2026=month(JANUARY), People=EMAILS)

    assert done.refs == ("CLOSE_2026_01",)
    whole = [one for one in done.seed.tasks if one.parent_external_ref is None]
    assert [(one.name, one.tag_names) for one in whole] == [
        ("Accrue rent", ("Rent",)), ("Pay rent", ("Rent",)), ("Pay rent", ("Fees",)),
        ("Pay rent", ("Rent",)),
    ]  # fmt: skip
    twice = [one for one in done.doubts if one.code == "same-task-twice"]
    assert [(one.place, one.found) for one in twice] == [
        ("Closing Task!C4", 'the task "Pay rent" stands in C2 already')
    ]


def test_of_one_name_the_list_completes_the_task_of_its_category() -> None:
    rows = [LIST, listed(), listed(who="DEF", category="Fees")]
    january = month(JANUARY, activity(date(2026, 1, 27), "DEF", category="Fees"))

    done = closing(Closing_Task=rows, Jan_2026=january, People=EMAILS)

    assert not {"people-differ", "same-task-twice"} & {code for code, _ in doubts(done)}
    prepared = [one for one in done.seed.tasks if one.name.startswith("Prepare")]
    assert [(one.assignee_emails, one.planned_hours, one.deadline) for one in prepared] == [
        (("ana@example.com",), 8, "2026-01-28"),
        (("dan@example.com",), 8, "2026-01-27"),
    ]


def test_a_second_sheet_that_says_otherwise_is_told_where_and_the_first_one_counts() -> None:
    tuesday, wednesday = date(2026, 1, 27), date(2026, 1, 28)
    first = schedule(activity(tuesday), activity(tuesday, task="Pay rent", category="Cash"))
    second = schedule(
        activity(wednesday, "DEF"),
        activity(wednesday, "DEF", activity="Review", task=None, category=None),
        activity(tuesday, task="Pay rent", category=None),
    )

    done = closing(January_2026=first, Jan_2026=second, People=EMAILS)

    assert [(one.place, one.severity, one.code, one.found, one.remedy) for one in done.doubts] == [
        (
            "Jan 2026!D2", "warning", "people-differ",
            '"Accrue rent": ABC in January 2026, another person here', "keep one",
        ),
        (
            "Jan 2026!E2", "warning", "dates-differ",
            '"Accrue rent": 2026-01-27 in January 2026, 2026-01-28 here', "keep one",
        ),
    ]  # fmt: skip
    made = tasks(done)
    prepare, review = (made[f"CLOSE_2026_01_ACCRUE_RENT_{step}"] for step in ("PREP", "REVIEW"))
    assert (prepare.assignee_emails, prepare.deadline) == (("ana@example.com",), "2026-01-27")
    assert (review.assignee_emails, review.deadline) == (("dan@example.com",), "2026-01-28")
    assert made["CLOSE_2026_01_PAY_RENT"].tag_names == ("Cash",)
    assert len(made) == 5


def test_a_second_sheet_fills_in_what_the_first_one_leaves_open() -> None:
    done = closing(
        January_2026=schedule(activity(None, None)), Jan_2026=month(JANUARY), People=EMAILS
    )

    prepare = tasks(done)["CLOSE_2026_01_ACCRUE_RENT_PREP"]
    assert (prepare.assignee_emails, prepare.deadline) == (("ana@example.com",), "2026-01-28")
    assert done.doubts == ()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([activity(date(2025, 1, 28))], ("due-before-period", "January 2026!E2")),
        ([activity(date(2026, 1, 31))], ("due-on-free-day", "January 2026!E2")),
        ([activity(date(2026, 4, 9))], ("due-on-free-day", "January 2026!E2")),
        ([activity(date(2028, 1, 28))], ("due-long-after-period", "January 2026!E2")),
        ([activity(who="XYZ")], ("no-email", "January 2026!D2")),
        ([activity(who=4711)], ("no-name", "January 2026!D2")),
        ([activity(task=4711)], ("no-name", "January 2026!B2")),
        ([activity(task=4711)], ("no-task", "January 2026!A2")),
        ([activity("soon")], ("no-date", "January 2026!E2")),
        ([activity("Jan 28 (Jan 26 is Sat)")], ("wrong-weekday", "January 2026!E2")),
        ([activity(activity="Sing")], ("no-step", "January 2026!C2")),
        ([activity(activity=None)], ("no-step", "January 2026!A2")),
        ([activity(), activity()], ("same-task-twice", "January 2026!B3")),
        (
            [activity(), activity(activity="Approval", task=None)],
            ("same-person", "January 2026!D3"),
        ),
        (
            [activity(), activity(date(2026, 1, 27), "DEF", activity="Review")],
            ("steps-out-of-order", "January 2026!E3"),
        ),
        (
            [activity(), activity(activity="Review", email="other@example.com")],
            ("two-emails", "January 2026!F3"),
        ),
        ([activity(), ["Prepared by: Ana"]], ("lone-title", "January 2026!A3")),
        ([activity(task="=1+1")], ("formula-as-text", "January 2026!B2")),
        ([activity(task="-1+1")], ("formula-as-text", "January 2026!B2")),
    ],
)
def test_what_is_doubtful_is_told_with_its_cell(
    rows: list[list[Scalar]], expected: tuple[str, str]
) -> None:
    done = closing(January_2026=schedule(*rows), People=EMAILS)

    assert expected in doubts(done)


def test_a_row_that_is_not_understood_does_not_stop_the_others() -> None:
    rows = schedule(activity(activity="Sing"), activity(task="2. Pay rent"), activity(task=7))

    done = closing(January_2026=rows)

    assert [one.name for one in done.seed.tasks if one.parent_external_ref is None] == ["Pay rent"]
    assert [one.severity for one in done.doubts].count("error") == 2


def test_a_formula_without_a_value_is_doubted_and_an_error_too() -> None:
    made = sheet("January 2026", schedule(activity()))
    first, *others = made.rows[1].cells
    dated = others[3]
    blank = replace(dated, value=None, kind="formula", formula="=WORKDAY(A1,1)")
    broken = replace(others[2], value="#REF!", kind="error")
    row = Row(2, (first, others[0], others[1], broken, blank))

    done = import_workbook(
        Workbook("close.xlsx", (Sheet("January 2026", (made.rows[0], row)),)),
        CLOSING,
        Choices("TBWA\\SMP"),
        Seed(),
    )

    assert ("no-cached-value", "January 2026!E2") in doubts(done)
    assert ("error-value", "January 2026!D2") in doubts(done)
    assert done.seed.tasks[0].deadline is None


def test_what_no_cell_can_mean_is_told_and_left_out() -> None:
    done = closing(
        January_2026=schedule(
            activity(date(1926, 1, 28), task="A"),
            activity("some day", "Y" * 501, task="B"),
            activity(task="T" * 501),
        )
    )

    told = [
        (one.place, one.code, one.found, one.remedy)
        for one in done.doubts
        if one.severity == "error" and one.code != "no-task"
    ]
    assert told == [
        ("January 2026!E2", "no-date", "the year of 1926-01-28 cannot be right",
         "write the right year"),
        ("January 2026!D3", "no-name",
         "a text of 501 characters stands where a person belongs", "write the person"),
        ("January 2026!E3", "no-date", '"some day" is no day that could be read',
         "write it as a date, or like Oct 12, 2026"),
        ("January 2026!B4", "no-name",
         "a text of 501 characters stands where a task belongs", "write the task"),
    ]  # fmt: skip
    whole = [one for one in done.seed.tasks if one.parent_external_ref is None]
    assert [(one.name, one.deadline) for one in whole] == [("A", None), ("B", None)]


def test_a_day_with_a_time_is_that_day_and_a_duration_of_hours_is_these_hours() -> None:
    rows = [
        [*SCHEDULE, "Duration"],
        [*activity(datetime.fromisoformat("2026-01-28T17:30")), timedelta(hours=6, minutes=30)],
    ]

    prepare = tasks(closing(January_2026=rows))["CLOSE_2026_01_ACCRUE_RENT_PREP"]

    assert (prepare.deadline, prepare.planned_hours) == ("2026-01-28", 6.5)


def test_a_bullet_in_front_of_a_name_is_no_formula() -> None:
    done = closing(January_2026=schedule(activity(task="- Accrue rent")))

    assert done.doubts == ()
    assert done.seed.tasks[0].name == "Accrue rent"


def test_a_title_that_could_be_a_heading_does_not_pass_for_one() -> None:
    done = closing(January_2026=[["Tasks"], *schedule(activity())])

    assert [one.name for one in done.seed.tasks if one.parent_external_ref is None] == [
        "Accrue rent"
    ]


def test_headings_may_fill_two_rows() -> None:
    upper = [
        "Employee Code",
        "Task Category",
        "Detailed Monthly Tasks",
        "Reviewed by",
        "Approved by",
    ]
    lower = [None, None, None, None, None, "Preparation", "Review", "Approval"]
    row = ["ABC", "Rent", "Accrue rent", "DEF", "DEF", "1 Day", "0.5 Day", "0.5 Day"]

    done = closing(January_2026=[upper, lower, row], People=EMAILS)

    assert [one.planned_hours for one in done.seed.tasks] == [None, 8, 4, 4]


def test_headings_are_found_wherever_they_stand_and_whatever_their_case() -> None:
    heading = [None, None, "ACTIVITY ", "detailed task (monthly)", "due date", "employee code"]
    row = [None, None, "Preparation", "Accrue rent", date(2026, 1, 28), "ana@example.com"]

    done = closing(Sheet1=[["Closing of January 2026"], ["some text"], [], heading, row])

    assert tasks(done)["CLOSE_2026_01_ACCRUE_RENT_PREP"].assignee_emails == ("ana@example.com",)


def test_a_sheet_without_a_table_is_named_and_one_without_any_is_refused() -> None:
    done = closing(January_2026=schedule(activity()), Notes=[["Call the bank"]])

    assert any("Notes" in note for note in done.notes)
    with pytest.raises(UsageError, match="no sheet of the kind"):
        closing(Notes=[["Call the bank"]])


def test_months_below_each_other_in_one_sheet_are_told_apart() -> None:
    done = closing(
        Closing=[
            ["January 2026"],
            SCHEDULE,
            activity(),
            ["February 2026"],
            SCHEDULE,
            activity(date(2026, 2, 26)),
        ]
    )

    assert done.refs == ("CLOSE_2026_01", "CLOSE_2026_02")


def test_a_schedule_without_a_month_is_placed_by_its_dates_and_that_is_told() -> None:
    done = closing(
        Gantt=schedule(activity(date(2026, 2, 2)), activity(date(2026, 1, 29), task="B"))
    )

    assert done.refs == ("CLOSE_2026_01",)
    assert any("by its dates it is January 2026" in note for note in done.notes)


def test_a_list_that_names_no_period_needs_one() -> None:
    with pytest.raises(UsageError, match="which period") as caught:
        closing(
            Tasks=[LIST, ["ABC", "Rent", "Accrue rent", "DEF", "DEF", "1 Day", "1 Day", "1 Day"]]
        )

    assert "--period" in caught.value.remedy


def test_a_filing_due_before_its_period_is_over_is_doubted() -> None:
    rows = [
        FILINGS,
        ["1601-C", date(2026, 1, 1), date(2025, 2, 10), None, None],
        [None, "Feb 2026", date(2026, 3, 10), date(2026, 3, 4), date(2026, 3, 6)],
        ["2550Q", "Q1 2026", "Apr 27 (Apr 25 is Sat)", None, None],
        ["1702-RT", 2025.0, 46_127, None, None],  # a date without its format
        ["0619-E", None, date(2026, 4, 15), None, None],
        ["0619-E", "some day", date(2026, 4, 15), None, None],
    ]

    done = import_workbook(book(BIR=rows), TAX, Choices("TBWA\\SMP"), Seed())

    assert doubts(done) == [
        ("no-period", "BIR!A6"),
        ("no-period", "BIR!B7"),
        ("due-before-period", "BIR!C2"),
    ]
    deadlines = {
        ref: one.deadline for ref, one in tasks(done).items() if one.parent_external_ref is None
    }
    assert deadlines == {
        "BIR_2025_1702_RT_2025": "2026-04-15",
        "BIR_2026_1601_C_2026_01": "2025-02-10",
        "BIR_2026_1601_C_2026_02": "2026-03-10",
        "BIR_2026_2550Q_2026_Q1": "2026-04-27",
    }


def test_the_same_workbook_again_changes_nothing() -> None:
    sheets = {"January_2026": schedule(activity(), activity(task="2. Año " * 20)), "People": EMAILS}

    first = closing(**sheets)

    assert closing(first.seed, **sheets).seed == first.seed


def test_a_sheet_that_somebody_sorted_by_date_is_the_same_close() -> None:
    rows = [
        activity(date(2026, 1, 26), task=task, category=category, activity=step, email=None)
        if step == "Preparation"
        else activity(date(2026, 1, day), "DEF", task=task, category=category, activity=step)
        for task, category, day in (
            ("Accrue", "Rent", 28),
            ("Accrue", "Fees", 27),
            ("Pay", "Cash", 29),
        )
        for step in ("Preparation", "Review")
    ]
    people = {"People": EMAILS}

    first = closing(January_2026=schedule(*rows), **people)
    again = closing(first.seed, January_2026=schedule(*reversed(rows)), **people)
    by_day = sorted(rows, key=lambda row: str(row[4]))

    assert doubts(first) == []
    assert len(first.seed.tasks) == 9
    assert again.seed == first.seed
    assert closing(first.seed, January_2026=schedule(*by_day), **people).seed == first.seed


def test_of_one_name_the_task_of_the_category_is_meant() -> None:
    rows = [activity(), activity(date(2026, 1, 26), category="Fees")]
    first = closing(January_2026=schedule(*rows))

    later = closing(first.seed, January_2026=schedule(activity(date(2026, 1, 27), category="Fees")))

    changed = set(later.seed.tasks) - set(first.seed.tasks)
    assert {one.tag_names for one in changed} == {("Fees",)}
    assert {one.deadline for one in changed} == {"2026-01-27"}


@pytest.mark.parametrize(
    ("typed", "deadlines", "told"),
    [
        (("21/01/2026", "02/01/2026"), ("2026-01-21", "2026-01-02"), "10/12/2026 is 10 December"),
        (("1/21/2026", "2/1/2026"), ("2026-01-21", "2026-02-01"), ""),
        (("21/01/2026", "1/22/2026"), (None, "2026-01-22"), "10/12/2026 is 12 October"),
    ],
)
def test_dates_that_are_text_tell_themselves_whether_the_day_comes_first(
    typed: tuple[str, str], deadlines: tuple[str | None, str], told: str
) -> None:
    rows = [activity(day, task=f"{day} {number}") for number, day in enumerate(typed)]

    done = closing(January_2026=schedule(*rows))

    steps = [one for one in done.seed.tasks if one.parent_external_ref]
    assert tuple(one.deadline for one in steps) == deadlines
    assert [told in note for note in done.notes] == [True] * bool(told)


def test_periods_that_are_text_may_be_the_first_of_a_month_or_a_quarter_but_not_two_months() -> (
    None
):
    rows = [["1601-C", "1/1/2026", date(2026, 2, 10)], ["2550Q", "Jan-Mar 2026", date(2026, 4, 27)],
            ["0619-E", "Jan & Feb 2026", date(2026, 3, 10)]]  # fmt: skip

    done = import_workbook(book(Tax=[FILINGS, *rows]), TAX, Choices("TBWA\\SMP"), Seed())

    forms = [one.external_ref for one in done.seed.tasks if one.parent_external_ref is None]
    assert forms == ["BIR_2026_1601_C_2026_01", "BIR_2026_2550Q_2026_Q1"]
    assert doubts(done) == [("no-period", "Tax!B4")]


@pytest.mark.parametrize("address", ["a@example.com; b@example.com", "Ana Santos", 7])
def test_a_cell_for_an_address_that_holds_none_or_two_is_doubted_where_it_stands(
    address: Scalar,
) -> None:
    people = [["Code", "Name", "Email"], ["ABC", "Ana", address], ["DEF", "Dan", "n/a"]]

    done = closing(January_2026=schedule(activity(email=None)), People=people)

    assert doubts(done) == [("no-email", "People!C2"), ("no-email", "January 2026!D2")]


def test_one_name_in_thousands_of_rows_is_read_in_no_time() -> None:
    place = Cell("Rent", "text", 1, 1)
    month = parse_period("2026-01")
    drafts = [Draft("Rent", "S", place, category=f"C {n}", period=month) for n in range(9_000)]
    began = process_time()

    found = Combining(CLOSING, Doubts()).combined([drafts])

    assert process_time() - began < 2
    assert found == drafts


def test_what_the_seed_says_besides_stays() -> None:
    project = Project("CLOSE_JAN", "Month-end close January 2026", "TBWA\\SMP", visibility="portal")
    task = Task(
        "RENT", "CLOSE_JAN", "Accrue Rent", description="By contract", deadline="2026-01-28T17:00"
    )
    step = Task("RENT_1", "CLOSE_JAN", "prepare: accrue rent", parent_external_ref="RENT",
                planned_hours=3, stage_name="Done")  # fmt: skip
    other = Task("MINE", "CLOSE_JAN", "Something else")
    seed = Seed(projects=(project,), tasks=(task, step, other))

    done = closing(seed, January_2026=schedule(activity()))

    assert done.seed.projects == (project,)
    assert done.seed.tasks == (
        task,
        replace(step, deadline="2026-01-28", assignee_emails=("ana@example.com",)),
        other,
    )
    assert any("1 task of these projects" in note for note in done.notes)


TEXT = st.text(min_size=1, max_size=40)
ANY_CELL = st.one_of(
    st.none(), TEXT, st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates(),
    st.sampled_from(["Preparation", "Review", "Approval", "A (B)", "1 Day", "Oct 12", "Q1 2026"]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(ANY_CELL, min_size=1, max_size=8), max_size=8))
def test_whatever_stands_in_the_rows_gives_a_valid_seed_or_a_doubt(
    rows: list[list[Scalar]],
) -> None:
    for profile, heading in ((CLOSING, SCHEDULE), (CLOSING, LIST), (TAX, FILINGS)):
        choices = Choices("TBWA\\SMP", period=parse_period("2026-01"))
        made = book(Sheet1=[heading, *rows])
        done = import_workbook(made, profile, choices, Seed())
        again = import_workbook(made, profile, choices, done.seed)

        assert again.seed == done.seed
        problems = check_seed(done.seed, Policy(), empty_is_error=False)
        assert [one for one in problems if one.severity == "error"] == []
        assert all(len(one.external_ref) <= 64 for one in done.seed.tasks)
