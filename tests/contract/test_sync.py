"""What a seed makes of Odoo, and what it never does to people's work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from odoo_seed.apply import Apply
from odoo_seed.core.live import LiveQuery
from odoo_seed.core.model import Milestone, Seed, SeedAndPolicy, Stage
from odoo_seed.core.ownership import Ownership
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Guards, Policy
from odoo_seed.core.values import SeedIndex
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.errors import OdooSeedError
from odoo_seed.ledger import Ledger
from odoo_seed.pipeline import live_query
from odoo_seed.shells.progress import SilentProgress
from tests.contract.sync import GIT_STAGES, SOURCE, Sync

STATES = {
    "A": "1_done",
    "B": "03_approved",
    "C": "02_changes_requested",
    "D": "1_canceled",
    "E": "01_in_progress",
}


def full_task(sync: Sync):
    return sync.task(
        "T1",
        description="Pay *before* noon:\n\n- BDO & BPI\n- <b>not bold</b>",
        stage_name="Doing",
        tag_names=(sync.ref("GL"), sync.ref("VAT")),
        assignee_emails=(sync.email("assignee"), sync.email("colleague")),
        planned_hours=6.5,
        deadline="2026-01-09",
        priority="high",
        sequence=7,
        milestone_external_ref="M1",
        depends_on_refs=("T0",),
    )


def test_every_column_reaches_odoo_and_is_mirrored_and_verified(sync: Sync):
    milestone = Milestone(
        sync.ref("M1"), sync.ref("P"), "Books closed", date(2026, 2, 5), source=SOURCE
    )
    project = sync.project(
        description="Closing",
        manager_email=sync.email("manager"),
        visibility="followers",
        date_start=date(2026, 1, 5),
        date_end=date(2026, 12, 31),
        tag_names=(sync.ref("Finance"),),
    )
    parent = sync.task("T2")
    child = sync.task("T3", parent_external_ref="T2")
    done = sync.seed(
        sync.content(
            sync.task("T0"), full_task(sync), parent, child,
            project=project, milestones=(milestone,),
        )
    )  # fmt: skip
    assert done.run.status == "success"
    world = sync.world
    names = ["name", "user_id", "privacy_visibility", "date_start", "date",
             "allow_task_dependencies", "allow_milestones"]  # fmt: skip
    row = dict(zip(names, sync.get("P", *names, model="project.project"), strict=True))
    assert row["name"] == project.name
    assert row["user_id"] == world.person("manager")
    assert row["privacy_visibility"] == "followers"
    assert (row["date_start"], row["date"]) == ("2026-01-05", "2026-12-31")
    assert row["allow_task_dependencies"] is True
    assert row["allow_milestones"] is True
    row = world.call("project.task", "read", [sync.id_of("T1")], load="")[0]
    assert row["date_deadline"] == "2026-01-09 10:00:00"
    assert row["allocated_hours"] == 6.5
    assert row["priority"] != "0"
    assert row["sequence"] == 7
    assert set(row["user_ids"]) == {world.person("assignee"), world.person("colleague")}
    assert row["depend_on_ids"] == [sync.id_of("T0")]
    assert len(row["tag_ids"]) == 2
    assert "<em>before</em>" in row["description"]
    assert "<b>" not in row["description"]
    assert world.read("project.task.type", row["stage_id"], "name") == "Doing"
    assert world.read("project.milestone", row["milestone_id"], "deadline") == "2026-02-05"
    assert sync.get("T3", "parent_id", "display_in_project") == [sync.id_of("T2"), False]
    assert sync.get("T2", "display_in_project") is True
    found = sync.verify()
    assert [item for item in found.findings if item.external_ref.startswith(sync.run)] == []
    assert found.agreeing == found.checked == 6


def test_stages_are_the_projects_own_in_order_and_folded(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    ids = sync.get("P", "type_ids", model="project.project")
    rows = sync.world.call(
        "project.task.type", "read", ids, ["name", "fold", "user_id", "project_ids"], load=""
    )
    told = [(row["name"], row["fold"], row["user_id"]) for row in rows]
    assert told == [("To Do", False, False), ("Doing", False, False), ("Done", True, False)]
    assert all(row["project_ids"] == [sync.id_of("P", "project.project")] for row in rows)


def test_a_stage_listed_later_is_added_in_its_place(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    stages = (Stage("To Do"), Stage("Review"), Stage("Doing"), Stage("Done", fold=True))
    sync.seed(sync.content(sync.task("T1"), project=sync.project(stages=stages)))
    ids = sync.get("P", "type_ids", model="project.project")
    rows = sync.world.call("project.task.type", "read", ids, ["name", "sequence"], load="")
    names = [row["name"] for row in sorted(rows, key=lambda row: (row["sequence"], row["id"]))]
    assert names == ["To Do", "Review", "Doing", "Done"]


def test_a_personal_stage_of_the_same_name_is_never_used(sync: Sync):
    world = sync.world
    personal = world.call(
        "project.task.type", "create", {"name": "Doing", "user_id": world.server.transport.login()}
    )
    world.stages.append(personal)
    sync.seed(sync.content(sync.task("T1", stage_name="Doing")))
    assert sync.get("T1", "stage_id") != personal


def test_an_assigned_bot_finds_its_task_in_its_first_personal_stage(sync: Sync):
    me = sync.world.server.transport.login()
    login = sync.world.read("res.users", me, "login")
    sync.seed(sync.content(sync.task("T1", assignee_emails=(login,)), sync.task("T2")))
    first, *_ = sync.world.call("project.task.type", "search", [("user_id", "=", me)])
    assert sync.get("T1", "personal_stage_type_id") == first
    assert sync.get("T2", "personal_stage_type_id") is False


def test_removing_each_column_from_the_yaml_clears_it_in_odoo(sync: Sync):
    milestone = Milestone(sync.ref("M1"), sync.ref("P"), "M", source=SOURCE)
    dated = sync.project(
        description="Text", manager_email=sync.email("manager"), date_start=date(2026, 1, 5),
        date_end=date(2026, 12, 31), tag_names=(sync.ref("Finance"),),
    )  # fmt: skip
    tasks = (sync.task("T0"), full_task(sync))
    sync.seed(sync.content(*tasks, project=dated, milestones=(milestone,)))
    bare = (sync.task("T0"), sync.task("T1", stage_name="Doing"))
    sync.seed(sync.content(*bare, milestones=(milestone,)))
    assert sync.get(
        "T1", "tag_ids", "user_ids", "allocated_hours", "date_deadline", "priority",
        "milestone_id", "depend_on_ids",
    ) == [[], [], 0.0, False, "0", False, []]  # fmt: skip
    assert not sync.get("T1", "description")
    assert sync.get("P", "user_id", "date_start", "date", "tag_ids", model="project.project") == [
        False, False, False, [],
    ]  # fmt: skip


def test_what_the_yaml_never_named_stays_as_people_made_it(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    sync.write("T1", description="<p>Notes</p>", user_ids=[(4, sync.world.person("assignee"))])
    sync.seed(sync.content(sync.task("T1", name="Renamed")))
    assert sync.get("T1", "user_ids") == [sync.world.person("assignee")]
    assert "Notes" in sync.get("T1", "description")


def test_a_rerun_makes_no_write_and_a_small_change_one(sync: Sync):
    tasks = [sync.task(f"T{place}", description="Same") for place in range(6)]
    sync.seed(sync.content(*tasks))
    stamps = [sync.get(f"T{place}", "write_date") for place in range(6)]
    done = sync.seed(sync.content(*tasks))
    assert done.plan.empty
    assert [sync.get(f"T{place}", "write_date") for place in range(6)] == stamps
    transport = sync.world.server.transport
    sync.store.load(sync.content(*(replace(task, deadline="2026-01-09") for task in tasks)), None)
    plan = sync.plan()
    before = transport.calls
    sync.seed(sync.content(*(replace(task, deadline="2026-01-09") for task in tasks)))
    reading = before - transport.calls
    assert len(plan.changes) == 6
    assert -reading == 2 * 7 + 1  # the plan, one write for all six, and this suite's plan after it


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Renamed"},
        {"assignee_emails": ("assignee",)},
        {"deadline": "2026-03-03"},
        {"depends_on_refs": ("Z",)},
        {"parent_external_ref": "Z"},
        {"stage_name": "Doing"},
        {"milestone_external_ref": "M1"},
        {"planned_hours": 3.0},
        {"tag_names": ("VAT",)},
        {"description": "New words"},
        {"priority": "high"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_states_survive_a_reseed(sync: Sync, change):
    if "assignee_emails" in change:
        change = {"assignee_emails": (sync.email("assignee"),)}
    if "tag_names" in change:
        change = {"tag_names": (sync.ref("VAT"),)}
    milestones = (Milestone(sync.ref("M1"), sync.ref("P"), "M", source=SOURCE),)
    other = sync.task("Z")

    def seed(**values):
        tasks = [sync.task(name, **values) for name in STATES]
        sync.seed(sync.content(*tasks, other, milestones=milestones, policy=GIT_STAGES))

    seed()
    sync.write("Z", state="1_done")
    for name, state in STATES.items():
        sync.write(name, state=state)
    seed(**change)
    assert {name: sync.get(name, "state") for name in STATES} == STATES
    seed()
    assert {name: sync.get(name, "state") for name in STATES} == STATES


def test_states_and_stages_survive_a_move_to_another_project(sync: Sync):
    both = (sync.project(), sync.project(external_ref=sync.ref("Q"), name="Other"))
    sync.seed(sync.content(*(sync.task(name) for name in STATES), projects=both))
    for name, state in STATES.items():
        sync.write(name, state=state)
    doing = sync.world.call(
        "project.task.type",
        "search",
        [("name", "=", "Doing"), ("project_ids", "in", [sync.id_of("P", "project.project")])],
    )
    sync.write("A", stage_id=doing[0])
    moved = [sync.task(name, project="Q") for name in STATES]
    sync.seed(sync.content(*moved, projects=both))
    assert {name: sync.get(name, "state") for name in STATES} == STATES
    assert sync.get("A", "project_id") == sync.id_of("Q", "project.project")
    stage = sync.get("A", "stage_id")
    assert sync.world.read("project.task.type", stage, "name") == "Doing"
    assert stage not in doing


def test_a_removed_task_is_archived_and_comes_back_without_a_twin(sync: Sync):
    both = (sync.task("T1"), sync.task("T2"))
    sync.seed(sync.content(*both))
    first = sync.id_of("T2")
    done = sync.seed(sync.content(sync.task("T1")))
    assert [item.action for item in done.run.items] == ["archived"]
    assert sync.get("T2", "active") is False
    sync.seed(sync.content(*both))
    assert sync.id_of("T2") == first
    assert sync.get("T2", "active") is True


def test_an_archived_project_and_its_tasks_come_back_but_not_the_archived_task(sync: Sync):
    tasks = (sync.task("T1"), sync.task("T2", is_active=False))
    sync.seed(sync.content(*tasks))
    sync.seed(sync.content(*tasks, project=sync.project(is_active=False)))
    assert sync.get("T1", "active") is False
    sync.seed(sync.content(*tasks))
    assert (sync.get("T1", "active"), sync.get("T2", "active")) == (True, False)


def test_drift_is_healed_and_a_moved_card_kept(sync: Sync):
    sync.seed(sync.content(sync.task("T1", deadline="2026-01-09")))
    stages = sync.get("P", "type_ids", model="project.project")
    sync.write("T1", name="Theirs", date_deadline="2026-02-01 10:00:00", stage_id=stages[1])
    found = sync.verify()
    [drift] = [item for item in found.findings if item.external_ref == sync.ref("T1")]
    assert {change.field for change in drift.changes} == {"name", "deadline"}
    [change] = sync.plan().changes
    assert {item.cause for item in change.fields} == {"drift"}
    assert change.written_by
    sync.seed(sync.content(sync.task("T1", deadline="2026-01-09")))
    assert sync.get("T1", "name", "date_deadline", "stage_id") == [
        "Task T1", "2026-01-09 10:00:00", stages[1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "plain words",
        "a & b < c > d \"quoted\" 'single'",
        "line one  \nline two",
        "- one\n- two\n\n1. first\n2. second",
        "# Heading\n\n**bold** and *em* and `code`",
        "> quoted\n\n---\n\n```\nx = 1\n  y\n```",
        "[link](https://example.com/?a=1&b=2) and https://example.com",
        "<script>alert(1)</script> <img src=x onerror=alert(1)>",
        "émojis 🎉 and \u202eright to left",
        "   leading and trailing   ",
        "tab\tand non-breaking space",
    ],
)
def test_an_unchanged_description_is_never_rewritten(sync: Sync, text):
    project = sync.project(description=text)
    task = sync.task("T1", description=text)
    sync.seed(sync.content(task, project=project))
    assert "<script" not in str(sync.get("T1", "description"))
    # Also when what was applied is lost, so that only what stands in Odoo can tell.
    sync.store.save_applied(
        "default", [], [("task", task.external_ref), ("project", sync.ref("P"))]
    )
    assert sync.plan().empty


def test_deadlines_stay_the_same_day_and_times_of_day_work(sync: Sync):
    tasks = (
        sync.task("T1", deadline="2026-01-09"),
        sync.task("T2", deadline="2026-01-09T23:30"),
        sync.task("T3", deadline="2026-01-09T00:15"),
    )
    for zone, bare in (("Asia/Manila", "10:00:00"), ("America/New_York", "23:00:00")):
        sync.seed(sync.content(*tasks, policy=Policy(time_zone=zone)))
        assert sync.get("T1", "date_deadline") in {"2026-01-09 10:00:00", f"2026-01-09 {bare}"}
    sync.write("T1", date_deadline="2026-01-09 20:00:00")  # another hour of that day
    assert sync.plan().empty


def test_an_unknown_company_refuses_its_project_and_lets_the_others_through(sync: Sync):
    bad = sync.project(external_ref=sync.ref("Q"), company_name="Nobody Inc")
    tasks = (sync.task("T1"), sync.task("T2", project="Q"))
    done = sync.seed(sync.content(*tasks, projects=(sync.project(), bad)))
    assert done.run.status == "partial"
    actions = {item.external_ref.removeprefix(sync.run): item.action for item in done.run.items}
    assert actions == {"P": "created", "T1": "created", "Q": "failed", "T2": "blocked"}


def test_somebody_not_allowed_in_the_company_is_refused_before_anything_is_written(sync: Sync):
    done = sync.seed(sync.content(sync.task("T1", assignee_emails=(sync.email("outsider"),))))
    assert done.run.status == "failed"
    assert "not allowed in the company" in str(done.run.items[0].error)
    domain = [("x_external_ref", "=like", f"{sync.run}%")]
    assert sync.world.call("project.project", "search_count", domain) == 0


def test_a_ref_that_stands_twice_is_refused_with_both_ids(sync: Sync):
    sync.seed(sync.content(sync.task("T1"), sync.task("T2")))
    first = sync.id_of("T1")
    twin = sync.world.task(sync.id_of("P", "project.project"), x_external_ref=sync.ref("T1"))
    renamed = (sync.task("T1", name="New"), sync.task("T2", name="New"))
    with pytest.raises(OdooSeedError, match=rf"ids {first}, {twin}.* Nothing was written"):
        sync.seed(sync.content(*renamed))
    assert sync.get("T2", "name") == "Task T2"
    done = sync.seed(sync.content(*renamed, policy=Policy(guards=Guards(max_ambiguous_refs=1))))
    assert done.run.status == "partial"
    [bad] = [item for item in done.run.items if item.action == "failed"]
    assert f"{first} (written by odoo-seed), {twin}" in str(bad.error)
    assert sync.get("T2", "name") == "New"


def test_a_copy_made_in_odoo_does_not_carry_the_ref(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    sync.world.call("project.task", "copy", [sync.id_of("T1")])
    assert sync.plan().empty


def test_a_task_deleted_in_odoo_is_created_again(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    first = sync.id_of("T1")
    sync.world.call("project.task", "unlink", [first])
    [change] = sync.plan().changes
    assert change.note == f"it was deleted in Odoo, where it was id {first}"
    sync.seed(sync.content(sync.task("T1")))
    assert sync.id_of("T1") != first


def test_dependencies_can_be_reversed_and_parents_swapped(sync: Sync):
    sync.seed(
        sync.content(
            sync.task("A", depends_on_refs=("B",)), sync.task("B", depends_on_refs=()),
            sync.task("C", parent_external_ref="D"), sync.task("D"),
        )
    )  # fmt: skip
    sync.seed(
        sync.content(
            sync.task("A", depends_on_refs=()), sync.task("B", depends_on_refs=("A",)),
            sync.task("C"), sync.task("D", parent_external_ref="C"),
        )
    )  # fmt: skip
    assert sync.get("B", "depend_on_ids") == [sync.id_of("A")]
    assert sync.get("D", "parent_id") == sync.id_of("C")


def test_an_archived_dependency_is_not_drift(sync: Sync):
    tasks = (sync.task("A", is_active=False), sync.task("B", depends_on_refs=("A",)))
    sync.seed(sync.content(*tasks))
    assert sync.get("B", "depend_on_ids") == [sync.id_of("A")]


def test_a_milestone_is_renamed_in_place_and_stays_reached(sync: Sync):
    def milestones(name, deadline=None):
        return (Milestone(sync.ref("M1"), sync.ref("P"), name, deadline, source=SOURCE),)

    task = sync.task("T1", milestone_external_ref="M1")
    sync.seed(sync.content(task, milestones=milestones("Old")))
    milestone = sync.get("T1", "milestone_id")
    sync.world.call("project.milestone", "write", [milestone], {"is_reached": True})
    sync.seed(sync.content(task, milestones=milestones("New", date(2026, 2, 5))))
    row = sync.world.call(
        "project.milestone", "read", [milestone], ["name", "is_reached", "deadline"]
    )[0]
    assert (row["name"], row["is_reached"], row["deadline"]) == ("New", True, "2026-02-05")


def test_a_parents_milestone_does_not_spread_to_a_subtask_with_its_own(sync: Sync):
    milestones = tuple(
        Milestone(sync.ref(name), sync.ref("P"), name, source=SOURCE) for name in ("M1", "M2")
    )

    def seed(parents):
        sync.seed(
            sync.content(
                sync.task("A", milestone_external_ref=parents),
                sync.task("B", parent_external_ref="A", milestone_external_ref="M1"),
                milestones=milestones,
            )
        )

    seed("M1")
    seed("M2")
    assert sync.get("B", "milestone_id") != sync.get("A", "milestone_id")


def test_seeding_is_silent_and_people_follow_their_work(sync: Sync):
    world = sync.world
    mails = world.mails()
    project = sync.project(visibility="followers", manager_email=sync.email("manager"))
    task = sync.task("T1", assignee_emails=(sync.email("assignee"),), deadline="2026-01-09")
    sync.seed(sync.content(task, project=project))
    sync.seed(
        sync.content(
            replace(task, name="New", deadline="2026-01-12", planned_hours=4.0), project=project
        )
    )
    assert world.mails() == mails
    project_id, task_id = sync.id_of("P", "project.project"), sync.id_of("T1")
    assert world.messages("project.project", project_id) == 0
    assert world.messages("project.task", task_id) == 0
    assert world.partner("manager") in world.followers("project.project", project_id)
    assert world.partner("assignee") in world.followers("project.task", task_id)
    names = world.as_person("assignee").call("project.task", "search", [("id", "=", task_id)])
    assert names == [task_id]


def test_what_odoo_refuses_is_named_and_does_not_stop_the_rest(sync: Sync):
    other = sync.project(external_ref=sync.ref("Q"), name="Other")
    sync.seed(sync.content(sync.task("T1"), projects=(sync.project(), other)))
    # Odoo refuses an end before the start; our own rules would too, so they are passed by.
    bad = sync.project(date_start=date(2026, 5, 1), date_end=date(2026, 1, 1))
    content = sync.content(
        sync.task("T1", name="New"), projects=(bad, replace(other, name="Renamed"))
    )
    applied = sync.store.read_applied("default")
    writer = OdooWriting(sync.world.server.transport)
    plan = make_plan(content, applied, writer.read_live(live_query(content, applied)), "default")
    index = SeedIndex(content.seed)
    ledger = Ledger(plan, applied, Ownership(content.policy, index), sync.store)
    with sync.store.lock("default", "this test") as lock:
        Apply(plan, index, writer, sync.store, lock, ledger, SilentProgress()).run()
    actions = {ref.removeprefix(sync.run): item.action for (_, ref), item in ledger.items.items()}
    assert actions == {"P": "failed", "Q": "updated", "T1": "updated"}
    assert "date" in str(ledger.items["project", sync.ref("P")].error).lower()


def test_reading_is_whole_with_archived_records_and_names_unknown_ones_by_id(sync: Sync):
    sync.seed(sync.content(sync.task("T1"), sync.task("T2", is_active=False)))
    stranger = sync.world.task(sync.id_of("P", "project.project"))
    sync.write("T1", depend_on_ids=[(4, stranger)])
    reader = OdooReading(sync.world.server.transport)

    live = reader.read_live(LiveQuery())
    assert live.records["task", sync.ref("T1")].values["depends_on_refs"] == (f"odoo:{stranger}",)
    assert live.records["task", sync.ref("T2")].values["is_active"] is False


def test_an_empty_seed_never_archives_everything(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    sync.store.load(SeedAndPolicy(Seed(), Policy()), None)
    plan = sync.plan()
    assert [trip.guard for trip in plan.guards] == ["empty-seed"]


def test_a_task_that_lost_its_ref_in_odoo_is_refused_and_not_created_again(sync: Sync):
    sync.seed(sync.content(sync.task("T1"), sync.task("T2")))
    lost = sync.id_of("T1")
    sync.write("T1", x_external_ref=False)
    done = sync.seed(sync.content(sync.task("T1"), sync.task("T2", name="New")))
    assert done.run.status == "partial"
    [bad] = [item for item in done.run.items if item.action == "failed"]
    assert f"id {lost}" in str(bad.error)
    assert sync.get("T2", "name") == "New"


def test_a_task_moved_in_odoo_is_told_and_moved_back_with_its_state(sync: Sync):
    both = (sync.project(), sync.project(external_ref=sync.ref("Q"), name="Other"))
    content = sync.content(sync.task("T1"), projects=both)
    sync.seed(content)
    sync.write("T1", project_id=sync.id_of("Q", "project.project"))
    sync.write("T1", state="1_done")
    [change] = sync.plan().changes
    assert [(item.name, item.cause) for item in change.fields] == [
        ("project_external_ref", "drift")
    ]
    sync.seed(content)
    assert sync.get("T1", "project_id", "state") == [sync.id_of("P", "project.project"), "1_done"]


def test_recurring_and_private_tasks_are_left_alone(sync: Sync):
    sync.seed(sync.content(sync.task("T1"), sync.task("T2")))
    sync.write("T1", recurring_task=True)
    me = sync.world.server.transport.login()
    sync.write("T2", project_id=False, user_ids=[(4, me)])  # private tasks show to their own only
    sync.store.load(sync.content(sync.task("T1", name="New"), sync.task("T2", name="New")), None)
    plan = sync.plan()
    assert plan.empty
    assert {item.external_ref.removeprefix(sync.run) for item in plan.left_alone} == {"T1", "T2"}
    found = sync.verify()
    assert [item for item in found.findings if item.external_ref.startswith(sync.run)] == []
    assert {item.key for item in plan.left_alone} <= {
        (item.kind, item.external_ref) for item in found.left_alone
    }


def test_a_reviewed_task_that_must_wait_again_is_announced(sync: Sync):
    tasks = [sync.task("T1"), sync.task("T2")]
    sync.seed(sync.content(*tasks))
    sync.write("T1", state="03_approved")
    tasks[0] = replace(tasks[0], depends_on_refs=(sync.ref("T2"),))
    sync.store.load(sync.content(*tasks), None)
    [change] = sync.plan().changes
    assert "will wait again" in change.note
    sync.seed(sync.content(*tasks))
    assert sync.get("T1", "state") == "04_waiting_normal"


@pytest.mark.parametrize(
    "change", [{"stage_name": "Doing"}, {"depends_on_refs": ("Z",)}, {"parent_external_ref": "Z"}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_reviews_of_tasks_behind_the_written_one_survive(sync: Sync, change):
    """Through a closed task in between, and for a task that people made in Odoo themselves."""

    def seed(**values):
        behind = [
            sync.task("B", depends_on_refs=("A",)),
            sync.task("C", depends_on_refs=("B",)),
            sync.task("D", depends_on_refs=("C",)),
        ]
        sync.seed(
            sync.content(sync.task("A", **values), sync.task("Z"), *behind, policy=GIT_STAGES)
        )

    seed()
    theirs = sync.world.task(
        sync.id_of("P", "project.project"), depend_on_ids=[(4, sync.id_of("D"))]
    )
    for name, state in (("Z", "1_done"), ("A", "1_done"), ("B", "1_done"), ("C", "03_approved")):
        sync.write(name, state=state)
    sync.write("C", state="1_done")
    sync.write("D", state="02_changes_requested")
    sync.write("C", state="1_canceled")
    sync.write("D", state="02_changes_requested")
    sync.world.write(theirs, state="04_waiting_normal")
    before = {name: sync.get(name, "state") for name in "ABCDZ"}
    assert before["D"] == "02_changes_requested"
    seed(**change)
    assert {name: sync.get(name, "state") for name in "ABCDZ"} == before
    assert sync.store.held_states("default") == {}


def test_closed_subtasks_of_a_moved_task_stay_closed(sync: Sync):
    both = (sync.project(), sync.project(external_ref=sync.ref("Q"), name="Other"))
    tasks = {"A": {}, "B": {"parent_external_ref": "A"}}
    sync.seed(sync.content(*(sync.task(key, **v) for key, v in tasks.items()), projects=both))
    theirs = sync.world.task(sync.id_of("P", "project.project"), parent_id=sync.id_of("A"))
    sync.world.write(theirs, state="1_done")
    sync.write("B", state="1_canceled")
    moved = (sync.task(key, project="Q", **v) for key, v in tasks.items())
    sync.seed(sync.content(*moved, projects=both))
    assert sync.get("B", "state") == "1_canceled"
    assert sync.world.get(theirs, "state") == "1_done"


def test_a_new_task_waits_for_its_open_dependency_and_not_for_a_closed_one(sync: Sync):
    first = (sync.task("A"), sync.task("B"))
    sync.seed(sync.content(*first))
    sync.write("A", state="1_done")
    new = (
        sync.task("C", depends_on_refs=("A",)),
        sync.task("D", depends_on_refs=("A", "B")),
        sync.task("E", depends_on_refs=("C",)),
    )
    sync.seed(sync.content(*first, *new))
    states = [sync.get(name, "state") for name in "CDE"]
    assert states == ["01_in_progress", "04_waiting_normal", "04_waiting_normal"]


def test_the_bot_does_not_follow_the_tasks_it_makes(sync: Sync):
    sync.seed(sync.content(sync.task("T1", assignee_emails=(sync.email("assignee"),))))
    followers = sync.world.followers("project.task", sync.id_of("T1"))
    assert followers == {sync.world.partner("assignee")}


def test_a_high_priority_is_what_this_odoo_calls_high(sync: Sync):
    code = "1" if sync.world.server.major < 19 else "2"
    sync.seed(sync.content(sync.task("T1", priority="high"), sync.task("T2", priority="low")))
    assert [sync.get("T1", "priority"), sync.get("T2", "priority")] == [code, "0"]
    fields = sync.world.call("project.task", "fields_get", ["priority"], ["selection"])
    assert dict(fields["priority"]["selection"])[code].startswith("High")


def test_every_priority_that_people_choose_can_be_read(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    found = {}
    selection = sync.world.call("project.task", "fields_get", ["priority"], ["selection"])
    for code in [*(code for code, _ in selection["priority"]["selection"]), False]:
        sync.write("T1", priority=code)
        live = OdooReading(sync.world.server.transport).read_live(LiveQuery())
        found[code] = live.records["task", sync.ref("T1")].values["priority"]
    expected = {"0": "low", "1": "high"}
    if sync.world.server.major >= 19:
        expected = {"0": "low", "1": "medium", "2": "high", "3": "urgent"}
    assert found == {**expected, False: "low"}


def test_another_priority_chosen_in_odoo_is_told_by_its_name_and_put_back(sync: Sync):
    content = sync.content(sync.task("T1", priority="high"), sync.task("T2", priority="low"))
    sync.seed(content)
    codes = {"low": "0", "high": "1"}
    if sync.world.server.major >= 19:
        codes = {"low": "0", "medium": "1", "high": "2", "urgent": "3"}
    chosen = {"T1": list(codes)[-1 if len(codes) > 2 else 0], "T2": list(codes)[1]}
    for key, name in chosen.items():
        sync.write(key, priority=codes[name])
    changes = {change.external_ref: change.fields for change in sync.plan().changes}
    told = {ref.removeprefix(sync.run): item.old for ref, (item,) in changes.items()}
    assert told == chosen
    sync.seed(content)
    assert [sync.get(key, "priority") for key in chosen] == [codes["high"], "0"]


def test_a_task_that_gets_a_parent_and_an_open_dependency_at_once_waits(sync: Sync):
    tasks = {name: sync.task(name) for name in "ABC"}
    sync.seed(sync.content(*tasks.values()))
    changed = replace(
        tasks["A"], parent_external_ref=sync.ref("B"), depends_on_refs=(sync.ref("C"),)
    )
    sync.seed(sync.content(changed, tasks["B"], tasks["C"]))
    assert sync.get("A", "state", "parent_id", "depend_on_ids") == [
        "04_waiting_normal", sync.id_of("B"), [sync.id_of("C")],
    ]  # fmt: skip


def test_a_renamed_ref_keeps_its_record_and_what_points_to_it(sync: Sync):
    sync.seed(
        sync.content(
            sync.task("OLD", name="Task"), sync.task("B", depends_on_refs=("OLD",)),
            sync.task("C", parent_external_ref="OLD"),
        )
    )  # fmt: skip
    first = sync.id_of("OLD")
    sync.write("OLD", state="1_done")
    done = sync.seed(
        sync.content(
            sync.task("NEW", name="Task", previous_refs=(sync.ref("OLD"),)),
            sync.task("B", depends_on_refs=("NEW",)), sync.task("C", parent_external_ref="NEW"),
        )
    )  # fmt: skip
    assert [item.action for item in done.run.items] == ["updated"]
    assert sync.id_of("NEW") == first
    assert sync.get("NEW", "state") == "1_done"
    assert sync.plan().empty


def test_a_renamed_project_keeps_its_tasks_and_stages(sync: Sync):
    sync.seed(sync.content(sync.task("T1")))
    first = sync.id_of("P", "project.project")
    new = sync.project(external_ref=sync.ref("Q"), previous_refs=(sync.ref("P"),))
    done = sync.seed(sync.content(sync.task("T1", project="Q"), project=new))
    assert [item.action for item in done.run.items] == ["updated"]
    assert sync.id_of("Q", "project.project") == first


def test_a_project_with_a_protected_task_is_not_archived_when_its_yaml_goes(sync: Sync):
    other = sync.project(external_ref=sync.ref("Q"), name="Other")
    sync.seed(sync.content(sync.task("T1", protected=True), projects=(sync.project(), other)))
    with pytest.raises(OdooSeedError, match=r"with protected tasks in it.*T1.* would be archived"):
        sync.seed(sync.content(projects=(other,)))
    assert sync.get("T1", "active") is True
    assert sync.get("P", "active", model="project.project") is True


def test_a_task_moves_to_a_live_project_that_lacks_its_stage(sync: Sync):
    other = sync.project(external_ref=sync.ref("Q"), name="Other", stages=None)
    both = (sync.project(), other)
    sync.seed(sync.content(sync.task("T1", stage_name="Doing"), projects=both))
    sync.seed(sync.content(sync.task("T1", stage_name="Doing", project="Q"), projects=both))
    stage = sync.get("T1", "stage_id")
    assert sync.world.read("project.task.type", stage, "name") == "Doing"


def test_a_recurring_task_is_neither_archived_nor_taken_for_applied(sync: Sync):
    sync.seed(sync.content(sync.task("T1", deadline="2026-01-09"), sync.task("T2")))
    sync.write("T1", recurring_task=True)
    sync.write("T2", recurring_task=True)
    sync.seed(sync.content(sync.task("T1")))
    assert sync.get("T2", "active") is True
    sync.write("T1", recurring_task=False)
    sync.seed(sync.content(sync.task("T1")))
    assert sync.get("T1", "date_deadline") is False


def test_a_stage_that_git_reorders_or_folds_changes_on_the_board_and_teams_changes_stay(sync: Sync):
    def board():
        ids = sync.get("P", "type_ids", model="project.project")
        rows = sync.world.call(
            "project.task.type", "read", ids, ["name", "sequence", "fold"], load=""
        )
        rows.sort(key=lambda row: (row["sequence"], row["id"]))
        return [(row["name"], row["fold"]) for row in rows]

    sync.seed(sync.content(sync.task("T1")))
    stages = sync.get("P", "type_ids", model="project.project")
    sync.world.call("project.task.type", "write", [stages[1]], {"fold": True})
    sync.seed(sync.content(sync.task("T1")))
    assert board() == [("To Do", False), ("Doing", True), ("Done", True)]
    stages = (Stage("Doing"), Stage("To Do", fold=True), Stage("Done"))
    sync.seed(sync.content(sync.task("T1"), project=sync.project(stages=stages)))
    assert board() == [("Doing", False), ("To Do", True), ("Done", False)]


def test_tasks_that_a_killed_run_left_followed_by_the_bot_are_let_go_of(sync: Sync):
    (me,) = sync.world.call(
        "res.users", "read", [sync.world.server.transport.login()], ["partner_id"], load=""
    )
    sync.seed(sync.content(sync.task("T1"), sync.task("T2")))
    ids = [sync.get(ref, "id") for ref in ("T1", "T2")]
    sync.world.call("project.task", "message_subscribe", ids, [me["partner_id"]])
    sync.seed(sync.content(sync.task("T1"), sync.task("T2")))
    assert me["partner_id"] in sync.get("T1", "message_partner_ids")

    sync.store.note_following("default", following=True)
    sync.seed(sync.content(sync.task("T1"), sync.task("T2")))
    assert me["partner_id"] not in sync.get("T1", "message_partner_ids")
    assert me["partner_id"] not in sync.get("T2", "message_partner_ids")
    assert not sync.store.is_following("default")


def test_a_new_subtask_keeps_its_milestone_though_its_parent_leaves_the_same_one(sync: Sync):
    first, second = (
        Milestone(sync.ref(name), sync.ref("P"), name, source=SOURCE) for name in ("M1", "M2")
    )
    parent = sync.task("T1", milestone_external_ref="M1")
    sync.seed(sync.content(parent, milestones=(first, second)))
    child = sync.task("T2", parent_external_ref="T1", milestone_external_ref="M1")
    moved = sync.task("T1", milestone_external_ref="M2")
    sync.seed(sync.content(moved, child, milestones=(first, second)))
    assert sync.plan().empty
    names = [
        sync.world.read("project.milestone", sync.get(ref, "milestone_id"), "name")
        for ref in ("T1", "T2")
    ]
    assert names == ["M2", "M1"]


@pytest.mark.parametrize("archived", ["task", "project"])
def test_a_task_that_is_archived_hands_nothing_down_to_its_subtask(sync: Sync, archived: str):
    milestone = Milestone(sync.ref("M1"), sync.ref("P"), "M1", source=SOURCE)
    child = sync.task("T2", parent_external_ref="T1", milestone_external_ref="M1")
    parent = sync.task("T1", milestone_external_ref="M1")
    sync.seed(sync.content(parent, child, milestones=(milestone,)))
    before = sync.get("T2", "milestone_id")
    bare = sync.task("T1", is_active=archived != "task")
    project = sync.project(is_active=archived != "project")
    sync.seed(sync.content(bare, child, milestones=(milestone,), project=project))
    assert sync.plan().empty
    assert sync.get("T2", "milestone_id") == before
    assert sync.get("T1", "milestone_id") is False
