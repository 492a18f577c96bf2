"""The commands `sandbox` and `demo`: a stand-in for Odoo, to look at and to try things on."""

from __future__ import annotations

import shlex
import signal
import sys
from typing import TYPE_CHECKING

import click

from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@options.seed_dir
@click.option("--port", default=8069, show_default=True, help="0 takes a free one.")
@click.option("--database", default="sandbox", show_default=True)
def sandbox(seed_dir: Path | None, port: int, database: str) -> None:
    """Run a stand-in for an Odoo server, in memory, until interrupted.

    It knows the companies and the people of the seed.
    """
    from odoo_seed.shells.demo import seed_of, start_sandbox  # noqa: PLC0415 - only needed here

    known = seed_of(settings_of(seed_dir))
    with start_sandbox(port, database, known) as (server, variables):
        click.echo(f"A stand-in for Odoo answers at {server.url}. In another terminal:\n")
        for name, value in variables.items():
            click.echo(f"  export {name}={shlex.quote(value)}")
        click.echo("\nThen: odoo-seed migrate && odoo-seed prepare && odoo-seed run")
        click.echo("Ctrl-C ends it; nothing is kept.")
        sys.stdout.flush()
        signal.pause()


@click.command()
def demo() -> None:
    """Show everything once, with the repository's seed, in a sandbox that leaves nothing behind."""
    from odoo_seed.shells.demo import run_demo  # noqa: PLC0415 - only this command needs it

    sys.exit(run_demo(settings_of()))
