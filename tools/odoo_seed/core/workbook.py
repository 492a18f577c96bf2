"""A workbook as data: sheets of rows of cells, each of which knows its place.

Free of any spreadsheet library, so that import, export and comparison can be pure. Only what holds
something is kept: blank rows and blank cells are left out, and numbers of rows and columns count
from 1, as people see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

CellKind = Literal["text", "number", "boolean", "date", "datetime", "duration", "error", "formula"]
"""`formula` is one without a cached value: nobody can tell what it shows."""

Scalar = str | int | float | bool | date | datetime | timedelta | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something.

    Attributes:
        value: By kind: `text` and `error` (such as ``#REF!``) str, `number` int or float, `boolean`
            bool, `date` date, `datetime` datetime without a zone, `duration` timedelta (a time of
            day is one since midnight), `formula` None.
        kind: What the value is; of a formula, what its cached value is.
        row: From 1.
        column: From 1.
        formula: Its text with the ``=``, when the cell is a formula.
    """

    value: Scalar
    kind: CellKind
    row: int
    column: int
    formula: str | None = None

    @property
    def ref(self) -> str:
        """As people name it: ``B7``."""
        return f"{letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row that hold something, from left to right; never empty."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, column: int) -> Cell | None:
        """The cell of a column (from 1); None when it is blank."""
        return next((cell for cell in self.cells if cell.column == column), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; of a CSV file the only one.

    Attributes:
        rows: Those that hold something, from above.
        hidden: Whether people do not see the sheet.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Workbook:
    """A spreadsheet file.

    Attributes:
        path: As reports name it.
        notes: What was left aside in reading it (macros, links to other files), a clause each.
    """

    path: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of this name, whatever its case; None when there is none."""
        wanted = name.strip().casefold()
        return next((one for one in self.sheets if one.name.strip().casefold() == wanted), None)


@cache
def letters(column: int) -> str:
    """The letters of a column (from 1): 1 is A, 28 is AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def cell(value: Scalar, row: int, column: int, formula: str | None = None) -> Cell | None:
    """The cell for a plain value; None for None and blank text, unless it is a formula.

    A datetime at midnight is a date: spreadsheets do not tell them apart.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None if formula is None else Cell(None, "formula", row, column, formula)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return Cell(value, _kind(value), row, column, formula)


def _kind(value: Scalar) -> CellKind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, datetime):
        return "datetime"
    if isinstance(value, date):
        return "date"
    return "duration" if isinstance(value, timedelta) else "text"
