"""Projects, stages, tags and milestones: defaults, dates, archiving, companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.conftest import World

START, END = "2026-01-05", "2026-12-31"


def dates(world: World, project: int) -> tuple[Any, Any]:
    return tuple(world.read("project.project", project, name) for name in ("date_start", "date"))


def test_a_project_without_manager_gets_the_caller(world: World) -> None:
    project = world.call("project.project", "create", {"name": "contract"})
    world.projects.append(project)
    caller = world.server.transport.login()
    assert world.read("project.project", project, "user_id") == caller
    assert world.read("project.project", world.project(user_id=False), "user_id") is False


def test_defaults_of_a_project(world: World) -> None:
    row = world.call(
        "project.project",
        "read",
        [world.project()],
        ["privacy_visibility", "company_id", "date_start", "date", "description", "active",
         "tag_ids", "type_ids", "x_external_ref"],
    )[0]  # fmt: skip
    del row["id"]
    assert row == {
        "privacy_visibility": "portal", "company_id": False, "date_start": False, "date": False,
        "description": False, "active": True, "tag_ids": [], "type_ids": [],
        "x_external_ref": False,
    }  # fmt: skip


@pytest.mark.parametrize("group", [False, True])
def test_dependencies_are_as_sent_at_creation(world: World, group: bool) -> None:
    project = world.project(allow_task_dependencies=group)
    assert world.read("project.project", project, "allow_task_dependencies") is group


@pytest.mark.parametrize(
    ("field", "group"),
    [
        ("allow_task_dependencies", "project.group_project_task_dependencies"),
        ("allow_milestones", "project.group_project_milestone"),
    ],
)
def test_features_default_to_the_callers_groups_and_since_19_to_none(
    world: World, field: str, group: str
) -> None:
    caller = world.server.transport.login()
    project = world.call("project.project", "create", {"name": "contract", "user_id": False})
    world.projects.append(project)
    held = world.call("res.users", "has_group", [caller], group)
    expected = held if world.server.major < 19 else False
    assert world.read("project.project", project, field) is expected


@pytest.mark.parametrize(
    ("before", "written", "after"),
    [
        ({}, {"date_start": START}, (False, False)),
        ({}, {"date": END}, (False, False)),
        ({}, {"date_start": START, "date": END}, (START, END)),
        ({"date_start": START}, {"date": END}, (START, END)),
        ({"date_start": START}, {"date_start": "2026-02-01"}, (START, False)),
        ({"date": END}, {"date_start": START}, (START, END)),
        ({"date": END}, {"date": "2026-11-30"}, (False, END)),
        ({"date_start": START, "date": END}, {"date_start": "2026-02-01"}, ("2026-02-01", END)),
        ({"date_start": START, "date": END}, {"date": "2026-11-30"}, (START, "2026-11-30")),
        ({"date_start": START, "date": END}, {"date": False}, (False, False)),
        ({"date_start": START, "date": END}, {"date_start": False}, (False, False)),
        ({}, {"date_start": START, "date": False}, (False, False)),
        ({"date_start": START, "date": END}, {"date_start": START, "date": False}, (False, False)),
    ],
)
def test_start_and_end_go_in_pairs(
    world: World, before: dict[str, Any], written: dict[str, Any], after: tuple[Any, Any]
) -> None:
    project = world.project(**before)
    world.write_project(project, **written)
    assert dates(world, project) == after


def test_one_date_alone_is_possible_at_creation_only(world: World) -> None:
    assert dates(world, world.project(date_start=START)) == (START, False)
    assert dates(world, world.project(date=END)) == (False, END)


def test_an_end_before_the_start_is_refused(world: World) -> None:
    project = world.project(date_start=START, date=END)
    words = "The project's start date must be before its end date."
    with world.refused("odoo.exceptions.ValidationError", words):
        world.write_project(project, date_start=END, date=START)
    with world.refused("odoo.exceptions.ValidationError", words):
        world.project(date_start=END, date=START)
    assert dates(world, project) == (START, END)
    assert dates(world, world.project(date_start=START, date=START)) == (START, START)


def test_archiving_a_project_reaches_its_tasks_both_ways(world: World) -> None:
    project = world.project()
    tasks = [world.task(project), world.task(project)]
    world.write(tasks[0], active=False)
    world.write_project(project, active=False)
    assert [world.get(task, "active") for task in tasks] == [False, False]
    world.write_project(project, active=True)
    assert [world.get(task, "active") for task in tasks] == [True, True]


def test_tasks_have_the_company_of_their_project(world: World) -> None:
    companies = world.server.companies
    project = world.project(company_id=companies["own"])
    task = world.task(project)
    assert world.get(task, "company_id") == companies["own"]
    world.write_project(project, company_id=companies["other"])
    assert world.get(task, "company_id") == companies["other"]
    world.write_project(project, company_id=False)
    assert world.get(task, "company_id") is False


def test_an_assignee_of_another_company_is_not_refused(world: World) -> None:
    project = world.project(company_id=world.server.companies["own"])
    task = world.task(project, user_ids=[(6, 0, [world.person("outsider")])])
    assert world.get(task, "user_ids") == [world.person("outsider")]


def test_an_unknown_visibility_is_refused(world: World) -> None:
    with world.refused("builtins.ValueError", "Wrong value for project.project.privacy_visibility"):
        world.project(privacy_visibility="everyone")


def test_a_stage_without_project_and_owner_is_personal(world: World) -> None:
    stage = world.call("project.task.type", "create", {"name": "mine"})
    assert world.read("project.task.type", stage, "user_id") == world.server.transport.login()
    world.call("project.task.type", "unlink", [stage])


def test_a_stage_of_a_project_has_no_owner(world: World) -> None:
    project = world.project()
    sent = world.stage(project)
    silent = world.call("project.task.type", "create", {"name": "s", "project_ids": [(4, project)]})
    owners = [world.read("project.task.type", stage, "user_id") for stage in (sent, silent)]
    assert owners == [False, False]


def test_stages_can_be_created_with_their_project(world: World) -> None:
    project = world.project(
        type_ids=[
            (0, 0, {"name": "Second", "sequence": 2, "fold": True, "user_id": False}),
            (0, 0, {"name": "First", "sequence": 1, "user_id": False}),
        ]
    )
    ids = world.read("project.project", project, "type_ids")
    rows = world.call("project.task.type", "read", ids, ["name", "fold", "user_id", "project_ids"])
    facts = [(r["name"], r["fold"], r["user_id"], r["project_ids"]) for r in rows]
    assert facts == [("First", False, False, [project]), ("Second", True, False, [project])]


def test_assignees_get_personal_stages_with_common_names_that_only_they_see(
    world: World,
) -> None:
    world.task(world.project(), user_ids=[(6, 0, [world.person("assignee")])])
    domain = [("user_id", "=", world.person("assignee"))]
    assert world.call("project.task.type", "search", domain) == []
    own = world.as_person("assignee")
    rows = own.call("project.task.type", "search_read", domain, ["name", "project_ids"])
    assert {"Done", "Today"} <= {row["name"] for row in rows}
    assert all(row["project_ids"] == [] for row in rows)


def test_an_assigned_caller_gets_their_first_stage_where_none_is_sent(world: World) -> None:
    project, me = world.project(), world.server.transport.login()
    first, *_ = world.call("project.task.type", "search", [("user_id", "=", me)]) or [None]
    silent = world.task(project, user_ids=[(6, 0, [me])])
    sent = world.task(project, user_ids=[(6, 0, [me])], personal_stage_type_id=False)
    nobodys = world.task(project, user_ids=[], personal_stage_type_id=False)
    stages = [
        world.read("project.task", task, "personal_stage_type_id")
        for task in (silent, sent, nobodys)
    ]
    assert stages[0]
    assert stages[0] == stages[1]
    assert first in {None, stages[0]}
    assert stages[2] is False


def test_a_stage_in_use_cannot_be_unlinked(world: World) -> None:
    project = world.project()
    stage = world.stage(project)
    world.task(project, stage_id=stage)
    words = ("another model requires the record", "Another model is using the record")
    with world.refused("odoo.exceptions.ValidationError", *words):
        world.call("project.task.type", "unlink", [stage])


def test_archived_stages_show_only_when_asked_for(world: World) -> None:
    project = world.project()
    stages = {world.stage(project), world.stage(project, "Gone", active=False)}
    assert set(world.read("project.project", project, "type_ids")) == stages
    seen = world.with_context().read("project.project", project, "type_ids")
    assert len(seen) == 1


def test_names_of_projects_are_kept_by_language_and_english_stands_in(world: World) -> None:
    (french,) = world.call("res.lang", "search_read", [("code", "=", "fr_FR")], ["active"])
    project, other = world.project(), world.project()
    world.call("res.lang", "write", [french["id"]], {"active": True})
    try:
        abroad = world.with_context(lang="fr_FR")
        abroad.write_project(project, name="clôture")
        found = [place.read("project.project", project, "name") for place in (world, abroad)]
        assert found == ["contract", "clôture"]
        assert abroad.read("project.project", other, "name") == "contract"
        task = abroad.task(project, name="tâche")
        assert world.get(task, "name") == "tâche"
    finally:
        world.call("res.lang", "write", [french["id"]], {"active": french["active"]})


def test_tags_are_unique_by_exact_name(world: World) -> None:
    name = world.unique("Tag")
    first, second = world.call("project.tags", "create", [{"name": name}, {"name": name.lower()}])
    with world.refused("odoo.exceptions.ValidationError", "A tag with the same name"):
        world.call("project.tags", "create", [{"name": name}])
    world.call("project.tags", "unlink", [first, second])


@pytest.mark.parametrize(
    ("model", "vals", "words"),
    [
        ("project.tags", {"name": False}, "a mandatory field is not set"),
        ("project.task.type", {"name": False, "user_id": False}, "a mandatory field is not set"),
        ("project.milestone", {"name": "M"}, "a mandatory field is not set"),
        ("project.project", {"name": False}, "a mandatory field is not set"),
    ],
)
def test_required_fields_are_required(
    world: World, model: str, vals: dict[str, Any], words: str
) -> None:
    with world.refused("odoo.exceptions.ValidationError", words):
        world.call(model, "create", [vals])


def test_milestones_keep_name_deadline_and_tasks(world: World) -> None:
    project = world.project()
    milestone = world.milestone(project, deadline="2026-02-05")
    task = world.task(project, milestone_id=milestone)
    row = world.call("project.milestone", "read", [milestone], [], load="")[0]
    assert (row["project_id"], row["deadline"], row["is_reached"]) == (project, "2026-02-05", False)
    assert row["task_ids"] == [task]
    world.call("project.milestone", "unlink", [milestone])
    assert world.get(task, "milestone_id") is False


def test_a_copied_project_copies_tasks_but_no_ref(world: World) -> None:
    project = world.project(x_external_ref=world.unique("P"))
    world.task(project, x_external_ref=world.unique("T"))
    copied = world.call("project.project", "copy", [project])
    world.projects += copied
    assert world.read("project.project", copied[0], "x_external_ref") is False
    tasks = world.call(
        "project.task", "search_read", [("project_id", "=", copied[0])], ["name", "x_external_ref"]
    )
    assert [(task["name"], task["x_external_ref"]) for task in tasks] == [("task", False)]


def test_unlinking_a_project_takes_its_tasks(world: World) -> None:
    project = world.project()
    task = world.task(project)
    world.call("project.project", "unlink", [world.projects.pop()])
    assert world.call("project.task", "search", [("id", "=", task)]) == []
