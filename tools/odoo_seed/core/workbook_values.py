"""One cell to one value of the seed, in the form that YAML has it."""

from __future__ import annotations

import re
from datetime import MAXYEAR, date, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING

from odoo_seed.core.quoting import quoted
from odoo_seed.core.typed_days import typed_day, typed_deadline
from odoo_seed.core.workbook_cells import from_list, from_stages, from_texts, from_yes_no

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.workbook import Cell
    from odoo_seed.core.workbook_columns import Column

_NUMBER = re.compile(r"([-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?)\s*(?:h|hrs?|hours?)?\.?", re.ASCII)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_COMMAS_DIVIDE = frozenset({"assignee_emails", "depends_on_refs", "previous_refs"})


def value_of(column: Column, cells: Sequence[Cell], *, month_first: bool | None = None) -> object:
    """Return what the cells of a field say; several when a long text goes on. None for blank.

    Texts, numbers, booleans, lists and mappings as in YAML: dates are text. `month_first` says how
    days such as 02/03/2026 are read, where that is known.

    Raises:
        ValueError: With a clause for people.
    """
    if not cells:
        return None
    for cell in cells:
        if cell.kind == "formula":
            raise ValueError("the formula has no value; put the value itself there")
        if cell.kind == "error":
            raise ValueError(f"it shows {cell.value}; put a value there")
    match column.holds:
        case "date":
            return _deadline(cells[0], month_first, only_day=True)
        case "deadline":
            return _deadline(cells[0], month_first, only_day=False)
        case "number" | "whole":
            return _number(cells[0])
        case "yes_no":
            return _yes_no(cells[0])
    text = from_texts(_text(cell) for cell in cells)
    if column.holds == "list":
        if column.key in _COMMAS_DIVIDE:
            text = re.sub(r"[,\s]+", ";", text.strip()) if "(" not in text else text
        return from_list(text)
    if column.holds == "stages":
        return [
            {"name": stage.name, "fold": True} if stage.fold else stage.name
            for stage in from_stages(text)
        ]
    if column.holds == "one_of":
        return text.strip().casefold()
    return text if column.holds == "prose" else text.strip()


def _text(cell: Cell) -> str:
    value = cell.value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _deadline(cell: Cell, month_first: bool | None, *, only_day: bool) -> str:
    value = cell.value
    if isinstance(value, datetime):
        if value.year == MAXYEAR:
            raise ValueError("the year is out of range")
        moment = value + timedelta(seconds=30)  # serial numbers are not exact to the second
        day, time = f"{moment:%Y}".zfill(4) + f"-{moment:%m-%d}", f"{moment:%H:%M}"
        if time == "00:00":
            return day
        if only_day:
            raise ValueError("only a day belongs here, without a time")
        return f"{day}T{time}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            if only_day:
                return typed_day(value, month_first).isoformat()
            return typed_deadline(value, month_first)
        except ValueError as error:
            raise ValueError(f"{quoted(value)}: {error}") from None
    raise ValueError(f"{quoted(str(value))} is a number, not a date; format the cell as a date")


def _number(cell: Cell) -> float | int:
    found = _any_number(cell)
    if not isfinite(found):
        raise ValueError(f"{quoted(str(cell.value))} is too large")
    return found


def _any_number(cell: Cell) -> float | int:
    value = cell.value
    if isinstance(value, timedelta):
        return value / timedelta(hours=1)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value).strip()
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", ""))
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f"{quoted(text)} is not a number")
    return float(found[1].replace(",", "."))


def _yes_no(cell: Cell) -> bool:
    if isinstance(cell.value, bool):
        return cell.value
    answer = from_yes_no(_text(cell))
    if answer is None:
        raise ValueError(f"{quoted(str(cell.value))} is neither yes nor no")
    return answer
