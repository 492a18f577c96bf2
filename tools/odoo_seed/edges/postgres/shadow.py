"""The mirror of what Odoo holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from odoo_seed.core.fields import BOUND
from odoo_seed.core.live import LiveRecord, Shadow
from odoo_seed.edges.postgres.applied import MARKED
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.values import from_column, storable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.core.bindings import Place
    from odoo_seed.core.live import Key, Live
    from odoo_seed.core.model import Kind
    from odoo_seed.edges.postgres.connection import Connection

_COLUMNS: dict[Kind, Sequence[tuple[str, str]]] = {
    "project": (
        ("name", "text"),
        ("description", "text"),
        ("company_name", "text"),
        ("manager_email", "text"),
        ("visibility", "text"),
        ("allow_dependencies", "bool"),
        ("date_start", "date"),
        ("date_end", "date"),
        ("tag_names", "text[]"),
        ("partner_name", "text"),
        ("analytic_account_name", "text"),
        ("is_active", "bool"),
    ),
    "milestone": (("name", "text"), ("project_external_ref", "text"), ("deadline", "date")),
    "task": (
        ("project_external_ref", "text"),
        ("name", "text"),
        ("description", "text"),
        ("stage_name", "text"),
        ("tag_names", "text[]"),
        ("assignee_emails", "text[]"),
        ("depends_on_refs", "text[]"),
        ("parent_external_ref", "text"),
        ("milestone_external_ref", "text"),
        ("deadline", "timestamp"),
        ("planned_hours", "float8"),
        ("sequence", "int4"),
        ("priority", "text"),
        ("is_active", "bool"),
    ),
}
"""The managed fields, in the column order of `sql/shadow.sql`."""


def replace_shadow(connection: Connection, place: Place, live: Live) -> dict[str, int]:
    """Mirror one complete reading; return how many records of each kind it has."""
    sql = queries("shadow")
    given = {
        "target": place.target,
        "environment": place.environment,
        "database": place.database,
    }
    counts: dict[str, int] = {}
    duplicates = [
        {"kind": kind, "external_ref": ref, "odoo_ids": list(ids)}
        for (kind, ref), ids in live.duplicates.items()
    ]
    connection.execute(sql["join_whole_sets"])
    connection.execute(sql["clear_duplicates"], given)
    connection.execute(sql["save_duplicates"], {**given, "duplicates": Jsonb(duplicates)})
    for kind in MARKED:
        records = [record for key, record in live.records.items() if key[0] == kind]
        counts[kind] = len(records)
        connection.execute(sql[f"incoming_{kind}"])
        with connection.cursor().copy(sql[f"copy_{kind}"]) as copy:
            for record in records:
                copy.write_row(_to_row(record))
        connection.execute(sql[f"save_{kind}"], given)
        connection.execute(sql[f"gone_{kind}"], given)
    connection.execute(sql["save_read"], given)
    return counts


def _to_row(record: LiveRecord) -> tuple[Any, ...]:
    values = [storable(record.values.get(name)) for name, _ in _COLUMNS[record.kind]]
    return (
        record.external_ref,
        record.odoo_id,
        *(list(value) if isinstance(value, tuple) else value for value in values),
        *((record.state, record.left_alone or None) if record.kind == "task" else ()),
        f"{record.written_at}+00" if record.written_at else None,
        storable(record.written_by),
    )


def read_shadow(connection: Connection, target: str) -> Shadow:
    """Return the last complete reading, and why it must not be trusted if so."""
    sql = queries("shadow")
    given = {"target": target}
    records: dict[Key, LiveRecord] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for kind in MARKED:
            for row in cursor.execute(sql[f"read_{kind}"], given):
                records[kind, row["external_ref"]] = _to_record(kind, row)
        duplicates: dict[Key, tuple[int, ...]] = {
            (row["kind"], row["external_ref"]): tuple(row["odoo_ids"])
            for row in cursor.execute(sql["read_duplicates"], given)
        }
        freshness = cursor.execute(sql["freshness"], given).fetchone()
    return Shadow(records, duplicates, _staleness(freshness or {}))


def _to_record(kind: Kind, row: dict[str, Any]) -> LiveRecord:
    written_at = row["written_at"]
    return LiveRecord(
        kind,
        row["external_ref"],
        row["odoo_id"],
        {
            name: from_column(row[name])
            for name, _ in _COLUMNS[kind]
            if name not in BOUND or row[name] is not None  # it may not have been read
        },
        row.get("state"),
        written_at and f"{written_at:%Y-%m-%d %H:%M:%S}",
        row["written_by"],
        row.get("left_alone") or "",
    )


def _staleness(freshness: Mapping[str, Any]) -> str:
    if freshness.get("seen_at") is None:
        return "Odoo was never read into the shadow"
    if freshness["status"] == "running":
        return "a shadow run is going on, or was killed"
    if freshness["status"] not in {None, "success"}:
        return "the last shadow run failed"
    if freshness["seeded_since"]:
        return "Odoo was seeded after the shadow was taken"
    return ""
