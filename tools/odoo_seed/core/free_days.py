"""The days of a calendar as they are kept with an applied project, and read back later.

Days, not the calendar's definition: a newer edition of the library may know a holiday that nobody
here wrote down, and that moves deadlines just the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from odoo_seed.core.calendar import WEEKDAYS, Calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from odoo_seed.core.fields import Value

_DAY = timedelta(days=1)


def as_value(calendars: Mapping[str, Calendar], years: Mapping[str, Iterable[int]]) -> Value:
    """What is kept: ``free 2026-01-01 ph``, ``works 2026-02-28 ph``, ``weekend sat,sun ph``.

    Args:
        years: By name of the calendar, the years that matter.
    """
    told: list[str] = []
    for name, wanted in years.items():
        calendar = calendars.get(name, Calendar())
        told.append(f"weekend {','.join(calendar.weekend)} {name}")
        for year in wanted:
            told += (f"{words} {name}" for words in _unusual(calendar, year))
            told.append(f"year {year} {name}")
    return tuple(sorted(told))


@cache
def _unusual(calendar: Calendar, year: int) -> tuple[str, ...]:
    """The holidays on weekdays, and the weekend days on which people work."""
    told = []
    day = date(year, 1, 1)
    while day.year == year:
        is_weekend = WEEKDAYS[day.weekday()] in calendar.weekend
        if calendar.is_working_day(day) == is_weekend:
            told.append(f"{'works' if is_weekend else 'free'} {day}")
        if day == date.max:
            break
        day += _DAY
    return tuple(told)


@dataclass(slots=True)
class KeptCalendar:
    """A calendar read back. Of years that were not kept it knows what the present one says."""

    now: Calendar
    weekend: tuple[str, ...] = ()
    years: set[int] = field(default_factory=set)
    free: set[date] = field(default_factory=set)
    works: set[date] = field(default_factory=set)

    def is_working_day(self, day: date) -> bool:
        """Whether people worked on this day."""
        if day.year not in self.years:
            return self.now.is_working_day(day)
        if day in self.works:
            return True
        return WEEKDAYS[day.weekday()] not in self.weekend and day not in self.free


def from_value(kept: Value, calendars: Mapping[str, Calendar]) -> dict[str, KeptCalendar]:
    """The calendars that were kept with an applied project, by name; none if none were.

    Args:
        calendars: Today's, by name.
    """
    found: dict[str, KeptCalendar] = {}
    for told in kept if isinstance(kept, tuple) else ():
        what, value, name = told.split(" ", 2)
        calendar = found.setdefault(name, KeptCalendar(calendars.get(name, Calendar())))
        if what == "weekend":
            calendar.weekend = tuple(value.split(","))
        elif what == "year":
            calendar.years.add(int(value))
        else:
            (calendar.free if what == "free" else calendar.works).add(date.fromisoformat(value))
    return found
