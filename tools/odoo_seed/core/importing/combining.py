"""Drafts of several sheets brought together: every task once a period, each in its period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_seed.core.importing.words import normal
from odoo_seed.core.periods import Period, period_of
from odoo_seed.core.quoting import quoted
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.drafts import Draft
    from odoo_seed.core.importing.profile import Profile


_Place = tuple[Period, str]
"""Of a task: its period and key."""

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
        periods = dict.fromkeys(draft.period for draft in every if draft.period is not None)
        if every and not periods:
            raise UsageError(
                "The workbook does not say which period it is about.",
                remedy="Name it with --period, such as --period 2026-01.",
            )
        found: dict[_Place, list[Draft]] = {}
        firsts: dict[_Place, _Firsts] = {}
        loose = [draft for draft in every if draft.period is None]
        for draft in every:
            if draft.period is not None:
                self._take(draft, draft.period, found, firsts)
        for draft in [one for one in loose if not self._spread(one, periods, firsts)]:
            if len(periods) == 1:
                draft.period = next(iter(periods))
                self._take(draft, draft.period, found, firsts)
                continue
            told = f"the task {quoted(draft.name)} is in none of the {len(periods)} periods"
            remedy = "add it to the sheet of a period, or import this sheet alone with --period"
            self.doubts.unread("in-no-period", draft.sheet, draft.cell, told, remedy)
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

    def _take(
        self,
        draft: Draft,
        period: Period,
        found: dict[_Place, list[Draft]],
        firsts: dict[_Place, _Firsts],
    ) -> None:
        """Add a task, or what a second sheet says of one that is there."""
        place, category = (period, draft.key), normal(draft.category or "")
        known = firsts.setdefault(place, {})
        here = known.get(draft.sheet, {}).get(category)
        elsewhere = [drafts for sheet, drafts in known.items() if sheet != draft.sheet]
        if here is not None:
            told = f"the task {quoted(draft.name)} stands in {here.cell.ref} already"
            remedy = "remove one of them, or name them differently"
            self.doubts.doubt("same-task-twice", draft.sheet, draft.cell, told, remedy)
        elif elsewhere:
            self._merge(_alike(elsewhere, category), draft)
            return
        found.setdefault(place, []).append(draft)
        known.setdefault(draft.sheet, {}).setdefault(category, draft)

    def _spread(
        self, draft: Draft, periods: Iterable[Period], firsts: Mapping[_Place, _Firsts]
    ) -> bool:
        """What a list without a period says holds for its task in every period that has it.

        Returns:
            Whether one has.
        """
        there = [firsts[period, draft.key] for period in periods if (period, draft.key) in firsts]
        for known in there:
            self._merge(_alike(list(known.values()), normal(draft.category or "")), draft)
        return bool(there)

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


def _alike(sheets: Sequence[Mapping[str, Draft]], category: str) -> Draft:
    """The task of this category, or else the first."""
    found = next((drafts for drafts in sheets if category in drafts), None)
    return found[category] if found else next(iter(sheets[0].values()))
