"""Changes of records that templates made: never in the template, but as `overrides`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.model import Task
from odoo_seed.core.record_keys import KEYS, differences
from odoo_seed.errors import SeedEditError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.live import Key
    from odoo_seed.core.model import Record

_NOT_THERE = frozenset({"parent_external_ref", "previous_refs", "tasks"})
"""Keys of a task that an override cannot have."""


def is_made(record: Record | None) -> bool:
    """Whether a template made a record."""
    return bool(record and record.source and record.source.instance)


def overrides_of(
    now: Mapping[Key, Record], wanted: Mapping[Key, Record], owners: Mapping[Key, Key | None]
) -> dict[str, dict[str, Any]]:
    """Return what is to be otherwise in the tasks that templates made, by ref.

    Raises:
        SeedEditError: Only the template itself can say what is wanted.
    """
    found: dict[str, dict[str, Any]] = {}
    for key, record in now.items():
        if is_made(record):
            if key not in wanted:
                remedy = "Write `is_active: false` for it under `overrides`."
                raise _refused(record, key, "cannot be removed on its own", remedy)
            if changed := differences(record, wanted[key], explicit=True):
                found[key[1]] = _override(record, wanted[key], key, changed)
    for key, owner in owners.items():
        above = now.get(owner) if owner else None
        if above is not None and is_made(above) and not is_made(now.get(key)):
            raise _refused(above, key, "cannot be added to what a template makes")
    return found


def _override(record: Record, wanted: Record, key: Key, changed: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(record, Task) or not isinstance(wanted, Task):
        raise _refused(record, key, f"{', '.join(changed)} cannot be changed on its own")
    cannot = [name for name, value in changed.items() if value is None or name in _NOT_THERE]
    if record.project_external_ref != wanted.project_external_ref:
        cannot.append("project")
    if cannot:
        raise _refused(record, key, f"{', '.join(cannot)} cannot be changed on its own")
    return changed


def new_entry(ref: str, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of `overrides` in the order in which it is written."""
    said = dict(changed)
    emails = said.get("assignee_emails")
    if emails and len(emails) == 1:
        said["assignee_email"] = said.pop("assignee_emails")[0]
    return {"external_ref": ref, **{name: said[name] for name in KEYS["task"] if name in said}}


def _refused(record: Record, key: Key, what: str, remedy: str = "") -> SeedEditError:
    source = record.source
    place = f"{source}: " if source else ""
    made_by = f" ({source.instance})" if source else ""
    return SeedEditError(
        f"{place}{key[0]} {key[1]}: {what}; the template there makes it{made_by}."
        " No file was changed.",
        remedy=remedy or "Change the template, or leave it as it is.",
    )
