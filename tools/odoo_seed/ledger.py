"""What an apply has done: the items of its run, and what counts as applied from now on."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.live import AppliedRecord
from odoo_seed.core.runs import Action as RunAction
from odoo_seed.core.runs import ItemChange, RunItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key
    from odoo_seed.core.ownership import Ownership
    from odoo_seed.core.plan import Change, FieldChange, Plan, Refusal
    from odoo_seed.ports import SeedStore
    from odoo_seed.ports_odoo import OdooWriter

_PAST: dict[Literal["create", "update", "archive"], RunAction] = {
    "create": "created",
    "update": "updated",
    "archive": "archived",
}


class Ledger:
    """The record of one apply. `items` grows while it runs and is true whenever it stops.

    An item's changes hold, field by field and in canonical form, what Odoo held before the write
    (the plan's live value; None for a created record), what was written and why.

    Attributes:
        failed: Why, by the key of what was not written.
    """

    def __init__(
        self, plan: Plan, applied: Applied, ownership: Ownership, store: SeedStore
    ) -> None:
        self._plan, self._ownership, self._store = plan, ownership, store
        self._applied = dict(applied)
        self._described: dict[Key, int] = {}
        self._saving = Lock()
        self.items: dict[Key, RunItem] = {}
        self.failed: dict[Key, str] = {}
        for refusal in plan.refusals:
            self.refuse(refusal, "failed")
        for refusal in plan.blocked:
            self.refuse(refusal, "blocked")

    def refuse(self, refusal: Refusal, action: RunAction) -> None:
        """Note a refusal; a record can have several, each with a place of its own."""
        words = f"{refusal.message}; {refusal.remedy}" if refusal.remedy else refusal.message
        source = refusal.source
        if before := self.items.get(refusal.key):
            words = f"{before.error}; {refusal.source}: {words}"
            source, action = before.source, before.action
        self.items[refusal.key] = RunItem(
            refusal.kind, refusal.external_ref, action, error=words, source=source
        )

    def fail(self, change: Change, error: str, action: Literal["failed", "blocked"]) -> None:
        """Note that a record was not written."""
        self.failed[change.key] = error
        self.items[change.key] = RunItem(
            change.kind,
            change.external_ref,
            action,
            change.odoo_id,
            error=error,
            source=change.source,
        )

    def done(self, changes: Sequence[Change], ids: Mapping[Key, int]) -> None:
        """Note that records are in Odoo now as the seed wants them, and save that."""
        for change in changes:
            self.items[change.key] = RunItem(
                change.kind,
                change.external_ref,
                _PAST[change.action],
                ids[change.key],
                tuple(_as_done(one) for one in change.fields),
                source=change.source,
            )
            if change.values.get("description") and self._plan.remember is None:
                self._described[change.key] = ids[change.key]
        self._save(
            [
                self._now_applied(c.key, ids[c.key], c.values)
                for c in changes
                if self._plan.remember is None or c.key in self._plan.remember
            ]
        )

    @property
    def untried(self) -> int:
        """Number of the plan's changes that nothing is known of, because the apply stopped."""
        return sum(change.key not in self.items for change in self._plan.changes)

    def created_tasks(self) -> list[int]:
        """Odoo ids of the tasks that were created."""
        return [
            item.odoo_id
            for (kind, _), item in self.items.items()
            if kind == "task" and item.action == "created" and item.odoo_id
        ]

    def save_echoes(self, odoo: OdooWriter) -> None:
        """Read back what Odoo made of the descriptions: equal ones are never written again."""
        by_kind: dict[str, dict[int, Key]] = {}
        for key, odoo_id in self._described.items():
            by_kind.setdefault(key[0], {})[odoo_id] = key
        for keys in by_kind.values():
            kind = next(iter(keys.values()))[0]
            found = odoo.read_descriptions(kind, list(keys))
            self._save(
                [
                    AppliedRecord(
                        kind, key[1], odoo_id, self._applied[key].values, {"description": html}
                    )
                    for odoo_id, html in found.items()
                    for key in (keys[odoo_id],)
                ]
            )

    def save_unchanged(self, ids: Mapping[Key, int]) -> None:
        """Record as applied what is in Odoo just as the seed wants it, where that is news."""
        records = [
            record
            for record in self._in_sync(ids)
            if self._applied.get((record.kind, record.external_ref)) != record
        ]
        if records or self._plan.forget:
            self._applied |= {(record.kind, record.external_ref): record for record in records}
            self._store.save_applied(self._plan.target, records, self._plan.forget)

    def _in_sync(self, ids: Mapping[Key, int]) -> Iterator[AppliedRecord]:
        touched = {change.key for change in self._plan.changes} | self.items.keys()
        touched |= {item.key for item in self._plan.left_alone}
        for key in self._plan.wanted if self._plan.remember is None else ():
            if key not in touched and key in ids:
                known = self._now_applied(key, ids[key])
                yield known if known.echo else replace(known, echo=self._echo(known))

    def _echo(self, known: AppliedRecord) -> dict[str, str]:
        """What Odoo made of a description that a killed run wrote, and could not read back."""
        key: Key = (known.kind, known.external_ref)
        live = self._plan.live.records.get(key) if self._plan.live else None
        html = live.values.get("description") if live else None
        project = str(known.values.get("project_external_ref", key[1]))
        owner = self._ownership.of(project).get((key[0], "description"))
        ours = known.values.get("description") and owner == "git"
        return {"description": str(html)} if ours and html else {}

    def _now_applied(
        self, key: Key, odoo_id: int, written: Mapping[str, Value] | None = None
    ) -> AppliedRecord:
        """What counts as applied once a record is as the seed wants it."""
        before = self._applied.get(key)
        wanted = self._plan.wanted.get(key)
        if self._plan.remember is not None:
            values = dict(self._plan.remember[key])
        elif wanted is None:  # removed from git: what it was, and that it is archived now
            values = {**(before.values if before else {}), **(written or {})}
        else:
            owners = self._ownership.of(str(wanted.get("project_external_ref", key[1])))
            values = {
                name: value
                for name, value in wanted.items()
                if owners.get((key[0], name)) != "odoo"
            }
        echo = dict(before.echo) if before else {}
        if written and "description" in written:
            echo.pop("description", None)
        return AppliedRecord(key[0], key[1], odoo_id, values, echo)

    def _save(self, records: Sequence[AppliedRecord]) -> None:
        with self._saving:  # one database connection serves all tracks
            self._applied |= {(record.kind, record.external_ref): record for record in records}
            self._store.save_applied(self._plan.target, records)


@lru_cache(maxsize=4096)  # many records say the same
def _as_done(change: FieldChange) -> ItemChange:
    return ItemChange(change.name, change.old, change.new, change.cause, change.applied)
