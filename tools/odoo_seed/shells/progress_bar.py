"""How far a verb has come, as a bar on a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn
from rich.text import Text

from odoo_seed.shells.progress import pace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Task, TaskID


class _PaceColumn(ProgressColumn):
    """The same figures as in a log. Rich's own know none before the second batch is done."""

    def render(self, task: Task) -> Text:
        return Text(pace(task.completed, task.total or 0, task.elapsed or 0))


class BarProgress:
    """Implements ports.Progress with a bar that disappears when the step is over."""

    def __init__(self) -> None:
        self._bar: tuple[Progress, TaskID] | None = None

    @contextmanager
    def step(self, what: str, total: int) -> Iterator[None]:
        """See ports.Progress."""
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _PaceColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            self._bar = bars, bars.add_task(f"Writing {what}", total=total)
            try:
                yield
            finally:
                self._bar = None

    def advance(self, done: int) -> None:
        """See ports.Progress."""
        if self._bar is not None:
            bars, task = self._bar
            bars.advance(task, done)
