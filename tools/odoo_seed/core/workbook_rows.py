"""Finds the product's own tables in a workbook that people worked in.

Sheets are known by their names, or by their headings; headings by their words, whatever their
case, their place and the rows above them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odoo_seed.core.doubts import Doubt
from odoo_seed.core.model import KINDS
from odoo_seed.core.quoting import quoted
from odoo_seed.core.typed_days import proven_order
from odoo_seed.core.workbook import letters
from odoo_seed.core.workbook_cells import from_list
from odoo_seed.core.workbook_columns import ABOUT, COLUMNS, FIELDS, GANTT, KEYS, KIND, LISTS, SHEETS
from odoo_seed.core.workbook_export import ALL
from odoo_seed.core.workbook_values import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.model import Kind
    from odoo_seed.core.workbook import Cell, Row, Sheet, Workbook
    from odoo_seed.core.workbook_columns import Column

_TOP = 30
"""Rows among which the headings stand."""

_OURS = frozenset(name.casefold() for name in (GANTT, LISTS, ABOUT))
_SYNONYMS: dict[str, str] = {
    "ref": "external_ref",
    "task": "name",
    "task_name": "name",
    "project": "project_external_ref",
    "parent": "parent_external_ref",
    "milestone": "milestone_external_ref",
    "program": "program_slug",
    "company": "company_name",
    "manager": "manager_email",
    "stage": "stage_name",
    "tags": "tag_names",
    "assignee": "assignee_emails",
    "assignees": "assignee_emails",
    "assignee_email": "assignee_emails",
    "due": "deadline",
    "due_date": "deadline",
    "hours": "planned_hours",
    "dependencies": "depends_on_refs",
    "depends_on": "depends_on_refs",
}
_PART = re.compile(r"(.+?)_?\((\d+)\)")


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One row: what it says about one record.

    Attributes:
        values: By key, as in YAML; None where the cell is blank. A key is missing when there is no
            such column, or when its cell cannot be read.
        columns: Number of the column, by key.
    """

    kind: Kind
    sheet: str
    number: int
    values: Mapping[str, object]
    columns: Mapping[str, int]

    @property
    def ref(self) -> str:
        """The record's own ref; empty when the row has none."""
        return str(self.values.get(KEYS[self.kind]) or "")

    def doubt(self, key: str, code: str, found: str, remedy: str = "") -> Doubt:
        """An error in this row, at the cell of a key where there is one."""
        column = self.columns.get(key)
        cell = f"{letters(column)}{self.number}" if column else ""
        return Doubt(self.sheet, self.number, cell, code, found, remedy, "error")


@dataclass(slots=True)
class RecordRows:
    """What a workbook holds in the product's own layout.

    Attributes:
        kinds: Those that it has a table for.
        holds: ``seed`` or ``shadow``, as it says itself.
        only: Refs of the projects that it is about; None when it does not say, empty for all.
        checksum: Of what was exported; empty when it does not say.
    """

    rows: list[RecordRow] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    holds: str = "seed"
    only: tuple[str, ...] | None = None
    checksum: str = ""


def record_rows(workbook: Workbook) -> RecordRows:
    """Return all rows of all tables, and what could not be read."""
    found = RecordRows()
    for sheet in workbook.sheets:
        name = sheet.name.strip().casefold()
        if name == ABOUT.casefold():
            _read_about(sheet, found)
        if name in _OURS:
            continue
        head = _head(sheet)
        if head is None:
            if sheet.rows:
                told = "no table of programs, projects, milestones or tasks: it is not read"
                first = sheet.rows[0].number
                found.doubts.append(Doubt(sheet.name, first, "", "unknown-sheet", told))
            continue
        _Table(sheet, head, found).read()
    return found


@dataclass(frozen=True, slots=True)
class _Head:
    row: int
    kind: Kind | None
    columns: Mapping[str, Sequence[int]]


def _read_about(sheet: Sheet, found: RecordRows) -> None:
    told = {}
    for row in sheet.rows:
        label, value = row.at(1), row.at(2)
        if label is not None and value is not None:
            told[str(label.value).strip()] = str(value.value).strip()
    found.holds = told.get("holds", found.holds)
    found.checksum = told.get("checksum", "")
    if projects := told.get("projects"):
        found.only = () if projects == ALL else tuple(from_list(projects))


def normal(heading: object) -> str:
    """The key that a heading means: ``Planned Hours`` is planned_hours."""
    word = re.sub(r"[\s_-]+", "_", str(heading).strip().casefold()).strip("_")
    return _SYNONYMS.get(word, word)


def _head(sheet: Sheet) -> _Head | None:
    for row in sheet.rows[:_TOP]:
        columns = _columns(row)
        kind = _kind(sheet.name, columns)
        if kind is None and KIND not in columns:
            continue
        key = KEYS[kind] if kind else "external_ref"
        if key in columns and len(columns) > 1:
            return _Head(row.number, kind, columns)
    return None


def _columns(row: Row) -> dict[str, list[int]]:
    """The numbers of the columns, by key; those in which a text goes on follow the first."""
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for cell in row.cells:
        key, part = normal(cell.value), 1
        if more := _PART.fullmatch(key):
            key, part = more[1], int(more[2])
        found[key].setdefault(part, cell.column)
    known = {column.key for columns in COLUMNS.values() for column in columns} | {KIND}
    return {
        key: [parts[part] for part in sorted(parts)]
        for key, parts in found.items()
        if key in known and 1 in parts
    }


def _kind(name: str, columns: Mapping[str, object]) -> Kind | None:
    if KIND in columns:
        return None
    word = name.strip().casefold()
    for kind, title in SHEETS.items():
        if word == title.casefold():
            return kind
    if "slug" in columns:
        return "program"
    if "project_external_ref" not in columns:
        return "project" if "company_name" in columns else None
    own = {"stage_name", "assignee_emails", "planned_hours", "depends_on_refs"}
    return "task" if own & columns.keys() else "milestone"


def _days(sheet: Sheet, head: _Head) -> Iterator[str]:
    """The dates of a table as they are written; real dates too."""
    columns = {
        numbers[0]
        for fields in FIELDS.values()
        for column in fields
        if column.holds in {"date", "deadline"} and (numbers := head.columns.get(column.key))
    }
    for row in sheet.rows:
        if row.number > head.row:
            yield from (str(cell.value) for cell in row.cells if cell.column in columns)


class _Table:
    def __init__(self, sheet: Sheet, head: _Head, found: RecordRows) -> None:
        self.sheet = sheet
        self.head = head
        self.found = found
        self.month_first = proven_order(_days(sheet, head))
        if self.month_first is not None:
            read = "3 February" if self.month_first else "2 March"
            found.notes.append(
                f"“{sheet.name}”: 02/03/2026 is {read}, since its other dates are so"
            )
        if head.kind is not None:
            found.kinds.add(head.kind)

    def read(self) -> None:
        for row in self.sheet.rows:
            if row.number > self.head.row:
                self._row(row)

    def _row(self, row: Row) -> None:
        cells = {cell.column: cell for cell in row.cells}
        kind = self.head.kind or self._named_kind(row, cells)
        if kind is None:
            return
        columns = {
            column.key: self.head.columns[column.key]
            for column in FIELDS[kind]
            if column.key in self.head.columns
        }
        if not any(number in cells for numbers in columns.values() for number in numbers):
            return  # only something in people's own columns
        self.found.kinds.add(kind)
        places = {key: numbers[0] for key, numbers in columns.items()}
        values = dict(self._values(kind, row, cells, columns))
        self.found.rows.append(RecordRow(kind, self.sheet.name, row.number, values, places))

    def _named_kind(self, row: Row, cells: Mapping[int, Cell]) -> Kind | None:
        cell = cells.get(self.head.columns[KIND][0])
        word = str(cell.value).strip().casefold() if cell else ""
        kind = next((one for one in KINDS if word in {one, f"{one}s"}), None)
        if kind is None:
            told = f"{quoted(word)} is no kind of record" if word else "the row has no kind"
            remedy = "write program, project, milestone or task"
            place = cell.ref if cell else ""
            self.found.doubts.append(
                Doubt(self.sheet.name, row.number, place, "unknown-kind", told, remedy, "error")
            )
        return kind

    def _values(
        self,
        kind: Kind,
        row: Row,
        cells: Mapping[int, Cell],
        columns: Mapping[str, Sequence[int]],
    ) -> Iterator[tuple[str, object]]:
        for column in FIELDS[kind]:
            numbers = columns.get(column.key, ())
            if not numbers:
                continue
            given = [cells[number] for number in numbers if number in cells]
            try:
                yield column.key, value_of(column, given, month_first=self.month_first)
            except ValueError as error:
                self._unreadable(column, given[0], row, str(error))

    def _unreadable(self, column: Column, cell: Cell, row: Row, told: str) -> None:
        code = f"unreadable-{column.holds.replace('_', '-')}"
        self.found.doubts.append(
            Doubt(self.sheet.name, row.number, cell.ref, code, f"{column.key}: {told}", "", "error")
        )
