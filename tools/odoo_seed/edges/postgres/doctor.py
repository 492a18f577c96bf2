"""Learn what `doctor` examines of the database. Everything here only reads."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from odoo_seed.core.doctor import Trouble
from odoo_seed.core.doctor_bindings import Bindings
from odoo_seed.core.doctor_database import DatabaseFacts
from odoo_seed.edges.postgres.bindings import contexts
from odoo_seed.edges.postgres.connection import connect, in_words, is_transaction_pooler
from odoo_seed.edges.postgres.migrate import migrations_folder, pending, read_migrations
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from odoo_seed.core.bindings import Place
    from odoo_seed.core.model import Project
    from odoo_seed.core.runs import Run
    from odoo_seed.edges.postgres.connection import Connection

T = TypeVar("T")

_LOADS = "default"  # the target that pipeline.load records its runs under
_LOOPBACK = ("", "localhost", "127.0.0.1", "::1")


def gather(url: str) -> DatabaseFacts:
    """Ask the database for everything, as far as it lets us get. Raises nothing of DatabaseError.

    Args:
        url: Connection string.
    """
    facts = DatabaseFacts()
    try:
        with closing(connect(url)) as connection:
            _describe(facts, connection)
            facts.read_only = _ask(lambda: _is_read_only(connection, url))
        facts.transaction_pooler = is_transaction_pooler(url)
    except DatabaseError as error:
        facts.place = Trouble.of(error)
        return facts
    facts.pending = _ask(lambda: tuple(pending(url, migrations_folder())))
    if facts.pending == ():
        facts.last_load = _ask(lambda: _last_load(url))
    return facts


def bindings(url: str, projects: Sequence[Project], place: Place) -> Bindings:
    """Return what the bindings say of projects; raises DatabaseError."""
    with closing(connect(url)) as connection, in_words(url):
        return Bindings(place, contexts(connection, projects, place.environment))


def not_made_yet(home: Path) -> DatabaseFacts | None:
    """Return the facts of an embedded Postgres that nobody used yet, else None.

    Starting it would make it, and looking must not.
    """
    if (home / "pg").exists():
        return None
    place = f"an embedded Postgres, to be made in {home} (SUPABASE_DB_URL is not set)"
    versions = tuple(one.version for one in read_migrations(migrations_folder()))
    return DatabaseFacts(place=place, embedded=True, pending=versions)


def _describe(facts: DatabaseFacts, connection: Connection) -> None:
    info = connection.info
    facts.place = f"{info.dbname} at {info.host}:{info.port} as {info.user}"
    facts.version = info.server_version
    facts.remote = not (info.host in _LOOPBACK or info.host.startswith("/"))
    # Not `info.get_parameters`, which leaves out what PGSSLMODE in the environment says.
    options = {option.keyword: option.val for option in connection.pgconn.info}
    facts.sslmode = (options[b"sslmode"] or b"").decode()


def _is_read_only(connection: Connection, url: str) -> bool:
    with in_words(url):
        found = connection.execute(queries("doctor")["read_only"]).fetchone()
    return bool(found and found[0])


def _last_load(url: str) -> tuple[Run, ...]:
    with closing(PostgresStore(url)) as store:
        run = store.last_run(_LOADS, "load")
    return (run,) if run else ()


def _ask(question: Callable[[], T]) -> T | Trouble:
    try:
        return question()
    except DatabaseError as error:
        return Trouble.of(error)
