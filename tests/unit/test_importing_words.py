from __future__ import annotations

from datetime import date

import pytest

from odoo_seed.core.importing.refs import CODE, code_of
from odoo_seed.core.importing.words import (
    day_in,
    hours_in,
    normal,
    people_in,
    period_in,
    without_number,
    wrong_weekday,
)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1 Day", 8),
        ("0.5 Day", 4),
        ("0,5 day", 4),
        ("half a day", 4),
        ("1/2 day", 4),
        ("½ Day", 4),
        ("2", 16),
        ("0.25", 2),
        ("3 hrs", 3),
        ("1 day 4 hours", 12),
        ("1 day and 30 mins", 8.5),
        ("2 weeks", 80),
        ("1d", 8),
    ],
)
def test_durations_in_words_are_hours(text: str, hours: float) -> None:
    assert hours_in(text, 8) == hours


@pytest.mark.parametrize("text", ["", "soon", "1 Day or two", "ABC", "1/0 day", "2026-01-01", "-1"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        hours_in(text, 8)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Q1 2026", "2026-Q1"),
        ("Quarter 2, 2026", "2026-Q2"),
        ("3rd Quarter 2025", "2025-Q3"),
        ("2026 Q4", "2026-Q4"),
        ("Annual 2025", "2025"),
        ("FY2025", "2025"),
        ("2025", "2025"),
        ("January 2026", "2026-01"),
        ("Closing of Sept. 2026 (draft)", "2026-09"),
        ("Jan-26", "2026-01"),
        ("2026-03", "2026-03"),
        ("2026 May", "2026-05"),
        ("03/2026", "2026-03"),
        ("Jan-Mar 2026", "2026-Q1"),
        ("October 2025 to December 2025", "2025-Q4"),
        ("January – December 2025", "2025"),
        ("dec 2025", "2025-12"),
    ],
)
def test_periods_are_found_in_words(text: str, period: str) -> None:
    assert str(period_in(text)) == period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Oct 12",
        "Marketing 2026",
        "Q5 2026",
        "the 2025 audit",
        "1601-C",
        "Jan & Feb 2026",
        "Nov 2025 - Jan 2026",
        "Q1-Q2 2026",
        "1Q to 2Q 2026",
        "1/31/2026",
    ],
)
def test_what_names_no_period_gives_none(text: str) -> None:
    assert period_in(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Oct 12 (Oct 10 is Sat)", date(2026, 10, 12)),
        ("October 12, 2025", date(2025, 10, 12)),
        ("12 Oct 2026", date(2026, 10, 12)),
        ("12-Oct", date(2026, 10, 12)),
        ("Monday, Oct 12", date(2026, 10, 12)),
        ("2026-10-12", date(2026, 10, 12)),
        ("10/12/2026", date(2026, 10, 12)),
        ("10/12/26", date(2026, 10, 12)),
        ("12-Oct-26", date(2026, 10, 12)),
        ("12.10.2026", date(2026, 10, 12)),
        ("Jan 5", date(2027, 1, 5)),
    ],
)
def test_days_in_words_are_read_near_their_period(text: str, day: date) -> None:
    assert day_in(text, date(2026, 9, 30), month_first=True) == day


def test_whose_day_comes_first_is_told() -> None:
    assert day_in("10/12/2026", None, month_first=False) == date(2026, 12, 10)


@pytest.mark.parametrize(
    "text", ["", "soon", "Feb 30, 2026", "13/13/2026", "Payroll 3", "Oct 12", "26-10-12"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        day_in(text, None, month_first=True)


def test_a_weekday_that_is_wrong_tells_of_a_wrong_year() -> None:
    assert wrong_weekday("Oct 12 (Oct 10 is Sat)", date(2026, 10, 12)) == ""
    assert wrong_weekday("Oct 12 (Oct 10 is Sat)", date(2025, 10, 12)) == "10 Oct 2025 is a Friday"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("ABC", [("ABC", None, None)]),
        ("ABC (SFM)", [("ABC", "SFM", None)]),
        ("ABC (SFM) / DEF", [("ABC", "SFM", None), ("DEF", None, None)]),
        ("Ana Santos <Ana.Santos@example.com>", [("Ana Santos", None, "ana.santos@example.com")]),
        ("ana@example.com", [("ana@example.com", None, "ana@example.com")]),
        ("Ana and Beng", [("Ana", None, None), ("Beng", None, None)]),
    ],
)
def test_people_are_read_from_codes_roles_and_addresses(
    text: str, people: list[tuple[str, str | None, str | None]]
) -> None:
    assert people_in(text) == people


def test_numbering_accents_and_case_do_not_tell_names_apart() -> None:
    assert without_number("2. Calculate VAT") == "Calculate VAT"
    assert without_number("1601-C January") == "1601-C January"
    assert without_number("2.") == "2."
    assert without_number("• 3) Post entries") == "Post entries"
    assert normal("2. CALCULATE  vat, (año)") == normal("Calculate VAT año")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("1. Process payroll and final pay", "PROCESS_PAYROLL_FINAL_PAY"),
        ("The", "THE"),
    ],
)
def test_codes_come_from_names(name: str, code: str) -> None:
    assert code_of(name) == code


@pytest.mark.parametrize(
    "name", ["Año", "x" * 500, "給与計算", "Reconcile all of " * 9, "…", "A" * 26]
)
def test_long_and_foreign_names_have_short_codes_of_their_own(name: str) -> None:
    code = code_of(name)

    assert len(code) <= CODE
    assert code.replace("_", "").isalnum()
    assert code.isascii()
    assert code == code_of(f"7. {name}")
    assert code != code_of(name + "z")
