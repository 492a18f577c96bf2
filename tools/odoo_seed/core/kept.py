"""What is kept with an applied project besides its fields, and never sent to Odoo."""

from __future__ import annotations

OWNERSHIP = "ownership"
"""Who owned its fields when it was last seeded."""

FREE_DAYS = "free_days"
"""The free days in which the deadlines of its tasks were counted."""

KEPT = frozenset({OWNERSHIP, FREE_DAYS})
