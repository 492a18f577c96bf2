"""When a freeze is on, to the minute and in the policy's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.freeze import Dates, Freeze, MonthEnd, frozen_at

MANILA = "Asia/Manila"
AUDIT = Dates("Audit", date(2026, 3, 2), date(2026, 3, 6))
CLOSE = MonthEnd("Close", last_working_days=2, first_working_days=5)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def window(freeze: Freeze, day: str) -> tuple[str, str, str] | None:
    """The window that is on at noon in Manila."""
    found = frozen_at(freeze, MANILA, moment(f"{day} 04:00"))
    return found and (found.name, found.first_day.isoformat(), found.last_day.isoformat())


def span(freeze: Freeze, around: str) -> tuple[str, str] | None:
    found = window(freeze, around)
    return found and found[1:]


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("2026-03-01 15:59", False),  # 23:59 in Manila, eight hours ahead of UTC
        ("2026-03-01 16:00", True),  # Monday, midnight in Manila; still Sunday in UTC
        ("2026-03-06 15:59", True),
        ("2026-03-06 16:00", False),  # Saturday in Manila; Friday the 6th in UTC
    ],
)
def test_a_window_begins_and_ends_at_midnight_in_the_policys_time_zone(at: str, on: bool):
    assert (frozen_at(Freeze(dates=(AUDIT,)), MANILA, moment(at)) is not None) is on


def test_the_same_moment_is_frozen_in_one_zone_and_not_in_another():
    at = moment("2026-03-01 16:00")

    assert frozen_at(Freeze(dates=(AUDIT,)), MANILA, at)
    assert frozen_at(Freeze(dates=(AUDIT,)), "UTC", at) is None


def test_the_moment_may_come_in_any_zone():
    at = moment("2026-03-01 16:00")
    zone = datetime.fromisoformat("2026-03-02T00:00:00+08:00").tzinfo

    assert frozen_at(Freeze(dates=(AUDIT,)), MANILA, at.astimezone(zone))


def test_a_window_of_one_day_holds_that_day():
    one = Freeze(dates=(Dates("Go-live", date(2026, 3, 2), date(2026, 3, 2)),))

    assert window(one, "2026-03-02") == ("Go-live", "2026-03-02", "2026-03-02")
    assert window(one, "2026-03-01") is None
    assert window(one, "2026-03-03") is None


def test_a_month_end_is_its_last_working_days_the_first_ones_after_and_the_weekend_between():
    freeze = Freeze(month_ends=(CLOSE,))

    # January 2026 ends on a Saturday: Thu 29, Fri 30; Mon 2 to Fri 6 February.
    assert span(freeze, "2026-01-28") is None
    for day in ("2026-01-29", "2026-01-31", "2026-02-01", "2026-02-06"):
        assert span(freeze, day) == ("2026-01-29", "2026-02-06")
    assert span(freeze, "2026-02-07") is None


def test_a_month_end_reaches_over_the_new_year():
    freeze = Freeze(month_ends=(CLOSE,))

    assert span(freeze, "2026-12-31") == ("2026-12-30", "2027-01-07")
    assert span(freeze, "2027-01-07") == ("2026-12-30", "2027-01-07")


def test_holidays_make_the_window_longer_on_both_sides():
    freeze = Freeze(Calendar("PH"), month_ends=(CLOSE,))

    # 30 and 31 December and 1 January are free in the Philippines.
    assert span(freeze, "2026-12-25") is None
    assert span(freeze, "2026-12-31") == ("2026-12-28", "2027-01-08")


def test_a_local_holiday_makes_the_window_longer_and_a_worked_one_shorter():
    later = Freeze(Calendar(add=(date(2026, 2, 3),)), month_ends=(CLOSE,))
    usual = Freeze(Calendar("PH"), month_ends=(CLOSE,))
    worked = Freeze(Calendar("PH", remove=(date(2026, 12, 30),)), month_ends=(CLOSE,))

    assert span(later, "2026-02-01") == ("2026-01-29", "2026-02-09")
    assert span(usual, "2026-12-31") == ("2026-12-28", "2027-01-08")
    assert span(worked, "2026-12-31") == ("2026-12-29", "2027-01-08")


def test_with_months_only_those_ends_are_meant():
    quarters = Freeze(month_ends=(MonthEnd("Quarter", 2, 5, (3, 6, 9, 12)),))

    assert span(quarters, "2026-03-31") == ("2026-03-30", "2026-04-07")
    assert span(quarters, "2026-04-07") == ("2026-03-30", "2026-04-07")
    assert span(quarters, "2026-04-30") is None
    assert span(quarters, "2026-05-04") is None
    assert span(quarters, "2027-01-04") == ("2026-12-30", "2027-01-07")


def test_only_the_last_days_end_with_the_month():
    freeze = Freeze(month_ends=(MonthEnd("Cut-off", last_working_days=1),))

    assert span(freeze, "2026-01-31") == ("2026-01-30", "2026-01-31")
    assert span(freeze, "2026-02-01") is None


def test_only_the_first_days_begin_with_the_month():
    freeze = Freeze(month_ends=(MonthEnd("Soft close", first_working_days=3),))

    assert span(freeze, "2026-01-31") is None
    assert span(freeze, "2026-02-01") == ("2026-02-01", "2026-02-04")


def test_in_a_month_without_enough_working_days_the_window_takes_all_of_it():
    february = tuple(date(2026, 2, day) for day in range(1, 29))
    freeze = Freeze(Calendar(add=february), month_ends=(CLOSE,))

    assert span(freeze, "2026-02-14") == ("2026-02-01", "2026-03-06")
    assert span(freeze, "2026-01-29") == ("2026-01-29", "2026-02-28")
    assert span(freeze, "2026-03-06") == ("2026-02-01", "2026-03-06")


def test_of_several_windows_the_one_that_ends_last_is_named():
    audit = Dates("Audit", date(2026, 2, 2), date(2026, 2, 20))

    assert window(Freeze(dates=(audit,), month_ends=(CLOSE,)), "2026-02-03") == (
        "Audit", "2026-02-02", "2026-02-20",
    )  # fmt: skip
    assert window(Freeze(dates=(audit,), month_ends=(CLOSE,)), "2026-01-30") == (
        "Close", "2026-01-29", "2026-02-06",
    )  # fmt: skip


def test_a_freeze_for_ever_has_an_end_in_words():
    ever = Freeze(dates=(Dates("Retired", date(2026, 1, 1), date(9999, 12, 31)),))
    found = frozen_at(ever, MANILA, moment("2026-03-01 16:00"))

    assert found is not None
    assert found.end == "until the end of 31 Dec 9999 (Asia/Manila)"


def test_without_windows_nothing_is_ever_frozen():
    assert frozen_at(Freeze(Calendar("PH")), MANILA, moment("2026-12-31 00:00")) is None


@given(
    last=st.integers(0, 20),
    first=st.integers(0, 20),
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    free=st.lists(st.dates(date(2020, 1, 1), date(2035, 12, 31)), max_size=5),
)
def test_a_window_that_is_on_holds_the_day_and_as_many_working_days_as_were_asked_for(
    last: int, first: int, day: date, free: list[date]
):
    calendar = Calendar(add=tuple(free))
    freeze = Freeze(calendar, month_ends=(MonthEnd("Close", last, first),))
    found = frozen_at(freeze, "UTC", datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    if found is None:
        return
    assert found.first_day <= day <= found.last_day
    length = (found.last_day - found.first_day).days + 1
    days = [found.first_day + timedelta(number) for number in range(length)]
    worked = sum(map(calendar.is_working_day, days))
    months = {(one.year, one.month) for one in days}
    fewest = min(len(calendar.working_days(*month)) for month in months)
    assert worked == last + first or fewest < max(last, first)
