"""The tasks of one instance, before days and people are known: their codes and steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.draft_days import Day
    from odoo_seed.core.filling import Filling, Values
    from odoo_seed.core.periods import Period
    from odoo_seed.core.schedules import Company


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
        step_of: The task that it is a step of; None for a task.
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
    step_of: Draft | None = None
    day: Day | None = None

    @property
    def whole(self) -> Draft:
        """The task itself, or the one that it is a step of."""
        return self.step_of or self

    @property
    def last(self) -> Draft:
        """What others wait for: the last step, when steps stand in its place."""
        return self.steps[-1] if self.replaced and self.steps else self


class Drafts:
    """All drafts of one instance, in the order of the template.

    Attributes:
        left_out: Codes of tasks that the template has, but not in this period or company.
    """

    def __init__(self, filling: Filling, period: Period, company: Company, values: Values) -> None:
        self.filling = filling
        self.kit = filling.kit
        self.period = period
        self.company = company
        self.values = values
        self.all: list[Draft] = []
        self.by_code: dict[str, Draft] = {}
        self.left_out: set[str] = set()
        self._without_steps: set[str] = set()

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
            self._leave_out(place, code, values)
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

    def _leave_out(self, place: Entry, code: str, values: Values) -> None:
        """Note a task that is not made here, with its subtasks."""
        self.left_out.add(code)
        for below in place.entries("tasks"):
            if below_code := self.filling.text(below, "code", values):
                self._leave_out(below, below_code, values)

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
            self._without_steps.add(draft.code)
            if self.kit.excuses(name):
                return
            known = f"known: {', '.join(sorted(self.kit.steps)) or 'none yet'}"
            remedy = self.kit.nearest.suggestion(name, self.kit.steps, known)
            found = f"there are no steps {quoted(name)}"
            self.filling.note(draft.place, "unknown-steps", found, remedy, "steps")
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
                step_of=draft,
            )
            if self._listed(made):
                draft.steps.append(made)
        draft.replaced = not subtasks and bool(draft.steps)
        counting = any(step.get("working_days") for step in steps.entries("steps"))
        if counting and draft.place.lacks("due"):
            found = f"the steps {quoted(name)} count from the day the task is due, but it has none"
            self.filling.note(draft.place, "no-due", found, "add due to the task", "steps")

    def excuses(self, code: str) -> bool:
        """Whether a task that is not there was left out, or is a step of one, or of none."""
        apart = self.left_out | self._without_steps
        return code in self.left_out or any(code.startswith(f"{task}_") for task in apart)
