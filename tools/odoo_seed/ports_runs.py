"""What asking for runs, and doing what was asked, needs of the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from odoo_seed.core.run_requests import Outcome, RunAction, RunRequest, Told


class RunRequests(Protocol):
    """`odoo_seed.run_requests` and its queue. Raises DatabaseError; a method is a transaction."""

    def ask(
        self,
        action: RunAction,
        target: str,
        *,
        projects: Sequence[str] | None = None,
        dry_run: bool = False,
        idempotency_key: str | None = None,
        requested_by: str,
        in_line: bool = False,
    ) -> Told:
        """Ask for a run; see the SQL function `request_run`.

        Args:
            in_line: Wait behind the runs of the target instead of being told 409.
        """
        ...

    def answer(self, request_id: str) -> Told:
        """Return how far a request is, by its id or its answer's run_id; 404 when there is none."""
        ...

    def described(self, request_id: str) -> Mapping[str, Any] | None:
        """Return one request as `newest` does; None when there is none."""
        ...

    def newest(self, limit: int, target: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Return the newest requests as `run_answer` describes them, the newest first."""
        ...

    def begin(self, request_id: str) -> RunRequest | None:
        """Begin a request; None when it is done or there is none."""
        ...

    def finish(self, request: RunRequest, outcome: Outcome) -> bool:
        """Write the outcome, once: False when it is done, or another worker began it anew."""
        ...

    def put_off(self, request: RunRequest, outcome: Outcome, *, told: bool) -> None:
        """Write down that a try ended so and that there will be another one.

        Args:
            told: Whoever asks meanwhile is told the outcome, instead of 202.
        """
        ...

    def is_open(self, action: RunAction, target: str) -> bool:
        """Whether such a run waits or goes on."""
        ...

    def clock(self) -> tuple[datetime, str | None]:
        """Return the database's time, and the loaded policy's time zone; None before a load."""
        ...

    def prune(self) -> int:
        """Delete some of the requests that have been done for months; return how many."""
        ...

    def take_over(self, silent_seconds: float) -> int:
        """Put back what workers left that gave no sign of life for so long; return how many."""
        ...


Work = Callable[[str, Callable[[], bool]], None]
"""Does one request, by its id; raises LaterError to have it tried again. It is to end early, with
LaterError(0), when its second argument says so."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds.

    Attributes:
        poll: Between two looks for work; told at once where LISTEN works.
        heartbeat: Between two signs of life.
        silence: Without a sign of life after which a worker counts as dead. Above `grace`, during
            which there are none.
        grace: For the runs at work when the worker is to end; then they are handed over.
        reconnect: Until the next try when the database is gone.
    """

    poll: float = 1.0
    heartbeat: float = 5.0
    silence: float = 20.0
    grace: float = 12.0
    reconnect: float = 3.0


class LaterError(Exception):
    """The run is to be tried again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class Queue(Protocol):
    """A worker's end of the queue."""

    def run(self) -> None:
        """Work until `stop`, through losses of the connection."""
        ...

    def stop(self) -> None:
        """Take no more runs; finish those at work or hand them over. From any thread, at once."""
        ...
