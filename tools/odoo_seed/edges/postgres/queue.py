"""The queue of runs: procrastinate's worker on schema `procrastinate`."""

from __future__ import annotations

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import psycopg
import psycopg_pool
from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker

from odoo_seed.edges.postgres.connection import ENDURING
from odoo_seed.ports_runs import LaterError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job

    from odoo_seed.ports_runs import Timing, Work

TASK = "odoo_seed.run"
"""The name of our only task; the SQL function `odoo_seed.defer_run` knows it too."""

_OURS = re.compile(r"\bprocrastinate_(?!any_queue|queue_v1)")
_POOL_TIMEOUT = 10.0
"""Seconds that a query waits for a connection."""
_FAILED = (exceptions.ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout, OSError)


class PostgresQueue:
    """Takes runs from the queue until it is stopped; see ports_runs.Queue.

    Args:
        work: Does one request; it lets nothing but LaterError out.
        targets: Whose runs to take; None for all.
        listens: Whether the connection can LISTEN; a pooler's transaction mode cannot.
        tell: Is told what happens to the connection.
    """

    def __init__(
        self,
        url: str,
        work: Work,
        *,
        targets: Sequence[str] | None,
        concurrency: int,
        listens: bool,
        tell: Callable[[str], None],
        timing: Timing,
    ) -> None:
        self._targets, self._concurrency, self._listens = targets, concurrency, listens
        self._tell, self._timing = tell, timing
        self._stopping = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[None] | None = None
        self._retry = _AsTold()
        self._app = _app(url, work, concurrency, self._retry)
        for name in ("procrastinate", "psycopg.pool"):  # what matters is told, without tracebacks
            logging.getLogger(name).addHandler(logging.NullHandler())
            logging.getLogger(name).propagate = False

    def run(self) -> None:
        """Work until `stop`, through losses of the connection."""
        asyncio.run(self._run())

    def stop(self) -> None:
        """Take no more runs; finish those at work or hand them over. From any thread, at once."""
        self._stopping.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _complain(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What nobody waited for went wrong, such as a job's end that could not be written."""
        error = context.get("exception")
        told = type(error).__name__ if error else context.get("message", "")
        self._tell(f"The queue met an error, and goes on: {told}")

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._complain)
        self._loop.set_default_executor(ThreadPoolExecutor(self._concurrency, "run"))
        while not self._stopping.is_set():
            self._running = asyncio.create_task(self._work())
            try:
                await self._running
            except asyncio.CancelledError:
                if not self._stopping.is_set():
                    raise
            except _FAILED:
                self._tell("The connection to the database was lost.")
            if not self._stopping.is_set():
                await asyncio.sleep(self._timing.reconnect)

    async def _work(self) -> None:
        timing = self._timing
        worker = _Worker(
            self._app,
            queues=None if self._targets is None else list(self._targets),  # a tuple is a row
            concurrency=self._concurrency,
            fetch_job_polling_interval=timing.poll,
            shutdown_graceful_timeout=timing.grace,
            listen_notify=self._listens,
            delete_jobs="always",  # run_requests is what is kept
            install_signal_handlers=False,
            update_heartbeat_interval=timing.heartbeat,
            stalled_worker_timeout=timing.silence,
        )
        async with self._app.open_async():
            clock = "select clock_timestamp() as now"
            told = await self._app.connector.execute_query_one_async(clock)
            self._retry.ahead = told["now"] - datetime.now(UTC)
            await worker.run()  # type: ignore[no-untyped-call]  # procrastinate left it untyped


class _Worker(Worker):
    """procrastinate's, which gives signs of life and listens again after the database was away.

    With procrastinate 3.10 both end for good with their first error. It watches over them only
    where it has periodic tasks of its own; else nobody notices that others take its runs over.
    """

    def _start_side_tasks(self) -> list[asyncio.Task[Any]]:
        """Return tasks that last as long as the worker."""

        async def listen() -> None:
            await self.app.job_manager.listen_for_jobs(
                on_notification=self._handle_notification, queues=self.queues
            )

        lasting = [self._update_heartbeat, *([listen] if self.listen_notify else [])]
        pause = self.update_heartbeat_interval
        return [asyncio.create_task(_lastingly(work, pause)) for work in lasting]


async def _lastingly(work: Callable[[], Coroutine[Any, Any, None]], pause: float) -> None:
    while True:
        with suppress(*_FAILED):
            await work()
        await asyncio.sleep(pause)


class _Qualified(psycopg.AsyncCursor[Any]):
    """Names the schema in procrastinate's queries: over a pooler there is no search_path."""

    async def execute(self, query: Any, *given: Any, **options: Any) -> Any:
        """See psycopg."""
        if isinstance(query, str):
            query = _OURS.sub("procrastinate.procrastinate_", query)
        return await super().execute(query, *given, **options)


class _AsTold(BaseRetryStrategy):
    """Tries again when the work says so, and only then.

    Attributes:
        ahead: How far the database's clock is ahead of ours; it is the one that jobs wait by.
    """

    ahead = timedelta()

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002 - procrastinate's signature
        if not isinstance(exception, LaterError):
            return None
        return RetryDecision(
            retry_at=datetime.now(UTC) + self.ahead + timedelta(seconds=exception.seconds)
        )


def _app(url: str, work: Work, concurrency: int, retry: _AsTold) -> App:
    connector = PsycopgConnector(
        conninfo=url,
        min_size=1,
        max_size=concurrency + 2,
        timeout=_POOL_TIMEOUT,
        kwargs={
            **ENDURING,
            "connect_timeout": 10,
            "prepare_threshold": None,
            "cursor_factory": _Qualified,
            "fallback_application_name": "odoo-seed worker",
        },
    )
    app = App(connector=connector)

    @app.task(name=TASK, pass_context=True, retry=retry)
    def run(context: JobContext, request_id: str) -> None:
        work(request_id, context.should_abort)

    return app
