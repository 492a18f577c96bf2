"""What was last written to a target."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from odoo_seed.core.live import AppliedRecord
from odoo_seed.core.targets import DEFAULT_TARGET
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.values import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.live import Applied
    from odoo_seed.core.model import Kind
    from odoo_seed.edges.postgres.connection import Connection

MARKED: tuple[Kind, ...] = ("project", "milestone", "task")
"""The kinds that are records in Odoo."""


def read_applied(connection: Connection, target: str) -> Applied:
    """Return everything applied to the target, by kind and ref."""
    rows = connection.execute(queries("applied")["read"], {"target": target})
    return {
        (kind, ref): AppliedRecord(
            kind,
            ref,
            odoo_id,
            # Every row's JSON brings texts of its own for the same few names.
            {intern(name): from_json(value) for name, value in values.items()},
            echo,
        )
        for kind, ref, odoo_id, values, echo in rows
    }


def save_applied(
    connection: Connection,
    target: str,
    records: Iterable[AppliedRecord],
    forget: Iterable[tuple[Kind, str]],
) -> None:
    """Upsert; of a record given twice the last counts. Then drop what is to be forgotten."""
    sql = queries("applied")
    saved = list({(record.kind, record.external_ref): record for record in records}.values())
    if saved:
        records_given = Jsonb(
            [
                {
                    "kind": record.kind,
                    "external_ref": record.external_ref,
                    "odoo_id": record.odoo_id,
                    "values": dict(record.values),
                    "echo": dict(record.echo),
                }
                for record in saved
            ]
        )
        connection.execute(sql["save"], {"target": target, "records": records_given})
    keys = [{"kind": kind, "external_ref": ref} for kind, ref in forget]
    if keys:
        connection.execute(sql["forget"], {"target": target, "keys": Jsonb(keys)})
    if target == DEFAULT_TARGET:
        _mark(connection, saved)


def _mark(connection: Connection, saved: Sequence[AppliedRecord]) -> None:
    """Write Odoo's ids back to the seed's rows."""
    for kind in MARKED:
        ids = [
            {"external_ref": record.external_ref, "odoo_id": record.odoo_id}
            for record in saved
            if record.kind == kind
        ]
        if ids:
            connection.execute(queries("applied")[f"mark_{kind}"], {"records": Jsonb(ids)})


def held_states(connection: Connection, target: str) -> dict[int, str]:
    """Return the task states that a crashed seed left to be put back, by Odoo id."""
    rows = connection.execute(queries("applied")["held"], {"target": target}).fetchall()
    return dict(rows)


def hold_states(connection: Connection, target: str, states: Mapping[int, str]) -> None:
    """Replace what is to be put back; nothing releases it."""
    sql = queries("applied")
    connection.execute(sql["release"], {"target": target})
    if states:
        listed = [{"odoo_id": odoo_id, "state": state} for odoo_id, state in states.items()]
        connection.execute(sql["hold"], {"target": target, "states": Jsonb(listed)})


def is_following(connection: Connection, target: str) -> bool:
    """Whether the bot may follow tasks that a killed run created."""
    row = connection.execute(queries("applied")["is_following"], {"target": target}).fetchone()
    return bool(row and row[0])


def note_following(connection: Connection, target: str, *, following: bool) -> None:
    """Remember, or forget, that the bot may follow tasks that it created."""
    sql = queries("applied")
    connection.execute(sql["follow" if following else "unfollow"], {"target": target})
