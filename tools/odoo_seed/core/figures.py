"""What happened so far, in figures: of all processes, since they are taken from the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

BUCKETS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds: the upper ends of the classes of durations; one more class has no end."""


class Runs(NamedTuple):
    """Rows of the audit log that are alike."""

    target: str
    verb: str
    status: str
    trigger: str
    number: int
    last: float | None
    """When the newest of them ended, in seconds since 1970."""


class Durations(NamedTuple):
    """Runs that took about as long: `bucket` counts the ends of `BUCKETS` that they reached."""

    target: str
    verb: str
    bucket: int
    number: int
    seconds: float


class Records(NamedTuple):
    """Records that were written, or were not; `outcome` as in sync_run_items.action."""

    target: str
    verb: str
    outcome: str
    number: int


class Requests(NamedTuple):
    """Runs that were asked for; `http_status` is None while they are not done."""

    target: str
    action: str
    status: str
    http_status: int | None
    number: int
    calls: int


class Drift(NamedTuple):
    """What the newest comparison found; `finding` is missing, drift or orphan."""

    target: str
    finding: str
    number: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it."""

    runs: Sequence[Runs]
    durations: Sequence[Durations]
    records: Sequence[Records]
    requests: Sequence[Requests]
    drift: Sequence[Drift]
