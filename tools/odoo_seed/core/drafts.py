"""The tasks of one instance, before people are known: their codes, steps and days."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from odoo_seed.core.due_rules import ANCHORS, BadDueError, counted, read_due
from odoo_seed.core.quoting import quoted
from odoo_seed.core.working_days import NoWorkingDayError

if TYPE_CHECKING:
    from datetime import date

    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.due_rules import DueRule
    from odoo_seed.core.filling import Filling, Values
    from odoo_seed.core.model import Due
    from odoo_seed.core.periods import Period
    from odoo_seed.core.schedules import Company


MAX_CHAIN = 50
"""Of tasks that count from each other; more would fill memory with their counts."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, the count that gave it, and a time (``HH:MM``) if one is named."""

    day: date
    due: Due
    time: str | None = None


@dataclass(slots=True, eq=False)
class Draft:
    """A task that a template makes, or one of its steps.

    Attributes:
        code: With its parameters filled in; with the project's ref before it, the task's ref.
        place: The task in the template; of a step, the task that it is a step of.
        step: The step in its list; None for a task.
        values: What parameters mean here.
        parent: The task it is a subtask of.
        steps: Its own steps, in order.
        replaced: Whether its steps stand in its place.
        before: The step before.
        day: When it is due, once known; None when it is due on no day.
    """

    code: str
    name: str
    place: Entry
    period: Period
    values: Values
    parent: Draft | None = None
    step: Entry | None = None
    steps: list[Draft] = field(default_factory=list)
    replaced: bool = False
    before: Draft | None = None
    day: Day | None = None

    @property
    def last(self) -> Draft:
        """What others wait for: the last step, when steps stand in its place."""
        return self.steps[-1] if self.replaced and self.steps else self


class Drafts:
    """All drafts of one instance, in the order of the template.

    Attributes:
        left_out: Codes of tasks that the template has, but not in this period or company.
    """

    def __init__(
        self, filling: Filling, period: Period, company: Company, values: Values, calendar: str
    ) -> None:
        self.filling = filling
        self.kit = filling.kit
        self.period = period
        self.company = company
        self.values = values
        self.calendar = calendar
        self.all: list[Draft] = []
        self.by_code: dict[str, Draft] = {}
        self.left_out: set[str] = set()
        self._without_steps: set[str] = set()
        self._under_way: list[Draft] = []
        self._settled: set[Draft] = set()

    def add(self, holder: Entry, parent: Draft | None = None) -> None:
        """Add the tasks under a template or a task, with their steps and subtasks."""
        for place in holder.entries("tasks"):
            around = parent.period if parent else self.period
            for period in around.parts(place.get("each") or around.every):
                values = self.values
                if period is not self.period:
                    values = self.values | period.parameters()
                self._add(place, period, values, parent)

    def _add(self, place: Entry, period: Period, values: Values, parent: Draft | None) -> None:
        code = self.filling.text(place, "code", values)
        if not code:
            return
        if not self._wanted(place.below("only"), period):
            self.left_out.add(code)
            return
        name = self.filling.text(place, "name", values)
        draft = Draft(code, name, place, period, values, parent)
        if not self._listed(draft):
            return
        if place.get("steps") is not None:
            self._add_steps(draft)
        if draft.replaced and place.get("tasks"):
            found = "steps of kind tasks stand in the place of a task that has subtasks"
            remedy = "use steps of kind subtasks, or move the subtasks out"
            self.filling.note(place, "steps-and-subtasks", found, remedy, "tasks", key=True)
            return
        self.add(place, draft)

    def _listed(self, draft: Draft) -> bool:
        other = self.by_code.setdefault(draft.code, draft)
        if other is not draft:
            found = (
                f"two tasks have the code {quoted(draft.code)}; the other is in {other.place.where}"
            )
            remedy = "give each task a code of its own"
            if draft.place.get("each") and other.place.pointer == draft.place.pointer:
                remedy = "put {period} or {month} into the code: there is one task for each"
            self.filling.note(draft.place, "duplicate-code", found, remedy, "code")
            return False
        self.all.append(draft)
        return True

    def _wanted(self, only: Entry | None, period: Period) -> bool:
        if only is None:
            return True
        month = period.last_month
        given = {
            "months": month,
            "months_of_quarter": (month - 1) % 3 + 1,
            "quarters": period.quarter,
            "companies": self.company.code,
        }
        return all(only.get(key) is None or value in only.get(key) for key, value in given.items())

    def _add_steps(self, draft: Draft) -> None:
        name = draft.place.text("steps")
        steps = self.kit.steps.get(name)
        if steps is None:
            known = f"known: {', '.join(sorted(self.kit.steps)) or 'none yet'}"
            remedy = self.kit.nearest.suggestion(name, self.kit.steps, known)
            found = f"there are no steps {quoted(name)}"
            self.filling.note(draft.place, "unknown-steps", found, remedy, "steps")
            self._without_steps.add(draft.code)
            return
        subtasks = steps.get("kind", "subtasks") == "subtasks"
        values = draft.values | {"task": draft.name}
        for step in steps.entries("steps"):
            code = step.text("code")
            if not code:
                continue
            made = Draft(
                f"{draft.code}_{code}",
                self.filling.text(step, "name", values),
                draft.place,
                draft.period,
                values,
                draft if subtasks else draft.parent,
                step,
                before=draft.steps[-1] if draft.steps else None,
            )
            if self._listed(made):
                draft.steps.append(made)
        draft.replaced = not subtasks and bool(draft.steps)

    def excuses(self, code: str) -> bool:
        """Whether a task that is not there was left out, or is a step of steps with a fault."""
        steps = (code.startswith(f"{task}_") for task in self._without_steps)
        return code in self.left_out or any(steps)

    # Days

    def settle(self) -> None:
        """Find the day of every draft."""
        for draft in self.all:
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
            due = counted(rule, period, self.calendar)
            return Day(self.kit.working_days(self.calendar).day_of(due), due, rule.time)
        except BadDueError as error:
            self.filling.note(place, "bad-due", error.found, error.remedy, *error.field)
        except NoWorkingDayError:
            self._no_working_day(place)
        except (ValueError, OverflowError):
            found = "the day is in no year that can be planned"
            self.filling.note(place, "year-out-of-range", found, "name an earlier day or period")
        return None

    def _on_task(self, rule: DueRule, place: Entry, values: Values) -> Day | None:
        code = self.filling.text(place, "anchor", values)
        if not code:
            return None
        other = self.by_code.get(code)
        if other is None:
            self._unknown_anchor(code, place)
            return None
        if other.step is not None:
            other_task = self.by_code.get(other.code.removesuffix("_" + other.step.text("code")))
        else:
            other_task = other
        if other_task in self._under_way:
            way = [draft.code for draft in self._under_way[self._under_way.index(other_task) :]]
            found = f"the days count from each other: {' → '.join([*way, way[0]])}"
            remedy = "count one of them from the period"
            self.filling.note(place, "anchor-cycle", found, remedy, "anchor")
            return None
        if len(self._under_way) > MAX_CHAIN:
            self._too_long(place)
            return None
        if other_task is not None:
            self._settle(other_task)
        if other.day is None:
            if (other_task or other).place.lacks("due"):
                found = f"the anchor {quoted(code)} is a task that is due on no day"
                self.filling.note(place, "no-anchor-day", found, "give that task a due", "anchor")
            return None
        if len(other.day.due.working_days) > MAX_CHAIN:
            self._too_long(place)
            return None
        stepped = self._stepped(other.day, rule.working_days, place)
        return replace(stepped, time=rule.time) if stepped else None

    def _too_long(self, place: Entry) -> None:
        found = f"more than {MAX_CHAIN} tasks count from each other"
        remedy = "count some of them from the period"
        self.filling.note(place, "anchor-chain", found, remedy, "anchor")

    def _unknown_anchor(self, code: str, place: Entry) -> None:
        if code in self.left_out:
            found = f"the anchor {quoted(code)} is a task that is not made here"
            remedy = "count from the period, or give both the same `only`"
        elif self.excuses(code):
            return
        else:
            found = f"there is no anchor {quoted(code)}"
            known = (*ANCHORS, *self.by_code)
            otherwise = f"write {', '.join(ANCHORS)} or the code of a task"
            remedy = self.kit.nearest.suggestion(code, known, otherwise)
        self.filling.note(place, "unknown-anchor", found, remedy, "anchor")

    def _stepped(self, day: Day, number: int, place: Entry) -> Day | None:
        """Count on from a day; the time of the day does not go along."""
        if not number:
            return replace(day, time=None)
        try:
            counted = self.kit.working_days(self.calendar).step(day.day, number)
        except NoWorkingDayError:
            self._no_working_day(place)
            return None
        due = replace(day.due, working_days=(*day.due.working_days, number))
        return Day(counted, due)

    def _no_working_day(self, place: Entry) -> None:
        found = "no working day is found from here within a year"
        remedy = "look at the calendar's weekend and add"
        self.filling.note(place, "no-working-day", found, remedy)
