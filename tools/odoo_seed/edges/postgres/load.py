"""Load the YAML into the seed's tables: one transaction, set-based, all or nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from odoo_seed.core.made_json import calendars_as_json
from odoo_seed.core.model import KINDS
from odoo_seed.core.policy_reading import policy_as_json
from odoo_seed.core.runs import LoadCounts
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.rows import to_row
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.model import Kind, Record, SeedAndPolicy
    from odoo_seed.core.runs import LoadResult
    from odoo_seed.edges.postgres.connection import Connection

_TYPES: dict[Kind, Sequence[str]] = {
    "program": ("text",) * 5 + ("bool", "text", "int4"),
    "project": ("text",) * 7
    + ("bool", "date", "date", "jsonb", "text[]", "bool", "bool", "bool", "text[]", "text", "text")
    + ("jsonb", "text", "int4"),
    "milestone": ("text", "text", "text", "date", "text", "int4"),
    "task": ("text",) * 5
    + ("text[]", "text", "text[]", "text[]", "text", "text", "timestamp", "float8", "int4", "text")
    + ("bool", "bool", "text[]", "jsonb", "jsonb", "text", "int4"),
}
"""What COPY is given, column by column."""


def load(connection: Connection, content: SeedAndPolicy, commit: str | None) -> LoadResult:
    """Load inside the transaction that is open.

    Raises:
        DatabaseError: A reference or a hierarchy does not hold; the caller rolls back.
    """
    sql = queries("load")
    given = {"commit": commit}
    connection.execute(sql["lock"])
    connection.execute(sql["join_whole_sets"])
    for kind in KINDS:
        records = content.seed.of_kind(kind)
        _check_unique(kind, records)
        connection.execute(sql[f"incoming_{kind}"])
        _copy(connection, sql[f"copy_{kind}"], kind, records)
    for name in ("rename_apart", "rename_project", "rename_task", "rename_together"):
        connection.execute(sql[name])
    result: LoadResult = {}
    for kind in KINDS:
        connection.execute(sql[f"merge_{kind}"], given)
        connection.execute(sql[f"refresh_{kind}"], given)
        removed = connection.execute(sql[f"bury_{kind}"], given).rowcount
        created, updated = connection.execute(sql[f"count_{kind}"]).fetchone() or (0, 0)
        unchanged = len(content.seed.of_kind(kind)) - created - updated
        result[kind] = LoadCounts(created, updated, unchanged, removed)
    connection.execute(
        sql["merge_policy"],
        {
            **given,
            "policy": Jsonb(policy_as_json(content.policy)),
            "calendars": Jsonb(calendars_as_json(content.calendars)),
        },
    )
    _check_references(connection)
    _check_hierarchies(connection)
    return result


def _check_unique(kind: Kind, records: Sequence[Record]) -> None:
    counted = Counter(record.external_ref for record in records)
    twice = [ref for ref, count in counted.items() if count > 1]
    if twice:
        raise DatabaseError(
            f"The seed has more than one {kind} {', '.join(twice)}. Nothing was changed.",
            remedy="Give each record a ref of its own.",
        )


def _copy(connection: Connection, query: bytes, kind: Kind, records: Sequence[Record]) -> None:
    with connection.cursor().copy(query) as copy:
        copy.set_types(_TYPES[kind])
        for record in records:
            copy.write_row(to_row(record))


def _check_references(connection: Connection) -> None:
    """Foreign keys do not see arrays, nor that a row carries a tombstone."""
    found = connection.execute(queries("load")["dangling"]).fetchall()
    if found:
        lines = "; ".join(
            f"{f'{path}:{line}: ' if path else ''}{kind} {ref}: {field} names {missing}"
            for kind, ref, field, missing, path, line in found
        )
        raise DatabaseError(
            f"References to what is not in the seed: {lines}. Nothing was changed.",
            remedy="Correct them; rows without a file were entered by hand in the database.",
        )


def _check_hierarchies(connection: Connection) -> None:
    found = connection.execute(queries("load")["cycles"]).fetchall()
    if found:
        names = ", ".join(f"{kind} {ref}" for kind, ref in found)
        raise DatabaseError(
            f"These stand, by their parents, above themselves: {names}. Nothing was changed.",
            remedy="Give one of them another parent, or none.",
        )
