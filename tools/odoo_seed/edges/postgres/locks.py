"""One writer a target and an Odoo: advisory locks that die with a connection of their own."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from odoo_seed.core.words import minutes
from odoo_seed.edges.postgres.connection import connect, in_words, is_transaction_pooler
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.values import storable_text
from odoo_seed.errors import DatabaseError, LockLostError, TargetBusyError
from odoo_seed.writer_lock import Intent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from odoo_seed.edges.postgres.connection import Connection

    Busy = Literal["target", "odoo"]

_POLL = 1.0
"""Seconds between two looks whether the lock is free."""

_POOLER = "The writer lock cannot be held through a pooler's transaction mode"
_POOLER_REMEDY = (
    "Use the session mode (port 5432) or the direct connection, in SUPABASE_DB_URL or for the lock "
    "alone in SUPABASE_DB_SESSION_URL."
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be locked. `odoo` is None for what does not need Odoo."""

    target: str
    odoo: str | None

    def words(self, busy: Busy) -> str:
        """What somebody else has."""
        return f"target {self.target}" if busy == "target" else f"the Odoo database {self.odoo}"


class HeldLock:
    """Implements writer_lock.WriterLock. May be used by several threads."""

    def __init__(self, url: str, connection: Connection, target: str, backend: int) -> None:
        self._url, self._connection = url, connection
        self._target, self._backend = target, backend
        self._run_id: str | None = None

    def name_run(self, run_id: str) -> None:
        """See writer_lock.WriterLock."""
        self._run_id = run_id
        self._held("name_run")

    def check(self) -> None:
        """See writer_lock.WriterLock."""
        self._held("backend")

    def intents(self) -> Sequence[Intent]:
        """See writer_lock.WriterLock."""
        rows = self._execute("intents")
        return [Intent(kind, tuple(refs), age) for kind, refs, age in rows]

    def intend(self, line: int, kind: str, refs: Sequence[str]) -> None:
        """See writer_lock.WriterLock."""
        named = Jsonb([storable_text(ref) for ref in refs])
        self._held("intend", line=line, kind=kind, refs=named)

    def settle(self, line: int | None = None) -> None:
        """See writer_lock.WriterLock."""
        self._execute("settle", line=line)

    def _held(self, query: str, **given: Any) -> None:
        """Run a query that tells its backend; only the one that took the lock has it."""
        if self._execute(query, **given) != [(self._backend,)]:
            raise self._lost()

    def _execute(self, query: str, **given: Any) -> list[tuple[Any, ...]]:
        common = {"target": self._target, "run_id": self._run_id}
        try:
            with in_words(self._url):
                cursor = self._connection.execute(queries("locks")[query], {**common, **given})
                return cursor.fetchall() if cursor.description else []
        except DatabaseError as error:
            if self._connection.closed:
                raise self._lost() from error
            raise

    def _lost(self) -> LockLostError:
        return LockLostError(
            f"The lock on target {self._target} was lost with its connection to the database; "
            "nothing more was written to Odoo.",
            remedy="Run it again: it goes on where this run stopped.",
        )


@contextmanager
def lock(
    url: str,
    target: str,
    holder: str,
    wait: float = 0,
    tell: Callable[[str], None] = lambda _: None,
    *,
    odoo: str | None = None,
) -> Iterator[HeldLock]:
    """Be the one writer of target and Odoo inside the block; see ports.SeedStore."""
    if is_transaction_pooler(url):
        raise DatabaseError(f"{_POOLER} (port 6543).", remedy=_POOLER_REMEDY)
    given = {"target": target, "holder": holder}
    name = f"odoo-seed lock {target}: {holder}"
    with closing(connect(url, application_name=name, endures=True)) as connection:
        with in_words(url):
            if _shares_backend(url, connection):
                raise DatabaseError(f"{_POOLER}.", remedy=_POOLER_REMEDY)
            connection.execute(queries("locks")["endure"])
            backend = _take(connection, _Wanted(target, odoo), wait, tell)
            connection.execute(queries("locks")["sign"], given)
        try:
            yield HeldLock(url, connection, target, backend)
        finally:
            # If the connection was lost meanwhile, so was the lock.
            with suppress(psycopg.Error):
                connection.execute(queries("locks")["release"], given)


def shares_backends(url: str) -> bool:
    """Whether it is a pooler's transaction mode: neither locks nor LISTEN hold there."""
    if is_transaction_pooler(url):
        return True
    with closing(connect(url)) as connection, in_words(url):
        return _shares_backend(url, connection)


def _shares_backend(url: str, connection: Connection) -> bool:
    """Whether a pooler hands the session's backend to others between its transactions.

    A pooler gives its clients a process id of its own, so a direct connection is known at once.
    Behind a pooler a second connection is held in a transaction: in session mode it never gets
    our backend, and ours stays the same; in transaction mode the free backend, ours, is reused.
    """
    query = queries("locks")["backend"]
    (before,) = connection.execute(query).fetchall()
    if before == (connection.info.backend_pid,):
        return False
    with closing(connect(url)) as other, other.transaction():
        (others,) = other.execute(query).fetchall()
        (after,) = connection.execute(query).fetchall()
    return before != after or others == before


def _take(connection: Connection, wanted: _Wanted, wait: float, tell: Callable[[str], None]) -> int:
    """Take the locks and return the backend that has them.

    Raises:
        TargetBusyError: Somebody else has it, and did not let go in time.
    """
    deadline = time.monotonic() + wait
    told = ""
    while True:
        ((busy, backend),) = connection.execute(
            queries("locks")["take"], {"target": wanted.target, "odoo": wanted.odoo}
        ).fetchall()
        if not busy:
            return int(backend)
        what, who = wanted.words(busy), _holder(connection, wanted, busy)
        left = deadline - time.monotonic()
        if left <= 0:
            after = f" after {minutes(wait)} of waiting" if wait else ""
            raise TargetBusyError(
                f"{what[0].upper()}{what[1:]} is in use by {who}{after}.",
                remedy="Wait until that run has ended; its lock ends with it in any case.",
            )
        if who != told:
            tell(f"Waiting up to {minutes(left)}: {what} is in use by {who}.")
            told = who
        time.sleep(min(_POLL, left))


def _holder(connection: Connection, wanted: _Wanted, busy: Busy) -> str:
    name = wanted.target if busy == "target" else wanted.odoo
    signed = connection.execute(queries("locks")["holder"], {"what": busy, "name": name}).fetchone()
    if signed is None:
        return "somebody who just began"
    holder, target, taken_at, run_id, verb = signed
    run = f", {verb or 'some'} run {run_id}" if run_id else ""
    of = f" for target {target}" if busy == "odoo" else ""
    return f"{holder}{of}{run}, since {taken_at:%Y-%m-%d %H:%M:%S %Z}"
