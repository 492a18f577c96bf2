"""What a rollback writes, keeps and looks up of single records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.html import OdooHtml
from odoo_seed.core.three_way import other_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import AppliedRecord, Key, Live, LiveRecord
    from odoo_seed.core.plan import Change, FieldChange
    from odoo_seed.core.runs import RunItem


def former_refs(items: Mapping[Key, RunItem], live: Live) -> dict[Key, str]:
    """By the ref that a renamed record had before, the one that it bears."""
    return {
        (kind, str(change.old)): ref
        for (kind, ref), item in items.items()
        for change in item.changes
        if change.field == "external_ref" and change.old and change.new
        and (kind, ref) in live.records
        and (kind, str(change.old)) not in live.records
        and (kind, str(change.old)) not in live.duplicates
    }  # fmt: skip


def only_ref(item: RunItem) -> bool:
    """Whether the record lost its ref and nothing else: `clear-refs` did that."""
    return [(one.field, one.new) for one in item.changes] == [("external_ref", None)]


def as_html(name: str, value: Value) -> Value:
    """The value; a description marked as HTML of Odoo's own, which is given back as it is."""
    return OdooHtml(value) if name == "description" and isinstance(value, str) else value


def as_before(
    before: AppliedRecord, item: RunItem, fields: tuple[FieldChange, ...]
) -> dict[str, Value]:
    """What counts as applied afterwards: what did before the run, so that a plan then says so."""
    values = dict(before.values)
    if item.action == "created":
        return values | {"is_active": False}
    prior = {change.field: change.applied for change in item.changes}
    for back in fields:
        if prior.get(back.name) is not None:
            values[back.name] = prior[back.name]
        else:
            values.pop(back.name, None)
    return values


def companions(values: Mapping[str, Value], found: LiveRecord, live: Live) -> dict[str, Value]:
    """What must be sent along though it does not change; see `planning`."""
    if found.kind == "project":
        return other_date(values, found)
    if found.kind == "task" and "project_external_ref" in values and "stage_name" not in values:
        stage = found.values.get("stage_name")
        if (str(values["project_external_ref"]), stage) in live.directory.stages:
            return {"stage_name": stage}
    return {}


def overlaid(live: Live, changes: Mapping[Key, Change]) -> dict[Key, Mapping[str, Value]]:
    """All that Odoo will hold, since a write changes other records in passing (see `order`)."""
    return {
        key: {**record.values, **(changes[key].values if key in changes else {})}
        for key, record in live.records.items()
    }
