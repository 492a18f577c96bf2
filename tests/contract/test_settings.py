"""What a seed says and what it leaves open, whoever's account it works with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from odoo_seed.core.model import Milestone, Source
from tests.contract.leftovers import remove_companies, remove_projects
from tests.contract.sync import GIT_STAGES, SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contract.conftest import World
    from tests.contract.sync import Sync


def test_what_a_new_project_leaves_open_is_not_filled_with_the_bot(sync: Sync) -> None:
    """Odoo would make the bot its manager, and take the switch from the bot's groups."""
    sync.seed(sync.content(sync.task("T1"), project=sync.project(allow_dependencies=False)))
    fields = ("user_id", "allow_task_dependencies", "privacy_visibility", "date_start", "date")
    found = sync.get("P", *fields, model="project.project")
    assert found == [False, False, "employees", False, False]
    assert sync.get("T1", "user_ids", "date_deadline") == [[], False]


def test_subtasks_hide_at_any_depth_and_those_set_free_show(sync: Sync) -> None:
    def shown() -> str:
        return "".join(name for name in "ABCDE" if sync.get(name, "display_in_project"))

    chain = [sync.task("A")]
    for above, name in zip("ABC", "BCD", strict=True):
        chain.append(sync.task(name, parent_external_ref=above))
    sync.seed(sync.content(*chain, sync.task("E")))
    assert shown() == "AE"
    a, _, c, d = chain
    sync.seed(sync.content(a, sync.task("B"), c, d, sync.task("E", parent_external_ref="D")))
    assert shown() == "AB"
    parents = [sync.get(name, "parent_id") for name in "BCDE"]
    assert parents == [False, *(sync.id_of(name) for name in "BCD")]


@pytest.fixture
def gone(world: World) -> Iterator[str]:
    """Somebody who has left."""
    person = world.person("colleague")
    world.call("res.users", "write", [person], {"active": False})
    yield world.server.login_of("colleague")
    world.call("res.users", "write", [person], {"active": True})


def test_people_who_cannot_do_the_work_stop_their_project_with_its_line(
    sync: Sync, gone: str
) -> None:
    nobody, outsider = f"nobody.{sync.run}@example.com".lower(), sync.email("outsider")
    wrong = {
        nobody: f"no Odoo user has the login {nobody}",
        gone: f"the Odoo user {gone} is archived",
        outsider: f"{outsider} is not allowed in the company “{sync.company}”",
    }
    projects, tasks, words = [sync.project()], [sync.task("T")], {}
    for place, (email, text) in enumerate(wrong.items()):
        managed, assigned = f"M{place}", f"A{place}"
        projects += [
            sync.project(external_ref=sync.ref(managed), manager_email=email),
            sync.project(external_ref=sync.ref(assigned)),
        ]
        tasks += [
            sync.task(f"{managed}T", project=managed),
            replace(
                sync.task(f"{assigned}T", project=assigned, assignee_emails=(email,)),
                source=Source("tasks.yaml", 10 + place),
            ),
        ]
        words |= {managed: (text, SOURCE), assigned: (text, Source("tasks.yaml", 10 + place))}
    done = sync.seed(sync.content(*tasks, projects=tuple(projects)))
    assert done.run.status == "partial"
    by_ref = {item.external_ref.removeprefix(sync.run): item for item in done.run.items}
    failed = {
        ref: (str(item.error).partition(";")[0], item.source)
        for ref, item in by_ref.items()
        if item.action == "failed"
    }
    assert failed == words
    made = sync.world.call(
        "project.project", "search_read", [("x_external_ref", "=like", f"{sync.run}%")],
        ["x_external_ref"],
    )  # fmt: skip
    assert [row["x_external_ref"] for row in made] == [sync.ref("P")]


def test_a_company_is_found_by_its_exact_name_only(sync: Sync) -> None:
    names = {"Q": sync.company.upper(), "R": sync.company[:-1], "S": f"{sync.company} "}
    others = [
        sync.project(external_ref=sync.ref(ref), company_name=name) for ref, name in names.items()
    ]
    done = sync.seed(sync.content(projects=(sync.project(), *others)))
    actions = {item.external_ref.removeprefix(sync.run): item.action for item in done.run.items}
    assert actions == {"P": "created", **dict.fromkeys(names, "failed")}


def test_nothing_is_made_in_an_archived_company(sync: Sync) -> None:
    world = sync.world
    name = world.unique("Closed down")
    company = world.call("res.company", "create", {"name": name})
    # Of an archived company, a worker of Odoo's that has not heard of it yet shows none.
    remove_projects(world.server, [company])
    world.call("res.company", "write", [company], {"active": False})
    try:
        bad = sync.project(external_ref=sync.ref("Q"), company_name=name)
        done = sync.seed(sync.content(projects=(sync.project(), bad)))
        [failed] = [item for item in done.run.items if item.action == "failed"]
        assert failed.external_ref == sync.ref("Q")
        assert f"company “{name}” is archived in Odoo" in str(failed.error)
        domain = [("company_id", "=", company), ("x_external_ref", "!=", False)]
        assert world.call("project.project", "search", domain) == []
        moved = sync.content(projects=(sync.project(company_name=name),))
        sync.store.load(moved, None)
        [refused] = sync.plan().refusals
        assert "is archived in Odoo" in refused.message
    finally:
        remove_companies(world.server, [company])


def test_a_project_that_people_opened_wider_is_told_and_closed_again(sync: Sync) -> None:
    wider = "portal" if sync.world.server.major < 19 else "invited_users"
    sync.seed(sync.content(sync.task("T1")))
    project = sync.id_of("P", "project.project")
    sync.world.write_project(project, privacy_visibility=wider)
    [found] = [item for item in sync.verify().findings if item.external_ref == sync.ref("P")]
    assert [(item.field, item.new) for item in found.changes] == [("visibility", wider)]
    sync.seed(sync.content(sync.task("T1")))
    assert sync.world.read("project.project", project, "privacy_visibility") == "employees"


@pytest.fixture
def abroad(world: World) -> Iterator[World]:
    """The manager, who works in French and in New York."""
    world.project()  # in 19 only an administrator may make the first one with dependencies
    (french,) = world.call("res.lang", "search_read", [("code", "=", "fr_FR")], ["active"])
    person = world.person("manager")
    (before,) = world.call("res.users", "read", [person], ["lang", "tz"])
    world.call("res.lang", "write", [french["id"]], {"active": True})
    away = {"lang": "fr_FR", "tz": "America/New_York"}
    world.call("res.users", "write", [person], away)
    yield world.as_person("manager")
    away = {"lang": before["lang"], "tz": before["tz"]}
    world.call("res.users", "write", [person], away)
    world.call("res.lang", "write", [french["id"]], {"active": french["active"]})


def test_the_bots_language_and_time_zone_change_nothing(sync: Sync, abroad: World) -> None:
    here, sync.world = sync.world, abroad
    milestones = (
        Milestone(sync.ref("M1"), sync.ref("P"), "Closed", date(2026, 2, 5), source=SOURCE),
    )
    project = sync.project(date_start=date(2026, 1, 5), date_end=date(2026, 12, 31))

    def content(name: str) -> None:
        day = sync.task("T1", name=name, deadline="2026-01-09", stage_name="Doing")
        hour = sync.task("T2", deadline="2026-01-09T23:30", tag_names=(sync.ref("GL"),))
        sync.seed(sync.content(day, hour, project=project, milestones=milestones))

    content("Close the books")
    french = abroad.with_context(lang="fr_FR", tz="America/New_York")
    own = sync.id_of("P", "project.project")
    french.write_project(own, name="Clôture")
    stages = here.read("project.project", own, "type_ids")
    french.call("project.task.type", "write", stages, {"name": "Étape"})
    assert sync.plan().empty
    content("Close all books")
    found = sync.verify().findings
    assert [item for item in found if item.external_ref.startswith(sync.run)] == []
    assert here.read("project.project", own, "name") == f"Close {sync.run}"
    assert here.read("project.task.type", sync.get("T1", "stage_id"), "name") == "Doing"
    sync.world = here
    assert sync.get("T1", "name", "date_deadline") == ["Close all books", "2026-01-09 10:00:00"]
    assert sync.get("T2", "date_deadline") == "2026-01-09 15:30:00"


def test_stages_that_write_to_customers_keep_silent_for_new_tasks(
    template: int, customer: int, sync: Sync
) -> None:
    """Odoo 19 would send their letter whatever the context says."""
    world, first = sync.world, sync.task("T0", stage_name="Doing")
    sync.seed(sync.content(first))
    project = sync.id_of("P", "project.project")
    world.write_project(project, partner_id=customer)
    todo = sync.stage("To Do")
    world.call("project.task.type", "write", [todo], {"mail_template_id": template})
    mails = world.mails()
    tasks = [
        first,
        sync.task("T1", stage_name="To Do", assignee_emails=(sync.email("assignee"),)),
        sync.task("T2"),  # Odoo puts it on the first stage
        sync.task("T3", stage_name="Doing"),
        sync.task("T4", stage_name="To Do", depends_on_refs=("T1",), parent_external_ref="T2"),
    ]
    sync.seed(sync.content(*tasks, project=sync.project(stages=None)))
    refs = ("T1", "T2", "T3", "T4")
    assert [world.messages("project.task", sync.id_of(ref)) for ref in refs] == [0] * 4
    assert world.mails() == mails
    assert [sync.get(ref, "partner_id") for ref in refs] == [customer] * 4
    assert [sync.get(ref, "stage_id") for ref in refs] == [todo, todo, sync.stage("Doing"), todo]
    assert [sync.get(ref, "state") for ref in refs] == [
        *["01_in_progress"] * 3,
        "04_waiting_normal",
    ]
    assert world.followers("project.task", sync.id_of("T1")) == {world.partner("assignee")}


def test_a_stage_that_asks_customers_for_a_rating_is_told_in_the_plan(
    template: int, sync: Sync
) -> None:
    world, asks = sync.world, {"rating_active": True}
    sync.seed(sync.content(sync.task("T1", stage_name="To Do"), policy=GIT_STAGES))
    if world.server.major < 19:
        world.write_project(sync.id_of("P", "project.project"), **asks)
        asks = {}
    vals = {"rating_template_id": template, **asks}
    world.call("project.task.type", "write", [sync.stage("Doing")], vals)
    notes = []
    for stage in ("Doing", "Done"):
        content = sync.content(sync.task("T1", stage_name=stage), policy=GIT_STAGES)
        sync.store.load(content, None)
        [change] = sync.plan().changes
        notes.append(change.note)
    words = "the stage “Doing” mails the task's customer, if there is one, to ask for a rating"
    assert notes == [words, ""]


def test_new_tasks_that_a_killed_run_left_in_no_stage_are_put_on_theirs(sync: Sync) -> None:
    """Odoo makes the bot follow what it makes, and at its end a run undoes that."""
    content = sync.content(sync.task("T1", stage_name="Doing"), sync.task("T2"))
    sync.seed(content)
    for key in ("T1", "T2"):
        sync.write(key, stage_id=False)
    bot = [sync.world.partner()]
    sync.world.call("project.task", "message_subscribe", [sync.id_of("T1")], bot)
    sync.seed(content)
    assert [sync.get(key, "stage_id") for key in ("T1", "T2")] == [
        False,
        False,
    ]  # as people have it
    sync.store.note_following("default", following=True)
    sync.seed(content)
    assert [sync.get(key, "stage_id") for key in ("T1", "T2")] == [sync.stage("Doing"), False]
