"""Which days people work."""

from __future__ import annotations

from datetime import date

import pytest

from odoo_seed.core.calendar import Calendar


def test_by_default_people_work_from_monday_to_friday_and_know_no_holidays():
    days = Calendar().working_days(2026, 1)

    assert days[:3] == [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 5)]
    assert len(days) == 22


def test_the_public_holidays_of_the_country_are_free():
    calendar = Calendar("PH")

    assert not calendar.is_working_day(date(2026, 6, 12))  # Independence Day, a Friday
    assert calendar.is_working_day(date(2026, 6, 11))
    assert Calendar().is_working_day(date(2026, 6, 12))


def test_a_country_may_have_another_weekend():
    calendar = Calendar(weekend=("fri", "sat"))

    assert not calendar.is_working_day(date(2026, 1, 9))
    assert calendar.is_working_day(date(2026, 1, 11))


def test_a_local_holiday_is_free_and_a_holiday_that_was_moved_is_worked():
    calendar = Calendar("PH", add=(date(2026, 6, 11),), remove=(date(2026, 6, 12),))

    assert not calendar.is_working_day(date(2026, 6, 11))
    assert calendar.is_working_day(date(2026, 6, 12))


def test_a_saturday_on_which_people_make_up_for_a_free_day_is_worked():
    assert Calendar(remove=(date(2026, 1, 10),)).is_working_day(date(2026, 1, 10))


@pytest.mark.parametrize("code", ["PH", "PHL", "SG", "US"])
def test_a_country_goes_by_its_code_of_two_letters_or_of_three(code: str):
    assert not Calendar(code).is_working_day(date(2026, 12, 25))


@pytest.mark.parametrize("code", ["", "ph", "Philippines", "XX", "../etc", "P\0"])
def test_what_is_no_country_is_refused(code: str):
    with pytest.raises(ValueError, match="no holidays are known"):
        Calendar(code)
