"""The store of the seed: `ports.SeedStore` on Postgres."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from psycopg.rows import dict_row

from odoo_seed.core.bindings import Place, bound
from odoo_seed.core.model import Seed, SeedAndPolicy
from odoo_seed.core.policy import Policy
from odoo_seed.edges.postgres import applied, bindings, load, locks, rows, runs, shadow, stops
from odoo_seed.edges.postgres.connection import KeptConnection, in_words
from odoo_seed.edges.postgres.queries import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from odoo_seed.core.freeze import FreezeOverride
    from odoo_seed.core.live import Applied, AppliedRecord, Key, Live, Shadow
    from odoo_seed.core.model import Kind
    from odoo_seed.core.runs import LoadResult, Run, RunItem, Status, Verb
    from odoo_seed.core.stops import Stop
    from odoo_seed.edges.postgres.connection import Connection
    from odoo_seed.writer_lock import WriterLock


def _production(target: str) -> Place:
    return Place(target, "production")


class PostgresStore:
    """Schema `odoo_seed`. Connects when first used, and anew when the connection was lost.

    Every method is one transaction and raises DatabaseError. Not to be shared by threads that
    write at the same time.

    Args:
        url: Connection string. Port 6543 means the pooler's transaction mode.
        place: Says which environment and Odoo database a target is.
        session_url: For the writer lock, where `url` has no sessions; None for the same.
    """

    def __init__(
        self,
        url: str,
        place: Callable[[str], Place] = _production,
        *,
        session_url: str | None = None,
    ) -> None:
        self._url, self._session_url = url, session_url or url
        self._place = place
        # Who names another URL for sessions has a pooler in `url`, whatever its port.
        self._connection = KeptConnection(url, prepares=self._session_url == url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        self._connection.close()

    def load(self, content: SeedAndPolicy, commit: str | None) -> LoadResult:
        """Upsert everything, mark what is gone from the files as removed, all or nothing."""
        with self._transaction() as connection:
            return load.load(connection, content, commit)

    def read_seed(self) -> SeedAndPolicy:
        """Return all rows that are not removed, and the policy, in stable order."""
        sql = queries("seed")
        with self._transaction() as connection, connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(sql["snapshot"])
            programs = tuple(map(rows.to_program, cursor.execute(sql["read_program"])))
            projects = tuple(map(rows.to_project, cursor.execute(sql["read_project"])))
            milestones = tuple(map(rows.to_milestone, cursor.execute(sql["read_milestone"])))
            tasks = tuple(map(rows.to_task, cursor.execute(sql["read_task"])))
            stored = cursor.execute(sql["read_policy"]).fetchone()
        policy = rows.policy_from_json(stored["policy"]) if stored else Policy()
        calendars = rows.calendars_from_row(stored["calendars"]) if stored else ()
        return SeedAndPolicy(Seed(programs, projects, milestones, tasks), policy, calendars)

    def bind(self, content: SeedAndPolicy, target: str) -> SeedAndPolicy:
        """Return the seed as one target is to hold it, by the bindings in `ops`."""
        place = self._place(target)
        with self._transaction() as connection:
            said = bindings.contexts(connection, content.seed.projects, place.environment)
        return bound(content, said, place)

    def read_applied(self, target: str) -> Applied:
        """Return what was last written to the target, by kind and ref."""
        with self._transaction() as connection:
            return applied.read_applied(connection, target)

    def save_applied(
        self, target: str, records: Iterable[AppliedRecord], forget: Iterable[tuple[Kind, str]] = ()
    ) -> None:
        """Upsert applied values, and odoo ids and last_sync_at on the seed's rows."""
        with self._transaction() as connection:
            applied.save_applied(connection, target, records, forget)

    def held_states(self, target: str) -> Mapping[int, str]:
        """Return the task states that a crashed seed left to be put back, by Odoo id."""
        with self._transaction() as connection:
            return applied.held_states(connection, target)

    def hold_states(self, target: str, states: Mapping[int, str]) -> None:
        """Remember task states that are to be put back; an empty mapping releases them."""
        with self._transaction() as connection:
            applied.hold_states(connection, target, states)

    def is_following(self, target: str) -> bool:
        """Whether the bot may follow tasks that a killed run created."""
        with self._transaction() as connection:
            return applied.is_following(connection, target)

    def note_following(self, target: str, *, following: bool) -> None:
        """Remember, or forget, that the bot may follow tasks that it created."""
        with self._transaction() as connection:
            applied.note_following(connection, target, following=following)

    def remembered_uid(self, target: str, url: str, database: str, user: str) -> int | None:
        """Return the user's id as an earlier run learnt it, in exactly this database of Odoo."""
        given = {"target": target, "url": url, "database": database, "user": user}
        with self._transaction() as connection:
            row = connection.execute(queries("logins")["read"], given).fetchone()
        return row[0] if row else None

    def remember_uid(self, target: str, url: str, database: str, user: str, uid: int) -> None:
        """Keep the user's id for the next run."""
        given = {"target": target, "url": url, "database": database, "user": user, "uid": uid}
        with self._transaction() as connection:
            connection.execute(queries("logins")["save"], given)

    def start_run(self, target: str, verb: Verb, trigger: str, commit: str | None) -> str:
        """Insert a running row into sync_runs and return its id (UUID text)."""
        with self._transaction() as connection:
            return runs.start_run(connection, target, verb, trigger, commit)

    def note_override(self, run_id: str, override: FreezeOverride) -> None:
        """Record with a running run that it goes on in a freeze, and why."""
        with self._transaction() as connection:
            runs.note_override(connection, run_id, override)

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
        """Write the outcome and the items; set or clear sync_error of the rows they name."""
        with self._transaction() as connection:
            runs.finish_run(
                connection, run_id, status, items, settled, counts, error, plan_checksum
            )

    def note_reversed(self, run_id: str, reverses: str) -> None:
        """Record which run a rollback takes back."""
        with self._transaction() as connection:
            runs.note_reversed(connection, run_id, reverses)

    def find_runs(self, prefix: str) -> Sequence[Run]:
        """Return the runs whose id begins so, newest first, without items; eleven at most."""
        with self._transaction() as connection:
            return runs.find_runs(connection, prefix)

    def last_written(self, target: str) -> str | None:
        """Return the id of the newest seed run that wrote to Odoo, or may have before it died."""
        with self._transaction() as connection:
            return runs.last_written(connection, target)

    def with_items(self, run: Run) -> Run:
        """Return the run with its items."""
        with self._transaction() as connection:
            return runs.with_items(connection, run)

    def last_run(self, target: str, *verbs: Verb, items: bool = True) -> Run | None:
        """See ports.SeedStore."""
        with self._transaction() as connection:
            run = runs.last_run(connection, target, verbs)
            return runs.with_items(connection, run) if run and items else run

    def commits(self, target: str, verb: Verb) -> Sequence[str]:
        """Return the commits of the runs that ended in success or partly, the newest run first."""
        with self._transaction() as connection:
            return runs.commits(connection, target, verb)

    def replace_shadow(self, target: str, live: Live) -> Mapping[str, int]:
        """Mirror one complete reading; mark what is gone. Return counts by kind."""
        with self._transaction() as connection:
            return shadow.replace_shadow(connection, self._place(target), live)

    def read_shadow(self, target: str) -> Shadow:
        """Return the mirror, and why it is stale if so."""
        with self._transaction() as connection:
            connection.execute(queries("seed")["snapshot"])
            return shadow.read_shadow(connection, target)

    def stop(self, target: str, by: str, reason: str) -> Stop:
        """Remember that a target is not to be seeded for now; the last word counts."""
        with self._transaction() as connection:
            return stops.stop(connection, target, by, reason)

    def read_stop(self, target: str) -> Stop | None:
        """Return who stopped the target and why, or None."""
        with self._transaction() as connection:
            return stops.read_stop(connection, target)

    def resume(self, target: str) -> Stop | None:
        """Let the target be seeded again; return what stopped it."""
        with self._transaction() as connection:
            return stops.resume(connection, target)

    def lock(
        self,
        target: str,
        holder: str,
        wait: float = 0,
        tell: Callable[[str], None] = lambda _: None,
        *,
        odoo: str | None = None,
    ) -> AbstractContextManager[WriterLock]:
        """Be the one who works on a target; see ports.SeedStore."""
        return locks.lock(self._session_url, target, holder, wait, tell, odoo=odoo)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with in_words(self._url):
            connection = self._connection.get()
            with connection.transaction():
                yield connection
