"""A plan's raw values, on demand: what words leave out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.fields import Value
    from odoo_seed.core.plan import Plan

_LONGEST = 1000


def raw_lines(plan: Plan) -> Iterator[str]:
    """Every field that would be written: ``task T1 deadline: "2026-01-09T18:00" → "2026-01-16"``.

    Values are canonical, as in the JSON form; where we wrote another one last, it stands behind.
    """
    for change in plan.changes:
        for item in change.fields:
            values = _json(item.new)
            if change.action != "create":
                values = f"{_json(item.old)} → {values}"
            last = f", last written {_json(item.applied)}" if item.cause != "git" else ""
            cause = "" if change.action == "create" else f" ({item.cause}{last})"
            what = f"{change.kind} {change.external_ref} {item.name}"
            yield plain(f"{what}: {values}{cause}", _LONGEST)


def _json(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)
