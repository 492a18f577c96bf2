"""The close and the tax calendar of 2026, day by day: Philippine holidays, real dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from templating import COMPANY, scheduled, tasks_of

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.working_days import WorkingDays

CLOSE = {
    "PAYROLL": -5,
    "TAX_PROVISION": -5,
    "VAT": -4,
    "CASH_ADVANCES": -4,
    "REVENUE": -3,
    "EXPENSES": -3,
    "DEPRECIATION": -2,
    "INSURANCE": -2,
    "INTERCOMPANY": -2,
    "WIP": -1,
    "AGING": -1,
    "REVERSALS": 0,
    "RECLASS": 1,
    "FLASH": 2,
    "WORKING_CAPITAL": 3,
    "TB_REVIEW": 4,
    "TB_SIGN_OFF": 5,
    "REGIONAL": 6,
}

JANUARY = {-5: 26, -4: 27, -3: 28, -2: 29, -1: 30, 0: 30}
FEBRUARY = {1: 2, 2: 3, 3: 4, 4: 5, 5: 6, 6: 9}


@pytest.mark.parametrize("code", CLOSE)
def test_the_close_of_january_falls_on_the_days_of_the_close_calendar(code: str):
    number = CLOSE[code]
    task = {"code": code, "name": code, "due": {"anchor": "period_end", "working_days": number}}
    made = tasks_of(scheduled(task))[f"P_2026-01_SMP_{code}"]

    # 31 January 2026 is a Saturday: the last working day is Friday the 30th, and the first one
    # before the 31st as well.
    wanted = date(2026, 1, JANUARY[number]) if number <= 0 else date(2026, 2, FEBRUARY[number])
    assert made.deadline == wanted.isoformat()
    assert made.due is not None
    assert made.due.base == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("period", "number", "wanted"),
    [
        ("2026-03", -1, "2026-03-30"),
        ("2026-03", 0, "2026-03-31"),
        ("2026-03", 1, "2026-04-01"),
        ("2026-03", 2, "2026-04-06"),  # Maundy Thursday and Good Friday
        ("2026-05", 0, "2026-05-29"),  # the 31st is a Sunday
        ("2026-08", 0, "2026-08-28"),  # the 31st is National Heroes Day
        ("2026-10", 1, "2026-11-03"),  # All Saints' Day and All Souls' Day
        ("2026-12", -5, "2026-12-21"),  # from Christmas Eve on there are few working days left
        ("2026-12", 3, "2027-01-06"),
    ],
)
def test_holidays_do_not_count(period: str, number: int, wanted: str):
    task = {"code": "A", "name": "A", "due": {"anchor": "period_end", "working_days": number}}
    assert tasks_of(scheduled(task, first=period))[f"P_{period}_SMP_A"].deadline == wanted


def test_three_activities_in_a_row_each_with_a_person_and_a_day():
    steps = {
        "name": "pra",
        "steps": [
            {"code": "PREP", "name": "Prepare {task}", "role": "preparer", "planned_hours": 8},
            {"code": "REVIEW", "name": "Review {task}", "role": "SFM", "working_days": 1},
            {"code": "APPROVE", "name": "Approve {task}", "role": "FD", "working_days": 1},
        ],
    }
    task = {
        "code": "PAYROLL",
        "name": "payroll",
        "due": {"anchor": "period_end", "working_days": -5},
        "steps": "pra",
        "roles": {"preparer": "ABC"},
    }
    roles = [
        {"name": name, "people": [{"email": f"{name.lower()}@example.com"}]}
        for name in ("ABC", "SFM", "FD")
    ]
    made = tasks_of(scheduled(task, steps=[steps], roles=roles))

    parent = "P_2026-01_SMP_PAYROLL"
    told = {}
    for ref, one in made.items():
        people, waits, within = one.assignee_emails, one.depends_on_refs, one.parent_external_ref
        told[ref.removeprefix(parent)] = (one.name, one.deadline, people, waits, within)
    assert told == {
        "": ("payroll", "2026-01-27", None, None, None),
        "_PREP": ("Prepare payroll", "2026-01-26", ("abc@example.com",), None, parent),
        "_REVIEW": (
            "Review payroll", "2026-01-27", ("sfm@example.com",), (f"{parent}_PREP",), parent
        ),
        "_APPROVE": (
            "Approve payroll", "2026-01-27", ("fd@example.com",), (f"{parent}_REVIEW",), parent
        ),
    }  # fmt: skip


def statutory(**rule: Any) -> dict[str, Any]:
    return {"anchor": "statutory", "rule": rule}


MONTHLY = {
    "1601C": {
        "code": "1601C_{month}",
        "name": "1601-C",
        "each": "month",
        "due": statutory(day=10, **{"except": [{"months": [12], "day": 15}]}),
    },
    "0619E": {
        "code": "0619E_{month}",
        "name": "0619-E",
        "each": "month",
        "only": {"months_of_quarter": [1, 2]},
        "due": statutory(day=10),
    },
    "1601EQ": {
        "code": "1601EQ_{quarter}",
        "name": "1601-EQ",
        "each": "quarter",
        "due": statutory(day=31),
    },
    "2550Q": {
        "code": "2550Q_{quarter}",
        "name": "2550Q",
        "each": "quarter",
        "due": statutory(day=25),
    },
    "1702Q": {
        "code": "1702Q_{quarter}",
        "name": "1702Q",
        "each": "quarter",
        "only": {"quarters": [1, 2, 3]},
        "due": statutory(days_after=60),
    },
    "1702RT": {"code": "1702RT", "name": "1702-RT", "due": statutory(day=15, months_after=4)},
    "1604C": {"code": "1604C", "name": "1604-C", "due": statutory(day=31)},
    "1604E": {"code": "1604E", "name": "1604-E", "due": statutory(day=1, months_after=3)},
}

DEADLINES = {
    # The 10th of the next month; 10 May and 10 October 2026 are days of weekends.
    "1601C": [
        "2026-02-10", "2026-03-10", "2026-04-10", "2026-05-11", "2026-06-10", "2026-07-10",
        "2026-08-10", "2026-09-10", "2026-10-12", "2026-11-10", "2026-12-10", "2027-01-15",
    ],
    "0619E": [
        "2026-02-10", "2026-03-10", "2026-05-11", "2026-06-10", "2026-08-10", "2026-09-10",
        "2026-11-10", "2026-12-10",
    ],
    # 31 October is a Saturday, and All Saints' and All Souls' Day follow; 31 January a Sunday.
    "1601EQ": ["2026-04-30", "2026-07-31", "2026-11-03", "2027-02-01"],
    "2550Q": ["2026-04-27", "2026-07-27", "2026-10-26", "2027-01-25"],
    # 30 May is a Saturday, 29 August too and 31 August National Heroes Day, 29 November a Sunday
    # and 30 November Bonifacio Day.
    "1702Q": ["2026-06-01", "2026-09-01", "2026-12-01"],
    "1702RT": ["2027-04-15"],
    "1604C": ["2027-02-01"],
    "1604E": ["2027-03-01"],
}  # fmt: skip


@pytest.mark.parametrize("form", MONTHLY)
def test_each_filing_of_2026_is_due_on_its_statutory_day(form: str):
    made = tasks_of(scheduled(MONTHLY[form], every="year", first=2026))
    assert [task.deadline for task in made.values()] == DEADLINES[form]


@pytest.mark.parametrize(
    ("form", "deadline"),
    [("1702RT", "2026-04-15"), ("1604C", "2026-02-02"), ("1604E", "2026-03-02")],
)
def test_the_annual_returns_for_2025(form: str, deadline: str):
    made = tasks_of(scheduled(MONTHLY[form], every="year", first=2025))
    assert [task.deadline for task in made.values()] == [deadline]


def test_the_exception_of_december_holds_for_a_schedule_of_months_too():
    form = {key: value for key, value in MONTHLY["1601C"].items() if key != "each"}
    made = tasks_of(scheduled(form, first="2025-11", last="2025-12"))
    assert [task.deadline for task in made.values()] == ["2025-12-10", "2026-01-15"]


def test_a_filing_is_four_steps_before_its_deadline():
    steps = {
        "name": "filing",
        "kind": "tasks",
        "steps": [
            {"code": "PREP", "name": "Prepare {task}", "working_days": -4},
            {"code": "REPORT", "name": "Approve the report", "working_days": -2},
            {"code": "PAYMENT", "name": "Approve the payment", "working_days": -1},
            {"code": "FILE", "name": "File and pay", "working_days": 0},
        ],
    }
    form = MONTHLY["1601C"] | {"steps": "filing"}
    made = tasks_of(scheduled(form, every="year", first=2026, steps=[steps]))

    # The deadline moved from Saturday the 10th to Monday the 12th, and the steps count from there.
    start = "P_2026_SMP_1601C_09_"
    assert {
        ref.removeprefix(start): task.deadline for ref, task in made.items() if start in ref
    } == {
        "PREP": "2026-10-06",
        "REPORT": "2026-10-08",
        "PAYMENT": "2026-10-09",
        "FILE": "2026-10-12",
    }
    assert made[f"{start}FILE"].depends_on_refs == (f"{start}PAYMENT",)
    assert made[f"{start}FILE"].parent_external_ref is None
    assert made[f"{start}PREP"].instance is not None
    assert made[f"{start}PREP"].instance.period == "2026-09"


def test_a_proclaimed_holiday_moves_what_depends_on_it_and_the_count_tells_why():
    task = {"code": "A", "name": "A", "due": {"anchor": "period_end", "working_days": 2}}
    proclaimed = {"name": "ph", "country": "PH", "add": [{"date": "2026-11-03", "name": "Extra"}]}
    before = tasks_of(scheduled(task, first="2026-10"))["P_2026-10_SMP_A"]
    after = tasks_of(scheduled(task, first="2026-10", calendars=[proclaimed]))["P_2026-10_SMP_A"]

    assert (before.deadline, after.deadline) == ("2026-11-04", "2026-11-05")
    assert before.due == after.due
    days = WorkingDays(Calendar("PH"))
    assert before.due is not None
    assert days.day_of(before.due).isoformat() == before.deadline


def test_a_holiday_that_was_moved_is_a_working_day():
    task = {"code": "A", "name": "A", "due": statutory(day=2)}
    works = {"name": "ph", "country": "PH", "remove": ["2026-11-02"]}
    made = tasks_of(scheduled(task, first="2026-10", calendars=[works]))
    assert made["P_2026-10_SMP_A"].deadline == "2026-11-02"


def test_every_company_has_its_own():
    other = {"name": "Omnia", "code": "OMNIA"}
    task = {"code": "WIP", "name": "WIP", "only": {"companies": ["SMP"]}}
    both = {"code": "VAT", "name": "VAT of {company_name}"}
    made = tasks_of(scheduled(task, both, companies=(COMPANY, other)))
    assert {ref: task.name for ref, task in made.items()} == {
        "P_2026-01_SMP_WIP": "WIP",
        "P_2026-01_SMP_VAT": "VAT of TBWA\\SMP",
        "P_2026-01_OMNIA_VAT": "VAT of Omnia",
    }
