"""The context layer `ops`: which Odoo a project belongs to, and as whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.bindings import OdooContext
from odoo_seed.edges.postgres.queries import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.model import Project
    from odoo_seed.edges.postgres.connection import Connection


def contexts(
    connection: Connection, projects: Sequence[Project], environment: str
) -> dict[str, OdooContext]:
    """Return what the bindings say, by project ref, of the projects that any speaks of."""
    given = {
        "refs": [project.external_ref for project in projects],
        "tenants": [project.tenant for project in projects],
        "accounts": [project.account for project in projects],
        "environment": environment,
    }
    rows = connection.execute(queries("bindings")["resolve"], given)
    return {ref: OdooContext(*said) for ref, *said in rows}
