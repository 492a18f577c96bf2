"""The sheets that people work in: typed columns, drop-downs, a heading that stays in sight."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from odoo_seed.core.workbook_columns import ABOUT, LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from odoo_seed.core.workbook_columns import Choices, Column
    from odoo_seed.core.workbook_pages import Heading, Page, Written

_ROOM = 500
"""Rows below the last one that have drop-downs too, for what people add."""

_INK, _HEAD, _MARK = "#1F3864", "#D9E2F3", "#FCE4D6"
_FIRST_DATE = date(1900, 1, 1)
_NUMBER_FORMATS = {
    "date": "yyyy-mm-dd",
    "deadline": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "number": "0.##",
    "whole": "0",
}


class Pen:
    """A workbook that is being written, its formats, and where its lists stand.

    Attributes:
        lists: What drop-downs offer; only those that are not empty.
    """

    def __init__(self, workbook: Workbook, lists: Mapping[Choices, Sequence[str]]) -> None:
        self.workbook = workbook
        self.lists = {name: entries for name, entries in lists.items() if entries}
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """The format with these properties; the same one every time."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self._formats[key]

    @property
    def head(self) -> Format:
        """The format of headings."""
        return self.format(bold=True, font_color=_INK, bg_color=_HEAD, bottom=1)

    def range_of(self, choices: Choices) -> str:
        """Where a list stands."""
        column = list(self.lists).index(choices)
        letter = chr(ord("A") + column)
        return f"={LISTS}!${letter}$2:${letter}${len(self.lists[choices]) + 1}"


def write_page(pen: Pen, page: Page) -> None:
    """Write a sheet with a heading row and a row a record."""
    sheet = pen.workbook.add_worksheet(page.name)
    last = max(len(page.rows), 1)
    for place, heading in enumerate(page.headings):
        column = heading.column
        sheet.set_column(place, place, column.width, _format(pen, column.holds))
        sheet.write_string(0, place, heading.text, pen.head)
        _offer(pen, sheet, place, column, last + _ROOM)
    for number, row in enumerate(page.rows, start=1):
        for place, value in enumerate(row):
            if value is None:
                continue
            mark = page.marks.get((number - 1, place))
            _write(pen, sheet, number, place, page.headings[place], value, marked=mark is not None)
    for (number, place), told in page.marks.items():
        if page.rows[number][place] is None:
            sheet.write_blank(number + 1, place, None, pen.format(bg_color=_MARK))
        sheet.write_comment(number + 1, place, told, {"x_scale": 2})
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(page.headings) - 1)


def _write(
    pen: Pen,
    sheet: Worksheet,
    row: int,
    place: int,
    heading: Heading,
    value: Written,
    *,
    marked: bool,
) -> None:
    look = {"bg_color": _MARK} if marked else {}
    holds = heading.column.holds
    if isinstance(value, date) and _is_known(value):
        kind = "moment" if isinstance(value, datetime) else holds
        sheet.write_datetime(row, place, value, _format(pen, kind, **look))
    elif isinstance(value, int | float) and _survives(value):
        sheet.write_number(row, place, value, _format(pen, holds, **look))
    else:
        sheet.write_string(row, place, str(value), _format(pen, "text", **look))


def _is_known(day: date) -> bool:
    """Whether spreadsheets can hold a day; the others are written as text."""
    return (day.date() if isinstance(day, datetime) else day) >= _FIRST_DATE


def _survives(number: float) -> bool:
    """Whether the 16 digits that XlsxWriter writes say it exactly; else it is written as text."""
    return float(f"{number:.16G}") == number


def _format(pen: Pen, holds: str, **look: Any) -> Format:
    number = _NUMBER_FORMATS.get(holds)
    if number is None:
        return pen.format(num_format="@", **look) if holds == "text" else pen.format(**look)
    return pen.format(num_format=number, **look)


def _offer(pen: Pen, sheet: Worksheet, place: int, column: Column, last: int) -> None:
    """Give a column its drop-down, or say what it takes."""
    choices = column.choices
    rule: dict[str, Any] = {"validate": "list", "show_error": column.strict}
    if isinstance(choices, tuple):
        if choices:
            sheet.data_validation(1, place, last, place, rule | {"source": list(choices)})
    elif choices in pen.lists:
        sheet.data_validation(1, place, last, place, rule | {"source": pen.range_of(choices)})
    if column.holds in {"date", "deadline"}:
        told = {"validate": "any", "input_message": "A day, such as 2026-01-09."}
        if column.holds == "deadline":
            told["input_message"] = "A day such as 2026-01-09, or with a time: 2026-01-09 15:00."
        sheet.data_validation(1, place, last, place, told)


def write_lists(pen: Pen) -> None:
    """Write what drop-downs offer, on a sheet that people need not see."""
    if not pen.lists:
        return
    sheet = pen.workbook.add_worksheet(LISTS)
    for place, (name, entries) in enumerate(pen.lists.items()):
        sheet.set_column(place, place, 28)
        sheet.write_string(0, place, name, pen.head)
        for row, entry in enumerate(entries, start=1):
            sheet.write_string(row, place, entry)
    sheet.freeze_panes(1, 0)
    sheet.hide()


def write_about(pen: Pen, rows: Sequence[tuple[str, str]]) -> None:
    """Write the sheet that says what the workbook is."""
    sheet = pen.workbook.add_worksheet(ABOUT)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for number, (label, told) in enumerate(rows):
        sheet.write_string(number, 0, label, pen.format(bold=True))
        sheet.write_string(number, 1, told)
