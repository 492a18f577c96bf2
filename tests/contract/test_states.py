"""When Odoo recomputes a task's state: what a sync must never do to finished or reviewed work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.conftest import World

IN_PROGRESS, WAITING = "01_in_progress", "04_waiting_normal"
CHANGES, APPROVED, DONE, CANCELED = "02_changes_requested", "03_approved", "1_done", "1_canceled"
REVIEWED, CLOSED = (CHANGES, APPROVED), (DONE, CANCELED)
ALL = (IN_PROGRESS, *REVIEWED, *CLOSED)


def values(world: World, project: int, kind: str) -> dict[str, Any]:
    """Something to write to a task of a project with two stages."""
    done = world.task(project, state=DONE)
    stages = world.read("project.project", project, "type_ids")
    return {
        "same stage": {"stage_id": stages[0]},
        "other stage": {"stage_id": stages[1]},
        "parent": {"parent_id": done},
        "no parent": {"parent_id": False},
        "closed dependency": {"depend_on_ids": [(6, 0, [done])]},
        "no dependency": {"depend_on_ids": [(5, 0, 0)]},
        "same project": {"project_id": project},
        "name": {"name": "renamed"},
        "assignee": {"user_ids": [(6, 0, [world.person("assignee")])]},
        "deadline": {"date_deadline": "2026-01-09 09:59:59"},
        "description": {"description": "<p>new</p>"},
        "hours": {"allocated_hours": 3.5},
        "sequence": {"sequence": 7},
        "priority": {"priority": "1"},
        "tags": {"tag_ids": [(5, 0, 0)]},
        "milestone": {"milestone_id": False},
        "archive": {"active": False},
        "ref": {"x_external_ref": world.unique("REF")},
        "display": {"display_in_project": True},
    }[kind]


RECOMPUTING = (
    "same stage", "other stage", "parent", "no parent", "closed dependency", "no dependency",
)  # fmt: skip
HARMLESS = (
    "name", "assignee", "deadline", "description", "hours", "sequence", "priority", "tags",
    "milestone", "archive", "ref", "display",
)  # fmt: skip


@pytest.fixture
def project(world: World) -> int:
    made = world.project()
    world.stage(made, "To Do", sequence=1)
    world.stage(made, "Doing", sequence=2)
    return made


@pytest.mark.parametrize("kind", RECOMPUTING)
def test_stage_dependencies_and_in_18_parent_erase_a_review(
    world: World, project: int, kind: str
) -> None:
    tasks = [world.task(project, state=state) for state in ALL]
    world.write(tasks, **values(world, project, kind))
    kept = "parent" in kind and world.server.major >= 19
    erased = [IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, DONE, CANCELED]
    assert world.states(*tasks) == (list(ALL) if kept else erased)


def test_a_parent_and_an_open_dependency_at_once_let_it_wait_in_18_only(
    world: World, project: int
) -> None:
    task = world.task(project)
    vals = {"parent_id": world.task(project), "depend_on_ids": [(4, world.task(project))]}
    world.write(task, **vals)
    assert world.states(task) == [WAITING if world.server.major < 19 else IN_PROGRESS]


@pytest.mark.parametrize("kind", [*RECOMPUTING, "same project"])
def test_a_state_sent_in_the_same_write_is_kept(world: World, project: int, kind: str) -> None:
    vals = values(world, project, kind)
    tasks = [world.task(project, state=state) for state in ALL]
    for task, state in zip(tasks, ALL, strict=True):
        world.write(task, **vals, state=state)
    assert world.states(*tasks) == list(ALL)


@pytest.mark.parametrize("kind", HARMLESS)
def test_other_fields_leave_every_state_alone(world: World, project: int, kind: str) -> None:
    closed = world.task(project, state=DONE)
    tasks = [world.task(project, state=s, depend_on_ids=[(4, closed)]) for s in ALL]
    child = world.task(project, state=APPROVED, parent_id=tasks[0])
    vals = values(world, project, kind)
    world.write([closed, *tasks], **vals)
    assert world.states(*tasks, child) == [*ALL, APPROVED]


def test_an_unchanged_project_reopens_all_but_waiting_tasks(world: World, project: int) -> None:
    tasks = [world.task(project, state=state) for state in ALL]
    waiting = world.task(project, depend_on_ids=[(4, world.task(project))], state=WAITING)
    world.write([*tasks, waiting], project_id=project)
    assert world.states(*tasks, waiting) == [*[IN_PROGRESS] * 5, WAITING]


def test_a_blocked_task_waits_unless_it_is_closed(world: World, project: int) -> None:
    blocker = world.task(project)
    tasks = [world.task(project, state=state) for state in ALL]
    for task, state in zip(tasks, ALL, strict=True):
        world.write(task, depend_on_ids=[(6, 0, [blocker])], state=state)
    assert world.states(*tasks) == [WAITING, WAITING, WAITING, DONE, CANCELED]


def test_a_blocked_task_cannot_be_written_out_of_waiting(world: World, project: int) -> None:
    blocker = world.task(project)
    task = world.task(project, depend_on_ids=[(4, blocker)])
    world.write(task, state=APPROVED)
    assert world.states(task) == [WAITING]


def test_blockers_wake_and_stop_their_dependents(world: World, project: int) -> None:
    blocker = world.task(project)
    task = world.task(project, depend_on_ids=[(4, blocker)], state=WAITING)
    closed = world.task(project, depend_on_ids=[(4, blocker)], state=DONE)
    world.write(blocker, state=CANCELED)
    assert world.states(task, closed) == [IN_PROGRESS, DONE]
    world.write(blocker, state=CHANGES)
    assert world.states(task, closed) == [WAITING, DONE]


@pytest.mark.parametrize("state", [None, *ALL, WAITING])
def test_create_believes_the_state_whatever_the_dependencies(
    world: World, project: int, state: str | None
) -> None:
    blocker = world.task(project)
    given = {} if state is None else {"state": state}
    task = world.task(project, depend_on_ids=[(4, blocker)], **given)
    assert world.states(task) == [state or IN_PROGRESS]


@pytest.mark.parametrize("kind", [*RECOMPUTING, "same project"])
def test_writing_to_a_closed_blocker_erases_reviews_downstream(
    world: World, project: int, kind: str
) -> None:
    vals = values(world, project, kind)
    blocker = world.task(project, state=DONE)
    near = world.task(project, state=APPROVED, depend_on_ids=[(4, blocker)])
    between = world.task(project, state=DONE, depend_on_ids=[(4, blocker)])
    far = world.task(project, state=CHANGES, depend_on_ids=[(4, between)])
    world.write(blocker, **vals, state=DONE)
    assert world.states(blocker, near, between, far) == [DONE, IN_PROGRESS, DONE, IN_PROGRESS]


def test_states_lost_downstream_can_be_written_back(world: World, project: int) -> None:
    stages = world.read("project.project", project, "type_ids")
    blocker = world.task(project, state=DONE)
    near = world.task(project, state=APPROVED, depend_on_ids=[(4, blocker)])
    between = world.task(project, state=DONE, depend_on_ids=[(4, blocker)])
    far = world.task(project, state=CHANGES, depend_on_ids=[(4, between)])
    world.write(blocker, stage_id=stages[1], state=DONE)
    world.write(near, state=APPROVED)
    world.write(far, state=CHANGES)
    assert world.states(blocker, near, between, far) == [DONE, APPROVED, DONE, CHANGES]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("same stage", APPROVED), ("name", APPROVED), ("archive", APPROVED),
        ("same project", IN_PROGRESS), ("parent", IN_PROGRESS), ("no parent", IN_PROGRESS),
    ],
)  # fmt: skip
def test_subtasks_lose_their_review_when_the_parent_moves(
    world: World, project: int, kind: str, expected: str
) -> None:
    parent = world.task(project)
    child = world.task(project, parent_id=parent, state=APPROVED)
    grandchild = world.task(project, parent_id=child, state=APPROVED)
    closed = world.task(project, parent_id=parent, state=DONE)
    world.write(parent, **values(world, project, kind))
    assert world.states(child, grandchild, closed) == [expected, expected, DONE]


def test_a_new_dependent_or_subtask_leaves_the_others_alone(world: World, project: int) -> None:
    blocker = world.task(project, state=DONE)
    near = world.task(project, state=APPROVED, depend_on_ids=[(4, blocker)])
    world.task(project, depend_on_ids=[(4, blocker), (4, near)], parent_id=near)
    assert world.states(blocker, near) == [DONE, APPROVED]


def test_unlinking_a_blocker_recomputes_what_it_blocked(world: World, project: int) -> None:
    blocker = world.task(project)
    task = world.task(project, depend_on_ids=[(4, blocker)], state=WAITING)
    world.call("project.task", "unlink", [blocker])
    assert world.states(task) == [IN_PROGRESS]


def test_switching_dependencies_stops_and_wakes_tasks(world: World) -> None:
    project = world.project(allow_task_dependencies=False)
    blocker = world.task(project)
    task = world.task(project, depend_on_ids=[(4, blocker)], state=APPROVED)
    world.write(task, depend_on_ids=[(6, 0, [blocker])], state=APPROVED)
    assert world.states(task) == [APPROVED]
    world.write_project(project, allow_task_dependencies=True)
    assert world.states(task) == [WAITING]
    world.write_project(project, allow_task_dependencies=False)
    assert world.states(task) == [IN_PROGRESS]


def test_writes_to_the_project_leave_states_alone(world: World, project: int) -> None:
    blocker = world.task(project, state=DONE)
    task = world.task(project, state=APPROVED, depend_on_ids=[(4, blocker)])
    own = world.server.companies["own"]
    world.write_project(project, name="new", allow_task_dependencies=True, company_id=own)
    world.write_project(project, active=False)
    world.write_project(project, active=True)
    world.stage(project, "Later")
    assert world.states(task) == [APPROVED]


def test_a_moved_task_starts_anew_in_the_new_projects_first_stage(world: World) -> None:
    here, there = world.project(), world.project()
    world.stage(here)
    folded = world.stage(there, "Folded", sequence=1, fold=True)
    first = world.stage(there, "First", sequence=2)
    tasks = [world.task(here, state=DONE), world.task(here, state=APPROVED)]
    world.write(tasks[0], project_id=there)
    world.write(tasks[1], project_id=there, stage_id=folded, state=APPROVED)
    assert world.states(*tasks) == [IN_PROGRESS, APPROVED]
    assert [world.get(task, "stage_id") for task in tasks] == [first, folded]
