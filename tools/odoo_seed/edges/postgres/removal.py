"""Remove schema `odoo_seed`, the queue and what the history of migrations knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from odoo_seed.core.removal import SchemaContent
from odoo_seed.core.targets import DEFAULT_TARGET
from odoo_seed.edges.postgres.connection import connect, in_words
from odoo_seed.edges.postgres.migrate import LOCK, read_migrations
from odoo_seed.edges.postgres.queries import queries

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_seed.edges.postgres.connection import Connection


QUEUE = "20260129"
"""The migration that makes schema `procrastinate`."""


def survey(url: str, folder: Path) -> SchemaContent:
    """Return what is there to be removed. Reads only; raises DatabaseError."""
    with connect(url) as connection, in_words(url), connection.transaction():
        return _survey(connection, folder)


def remove(url: str, folder: Path) -> None:
    """Drop the schema with all that reads it, in one transaction.

    The caller holds the writer locks of all its targets.

    Raises:
        DatabaseError: Somebody uses it and does not let go within ten seconds.
    """
    named = queries("removal")
    with connect(url) as connection, in_words(url), connection.transaction():
        connection.execute(named["patience"])
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        found = _survey(connection, folder)
        connection.execute(named["drop"])
        if found.queue:
            connection.execute(named["drop_queue"])
        if found.migrations:
            connection.execute(named["forget"], {"versions": list(found.migrations)})


def _survey(connection: Connection, folder: Path) -> SchemaContent:
    named = queries("removal")
    info = connection.info
    migrations = read_migrations(folder)
    has_schema, has_history = connection.execute(named["has_schema"]).fetchall()[0]
    relations = connection.execute(named["relations"]).fetchall() if has_schema else []
    recorded = []
    if has_history:
        given = {
            "versions": [one.version for one in migrations],
            "names": [one.name for one in migrations],
        }
        recorded = connection.execute(named["recorded"], given).fetchall()
    return SchemaContent(
        place=f"{info.dbname} at {info.host}:{info.port}",
        tables={name: _rows(connection, name) for name, is_view in relations if not is_view},
        views=tuple(name for name, is_view in relations if is_view),
        outside=tuple(name for (name,) in connection.execute(named["outside"]))
        if has_schema
        else (),
        migrations=tuple(version for (version,) in recorded),
        # Without our migration, a schema of that name is somebody else's.
        queue=QUEUE in {version for (version,) in recorded},
        targets=tuple(sorted(_targets(connection) | {DEFAULT_TARGET})) if has_schema else (),
    )


def _rows(connection: Connection, table: str) -> int:
    query = sql.SQL("select count(*) from {}").format(sql.Identifier("odoo_seed", table))
    return int(connection.execute(query).fetchall()[0][0])


def _targets(connection: Connection) -> set[str]:
    """All Odoo databases that any table of ours names."""
    found: set[str] = set()
    for (table,) in connection.execute(queries("removal")["with_target"]).fetchall():
        query = sql.SQL("select distinct target from {}").format(
            sql.Identifier(*table.replace('"', "").split("."))
        )
        found.update(target for (target,) in connection.execute(query))
    return found
