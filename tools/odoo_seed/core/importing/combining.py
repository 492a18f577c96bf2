"""Drafts of several sheets brought together: every task once a period, each in its period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_seed.core.importing.words import normal
from odoo_seed.core.periods import Period, period_of
from odoo_seed.core.quoting import quoted
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.drafts import Draft
    from odoo_seed.core.importing.profile import Profile


_Firsts = dict[str, dict[str, "Draft"]]
"""Of one task in one period: the first of each sheet and category."""


@dataclass(frozen=True, slots=True)
class Combining:
    """Brings drafts together."""

    profile: Profile
    doubts: Doubts

    def combined(self, tables: Sequence[Sequence[Draft]]) -> list[Draft]:
        """Return all tasks, each with its period.

        Raises:
            UsageError: Nothing in the workbook says what period it is about.
        """
        for drafts in tables:
            self._place(drafts)
        every = [draft for drafts in tables for draft in drafts]
        periods = {draft.period for draft in every if draft.period is not None}
        if every and not periods:
            raise UsageError(
                "The workbook does not say which period it is about.",
                remedy="Name it with --period, such as --period 2026-01.",
            )
        found: dict[tuple[Period, str], list[Draft]] = {}
        firsts: dict[tuple[Period, str], _Firsts] = {}
        for draft in every:
            if draft.period is not None:
                place = (draft.period, draft.key)
                self._take(draft, found.setdefault(place, []), firsts.setdefault(place, {}))
        for draft in every:
            if draft.period is None:
                self._spread(draft, found, periods)
        return [draft for drafts in found.values() for draft in drafts]

    def _place(self, drafts: Sequence[Draft]) -> None:
        """Guess from the dates which period tasks without one are for."""
        loose = [draft for draft in drafts if draft.period is None]
        days = sorted(
            step.day for draft in loose for step in draft.steps.values() if step.day is not None
        )
        if not days or self.profile.due == "after_period":
            return
        middle = days[len(days) // 2]
        inside = period_of(middle, self.profile.every)
        guess = min(
            (inside, inside.moved(-1)), key=lambda period: abs((period.last_day - middle).days)
        )
        for draft in loose:
            draft.period = guess
        self.doubts.note(
            f"“{loose[0].sheet}” names no period; by its dates it is {guess.name} "
            "(--period says it otherwise)"
        )

    def _take(self, draft: Draft, same: list[Draft], firsts: _Firsts) -> None:
        """Add a task, or what a second sheet says of one that is there."""
        category = normal(draft.category or "")
        here = firsts.get(draft.sheet, {}).get(category)
        elsewhere = [found for sheet, found in firsts.items() if sheet != draft.sheet]
        if here is not None:
            found = f"the task {quoted(draft.name)} stands in {here.cell.ref} already"
            remedy = "remove one of them, or name them differently"
            self.doubts.doubt("same-task-twice", draft.sheet, draft.cell, found, remedy)
        elif elsewhere:
            alike = next((found for found in elsewhere if category in found), None)
            first = alike[category] if alike else next(iter(elsewhere[0].values()))
            self._merge(first, draft)
            return
        same.append(draft)
        firsts.setdefault(draft.sheet, {}).setdefault(category, draft)

    def _spread(
        self,
        draft: Draft,
        found: dict[tuple[Period, str], list[Draft]],
        periods: set[Period],
    ) -> None:
        """What a list without a period says holds for its task in every period."""
        same = [drafts[0] for (_, key), drafts in found.items() if key == draft.key]
        for other in same:
            self._merge(other, draft)
        if same:
            return
        if len(periods) == 1:
            period = next(iter(periods))
            draft.period = period
            found.setdefault((period, draft.key), []).append(draft)
            return
        told = f"the task {quoted(draft.name)} is in none of the {len(periods)} periods"
        remedy = "add it to the sheet of a period, or import this sheet alone with --period"
        self.doubts.unread("in-no-period", draft.sheet, draft.cell, told, remedy)

    def _merge(self, into: Draft, other: Draft) -> None:
        into.category = into.category or other.category
        into.description = into.description or other.description
        for code, step in other.steps.items():
            known = into.steps.get(code)
            if known is None:
                into.steps[code] = replace(step)
                continue
            if known.people and step.people:
                one, two = (
                    {normal(man.code) for man in whom} for whom in (known.people, step.people)
                )
                if one != two:
                    names = ", ".join(man.code for man in known.people)
                    told = f"{quoted(other.name)}: {names} in {known.sheet}, another person here"
                    self.doubts.doubt(
                        "people-differ", step.sheet, step.people[0].cell, told, "keep one"
                    )
            if known.day and step.day and known.day != step.day and step.day_cell:
                told = f"{quoted(other.name)}: {known.day} in {known.sheet}, {step.day} here"
                self.doubts.doubt("dates-differ", step.sheet, step.day_cell, told, "keep one")
            known.people = known.people or step.people
            known.hours = step.hours if known.hours is None else known.hours
            if known.day is None:
                known.day, known.day_cell = step.day, step.day_cell
