"""Followers, chatter and mails: which context keeps a seeding silent, and at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.conftest import World


@pytest.fixture
def loud(world: World) -> World:
    return world.with_context()


def managed(world: World) -> int:
    return world.project(user_id=world.person("manager"), privacy_visibility="followers")


def assigned(world: World, project: int, **vals: Any) -> int:
    return world.task(project, user_ids=[(6, 0, [world.person("assignee")])], **vals)


def test_silent_creates_and_writes_leave_no_message_and_no_mail(world: World) -> None:
    mails = world.mails()
    project = managed(world)
    stages = [world.stage(project), world.stage(project, "Doing")]
    task = assigned(world, project)
    child = assigned(world, project, parent_id=task)
    milestone = world.milestone(project)
    world.write_project(project, name="new", user_id=world.person("colleague"))
    world.write(
        [task, child], name="new", user_ids=[(6, 0, [world.person("colleague")])],
        stage_id=stages[1], state="1_done", priority="1", allocated_hours=2.0,
    )  # fmt: skip
    world.call("project.milestone", "write", [milestone], {"deadline": "2026-02-05"})
    world.write_project(project, active=False)
    records = [
        ("project.project", project), ("project.task", task), ("project.task", child),
        ("project.milestone", milestone),
    ]  # fmt: skip
    assert [world.messages(*record) for record in records] == [0, 0, 0, 0]
    assert world.mails() == mails


def test_silent_keeps_the_followers_that_odoo_would_set(world: World) -> None:
    project = managed(world)
    task = assigned(world, project)
    child = world.task(project, parent_id=task)
    bot, manager, assignee = world.partner(), world.partner("manager"), world.partner("assignee")
    assert world.followers("project.project", project) == {manager}
    assert world.followers("project.task", task) == {manager, assignee, bot}
    assert world.followers("project.task", child) == {manager, assignee, bot}


def test_new_managers_and_assignees_follow_and_the_old_ones_stay(world: World) -> None:
    project, new = managed(world), world.partner("colleague")
    task = assigned(world, project)
    world.write_project(project, user_id=world.person("colleague"))
    world.write(task, user_ids=[(6, 0, [world.person("colleague")])])
    assert world.followers("project.project", project) == {world.partner("manager"), new}
    assert world.followers("project.task", task) >= {world.partner("assignee"), new}


def test_milestones_are_followed_by_their_creator_unless_told_otherwise(
    world: World, loud: World
) -> None:
    project = world.project()
    assert world.followers("project.milestone", world.milestone(project)) == set()
    assert world.followers("project.milestone", loud.milestone(project)) == {world.partner()}


def test_the_creator_follows_every_task_whatever_the_context(world: World) -> None:
    project = managed(world)
    deaf = world.with_context(tracking_disable=True, mail_create_nosubscribe=True)
    assert world.followers("project.task", deaf.task(project)) == {world.partner()}


def test_the_creator_can_be_unsubscribed(world: World) -> None:
    task = world.task(managed(world))
    world.call("project.task", "message_unsubscribe", [task], [world.partner()])
    assert world.partner() not in world.followers("project.task", task)


def test_tracking_disable_keeps_managers_and_assignees_from_following(world: World) -> None:
    deaf = world.with_context(tracking_disable=True)
    project = managed(deaf)
    task = assigned(deaf, project)
    world.with_context(tracking_disable=True).write(task, user_ids=[(6, 0, [])])
    assert world.followers("project.project", project) == set()
    assert world.followers("project.task", task) == {world.partner()}


def test_who_manages_a_followers_project_sees_it_as_a_follower_only(world: World) -> None:
    """So with tracking_disable it would be out of their sight, if they are no administrator."""
    deaf = world.with_context(tracking_disable=True)
    vals = {"user_id": world.person("colleague"), "privacy_visibility": "followers"}
    silent, lost = world.project(**vals), deaf.project(**vals)
    person = world.as_person("colleague")

    def seen() -> list[int]:
        domain = [("id", "in", [silent, lost])]
        found: list[int] = person.call("project.project", "search", domain, order="id")
        return found

    assert seen() == [silent]
    world.call("project.project", "message_subscribe", [lost], [world.partner("colleague")])
    assert seen() == [silent, lost]


def test_tracking_disable_still_mails_the_assignee(world: World) -> None:
    deaf = world.with_context(tracking_disable=True)
    mails = world.mails()
    task = assigned(deaf, managed(deaf))
    assert world.messages("project.task", task, "user_notification") == 1
    assert world.mails() == mails + 1


def test_a_loud_create_tells_manager_and_assignee(world: World, loud: World) -> None:
    mails = world.mails()
    project = managed(loud)
    task = assigned(loud, project)
    for record in (("project.project", project), ("project.task", task)):
        assert world.messages(*record, kind="user_notification") == 1
        assert world.messages(*record, kind="notification") == 1
    assert world.mails() == mails + 2


@pytest.mark.parametrize(
    ("flag", "logged", "told"),
    [
        ("mail_create_nolog", 0, 1),
        ("mail_auto_subscribe_no_notify", 1, 0),
        ("mail_create_nosubscribe", 1, 1),
        ("mail_notrack", 1, 1),
    ],
)
def test_each_flag_silences_one_thing_at_creation(
    world: World, flag: str, logged: int, told: int
) -> None:
    partly = world.with_context(**{flag: True})
    project = managed(partly)
    task = assigned(partly, project)
    for record in (("project.project", project), ("project.task", task)):
        assert world.messages(*record, kind="notification") == logged
        assert world.messages(*record, kind="user_notification") == told


def test_mail_notrack_silences_the_log_of_changes(world: World, loud: World) -> None:
    task = world.task(managed(world))
    world.with_context(mail_notrack=True).write(task, name="one", priority="1")
    assert world.messages("project.task", task) == 0
    loud.write(task, name="two", priority="0")
    assert world.messages("project.task", task) == 1


def test_untracked_fields_are_not_logged(world: World, loud: World) -> None:
    task = world.task(managed(world))
    loud.write(task, description="<p>x</p>", sequence=3, x_external_ref=world.unique("REF"))
    assert world.messages("project.task", task) == 0


def test_a_project_write_mails_those_who_follow_new_tasks(world: World) -> None:
    project = managed(world)
    task = world.task(project)
    domain = [("res_model", "=", "project.project"), ("name", "=", "Task Created")]
    subtypes = world.call("mail.message.subtype", "search", domain)
    world.call(
        "project.project", "message_subscribe", [project], [world.partner("colleague")], subtypes
    )
    mails = world.mails()
    world.write(task, project_id=project)
    domain = [("model", "=", "project.task"), ("res_id", "=", task)]
    fields = ["message_type", "body"]
    (message,) = world.call("mail.message", "search_read", domain, fields)
    assert message["message_type"] == "user_notification"
    assert "Task Transferred from" in message["body"]
    assert world.mails() == mails + 1


def test_people_on_followers_projects_see_what_they_manage_or_do(world: World) -> None:
    project = managed(world)
    theirs, other = assigned(world, project), world.task(project)
    assignee = world.as_person("assignee")
    assert assignee.call("project.project", "search", [("id", "=", project)]) == []
    found = assignee.call("project.task", "search", [("id", "in", [theirs, other])])
    assert found == [theirs]


def test_leaving_the_portal_unsubscribes_portal_users_and_keeps_the_others(world: World) -> None:
    project = world.project(user_id=world.person("manager"), privacy_visibility="portal")
    task = assigned(world, project)
    customer, theirs = world.partner("customer"), world.partner("assignee")
    for model, record in (("project.project", project), ("project.task", task)):
        world.call(model, "message_subscribe", [record], [customer])
        assert customer in world.followers(model, record)
    world.write_project(project, privacy_visibility="employees")
    assert world.followers("project.project", project) == {world.partner("manager")}
    assert theirs in world.followers("project.task", task)
    assert customer not in world.followers("project.task", task)


def test_a_stage_with_a_letter_sends_it_in_silence_too_to_customers_of_new_tasks_in_19(
    template: int, customer: int, world: World, loud: World
) -> None:
    project = world.project(partner_id=customer)
    stage = world.stage(project, mail_template_id=template)

    def letters(task: int) -> int:
        return world.messages("project.task", task, "auto_comment")

    mails, always = world.mails(), int(world.server.major >= 19)
    silent, by_default = world.task(project, stage_id=stage), world.task(project)
    assert world.get(by_default, "stage_id") == stage
    assert [letters(silent), letters(by_default)] == [always, always]
    assert world.mails() == mails + 2 * always
    assert letters(loud.task(project, stage_id=stage)) == 1
    later = world.task(project, stage_id=False)
    assert world.get(later, "partner_id") == customer
    world.write(later, stage_id=stage)
    assert letters(later) == 0
    loud.write(later, stage_id=False)
    loud.write(later, stage_id=stage)
    assert letters(later) == 1


def test_a_stage_that_asks_for_a_rating_does_so_at_every_write_however_silent(
    template: int, customer: int, world: World
) -> None:
    asks = {"rating_active": True}
    on_project = world.server.major < 19
    project = world.project(partner_id=customer, **(asks if on_project else {}))
    stage = world.stage(project, rating_template_id=template, **({} if on_project else asks))
    mails = world.mails()
    task = world.task(project, stage_id=stage)
    assert (world.messages("project.task", task), world.mails()) == (0, mails)
    for times in (1, 2):
        world.write(task, stage_id=stage)  # where it is already
        assert world.messages("project.task", task, "notification") == times
        assert world.mails() == mails + times
    world.write(task, name="new", state="1_done")
    assert world.messages("project.task", task) == 2
