"""The service: HTTP in a thread of its own, and a worker beside it that does what is asked for."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import ExitStack
from threading import Event, Thread
from typing import TYPE_CHECKING

import uvicorn

from odoo_seed import wiring, wiring_runs
from odoo_seed.core.asking import DEFAULT_WAIT
from odoo_seed.core.escape import plain
from odoo_seed.errors import DatabaseError, UsageError
from odoo_seed.ports_runs import Timing
from odoo_seed.shells.http.app import Endpoints
from odoo_seed.shells.http.gate import Gate
from odoo_seed.shells.http.logged import Logged
from odoo_seed.shells.http.measures import Measures
from odoo_seed.shells.http.readiness import Readiness
from odoo_seed.shells.working import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.settings import Settings

_LONGEST = 2000
_LEEWAY = 3.0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises UsageError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{host} port {port} cannot be listened on: {why}.",
            remedy="Choose another with --host and --port.",
        ) from None


class Service:
    """Answers until it is stopped.

    Args:
        listener: See `listen`.
        targets: Whose runs the worker takes; None for all.
        concurrency: Runs at the same time, each of another target; 0 runs no worker here.
        tell: Is told what is done, a line each.
        wait: Seconds for which a run is waited for when the request does not say.
    """

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        targets: Sequence[str] | None,
        concurrency: int,
        tell: Callable[[str], None],
        timing: Timing | None = None,
        wait: float = DEFAULT_WAIT,
    ) -> None:
        self._settings, self._listener = settings, listener
        self._targets, self._concurrency = targets, concurrency
        self._say, self._wait = tell, wait
        self._timing = timing or Timing()
        self._gate = Gate(settings.run_tokens, settings.request_rate)
        self._stopping, self._ended = Event(), Event()
        self._server: uvicorn.Server | None = None
        self._worker: Worker | None = None

    def run(self) -> None:
        """Answer until `stop`.

        Raises:
            OdooSeedError: It cannot begin.
        """
        with ExitStack() as stack:
            stack.callback(self._listener.close)
            if not self._settings.run_tokens():
                self._tell("SEED_RUN_TOKEN is not set: every request for a run is refused.")
            url = stack.enter_context(wiring.database(self._settings))
            settings = self._settings.with_database(url)
            self._server = self._serving(settings, stack)
            answering = Thread(target=self._answer, args=(self._server,), name="http")
            answering.start()
            stack.callback(answering.join)
            stack.callback(self.stop)
            stack.callback(self._ended.set)
            host, port = self._listener.getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            self._tell(f"Answers at http://{name}:{port}")
            if self._concurrency:
                self._work(settings)
            else:
                self._stopping.wait()

    def stop(self) -> None:
        """Take no more requests and no more runs; finish or hand over those at work. At once."""
        self._stopping.set()
        if self._server is not None:
            self._server.should_exit = True
        if self._worker is not None:
            self._worker.stop()

    def _serving(self, settings: Settings, stack: ExitStack) -> uvicorn.Server:
        requests = stack.enter_context(wiring_runs.run_requests(settings))
        url = settings.database_url or ""
        measures = Measures(lambda: wiring_runs.figures(url))
        targets = self._targets or settings.targets()
        endpoints = Endpoints(
            requests, self._gate, Readiness(settings, requests, targets, self._tell), measures,
            self._ended, self._tell, self._wait,
        )  # fmt: skip
        config = uvicorn.Config(
            Logged(endpoints.app(), measures, self._tell),
            loop="asyncio", http="h11", ws="none", lifespan="off",
            # What is told goes through `tell`: uvicorn's access log has addresses, query and all.
            log_config=None, access_log=False, server_header=False, proxy_headers=False,
            timeout_graceful_shutdown=int(self._timing.grace + _LEEWAY),
        )  # fmt: skip
        logger = logging.getLogger("uvicorn")
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        return uvicorn.Server(config)

    def _answer(self, server: uvicorn.Server) -> None:
        try:
            asyncio.run(server.serve(sockets=[self._listener]))
        finally:
            self.stop()  # without its endpoints the service is none

    def _work(self, settings: Settings) -> None:
        """Run the worker; when the database is not there yet, again and again."""
        told = ""
        while not self._stopping.is_set():
            worker = Worker(settings, self._targets, self._concurrency, self._say, self._timing)
            self._worker = worker
            if self._stopping.is_set():
                return
            try:
                worker.run()
            except DatabaseError as error:
                if error.told != told:  # once, not every few seconds
                    self._tell(f"No worker yet: {error.told} {error.remedy}")
                told = error.told
                self._stopping.wait(self._timing.reconnect)

    def _tell(self, text: str) -> None:
        self._say(plain(text, _LONGEST))
