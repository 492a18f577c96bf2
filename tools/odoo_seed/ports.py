"""What the pipeline needs from the world. Edges implement these; tests use the real edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from odoo_seed.core.freeze import FreezeOverride
    from odoo_seed.core.live import (
        Applied,
        AppliedRecord,
        Key,
        Live,
        Shadow,
    )
    from odoo_seed.core.model import Kind, SeedAndPolicy
    from odoo_seed.core.problems import Problem
    from odoo_seed.core.runs import LoadResult, Run, RunItem, Status, Verb
    from odoo_seed.core.stops import Stop
    from odoo_seed.writer_lock import WriterLock


@dataclass(frozen=True, slots=True)
class SeedReading:
    """The YAML folder, read. `content` is None when any problem is an error."""

    content: SeedAndPolicy | None
    problems: Sequence[Problem]
    files: Sequence[str]
    commit: str | None = None


class SeedFiles(Protocol):
    """The YAML folder."""

    def read(self) -> SeedReading:
        """Read, check and expand every file; never raises for what a file holds."""
        ...


class SeedStore(Protocol):
    """Schema `odoo_seed` in Postgres. Raises DatabaseError; every method is one transaction."""

    def load(self, content: SeedAndPolicy, commit: str | None) -> LoadResult:
        """Upsert everything, mark what is gone from the files as removed, all or nothing."""
        ...

    def read_seed(self) -> SeedAndPolicy:
        """Return all rows that are not removed, and the policy, in stable order."""
        ...

    def bind(self, content: SeedAndPolicy, target: str) -> SeedAndPolicy:
        """Return the seed as one target is to hold it, by the bindings in `ops`.

        Projects get company, customer and analytic account, or are marked as bound elsewhere; the
        policy is that of the target.
        """
        ...

    def read_applied(self, target: str) -> Applied:
        """Return what was last written to the target, by kind and ref."""
        ...

    def save_applied(
        self, target: str, records: Iterable[AppliedRecord], forget: Iterable[tuple[Kind, str]] = ()
    ) -> None:
        """Upsert applied values, and odoo ids and last_sync_at on the seed's rows."""
        ...

    def held_states(self, target: str) -> Mapping[int, str]:
        """Return the task states that a crashed seed left to be put back, by Odoo id."""
        ...

    def hold_states(self, target: str, states: Mapping[int, str]) -> None:
        """Remember task states that are to be put back; an empty mapping releases them."""
        ...

    def is_following(self, target: str) -> bool:
        """Whether the bot may follow tasks that a killed run created."""
        ...

    def note_following(self, target: str, *, following: bool) -> None:
        """Remember, or forget, that the bot may follow tasks that it created."""
        ...

    def remembered_uid(self, target: str, url: str, database: str, user: str) -> int | None:
        """Return the user's id as an earlier run learnt it, in exactly this database of Odoo."""
        ...

    def remember_uid(self, target: str, url: str, database: str, user: str, uid: int) -> None:
        """Keep the user's id for the next run."""
        ...

    def start_run(self, target: str, verb: Verb, trigger: str, commit: str | None) -> str:
        """Insert a running row into sync_runs and return its id (UUID text)."""
        ...

    def note_override(self, run_id: str, override: FreezeOverride) -> None:
        """Record with a running run that it goes on in a freeze, and why."""
        ...

    def finish_run(
        self,
        run_id: str,
        status: Status,
        *,
        items: Iterable[RunItem] = (),
        settled: Collection[Key] = (),
        counts: Mapping[str, int] | None = None,
        error: str | None = None,
        plan_checksum: str | None = None,
    ) -> None:
        """Write the outcome and the items; set or clear sync_error of the rows they name.

        Args:
            settled: Records that needed nothing: their sync_error is cleared too.
        """
        ...

    def note_reversed(self, run_id: str, reverses: str) -> None:
        """Record which run a rollback takes back."""
        ...

    def find_runs(self, prefix: str) -> Sequence[Run]:
        """Return the runs whose id begins so, newest first, without items; eleven at most."""
        ...

    def last_written(self, target: str) -> str | None:
        """Return the id of the newest seed run that wrote to Odoo, or may have before it died."""
        ...

    def with_items(self, run: Run) -> Run:
        """Return the run with its items."""
        ...

    def last_run(self, target: str, *verbs: Verb, items: bool = True) -> Run | None:
        """Return the newest run of these verbs, with its items if wanted, or None."""
        ...

    def commits(self, target: str, verb: Verb) -> Sequence[str]:
        """Return the commits of the runs that ended in success or partly, the newest run first."""
        ...

    def replace_shadow(self, target: str, live: Live) -> Mapping[str, int]:
        """Mirror one complete reading; mark what is gone. Return counts by kind."""
        ...

    def read_shadow(self, target: str) -> Shadow:
        """Return the mirror.

        It is stale when there is none, when the newest shadow run did not succeed, or when a seed
        run ended after the shadow began.
        """
        ...

    def stop(self, target: str, by: str, reason: str) -> Stop:
        """Remember that a target is not to be seeded for now; the last word counts."""
        ...

    def read_stop(self, target: str) -> Stop | None:
        """Return who stopped the target and why, or None."""
        ...

    def resume(self, target: str) -> Stop | None:
        """Let the target be seeded again; return what stopped it."""
        ...

    def lock(
        self,
        target: str,
        holder: str,
        wait: float = 0,
        tell: Callable[[str], None] = lambda _: None,
        *,
        odoo: str | None = None,
    ) -> AbstractContextManager[WriterLock]:
        """Be the one who works on a target inside the block; the lock dies with its connection.

        Args:
            holder: Who we are, for others to read: account, host and process.
            wait: Seconds to wait for whoever has it.
            tell: Is told, once, for whom we wait.
            odoo: The `database_key` of the Odoo at work: nobody else is let in to that either,
                whatever their target is called. None for what needs no Odoo.

        Raises:
            DatabaseError: Somebody else has it: who, which run and since when. Or the connection
                cannot hold a lock.
        """
        ...


class Progress(Protocol):
    """Says how far a verb has come."""

    def step(self, what: str, total: int) -> AbstractContextManager[None]:
        """A stretch of work, for as long as the context is open: `total` records of `what`."""
        ...

    def advance(self, done: int) -> None:
        """So many more records are done; several threads may say so."""
        ...
