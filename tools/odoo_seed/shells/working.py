"""A worker: takes runs from the queue, does them, and keeps an eye on clock and colleagues."""

from __future__ import annotations

import time
import traceback
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING

from odoo_seed import wiring, wiring_runs
from odoo_seed.core import answers
from odoo_seed.core.escape import plain
from odoo_seed.core.policy import DEFAULT_TIME_ZONE
from odoo_seed.core.run_requests import Outcome, Patience
from odoo_seed.core.words import count
from odoo_seed.cron_settings import periodic
from odoo_seed.errors import DatabaseError, OdooSeedError, UsageError
from odoo_seed.perform import Doors, Ended, perform, refused
from odoo_seed.ports_runs import LaterError, Timing
from odoo_seed.shells.environment import holder
from odoo_seed.write import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from odoo_seed.core.periodic import Periodic
    from odoo_seed.core.run_requests import RunRequest
    from odoo_seed.ports_runs import Queue, RunRequests
    from odoo_seed.settings import Settings

_SWEEP = 4.0
_PRUNE = 600.0
"""Seconds between two looks for requests that are long done."""
_LONGEST = 2000


class _HandedOver(SystemExit):
    """The worker is to end: like Ctrl-C to a command, the run stops after the call it is in."""


class _Interruptible:
    """Implements ports.Progress: ends the run between two calls when the worker is to end."""

    def __init__(self, is_over: Callable[[], bool]) -> None:
        self._is_over = is_over

    def step(self, what: str, total: int) -> nullcontext[None]:  # noqa: ARG002 - the port's signature
        """See ports.Progress."""
        self.advance(0)
        return nullcontext()

    def advance(self, done: int) -> None:  # noqa: ARG002 - the port's signature
        """See ports.Progress."""
        if self._is_over():
            raise _HandedOver


class Worker:
    """Takes runs until it is stopped.

    Args:
        targets: Whose runs to take, and by whose clock to ask for some; None for all.
        concurrency: Runs at the same time, each of another target.
        tell: Is told what is done, a line each.
    """

    def __init__(
        self,
        settings: Settings,
        targets: Sequence[str] | None,
        concurrency: int,
        tell: Callable[[str], None],
        timing: Timing | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._settings, self._targets, self._concurrency = settings, targets, concurrency
        self._periodic = periodic(settings, targets)
        self._say = tell
        self._timing, self._patience = timing or Timing(), patience or Patience()
        self._stopping = Event()
        self._queue: Queue | None = None
        self._trouble = ""
        self._prune_at = 0.0

    def run(self) -> None:
        """Work until `stop`.

        Raises:
            OdooSeedError: It cannot begin: no connection, no tables, or no lock to be had.
        """
        with ExitStack() as stack:
            url = stack.enter_context(wiring.database(self._settings))
            settings = self._settings.with_database(url)
            requests = stack.enter_context(wiring_runs.run_requests(settings))
            requests.take_over(self._timing.silence)  # tells what is missing, if anything is
            listens = wiring_runs.has_sessions(url)
            if not listens or settings.database_session_url:
                session_url = self._session_url(url)
                settings = replace(settings, database_session_url=session_url)
            self._queue = wiring_runs.queue(
                url,
                lambda request_id, is_over: self._work(settings, requests, request_id, is_over),
                targets=self._targets, concurrency=self._concurrency, listens=listens,
                tell=self._tell, timing=self._timing,
            )  # fmt: skip
            self._announce(listens=listens)
            sweeper = Thread(target=self._sweep, args=(requests,), name="sweeper", daemon=True)
            sweeper.start()
            stack.callback(sweeper.join)
            stack.callback(self._stopping.set)
            if not self._stopping.is_set():
                self._queue.run()

    def stop(self) -> None:
        """Take no more runs; finish those at work, or hand them over. From any thread, at once."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.stop()

    def _tell(self, text: str) -> None:
        self._say(plain(text, _LONGEST))

    def _session_url(self, url: str) -> str:
        """Where locks hold, which is not where a pooler's transaction mode is.

        Raises:
            UsageError: Nowhere that we know of.
        """
        given = self._settings.database_session_url
        if given and not wiring_runs.has_sessions(given):
            raise UsageError(
                "SUPABASE_DB_SESSION_URL is a pooler's transaction mode: no lock holds there.",
                remedy="Set it to the pooler's session mode (port 5432) or the direct connection.",
            )
        if given:
            return given
        beside = wiring_runs.session_mode(url)
        with suppress(DatabaseError):  # told below what to set
            if beside and wiring_runs.has_sessions(beside):
                return beside
        raise UsageError(
            "SUPABASE_DB_URL is a pooler's transaction mode: no run can hold its lock there.",
            remedy="Set SUPABASE_DB_SESSION_URL too, to the pooler's session mode (port 5432) "
            "or the direct connection: only the lock goes over it. Or make it SUPABASE_DB_URL.",
        )

    def _announce(self, *, listens: bool) -> None:
        whose = f"target {', '.join(self._targets)}" if self._targets else "all targets"
        self._tell(
            f"Worker {holder()}: takes runs of {whose}, {self._concurrency} at the same time."
        )
        if not listens:
            given = self._settings.database_session_url
            self._tell(
                "A pooler's transaction mode: LISTEN does not work there, so it looks for runs "
                f"every {self._timing.poll:g} s. Locks do not hold there either: they go over "
                f"{'SUPABASE_DB_SESSION_URL' if given else 'its session mode, port 5432'}."
            )
        for entry in self._periodic:
            self._tell(f"By the clock: {entry.action} of target {entry.target} at {entry.cron}")

    def _work(
        self,
        settings: Settings,
        requests: RunRequests,
        request_id: str,
        is_over: Callable[[], bool],
    ) -> None:
        """Do one request; see ports_runs.Work."""
        try:
            request = requests.begin(request_id)
            if request is None:
                return
            ended = self._perform(settings, request, is_over)
            if ended.again is not None:
                pause = self._patience.pause(ended.again, request)
                if pause is not None:
                    why = ended.outcome.answer["detail"]
                    self._tell(f"Run {request_id}: again in {pause:g} s. {why}")
                    told = answers.tried_again(ended.outcome.answer, request_id, pause)
                    requests.put_off(
                        request, replace(ended.outcome, answer=told),
                        told=ended.again == "unreachable",
                    )  # fmt: skip
                    raise LaterError(pause)
            requests.finish(request, ended.outcome)
        except DatabaseError as error:  # it cannot be written down: whoever comes next does it
            self._tell(f"Run {request_id}: {error.told}")
            raise LaterError(self._timing.reconnect) from None

    def _perform(
        self, settings: Settings, request: RunRequest, is_over: Callable[[], bool]
    ) -> Ended:
        target, begun = request.target, time.monotonic()
        calls: list[int] = []
        if self._patience.is_lost(request):
            before = count(request.attempt - 1, "time")  # this try is none: it only says so
            detail = f"It was begun {before} and never came to an end."
            return _internal(detail, request)
        self._tell(
            f"Run {request.request_id}: {request.action} of target {target} for "
            f"{request.requested_by}, try {request.attempt}"
        )
        scope = Scope(
            target, request.projects, trigger="worker", wait=0,
            holder=f"{holder()} for {request.requested_by}", tell=self._tell,
        )  # fmt: skip
        try:
            with wiring.store(settings) as store:
                doors = Doors(
                    reader=lambda: wiring.odoo_reader(settings, target, store, calls.append),
                    writer=lambda: wiring.odoo_writer(settings, target, store, calls.append),
                )
                ended = perform(request, store, doors, scope, _Interruptible(is_over))
        except _HandedOver:
            self._tell(f"Run {request.request_id}: handed over")
            raise LaterError(0) from None
        except OdooSeedError as error:
            ended = refused(error, request.request_id)
        except Exception as error:  # noqa: BLE001 - a bug of ours: whoever asked is told, not left
            ended = _internal(_where(error), request)
        seconds = time.monotonic() - begun
        self._tell(f"Run {request.request_id}: {_words(ended.outcome)}, {seconds:.1f} s")
        return replace(ended, outcome=replace(ended.outcome, calls=sum(calls)))

    def _sweep(self, requests: RunRequests) -> None:
        """Take over from the dead, and ask for what the clock says, until the worker ends."""
        while not self._stopping.is_set():
            try:
                if taken := requests.take_over(self._timing.silence):
                    self._tell(f"Took over {taken} from a worker that gave no sign of life.")
                if self._periodic:
                    self._ask_for_what_is_due(requests)
                if time.monotonic() >= self._prune_at:
                    requests.prune()
                    self._prune_at = time.monotonic() + _PRUNE
                self._trouble = ""
            except OdooSeedError as error:
                if error.told != self._trouble:  # once, not every few seconds
                    self._tell(error.told)
                self._trouble = error.told
            self._stopping.wait(min(_SWEEP, self._timing.silence / 4))

    def _ask_for_what_is_due(self, requests: RunRequests) -> None:
        now, time_zone = requests.clock()
        for entry in self._periodic:
            self._ask(requests, entry, entry.due(now, time_zone or DEFAULT_TIME_ZONE))

    def _ask(self, requests: RunRequests, entry: Periodic, due: datetime | None) -> None:
        # One that still waits, for an Odoo that is away, is enough: they would pile up.
        if due is not None and not requests.is_open(entry.action, entry.target):
            requests.ask(
                entry.action, entry.target,
                idempotency_key=entry.key(due), requested_by="the clock", in_line=True,
            )  # fmt: skip


def _where(error: Exception) -> str:
    """What went wrong and where in our code, without its text: that may hold anything."""
    ours = [
        f"{frame.f_globals['__name__']}, line {line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).startswith("odoo_seed.")
    ]
    return " in ".join([type(error).__name__, *ours[-1:]])


def _internal(detail: str, request: RunRequest) -> Ended:
    told = answers.problem(500, "An error of odoo-seed's own", detail, run_id=request.request_id)
    return Ended(Outcome(500, told))


def _words(outcome: Outcome) -> str:
    answer = outcome.answer
    if "ok" not in answer:
        title, detail = answer["title"], answer["detail"]
        told = detail if detail.startswith(title) else f"{title}: {detail}"
        refused = outcome.http_status == 422  # what is tried again has no remedy yet
        return f"{told} → {answer['remedy']}" if refused and "remedy" in answer else told
    told = (
        f"{answer['status']}: {count(answer['projects_synced'], 'project')}, "
        f"{count(answer['tasks_synced'], 'task')}"
    )
    found = answer.get("verification")
    return f"{told}; {found['words']}" if found else told
