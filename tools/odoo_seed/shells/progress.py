"""How far a verb has come: a bar on a terminal, plain lines elsewhere, always on stderr."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import TaskID

_LINE_SECONDS = 10.0


class BarProgress:
    """Implements ports.Progress with a bar that disappears when all is done."""

    def __init__(self) -> None:
        # A tenth of what a command takes to start, and only people at a terminal need it.
        from rich import console, progress  # noqa: PLC0415 - see above

        self._bars = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TaskProgressColumn(show_speed=True),
            progress.TimeRemainingColumn(),
            console=console.Console(stderr=True),
            transient=True,
        )
        self._bar: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def step(self, what: str, total: int) -> None:
        """See ports.Progress."""
        self._bar = self._bars.add_task(f"Writing {what}", total=total)

    def advance(self, done: int) -> None:
        """See ports.Progress."""
        if self._bar is not None:
            self._bars.advance(self._bar, done)


class LineProgress:
    """Implements ports.Progress with a line every ten seconds, for logs."""

    def __init__(self) -> None:
        self._what, self._total, self._done = "", 0, 0
        self._begun = self._said = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to close."""

    def step(self, what: str, total: int) -> None:
        """See ports.Progress."""
        self._what, self._total, self._done = what, total, 0
        self._begun = self._said = time.monotonic()

    def advance(self, done: int) -> None:
        """See ports.Progress."""
        self._done += done
        now = time.monotonic()
        if now - self._said < _LINE_SECONDS:
            return
        self._said = now
        rate = self._done / (now - self._begun)
        left = (self._total - self._done) / rate if rate else 0
        told = f"{self._done} of {self._total} {self._what}, {rate:.0f}/s, {left:.0f} s left"
        print(told, file=sys.stderr, flush=True)


def progress() -> BarProgress | LineProgress:
    """A bar when stderr is a terminal, lines otherwise."""
    return BarProgress() if sys.stderr.isatty() else LineProgress()
