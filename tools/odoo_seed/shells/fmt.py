"""`odoo-seed fmt`: one layout for all, so that a pull request shows only what it changes."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from odoo_seed import wiring_files
from odoo_seed.core import format_report as report
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verb, show

_UNREADABLE = 2


@click.command(cls=Verb)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when a file would change.")
@click.option("--diff", is_flag=True, help="As --check, and show every line that would change.")
@options.seed_dir
@options.tracked
@options.formats("text", "json")
def fmt(
    paths: tuple[Path, ...],
    check: bool,
    diff: bool,
    seed_dir: Path | None,
    tracked: bool,
    form: str,
) -> None:
    """Lay out the YAML alike: indentation, blanks, blank lines, line ends, brackets, quotes.

    Keeps comments, the order of everything and every value. PATHS are files and folders; by
    default the seed's folder.
    """
    settings = settings_of(seed_dir)
    done = wiring_files.format_files(settings, paths, write=not (check or diff), tracked=tracked)
    show(
        form,
        text=lambda: report.text(done, whole=diff),
        json=lambda: report.as_json(done, whole=diff),
    )
    if done.problems:
        sys.exit(_UNREADABLE)
    sys.exit(0 if done.ok else 1)
