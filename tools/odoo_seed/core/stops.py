"""Stopped targets: who stopped the seeding of an Odoo database, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import plain

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a target is not seeded.

    Attributes:
        by: Account and host.
        at: With a time zone; None while it is only intended.
    """

    target: str
    by: str
    reason: str
    at: datetime | None = None


def words(stop: Stop) -> str:
    """One sentence without markup."""
    when = f" on {stop.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if stop.at else ""
    who, why = plain(stop.by), plain(stop.reason, 500)
    return f"Seeding of target {plain(stop.target)} was stopped by {who}{when}: {why}"


def stop_text(stop: Stop) -> str:
    """What `odoo-seed stop` did, or would do."""
    target = plain(stop.target)
    if stop.at is not None:
        return f"{words(stop)}\nTo go on: odoo-seed resume --target {target}"
    return (
        f"Would stop the seeding of target {target}: `seed` and `run` then refuse, everywhere, "
        f"until `odoo-seed resume`.\n"
        f"  Reason: {plain(stop.reason, 500)}\n"
        "A run that is under way is not interrupted; `rollback` and `clear-refs` still work.\n"
        "Nothing was changed. To do it, repeat the command with --yes."
    )


def resume_text(target: str, stop: Stop | None) -> str:
    """What `odoo-seed resume` did."""
    if stop is None:
        return f"Target {plain(target)} was not stopped."
    return f"Target {plain(target)} may be seeded again. ({words(stop)})"


def as_json(target: str, stop: Stop | None, *, stopped: bool) -> dict[str, Any]:
    """As `schemas/stop.schema.json` describes it.

    Args:
        stopped: Whether the target is stopped now.
    """
    return {
        "schema_version": 1,
        "ok": True,
        "target": target,
        "stopped": stopped,
        "by": stop.by if stop else None,
        "at": stop.at.isoformat() if stop and stop.at else None,
        "reason": stop.reason if stop else None,
    }
