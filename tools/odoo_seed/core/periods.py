"""Months, quarters and years: what a schedule repeats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.calendar import days_in

if TYPE_CHECKING:
    from collections.abc import Iterator

Every = Literal["month", "quarter", "year"]

MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "year": 12}
"""How many months each one has."""

MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

FORMS: dict[Every, str] = {"month": "2026-01", "quarter": "2026-Q1", "year": "2026"}
"""How each one is written."""

_PERIOD = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A month, a quarter or a year.

    Attributes:
        number: Counted from the year 0: of months, quarters or years.
    """

    every: Every
    number: int

    @property
    def year(self) -> int:
        """Its year."""
        return self.number * MONTHS[self.every] // 12

    @property
    def last_month(self) -> int:
        """The month in which it ends, 1 to 12."""
        return ((self.number + 1) * MONTHS[self.every] - 1) % 12 + 1

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.last_month - MONTHS[self.every] + 1, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date(self.year, self.last_month, days_in(self.year, self.last_month))

    @property
    def quarter(self) -> int:
        """The quarter in which it ends, 1 to 4."""
        return (self.last_month + 2) // 3

    def __str__(self) -> str:
        written = {"month": f"-{self.last_month:02}", "quarter": f"-Q{self.quarter}", "year": ""}
        return f"{self.year:04}{written[self.every]}"

    @property
    def name(self) -> str:
        """As people say it: ``January 2026``, ``Q1 2026``, ``2026``."""
        if self.every == "month":
            return f"{MONTH_NAMES[self.last_month - 1]} {self.year}"
        return f"Q{self.quarter} {self.year}" if self.every == "quarter" else str(self.year)

    def moved(self, by: int) -> Period:
        """The period so many later, or earlier."""
        return Period(self.every, self.number + by)

    def parts(self, every: Every) -> Iterator[Period]:
        """Yield the months or quarters it consists of; itself when they are no shorter."""
        many = MONTHS[self.every] // MONTHS[every]
        if many <= 1:
            yield self
            return
        for index in range(many):
            yield Period(every, self.number * many + index)

    def parameters(self) -> dict[str, str]:
        """Return what names and refs may say about it."""
        before, after = self.moved(-1), self.moved(1)
        told = {
            "period": str(self),
            "period_name": self.name,
            "year": f"{self.year:04}",
            "previous_period": str(before),
            "previous_period_name": before.name,
            "next_period": str(after),
            "next_period_name": after.name,
        }
        if self.every != "year":
            told["quarter"] = f"Q{self.quarter}"
        if self.every == "month":
            told["month"] = f"{self.last_month:02}"
            told["month_name"] = MONTH_NAMES[self.last_month - 1]
        return told


def period_of(day: date, every: Every) -> Period:
    """Return the period that a day is in."""
    return Period(every, (day.year * 12 + day.month - 1) // MONTHS[every])


def parse_period(written: str | float) -> Period:
    """Return the period that ``2026-01``, ``2026-Q1`` or ``2026`` names.

    Raises:
        ValueError: It names none, or one of a year that nobody plans for.
    """
    text = written if isinstance(written, str) else f"{written:.0f}"
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError("a period is written like 2026-01, 2026-Q1 or 2026")
    if not 1900 <= int(match[1]) <= 9998:
        raise ValueError("a period is of a year from 1900 to 9998")
    year, month, quarter = int(match[1]), match[2], match[3]
    if month:
        return Period("month", year * 12 + int(month) - 1)
    return Period("quarter", year * 4 + int(quarter) - 1) if quarter else Period("year", year)
