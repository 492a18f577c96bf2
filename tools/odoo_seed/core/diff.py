"""Seed × applied × live → changes, per field and three-way."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.kept import KEPT
from odoo_seed.core.plan import FieldChange, KeptDrift
from odoo_seed.core.values import empty, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.fields import Field, Value
    from odoo_seed.core.live import AppliedRecord, LiveRecord
    from odoo_seed.core.ownership import Owners
    from odoo_seed.core.plan import Cause


def diff_record(
    wanted: Mapping[str, Value],
    applied: AppliedRecord | None,
    live: LiveRecord,
    owners: Owners,
) -> tuple[tuple[FieldChange, ...], tuple[KeptDrift, ...]]:
    """Return what must be written to one live record, and what differs but is left alone."""
    changes, kept = [], []
    for field, change in differences(wanted, applied, live):
        owner = owners[live.kind, field.name]
        if owner == "git":
            changes.append(change)
        elif owner == "initial":
            kept.append(KeptDrift(live.kind, live.external_ref, str(live.values["name"]), change))
    return tuple(changes), tuple(kept)


def differences(
    wanted: Mapping[str, Value], applied: AppliedRecord | None, live: LiveRecord
) -> Iterator[tuple[Field, FieldChange]]:
    """Yield every field that differs, whoever owns it."""
    written: Mapping[str, Value] = applied.values if applied else {}
    echoes: Mapping[str, str] = applied.echo if applied else {}
    for name, field in BY_KIND[live.kind].items():
        new, last = wanted.get(name), written.get(name)
        if new is None:
            # The seed is silent. What we never wrote belongs to Odoo's users; what we wrote
            # was removed from the YAML and is cleared.
            if last is None or last == empty(field):
                continue
            new = empty(field)
        echo = echoes.get(name)
        old = live.values.get(name)
        if same(field, new, old, echo if new == last else None):
            continue
        cause = _cause(field, new, last, old, echo)
        yield field, FieldChange(name, old=old, new=new, applied=last, cause=cause)


def _cause(field: Field, new: Value, last: Value, old: Value, echo: str | None) -> Cause:
    if last is None:
        return "git"
    if new == last:
        return "drift"
    return "git" if same(field, last, old, echo) else "conflict"


@lru_cache(maxsize=4096, typed=True)
def _created(name: str, value: Value) -> FieldChange:
    """One object for all records with the same value: there are many, and most say the same."""
    return FieldChange(name, old=None, new=value, applied=None, cause="git")


def creation(kind: str, wanted: Mapping[str, Value], owners: Owners) -> tuple[FieldChange, ...]:
    """Return the fields of a record that is not in Odoo yet."""
    return tuple(
        _created(name, value)
        for name, value in wanted.items()
        if name not in KEPT
        and (owners.get((kind, name)) != "odoo" or name in {"name", "project_external_ref"})
    )
