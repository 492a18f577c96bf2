"""The order of an apply: nothing is written before what it points to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.fields import BOUND
from odoo_seed.core.guards import is_archival
from odoo_seed.core.live import CLOSED, REVIEWED
from odoo_seed.core.plan import Change
from odoo_seed.core.values import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import LiveRecord
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Plan

# A write of these makes Odoo recompute the state of an open task (project_task.py,
# _compute_state and write), which would lose "approved" and "changes requested".
_RESETS_OPEN_STATE = {"stage_name", "depends_on_refs", "parent_external_ref"}


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that go to Odoo together.

    Attributes:
        values: For a write: what every record of the batch gets.
        state: For a write: the task state to send along so that it stays.
        last: Whether the changes are complete after this batch (a preparing write is not).
    """

    verb: Literal["create", "write"]
    kind: Kind
    changes: tuple[Change, ...]
    values: Mapping[str, Value] | None = None
    state: str | None = None
    last: bool = True


Track = list[Batch]
"""Batches that must go one after the other."""


def phases(plan: Plan, jobs: int = 1) -> Iterator[Sequence[Track]]:
    """Yield the plan's batches in an order in which each can succeed.

    Phases follow each other; the tracks of one phase may run side by side, since no dependency
    joins their projects. Several tracks hold nothing but creates.

    Args:
        jobs: The number of connections; for one there is one track a phase.
    """
    creates, writes, archives = defaultdict(list), defaultdict(list), defaultdict(list)
    for change in plan.changes:
        if change.action == "create":
            creates[change.kind].append(change)
        elif is_archival(change):
            archives[change.kind].append(change)
        else:
            writes[change.kind].append(change)
    tasks = [*writes["task"], *archives["task"]]
    yield [
        [
            *_create(creates["project"]),
            *_write(plan, writes["project"]),
            *_create(creates["milestone"]),
            *_write(plan, writes["milestone"]),
        ]
    ]
    yield [
        [batch for level in levels(group) for batch in _create(level)]
        for group in (islands(creates["task"]) if jobs > 1 else [creates["task"]])
    ]
    yield [
        [
            *_loosen(plan, tasks),
            *_write(plan, tasks),
            *_restate(plan, writes["project"], tasks),
            *_archive(archives["task"]),
            *_write(plan, archives["project"]),
        ]
    ]


def batches(plan: Plan) -> Iterator[Batch]:
    """Yield all batches, one after the other."""
    for tracks in phases(plan):
        for track in tracks:
            yield from track


def islands(creates: Sequence[Change]) -> list[list[Change]]:
    """Split new tasks, by whole projects, so that no dependency joins two of the parts."""
    joined: dict[str, str] = {}

    def leader(ref: str) -> str:
        while joined.setdefault(ref, ref) != ref:
            ref = joined[ref]
        return ref

    project_of = {change.external_ref: change.project_ref for change in creates}
    for change in creates:
        for ref in _points_to(change) & project_of.keys():
            joined[leader(change.project_ref)] = leader(project_of[ref])
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in creates:
        found[leader(change.project_ref)].append(change)
    return list(found.values())


def _create(changes: Sequence[Change]) -> Iterator[Batch]:
    if changes:
        yield Batch("create", changes[0].kind, tuple(changes))


def levels(creates: Sequence[Change]) -> Iterator[list[Change]]:
    """Yield new tasks in levels of the parent and dependency graph, each on earlier ones."""
    new = {change.external_ref: change for change in creates}
    sorter = TopologicalSorter(
        {ref: _points_to(change) & new.keys() for ref, change in new.items()}
    )
    position = {ref: place for place, ref in enumerate(new)}
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        sorter.done(*ready)
        yield [new[ref] for ref in ready]


def _points_to(change: Change) -> set[str]:
    refs = set(texts(change.values.get("depends_on_refs")))
    parent = change.values.get("parent_external_ref")
    return refs | ({str(parent)} if parent else set())


# What Odoo hands down from a task to its subtasks when it is written (project_task.py, write and
# _compute_project_id): a subtask's own must come after its parent's.
_INHERITED = {"milestone_external_ref", "project_external_ref", "parent_external_ref"}


def _write(plan: Plan, changes: Sequence[Change]) -> Iterator[Batch]:
    """Group updates that write the same values; parents before children where it matters.

    A task that is archived gets its other values here, in its place among the others, and is
    archived after them: Odoo hands its milestone and project down to subtasks all the same.
    """
    groups: dict[tuple[int, str, tuple[tuple[str, Value], ...], str | None], list[Change]] = {}
    for change in changes:
        values = {**change.values, **change.companions}
        if _is_archived_apart(change):
            del values["is_active"]
        if not values:
            continue
        inherits = change.kind == "task" and values.keys() & _INHERITED
        depth = len(_ancestors(change.external_ref, plan)) if inherits else 0
        stages_of = change.project_ref if values.keys() & {"stage_name", *BOUND} else ""
        sent = tuple(sorted(values.items(), key=lambda item: item[0]))
        key = (depth, stages_of, sent, _state(change))
        groups.setdefault(key, []).append(change)
    for key in sorted(groups, key=lambda key: key[0]):
        for apart in (False, True):
            group = [one for one in groups[key] if _is_archived_apart(one) == apart]
            if group:
                values = dict(key[2])
                last = not apart
                yield Batch("write", group[0].kind, tuple(group), values, _state(group[0]), last)


def _is_archived_apart(change: Change) -> bool:
    return change.kind == "task" and is_archival(change)


def _archive(changes: Sequence[Change]) -> Iterator[Batch]:
    if changes:
        yield Batch("write", "task", tuple(changes), {"is_active": False})


def _state(change: Change) -> str | None:
    """The state that must be sent along so that Odoo does not lose it."""
    if "project_external_ref" in change.values and change.state in REVIEWED | CLOSED:
        return change.state
    if change.values.keys() & _RESETS_OPEN_STATE and change.state in REVIEWED:
        return change.state
    return None


def _ancestors(ref: str, plan: Plan) -> list[str]:
    """The tasks above a task, as the seed wants them, nearest first."""
    above: list[str] = []
    while parent := plan.wanted.get(("task", ref), {}).get("parent_external_ref"):
        ref = str(parent)
        above.append(ref)
    return above


def _live(plan: Plan) -> Mapping[tuple[Kind, str], LiveRecord]:
    return plan.live.records if plan.live else {}


def _loosen(plan: Plan, updates: Sequence[Change]) -> Iterator[Batch]:
    """First drop old links that stand in the way of what follows.

    Old and new ones together could be a cycle, which Odoo refuses; and a task that moves to
    another project would drag along a subtask that is on its way out.
    """
    moving = any("project_external_ref" in change.values for change in updates)
    for name, needed in (("depends_on_refs", False), ("parent_external_ref", moving)):
        if not needed and _acyclic(_old_and_new(plan, name)):
            continue
        for change in updates:
            old = next((item.old for item in change.fields if item.name == name), None)
            kept = _links(old) & _links(change.values.get(name))
            if old and kept != _links(old):
                value = tuple(sorted(kept)) if isinstance(old, tuple) else None
                yield Batch("write", "task", (change,), {name: value}, _state(change), last=False)


def _old_and_new(plan: Plan, name: str) -> dict[str, set[str]]:
    """All links of tasks that there are or will be."""
    graph = {
        ref: _links(record.values.get(name))
        for (kind, ref), record in _live(plan).items()
        if kind == "task"
    }
    for change in plan.changes:
        if change.kind == "task":
            graph.setdefault(change.external_ref, set()).update(_links(change.values.get(name)))
    return graph


def _links(value: Value) -> set[str]:
    return set(value) if isinstance(value, tuple) else {str(value)} if value else set()


def _acyclic(graph: Mapping[str, Iterable[str]]) -> bool:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return False
    return True


def _restate(plan: Plan, projects: Sequence[Change], tasks: Sequence[Change]) -> Iterator[Batch]:
    """Write again what Odoo changes in passing.

    Un-archiving a project un-archives all its tasks (project_project.py, write); a milestone
    written to a task spreads down to subtasks that had the same or none, new ones included.
    """
    revived = {c.external_ref for c in projects if c.values.get("is_active")}
    moved = {c.external_ref for c in tasks if "milestone_external_ref" in c.values}
    groups: dict[tuple[int, str, Value], list[Change]] = {}
    for key, live in _live(plan).items():
        if key[0] != "task":
            continue
        wanted = plan.wanted.get(key, {})
        if live.values["project_external_ref"] in revived and not wanted.get("is_active"):
            groups.setdefault((0, "is_active", False), []).append(_touch(live))
        above = _ancestors(key[1], plan)
        milestone = wanted.get("milestone_external_ref")
        if milestone and key[1] not in moved and moved.intersection(above):
            place = (len(above), "milestone_external_ref", milestone)
            groups.setdefault(place, []).append(_touch(live))
    for change in plan.changes:
        milestone = change.values.get("milestone_external_ref")
        if change.kind == "task" and change.action == "create" and milestone:
            above = _ancestors(change.external_ref, plan)
            if moved.intersection(above):
                place = (len(above), "milestone_external_ref", milestone)
                groups.setdefault(place, []).append(change)
    for depth, name, value in sorted(groups, key=lambda group: group[0]):
        touched = tuple(groups[depth, name, value])
        yield Batch("write", "task", touched, {name: value}, last=False)


def _touch(live: LiveRecord) -> Change:
    return Change(
        "update",
        live.kind,
        live.external_ref,
        str(live.values["project_external_ref"]),
        str(live.values["name"]),
        odoo_id=live.odoo_id,
        state=live.state,
    )
