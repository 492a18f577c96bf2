"""Days as working days from the end of a period: what a sheet's WORKDAY once said."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from odoo_seed.core.calendar import days_in
from odoo_seed.core.model import Due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from odoo_seed.core.periods import Period
    from odoo_seed.core.working_days import WorkingDays

_MONTHS_AFTER = 6
_DAYS_AFTER = 200
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


def statutory_rule(
    days: Mapping[Period, date | None], working_days: WorkingDays
) -> dict[str, Any] | None:
    """The day of the law that is right most often, as the YAML's `rule`; None when none is.

    A day on which people do not work has moved to the next working day, so several days of the law
    may be right; the one that moved least often is taken, and a day of the month before a count.
    """
    known = {period: day for period, day in days.items() if day is not None}
    best: tuple[tuple[int, int], dict[str, int]] | None = None
    for rule, base in _rules():
        right = moved = 0
        for period, day in known.items():
            law = base(period)
            if working_days.shifted(law, "next") == day:
                right, moved = right + 1, moved + (law != day)
        if right and (best is None or (right, -moved) > best[0]):
            best = (right, -moved), rule
    if best is None:
        return None
    found: dict[str, Any] = dict(best[1])
    if "day" in found and (exceptions := list(_exceptions(best[1], known, working_days))):
        found["except"] = exceptions
    return found


def _exceptions(
    rule: Mapping[str, int], days: Mapping[Period, date], working_days: WorkingDays
) -> Iterator[dict[str, Any]]:
    """Another day of the same month, in periods that end in a certain month."""
    months = rule.get("months_after", 1)
    for period, day in days.items():
        laws = [_day_of_month(months, number, period) for number in range(1, 32)]
        if working_days.shifted(laws[rule["day"] - 1], "next") != day and day in laws:
            yield {"months": [period.last_month], "day": laws.index(day) + 1}


def _rules() -> Iterator[tuple[dict[str, int], Callable[[Period], date]]]:
    """Days of the first months after a period, then counts of days after its last one."""
    for months in range(1, _MONTHS_AFTER + 1):
        for day in range(1, 32):
            rule = {"day": day} | ({"months_after": months} if months > 1 else {})
            yield rule, partial(_day_of_month, months, day)
    for days in range(1, _DAYS_AFTER + 1):
        yield {"days_after": days}, partial(_days_after, days)


def _day_of_month(months: int, day: int, period: Period) -> date:
    count = period.year * 12 + period.last_month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day, days_in(year, month)))


def _days_after(days: int, period: Period) -> date:
    return period.last_day + timedelta(days=days)


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
