"""Runs that were asked for, and what whoever asked is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

RunAction = Literal["seed", "shadow", "both", "drift"]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One row of `odoo_seed.run_requests`, begun by a worker.

    Attributes:
        request_id: A UUID as text.
        projects: Refs of projects; None means all.
        attempt: How often it was begun, this time included: it tells one worker's try from
            another's.
        age: Seconds from the first time it was begun to this time, by the database's clock: the
            workers' own may go wrong.
    """

    request_id: str
    action: RunAction
    target: str
    projects: tuple[str, ...] | None
    dry_run: bool
    requested_by: str
    attempt: int
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever asked is told now; SQL's `request_run` and `run_answer` say it.

    Attributes:
        http_status: 202 until the run is done; 503 while it waits to be tried again, since Odoo
            could not be reached.
        answer: The body: the pattern document's shape (schemas/run_answer.schema.json), or a
            problem as RFC 9457 has it when `http_status` is 400 or more.
        request_id: None when there is no such request, or it was refused.
        status: ``queued``, ``running``, ``done``; empty where there is no request.
    """

    http_status: int
    answer: Mapping[str, Any]
    request_id: str | None = None
    status: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether the body is application/problem+json."""
        return self.http_status >= 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try of a request ended: what is told, and the row of the audit log.

    Attributes:
        calls: To Odoo, that the try took.
    """

    http_status: int
    answer: Mapping[str, Any]
    run_id: str | None = None
    calls: int = 0


Again = Literal["busy", "unreachable"]
"""Why another try may end better: somebody else is at work, or Odoo or Postgres was not there."""

_BUSY_PAUSE = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 120.0


@dataclass(frozen=True, slots=True)
class Patience:
    """For how many seconds, from its first try on, tries that may be tried again begin.

    Attributes:
        killed: A run whose worker was killed is begun anew without an end; so long it may take.
        pace: All pauses are multiplied by it; for tests.
    """

    busy: float = 3600.0
    unreachable: float = 900.0
    killed: float = 6 * 3600.0
    pace: float = 1.0

    def pause(self, again: Again, request: RunRequest) -> float | None:
        """Seconds until the next try, longer with each; None to give up."""
        if request.age >= (self.busy if again == "busy" else self.unreachable):
            return None
        if again == "busy":
            return _BUSY_PAUSE * self.pace
        doubled: float = _FIRST_PAUSE * 2 ** min(request.attempt - 1, 10)
        return min(doubled, _LONGEST_PAUSE) * self.pace

    def is_lost(self, request: RunRequest) -> bool:
        """Whether a run was begun again and again and never came to an end."""
        return request.age > self.killed
