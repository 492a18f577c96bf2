"""Limits that make a plan fail before anything is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.plan import GuardTrip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.live import Applied
    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.plan import Change


def tripped(
    content: SeedAndPolicy, applied: Applied, changes: Sequence[Change]
) -> tuple[GuardTrip, ...]:
    """Return the limits that these changes go beyond, most telling first."""
    trips = []
    if not content.seed.projects and applied:
        trips.append(
            GuardTrip("empty-seed", f"The seed is empty, yet {len(applied)} records are managed.")
        )
    limits = content.policy.guards
    managed = sum(bool(record.values.get("is_active")) for record in applied.values())
    archived = sum(is_archival(change) for change in changes)
    share = archived / managed if managed else 0.0
    counts = f"{archived} of {managed} managed records would be archived"
    if archived > limits.max_archive_count and managed >= limits.min_records:
        trips.append(
            GuardTrip(
                "archive",
                f"{counts}; the limit is {limits.max_archive_count} records.",
                "policy.guards.max_archive_count",
            )
        )
    elif share > limits.max_archive_share and managed >= limits.min_records:
        trips.append(
            GuardTrip(
                "archive",
                f"{counts} ({share:.0%}); the limit is {limits.max_archive_share:.0%}.",
                "policy.guards.max_archive_share",
            )
        )
    return tuple(trips)


def is_archival(change: Change) -> bool:
    """Whether a change takes a record out of its users' sight."""
    return change.action != "create" and change.values.get("is_active") is False
