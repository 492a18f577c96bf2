"""`verify --sql`: queries for those who look for themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.core.hand_queries import as_text
from odoo_seed.core.targets import variable
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.settings import Settings


def queries_by_hand(settings: Settings, target: str, projects: Sequence[str]) -> str:
    """Return the queries for one target; asks neither the database nor Odoo.

    Raises:
        UsageError: A ref is not text.
    """
    for ref in projects:
        if not ref or re.search(r"[\ud800-\udfff]", ref):
            raise UsageError("--project is not a ref.", remedy="Name a project's external_ref.")
    name = variable("ODOO_DB", target)
    given = settings.values.get(name, "")
    database = given if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", given) else None
    return as_text(target, database, (name, "SUPABASE_DB_URL"), projects)
