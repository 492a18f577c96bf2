"""A freeze: days on which nothing is seeded, such as those around the end of a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from odoo_seed.core.calendar import Calendar, days_in
from odoo_seed.core.words import day as spoken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


FREEZE_OPTION = '--override-freeze "REASON"'
"""The option of the command line that lets a seed pass in a freeze."""


def way_past(once: str = FREEZE_OPTION) -> str:
    """What can be done about a freeze.

    Args:
        once: What lets a seed pass all the same.
    """
    return f"Wait for its end, or now, and on record: {once}"


@dataclass(frozen=True, slots=True)
class Dates:
    """A window from one day to another, both included.

    Attributes:
        index: Its place in the list of the YAML.
    """

    name: str
    first_day: date
    last_day: date
    index: int = field(default=0, compare=False)

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands under `freeze`."""
        return ("dates", self.index)

    def around(self, _day: date, _calendar: Calendar) -> Iterator[tuple[date, date]]:
        """First and last day."""
        yield self.first_day, self.last_day


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The last working days of a month and the first ones of the next, and all days in between.

    Without `last_working_days` it begins on the first of the next month, without
    `first_working_days` it ends with the month.

    Attributes:
        months: The months that end (3 is March), or None for all.
        index: Its place in the list of the YAML.
    """

    name: str
    last_working_days: int = 0
    first_working_days: int = 0
    months: tuple[int, ...] | None = None
    index: int = field(default=0, compare=False)

    @property
    def place(self) -> tuple[str, int]:
        """Where it stands under `freeze`."""
        return ("month_ends", self.index)

    def around(self, day: date, calendar: Calendar) -> Iterator[tuple[date, date]]:
        """First and last day of the windows that could hold this day."""
        this = (day.year, day.month)
        for month, after in ((_before(*this), this), (this, _after(*this))):
            if self.months is None or month[1] in self.months:
                yield (
                    self._first_day(month, after, calendar),
                    self._last_day(month, after, calendar),
                )

    def _first_day(self, month: _Month, after: _Month, calendar: Calendar) -> date:
        if not self.last_working_days:
            return date(*after, 1)
        days = calendar.working_days(*month)
        enough = len(days) >= self.last_working_days
        return days[-self.last_working_days] if enough else date(*month, 1)

    def _last_day(self, month: _Month, after: _Month, calendar: Calendar) -> date:
        if not self.first_working_days:
            return date(*month, days_in(*month))
        days = calendar.working_days(*after)
        enough = len(days) >= self.first_working_days
        return days[self.first_working_days - 1] if enough else date(*after, days_in(*after))


_Month = tuple[int, int]
"""Year and month."""


def _before(year: int, month: int) -> _Month:
    return (year, month - 1) if month > 1 else (year - 1, 12)


def _after(year: int, month: int) -> _Month:
    return (year, month + 1) if month < 12 else (year + 1, 1)


@dataclass(frozen=True, slots=True)
class Freeze:
    """All windows, and the calendar in which their working days count.

    Attributes:
        named: Whether the YAML only names the calendar, which stands elsewhere.
    """

    calendar: Calendar = field(default_factory=Calendar)
    dates: tuple[Dates, ...] = ()
    month_ends: tuple[MonthEnd, ...] = ()
    named: bool = field(default=False, compare=False)

    @property
    def windows(self) -> tuple[Dates | MonthEnd, ...]:
        """Of both sorts."""
        return (*self.dates, *self.month_ends)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A window that is on.

    Attributes:
        last_day: Included; it ends with this day in `time_zone` (IANA name).
    """

    name: str
    first_day: date
    last_day: date
    time_zone: str

    @property
    def end(self) -> str:
        """When it ends, in words."""
        return f"until the end of {spoken(self.last_day.isoformat())} ({self.time_zone})"

    def as_json(self) -> dict[str, Any]:
        """As the schemas of the outputs describe it."""
        return {
            "name": self.name,
            "from": self.first_day.isoformat(),
            "to": self.last_day.isoformat(),
            "time_zone": self.time_zone,
        }


@dataclass(frozen=True, slots=True)
class FreezeOverride:
    """A window in which somebody seeded all the same, and why."""

    window: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """As the schemas of the outputs describe it."""
        return {"window": self.window, "reason": self.reason}


def frozen_at(freeze: Freeze, time_zone: str, now: datetime) -> Frozen | None:
    """Return the window that is on; of several the one that ends last.

    Args:
        time_zone: IANA name of the zone in which a day is a day.
        now: Any moment with a time zone.
    """
    if not freeze.windows:
        return None
    today = now.astimezone(ZoneInfo(time_zone)).date()
    found = [
        Frozen(window.name, first, last, time_zone)
        for window in freeze.windows
        for first, last in window.around(today, freeze.calendar)
        if first <= today <= last
    ]
    return max(found, key=lambda one: one.last_day, default=None)
