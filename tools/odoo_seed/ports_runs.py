"""What asking for runs, and doing what was asked, needs of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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

    def newest(self, limit: int, target: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Return the newest requests as `run_answer` describes them, the newest first."""
        ...

    def begin(self, request_id: str) -> RunRequest | None:
        """Begin a request; None when it is done or there is none."""
        ...

    def finish(self, request: RunRequest, outcome: Outcome) -> bool:
        """Write the outcome, once: False when it is done, or another worker began it anew."""
        ...

    def take_over(self, silent_seconds: float) -> int:
        """Put back what workers left that gave no sign of life for so long; return how many."""
        ...
