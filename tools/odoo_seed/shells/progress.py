"""How far a verb has come: a bar on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager, nullcontext
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from odoo_seed.core.words import minutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.ports import Progress

_LINE_SECONDS = 10.0


class SilentProgress:
    """Implements ports.Progress for whoever does not want to know."""

    def step(self, what: str, total: int) -> nullcontext[None]:  # noqa: ARG002 - the port's signature
        """See ports.Progress."""
        return nullcontext()

    def advance(self, done: int) -> None:
        """See ports.Progress."""


class LineProgress:
    """Implements ports.Progress with a line every few seconds, for logs.

    By the clock, not by what is done: a log that is silent while Odoo takes its time looks as if
    all had stopped.
    """

    def __init__(self, seconds: float) -> None:
        """Prepare; nothing is said before the first `step`.

        Args:
            seconds: From one line to the next.
        """
        self._seconds = seconds
        self._lock, self._done = Lock(), 0

    @contextmanager
    def step(self, what: str, total: int) -> Iterator[None]:
        """See ports.Progress."""
        self._done, over = 0, Event()
        teller = Thread(target=self._tell, args=(what, total, over), name="progress", daemon=True)
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()

    def advance(self, done: int) -> None:
        """See ports.Progress."""
        with self._lock:
            self._done += done

    def _tell(self, what: str, total: int, over: Event) -> None:
        begun = time.monotonic()
        while not over.wait(self._seconds):
            done, passed = self._done, time.monotonic() - begun
            told = ", ".join(filter(None, (f"{done} of {total} {what}", pace(done, total, passed))))
            print(told, file=sys.stderr, flush=True)


def pace(done: float, total: float, seconds: float) -> str:
    """How fast it goes and how long the rest takes: ``63/s, 40 s left``; empty before the first."""
    if not done:
        return ""
    rate = done / max(seconds, 0.001)
    told = f"{rate:.0f}/s" if rate >= 10 else f"{rate:.1f}/s"
    return f"{told}, {minutes((total - done) / rate)} left"


def progress() -> Progress:
    """A bar when stderr is a terminal, lines otherwise."""
    if sys.stderr.isatty():
        # A tenth of what a command takes to start, and only people at a terminal need it.
        from odoo_seed.shells.progress_bar import BarProgress  # noqa: PLC0415 - see above

        return BarProgress()
    return LineProgress(_LINE_SECONDS)
