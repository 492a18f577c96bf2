"""The records that schedules make, and what is otherwise in single ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from odoo_seed.core.instances import InstanceMaker
from odoo_seed.core.kit import TooMuchError
from odoo_seed.core.model import Milestone, Override, Project, Source, Task
from odoo_seed.core.records import read_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.kit import Kit
    from odoo_seed.core.model import Instance, Seed
    from odoo_seed.core.policy import Policy
    from odoo_seed.core.schedules import Schedule


class Made:
    """What all schedules made.

    Attributes:
        policy: With the calendar that its freeze names.
    """

    def __init__(self, kit: Kit, policy: Policy, overrides: Sequence[Entry]) -> None:
        self.kit = kit
        self.policy = policy
        self.overrides = overrides
        self.projects: list[Project] = []
        self.milestones: list[Milestone] = []
        self.tasks: list[Task] = []
        self._instances: dict[str, Instance] = {}

    @property
    def complete(self) -> bool:
        """Whether everything is there that the YAML means."""
        problems = self.kit.gathering.problems
        return not self.kit.guessed and all(one.severity != "error" for one in problems)

    def make(self, schedules: Sequence[Schedule], templates: Mapping[str, Entry]) -> None:
        """Make every instance of every schedule."""
        for schedule in schedules:
            template = templates[schedule.entry.text("template")]
            try:
                for period, company, instance in schedule.instances():
                    self._add(
                        InstanceMaker(template, period, company, instance, self.kit), schedule
                    )
            except TooMuchError:
                found = "the texts of all instances together are too long"
                remedy = "name fewer periods, or write shorter descriptions"
                self.kit.gathering.add(schedule.entry.problem("too-much-text", found, remedy))
                return

    def _add(self, maker: InstanceMaker, schedule: Schedule) -> None:
        instance = maker.instance
        other = self._instances.setdefault(maker.ref, instance) if maker.ref else instance
        if other is not instance:
            self._twice(maker, other, schedule)
        elif (made := maker.make()) is not None:
            self.projects.append(made[0])
            self.milestones.extend(made[1])
            self.tasks.extend(made[2])

    def _twice(self, maker: InstanceMaker, other: Instance, schedule: Schedule) -> None:
        """Note a ref that two instances have, or an instance that two schedules have."""
        if str(maker.instance) == str(other):
            found = "another schedule makes the same"
            remedy = "schedules of one template must not overlap in period and company"
            maker.filling.note(schedule.entry, "duplicate-instance", found, remedy, "from")
        elif maker.place is not None:
            found = f"{maker.ref} is the ref of {other} already"
            remedy = "put {period} and {company} into the ref"
            maker.filling.note(maker.place, "duplicate-instance", found, remedy, "external_ref")

    def with_overrides(self, seed: Seed) -> list[Task]:
        """Return the tasks with what is otherwise in them; `seed` is what the YAML spells out."""
        if not self.overrides:
            return self.tasks
        index = {task.external_ref: number for number, task in enumerate(self.tasks)}
        tasks = list(self.tasks)
        given: dict[str, Entry] = {}
        complete = self.complete
        explicit = {task.external_ref: task for task in seed.tasks}
        for entry in self.overrides:
            ref = entry.text("external_ref")
            if not ref:
                continue
            other = given.setdefault(ref, entry)
            if other is not entry:
                found = f"{ref} is changed in {other.where} already"
                remedy = "write all that differs in one entry"
                problem = entry.problem("duplicate-override", found, remedy, "external_ref")
                self.kit.gathering.add(problem)
            elif ref in index:
                tasks[index[ref]] = _changed(tasks[index[ref]], entry)
            elif complete and not self.kit.excuses(ref):
                self._unknown(entry, explicit, index)
        return tasks

    def _unknown(
        self, entry: Entry, explicit: Mapping[str, Task], known: Mapping[str, int]
    ) -> None:
        ref = entry.text("external_ref")
        task = explicit.get(ref)
        if task is not None:
            found = f"no template makes {ref}: it stands in {task.source}"
            remedy = "change it there"
        elif ref in self._instances:
            found = f"{ref} is a project: only tasks can be changed here"
            remedy = "change the template's project, for all its periods"
        else:
            found = f"no template makes a task {ref}"
            otherwise = "name a task that a schedule makes, or remove the entry"
            remedy = self.kit.nearest.suggestion(ref, known, otherwise)
        self.kit.gathering.add(entry.problem("unknown-override", found, remedy, "external_ref"))


_SAME = {"assignee_email": "assignee_emails"}


def _changed(task: Task, entry: Entry) -> Task:
    given = read_task(entry.item, "", None, Source("", 1))
    keys = frozenset(entry.item) - {"external_ref"}
    changes = {_SAME.get(key, key): getattr(given, _SAME.get(key, key)) for key in keys}
    item = entry.item
    told = keys | {_SAME.get(key, key) for key in keys}
    override = Override(entry.document.path, item.line, item.column, entry.pointer, frozenset(told))
    if "deadline" in keys:
        changes["due"] = None
    source = replace(task.source, override=override) if task.source else None
    return replace(task, **changes, source=source)
