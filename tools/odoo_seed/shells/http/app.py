"""The endpoints. Everything that blocks runs in a thread; what goes wrong is a problem in words."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from odoo_seed.core.answers import problem
from odoo_seed.core.asking import (
    DEFAULT_WAIT,
    LARGEST_BODY,
    TARGET,
    RefusedRequestError,
    database_away,
    read_body,
    read_key,
    too_long,
    wrong_method,
)
from odoo_seed.errors import DatabaseError, OdooSeedError
from odoo_seed.shells.http.openapi import document
from odoo_seed.shells.http.replies import refusal, reply, told_reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from starlette.requests import Request

    from odoo_seed.core.run_requests import Told
    from odoo_seed.ports_runs import RunRequests
    from odoo_seed.shells.http.gate import Gate
    from odoo_seed.shells.http.measures import Measures
    from odoo_seed.shells.http.readiness import Readiness

_FIRST_LOOK, _LONGEST_LOOK = 0.05, 1.0
_DEFAULT_LIMIT, _LARGEST_LIMIT = 20, 200


class Endpoints:
    """What is answered at which address.

    Args:
        ended: Set when nothing will be done any more: who waits for a run is told how far it is.
        tell: Is told what goes wrong, a line each.
        wait: Seconds for which a run is waited for when the request does not say.
    """

    def __init__(
        self,
        requests: RunRequests,
        gate: Gate,
        readiness: Readiness,
        measures: Measures,
        ended: Event,
        tell: Callable[[str], None],
        wait: float = DEFAULT_WAIT,
    ) -> None:
        self._requests, self._gate = requests, gate
        self._readiness, self._measures = readiness, measures
        self._ended, self._tell, self._wait = ended, tell, wait
        self._document = document()

    def app(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route("/functions/v1/seed-odoo-finance", self._seed, methods=["POST"]),
            Route("/functions/v1/shadow-odoo-finance", self._shadow, methods=["POST"]),
            Route("/runs", self._runs, methods=["GET"]),
            Route("/runs/{run_id}", self._run, methods=["GET"]),
            Route("/healthz", self._healthz, methods=["GET"]),
            Route("/readyz", self._readyz, methods=["GET"]),
            Route("/metrics", self._metrics, methods=["GET"]),
            Route("/openapi.json", self._openapi, methods=["GET"]),
        ]
        app = Starlette(
            routes=routes,
            exception_handlers={
                RefusedRequestError: self._refused,
                HTTPException: self._not_found,
                OdooSeedError: self._failed,
                ClientDisconnect: self._gone,
                Exception: self._broken,
            },
        )
        app.router.redirect_slashes = False
        return app

    async def _seed(self, request: Request) -> Response:
        return await self._ask("seed", request)

    async def _shadow(self, request: Request) -> Response:
        return await self._ask("shadow", request)

    async def _ask(self, action: Literal["seed", "shadow"], request: Request) -> Response:
        await self._admit(request)
        asked = read_body(await _content(request), request.headers.get("content-type", ""))
        key = read_key(request.headers.get("idempotency-key"))
        begun = time.monotonic()
        told = await run_in_threadpool(
            self._requests.ask, action, asked.target,
            projects=asked.projects, dry_run=asked.dry_run, idempotency_key=key,
            requested_by="http",
        )  # fmt: skip
        seconds = self._wait if asked.wait_seconds is None else asked.wait_seconds
        return told_reply(await self._waited(told, begun + seconds))

    async def _waited(self, told: Told, until: float) -> Told:
        """How far the run is when it is done, when time is up, or when the service ends."""
        pause = _FIRST_LOOK
        while told.request_id is not None and told.status in {"queued", "running"}:
            left = until - time.monotonic()
            if left <= 0 or self._ended.is_set():
                break
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_LOOK)
            with suppress(DatabaseError):  # it may be back before time is up; the run goes on
                told = await run_in_threadpool(self._requests.answer, told.request_id)
        return told

    async def _runs(self, request: Request) -> Response:
        await self._admit(request)
        given = request.query_params
        limit, target = given.get("limit", str(_DEFAULT_LIMIT)), given.get("target")
        if not re.fullmatch(r"[1-9][0-9]{0,2}", limit) or int(limit) > _LARGEST_LIMIT:
            told = f"limit is a whole number from 1 to {_LARGEST_LIMIT}."
            raise RefusedRequestError(400, "Bad Request", told)
        if target is not None and not re.fullmatch(TARGET, target):
            raise RefusedRequestError(400, "Bad Request", "target is the name of a target.")
        newest = await run_in_threadpool(self._requests.newest, int(limit), target)
        return reply({"runs": list(newest)})

    async def _run(self, request: Request) -> Response:
        await self._admit(request)
        run_id = request.path_params["run_id"]
        found = await run_in_threadpool(self._requests.described, run_id)
        if found is None:
            raise RefusedRequestError(404, "No such run", "There is no run with this id.")
        return reply(found)

    async def _healthz(self, _request: Request) -> Response:
        return reply({"ok": True})

    async def _readyz(self, _request: Request) -> Response:
        await run_in_threadpool(self._readiness.check)
        return reply({"ok": True})

    async def _metrics(self, _request: Request) -> Response:
        text = await run_in_threadpool(self._measures.text)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _openapi(self, _request: Request) -> Response:
        return reply(self._document)

    async def _admit(self, request: Request) -> None:
        authorization = request.headers.get("authorization", "")
        await run_in_threadpool(self._gate.check, authorization)

    def _refused(self, _request: Request, error: Any) -> Response:
        told: RefusedRequestError = error
        return refusal(told)

    def _not_found(self, _request: Request, error: Any) -> Response:
        told: HTTPException = error
        if told.status_code == 405:
            allowed = (told.headers or {}).get("Allow", "")
            return refusal(wrong_method("POST" if "POST" in allowed else "GET"))
        return reply(problem(404, "Not Found", "There is nothing at this address."), 404)

    def _failed(self, _request: Request, error: Any) -> Response:
        told: OdooSeedError = error
        self._tell(f"Refused a request: {told.told} {told.remedy}")
        if isinstance(told, DatabaseError):
            return refusal(database_away())
        detail = "The run token of odoo-seed cannot be read now."
        return reply(problem(503, "Could not reach the secrets", detail), 503)

    def _gone(self, _request: Request, _error: Exception) -> Response:
        return Response(status_code=400)  # nobody reads it

    def _broken(self, _request: Request, error: Exception) -> Response:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
        self._tell(f"An error of odoo-seed's own: {type(error).__name__} at {where}")
        told = problem(500, "An error of odoo-seed's own", "Its log says which.")
        return reply(told, 500)


async def _content(request: Request) -> bytes:
    """The body, as far as one may be long."""
    told = request.headers.get("content-length", "0")
    if told.isdecimal() and int(told) > LARGEST_BODY:
        raise too_long()
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY:
            raise too_long()
    return content
