"""The tables of a workbook: their headings found by name, their blanks filled from above."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odoo_seed.core.importing.words import normal, period_in
from odoo_seed.core.quoting import quoted
from odoo_seed.core.words import count
from odoo_seed.core.workbook import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.profile import Column, Profile, Table
    from odoo_seed.core.periods import Period
    from odoo_seed.core.workbook import Cell, Sheet, Workbook

Key = tuple[str, str | None]

_HEADINGS = 500
"""Filled rows in which the headings are looked for."""

_PHASE = re.compile(r"^\s*(?:phase\s+)?(?:[IVX]+|[A-Z])\s*[.:)–-]\s+\S", re.IGNORECASE)
"""``III. WIP and reconciliation``: a title, even where a task could stand."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row below the headings.

    Attributes:
        cells: By column; blank ones filled from above where the column says so.
        own: Keys of the cells that stand in the row itself.
        section: The title above it.
        period: What a title above it names.
    """

    number: int
    cells: Mapping[Key, Cell]
    own: frozenset[Key]
    section: str | None = None
    period: Period | None = None

    def get(self, field_name: str, step: str | None = None) -> Cell | None:
        """The cell of a column."""
        return self.cells.get((field_name, step))

    @property
    def first(self) -> Cell:
        """The row's own first cell."""
        return min((self.cells[key] for key in self.own), key=lambda cell: cell.column)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table, where it was found.

    Attributes:
        period: What the sheet's name, or a title above the headings, names.
        roles: What stands in brackets in a step's heading: ``1. Prep (Supervisor)``.
        headings: The cells of the headings, by column.
    """

    rule: Table
    sheet: str
    rows: tuple[TableRow, ...]
    period: Period | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[Key, Cell] = field(default_factory=dict)


def find_tables(book: Workbook, profile: Profile, doubts: Doubts) -> list[FoundTable]:
    """Return the tables of all sheets, one a sheet; a sheet without any is noted."""
    tables = []
    for sheet in book.sheets:
        if not sheet.rows:
            continue
        best: tuple[int, Table, dict[int, Column]] | None = None
        for rule in profile.tables:
            header = _header(sheet, rule) if rule.may_be_in(sheet.name) else None
            if header and (best is None or len(header[1]) > len(best[2])):
                best = (header[0], rule, header[1])
        if best is None:
            doubts.note(
                f"the sheet “{sheet.name}” was left aside: it has no row with the headings that "
                f"the profile {profile.name} names"
            )
        else:
            tables.append(_table(sheet, *best, doubts))
    return tables


def _header(sheet: Sheet, rule: Table) -> tuple[int, dict[int, Column]] | None:
    """The index of the row with the headings, and which column holds what.

    Headings may fill two rows, with cells merged downwards.
    """
    for index, row in enumerate(sheet.rows[:_HEADINGS]):
        columns = _columns(row, rule)
        if not columns:
            continue
        below = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else None
        if below is not None and below.number == row.number + 1:
            free = tuple(cell for cell in below.cells if cell.column not in columns)
            joined = _columns(Row(row.number, (*row.cells, *free)), rule)
            whole = len(free) == len(below.cells) and len(joined) == len(columns) + len(free)
            alone = _complete(_columns(below, rule), rule)
            if not alone and _complete(joined, rule) and (whole or not _complete(columns, rule)):
                return index + 1, joined
        if _complete(columns, rule):
            return index, columns
    return None


def _columns(row: Row, rule: Table) -> dict[int, Column]:
    found: dict[int, Column] = {}
    taken: set[Key] = set()
    for cell in row.cells:
        if not isinstance(cell.value, str) or cell.column in found:
            continue
        heading = normal(re.sub(r"\([^)]*\)", " ", cell.value))
        for column in rule.columns:
            if column.key not in taken and (
                column.matches(heading) or column.matches(normal(cell.value))
            ):
                found[cell.column] = column
                taken.add(column.key)
                break
    return found


def _complete(columns: Mapping[int, Column], rule: Table) -> bool:
    there = {column.key for column in columns.values()}
    return all(column.key in there for column in rule.columns if column.required)


def _table(
    sheet: Sheet, header: int, rule: Table, columns: dict[int, Column], doubts: Doubts
) -> FoundTable:
    rows = sheet.rows[header + 1 :]
    headings = {
        columns[cell.column].key: cell
        for row in sheet.rows[max(0, header - 1) : header + 1]
        for cell in row.cells
        if cell.column in columns
    }
    beside = [cell for row in rows for cell in row.cells if cell.column not in columns]
    if beside:
        doubts.note(
            f"“{sheet.name}”: {count(len(beside), 'cell')} beside the table left aside, "
            f"the first is {beside[0].ref}"
        )
    titles = [str(cell.value) for row in sheet.rows[:header] for cell in row.cells]
    periods = (period_in(text) for text in (*titles, sheet.name))
    return FoundTable(
        rule,
        sheet.name,
        tuple(_rows(rows, rule, columns, sheet.name, doubts)),
        next((period for period in periods if period is not None), None),
        dict(_roles(headings)),
        headings,
    )


def _roles(headings: Mapping[Key, Cell]) -> Iterator[tuple[str, str]]:
    for (_, step), cell in headings.items():
        match = re.search(r"\(([^()]+)\)\s*$", str(cell.value))
        if step is not None and match is not None:
            yield step, match[1].strip()


def _rows(
    rows: Sequence[Row],
    rule: Table,
    columns: Mapping[int, Column],
    sheet: str,
    doubts: Doubts,
) -> Iterator[TableRow]:
    above: dict[Key, Cell] = {}
    section: str | None = None
    period: Period | None = None
    last_title: Cell | None = None
    for row in rows:
        own = {columns[cell.column].key: cell for cell in row.cells if cell.column in columns}
        if not own or _repeats(row, columns):
            continue
        title = _title(own, rule, above)
        if title is not None:
            period = period_in(title) or period
            section = title if period_in(title) is None else section
            above, last_title = {}, next(iter(own.values()))
            continue
        last_title = None
        filled = {
            column.key: above[column.key]
            for column in columns.values()
            if column.fill_down and column.key not in own and column.key in above
        }
        yield TableRow(row.number, filled | own, frozenset(own), section, period)
        above |= own
    if last_title is not None:
        found = f"no task follows the title {quoted(last_title.value)}"
        doubts.unread("lone-title", sheet, last_title, found, "move it, or fill in the row")


def _repeats(row: Row, columns: Mapping[int, Column]) -> bool:
    """Whether the headings stand here once more, as at the top of every printed page."""
    cells = [cell for cell in row.cells if cell.column in columns]
    return len(cells) > 1 and all(
        isinstance(cell.value, str)
        and columns[cell.column].matches(normal(re.sub(r"\([^)]*\)", " ", cell.value)))
        for cell in cells
    )


def _title(own: Mapping[Key, Cell], rule: Table, above: Mapping[Key, Cell]) -> str | None:
    """The text of a row that holds only a title; None for any other row."""
    if len(own) != 1 or rule.kind in {"people", "holidays"}:
        return None
    ((name, step), cell) = next(iter(own.items()))
    if cell.kind != "text":
        return None
    text = " ".join(str(cell.value).split())
    if name in {"task", "form"}:
        return text if _PHASE.match(text) or (period_in(text) and not above) else None
    return text if name in {"category", "person"} and step in {None, rule.first_step} else None
