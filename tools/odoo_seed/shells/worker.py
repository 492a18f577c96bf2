"""`odoo-seed worker`: takes runs from the queue, one at a time for each target."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING

import click

from odoo_seed.ports_runs import Timing
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.working import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

_LEEWAY = 6.0
"""Seconds for a run that is to be handed over to come to the end of its call to Odoo."""


@click.command()
@options.targets
@click.option(
    "--concurrency",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="Runs at the same time, each of another target.",
)
def worker(targets: Sequence[str], concurrency: int) -> None:
    """Take runs from the queue until SIGTERM, which finishes or hands over the run at work."""
    timing = Timing()
    taking = Worker(settings_of(), targets or None, concurrency, _tell, timing)

    def end(number: int, _frame: FrameType | None) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM):  # the second one is not waited for
            signal.signal(ending, _leave)
        impatient = Timer(timing.grace + _LEEWAY, _leave, (number, None))
        impatient.daemon = True
        impatient.start()
        taking.stop()

    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, end)
    taking.run()


def _tell(text: str) -> None:
    with suppress(OSError):  # nobody reads it any more, or the disk is full: runs go on
        click.echo(text)


def _leave(number: int, _frame: FrameType | None) -> None:
    """Leave as if killed: another worker takes over when this one gives no sign of life."""
    _tell("Left in the middle of a run; another worker takes it over.")
    os._exit(128 + number)
