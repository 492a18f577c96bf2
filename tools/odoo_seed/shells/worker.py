"""`odoo-seed worker`: takes runs from the queue, one at a time for each target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odoo_seed.ports_runs import Timing
from odoo_seed.shells import options
from odoo_seed.shells.ending import end_by_signal, tell
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.working import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@options.targets
@options.concurrency(1)
def worker(targets: Sequence[str], concurrency: int) -> None:
    """Take runs from the queue until SIGTERM, which finishes or hands over the run at work."""
    timing = Timing()
    taking = Worker(settings_of(), targets or None, concurrency, tell, timing)
    end_by_signal(taking.stop, timing)
    taking.run()
