"""Write a plan to Odoo: batch by batch, isolating what Odoo refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from odoo_seed.core.board import stages_of
from odoo_seed.core.live import CLOSED
from odoo_seed.core.order import phases
from odoo_seed.core.plan import Refusal
from odoo_seed.core.planning import needs
from odoo_seed.errors import (
    DatabaseError,
    OdooAccessError,
    OdooRefusedError,
    OdooReplyLostError,
)
from odoo_seed.following import Following
from odoo_seed.ports_odoo import NewRecord
from odoo_seed.send import NothingDoneError, Sender
from odoo_seed.states import StateKeeper
from odoo_seed.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.core.order import Batch, Track
    from odoo_seed.core.plan import Change, Plan, StageChange, StageToAdd
    from odoo_seed.core.values import SeedIndex
    from odoo_seed.ledger import Ledger
    from odoo_seed.ports import Progress, SeedStore
    from odoo_seed.ports_odoo import OdooWriter
    from odoo_seed.writer_lock import WriterLock

_Item = TypeVar("_Item")

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


def _each(
    items: Sequence[_Item],
    send: Callable[[Sequence[_Item]], None],
    refused: Callable[[_Item, str], None],
) -> None:
    """Send; when Odoo refuses, halve until what it refuses is alone, and go on without it."""
    if not items:
        return
    try:
        send(items)
    except OdooRefusedError as refusal:
        if len(items) == 1 or isinstance(refusal, OdooAccessError):
            for item in items:
                refused(item, f"{refusal} {refusal.remedy}".strip())
            return
        middle = len(items) // 2
        _each(items[:middle], send, refused)
        _each(items[middle:], send, refused)


class Apply:
    """One apply of one plan; what came of it stands in the ledger."""

    def __init__(
        self,
        plan: Plan,
        index: SeedIndex,
        odoo: OdooWriter,
        store: SeedStore,
        lock: WriterLock,
        ledger: Ledger,
        progress: Progress,
        jobs: int = 1,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare; nothing is sent before `run`.

        Args:
            jobs: Connections, for projects that do not depend on each other.
            tell: Is told what is waited for.
        """
        if plan.live is None:
            raise ValueError("a plan without its reading cannot be applied")
        self._plan, self._index, self._ledger = plan, index, ledger
        self._odoo, self._lock, self._progress = odoo, lock, progress
        self._keeper, self._following = StateKeeper(plan, odoo, store), Following(plan, odoo, store)
        self._directory = plan.live.directory
        self._jobs, self._chunk, self._fruitless = jobs, CHUNK, 0
        self._tell = tell
        self._stop = Event()

    def run(self) -> None:
        """Apply everything that can be applied.

        Raises:
            OdooError: Odoo went away; the ledger says what was done until then.
            DatabaseError: The database did, or the lock was lost: nothing was written after that.
        """
        ids = self._directory.records
        try:
            with self._progress.step("records", len(self._plan.changes)):
                self._write_all()
        except DatabaseError:
            raise  # what is not ours any more is not recorded either
        except BaseException:
            self._ledger.save_unchanged(ids)
            raise
        self._ledger.save_unchanged(ids)

    def _write_all(self) -> None:
        self._keeper.hold(self._directory)
        self._following.begin()
        sender = Sender(self._odoo, self._directory, self._lock, self._tell)
        self._prepare_boards(sender)
        for tracks in phases(self._plan, self._jobs):
            if len(tracks) > 1:
                self._side_by_side(tracks)
            else:
                self._one_by_one(sender, *tracks)
        self._keeper.put_back()
        self._ledger.save_echoes(self._odoo)
        self._following.end(self._ledger.created_tasks())

    def _prepare_boards(self, sender: Sender) -> None:
        """Tags and stages; of one that Odoo refuses, only what needs it is not written."""

        def no_tag(name: str, why: str) -> None:
            for change in self._plan.changes:
                tags = change.values.get("tag_names")
                if isinstance(tags, tuple) and name in tags:
                    self._ledger.fail(change, f"tag {name}: {why}", "failed")

        def no_stage(item: StageToAdd, why: str) -> None:
            told = f"stage {item.stage.name}: {why}"
            self._board_failed(item.project_ref, told)
            for change in self._plan.changes:
                stage = {**change.values, **change.companions}.get("stage_name")
                if change.project_ref == item.project_ref and stage == item.stage.name:
                    self._ledger.fail(change, told, "failed")

        def not_moved(item: StageChange, why: str) -> None:
            self._board_failed(item.project_ref, f"stage {item.stage.name}: {why}")

        _each(self._plan.new_tags, sender.create_tags, no_tag)
        _each(self._plan.new_stages, sender.create_stages, no_stage)
        for change in self._plan.changed_stages:
            _each((change,), lambda one: self._odoo.write_stage(*one), not_moved)

    def _board_failed(self, project_ref: str, words: str) -> None:
        """What else changes of the project waits with its board, or it would count as applied."""
        for change in self._plan.changes:
            if (key := change.key) == ("project", project_ref):
                before = self._ledger.failed.get(key)
                self._ledger.fail(change, f"{before}; {words}" if before else words, "failed")
                return
        project = self._index.projects.get(project_ref)
        source = project.source if project else None
        self._ledger.refuse(Refusal("project", project_ref, words, source=source), "failed")

    def _side_by_side(self, tracks: Sequence[Track]) -> None:
        """Run tracks at the same time, over several connections; wait for all of them."""
        lines = min(self._jobs, len(tracks))
        turns = Turns(tracks, lines)

        def run(line: int) -> None:
            with self._odoo.another() as odoo:
                sender = Sender(odoo, self._directory, self._lock, self._tell, line)
                while not self._stop.is_set():
                    with turns.turn() as batch:
                        if batch is None:
                            return
                        self._run_batch(sender, batch)

        with ThreadPoolExecutor(lines, "seed") as pool:
            running = [pool.submit(run, line) for line in range(1, lines + 1)]
            try:
                for done in running:
                    done.result()
            except BaseException:
                # Also Ctrl-C: the others end after the call they are in, and the lock is held
                # until then, since leaving the pool waits for them.
                self._stop.set()
                turns.stop()
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
            made = [self._new_record(c) for c in ready if c.key not in self._ledger.failed]
            if made:
                self._odoo.read_made(made, self._directory)

    def _is_stopped(self, change: Change) -> bool:
        """Whether something this change points to failed before; then say so."""
        for key in needs(change):
            if key in self._ledger.failed and key not in self._directory.records:
                self._ledger.fail(change, f"waits for {key[0]} {key[1]}", "blocked")
                return True
        return change.key in self._ledger.failed

    def _isolate(self, sender: Sender, batch: Batch, changes: Sequence[Change]) -> None:
        """Send; when Odoo refuses, halve until the record that it refuses is alone."""
        try:
            self._send(sender, batch, changes)
        except OdooRefusedError as refusal:
            if len(changes) == 1:
                self._ledger.fail(changes[0], f"{refusal} {refusal.remedy}".strip(), "failed")
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
                self._tell(f"Odoo did none of it: going on with {middle} records at a time.")
            self._isolate(sender, batch, changes[:middle])
            self._isolate(sender, batch, changes[middle:])
        else:
            self._fruitless = 0
            if batch.last:
                self._ledger.done(changes, self._directory.records)
                self._progress.advance(len(changes))

    def _project_by_project(self, sender: Sender, batch: Batch, changes: Sequence[Change]) -> None:
        """Rights go by project and its company: where the first record is refused, all are."""
        by_project: dict[str, list[Change]] = {}
        for change in changes:
            by_project.setdefault(change.project_ref, []).append(change)
        for first, *others in by_project.values():
            self._isolate(sender, batch, [first])
            if first.key in self._ledger.failed:
                for change in others:
                    self._ledger.fail(change, self._ledger.failed[first.key], "failed")
                self._progress.advance(len(others))
            elif others:
                self._isolate(sender, batch, others)

    def _send(self, sender: Sender, batch: Batch, changes: Sequence[Change]) -> None:
        if batch.verb == "create":
            sender.create(batch.kind, [self._new_record(change) for change in changes])
        else:
            refs = [change.external_ref for change in changes]
            sender.write(batch, refs, changes[0].project_ref)

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
