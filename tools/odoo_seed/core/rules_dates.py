"""Dates: in order, and inside their project. A deadline's day is its first ten characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from odoo_seed.core.findings import Findings
    from odoo_seed.core.model import Milestone, Project, Record, Task


_YEARS = range(1900, 9999)
"""Odoo writes years before 1000 in a form that it cannot read back, and in some time zones a day
of 9999 ends in the year 10000, which nothing here or there can hold. Nobody plans before 1900."""


def check_dates(findings: Findings) -> None:
    """Project dates, deadlines of tasks and milestones, deadlines along dependencies."""
    for project in findings.seed.projects:
        _check_year(findings, project, "date_start", project.date_start)
        _check_year(findings, project, "date_end", project.date_end)
        _check_project(findings, project)
    for milestone in findings.seed.milestones:
        if milestone.deadline is not None:
            _check_year(findings, milestone, "deadline", milestone.deadline)
            _check_inside(findings, milestone, milestone.deadline.isoformat())
    for task in findings.seed.tasks:
        if task.deadline is not None:
            _check_year(findings, task, "deadline", task.deadline)
            _check_inside(findings, task, task.deadline[:10])
            _check_dependencies(findings, task, task.deadline)


def _check_year(findings: Findings, record: Record, field: str, day: date | str | None) -> None:
    if day is not None and int(str(day)[:4]) not in _YEARS:
        found = f"the year of {str(day)[:10]} is out of range"
        remedy = f"write a year from {_YEARS.start} to {_YEARS.stop - 1}"
        findings.add(record, (field,), "year-out-of-range", found, remedy)


def _check_project(findings: Findings, project: Project) -> None:
    start, end = project.date_start, project.date_end
    if start is not None and end is not None:
        if end < start:
            found = f"the project ends on {end}, before it starts on {start}"
            remedy = "put date_start and date_end in order"
            findings.add(project, ("date_end",), "dates-out-of-order", found, remedy)
    elif start is not None or end is not None:
        given, missing = ("date_start", "date_end") if start else ("date_end", "date_start")
        found = f"the project has a {given} and no {missing}"
        remedy = f"add {missing}: Odoo keeps a project's dates only as a pair"
        code, field = "half-dates", (given,)
        if findings.is_silent(project, missing):
            findings.add(project, field, code, found, remedy, key=True)


def _check_inside(findings: Findings, record: Milestone | Task, day: str) -> None:
    project = findings.projects.get(record.project_external_ref)
    if project is None:
        return
    start = project.date_start.isoformat() if project.date_start else day
    end = project.date_end.isoformat() if project.date_end else day
    if start > end:
        return  # reported with the project
    if not start <= day <= end:
        side = f"before the project's start {start}" if day < start else f"after its end {end}"
        found = f"the deadline {day} is {side}"
        if day > end:
            found = f"the deadline {day} is after the project's end {end}"
        remedy = "move the deadline, or the project's dates"
        findings.add(record, ("deadline",), "deadline-outside-project", found, remedy)


def _check_dependencies(findings: Findings, task: Task, deadline: str) -> None:
    for index, ref in enumerate(task.depends_on_refs or ()):
        other = findings.tasks.get(ref)
        if other is None or other.deadline is None or not _later(other.deadline, deadline):
            continue
        found = f"{ref} is due {_spoken(other.deadline)}, after {_spoken(deadline)} of this task"
        remedy = "a task is due after what it depends on; check both deadlines"
        field = ("depends_on_refs", index)
        findings.add(task, field, "deadline-order", found, remedy, severity="warning")


def _later(one: str, other: str) -> bool:
    """Whether `one` is surely later: a bare date is any time of its day."""
    length = min(len(one), len(other))
    return one[:length] > other[:length]


def _spoken(deadline: str) -> str:
    return deadline.replace("T", " ")
