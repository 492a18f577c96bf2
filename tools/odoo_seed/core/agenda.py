"""What is due in a period: day by day, and how much of it each person has on which day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from odoo_seed.core.loads import Entry, Load, loads_of
from odoo_seed.core.periods import period_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from odoo_seed.core.calendar import Calendar
    from odoo_seed.core.model import Milestone, Project, Seed, Task
    from odoo_seed.core.periods import Period
    from odoo_seed.core.policy import Workload

_MOST_PARENTS = 3
"""So many are named."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records of a period are meant; an empty collection means all.

    Attributes:
        people: E-mail addresses; only their tasks, and no milestone.
    """

    companies: Collection[str] = ()
    people: Collection[str] = ()
    projects: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """The schedule of a period.

    Attributes:
        limit: Hours a day; more is an overload.
        entries: By day and time; in the order of the YAML where these are equal.
        loads: By person and day. The work without a person is under an empty address, last.
    """

    period: Period
    time_zone: str
    limit: float
    entries: Sequence[Entry]
    loads: Mapping[str, Mapping[date, Load]]

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


def make_agenda(
    seed: Seed, period: Period, choice: Choice, workload: Workload, calendar: Calendar, zone: str
) -> Agenda:
    """Find what is due in a period.

    A record belongs to the period of the template instance it comes from, otherwise to the month
    of its deadline. What is archived or not synced is left out.

    Args:
        calendar: The days on which people work: a task of more hours than the limit takes as
            many of them, up to its deadline, as it needs.
        zone: IANA name, in which the times of deadlines are meant.
    """
    found = list(_entries(seed, workload))
    chosen = [entry for entry, whose in found if _is_meant(entry, whose, period, choice)]
    order = {id(entry): index for index, entry in enumerate(chosen)}
    chosen.sort(key=lambda entry: (entry.day or date.max, entry.time, order[id(entry)]))
    loads = loads_of((entry for entry, _ in found), order, workload.max_hours_per_day, calendar)
    if choice.people:
        loads = {person: days for person, days in loads.items() if person in choice.people}
    return Agenda(period, zone, workload.max_hours_per_day, chosen, loads)


def _entries(seed: Seed, workload: Workload) -> Iterator[tuple[Entry, Period | None]]:
    """Every task and milestone that Odoo is to hold, each with the period it belongs to."""
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
            yield entry, _period_of(entry.day)
    for task in seed.tasks:
        home = projects.get(task.project_external_ref)
        if home is not None and task.is_active:
            entry = _task(task, home, tasks, workload, is_parent=task.external_ref in parents)
            yield entry, _period_of(entry.day)


def _milestone(milestone: Milestone, project: Project) -> Entry:
    names = (milestone.name,)
    return Entry("milestone", milestone.external_ref, names, project, milestone.deadline)


def _task(
    task: Task,
    project: Project,
    tasks: Mapping[str, Task],
    workload: Workload,
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
        task.assignee_emails or (),
        hours,
        task.planned_hours is not None,
    )


def _names(task: Task, tasks: Mapping[str, Task]) -> tuple[str, ...]:
    names: tuple[str, ...] = (task.name,)
    while (parent := tasks.get(task.parent_external_ref or "")) and len(names) <= _MOST_PARENTS:
        names = (parent.name, *names)
        task = parent
    return names


def _period_of(day: date | None) -> Period | None:
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
