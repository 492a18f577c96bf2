"""Rows of what templates made: what single instances may have otherwise, under `overrides`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.doubts import Doubt
from odoo_seed.core.model import Milestone, Task
from odoo_seed.core.workbook_columns import FIELDS, KEYS, SHEETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.model import Instance, Kind, Record
    from odoo_seed.core.workbook_records import Key
    from odoo_seed.core.workbook_rows import RecordRow

_NEVER = frozenset({"project_external_ref", "parent_external_ref", "previous_refs"})
_CODE = "template-made"
_REMEDY = "change the template, or leave it as it is"


def maker(record: Record | None) -> Instance | None:
    """What a template made a record for."""
    return record.source.instance if record is not None and record.source is not None else None


def keep_made(
    wanted: dict[Key, Record], base: Mapping[Key, Record], rows: Mapping[Key, RecordRow]
) -> Iterator[Doubt]:
    """Put back in `wanted` what only a template can say, and tell it at the cells."""
    for key, record in list(wanted.items()):
        before, row = base.get(key), rows[key]
        if before is None:
            ref = getattr(record, "project_external_ref", "")
            if (made := maker(base.get(("project", ref)))) is not None:
                del wanted[key]
                found = f"a new {key[0]} in a project that a template makes ({made})"
                yield row.doubt(KEYS[key[0]], _CODE, found, "add it to the template")
            continue
        if (made := maker(before)) is None:
            continue
        back: dict[str, Any] = {}
        for column in FIELDS[key[0]]:
            old, new = getattr(before, column.key), getattr(record, column.key)
            if old == new or (
                isinstance(record, Task) and column.key not in _NEVER and new is not None
            ):
                continue
            back[column.key] = old
            verb = "changed" if new is not None else "cleared"
            found = f"{column.key}: a template makes it ({made}); one row cannot be {verb} there"
            yield row.doubt(column.key, _CODE, found, _REMEDY)
        if "deadline" in back and isinstance(before, Task):
            back["due"] = before.due
        if back:
            wanted[key] = replace(record, **back)


def without_row(record: Record) -> tuple[Record | None, Doubt | None]:
    """What becomes of a record whose row was deleted, and what is to be told of it.

    A task of a template is archived, since an override can say that; the others stay.
    """
    made = maker(record)
    if made is None:
        return None, None
    if isinstance(record, Task):
        return replace(record, is_active=False), None
    kind: Kind = "milestone" if isinstance(record, Milestone) else "project"
    found = f"the row of {record.external_ref} is gone, but a template makes it ({made})"
    return record, Doubt(
        SHEETS[kind], 1, "", _CODE, found, "change the template or its schedule", "error"
    )
