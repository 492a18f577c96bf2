"""What Odoo holds as a workbook, with what differs from the seed marked: for reading, not back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.gantt import gantt_of
from odoo_seed.core.html import essence, to_html
from odoo_seed.core.model import Milestone, Project, Seed, Task
from odoo_seed.core.plan import FieldChange
from odoo_seed.core.scope import project_of
from odoo_seed.core.values import BARE_DATE_TIME, SeedIndex, wanted_values
from odoo_seed.core.words import say
from odoo_seed.core.workbook_columns import FIELDS, Column
from odoo_seed.core.workbook_export import Table, about, cells, lists_of, pages_of
from odoo_seed.core.workbook_pages import Book

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Key, Shadow
    from odoo_seed.core.model import Kind, SeedAndPolicy
    from odoo_seed.core.runs import ItemChange, RunItem
    from odoo_seed.core.verify import Verification
    from odoo_seed.core.workbook_pages import Written

_KINDS: tuple[Kind, ...] = ("project", "milestone", "task")
_FIRST = (Column("external_ref", width=24), Column("status", "note", 12))
_LAST = (Column("drift", "note", 60), Column("odoo_id", "whole", 10))

_BARE = f"T{BARE_DATE_TIME:%H:%M}"
_DAYS = {"date_start", "date_end", "deadline"}
_FIRST_DAY = "1900-03-01"

Values = dict[str, Any]


def shadow_tables(
    content: SeedAndPolicy, shadow: Shadow, found: Verification, only: Collection[str] = ()
) -> list[Table]:
    """Return the mirror's records, and the seed's that are not in it.

    Each says whether it agrees: ``agrees``, ``drift``, ``missing``, ``orphan``, ``left alone``.

    Args:
        found: The verification of this shadow, which is not stale.
        only: Refs of projects; none means all.
    """
    items = {(item.kind, item.external_ref): item for item in (*found.findings, *found.left_alone)}
    rows = _rows(content.seed, shadow, only)
    return [_table(kind, {ref: one for (of, ref), one in rows.items() if of == kind}, items)
            for kind in _KINDS]  # fmt: skip


def shadow_book(tables: Sequence[Table], shadow: Shadow, only: Collection[str], asked: str) -> Book:
    """Return the workbook of these tables; `asked` is the target."""
    seed = _as_seed(shadow, only)
    told = (("target", asked), *about("shadow", only, None))
    return Book(pages_of(tables), lists_of(seed), gantt_of(seed), told)


def _rows(seed: Seed, shadow: Shadow, only: Collection[str]) -> dict[Key, Values]:
    index = SeedIndex(seed)
    found: dict[Key, Values] = {}
    for kind in _KINDS:
        for record in seed.of_kind(kind):
            live = shadow.records.get((kind, record.external_ref))
            of = getattr(record, "project_external_ref", record.external_ref)
            if only and of not in only:
                continue
            wanted = wanted_values(record, index)  # type: ignore[arg-type]  # none of these is a program
            values = live.values if live else wanted
            found[kind, record.external_ref] = _shown(values, live.odoo_id if live else None)
    for key, live in shadow.records.items():
        if key not in found and (not only or project_of(live) in only):
            found[key] = _shown(live.values, live.odoo_id)
    return found


def _shown(values: Mapping[str, Value], odoo_id: int | None) -> Values:
    shown = {name: None if value == () else value for name, value in values.items()}
    deadline = str(shown.get("deadline") or "")
    if deadline.endswith(_BARE):  # Odoo's hour for a day
        shown["deadline"] = deadline.removesuffix(_BARE)
    text = shown.get("description")
    if isinstance(text, str):
        html = text if odoo_id is not None else to_html(text)
        shown["description"] = essence(html) or None
    return shown | {"odoo_id": odoo_id}


def _table(kind: Kind, rows: Mapping[str, Values], items: Mapping[Any, RunItem]) -> Table:
    fields = [one for one in FIELDS[kind] if one.key in BY_KIND[kind]]
    columns = (*_FIRST, *fields, *_LAST)
    made: list[dict[str, Sequence[Written]]] = []
    marks: dict[tuple[int, str], str] = {}
    for number, (ref, values) in enumerate(rows.items()):
        item = items.get((kind, ref))
        told = {
            change.field: say(
                kind,
                FieldChange(change.field, change.old, change.new, None, change.cause or "drift"),
            )
            for change in (item.changes if item else ())
        }
        shown = values | {
            "external_ref": ref,
            "status": item.action.replace("_", " ") if item else "agrees",
            "drift": "; ".join(told.values()) or (item.error if item else None),
        }
        made.append({one.key: cells(one.holds, shown.get(one.key)) for one in columns})
        marks |= {(number, key): f"git → Odoo: {words}" for key, words in told.items()}
        if item is not None:
            marks[number, "status"] = shown["drift"] or shown["status"]
    return Table(kind, columns, made, marks)


def _said(kind: Kind, change: ItemChange) -> str:
    found = FieldChange(change.field, change.old, change.new, None, change.cause or "drift")
    return say(kind, found)


def _as_seed(shadow: Shadow, only: Collection[str]) -> Seed:
    """The mirror's records as far as a chart and drop-downs need them."""
    classes: dict[str, Any] = {"project": Project, "milestone": Milestone, "task": Task}
    made: dict[str, list[Any]] = {kind: [] for kind in classes}
    for (kind, ref), live in shadow.records.items():
        if kind not in classes or (only and project_of(live) not in only):
            continue
        known: Values = {key: value for key, value in live.values.items() if value is not None}
        for key in _DAYS & known.keys():
            if str(known[key]) < _FIRST_DAY:  # no spreadsheet can draw it
                del known[key]
            elif kind != "task":
                known[key] = date.fromisoformat(str(known[key]))
        made[kind].append(classes[kind](external_ref=ref, **known))
    return Seed((), *(tuple(made[kind]) for kind in classes))
