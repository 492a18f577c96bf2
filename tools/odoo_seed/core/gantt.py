"""A Gantt chart as data: rows, their bars, and an axis of real dates."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.words import person

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from odoo_seed.core.model import Milestone, Project, Seed, Task

Look = Literal["project", "group", "task", "done", "milestone"]
Unit = Literal["day", "week", "month", "year"]

HOURS_A_DAY = 8
MOST_UNITS = 400
"""Columns of the axis; a longer time is drawn in larger units."""

_LONGEST_BAR = 260  # working days: a year
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class GanttRow:
    """One record.

    Attributes:
        level: 0 for projects, 1 for what is in them, more for subtasks.
        people: Who does it, by the first part of their e-mails.
        first: First day of the bar; None without a deadline.
        last: Last day, included.
    """

    external_ref: str
    name: str
    look: Look
    level: int
    stage: str = ""
    people: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Gantt:
    """A chart.

    Attributes:
        axis: The first day of each column.
    """

    rows: tuple[GanttRow, ...]
    unit: Unit
    axis: tuple[date, ...]

    def bar(self, row: GanttRow) -> tuple[int, int] | None:
        """The first and last column (from 0) of a row's bar; None when it has none."""
        if row.first is None or row.last is None:
            return None
        return self._column(row.first), self._column(row.last)

    def _column(self, day: date) -> int:
        return bisect_right(self.axis, day) - 1


def gantt_of(seed: Seed) -> Gantt:
    """Return the chart of a seed: each project with its milestones and its tree of tasks."""
    milestones: defaultdict[str, list[Milestone]] = defaultdict(list)
    for milestone in seed.milestones:
        milestones[milestone.project_external_ref].append(milestone)
    tasks: defaultdict[str, list[Task]] = defaultdict(list)
    for task in seed.tasks:
        tasks[task.project_external_ref].append(task)
    rows: list[GanttRow] = []
    for project in seed.projects:
        ref = project.external_ref
        inner = [*_milestones(milestones[ref]), *_tree(project, tasks[ref])]
        rows += [_over(_project(project), inner), *inner]
    days = [day for row in rows for day in (row.first, row.last) if day is not None]
    return Gantt(tuple(rows), *_axis(days))


def _project(project: Project) -> GanttRow:
    person_there = person(project.manager_email) if project.manager_email else ""
    start, end = project.date_start, project.date_end
    row = GanttRow(project.external_ref, project.name, "project", 0, people=person_there)
    if start is None or end is None or end < start:
        return row
    return replace(row, first=start, last=end)


def _milestones(milestones: Iterable[Milestone]) -> Iterator[GanttRow]:
    for one in milestones:
        yield GanttRow(
            one.external_ref, one.name, "milestone", 1, first=one.deadline, last=one.deadline
        )


def _tree(project: Project, tasks: Sequence[Task]) -> list[GanttRow]:
    """The tasks with their subtasks below them, in the order of the files."""
    folded = {stage.name for stage in project.stages or () if stage.fold}
    children: defaultdict[str | None, list[Task]] = defaultdict(list)
    refs = {task.external_ref for task in tasks}
    for task in tasks:
        parent = task.parent_external_ref
        children[parent if parent in refs else None].append(task)
    rows: list[GanttRow] = []
    waiting = [(task, 1) for task in reversed(children[None])]
    while waiting:
        task, level = waiting.pop()
        rows.append(_task(task, level, folded))
        waiting += [(child, level + 1) for child in reversed(children.get(task.external_ref, []))]
    return _with_groups(rows)


def _with_groups(rows: Sequence[GanttRow]) -> list[GanttRow]:
    """Let a task that has subtasks span them."""
    done: list[GanttRow] = []
    open_below: list[GanttRow] = []  # the subtrees seen so far, from below, the nearest last
    for row in reversed(rows):
        inner: list[GanttRow] = []
        while open_below and open_below[-1].level > row.level:
            inner.append(open_below.pop())
        spanning = _over(row, inner, keep=False) if inner else row
        open_below.append(spanning)
        done.append(spanning)
    return done[::-1]


def _over(row: GanttRow, inner: Iterable[GanttRow], *, keep: bool = True) -> GanttRow:
    """Give a row the time of what is in it; with `keep`, only when it has none of its own."""
    if keep and row.first is not None:
        return row
    parts = [row, *inner]
    return replace(
        row,
        look="group" if row.look == "task" else row.look,
        first=min((one.first for one in parts if one.first is not None), default=None),
        last=max((one.last for one in parts if one.last is not None), default=None),
    )


def _task(task: Task, level: int, folded: Iterable[str]) -> GanttRow:
    last = date.fromisoformat(task.deadline[:10]) if task.deadline else None
    return GanttRow(
        task.external_ref,
        task.name,
        "done" if task.stage_name in folded else "task",
        level,
        task.stage_name,
        ", ".join(map(person, task.assignee_emails or ())),
        None if last is None else _start(last, task.planned_hours or 0),
        last,
    )


def _start(last: date, hours: float) -> date:
    """The day on which work begins that ends on `last`, Saturdays and Sundays left out."""
    days = min(max(ceil(hours / HOURS_A_DAY), 1), _LONGEST_BAR) - 1
    day = last
    while days and day > date(1900, 1, 8):
        day -= timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def _axis(days: Sequence[date]) -> tuple[Unit, tuple[date, ...]]:
    if not days:
        return "day", ()
    first, last = min(days), max(days)
    monday = first - timedelta(days=first.weekday())
    if (last - monday).days < MOST_UNITS:
        return "day", tuple(monday + timedelta(days=n) for n in range((last - monday).days + 1))
    weeks = (last - monday).days // 7 + 1
    if weeks <= MOST_UNITS:
        return "week", tuple(monday + timedelta(weeks=n) for n in range(weeks))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= MOST_UNITS:
        at = first.year * 12 + first.month - 1
        return "month", tuple(date(n // 12, n % 12 + 1, 1) for n in range(at, at + months))
    step = (last.year - first.year) // MOST_UNITS + 1
    return "year", tuple(date(year, 1, 1) for year in range(first.year, last.year + 1, step))
