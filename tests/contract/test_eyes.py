"""What a look before archiving reads of Odoo: people's work, and what a project takes along."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from odoo_seed.core.eyes import Question, Work
from odoo_seed.edges.odoo.reading import OdooReading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.eyes import Sight
    from tests.contract.conftest import World


class Desk:
    """Somebody's work on records; timesheets go at the end, since Odoo keeps their tasks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lines: list[int] = []

    def log_hours(self, **where: int) -> None:
        line = {"name": "work", "unit_amount": 1.5, **where}
        self.lines += self.world.call("account.analytic.line", "create", [line])

    def attach(self, model: str, record: int) -> None:
        content = base64.b64encode(b"x").decode()
        file = {"name": "f.txt", "res_model": model, "res_id": record, "datas": content}
        self.world.call("ir.attachment", "create", [file])

    def post(self, who: World, model: str, record: int, kind: str = "comment") -> None:
        who.call(model, "message_post", [record], body="Done?", message_type=kind)


@pytest.fixture
def desk(world: World) -> Iterator[Desk]:
    made, partner = Desk(world), world.partner("manager")
    before = world.read("res.partner", partner, "email")
    world.call("res.partner", "write", [partner], {"email": "manager@example.com"})  # to post
    yield made
    world.call("res.partner", "write", [partner], {"email": before})
    world.call("account.analytic.line", "unlink", made.lines)


def look(world: World, **asked: tuple[int, ...]) -> Sight:
    return OdooReading(world.server.transport).look(Question(**asked))


def test_timesheets_files_and_peoples_messages_are_counted(world: World, desk: Desk) -> None:
    project = world.project()
    busy, idle = world.task(project), world.task(project)
    person = world.as_person("manager")
    for _ in range(3):
        desk.log_hours(task_id=busy)
    desk.log_hours(project_id=project)
    desk.attach("project.task", busy)
    desk.attach("project.project", project)
    desk.post(person, "project.task", busy)
    desk.post(person, "project.task", busy)
    desk.post(person, "project.project", project)
    seen = look(world, tasks=(busy, idle), projects=(project,))
    assert seen.work == {("task", busy): Work(3, 1, 2), ("project", project): Work(1, 1, 1)}
    assert seen.not_looked_at == seen.withheld == ()


def test_what_odoo_and_we_ourselves_write_is_not_peoples(world: World, desk: Desk) -> None:
    loud = world.with_context()
    project = loud.project()
    task = loud.task(project)
    loud.write(task, name="renamed", user_ids=[(6, 0, [world.person("assignee")])])
    desk.post(world, "project.task", task)
    desk.post(world.as_person("manager"), "project.task", task, "notification")
    assert world.messages("project.task", task) >= 4
    assert look(world, tasks=(task,)).work == {}


def test_work_on_archived_records_is_counted_too(world: World, desk: Desk) -> None:
    project = world.project()
    task = world.task(project)
    desk.log_hours(task_id=task)
    desk.attach("project.task", task)
    desk.post(world.as_person("manager"), "project.task", task)
    world.write(task, active=False)
    assert look(world, tasks=(task,)).work == {("task", task): Work(1, 1, 1)}


def test_an_archived_project_takes_its_active_tasks_along(world: World) -> None:
    project, other = world.project(), world.project()
    first, done, away = world.task(project), world.task(project, state="1_done"), world.task(other)
    child = world.task(project, parent_id=first, name="child")
    world.task(project, active=False)
    seen = look(world, projects=(project,))
    assert {(task.odoo_id, task.closed) for task in seen.inmates} == {
        (first, False), (done, True), (child, False),
    }  # fmt: skip
    world.write_project(project, active=False)
    assert [world.get(task, "active") for task in (first, done, child)] == [False] * 3
    assert world.get(away, "active") is True


def test_who_may_not_see_timesheets_is_told_so(world: World, desk: Desk) -> None:
    project = world.project()
    task = world.task(project)
    desk.log_hours(task_id=task)
    desk.attach("project.task", task)
    seen = look(world.as_person("colleague"), tasks=(task,))
    (withheld,) = seen.withheld
    assert withheld == (
        "timesheets: Odoo does not give this user the right to read account.analytic.line, which "
        "Project / Administrator has"
    )
    assert seen.not_looked_at == ()
    assert seen.work == {("task", task): Work(attachments=1)}


def test_project_administrators_may_see_all_of_it(world: World, desk: Desk) -> None:
    project = world.project(privacy_visibility="followers")
    task = world.task(project)
    desk.log_hours(task_id=task)
    desk.attach("project.task", task)
    desk.post(world, "project.task", task)
    seen = look(world.as_person("manager"), tasks=(task,))
    assert seen.work == {("task", task): Work(1, 1, 1)}


def test_only_project_administrators_see_what_they_do_not_follow(world: World) -> None:
    followed, other = world.project(), world.project()
    world.call("project.project", "message_subscribe", [followed], [world.partner("colleague")])
    asked = (followed, other)
    assert look(world.as_person("colleague"), hidden=asked).out_of_sight == {other}
    assert look(world.as_person("manager"), hidden=asked).out_of_sight == frozenset()


def test_a_project_given_to_a_foreign_company_is_lost_to_who_gave_it(world: World) -> None:
    project = world.project(company_id=world.server.companies["own"])
    person = world.as_person("manager")
    person.write_project(project, company_id=world.server.companies["other"])
    assert person.call("project.project", "search", [("id", "=", project)]) == []
    assert world.call("project.project", "search", [("id", "=", project)]) == [project]
