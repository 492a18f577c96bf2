"""A foreign workbook to a seed: the whole way, in its order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.importing.cells import Cells
from odoo_seed.core.importing.checks import check
from odoo_seed.core.importing.combining import Combining
from odoo_seed.core.importing.day_order import is_month_first
from odoo_seed.core.importing.directory import Directory
from odoo_seed.core.importing.doubts import Doubts
from odoo_seed.core.importing.drafting import Drafting
from odoo_seed.core.importing.records import Recording
from odoo_seed.core.importing.tables import find_tables
from odoo_seed.core.words import count
from odoo_seed.core.working_days import WorkingDays
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from odoo_seed.core.doubts import Doubt
    from odoo_seed.core.importing.drafts import Draft
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.importing.records import Choices
    from odoo_seed.core.importing.tables import FoundTable
    from odoo_seed.core.model import Seed
    from odoo_seed.core.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Imported:
    """What a workbook gives.

    Attributes:
        seed: All of it: with the workbook's projects and tasks, new or changed.
        refs: Of the projects that the workbook is about.
        drafts: The tasks, each with its period.
        choices: What was asked for.
        calendar: The working days by which its dates were checked.
    """

    seed: Seed
    refs: tuple[str, ...]
    drafts: tuple[Draft, ...]
    calendar: Calendar
    doubts: tuple[Doubt, ...]
    notes: tuple[str, ...]
    choices: Choices


def import_workbook(book: Workbook, profile: Profile, choices: Choices, seed: Seed) -> Imported:
    """Read a foreign workbook into a seed; what is doubtful in it is told with its cell.

    Raises:
        UsageError: No table of the profile is in it, it names no period, or a company is missing.
    """
    doubts = Doubts(book.notes)
    tables = find_tables(book, profile, doubts)
    sources = [table for table in tables if table.rule.kind in {"tasks", "activities"}]
    if not sources:
        headings = next(
            (rule for rule in profile.tables if rule.kind in {"tasks", "activities"}), None
        )
        needed = [one for one in headings.columns if one.required] if headings else []
        raise UsageError(
            f"{book.path} has no sheet of the kind that the profile {profile.name} describes.",
            remedy="One row must hold the headings, such as "
            f"{' and '.join(f'“{one.heading}”' for one in needed)}. "
            "Take another profile with --profile, or write one.",
        )
    profile = replace(profile, month_first=is_month_first(tables, profile, doubts))
    directory = Directory(profile)
    directory.learn(tables, doubts)
    drafting = Drafting(profile, directory, doubts, choices.period)
    drafts = Combining(profile, doubts).combined([drafting.drafts(table) for table in sources])
    calendar = _calendar(profile, tables, doubts)
    check(drafts, profile, WorkingDays(calendar), doubts)
    recording = Recording(profile, choices, seed)
    made = recording.record(drafts)
    if recording.kept:
        told = count(len(recording.kept), "task")
        doubts.note(f"{told} of these projects are not in the workbook; they stay as they are")
    return Imported(
        made,
        tuple(recording.projects),
        tuple(drafts),
        calendar,
        doubts.doubts,
        doubts.notes,
        choices,
    )


def _calendar(profile: Profile, tables: Sequence[FoundTable], doubts: Doubts) -> Calendar:
    """The profile's country, and the days that a sheet of holidays has besides."""
    calendar = Calendar(profile.country, profile.weekend)
    extra: set[date] = set()
    for table in tables:
        if table.rule.kind != "holidays":
            continue
        cells = Cells(profile, table.sheet, doubts)
        for row in table.rows:
            day = cells.day(row.get("date"), table.period.last_day if table.period else None)
            if day is not None and calendar.is_working_day(day):
                extra.add(day)
    if extra:
        days = ", ".join(day.isoformat() for day in sorted(extra))
        doubts.note(f"free days that only the workbook knows: {days}")
    return Calendar(profile.country, profile.weekend, add=tuple(sorted(extra)))
