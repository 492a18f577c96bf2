"""A workbook that `sheet export` wrote and people edited: `sheet diff`, and its import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from odoo_seed import pipeline, wiring_files
from odoo_seed.core import report_sheet as report
from odoo_seed.core.compare import Base
from odoo_seed.core.compare import compare as compared_with
from odoo_seed.core.workbook_merge import merge
from odoo_seed.core.workbook_rows import record_rows
from odoo_seed.errors import UsageError
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verb, show

if TYPE_CHECKING:
    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.workbook import Workbook
    from odoo_seed.core.workbook_merge import Merged
    from odoo_seed.ports_editing import SeedEditing

PROFILE = "seed"
"""The name of the product's own layout."""

_OUTDATED = (
    "the YAML changed since this workbook was exported: what changed there stands here as changed "
    "back, so look closely, or begin with a new export"
)
_CHANGES, _INVALID, _PARTIAL = 2, 2, 3


@click.command(cls=Verb)
@click.argument("file", type=click.Path(path_type=Path))
@options.seed_dir
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@options.formats("text", "markdown", "json")
def diff(file: Path, seed_dir: Path | None, detailed_exitcode: bool, form: str) -> None:
    """Say what somebody changed in an exported workbook; changes nothing.

    In the words of the plan; what is doubtful in it is told with sheet and cell (exit code 3 when
    something cannot be understood).
    """
    now = pipeline.content_of(wiring_files.seed_files(settings_of(seed_dir)).read())
    book = wiring_files.read_workbook(file)
    asked = asked_for(book, now)
    told = report_of(file, book, asked, now, verb="diff")
    _show(told, form)
    if told.untaken:
        sys.exit(_PARTIAL)
    sys.exit(_CHANGES if detailed_exitcode and told.changes else 0)


def import_own(
    file: Path, book: Workbook, editor: SeedEditing, form: str, *, check: bool, detailed: bool
) -> NoReturn:
    """Write what an edited workbook asks for into the YAML, or tell it; ends the process."""
    now = editor.current()
    asked = asked_for(book, now)
    files: tuple[str, ...] = ()
    if asked.valid:
        files = tuple(edit.path for edit in editor.edit(asked.content.seed))
        if not check:
            editor.save()
    told = report_of(file, book, asked, now, files=files, written=asked.valid and not check)
    _show(told, form)
    if not asked.valid:
        sys.exit(_INVALID)
    if told.untaken:
        sys.exit(_PARTIAL)
    sys.exit(_CHANGES if check and detailed and told.changes else 0)


def asked_for(book: Workbook, now: SeedAndPolicy) -> Merged:
    """Return the seed that a workbook asks for.

    Raises:
        UsageError: It is not of the product's own layout, or a picture of Odoo.
    """
    rows = record_rows(book)
    if rows.holds != "seed":
        raise UsageError(
            f"{book.path} shows what Odoo holds (`sheet export --shadow`), not the seed.",
            remedy="Take what people changed in Odoo with `odoo-seed adopt --drift`.",
        )
    if not rows.kinds:
        raise UsageError(
            f"{book.path} has no sheet of programs, projects, milestones or tasks as "
            "`sheet export` writes them.",
            remedy="Keep the headings; for other workbooks use `sheet import --profile`.",
        )
    return merge(rows, now, wiring_files.data_faults)


def report_of(
    file: Path,
    book: Workbook,
    asked: Merged,
    now: SeedAndPolicy,
    *,
    files: tuple[str, ...] = (),
    written: bool = False,
    verb: str = "import",
) -> report.SheetImport:
    """Put what a workbook asks for beside the seed as it is."""
    compared = compared_with(Base("the YAML", content=now), asked.content)
    notes = (*book.notes, *asked.notes)
    if asked.outdated and not compared.empty:
        notes += (_OUTDATED,)
    if not asked.valid:
        notes += ("the seed would not be valid so; nothing of it can be written",)
    return report.SheetImport(
        str(file), PROFILE, asked.projects, compared, asked.doubts, notes, files,
        written=written, verb=verb,
    )  # fmt: skip


def _show(told: report.SheetImport, form: str) -> None:
    show(
        form,
        text=lambda: report.text(told),
        markdown=lambda: report.markdown(told),
        json=lambda: report.as_json(told),
    )
