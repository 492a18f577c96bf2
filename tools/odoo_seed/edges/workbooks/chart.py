"""The Gantt sheet: coloured cells over an axis of real dates, so that every viewer shows it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from odoo_seed.core.workbook_columns import GANTT

if TYPE_CHECKING:
    from datetime import date

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from odoo_seed.core.gantt import Gantt, GanttRow, Look, Unit
    from odoo_seed.edges.workbooks.pages import Pen

COLUMNS = (
    ("name", 46), ("external_ref", 22), ("stage", 13), ("people", 18), ("start", 11), ("end", 11),
)  # fmt: skip
_FIRST = len(COLUMNS)
COLOURS: dict[Look, str] = {
    "project": "#1F3864",
    "group": "#5B7DB8",
    "task": "#6FA8DC",
    "done": "#A6A6A6",
    "milestone": "#C55A11",
}
_WEEKEND, _TODAY = "#F2F2F2", "#FFD966"
_WIDTHS: dict[Unit, float] = {"day": 2.6, "week": 5, "month": 5, "year": 5}
_SHOWN: dict[Unit, str] = {"day": "d", "week": "d mmm", "month": "mmm", "year": "yyyy"}
_DATE = "yyyy-mm-dd"


def write_gantt(pen: Pen, gantt: Gantt) -> None:
    """Write the chart: a heading with months, a heading with days, a row a record."""
    sheet = pen.workbook.add_worksheet(GANTT)
    for place, (title, width) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
        sheet.write_string(1, place, title, pen.head)
    _write_axis(pen, sheet, gantt)
    for number, row in enumerate(gantt.rows, start=2):
        _write_words(pen, sheet, number, row)
        _write_bar(pen, sheet, number, row, gantt)
    sheet.freeze_panes(2, 2)
    if gantt.rows:
        sheet.autofilter(1, 0, len(gantt.rows) + 1, _FIRST - 1)


def _write_axis(pen: Pen, sheet: Worksheet, gantt: Gantt) -> None:
    head = pen.format(bold=True, font_color="#1F3864", bg_color="#D9E2F3", align="left")
    shown = pen.format(num_format=_SHOWN[gantt.unit], font_size=8, align="center", bottom=1)
    for place, day in enumerate(gantt.axis, start=_FIRST):
        sheet.set_column(place, place, _WIDTHS[gantt.unit], _ground(pen, gantt, day))
        sheet.write_datetime(1, place, day, shown)
    for span, days in groupby(
        enumerate(gantt.axis, start=_FIRST), key=lambda one: _span(gantt, one[1])
    ):
        places = [place for place, _ in days]
        if len(places) > 1:
            sheet.merge_range(0, places[0], 0, places[-1], span, head)
        else:
            sheet.write_string(0, places[0], span, head)
    if gantt.unit == "day" and gantt.axis:
        today = {"type": "cell", "criteria": "==", "value": "TODAY()"}
        end = _FIRST + len(gantt.axis) - 1
        sheet.conditional_format(1, _FIRST, 1, end, today | {"format": pen.format(bg_color=_TODAY)})


def _span(gantt: Gantt, day: date) -> str:
    if gantt.unit in {"day", "week"}:
        return f"{day:%b} {day.year}"
    return str(day.year) if gantt.unit == "month" else f"{day.year // 10 * 10}s"


def _ground(pen: Pen, gantt: Gantt, day: date) -> Format | None:
    weekend = gantt.unit == "day" and day.weekday() >= 5
    return pen.format(bg_color=_WEEKEND) if weekend else None


def _write_words(pen: Pen, sheet: Worksheet, number: int, row: GanttRow) -> None:
    bold = row.look in {"project", "group"}
    sheet.write_string(number, 0, row.name, pen.format(indent=min(row.level, 15), bold=bold))
    for place, text in enumerate((row.external_ref, row.stage, row.people), start=1):
        if text:
            sheet.write_string(number, place, text)
    for place, day in ((4, row.first), (5, row.last)):
        if day is not None:
            sheet.write_datetime(number, place, day, pen.format(num_format=_DATE))


def _write_bar(pen: Pen, sheet: Worksheet, number: int, row: GanttRow, gantt: Gantt) -> None:
    bar = gantt.bar(row)
    if bar is None:
        return
    colour = COLOURS[row.look]
    if row.look == "milestone":
        look = pen.format(font_color=colour, align="center", bold=True)
        sheet.write_string(number, _FIRST + bar[0], "◆", look)
        return
    look = pen.format(bg_color=colour)
    for place in range(bar[0], bar[1] + 1):
        sheet.write_blank(number, _FIRST + place, None, look)
