"""How what runs until it is stopped is stopped by a signal: with patience, but not for ever."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from odoo_seed.ports_runs import Timing

_LEEWAY = 6.0
"""Seconds for a run that is to be handed over to come to the end of its call to Odoo."""


def end_by_signal(stop: Callable[[], None], timing: Timing) -> None:
    """Call `stop` at SIGINT or SIGTERM; leave at the second one, or when it takes too long."""

    def end(number: int, _frame: FrameType | None) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM):  # the second one is not waited for
            signal.signal(ending, _leave)
        impatient = Timer(timing.grace + _LEEWAY, _leave, (number, None))
        impatient.daemon = True
        impatient.start()
        stop()

    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, end)


def tell(text: str) -> None:
    """Print a line for whoever reads it."""
    with suppress(OSError):  # nobody reads it any more, or the disk is full: runs go on
        click.echo(text)


def _leave(number: int, _frame: FrameType | None) -> None:
    """Leave as if killed: another worker takes over when this one gives no sign of life."""
    tell("Left in the middle of a run; another worker takes it over.")
    os._exit(128 + number)
