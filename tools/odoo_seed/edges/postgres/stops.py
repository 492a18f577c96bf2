"""Targets that are not seeded for now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.stops import Stop
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.values import storable_text

if TYPE_CHECKING:
    from odoo_seed.edges.postgres.connection import Connection


def stop(connection: Connection, target: str, by: str, reason: str) -> Stop:
    """Remember that the target is stopped; the last word counts."""
    given = {"target": target, "by": storable_text(by), "reason": storable_text(reason)}
    return Stop(*connection.execute(queries("stops")["stop"], given).fetchall()[0])


def read_stop(connection: Connection, target: str) -> Stop | None:
    """Return why the target is stopped, or None."""
    row = connection.execute(queries("stops")["read"], {"target": target}).fetchone()
    return Stop(*row) if row else None


def resume(connection: Connection, target: str) -> Stop | None:
    """Forget that the target was stopped; return what was forgotten."""
    row = connection.execute(queries("stops")["resume"], {"target": target}).fetchone()
    return Stop(*row) if row else None
