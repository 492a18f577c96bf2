"""Records as the data that YAML would hold of them, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from odoo_seed.core.deadlines import parse_date, parse_deadline
from odoo_seed.core.model import Kind, Milestone, Program, Project, Stage, Task
from odoo_seed.core.workbook_columns import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.model import Record
    from odoo_seed.core.workbook_rows import RecordRow

Key = tuple[Kind, str]
"""Kind and ref."""

Data = dict[str, Any]
"""By YAML key; what the record says nothing about is absent."""

_CLASSES: dict[Kind, type[Any]] = {
    "program": Program,
    "project": Project,
    "milestone": Milestone,
    "task": Task,
}
_KINDS: dict[type[Any], Kind] = {found: kind for kind, found in _CLASSES.items()}


def data_of(record: Record) -> Data:
    """Return what YAML would say of a record, defaults included."""
    kind = _KINDS[type(record)]
    given = {column.key: getattr(record, column.key) for column in FIELDS[kind]}
    return {key: _plain(value) for key, value in given.items() if value is not None}


def row_data(row: RecordRow, before: Mapping[str, Any]) -> Data:
    """Return what a row says, and of what it has no column for, what was before."""
    data = {column.key: row.values.get(column.key) for column in FIELDS[row.kind]}
    data |= {key: value for key, value in before.items() if key not in row.values}
    return {key: value for key, value in data.items() if value is not None}


def record_of(kind: Kind, data: Mapping[str, Any], before: Record | None) -> Record:
    """Return the record that data which satisfies the schema describes.

    Args:
        before: The record as it is; what is no column of a workbook comes from it.
    """
    fields = {
        column.key: _field(column.key, kind, data[column.key])
        for column in FIELDS[kind]
        if column.key in data
    }
    made: Record = _CLASSES[kind](**fields)
    if before is None:
        return made
    changed = {
        column.key: value
        for column in FIELDS[kind]
        if (value := getattr(made, column.key)) != getattr(before, column.key)
    }
    if "deadline" in changed and isinstance(before, Task):
        changed["due"] = None  # nobody counts it any more
    return replace(before, **changed) if changed else before


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Stage):
        return {"name": value.name, "fold": True} if value.fold else value.name
    return value


def _field(key: str, kind: Kind, value: Any) -> Any:
    if key == "stages":
        return tuple(
            Stage(one["name"], one.get("fold", False)) if isinstance(one, dict) else Stage(one)
            for one in value
        )
    if key in {"date_start", "date_end"} or (kind, key) == ("milestone", "deadline"):
        return parse_date(value)
    if key == "deadline":
        return parse_deadline(value)
    if key == "planned_hours":
        return float(value)
    if key == "sequence":
        return int(value)
    return tuple(value) if isinstance(value, list) else value
