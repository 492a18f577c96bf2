"""Days as working days from the end of a period: what a sheet's WORKDAY once said."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from odoo_seed.core.model import Due

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from odoo_seed.core.periods import Period
    from odoo_seed.core.working_days import WorkingDays

FARTHEST = 40
"""Working days from an anchor: two months."""


def most_common_offset(days: Mapping[Period, date | None], working_days: WorkingDays) -> int | None:
    """The working days from the period's end that are right most often; None when none is.

    One day may be several of them: when the period ends on a free day, its last working day is
    both 0 and -1. Other periods tell which; else the one nearest to 0 is taken.
    """
    votes = Counter(
        number
        for period, day in days.items()
        if day is not None
        for number in _offsets(period, day, working_days)
    )
    if not votes:
        return None
    return min(votes, key=lambda number: (-votes[number], abs(number), number))


def _offsets(period: Period, day: date, working_days: WorkingDays) -> Iterator[int]:
    for number in range(-FARTHEST, FARTHEST + 1):
        last = period.last_day
        due = Due("", last, None, (number,)) if number else Due("", last, "previous")
        if working_days.day_of(due) == day:
            yield number


def step_offset(
    days: Iterable[tuple[date | None, date | None]], working_days: WorkingDays
) -> int | None:
    """The working days from a task's day to a step's that are right most often.

    Args:
        days: The task's day and the step's, once a period.
        working_days: The calendar.
    """
    votes = Counter(
        number
        for due, day in days
        if due is not None and day is not None
        for number in range(-FARTHEST, FARTHEST + 1)
        if working_days.step(due, number) == day
    )
    return min(votes, key=lambda number: (-votes[number], abs(number))) if votes else None
