"""What is due in a period: day by day, and how much of it each person has on which day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from odoo_seed.core.loads import Entry, Load, loads_of
from odoo_seed.core.periods import parse_period, period_of
from odoo_seed.core.working_days import WorkingDays

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from odoo_seed.core.model import Instance, Milestone, Project, SeedAndPolicy, Task
    from odoo_seed.core.periods import Period
    from odoo_seed.core.policy import Workload

_MOST_PARENTS = 3
"""So many are named."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records of a period are meant; an empty collection means all.

    Attributes:
        people: E-mail addresses in small letters; only their tasks, and no milestone.
        by_deadline: Everything with a deadline in the period, whatever period it is about.
    """

    companies: Collection[str] = ()
    people: Collection[str] = ()
    projects: Collection[str] = ()
    by_deadline: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """The schedule of a period.

    Attributes:
        limit: Hours a day; more is an overload.
        entries: By day and time; in the order of the YAML where these are equal.
        by_deadline: Whether it holds what is due in the period, whatever period it is about.
        loads: By person and day. The work without a person is under an empty address, last.
    """

    period: Period
    time_zone: str
    limit: float
    entries: Sequence[Entry]
    loads: Mapping[str, Mapping[date, Load]]
    by_deadline: bool = False

    def days(self) -> dict[date, list[Entry]]:
        """What is due, by day."""
        found: dict[date, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.day is not None:
                found[entry.day].append(entry)
        return dict(found)

    @property
    def undated(self) -> list[Entry]:
        """Tasks of the period without a deadline."""
        return [entry for entry in self.entries if entry.day is None]

    def is_overload(self, person: str, load: Load) -> bool:
        """Whether it is more than one person does in a day; what is nobody's is no one's day."""
        return bool(person) and load.hours > self.limit + 1e-9

    def overloads(self) -> int:
        """How many days of a person are too full."""
        return sum(
            self.is_overload(person, load)
            for person, days in self.loads.items()
            for load in days.values()
        )


def make_agenda(content: SeedAndPolicy, period: Period, choice: Choice, limit: float) -> Agenda:
    """Find what is due in a period.

    A record belongs to the period of the template instance it comes from, otherwise to the month
    of its deadline. What is archived or not synced is left out.

    Args:
        limit: Hours a day; more is an overload.
    """
    policy = content.policy
    found = list(_entries(content, choice))
    chosen = [entry for entry, whose in found if _is_meant(entry, whose, period, choice)]
    order = {id(entry): index for index, entry in enumerate(chosen)}
    chosen.sort(key=lambda entry: (entry.day or date.max, entry.time, order[id(entry)]))
    loads = loads_of((entry for entry, _ in found), order, limit)
    if choice.people:
        loads = {person: days for person, days in loads.items() if person in choice.people}
    return Agenda(period, policy.time_zone, limit, chosen, loads, choice.by_deadline)


def _entries(content: SeedAndPolicy, choice: Choice) -> Iterator[tuple[Entry, Period | None]]:
    """Every task and milestone that Odoo is to hold, each with the period it belongs to."""
    seed, workload, freeze = content.seed, content.policy.workload, content.policy.freeze
    days = {named.name: WorkingDays(named.calendar) for named in content.calendars}
    usual = WorkingDays(freeze.calendar)
    projects = {
        project.external_ref: project
        for project in seed.projects
        if project.is_active and project.sync_enabled
    }
    tasks = {task.external_ref: task for task in seed.tasks}
    parents = {task.parent_external_ref for task in seed.tasks if task.is_active}
    for milestone in seed.milestones:
        if home := projects.get(milestone.project_external_ref):
            entry = _milestone(milestone, home)
            yield entry, _period_of(entry.day, None if choice.by_deadline else home.instance)
    for task in seed.tasks:
        home = projects.get(task.project_external_ref)
        if home is not None and task.is_active:
            counted = days.get(task.due.calendar if task.due else "", usual)
            is_parent = task.external_ref in parents
            entry = _task(task, home, tasks, workload, counted, is_parent=is_parent)
            yield entry, _period_of(entry.day, None if choice.by_deadline else task.instance)


def _milestone(milestone: Milestone, project: Project) -> Entry:
    names = (milestone.name,)
    return Entry("milestone", milestone.external_ref, names, project, milestone.deadline)


def _task(
    task: Task,
    project: Project,
    tasks: Mapping[str, Task],
    workload: Workload,
    days: WorkingDays,
    *,
    is_parent: bool,
) -> Entry:
    day, _, time = (task.deadline or "").partition("T")
    hours = task.planned_hours
    if hours is None:  # the work of a task with subtasks is in these
        hours = 0.0 if is_parent else workload.hours_without_estimate
    return Entry(
        "task",
        task.external_ref,
        _names(task, tasks),
        project,
        date.fromisoformat(day) if day else None,
        time,
        tuple(email.lower() for email in task.assignee_emails or ()),  # one login for Odoo
        hours,
        task.planned_hours is not None,
        days,
    )


def _names(task: Task, tasks: Mapping[str, Task]) -> tuple[str, ...]:
    names: tuple[str, ...] = (task.name,)
    while (parent := tasks.get(task.parent_external_ref or "")) and len(names) <= _MOST_PARENTS:
        names = (parent.name, *names)
        task = parent
    return names


def _period_of(day: date | None, instance: Instance | None) -> Period | None:
    if instance is not None:
        return parse_period(instance.period)
    return None if day is None else period_of(day, "month")


def _is_meant(entry: Entry, whose: Period | None, period: Period, choice: Choice) -> bool:
    return (
        whose is not None
        and period.first_day <= whose.first_day
        and whose.last_day <= period.last_day
        and (not choice.companies or entry.project.company_name in choice.companies)
        and (not choice.projects or entry.project.external_ref in choice.projects)
        and (not choice.people or not set(choice.people).isdisjoint(entry.people))
    )
