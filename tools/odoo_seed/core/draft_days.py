"""The day of each task of one instance, and how it was counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_seed.core.due_rules import ANCHORS, BadDueError, counted, read_due
from odoo_seed.core.quoting import quoted
from odoo_seed.core.working_days import NoWorkingDayError

if TYPE_CHECKING:
    from datetime import date

    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.drafts import Draft, Drafts
    from odoo_seed.core.due_rules import DueRule
    from odoo_seed.core.filling import Values
    from odoo_seed.core.model import Due
    from odoo_seed.core.periods import Period

MAX_CHAIN = 50
"""Of tasks that count from each other; more would fill memory with their counts."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, the count that gave it, and a time (``HH:MM``) if one is named."""

    day: date
    due: Due
    time: str | None = None


class Days:
    """Finds the days of the drafts of one instance, in the calendar of its template."""

    def __init__(self, drafts: Drafts, calendar: str) -> None:
        self._drafts = drafts
        self._filling = drafts.filling
        self._calendar = calendar
        self._counting = drafts.kit.working_days(calendar)
        self._under_way: list[Draft] = []
        self._settled: set[Draft] = set()

    def settle(self) -> None:
        """Find the day of every draft."""
        for draft in self._drafts.all:
            if draft.step is None:
                self._settle(draft)

    def _settle(self, draft: Draft) -> None:
        """Find the day of a task and of its steps; the task is due with its last one."""
        if draft in self._settled:
            return
        self._settled.add(draft)
        self._under_way.append(draft)
        place = draft.place.below("due")
        own = self.day(place, draft.period, draft.values) if place else None
        self._under_way.pop()
        draft.day = own
        for step in draft.steps:
            number = int(step.step.get("working_days") or 0) if step.step else 0
            step.day = self._stepped(own, number, draft.place) if own else None
            if step.day and draft.day and step.day.day > draft.day.day:
                draft.day = step.day

    def day(self, place: Entry, period: Period, values: Values) -> Day | None:
        """Return the day of a `due`; None when it has faults, which are noted."""
        try:
            rule = read_due(place)
            if rule is None:
                return None
            if rule.on_task:
                return self._on_task(rule, place, values)
            due = counted(rule, period, self._calendar)
            return Day(self._counting.day_of(due), due, rule.time)
        except BadDueError as error:
            self._filling.note(place, "bad-due", error.found, error.remedy, *error.field)
        except NoWorkingDayError:
            self._no_working_day(place)
        except (ValueError, OverflowError):
            found = "the day is in no year that can be planned"
            self._filling.note(place, "year-out-of-range", found, "name an earlier day or period")
        return None

    def _on_task(self, rule: DueRule, place: Entry, values: Values) -> Day | None:
        code = self._filling.text(place, "anchor", values)
        if not code:
            return None
        other = self._drafts.by_code.get(code)
        if other is None:
            self._unknown_anchor(code, place)
            return None
        other_task = other.whole
        if other_task in self._under_way:
            way = [draft.code for draft in self._under_way[self._under_way.index(other_task) :]]
            found = f"the days count from each other: {' → '.join([*way, way[0]])}"
            remedy = "count one of them from the period"
            self._filling.note(place, "anchor-cycle", found, remedy, "anchor")
            return None
        if len(self._under_way) > MAX_CHAIN:
            self._too_long(place)
            return None
        self._settle(other_task)
        if other.day is None:
            if other.place.lacks("due"):
                found = f"the anchor {quoted(code)} is a task that is due on no day"
                self._filling.note(place, "no-anchor-day", found, "give that task a due", "anchor")
            return None
        if len(other.day.due.working_days) > MAX_CHAIN:
            self._too_long(place)
            return None
        stepped = self._stepped(other.day, rule.working_days, place)
        return replace(stepped, time=rule.time) if stepped else None

    def _too_long(self, place: Entry) -> None:
        found = f"more than {MAX_CHAIN} tasks count from each other"
        remedy = "count some of them from the period"
        self._filling.note(place, "anchor-chain", found, remedy, "anchor")

    def _unknown_anchor(self, code: str, place: Entry) -> None:
        if code in self._drafts.left_out:
            found = f"the anchor {quoted(code)} is a task that is not made here"
            remedy = "count from the period, or give both the same `only`"
        elif self._drafts.excuses(code):
            return
        else:
            found = f"there is no anchor {quoted(code)}"
            known = (*ANCHORS, *self._drafts.by_code)
            otherwise = f"write {', '.join(ANCHORS)} or the code of a task"
            remedy = self._filling.kit.nearest.suggestion(code, known, otherwise)
        self._filling.note(place, "unknown-anchor", found, remedy, "anchor")

    def _stepped(self, day: Day, number: int, place: Entry) -> Day | None:
        """Count on from a day; the time of the day does not go along."""
        if not number:
            return replace(day, time=None)
        try:
            counted = self._counting.step(day.day, number)
        except NoWorkingDayError:
            self._no_working_day(place)
            return None
        due = replace(day.due, working_days=(*day.due.working_days, number))
        return Day(counted, due)

    def _no_working_day(self, place: Entry) -> None:
        found = "no working day is found from here within a year"
        remedy = "look at the calendar's weekend and add"
        self._filling.note(place, "no-working-day", found, remedy)
