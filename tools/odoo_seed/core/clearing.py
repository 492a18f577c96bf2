"""Take x_external_ref from every record in Odoo, as a plan; the records themselves stay."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from odoo_seed.core.plan import Change, FieldChange, Plan
from odoo_seed.core.planning import ordered
from odoo_seed.core.scope import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key, Live


def plan_clearing(applied: Applied, live: Live, target: str) -> Plan:
    """Plan to empty the ref of every project and task that bears one, archived ones included.

    What was applied stays, so that a later plan knows the records by their ids and does not
    create them a second time.
    """
    changes = tuple(sorted((*_single(live), *_ambiguous(live)), key=ordered))
    return Plan(target=target, changes=changes, remember=_known_by_name(applied, live), live=live)


def counts(plan: Plan) -> dict[str, int]:
    """How many records of each kind bear a ref."""
    found = Counter(change.kind for change in plan.changes)
    return {kind: found[kind] for kind in ("project", "task")}


def _single(live: Live) -> Iterator[Change]:
    for (kind, ref), record in live.records.items():
        if kind != "milestone":  # Odoo's milestones have no such field
            name = str(record.values["name"])
            yield Change(
                "update", kind, ref, project_of(record), name, (_cleared(ref),), record.odoo_id
            )


def _ambiguous(live: Live) -> Iterator[Change]:
    """Refs that stand on several records; those go by their ids."""
    for (kind, ref), ids in live.duplicates.items():
        if kind == "milestone":
            continue
        for odoo_id in ids:
            place = f"odoo:{odoo_id}"
            live.directory.records[kind, place] = odoo_id
            yield Change("update", kind, place, "", ref, (_cleared(ref),), odoo_id)


def _cleared(ref: str) -> FieldChange:
    return FieldChange("external_ref", old=ref, new=None, applied=ref, cause="git")


def _known_by_name(applied: Applied, live: Live) -> dict[Key, Mapping[str, Value]]:
    """By id and name a plan tells a record that lost its ref from one of another database."""
    found: dict[Key, Mapping[str, Value]] = {}
    for key, record in applied.items():
        now = live.records.get(key)
        found[key] = {**record.values, "name": now.values["name"]} if now else record.values
    return found
