"""Runs by the clock: when each is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, croniter

if TYPE_CHECKING:
    from odoo_seed.core.run_requests import RunAction

LATE = timedelta(minutes=10)
"""A moment that no worker saw in this time is let pass: the next one comes."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """One entry: an action at a target, by five fields as cron has them."""

    action: RunAction
    target: str
    cron: str

    def due(self, now: datetime, time_zone: str) -> datetime | None:
        """The last moment up to now, in the zone; None when it is too long ago."""
        local = now.astimezone(ZoneInfo(time_zone)) + timedelta(seconds=1)
        last: datetime = croniter(self.cron, local).get_prev(datetime)
        return last if now - last <= LATE else None

    def key(self, due: datetime) -> str:
        """Of the request of that moment: however many workers see it, it is one run."""
        return f"cron {self.action} {self.target} {due.isoformat()}"


def is_cron(text: str) -> bool:
    """Whether it is five fields as cron has them, of a moment that comes.

    What croniter has besides, `R` for a random moment, is not the same moment for every worker.
    """
    if len(text.split()) != 5 or re.search(r"(?i)\br\b", text) or not croniter.is_valid(text):
        return False
    try:
        croniter(text, datetime(2026, 1, 1, tzinfo=UTC)).get_prev(datetime)
    except CroniterBadDateError:  # such as the 30th of February
        return False
    return True
