"""`odoo-seed sheet`: the seed as a workbook, and a workbook's way back into the seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from odoo_seed import pipeline, wiring
from odoo_seed.core.escape import plain
from odoo_seed.core.words import count
from odoo_seed.core.workbook_export import book_of, one_page, part_of, tables_of
from odoo_seed.errors import UsageError
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verbs
from odoo_seed.shells.sheet_import import import_
from odoo_seed.shells.sheet_own import diff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.model import Seed


@click.group(cls=Verbs)
def sheet() -> None:
    """The seed as a workbook, and back."""


@sheet.command()
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The file: .xlsx or .csv."
)
@options.seed_dir
@click.option("--project", "only", multiple=True, help="Only this project (repeatable).")
def export(out: Path, seed_dir: Path | None, only: Sequence[str]) -> None:
    """Write the YAML as a workbook: typed columns, drop-downs, a Gantt sheet."""
    form = _form(out)
    reading = wiring.seed_files(settings_of(seed_dir)).read()
    seed = chosen(pipeline.content_of(reading).seed, only)
    if form == "csv":
        wiring.write_csv(out, one_page(tables_of(seed)))
    else:
        wiring.write_excel(out, book_of(seed, only, reading.commit))
    projects, tasks = count(len(seed.projects), "project"), count(len(seed.tasks), "task")
    click.echo(f"{plain(out)}: {projects} with {tasks}.")


sheet.add_command(diff)
sheet.add_command(import_)


def chosen(seed: Seed, only: Sequence[str]) -> Seed:
    """Return the projects that were asked for; raises UsageError for one that is not there."""
    unknown = set(only) - {project.external_ref for project in seed.projects}
    if unknown:
        raise UsageError(
            f"There is no project {', '.join(sorted(unknown))} in the seed.",
            remedy="Name projects by their external_ref.",
        )
    return part_of(seed, only) if only else seed


def _form(path: Path) -> str:
    form = path.suffix.lower().lstrip(".")
    if form not in {"xlsx", "csv"}:
        raise UsageError(
            f"{path} is neither .xlsx nor .csv.", remedy="Name the file so that it says which."
        )
    return form
