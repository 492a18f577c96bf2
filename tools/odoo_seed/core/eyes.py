"""Look before archiving: what people did on the records, and whose sight a change takes away.

Asked of Odoo only when a plan would archive something or hide a project, never for a rerun.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.core.guards import is_archival, listed, titled
from odoo_seed.core.plan import GuardTrip
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Change, Plan
    from odoo_seed.core.policy import Guards

_NAMED = 20
"""So many records with people's work a message names; each is named beside its change as well."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to look at in Odoo before a plan is judged.

    Attributes:
        tasks: Ids of the tasks that would be archived.
        projects: Ids of the projects that would be archived.
        hidden: Ids of the projects that would be shown to their followers only.
    """

    tasks: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.tasks or self.projects or self.hidden)


@dataclass(frozen=True, slots=True)
class Work:
    """How much people left on one record; Odoo's own notes and the bot's are not counted."""

    timesheets: int = 0
    attachments: int = 0
    messages: int = 0

    def __str__(self) -> str:
        """Such as ``3 timesheets, 1 attachment, 5 messages``."""
        told = {
            "timesheet": self.timesheets,
            "attachment": self.attachments,
            "message": self.messages,
        }
        return ", ".join(count(number, noun) for noun, number in told.items() if number)


@dataclass(frozen=True, slots=True)
class Inmate:
    """An active task in a project that would be archived.

    Attributes:
        closed: Whether it is done or canceled.
    """

    odoo_id: int
    name: str
    project_id: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Sight:
    """What Odoo answered.

    Attributes:
        work: By kind and Odoo id; records that nobody worked on are left out.
        inmates: All active tasks of the projects that would be archived.
        out_of_sight: Of the question's `hidden`, what we could no longer see.
        not_looked_at: What this Odoo does not have, in words.
        withheld: What it has but does not let us read, with the right that we lack, in words.
    """

    work: Mapping[tuple[Kind, int], Work] = field(default_factory=dict)
    inmates: tuple[Inmate, ...] = ()
    out_of_sight: frozenset[int] = frozenset()
    not_looked_at: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()


def question_of(plan: Plan) -> Question:
    """What must be looked at before this plan is judged; falsy when nothing."""
    archived: defaultdict[Kind, list[int]] = defaultdict(list)
    hidden = []
    for change in plan.changes:
        if change.odoo_id is None:
            continue
        if is_archival(change):
            archived[change.kind].append(change.odoo_id)
        if change.kind == "project" and change.values.get("visibility") == "followers":
            hidden.append(change.odoo_id)
    return Question(tuple(archived["task"]), tuple(archived["project"]), tuple(hidden))


def judged(plan: Plan, sight: Sight, limits: Guards) -> Plan:
    """Return the plan with what was seen: notes on its changes, and the guards that it trips."""
    taken = _taken_along(plan, sight)
    changes = tuple(_noted(change, sight, taken) for change in plan.changes)
    seen = replace(plan, changes=changes, not_looked_at=(*sight.not_looked_at, *sight.withheld))
    trips = (*_work(seen, sight, limits), *_along(seen, taken, limits), *_sight(seen, sight))
    return replace(seen, guards=(*plan.guards, *trips))


def _taken_along(plan: Plan, sight: Sight) -> dict[int, list[Inmate]]:
    """By project id, the tasks that Odoo archives with it though the plan does not name them.

    Archiving a project archives every task in it (project_project.py, write).
    """
    ours = {
        change.odoo_id
        for change in plan.changes
        if change.kind == "task"
        and (is_archival(change) or "project_external_ref" in change.values)
    }
    found: defaultdict[int, list[Inmate]] = defaultdict(list)
    for task in sight.inmates:
        if task.odoo_id not in ours:
            found[task.project_id].append(task)
    return found


def _noted(change: Change, sight: Sight, taken: Mapping[int, list[Inmate]]) -> Change:
    if change.odoo_id is None or not is_archival(change):
        return change
    notes = [change.note] * bool(change.note)
    if work := sight.work.get((change.kind, change.odoo_id)):
        notes.append(f"it carries {work}")
    if change.kind == "project" and (tasks := taken.get(change.odoo_id)):
        notes.append(_along_words(tasks, sight))
    return replace(change, note="; ".join(notes))


def _along_words(tasks: list[Inmate], sight: Sight) -> str:
    still_open = [task for task in tasks if not task.closed]
    names = (
        f"“{plain(task.name, 70)}”{_carrying(sight.work.get(('task', task.odoo_id)))}"
        for task in still_open
    )
    told = f"takes along {count(len(tasks), 'task')} that git does not have"
    return f"{told}, {len(still_open)} of them open: {listed(names)}" if still_open else told


def _carrying(work: Work | None) -> str:
    return f" ({work})" if work else ""


def _work(plan: Plan, sight: Sight, limits: Guards) -> Iterator[GuardTrip]:
    archived = {
        (change.kind, change.odoo_id): titled(change.kind, change.external_ref, change.name)
        for change in plan.changes
        if change.odoo_id is not None and is_archival(change)
    }
    told = [
        f"{title}: {sight.work[mark]}" for mark, title in archived.items() if mark in sight.work
    ]
    # What we may not see may be on every one of them.
    number = len(archived) if sight.withheld else len(told)
    if number > limits.max_archive_with_work:
        words = []
        if told:
            seen = f"People worked on {count(len(told), 'record')} that would be archived: "
            words.append(seen + listed(told, _NAMED, "; "))
        if sight.withheld:
            unseen = f"What people did on {count(len(archived), 'record')} that would be archived "
            words.append(f"{unseen}cannot all be seen: {'; '.join(sight.withheld)}")
        message = f"{'. '.join(words)}; the limit is {limits.max_archive_with_work}."
        yield GuardTrip("archive-with-work", message, "policy.guards.max_archive_with_work")


def _along(plan: Plan, taken: Mapping[int, list[Inmate]], limits: Guards) -> Iterator[GuardTrip]:
    projects = {
        change.odoo_id: change
        for change in plan.changes
        if change.kind == "project" and is_archival(change)
    }
    still_open = {
        odoo_id: [task for task in tasks if not task.closed] for odoo_id, tasks in taken.items()
    }
    number = sum(map(len, still_open.values()))
    if number > limits.max_taken_along:
        told = [
            f"{titled('project', change.external_ref, change.name)} takes along "
            + listed(f"“{plain(task.name, 70)}”" for task in still_open[odoo_id])
            for odoo_id, change in projects.items()
            if odoo_id is not None and still_open.get(odoo_id)
        ]
        message = (
            f"Odoo archives with a project all that is in it, here {count(number, 'open task')}"
        )
        message += f" that git does not have: {listed(told, _NAMED, '; ')}; the limit is "
        message += f"{limits.max_taken_along}."
        yield GuardTrip("taken-along", message, "policy.guards.max_taken_along")


def _sight(plan: Plan, sight: Sight) -> Iterator[GuardTrip]:
    lost = [
        titled("project", change.external_ref, change.name)
        for change in plan.changes
        if change.kind == "project" and change.odoo_id in sight.out_of_sight
    ]
    if lost:
        message = f"The user as whom this works could no longer see {listed(lost)}, which only its "
        message += "followers would: give it the group Project / Administrator, or let it follow."
        yield GuardTrip("bot-access", message)
