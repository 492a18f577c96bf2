"""Settings → the edges of files: the YAML, plans, workbooks, schemas."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from odoo_seed.edges import plan_files, profiles, schemas
from odoo_seed.edges.seed_files import data_faults as faults_of_data
from odoo_seed.edges.seed_files import new_file
from odoo_seed.edges.seed_files.editing import SeedEditor
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.formatting import SeedFormatter
from odoo_seed.edges.seed_files.revision import read_base
from odoo_seed.edges.workbooks import reading as workbook_reading
from odoo_seed.edges.workbooks import writing as workbook_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from odoo_seed.core.compare import Base
    from odoo_seed.core.format_report import FormatResult
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.planned import Planned
    from odoo_seed.core.problems import Problem
    from odoo_seed.core.workbook import Workbook
    from odoo_seed.core.workbook_pages import Book, Page
    from odoo_seed.ports import SeedFiles
    from odoo_seed.ports_editing import SeedEditing
    from odoo_seed.settings import Settings


def now() -> datetime:
    """This moment: rolling schedules roll from its day. Ask once for what is to be compared."""
    return datetime.now(UTC)


def seed_files(
    settings: Settings, *, tracked: bool = False, today: datetime | None = None
) -> SeedFiles:
    """The YAML folder; with `tracked` only what git's index holds of it."""
    return SeedFolder(settings.seed_dir, tracked=tracked, now=today or now())


def seed_editor(settings: Settings, new_files: Path | None = None) -> SeedEditing:
    """The YAML folder, to be changed; new projects go to `new_files`, or else into the folder."""
    return SeedEditor(settings.seed_dir, new_files, now())


def write_new_file(path: Path, data: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write a new YAML file of the seed's lists; raises UsageError when it is there already."""
    new_file.write_new_file(path, data)


def read_workbook(path: Path) -> Workbook:
    """Read a spreadsheet file; raises UsageError for what is none, or cannot be read safely."""
    return workbook_reading.read_workbook(path)


def data_faults(data: Mapping[str, Any]) -> Sequence[Problem]:
    """What the schema says about the content of a seed file that stands elsewhere."""
    return faults_of_data.data_faults(data)


def read_profile(named: Path) -> Profile:
    """A profile of workbooks by its name, or of a file; raises UsageError for a wrong one."""
    return profiles.read_profile(named)


def base_seed(settings: Settings, named: str, today: datetime) -> Base:
    """The seed of another git revision, or of another folder; raises UsageError for neither."""
    return read_base(settings.seed_dir, named, today)


def format_files(
    settings: Settings, paths: Sequence[Path], *, write: bool, tracked: bool
) -> FormatResult:
    """Bring YAML files into their canonical form; without paths those of the seed."""
    formatter = SeedFormatter(paths or [settings.seed_dir], tracked=tracked)
    return formatter.run(write=write)


def schema(name: str) -> Mapping[str, Any]:
    """`schemas/<name>.schema.json`."""
    return schemas.schema(name)


def write_plan(path: Path, plan: Plan) -> None:
    """Write a plan file, whole or not at all."""
    plan_files.write_plan(path, plan)


def read_plan(path: Path) -> Planned:
    """Read a plan file; raises UsageError for what is none."""
    return plan_files.read_plan(path)


def write_excel(path: Path, book: Book) -> None:
    """Write an .xlsx file, whole or not at all."""
    workbook_files.write_excel(path, book)


def write_csv(path: Path, page: Page) -> None:
    """Write a .csv file, whole or not at all."""
    workbook_files.write_csv(path, page)
