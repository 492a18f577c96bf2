"""An .xlsx file, read with openpyxl without ever having all its cells in memory as XML."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from odoo_seed.core.workbook import Cell, Row, Sheet, Workbook, cell
from odoo_seed.edges.workbooks.packages import examine
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.workbook import Scalar

MAX_CELLS = 5_000_000
"""Looked at in one workbook, blank ones before a filled one included."""

MAX_ROWS = 1_048_576
"""Of a sheet, in every spreadsheet program."""

MAX_FORMULA = 1_000
"""Characters of a formula that are kept."""

_ESCAPED = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")
"""How a workbook writes what XML cannot hold, such as a carriage return (ECMA-376, ST_Xstring);
openpyxl leaves it so. Halves of surrogate pairs are no characters."""


def read_excel(content: bytes, name: str) -> Workbook:
    """Read the bytes of an .xlsx file; `name` is how errors name it.

    Raises:
        UsageError: It cannot be read, or not safely.
    """
    notes = examine(content, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which nobody asked for
        try:
            return Workbook(name, tuple(_sheets(content, name)), tuple(notes))
        except UsageError:
            raise
        except Exception as error:  # openpyxl answers broken XML with errors of every class
            raise UsageError(
                f"{name} cannot be read as a workbook",
                remedy="open it in a spreadsheet program and save it again as .xlsx",
            ) from error


def _sheets(content: bytes, name: str) -> Iterator[Sheet]:
    book, shown = _open(content, data_only=False), None
    visited = 0
    for worksheet in book.worksheets:
        rows = []
        formulas = False
        for cells in _rows(worksheet):
            visited += len(cells)
            if visited > MAX_CELLS:
                raise UsageError(
                    f"{name} has more than {MAX_CELLS:,} cells",
                    remedy="delete what stands far to the right of the tables, or far below them",
                )
            formulas = formulas or any(one.data_type == "f" for one in cells)
            if found := tuple(made for one in cells if (made := _cell(one)) is not None):
                rows.append(Row(found[0].row, found))
        if formulas:
            shown = shown or _open(content, data_only=True)
            rows = list(_with_values(rows, shown[worksheet.title]))
        hidden = worksheet.sheet_state != "visible"
        yield Sheet(worksheet.title, tuple(row for row in rows if row.cells), hidden)


def _open(content: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - a fifth of a second, for one command

    return load_workbook(
        BytesIO(content), read_only=True, data_only=data_only, keep_links=False, keep_vba=False
    )


def _rows(worksheet: Any) -> Iterator[tuple[Any, ...]]:
    worksheet.reset_dimensions()  # what the file says of its size may be wrong, or enormous
    for number, cells in enumerate(worksheet.iter_rows(), start=1):
        if number > MAX_ROWS:
            raise ValueError("a row behind the last one that a sheet can have")
        if cells:
            yield cells


def _with_values(rows: list[Row], shown: Any) -> Iterator[Row]:
    """The rows with the cached values of their formulas."""
    wanted = {row.number: row for row in rows if any(one.formula for one in row.cells)}
    values: dict[tuple[int, int], Any] = {}
    for cells in _rows(shown):
        for one in cells:
            if one.value is not None and one.row in wanted:
                values[one.row, one.column] = one
    for row in rows:
        yield Row(row.number, tuple(_valued(one, values) for one in row.cells))


def _valued(found: Cell, values: dict[tuple[int, int], Any]) -> Cell:
    cached = values.get((found.row, found.column))
    if found.formula is None or cached is None:
        return found
    made = _cell(cached, found.formula)
    return found if made is None else made


def _cell(one: Any, formula: str | None = None) -> Cell | None:
    """A cell of openpyxl's as ours; None for a blank one, which has no place there."""
    value = one.value
    if value is None:
        return None
    if one.data_type == "f":
        text = str(getattr(value, "text", value))  # of an array formula, which is an object
        return cell(None, one.row, one.column, text[:MAX_FORMULA])
    if one.data_type == "e":
        return Cell(str(value), "error", one.row, one.column, formula)
    return cell(_scalar(value), one.row, one.column, formula)


def _scalar(value: Any) -> Scalar:
    if isinstance(value, time):
        return timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        )
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, bool | int | float | datetime | date | timedelta):
        return value
    return str(value)
