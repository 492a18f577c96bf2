"""The command: choose rows, measure them, print the table."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bench import contest, growth, places, workers
from bench.cleaning import clean
from bench.machine import described, python_of_peer
from bench.table import rows_as_markdown
from bench.workshop import workshop
from odoo_seed.errors import OdooSeedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.places import Place
    from bench.table import Row
    from bench.workshop import Workshop

ROWS = (*contest.ROWS, *growth.ROWS)
ON_REQUEST = ("workers",)
"""Measured when named alone: it takes minutes, and says nothing about one seed."""


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--rows", help=f"Only these, by comma: {', '.join(ROWS)}; or workers.")
@click.option("--quick", is_flag=True, help="One round, and no seed of 50,000 tasks.")
@click.option("--rounds", default=3, show_default=True, help="Repeats; the quickest counts.")
@click.option(
    "--peer",
    "peer_python",
    default=python_of_peer,
    help="A Python with odoo-import-export-client; by default BENCH_PEER_PYTHON, else this one.",
)
@click.option(
    "--odoo-shell",
    help="Command of an `odoo shell` on the same database that reads Python from stdin.",
)
@click.option(
    "--write-to-real-odoo",
    is_flag=True,
    help="Yes, create and delete projects and tasks in the Odoo that ODOO_URL names.",
)
@click.option("--clean-up", metavar="RUN", help="Only remove what a killed run left in Odoo.")
@click.option(
    "--save", type=click.Path(path_type=Path), help="Also put the outcome into this page."
)
def bench(
    rows: str | None,
    quick: bool,
    rounds: int,
    peer_python: str,
    odoo_shell: str | None,
    write_to_real_odoo: bool,
    clean_up: str | None,
    save: Path | None,
) -> None:
    """Measure odoo-seed beside what else there is.

    Against a sandbox; against a real Odoo when ODOO_URL, ODOO_DB, ODOO_USER and ODOO_PASSWORD are
    set in the environment.
    """
    chosen = _chosen(rows)
    if chosen == set(ON_REQUEST):
        with workshop(1, peer_python=peer_python, odoo_shell=odoo_shell) as shop:
            report = _workers(shop, quick=quick)
        click.echo(report)
        if save:
            _save(save, report, "workers")
        return
    real = places.chosen(os.environ)
    if real is not None and not write_to_real_odoo:
        raise UsageError(
            f"ODOO_URL is set: the bench would create some thousand tasks in {real.name}.",
            remedy="Add --write-to-real-odoo if that is meant, or unset ODOO_URL for the sandbox.",
        )
    if clean_up:
        _clean_up(real, clean_up)
        return
    rounds = 1 if quick else rounds
    with ExitStack() as stack:
        shop = stack.enter_context(workshop(rounds, peer_python=peer_python, odoo_shell=odoo_shell))
        place = real or stack.enter_context(places.sandbox())
        report = _report(shop, place, chosen, quick=quick)
    click.echo(report)
    if save:
        _save(save, report, "real" if real else "sandbox")


def _workers(shop: Workshop, *, quick: bool) -> str:
    facts = list(described(shop, None))
    rows, table = workers.rows(shop, quick=quick)
    told = "\n".join(f"- {name}: {value}" for name, value in facts)
    return "\n\n".join([rows_as_markdown(rows), table, told])


def _chosen(rows: str | None) -> set[str]:
    names = set(rows.split(",")) if rows else set(ROWS)
    if names == set(ON_REQUEST):
        return names
    if unknown := names - set(ROWS):
        raise UsageError(
            f"There is no row {', '.join(sorted(unknown))}.",
            remedy=f"There are: {', '.join(ROWS)}.",
        )
    return names


def _clean_up(real: Place | None, run: str) -> None:
    if real is None:
        raise UsageError("There is no real Odoo to clean up.", remedy="Set ODOO_URL and the rest.")
    transport = real.connect()
    left = clean(transport, run)
    transport.close()
    click.echo("\n".join(left) or "Clean.")


def _report(shop: Workshop, place: Place, chosen: set[str], *, quick: bool) -> str:
    if place.is_real:
        click.echo(f"To clean up after a kill: --clean-up {shop.run}", err=True)
    # The load average is of before the bench itself makes some.
    facts = list(described(shop, place))
    rows: list[Row] = contest.rows(shop, place, chosen)
    if "validate" in chosen:
        rows.append(growth.compared(shop, "validate", 1.5, "PyYAML's C loader on the same files"))
    if "load" in chosen:
        rows.append(growth.compared(shop, "load", 3, "a bare COPY of the same rows"))
    sizes: Sequence[int] = (1_000, 10_000) if quick else (1_000, 10_000, 50_000)
    if "memory" in chosen:
        rows.append(growth.memory(shop, sizes[-1]))
    tables = []
    if "growth" in chosen:
        row, table = growth.growth(shop, sizes)
        rows.append(row)
        tables.append(table)
    told = "\n".join(f"- {name}: {value}" for name, value in facts)
    return "\n\n".join([rows_as_markdown(rows), *tables, told])


def _save(page: Path, report: str, name: str) -> None:
    """Replace what stands between the page's two marks."""
    begin, end = f"<!-- bench {name}: begin -->", f"<!-- bench {name}: end -->"
    text = page.read_text(encoding="utf-8")
    if begin not in text or end not in text:
        raise UsageError(f"{page} has no place marked {begin} … {end}.")
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(f"{before}{begin}\n{report}\n{end}{after}", encoding="utf-8")


def main() -> int:
    """Run the command; errors are told in words."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended by SIGTERM."))
    try:
        bench.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 128 + signal.SIGINT
    except OdooSeedError as error:
        click.echo(f"Error: {error}\n  → {error.remedy}", err=True)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
