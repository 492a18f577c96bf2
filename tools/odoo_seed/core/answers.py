"""What whoever asked for a run is told: the pattern document's shape, or a problem (RFC 9457)."""

from __future__ import annotations

from typing import Any


def problem(http_status: int, title: str, detail: str, **more: Any) -> dict[str, Any]:
    """A body of application/problem+json; SQL's `odoo_seed.problem` makes the same."""
    told = {"type": "about:blank", "title": title, "status": http_status, "detail": detail}
    return {**told, **more}
