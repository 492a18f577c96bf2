"""Runs that were asked for: `ports_runs.RunRequests` on Postgres."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from odoo_seed.core.answers import problem
from odoo_seed.core.run_requests import RunRequest, Told
from odoo_seed.edges.postgres.connection import KeptConnection, in_words
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.edges.postgres.values import storable_json, storable_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from odoo_seed.core.run_requests import Outcome, RunAction


class PostgresRunRequests:
    """`odoo_seed.run_requests`. Connects when first used; threads may share it.

    Works over every kind of connection, a pooler's transaction mode included.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        # Some poolers' URLs do not tell what they are: nothing is prepared over any.
        self._connection = KeptConnection(url, prepares=False)
        self._alone = Lock()

    def close(self) -> None:
        """Close the connection, if there is one."""
        self._connection.close()

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
        """See ports_runs.RunRequests."""
        ((told,),) = self._rows(
            "ask",
            action=action,
            target=target,
            projects=None if projects is None else list(map(storable_text, projects)),
            dry_run=dry_run,
            idempotency_key=idempotency_key and storable_text(idempotency_key),
            requested_by=storable_text(requested_by),
            in_line=in_line,
        )
        return _told(told)

    def answer(self, request_id: str) -> Told:
        """See ports_runs.RunRequests."""
        return _told(self._answer(request_id))

    def described(self, request_id: str) -> Mapping[str, Any] | None:
        """See ports_runs.RunRequests."""
        told = self._answer(request_id)
        return told if "id" in told else None

    def newest(self, limit: int, target: str | None = None) -> Sequence[Mapping[str, Any]]:
        """See ports_runs.RunRequests."""
        return [row for (row,) in self._rows("newest", limit=limit, target=target)]

    def begin(self, request_id: str) -> RunRequest | None:
        """See ports_runs.RunRequests."""
        with (
            self._alone,
            in_words(self._url),
            self._connection.get().cursor(row_factory=dict_row) as cursor,
        ):
            row = cursor.execute(queries("run_requests")["begin"], {"id": request_id}).fetchone()
        if row is None:
            return None
        projects = row.pop("projects")
        return RunRequest(**row, projects=None if projects is None else tuple(projects))

    def finish(self, request: RunRequest, outcome: Outcome) -> bool:
        """See ports_runs.RunRequests."""
        done = self._rows(
            "finish",
            id=request.request_id,
            attempt=request.attempt,
            http_status=outcome.http_status,
            answer=Jsonb(storable_json(outcome.answer)),
            run_id=outcome.run_id,
            calls=outcome.calls,
        )
        return bool(done)

    def put_off(self, request: RunRequest, outcome: Outcome, *, told: bool) -> None:
        """See ports_runs.RunRequests."""
        trouble = {"http_status": outcome.http_status, "answer": outcome.answer}
        with self._alone, in_words(self._url):
            self._connection.get().execute(
                queries("run_requests")["put_off"],
                {
                    "id": request.request_id,
                    "attempt": request.attempt,
                    "trouble": Jsonb(storable_json(trouble)) if told else None,
                    "calls": outcome.calls,
                },
            )

    def is_open(self, action: RunAction, target: str) -> bool:
        """See ports_runs.RunRequests."""
        return bool(self._rows("is_open", action=action, target=target))

    def clock(self) -> tuple[datetime, str | None]:
        """See ports_runs.RunRequests."""
        ((now, time_zone),) = self._rows("clock")
        return now, time_zone

    def prune(self) -> int:
        """See ports_runs.RunRequests."""
        ((pruned,),) = self._rows("prune")
        return int(pruned)

    def take_over(self, silent_seconds: float) -> int:
        """See ports_runs.RunRequests."""
        ((taken,),) = self._rows("take_over", seconds=silent_seconds)
        return int(taken)

    def _answer(self, request_id: str) -> Mapping[str, Any]:
        try:
            known = str(UUID(request_id))
        except ValueError:
            told = problem(404, "No such run", "A run's id is a UUID.")
            return {"http_status": 404, "answer": told}
        ((found,),) = self._rows("answer", id=known)
        return cast("Mapping[str, Any]", found)

    def _rows(self, query: str, **given: Any) -> list[tuple[Any, ...]]:
        with self._alone, in_words(self._url):
            return self._connection.get().execute(queries("run_requests")[query], given).fetchall()


def _told(found: Mapping[str, Any]) -> Told:
    return Told(found["http_status"], found["answer"], found.get("id"), found.get("status", ""))
