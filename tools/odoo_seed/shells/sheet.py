"""`odoo-seed sheet`: the seed as a workbook, and a workbook's way back into the seed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from odoo_seed import pipeline, wiring, wiring_files
from odoo_seed.core.escape import plain
from odoo_seed.core.verify import verify
from odoo_seed.core.words import count
from odoo_seed.core.workbook_export import book_of, one_page, part_of, tables_of
from odoo_seed.core.workbook_shadow import shadow_book, shadow_tables
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
@click.option(
    "--shadow",
    "of_shadow",
    is_flag=True,
    help="What Odoo holds, as last mirrored, with what differs from git marked.",
)
@options.target
def export(
    out: Path, seed_dir: Path | None, only: Sequence[str], of_shadow: bool, target: str
) -> None:
    """Write the YAML as a workbook: typed columns, drop-downs, a Gantt sheet."""
    form = _form(out)
    if of_shadow:
        _export_shadow(out, form, only, target)
        return
    reading = wiring_files.seed_files(settings_of(seed_dir)).read()
    seed = chosen(pipeline.content_of(reading).seed, only)
    if form == "csv":
        wiring_files.write_csv(out, one_page(tables_of(seed)))
    else:
        wiring_files.write_excel(out, book_of(seed, only, reading.commit))
    projects, tasks = count(len(seed.projects), "project"), count(len(seed.tasks), "task")
    click.echo(f"{plain(out)}: {projects} with {tasks}.")


def _export_shadow(out: Path, form: str, only: Sequence[str], target: str) -> None:
    with wiring.store(settings_of()) as store:
        content = store.bind(store.read_seed(), target)
        mirror = store.read_shadow(target)
        found = verify(content, store.read_applied(target), mirror, target)
    if found.verdict == "stale":
        raise UsageError(
            f"The mirror of {target} cannot be shown: {found.reason}.",
            remedy="Run `odoo-seed shadow`.",
        )
    refuse_unknown(content.seed, only)
    tables = shadow_tables(content, mirror, found, only)
    if form == "csv":
        wiring_files.write_csv(out, one_page(tables))
    else:
        wiring_files.write_excel(out, shadow_book(tables, mirror, only, target))
    drift = found.count("drift")
    click.echo(f"{plain(out)}: {count(drift, 'record')} with drift, marked.")


sheet.add_command(diff)
sheet.add_command(import_)


def chosen(seed: Seed, only: Sequence[str]) -> Seed:
    """Return the projects that were asked for; raises UsageError for one that is not there."""
    refuse_unknown(seed, only)
    return part_of(seed, only) if only else seed


def refuse_unknown(seed: Seed, only: Sequence[str]) -> None:
    """Raise UsageError for a project that is not there."""
    unknown = set(only) - {project.external_ref for project in seed.projects}
    if unknown:
        raise UsageError(
            f"There is no project {', '.join(sorted(unknown))} in the seed.",
            remedy="Name projects by their external_ref.",
        )


def _form(path: Path) -> str:
    form = path.suffix.lower().lstrip(".")
    if form not in {"xlsx", "csv"}:
        raise UsageError(
            f"{path} is neither .xlsx nor .csv.", remedy="Name the file so that it says which."
        )
    return form
