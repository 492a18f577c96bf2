"""One cell to a day, a duration, a period or a text; what it is not is doubted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from odoo_seed.core.importing.words import (
    day_in,
    hours_in,
    month_of,
    period_in,
    without_number,
    wrong_weekday,
)
from odoo_seed.core.periods import Period
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.workbook import Cell

_LONGEST = 500
_FORMULA = re.compile(r"=|@|[+-]\w")
_YEARS = range(1990, 2100)
_DAY_ZERO = date(1899, 12, 30)
_SERIALS = range(32_874, 73_051)
"""Days as spreadsheets count them, from 1990 to 2099."""

_NONE = frozenset({"-", "–", "—", "n/a", "na", "none", "nil", "tbd", "tba"})
"""What people write into a cell that has nothing to say."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Reads the cells of one sheet."""

    profile: Profile
    sheet: str
    doubts: Doubts

    def text(self, cell: Cell | None, what: str) -> str | None:
        """A name; None for a blank cell, and for what is no name."""
        if self._blank(cell) or cell is None:
            return None
        if cell.kind != "text":
            said = cell.value.isoformat() if isinstance(cell.value, date) else str(cell.value)
            found = f"the {cell.kind} {said} stands where a {what} belongs"
            self.doubts.doubt("no-name", self.sheet, cell, found, f"write the {what}")
            return None
        text = "".join(char if char.isprintable() else " " for char in str(cell.value))
        text = " ".join(text.split())
        if len(text) > _LONGEST:
            found = f"a text of {len(text)} characters stands where a {what} belongs"
            self.doubts.unread("no-name", self.sheet, cell, found, f"write the {what}")
            return None
        if _FORMULA.match(text):
            found = f"{quoted(text)} looks like a formula typed as text"
            self.doubts.doubt("formula-as-text", self.sheet, cell, found, f"write the {what}")
        return text or None

    def name(self, cell: Cell | None, what: str) -> str | None:
        """A name without its number in front."""
        text = self.text(cell, what)
        return without_number(text) if text else None

    def hours(self, cell: Cell | None) -> float | None:
        """A duration; a number counts days."""
        if self._blank(cell) or cell is None:
            return None
        value = cell.value
        if isinstance(value, timedelta):
            return round(value.total_seconds() / 3600, 4)
        try:
            found = hours_in(str(value), self.profile.hours_per_day)
        except ValueError:
            told = f"{quoted(str(value))} is no duration"
            self.doubts.unread("no-duration", self.sheet, cell, told, "write 1 Day, 0.5 Day or 2 h")
            return None
        return found

    def day(self, cell: Cell | None, near: date | None) -> date | None:
        """A day; the year of one without a year is that of `near`."""
        if self._blank(cell) or cell is None:
            return None
        value = cell.value
        if isinstance(value, datetime):
            value = value.date()
        if cell.kind == "number" and _SERIALS.start <= float(str(value)) < _SERIALS.stop:
            value = _DAY_ZERO + timedelta(days=int(float(str(value))))  # a date without a format
        if not isinstance(value, date):
            try:
                value = day_in(str(value), near, month_first=self.profile.month_first)
            except (ValueError, OverflowError):
                found = f"{quoted(str(cell.value))} is no day that could be read"
                remedy = "write it as a date, or like Oct 12, 2026"
                self.doubts.unread("no-date", self.sheet, cell, found, remedy)
                return None
            if said := wrong_weekday(str(cell.value), value):
                found = f"{quoted(str(cell.value))}, but {said}"
                remedy = "check the day and its year"
                self.doubts.doubt("wrong-weekday", self.sheet, cell, found, remedy)
        if value.year not in _YEARS:
            found = f"the year of {value} cannot be right"
            self.doubts.unread("no-date", self.sheet, cell, found, "write the right year")
            return None
        return value

    def period(self, cell: Cell | None) -> Period | None:
        """A period; a date stands for its month, a number for a year."""
        if self._blank(cell) or cell is None:
            return None
        value, found = cell.value, None
        if isinstance(value, date):
            found = month_of(value)
        elif cell.kind == "number" and value in _YEARS:
            found = Period("year", int(float(str(value))))
        elif cell.kind == "text":
            found = period_in(str(value)) or self._month_of_day(str(value))
        if found is None or found.year not in _YEARS:
            told = f"{quoted(str(value))} is no period"
            remedy = "write January 2026, Q1 2026 or Annual 2025"
            self.doubts.unread("no-period", self.sheet, cell, told, remedy)
            return None
        return found

    def _month_of_day(self, text: str) -> Period | None:
        """The month of which a text is the first or last day, as CSV has dates."""
        try:
            day = day_in(text, None, month_first=self.profile.month_first)
        except (ValueError, OverflowError):
            return None
        found = month_of(day)
        return found if day in {found.first_day, found.last_day} else None

    def _blank(self, cell: Cell | None) -> bool:
        """Whether a cell says nothing; one that cannot say what it should is doubted."""
        if cell is None:
            return True
        if cell.kind == "formula":
            found = "the formula has no value: the file was never calculated"
            remedy = "open the file in a spreadsheet program and save it"
            self.doubts.doubt("no-cached-value", self.sheet, cell, found, remedy)
            return True
        if cell.kind == "error":
            found = f"the cell holds the error {cell.value}"
            self.doubts.doubt("error-value", self.sheet, cell, found, "mend its formula")
            return True
        return says_nothing(cell)


def says_nothing(cell: Cell) -> bool:
    """Whether somebody wrote that there is nothing to say, such as ``n/a``."""
    return isinstance(cell.value, str) and cell.value.strip().casefold() in _NONE
