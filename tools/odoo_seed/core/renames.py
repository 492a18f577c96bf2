"""`previous_refs`: a record that got a new ref keeps its Odoo record, its history and its id."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key, Live
    from odoo_seed.core.model import Seed

_POINTERS = ("project_external_ref", "parent_external_ref")


class Renamed(NamedTuple):
    """Applied and live as if they bore the new refs already.

    Attributes:
        refs: The old ref of what is to be renamed, by its new key.
        former: What was applied under old refs, be they in Odoo still or not.
    """

    applied: Applied
    live: Live
    refs: Mapping[Key, str]
    former: tuple[Key, ...]


def renamed(seed: Seed, applied: Applied, live: Live) -> Renamed:
    """Look at applied and live as if they bore the new refs already."""
    found: dict[Key, str] = {}
    half: dict[Key, str] = {}  # renamed in Odoo by a killed run, but not in what was applied
    former: dict[Key, tuple[str, ...]] = {
        ("project", project.external_ref): project.previous_refs for project in seed.projects
    } | {("task", task.external_ref): task.previous_refs for task in seed.tasks}
    for key, previous in former.items():
        if previous:
            _find(key, previous, live, found)
            _find_half(key, previous, applied, live, half)
    every = found | half
    old = tuple((kind, ref) for (kind, _), ref in every.items() if (kind, ref) in applied)
    return Renamed(*under_new_refs(every, applied, live), found, old)


def under_new_refs(found: Mapping[Key, str], applied: Applied, live: Live) -> tuple[Applied, Live]:
    """Return both with new keys and pointers.

    Args:
        found: The ref that a record bears, by the key that it will have.
    """
    if not found:
        return applied, live
    new = {(kind, old): ref for (kind, ref), old in found.items()}
    records = {
        (kind, new.get((kind, ref), ref)): replace(
            record,
            external_ref=new.get((kind, ref), ref),
            values=_pointing(record.values, new),
        )
        for (kind, ref), record in live.records.items()
    }
    last = {
        (kind, new.get((kind, ref), ref)): replace(
            known,
            external_ref=new.get((kind, ref), ref),
            values=_pointing(known.values, new),
        )
        for (kind, ref), known in applied.items()
        if (kind, ref) not in found  # what was once under the new ref is not in Odoo any more
    }
    directory = live.directory
    directory.records = {key: record.odoo_id for key, record in records.items()}
    for (ref, name), stage in list(directory.stages.items()):
        directory.stages[new.get(("project", ref), ref), name] = stage
    return last, replace(live, records=records)


def _find(key: Key, previous: tuple[str, ...], live: Live, found: dict[Key, str]) -> None:
    if key in live.records or key in live.duplicates:
        return
    for ref in previous:
        if (key[0], ref) in live.records:
            found[key] = ref
            return


def _find_half(
    key: Key, previous: tuple[str, ...], applied: Applied, live: Live, half: dict[Key, str]
) -> None:
    if key not in live.records or key in applied:
        return
    for ref in previous:
        known = applied.get((key[0], ref))
        if known and known.odoo_id == live.records[key].odoo_id:
            half[key] = ref
            return


def _pointing(values: Mapping[str, Value], new: Mapping[Key, str]) -> dict[str, Value]:
    """Values whose pointers name the new refs."""
    changed = dict(values)
    for name in _POINTERS:
        kind = "project" if name == "project_external_ref" else "task"
        old = changed.get(name)
        if isinstance(old, str) and (kind, old) in new:
            changed[name] = new[kind, old]  # type: ignore[index]  # a Kind
    refs = changed.get("depends_on_refs")
    if isinstance(refs, tuple):
        changed["depends_on_refs"] = tuple(sorted(new.get(("task", ref), ref) for ref in refs))
    return changed
