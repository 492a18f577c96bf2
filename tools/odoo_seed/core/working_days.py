"""Counting working days from a day, as WORKDAY does in spreadsheets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from odoo_seed.core.model import Due

Shift = Literal["next", "previous"]

_DAY = timedelta(days=1)
MOST_FREE_DAYS = 370
"""In a row. A calendar with more has no working days."""


class NoWorkingDayError(ValueError):
    """No working day is near: the whole week is free, or the year is out of range."""


class Days(Protocol):
    """Whatever knows on which days people work."""

    def is_working_day(self, day: date) -> bool:
        """Whether people work on this day."""
        ...


class WorkingDays:
    """Counts in one calendar, and remembers each day it looked at."""

    def __init__(self, calendar: Days) -> None:
        self.calendar = calendar
        self._known: dict[date, bool] = {}

    def is_working_day(self, day: date) -> bool:
        """Whether people work on this day."""
        known = self._known.get(day)
        if known is None:
            known = self._known[day] = self.calendar.is_working_day(day)
        return known

    def shifted(self, day: date, shift: Shift | None) -> date:
        """Return the day itself when people work on it, else the next or previous such day."""
        if shift is None or self.is_working_day(day):
            return day
        return self.step(day, 1 if shift == "next" else -1)

    def step(self, day: date, number: int) -> date:
        """Return the working day so many after a day, or before it when negative.

        Raises:
            NoWorkingDayError: There is none within a year, or in the years that a date can have.
        """
        towards = _DAY if number > 0 else -_DAY
        free = 0
        left = abs(number)
        try:
            while left:
                day += towards
                if self.is_working_day(day):
                    left, free = left - 1, 0
                else:
                    free += 1
                    if free > MOST_FREE_DAYS:
                        raise NoWorkingDayError
        except OverflowError:
            raise NoWorkingDayError from None
        return day

    def day_of(self, due: Due) -> date:
        """Return the day that a rule says in this calendar; raises as `step` does."""
        day = self.shifted(due.base, due.shift)
        for number in due.working_days:
            day = self.step(day, number)
        return day
