"""`odoo-seed compare`: what the YAML changes against another revision; no database, no Odoo."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from odoo_seed import pipeline, wiring_files
from odoo_seed.core import comment
from odoo_seed.core import report_compare as report
from odoo_seed.core.compare import compare as compared_with
from odoo_seed.core.escape import harmless
from odoo_seed.shells import options
from odoo_seed.shells.environment import footer, settings_of
from odoo_seed.shells.frame import Verb, show
from odoo_seed.shells.problems import show_problems

if TYPE_CHECKING:
    from pathlib import Path

_CHANGES = 2
_INVALID = 2


@click.command(cls=Verb)
@click.option(
    "--base",
    required=True,
    metavar="REV_OR_DIR",
    help="A branch, tag or commit of the seed's repository, or a folder (which goes first).",
)
@options.seed_dir
@options.tracked
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@options.formats("text", "json", "markdown", "comment")
def compare(
    base: str, seed_dir: Path | None, tracked: bool, detailed_exitcode: bool, form: str
) -> None:
    """Say what the YAML changes against another revision; offline, changes nothing."""
    settings = settings_of(seed_dir)
    now = wiring_files.now()  # both sides roll from the same day
    head = pipeline.validate(wiring_files.seed_files(settings, tracked=tracked, today=now))
    if head.content is None:
        if form == "comment":
            told = comment.problems_comment(head.problems, len(head.files), footer())
            click.echo(harmless(told))
        else:
            show_problems(head, form)
        sys.exit(_INVALID)
    compared = compared_with(wiring_files.base_seed(settings, base, now), head.content)
    show(
        form,
        text=lambda: report.text(compared),
        json=lambda: report.as_json(compared),
        markdown=lambda: report.markdown(compared),
        comment=lambda: comment.compare_comment(compared, footer()),
    )
    sys.exit(_CHANGES if detailed_exitcode and not compared.empty else 0)
