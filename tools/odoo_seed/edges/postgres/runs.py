"""The audit log: runs and their items."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from odoo_seed.core.freeze import FreezeOverride
from odoo_seed.core.model import Source
from odoo_seed.core.runs import ItemChange, Run, RunItem
from odoo_seed.core.targets import DEFAULT_TARGET
from odoo_seed.edges.postgres.applied import MARKED
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.values import from_json, storable, storable_text
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Key
    from odoo_seed.core.plan import Cause
    from odoo_seed.core.runs import Status, Verb
    from odoo_seed.edges.postgres.connection import Connection

_ITEM_TYPES = ("uuid", "int4", "text", "text", "text", "int4", "jsonb", "text", "text", "int4")


def start_run(
    connection: Connection, target: str, verb: Verb, trigger: str, commit: str | None
) -> str:
    """Insert a running row and return its id."""
    row = connection.execute(
        queries("runs")["start"],
        {"target": target, "verb": verb, "trigger": trigger, "commit": commit},
    ).fetchone()
    assert row is not None  # noqa: S101 - insert … returning
    return str(row[0])


def note_override(connection: Connection, run_id: str, override: FreezeOverride) -> None:
    """Record the freeze in which a run goes on, and why."""
    connection.execute(
        queries("runs")["note_override"],
        {
            "run_id": run_id,
            "window": storable_text(override.window),
            "reason": storable_text(override.reason),
        },
    )


def note_reversed(connection: Connection, run_id: str, reverses: str) -> None:
    """Record which run a rollback takes back."""
    connection.execute(queries("runs")["note_reversed"], {"run_id": run_id, "reverses": reverses})


def finish_run(
    connection: Connection,
    run_id: str,
    status: Status,
    items: Iterable[RunItem],
    settled: Collection[Key],
    counts: Mapping[str, int] | None,
    error: str | None,
    plan_checksum: str | None,
) -> None:
    """Write outcome and items. A seed run of the default target sets or clears sync_error."""
    sql = queries("runs")
    row = connection.execute(
        sql["finish"],
        {
            "run_id": run_id,
            "status": status,
            "counts": Jsonb(dict(counts or {})),
            "error": None if error is None else storable_text(error),
            "plan_checksum": plan_checksum,
        },
    ).fetchone()
    if row is None:
        raise DatabaseError(f"There is no run {run_id}.", remedy="Start the run anew.")
    listed = list(items)
    with connection.cursor().copy(sql["copy_items"]) as copy:
        copy.set_types(_ITEM_TYPES)
        for position, item in enumerate(listed):
            copy.write_row(_item_row(UUID(run_id), position, item))
    if tuple(row) == (DEFAULT_TARGET, "seed"):
        _mark_errors(connection, listed, settled)


def _item_row(run_id: UUID, position: int, item: RunItem) -> tuple[Any, ...]:
    changes = [
        {
            "field": change.field,
            "old": storable(change.old),
            "new": storable(change.new),
            "cause": change.cause,
            "applied": storable(change.applied),
        }
        for change in item.changes
    ]
    source = item.source
    return (
        run_id,
        position,
        item.kind,
        item.external_ref,
        item.action,
        item.odoo_id,
        Jsonb(changes),
        None if item.error is None else storable_text(item.error),
        source.path if source else None,
        source.line if source else None,
    )


def _mark_errors(
    connection: Connection, items: Sequence[RunItem], settled: Collection[Key]
) -> None:
    sql = queries("runs")
    for kind in MARKED:
        marked = connection.execute(sql[f"marked_{kind}"]).fetchall() if settled else ()
        errors: dict[str, str | None] = {
            ref: None for ref, moot in marked if moot or (kind, ref) in settled
        }
        for item in items:
            if item.kind == kind:
                errors[item.external_ref] = (
                    None if item.error is None else storable_text(item.error)
                )
        if errors:
            rows = [{"external_ref": ref, "error": error} for ref, error in errors.items()]
            connection.execute(sql[f"error_{kind}"], {"errors": Jsonb(rows)})


def last_run(connection: Connection, target: str, verbs: Sequence[Verb]) -> Run | None:
    """Return the newest run of these verbs, still running ones included, without items."""
    sql = queries("runs")
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(sql["last"], {"target": target, "verbs": list(verbs)}).fetchone()
    return _to_run(row) if row else None


def find_runs(connection: Connection, prefix: str) -> list[Run]:
    """Return the runs whose id begins so, newest first, without items; eleven at most."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(queries("runs")["find"], {"prefix": prefix}).fetchall()
    return [_to_run(row) for row in rows]


def last_written(connection: Connection, target: str) -> str | None:
    """Return the id of the newest seed run that wrote to Odoo, or may have before it died."""
    row = connection.execute(queries("runs")["last_written"], {"target": target}).fetchone()
    return str(row[0]) if row else None


def with_items(connection: Connection, run: Run) -> Run:
    """Return the run with its items."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(queries("runs")["items"], {"run_id": run.run_id})
        return replace(run, items=tuple(map(_to_item, rows)))


def _to_run(row: dict[str, Any]) -> Run:
    window, reason = row.pop("freeze_window"), row.pop("freeze_reason")
    override = None if window is None else FreezeOverride(window, reason)
    return Run(**row, override=override)


def commits(connection: Connection, target: str, verb: Verb) -> list[str]:
    """Return the commits of the newest thousand runs that ended in success or partly."""
    given = {"target": target, "verb": verb}
    return [row[0] for row in connection.execute(queries("runs")["commits"], given)]


@lru_cache(maxsize=4096, typed=True)
def _change(field: str, old: Value, new: Value, cause: Cause | None, applied: Value) -> ItemChange:
    """One object for all records with the same change: there are many, and most say the same."""
    return ItemChange(field, old, new, cause, applied)


def _to_item(row: dict[str, Any]) -> RunItem:
    path, line = row.pop("source_path"), row.pop("source_line")
    changes = tuple(
        _change(
            change["field"],
            from_json(change["old"]),
            from_json(change["new"]),
            change.get("cause"),  # runs before there were causes have none
            from_json(change.get("applied")),
        )
        for change in row.pop("changes")
    )
    return RunItem(**row, changes=changes, source=None if path is None else Source(path, line or 1))
