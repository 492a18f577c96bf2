"""`odoo-seed adopt`: what lives in Odoo becomes YAML; shown first, done with `--yes`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from odoo_seed import adopt as adopting
from odoo_seed import wiring, wiring_files
from odoo_seed.core import report_adopt as report
from odoo_seed.core.choosing import Choice
from odoo_seed.errors import UsageError
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verb, exit_code, show
from odoo_seed.shells.progress import progress
from odoo_seed.shells.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.report_adopt import Files
    from odoo_seed.ports_editing import FileEdit
    from odoo_seed.settings import Settings


@click.command(cls=Verb)
@options.target
@options.seed_dir
@click.option(
    "--project",
    "only",
    multiple=True,
    metavar="ID|NAME",
    help="Only this project of Odoo (repeatable); with --drift its external_ref.",
)
@click.option("--company", metavar="NAME", help="Only projects of this company.")
@click.option("--program", metavar="SLUG", help="The program of the seed that they join.")
@click.option("--prefix", metavar="REF_PREFIX", help="What their refs begin with.")
@click.option("--drift", is_flag=True, help="Instead, take over what people changed in Odoo.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the files of new projects; by default projects/ in the seed folder.",
)
@options.override_freeze
@options.yes
@options.formats("text", "json")
def adopt(
    target: str,
    seed_dir: Path | None,
    only: Sequence[str],
    company: str | None,
    program: str | None,
    prefix: str | None,
    drift: bool,
    out: Path | None,
    override_freeze: str | None,
    yes: bool,
    form: str,
) -> None:
    """Turn projects that live in Odoo into YAML, and set their refs there."""
    settings = settings_of(seed_dir)
    if drift:
        if company or program or prefix or out or override_freeze:
            raise UsageError(
                "--drift changes the YAML of projects that the seed has.",
                remedy="Leave --company, --program, --prefix, --out and --override-freeze out.",
            )
        _drift(settings, target, only, save=yes, form=form)
        return
    if not prefix:
        raise UsageError(
            "--prefix is missing.",
            remedy="Say what the new refs are to begin with, such as --prefix FIN.",
        )
    choice = Choice(prefix, tuple(only), company, program)
    scope = scope_of(target, override_freeze=override_freeze)
    editing = wiring_files.seed_editor(settings, out)
    with wiring.store(settings) as store:
        if yes:
            with wiring.odoo_writer(settings, target, store) as odoo:
                done = adopting.adopt(editing, store, odoo, progress(), scope, choice)
        else:
            with wiring.odoo_reader(settings, target, store) as reader:
                done = adopting.plan_adoption(editing, store, reader, scope, choice)
    files = _told(done.files)
    show(
        form,
        text=lambda: report.text(done.adoption, done.plan, files, done.run),
        json=lambda: report.as_json(done.adoption, done.plan, files, done.run),
    )
    sys.exit(exit_code(done.run.status) if done.run else int(bool(done.plan.guards)))


def _drift(settings: Settings, target: str, only: Sequence[str], *, save: bool, form: str) -> None:
    scope = scope_of(target, only)
    editing = wiring_files.seed_editor(settings)
    with (
        wiring.store(settings) as store,
        wiring.odoo_reader(settings, target, store) as reader,
    ):
        done = adopting.adopt_drift(editing, store, reader, scope, save=save)
    files = _told(done.files)
    show(
        form,
        text=lambda: report.drift_text(done.drift, target, files, saved=save),
        json=lambda: report.drift_json(done.drift, target, files, saved=save),
    )


def _told(files: Sequence[FileEdit]) -> Files:
    return [
        (
            edit.path,
            None if edit.before is None else edit.before.count(b"\n"),
            edit.after.count(b"\n"),
        )
        for edit in files
    ]
