"""The seed as a workbook: one page a kind, one row a record, every field in a typed column."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, assert_never

from odoo_seed.core.gantt import gantt_of
from odoo_seed.core.model import KINDS, Seed
from odoo_seed.core.values import SeedIndex
from odoo_seed.core.workbook_cells import as_list, as_stages, as_texts, as_yes_no
from odoo_seed.core.workbook_columns import (
    COLUMNS,
    FIELDS,
    FROM_TEMPLATE,
    KIND,
    SHEETS,
    Column,
    continued,
)
from odoo_seed.core.workbook_pages import Book, Heading, Page
from odoo_seed.core.workbook_records import data_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from odoo_seed.core.model import Kind, Record
    from odoo_seed.core.workbook_columns import Choices, Holds
    from odoo_seed.core.workbook_pages import Written

ALL = "all"
FORMAT = "1"

_HELP = (
    (
        "Rows and columns",
        "Sort, filter and move them as you like; columns of your own are ignored.",
    ),
    ("Lists", 'Divide entries by ; and put an entry that contains one into "double quotes".'),
    ("An empty cell", "The seed says nothing about it. A list without entries is (none)."),
    ("A new record", "A row with an external_ref of its own."),
    ("Gantt", "A picture: a bar ends on the deadline; 8 planned hours fill a working day."),
    (
        "Bringing it back",
        "odoo-seed sheet diff FILE shows what you changed; sheet import FILE takes it.",
    ),
)


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one kind: the cells of each field, by key.

    Attributes:
        marks: What a reader should see about a field, by row (from 0) and key.
    """

    kind: Kind
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Sequence[Written]]]
    marks: Mapping[tuple[int, str], str] = field(default_factory=dict)


def tables_of(seed: Seed) -> list[Table]:
    """Return the tables of a seed, all kinds."""
    return [
        Table(kind, COLUMNS[kind], [_fields(one, kind) for one in seed.of_kind(kind)])
        for kind in KINDS
    ]


def book_of(seed: Seed, only: Collection[str] = (), commit: str | None = None) -> Book:
    """Return the workbook of a seed.

    Args:
        only: Refs of projects, where the seed is a part of a larger one.
        commit: Where the seed comes from, for people.
    """
    return Book(
        pages_of(tables_of(seed)), lists_of(seed), gantt_of(seed), about("seed", only, commit, seed)
    )


def checksum(seed: Seed) -> str:
    """Return what is the same for seeds that say the same in a workbook, in any order."""
    told = sorted(
        json.dumps([kind, data_of(record)], sort_keys=True)
        for kind in KINDS
        for record in seed.of_kind(kind)
    )
    return sha256("\n".join(told).encode()).hexdigest()[:16]


def about(
    holds: str, only: Collection[str], commit: str | None, seed: Seed | None = None
) -> tuple[tuple[str, str], ...]:
    """What the sheet About says: first what a program reads, then help for people."""
    return (
        ("odoo-seed workbook", FORMAT),
        ("holds", holds),
        ("projects", as_list(sorted(only)) if only else ALL),
        ("commit", commit or ""),
        *((("checksum", checksum(seed)),) if seed else ()),
        *_HELP,
    )


def part_of(seed: Seed, only: Collection[str]) -> Seed:
    """Return some projects, what is in them, and the programs above them."""
    index = SeedIndex(seed)
    projects = tuple(one for one in seed.projects if one.external_ref in only)
    slugs = {program.slug for one in projects for program in index.programs_above(one)}
    return Seed(
        tuple(one for one in seed.programs if one.slug in slugs),
        projects,
        tuple(one for one in seed.milestones if one.project_external_ref in only),
        tuple(one for one in seed.tasks if one.project_external_ref in only),
    )


def pages_of(tables: Sequence[Table]) -> tuple[Page, ...]:
    """Return a page for each table, tasks first."""
    return tuple(_page(SHEETS[one.kind], one) for one in reversed(tables))


def one_page(tables: Sequence[Table]) -> Page:
    """Return everything as one page, for CSV: the kind in the first column."""
    columns = {KIND: Column(KIND)}
    for table in tables:
        columns |= {column.key: column for column in table.columns}
    rows = [{KIND: [table.kind], **row} for table in tables for row in table.rows]
    return _page("seed", Table("task", tuple(columns.values()), rows))


def _page(name: str, table: Table) -> Page:
    """Lay a table out; a text too long for one cell goes on in columns of its own."""
    headings: list[Heading] = []
    places: list[tuple[str, int]] = []
    for column in table.columns:
        parts = max((len(row.get(column.key, ())) for row in table.rows), default=1)
        for part in range(1, max(parts, 1) + 1):
            headings.append(Heading(continued(column.key, part), column))
            places.append((column.key, part - 1))
    rows = tuple(
        tuple(row[key][part] if len(row.get(key, ())) > part else None for key, part in places)
        for row in table.rows
    )
    marks = {(row, places.index((key, 0))): told for (row, key), told in table.marks.items()}
    return Page(name, tuple(headings), rows, marks)


def lists_of(seed: Seed) -> dict[Choices, tuple[str, ...]]:
    """Return what the drop-downs offer."""
    people = {one.manager_email for one in seed.projects}
    people |= {email for task in seed.tasks for email in task.assignee_emails or ()}
    stages = {stage.name: None for one in seed.projects for stage in one.stages or ()}
    stages |= {task.stage_name: None for task in seed.tasks}
    return {
        "people": tuple(sorted(email for email in people if email)),
        "stages": tuple(stages),
        "programs": tuple(one.slug for one in seed.programs),
        "projects": tuple(one.external_ref for one in seed.projects),
        "milestones": tuple(one.external_ref for one in seed.milestones),
        "companies": tuple(sorted({one.company_name or "" for one in seed.projects} - {""})),
    }


def _fields(record: Record, kind: Kind) -> dict[str, Sequence[Written]]:
    found = {
        column.key: cells(column.holds, getattr(record, column.key)) for column in FIELDS[kind]
    }
    source = record.source.instance if record.source else None
    found[FROM_TEMPLATE] = cells("note", getattr(record, "instance", None) or source)
    return found


def cells(holds: Holds, value: object) -> Sequence[Written]:
    """Return the cells that a field's value needs; one, unless it is a very long text."""
    if value is None:
        return [None]
    match holds:
        case "text" | "prose" | "note" | "one_of":
            return as_texts(str(value))
        case "list":
            return as_texts(as_list(value))  # type: ignore[arg-type]  # a tuple of texts here
        case "stages":
            return as_texts(as_stages(value))  # type: ignore[arg-type]  # a tuple of stages here
        case "date":
            return [value] if isinstance(value, date) else [str(value)]
        case "deadline":
            return [_moment(value)]
        case "number" | "whole":
            return [value] if isinstance(value, int | float) else [str(value)]
        case "yes_no":
            return [as_yes_no(bool(value))]
        case _:
            assert_never(holds)


def _moment(deadline: object) -> date | datetime:
    if isinstance(deadline, date):  # a milestone's
        return deadline
    moment = datetime.fromisoformat(str(deadline))
    return moment if "T" in str(deadline) else moment.date()
