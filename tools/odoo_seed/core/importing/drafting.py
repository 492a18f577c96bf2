"""Rows to drafts: one a task, with its steps gathered from columns or from rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.importing.cells import Cells
from odoo_seed.core.importing.drafts import Draft
from odoo_seed.core.importing.words import normal
from odoo_seed.core.periods import MONTHS
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from odoo_seed.core.importing.directory import Directory
    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.drafts import DraftStep
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.importing.tables import FoundTable, TableRow
    from odoo_seed.core.periods import Period


_Home = tuple[str, "Period | None", str]


def _home(draft: Draft) -> _Home:
    return draft.key, draft.period, normal(draft.category or "")


@dataclass(frozen=True, slots=True)
class Drafting:
    """Makes the drafts of one workbook."""

    profile: Profile
    directory: Directory
    doubts: Doubts
    period: Period | None = None
    """The one that was asked for, for tables that name none."""

    def drafts(self, table: FoundTable) -> list[Draft]:
        """The tasks of one table; a row that is none is doubted."""
        cells = Cells(self.profile, table.sheet, self.doubts)
        made: list[Draft] = []
        homes: dict[_Home, Draft] = {}
        for row in table.rows:
            draft = self._draft(table, row, cells)
            if draft is None:
                continue
            if table.rule.kind == "tasks":
                self._columns(draft, table, row, cells)
                made.append(draft)
            else:
                self._activity(draft, row, cells, made, homes)
        return made

    def _draft(self, table: FoundTable, row: TableRow, cells: Cells) -> Draft | None:
        """The task that a row is about, without its steps."""
        form = cells.name(row.get("form"), "form")
        named = row.get("task") or row.get("form")
        name = cells.name(row.get("task"), "task") or form
        if named is None or name is None:
            found = "the row names no task"
            remedy = "write what is to be done, or clear the row"
            self.doubts.unread("no-task", table.sheet, row.first, found, remedy)
            return None
        period_cell = row.get("period")
        period = cells.period(period_cell)
        if period is None and ("period", None) in table.headings:
            if period_cell is None:
                found = f"{quoted(name)} has no period"
                remedy = "write the period it covers, such as January 2026"
                self.doubts.unread("no-period", table.sheet, named, found, remedy)
            return None
        category = cells.name(row.get("category"), "category") or row.section
        return Draft(
            name,
            table.sheet,
            named,
            form=form,
            category=category,
            description=cells.text(row.get("description"), "description"),
            period=self._fitting(period, row.period, table.period, self.period),
        )

    def _fitting(self, *periods: Period | None) -> Period | None:
        """The first that is not longer than what one project is for."""
        longest = MONTHS[self.profile.every]
        return next((one for one in periods if one and MONTHS[one.every] <= longest), None)

    def _columns(self, draft: Draft, table: FoundTable, row: TableRow, cells: Cells) -> None:
        """Take the steps from columns."""
        for key, cell in sorted(row.cells.items(), key=lambda item: item[1].column):
            if key[0] in {"person", "date", "duration"}:
                step = draft.step(key[1], cell)
                self._fill(step, row, key[1], cells, draft.period)
        for code, role in table.roles.items():
            step_or_none = draft.steps.get(code)
            if step_or_none is not None and step_or_none.people is None:
                heading = next(cell for (_, step), cell in table.headings.items() if step == code)
                step_or_none.people = self.directory.people(heading, cells, role)

    def _activity(
        self,
        draft: Draft,
        row: TableRow,
        cells: Cells,
        made: list[Draft],
        homes: dict[_Home, Draft],
    ) -> None:
        """Take a step from a row, and put it with the task of the row above, or one further up.

        Args:
            homes: The latest of the tasks so far; people sort such sheets by date.
        """
        cell = row.get("activity")
        text = cells.text(cell, "activity")
        rule = self.profile.step(text) if text else None
        if rule is None:
            place = cell or row.first
            found = (
                f"{quoted(text)} is no step of the profile" if text else "the row has no activity"
            )
            known = ", ".join(step.name for step in self.profile.steps)
            self.doubts.unread("no-step", draft.sheet, place, found, f"write one of {known}")
            return
        last = made[-1] if made else None
        if last is None or (last.key, last.period) != (draft.key, draft.period):
            last = homes.get(_home(draft))
        if last is None or rule.code in last.steps:
            made.append(draft)
            homes[_home(draft)] = draft
        else:
            draft = last
        step = draft.step(rule.code, cell or row.first)
        self._fill(step, row, None, cells, draft.period)

    def _fill(
        self,
        step: DraftStep,
        row: TableRow,
        column: str | None,
        cells: Cells,
        period: Period | None,
    ) -> None:
        person, day, hours = (row.get(name, column) for name in ("person", "date", "duration"))
        if step.people is None:
            step.people = self.directory.people(person, cells)
        if step.day is None and day is not None:
            step.day_cell = day
            step.day = cells.day(day, period.last_day if period else None)
        if step.hours is None:
            step.hours = cells.hours(hours)
