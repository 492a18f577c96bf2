"""`odoo-seed sheet import`: a workbook of other people into the YAML."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from odoo_seed import wiring_files
from odoo_seed.core import report_sheet as report
from odoo_seed.core.compare import Base
from odoo_seed.core.compare import compare as compared_with
from odoo_seed.core.importing.proposal import propose, recurring
from odoo_seed.core.importing.records import Choices
from odoo_seed.core.importing.workbooks import import_workbook
from odoo_seed.core.model import SeedAndPolicy
from odoo_seed.core.periods import Period, parse_period
from odoo_seed.core.words import count
from odoo_seed.errors import UsageError
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verb, show
from odoo_seed.shells.sheet_own import PROFILE, import_own

if TYPE_CHECKING:
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.importing.workbooks import Imported
    from odoo_seed.ports_editing import SeedEditing

_PARTIAL = 3
_CHANGES = 2


def _period(_context: click.Context, _option: click.Parameter, given: str | None) -> Period | None:
    try:
        return parse_period(given) if given is not None else None
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def _prefix(_context: click.Context, _option: click.Parameter, given: str) -> str:
    if given and not (given[0].isalpha() and given.isascii() and given.replace("_", "").isalnum()):
        raise click.BadParameter("it begins with a letter; then letters, digits and _.")
    if len(given) > 12:
        raise click.BadParameter("it has 12 characters at most.")
    return given


@click.command("import", cls=Verb)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--profile",
    default=PROFILE,
    show_default=True,
    type=click.Path(path_type=Path),
    help="What the workbook looks like: seed (from `sheet export`), closing, bir-tax, or a file.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder of the YAML that is to hold it; by default supabase/seed/odoo.",
)
@click.option("--check", is_flag=True, help="Write nothing, only tell.")
@click.option(
    "--detailed-exitcode", is_flag=True, help="With --check: exit 2 when it changes the YAML."
)
@click.option(
    "--period", callback=_period, help="Of sheets that name none: 2026-01, 2026-Q1, 2026."
)
@click.option("--company", help="Company of new projects, as it is called in Odoo.")
@click.option("--program", help="Slug of the program of new projects.")
@click.option("--prefix", default="", callback=_prefix, help="Put before the refs of new projects.")
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a template of what comes again to this new YAML file, and nothing else.",
)
@options.formats("text", "markdown", "json")
def import_(
    file: Path,
    profile: Path,
    out: Path | None,
    check: bool,
    detailed_exitcode: bool,
    period: Period | None,
    company: str | None,
    program: str | None,
    prefix: str,
    template: Path | None,
    form: str,
) -> None:
    """Bring a workbook into the YAML; doubts are told with sheet and cell.

    Comments and layout of the YAML stay, and only files that change are written. Rows that cannot
    be understood are told and left out: exit code 3.
    """
    book = wiring_files.read_workbook(file)
    settings = settings_of(out)
    editor = wiring_files.seed_editor(settings)
    if str(profile) == PROFILE:
        if template or period or company or program or prefix:
            raise UsageError(
                "An exported workbook says all of itself.",
                remedy="Name the profile of another workbook, or leave out --template, --period, "
                "--company, --program and --prefix.",
            )
        import_own(file, book, editor, form, check=check, detailed=detailed_exitcode)
    now = editor.current()
    choices = Choices(company, program, prefix, period)
    rules = wiring_files.read_profile(profile)
    done = import_workbook(book, rules, choices, now.seed)
    names = (str(file), str(profile))
    if template is None:
        told = replace(
            _written(done, names, editor, now, check=check), again=recurring(done, rules)
        )
    else:
        told = _as_template(done, names, rules, template, check=check)
    show(
        form,
        text=lambda: report.text(told),
        markdown=lambda: report.markdown(told),
        json=lambda: report.as_json(told),
    )
    if told.untaken:
        sys.exit(_PARTIAL)
    sys.exit(_CHANGES if check and detailed_exitcode and told.changes else 0)


def _written(
    done: Imported,
    names: tuple[str, str],
    editor: SeedEditing,
    now: SeedAndPolicy,
    *,
    check: bool,
) -> report.SheetImport:
    """Work the files out, and save them unless they are only to be told."""
    edits = editor.edit(done.seed)
    if not check:
        editor.save()
    base = Base("the YAML as it was", content=now)
    return report.SheetImport(
        *names,
        done.refs,
        compared_with(base, SeedAndPolicy(done.seed, now.policy)),
        done.doubts,
        done.notes,
        tuple(edit.path for edit in edits),
        written=not check,
    )


def _as_template(
    done: Imported, names: tuple[str, str], rules: Profile, path: Path, *, check: bool
) -> report.SheetImport:
    """Write what comes again as a template."""
    made = propose(done, rules)
    if made is None:
        raise UsageError(
            "No task comes again in another period, or a template makes it already.",
            remedy="Import it without --template, or a workbook of several periods.",
        )
    if not check:
        wiring_files.write_new_file(path, made.data)
    overrides = len(made.data.get("overrides", ()))
    note = (
        f"{count(made.tasks, 'task')} of {made.periods} periods, said once; "
        f"{count(overrides, 'task')} of single periods otherwise, under overrides"
    )
    if made.filled:
        note += f"; {count(made.filled, 'task')} filled in where the workbook leaves a cell blank"
    if made.left:
        note += f"; {count(made.left, 'task')} without recurrence left out: import again for those"
    return report.SheetImport(
        *names, done.refs, None, done.doubts, (*done.notes, note), (str(path),), written=not check
    )
