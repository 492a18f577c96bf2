"""Tasks: defaults, stages, parents, milestones, assignees, deadlines, dependencies."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.conftest import World


@pytest.fixture
def project(world: World) -> int:
    return world.project()


def test_defaults_of_a_task(world: World, project: int) -> None:
    row = world.call(
        "project.task",
        "read",
        [world.task(project)],
        ["priority", "sequence", "state", "stage_id", "active", "allocated_hours", "description",
         "date_deadline", "parent_id", "milestone_id", "tag_ids", "depend_on_ids",
         "display_in_project", "x_external_ref"],
    )[0]  # fmt: skip
    del row["id"]
    assert row == {
        "priority": "0", "sequence": 10, "state": "01_in_progress", "stage_id": False,
        "active": True, "allocated_hours": 0.0, "description": False, "date_deadline": False,
        "parent_id": False, "milestone_id": False, "tag_ids": [], "depend_on_ids": [],
        "display_in_project": True, "x_external_ref": False,
    }  # fmt: skip


def test_a_task_without_assignees_in_its_values_gets_the_caller(world: World, project: int) -> None:
    vals = {"name": "task", "project_id": project}
    task = world.call("project.task", "create", [vals])[0]
    assert world.get(task, "user_ids") == [world.server.transport.login()]
    assert world.get(world.task(project, user_ids=[]), "user_ids") == []


def test_a_new_task_starts_in_the_first_stage_that_is_not_folded(
    world: World, project: int
) -> None:
    world.stage(project, "Folded", sequence=1, fold=True)
    world.stage(project, "Late", sequence=9)
    first = world.stage(project, "First", sequence=5)
    assert world.get(world.task(project), "stage_id") == first


def test_a_folded_stage_dates_the_end(world: World, project: int) -> None:
    done = world.stage(project, "Done", fold=True)
    todo = world.stage(project)
    task = world.task(project, stage_id=done)
    assert world.get(task, "date_end")
    world.write(task, date_end="2026-01-09 10:00:00")
    world.write(task, name="leaves it alone")
    assert world.get(task, "date_end") == "2026-01-09 10:00:00"
    world.write(task, stage_id=done)  # the same one
    assert world.get(task, "date_end") > "2026-01-09 10:00:00"
    world.write(task, stage_id=todo)
    assert world.get(task, "date_end") is False


def test_a_stage_of_another_project_is_linked_by_create_but_not_by_write(
    world: World, project: int
) -> None:
    other = world.stage(world.project(), "Foreign")
    task = world.task(project)
    world.write(task, stage_id=other)
    assert world.get(task, "stage_id") == other
    assert world.read("project.project", project, "type_ids") == []
    world.task(project, stage_id=other)
    assert world.read("project.project", project, "type_ids") == [other]


def test_an_unlinked_stage_keeps_its_tasks(world: World, project: int) -> None:
    stage = world.stage(project)
    task = world.task(project)
    world.write_project(project, type_ids=[(3, stage)])
    assert world.get(task, "stage_id") == stage


def test_a_subtask_in_its_parents_project_hides(world: World, project: int) -> None:
    parent = world.task(project)
    hidden = world.task(project, parent_id=parent)
    shown = world.task(project, parent_id=parent, display_in_project=True)
    elsewhere = world.task(world.project(), parent_id=parent)
    later = world.task(project)
    world.write(later, parent_id=parent)
    tasks = (hidden, shown, elsewhere, later)
    found = [world.get(task, "display_in_project") for task in tasks]
    # Since 19 that is no choice any more.
    assert found == ([False, True, True, True] if world.server.major < 19 else
                     [False, False, True, False])  # fmt: skip


def test_a_subtask_set_free_shows(world: World, project: int) -> None:
    child = world.task(project, parent_id=world.task(project))
    world.write(child, parent_id=False)
    assert world.get(child, "display_in_project") is True


def test_display_in_project_can_be_sent_along(world: World, project: int) -> None:
    parent, child = world.task(project), world.task(project)
    world.write(child, parent_id=parent, display_in_project=False)
    assert world.get(child, "display_in_project") is False


def test_hidden_subtasks_move_with_their_parent(world: World, project: int) -> None:
    there = world.project()
    stage = world.stage(there)
    parent = world.task(project)
    hidden = world.task(project, parent_id=parent)
    grandchild = world.task(project, parent_id=hidden)
    shown = world.task(project, parent_id=parent, display_in_project=True)
    world.write(parent, project_id=there)
    found = [world.get(task, "project_id") for task in (hidden, grandchild, shown)]
    assert found == [there, there, project if world.server.major < 19 else there]
    assert world.get(hidden, "stage_id") == stage


def test_a_hidden_subtask_moved_by_itself_shows(world: World, project: int) -> None:
    child = world.task(project, parent_id=world.task(project))
    world.write(child, project_id=world.project())
    assert world.get(child, "display_in_project") is True


def test_a_parent_needs_a_project_and_lends_its_own_since_19(world: World, project: int) -> None:
    vals = {"name": "child", "parent_id": world.task(project)}
    if world.server.major >= 19:
        (child,) = world.call("project.task", "create", [vals])
        assert world.get(child, "project_id") == project
        return
    with world.refused("odoo.exceptions.ValidationError", "A private task cannot have a parent."):
        world.call("project.task", "create", [vals])


def test_a_hierarchy_cannot_be_recursive(world: World, project: int) -> None:
    parent = world.task(project)
    child = world.task(project, parent_id=parent)
    with world.refused("odoo.exceptions.ValidationError", "recursive hierarchy"):
        world.write(parent, parent_id=child)
    with world.refused("odoo.exceptions.UserError", "You can't set a task as its parent task."):
        world.write(parent, parent_id=parent)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_dependencies_cannot_be_circular(world: World, project: int, length: int) -> None:
    chain = [world.task(project)]
    for _ in range(length - 1):
        chain.append(world.task(project, depend_on_ids=[(4, chain[-1])]))
    with world.refused("odoo.exceptions.ValidationError", "Two tasks cannot depend on each other"):
        world.write(chain[0], depend_on_ids=[(6, 0, [chain[-1]])])
    assert world.get(chain[0], "depend_on_ids") == []


def test_a_milestone_of_another_project_is_kept_by_create_and_dropped_by_write(
    world: World, project: int
) -> None:
    own, foreign = world.milestone(project), world.milestone(world.project())
    task = world.task(project, milestone_id=foreign)
    assert world.get(task, "milestone_id") == foreign
    tasks = [world.task(project, milestone_id=own), world.task(project)]
    world.write(tasks, milestone_id=foreign)
    assert [world.get(task, "milestone_id") for task in tasks] == [False, False]


def test_subtasks_take_their_parents_milestone(world: World, project: int) -> None:
    milestone = world.milestone(project)
    parent = world.task(project, milestone_id=milestone)
    born = world.task(project, parent_id=parent)
    adopted = world.task(project)
    world.write(adopted, parent_id=parent)
    explicit = world.task(project, parent_id=parent, milestone_id=False)
    found = [world.get(task, "milestone_id") for task in (born, adopted, explicit)]
    assert found == [milestone, milestone, False]
    world.write(parent, milestone_id=False)
    assert world.get(born, "milestone_id") is False
    world.write(parent, milestone_id=milestone)
    assert [world.get(task, "milestone_id") for task in (born, explicit)] == [milestone] * 2


def test_a_moved_task_loses_its_milestone(world: World, project: int) -> None:
    task = world.task(project, milestone_id=world.milestone(project))
    world.write(task, project_id=world.project())
    assert world.get(task, "milestone_id") is False


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-09 09:59:59", "2026-01-09 09:59:59"),
        ("2026-01-09", "2026-01-09 00:00:00"),
        (False, False),
    ],
)
def test_a_deadline_is_a_moment_in_utc(world: World, project: int, sent: Any, kept: Any) -> None:
    task = world.task(project, date_deadline=sent)
    assert world.get(task, "date_deadline") == kept
    elsewhere = world.with_context(tz="Asia/Manila")
    assert elsewhere.get(task, "date_deadline") == kept


@pytest.mark.parametrize("sent", ["2026-01-09T10:00:00", "2026-01-09 10:00:00+08:00", "soon"])
def test_other_forms_of_a_deadline_are_refused(world: World, project: int, sent: str) -> None:
    task = world.task(project)
    with world.refused("builtins.ValueError"):
        world.write(task, date_deadline=sent)


@pytest.mark.parametrize(
    ("field", "sent", "kept"),
    [
        ("allocated_hours", 1.5, 1.5), ("allocated_hours", 2, 2.0), ("allocated_hours", False, 0.0),
        ("sequence", 3, 3), ("sequence", False, 0), ("priority", "1", "1"),
        ("parent_id", False, False), ("name", "  spaced  ", "  spaced  "),
        ("name", "😀 \u202e <b> & \"'", "😀 \u202e <b> & \"'"),
        ("name", "x" * 10_000, "x" * 10_000), ("x_external_ref", "", ""),
    ],
)  # fmt: skip
def test_values_are_kept_as_sent(
    world: World, project: int, field: str, sent: Any, kept: Any
) -> None:
    task = world.task(project)
    world.write(task, **{field: sent})
    assert world.get(task, field) == kept


def test_priorities_are_two_in_18_and_four_since_19(world: World, project: int) -> None:
    task = world.task(project)
    selection = world.call("project.task", "fields_get", ["priority"], ["selection"])
    known = [code for code, _ in selection["priority"]["selection"]]
    assert known == (["0", "1"] if world.server.major < 19 else ["0", "1", "2", "3"])
    for code in known:
        world.write(task, priority=code)
        assert world.get(task, "priority") == code
    with world.refused("builtins.ValueError", "Wrong value for project.task.priority"):
        world.write(task, priority=str(len(known)))


def test_line_ends_reach_odoo_as_sent_but_xmlrpc_reads_them_as_line_feeds(
    world: World, project: int
) -> None:
    task = world.task(project, name="a\tb\r\nc")
    found = world.call("project.task", "search", [("id", "=", task), ("name", "=like", "a_b__c")])
    assert found == [task]
    assert world.get(task, "name").replace("\r", "") == "a\tb\nc"


@pytest.mark.parametrize(
    ("field", "sent", "name", "words"),
    [
        ("priority", "9", "builtins.ValueError", "Wrong value for project.task.priority: '9'"),
        ("state", "done", "builtins.ValueError", "Wrong value for project.task.state: 'done'"),
        ("allocated_hours", "many", "builtins.ValueError", "could not convert string to float"),
        ("name", False, "odoo.exceptions.ValidationError", "a mandatory field is not set"),
        ("stage_id", 99999999, "odoo.exceptions.MissingError", "does not exist"),
        ("depend_on_ids", "junk", "builtins.ValueError", "Wrong value for project.task.depend_on"),
        ("planned_hours", 1.0, "builtins.ValueError", "Invalid field 'planned_hours'"),
    ],
)
def test_impossible_values_are_refused(
    world: World, project: int, field: str, sent: Any, name: str, words: str
) -> None:
    task = world.task(project)
    with world.refused(name, words):
        world.write(task, **{field: sent})


def test_a_dependency_on_nothing_is_refused(world: World, project: int) -> None:
    since_19 = world.server.major >= 19
    name = "MissingError" if since_19 else "ValidationError"
    with world.refused(f"odoo.exceptions.{name}", "does not exist" if since_19 else "task_depend"):
        world.write(world.task(project), depend_on_ids=[(6, 0, [99999999])])


def test_one_bad_record_undoes_the_whole_create(world: World, project: int) -> None:
    vals = {"name": "task", "project_id": project, "user_ids": []}
    with world.refused("builtins.ValueError"):
        world.call("project.task", "create", [vals, {**vals, "priority": "9"}])
    assert world.call("project.task", "search", [("project_id", "=", project)]) == []


def test_a_private_task_takes_no_stage(world: World, project: int) -> None:
    private = world.call("project.task", "create", [{"name": "private"}])[0]
    with world.refused("odoo.exceptions.UserError", "only set a personal stage"):
        world.write(private, stage_id=world.stage(project))
    world.call("project.task", "unlink", [private])


def test_archiving_a_parent_leaves_its_subtasks(world: World, project: int) -> None:
    parent = world.task(project)
    child = world.task(project, parent_id=parent)
    world.write(parent, active=False)
    assert world.get(child, "active") is True


def test_unlinking_a_parent_takes_its_subtasks(world: World, project: int) -> None:
    parent = world.task(project)
    child = world.task(project, parent_id=parent)
    world.call("project.task", "unlink", [parent])
    assert world.call("project.task", "search", [("id", "=", child)]) == []


def test_a_copied_task_has_no_ref_and_starts_anew(world: World, project: int) -> None:
    task = world.task(project, x_external_ref=world.unique("T"), state="1_done")
    copied = world.call("project.task", "copy", [task])[0]
    row = world.call("project.task", "read", [copied], ["name", "x_external_ref", "state"])[0]
    assert (row["name"], row["x_external_ref"]) == ("task (copy)", False)
    assert row["state"] == "01_in_progress"


def test_a_copied_task_blocks_and_waits_where_the_original_does(world: World, project: int) -> None:
    before = world.task(project)
    task = world.task(project, depend_on_ids=[(4, before)])
    after = world.task(project, depend_on_ids=[(4, task)])
    copied = world.call("project.task", "copy", [task])[0]
    assert world.get(copied, "depend_on_ids") == [before]
    assert set(world.get(after, "depend_on_ids")) == {task, copied}
    assert world.states(copied, after) == ["04_waiting_normal"] * 2


def test_write_date_moves_for_equal_and_computed_values_but_not_for_the_far_side(
    world: World, project: int
) -> None:
    task, blocker = world.task(project), world.task(project)
    waiting = world.task(project, depend_on_ids=[(4, blocker)], state="04_waiting_normal")
    first = world.get(task, "write_date")
    before = world.get(waiting, "write_date")
    time.sleep(1.1)
    world.task(project, depend_on_ids=[(4, task)])
    assert world.get(task, "write_date") == first
    world.write(task, name="task")
    assert world.get(task, "write_date") > first
    world.write(blocker, state="1_done")
    assert world.states(waiting) == ["01_in_progress"]
    assert world.get(waiting, "write_date") > before  # what Odoo computes counts as written
