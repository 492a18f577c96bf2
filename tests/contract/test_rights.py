"""Who may do what, and what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from odoo_seed.errors import OdooAccessError, OdooLoginError

if TYPE_CHECKING:
    from tests.contract.conftest import World


def company(world: World, name: str, **vals: Any) -> int:
    return world.project(company_id=world.server.companies[name], privacy_visibility="employees",
                         **vals)  # fmt: skip


def seen(world: World, model: str, ids: list[int]) -> list[int]:
    found: list[int] = world.call(model, "search", [("id", "in", ids)], order="id")
    return found


def test_people_see_the_records_of_their_companies_and_of_none(world: World) -> None:
    projects = [company(world, "own"), company(world, "other"), world.project()]
    tasks = [world.task(project) for project in projects]
    for name, expected in (("manager", [0, 2]), ("outsider", [1, 2])):
        person = world.as_person(name)
        assert seen(person, "project.project", projects) == [projects[i] for i in expected]
        assert seen(person, "project.task", tasks) == [tasks[i] for i in expected]


def test_reading_another_companys_record_is_refused_for_the_whole_batch(world: World) -> None:
    projects = [company(world, "own"), company(world, "other")]
    manager = world.as_person("manager")
    with pytest.raises(OdooAccessError, match=r"project\.project"):
        manager.call("project.project", "read", projects, ["name"])
    with pytest.raises(OdooAccessError):
        manager.call("project.project", "write", projects, {"name": "x"})
    assert world.read("project.project", projects[0], "name") == "contract"


def test_a_task_cannot_be_created_in_a_hidden_project(world: World) -> None:
    project = company(world, "other")
    with pytest.raises(OdooAccessError):
        world.as_person("manager").task(project)


def test_companies_of_a_user_show_only_as_far_as_the_reader_has_them(world: World) -> None:
    # With another field beside it: alone, Odoo's cache lets company_ids slip past the rule.
    domain, fields = [("id", "=", world.person("outsider"))], ["login", "company_ids"]
    rows = [
        world.as_person(name).call("res.users", "search_read", domain, fields)
        for name in ("manager", "outsider")
    ]
    other = world.server.companies["other"]
    assert [row[0]["company_ids"] for row in rows] == [[], [other]]


def test_companies_are_visible_to_their_users(world: World) -> None:
    ids = list(world.server.companies.values())
    for name, own in (("manager", "own"), ("outsider", "other")):
        assert seen(world.as_person(name), "res.company", ids) == [world.server.companies[own]]


def test_allowed_companies_narrow_the_view(world: World) -> None:
    projects = [company(world, "own"), company(world, "other")]
    narrow = world.with_context(allowed_company_ids=[world.server.companies["other"]])
    assert seen(narrow, "project.project", projects) == [projects[1]]


def test_employees_work_on_tasks_but_not_on_projects(world: World) -> None:
    project = company(world, "own")
    task = world.task(project)
    person = world.as_person("colleague")
    person.write(task, name="mine now")
    person.task(project)
    with pytest.raises(OdooAccessError):
        person.write_project(project, name="x")
    with pytest.raises(OdooAccessError):
        person.project()
    with pytest.raises(OdooAccessError):
        person.stage(project)
    tags = person.call("project.tags", "create", [{"name": world.unique("Tag")}])  # by To-do
    person.call("project.tags", "unlink", tags)


def test_project_administrators_may_do_all_that_a_sync_does(world: World) -> None:
    world.project()  # see the next test
    manager = world.as_person("manager")
    project = manager.project(privacy_visibility="followers")
    stage = manager.stage(project)
    task = manager.task(project, stage_id=stage, milestone_id=manager.milestone(project))
    tag = manager.call("project.tags", "create", [{"name": world.unique("Tag")}])
    manager.write(task, tag_ids=[(6, 0, tag)], x_external_ref=world.unique("REF"))
    manager.call("project.task", "unlink", [task])
    manager.call("project.tags", "unlink", tag)


def test_since_19_the_first_project_with_dependencies_needs_an_administrator(world: World) -> None:
    world.project(allow_task_dependencies=False)  # hides them, if no other project has them
    manager = world.as_person("manager")
    group = "project.group_project_task_dependencies"
    shown = world.call("res.users", "has_group", [world.person("manager")], group)
    if world.server.major >= 19 and not shown:
        with pytest.raises(OdooAccessError, match="Task Dependencies on for the first") as caught:
            manager.project(allow_task_dependencies=True)
        assert "tick Task Dependencies" in caught.value.remedy
    world.project(allow_task_dependencies=True)
    made = manager.project(allow_task_dependencies=True)
    assert world.read("project.project", made, "allow_task_dependencies") is True


def test_rights_can_be_asked_for(world: World) -> None:
    answers = {}
    for name in ("manager", "colleague"):
        person = world.as_person(name)
        answers[name] = [
            person.call("project.project", "check_access_rights", operation, raise_exception=False)
            for operation in ("read", "write", "create", "unlink")
        ] + [person.call("ir.model.fields", "has_access", [], "read")]
    assert answers == {
        "manager": [True, True, True, True, False],
        "colleague": [True, False, False, False, False],
    }


@pytest.mark.parametrize("model", ["ir.model", "ir.model.fields"])
def test_the_registry_is_for_access_rights_only(world: World, model: str) -> None:
    manager = world.as_person("manager")
    with pytest.raises(OdooAccessError, match="Access Rights"):
        manager.call(model, "search", [])


def test_everybody_may_ask_for_the_fields(world: World) -> None:
    person = world.as_person("colleague")
    fields = person.call("project.task", "fields_get", ["x_external_ref", "x_none"], ["type"])
    assert fields == {"x_external_ref": {"type": "char"}}


def test_groups_can_be_asked_for(world: World) -> None:
    group = "project.group_project_manager"
    for name, expected in (("manager", True), ("colleague", False)):
        person = world.as_person(name)
        assert person.call("res.users", "has_group", [world.person(name)], group) is expected


def test_members_of_followers_projects_see_all_of_it(world: World) -> None:
    project = world.project(privacy_visibility="followers")
    task = world.task(project)
    person = world.as_person("colleague")
    assert seen(person, "project.task", [task]) == []
    world.call("project.project", "message_subscribe", [project], [world.partner("colleague")])
    assert seen(person, "project.task", [task]) == [task]
    assert seen(person, "project.project", [project]) == [project]


def test_an_archived_user_cannot_log_in(world: World) -> None:
    person = world.person("colleague")
    world.call("res.users", "write", [person], {"active": False})
    with pytest.raises(OdooLoginError):
        world.as_person("colleague").call("project.task", "search", [])
    world.call("res.users", "write", [person], {"active": True})
    world.as_person("colleague").call("project.task", "search", [])


def test_logins_are_unique(world: World) -> None:
    vals = {"name": "twin", "login": world.server.login_of("manager")}
    words = "You can not have two users with the same login!"
    with world.refused("odoo.exceptions.ValidationError", words):
        world.call("res.users", "create", vals)


def test_a_users_company_is_among_its_companies(world: World) -> None:
    companies = world.server.companies
    vals = {"name": "x", "login": world.unique("login"), "company_id": companies["own"],
            "company_ids": [(6, 0, [companies["other"]])]}  # fmt: skip
    with world.refused("odoo.exceptions.ValidationError", "is not in the allowed companies"):
        world.call("res.users", "create", vals)
