"""`odoo-seed serve`: runs are asked for over HTTP, and done by a worker in the same process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odoo_seed.ports_runs import Timing
from odoo_seed.shells import options
from odoo_seed.shells.ending import end_by_signal, tell
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.http.serving import Service, listen

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 takes a free one.",
)
@click.option("--no-worker", is_flag=True, help="Leave the runs to `odoo-seed worker`.")
@options.targets
@options.concurrency(4)
def serve(host: str, port: int, no_worker: bool, targets: Sequence[str], concurrency: int) -> None:
    """Answer over HTTP until SIGTERM, which finishes or hands over the run at work."""
    timing, settings = Timing(), settings_of()
    concurrency = 0 if no_worker else concurrency
    with listen(host, port) as listener:
        service = Service(settings, listener, targets or None, concurrency, tell, timing)
        end_by_signal(service.stop, timing)
        service.run()
