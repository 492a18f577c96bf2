"""Write a plan to Odoo: batch by batch, isolating what Odoo refuses, saving what is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.board import stages_of
from odoo_seed.core.live import CLOSED, AppliedRecord
from odoo_seed.core.order import phases
from odoo_seed.core.ownership import Ownership
from odoo_seed.core.planning import needs
from odoo_seed.core.runs import Action as RunAction
from odoo_seed.core.runs import ItemChange, RunItem
from odoo_seed.errors import OdooAccessError, OdooRefusedError, OdooReplyLostError
from odoo_seed.ports import NewRecord
from odoo_seed.send import NothingDoneError, Sender
from odoo_seed.states import StateKeeper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key
    from odoo_seed.core.order import Batch, Track
    from odoo_seed.core.plan import Change, Plan, Refusal
    from odoo_seed.core.policy import Policy
    from odoo_seed.core.values import SeedIndex
    from odoo_seed.ports import OdooWriter, Progress, SeedStore

_PAST: dict[Literal["create", "update", "archive"], RunAction] = {
    "create": "created",
    "update": "updated",
    "archive": "archived",
}

CHUNK = 500
"""Records in one create or write; Odoo ends a call after 120 s (limit_time_real)."""


MOST_JOBS = 3
"""Connections at the same time, unless told otherwise: 80 % of the four workers that a small Odoo
has, so that people can go on working."""

_WORTH_IT = 200
_QUICK, _FAIR = 0.2, 0.5


def choose_jobs(plan: Plan, answer_seconds: float) -> int:
    """Choose the number of connections: few records need one, a slow server is spared."""
    if plan.count("create") < _WORTH_IT or answer_seconds > _FAIR:
        return 1
    return MOST_JOBS if answer_seconds < _QUICK else MOST_JOBS - 1


_FRUITLESS = 3
"""Sizes to try for a server that answers nothing and does nothing, before it counts as gone."""


class Apply:
    """One apply of one plan. `items` grows while it runs and is true whenever it stops."""

    def __init__(
        self,
        plan: Plan,
        applied: Applied,
        index: SeedIndex,
        policy: Policy,
        odoo: OdooWriter,
        store: SeedStore,
        progress: Progress,
        jobs: int = 1,
    ) -> None:
        if plan.live is None:
            raise ValueError("a plan without its reading cannot be applied")
        self._plan, self._index = plan, index
        self._ownership = Ownership(policy, index)
        self._odoo, self._store, self._progress = odoo, store, progress
        self._applied = dict(applied)
        self._directory = plan.live.directory
        self._failed: dict[Key, str] = {}
        self._echo_later: list[Change] = []
        self._jobs, self._chunk, self._fruitless = jobs, CHUNK, 0
        self._saving, self._stop = Lock(), Event()
        self.items: dict[Key, RunItem] = {}

    def run(self) -> None:
        """Apply everything that can be applied.

        Raises:
            OdooError: Odoo went away; `items` says what was done until then.
        """
        plan = self._plan
        for refusal in plan.refusals:
            self._refuse(refusal, "failed")
        for refusal in plan.blocked:
            self._refuse(refusal, "blocked")
        self._progress.step("records", len(plan.changes))
        keeper = StateKeeper(plan, self._odoo, self._store)
        keeper.put_back()  # what a killed run could not
        keeper.hold(self._directory)
        try:
            self._write_all()
            keeper.put_back()
            self._save_echoes()
            self._unfollow()
        finally:
            self._save_unchanged()

    def _refuse(self, refusal: Refusal, action: RunAction) -> None:
        """Note a refusal; a record can have several, each with a place of its own."""
        words = f"{refusal.message}; {refusal.remedy}" if refusal.remedy else refusal.message
        source = refusal.source
        if before := self.items.get(refusal.key):
            words = f"{before.error}; {refusal.source}: {words}"
            source, action = before.source, before.action
        self.items[refusal.key] = RunItem(
            refusal.kind, refusal.external_ref, action, error=words, source=source
        )

    def _write_all(self) -> None:
        plan, directory = self._plan, self._directory
        sender = Sender(self._odoo, directory)
        if plan.new_tags:
            sender.settle(lambda: directory.tags.update(self._odoo.create_tags(plan.new_tags)))
        if plan.new_stages:
            sender.settle(lambda: self._odoo.create_stages(plan.new_stages, directory))
        for change in plan.changed_stages:
            self._odoo.write_stage(change)
        for tracks in phases(plan, self._jobs):
            if len(tracks) > 1:
                self._side_by_side(tracks)
            else:
                self._one_by_one(sender, *tracks)

    def _side_by_side(self, tracks: Sequence[Track]) -> None:
        """Run tracks at the same time, each over its own connection; wait for all of them."""

        def run(track: Track) -> None:
            with self._odoo.another() as odoo:
                self._one_by_one(Sender(odoo, self._directory), track)

        with ThreadPoolExecutor(len(tracks), "seed") as pool:
            running = [pool.submit(run, track) for track in tracks]
            try:
                for done in running:
                    done.result()
            except BaseException:
                # Also Ctrl-C: the others end after the call they are in, and the lock is held
                # until then, since leaving the pool waits for them.
                self._stop.set()
                raise

    def _one_by_one(self, sender: Sender, *tracks: Track) -> None:
        for track in tracks:
            for batch in track:
                self._run_batch(sender, batch)

    def _run_batch(self, sender: Sender, batch: Batch) -> None:
        ready = [change for change in batch.changes if not self._is_stopped(change)]
        start = 0
        while start < len(ready) and not self._stop.is_set():
            end = start + self._chunk
            self._isolate(sender, batch, ready[start:end])
            start = end
        if batch.verb == "create" and batch.kind == "project":
            made = [self._new_record(c) for c in ready if c.key not in self._failed]
            if made:
                self._odoo.read_made(made, self._directory)

    def _is_stopped(self, change: Change) -> bool:
        """Whether something this change points to failed before; then say so."""
        for key in needs(change):
            if key in self._failed and key not in self._directory.records:
                self._fail(change, f"waits for {key[0]} {key[1]}", "blocked")
                return True
        return change.key in self._failed

    def _isolate(self, sender: Sender, batch: Batch, changes: Sequence[Change]) -> None:
        """Send; when Odoo refuses, halve until the record that it refuses is alone."""
        try:
            self._send(sender, batch, changes)
        except OdooRefusedError as refusal:
            if len(changes) == 1:
                self._fail(changes[0], str(refusal), "failed")
                self._progress.advance(1)
                return
            if isinstance(refusal, OdooAccessError):
                self._project_by_project(sender, batch, changes)
                return
            middle = len(changes) // 2
            if isinstance(refusal, NothingDoneError):
                self._chunk = middle
                self._fruitless += 1
                if self._fruitless > _FRUITLESS:
                    raise OdooReplyLostError(str(refusal), remedy=refusal.remedy) from None
            self._isolate(sender, batch, changes[:middle])
            self._isolate(sender, batch, changes[middle:])
        else:
            self._fruitless = 0
            self._done(batch, changes)

    def _project_by_project(self, sender: Sender, batch: Batch, changes: Sequence[Change]) -> None:
        """Rights go by project and its company: where the first record is refused, all are."""
        by_project: dict[str, list[Change]] = {}
        for change in changes:
            by_project.setdefault(change.project_ref, []).append(change)
        for first, *others in by_project.values():
            self._isolate(sender, batch, [first])
            if first.key in self._failed:
                for change in others:
                    self._fail(change, self._failed[first.key], "failed")
                self._progress.advance(len(others))
            elif others:
                self._isolate(sender, batch, others)

    def _send(self, sender: Sender, batch: Batch, changes: Sequence[Change]) -> None:
        if batch.verb == "create":
            sender.create(batch.kind, [self._new_record(change) for change in changes])
        else:
            refs = [change.external_ref for change in changes]
            sender.write(batch, refs, changes[0].project_ref)

    def _unfollow(self) -> None:
        ids = [
            item.odoo_id
            for (kind, _), item in self.items.items()
            if kind == "task" and item.action == "created" and item.odoo_id
        ]
        for start in range(0, len(ids), CHUNK * 10):
            self._odoo.unfollow(ids[start : start + CHUNK * 10])

    def _new_record(self, change: Change) -> NewRecord:
        values = change.values
        if change.kind == "project":
            project = self._index.projects[change.external_ref]
            return NewRecord(change.external_ref, values, stages_of(project, self._index))
        return NewRecord(change.external_ref, values, waits=self._waits(change))

    def _waits(self, change: Change) -> bool:
        """Whether a new task depends on one that is open (project_task.py, _compute_state)."""
        if not self._index.projects[change.project_ref].allow_dependencies:
            return False
        live = self._plan.live.records if self._plan.live else {}
        refs = change.values.get("depends_on_refs")
        for ref in refs if isinstance(refs, tuple) else ():
            blocker = live.get(("task", ref))
            if blocker is None or blocker.state not in CLOSED:
                return True
        return False

    def _done(self, batch: Batch, changes: Sequence[Change]) -> None:
        if not batch.last:
            return
        saved = []
        for change in changes:
            odoo_id = self._directory.records[change.key]
            self.items[change.key] = RunItem(
                change.kind,
                change.external_ref,
                _PAST[change.action],
                odoo_id,
                tuple(ItemChange(item.name, item.old, item.new) for item in change.fields),
                source=change.source,
            )
            saved.append(self._now_applied(change.key, odoo_id, change.values))
            if change.values.get("description"):
                self._echo_later.append(change)
        self._remember(saved)
        self._progress.advance(len(changes))

    def _fail(self, change: Change, error: str, action: Literal["failed", "blocked"]) -> None:
        self._failed[change.key] = error
        self.items[change.key] = RunItem(
            change.kind,
            change.external_ref,
            action,
            change.odoo_id,
            error=error,
            source=change.source,
        )

    def _now_applied(
        self, key: Key, odoo_id: int, written: Mapping[str, Value] | None = None
    ) -> AppliedRecord:
        """What counts as applied once a record is as the seed wants it."""
        before = self._applied.get(key)
        wanted = self._plan.wanted.get(key)
        if wanted is None:  # removed from git: what it was, and that it is archived now
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

    def _remember(self, records: Sequence[AppliedRecord]) -> None:
        self._applied |= {(record.kind, record.external_ref): record for record in records}
        with self._saving:  # one database connection serves all tracks
            self._store.save_applied(self._plan.target, records)

    def _save_echoes(self) -> None:
        """Read back what Odoo made of the descriptions: equal ones are never written again."""
        by_kind: dict[str, list[Change]] = {}
        for change in self._echo_later:
            by_kind.setdefault(change.kind, []).append(change)
        for changes in by_kind.values():
            kind = changes[0].kind
            ids = {self._directory.records[change.key]: change.key for change in changes}
            found = self._odoo.read_descriptions(kind, list(ids))
            self._remember(
                [
                    AppliedRecord(
                        kind, key[1], odoo_id, self._applied[key].values, {"description": html}
                    )
                    for odoo_id, html in found.items()
                    for key in (ids[odoo_id],)
                ]
            )

    def _save_unchanged(self) -> None:
        """Record as applied what is in Odoo just as the seed wants it, where that is news."""
        records = [
            record
            for record in self._in_sync()
            if self._applied.get((record.kind, record.external_ref)) != record
        ]
        if records or self._plan.forget:
            self._applied |= {(record.kind, record.external_ref): record for record in records}
            self._store.save_applied(self._plan.target, records, self._plan.forget)

    def _in_sync(self) -> Iterator[AppliedRecord]:
        touched = {change.key for change in self._plan.changes} | self.items.keys()
        touched |= {item.key for item in self._plan.left_alone}
        for key in self._plan.wanted:
            if key not in touched and key in self._directory.records:
                yield self._now_applied(key, self._directory.records[key])
