import random
from dataclasses import replace

from builders import PROJECT, applied_of, change_of, content, in_odoo, plan_of, task

from odoo_seed.core.live import AppliedRecord, Live, LiveStage
from odoo_seed.core.model import Program, Seed, SeedAndPolicy, Stage
from odoo_seed.core.plan import Plan, StageToAdd
from odoo_seed.core.plan_json import as_json
from odoo_seed.core.planned import planned
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Guards, Policy


def test_an_unchanged_seed_plans_nothing():
    seeded = content(task("T1", description="Text", tag_names=("GL",), deadline="2026-01-09"))
    assert plan_of(seeded, seeded).empty


def test_a_changed_field_is_a_change_from_git():
    before, after = content(task("T1", name="Old")), content(task("T1", name="New"))
    assert change_of(plan_of(after, before), "T1") == {"name": ("Old", "New", "git")}


def test_a_field_changed_in_odoo_alone_is_drift_and_healed():
    seeded = content(task("T1", name="Ours"))
    found = change_of(plan_of(seeded, seeded, T1={"name": "Theirs"}), "T1")
    assert found == {"name": ("Theirs", "Ours", "drift")}


def test_a_field_changed_on_both_sides_is_a_conflict():
    before, after = content(task("T1", name="Old")), content(task("T1", name="New"))
    found = change_of(plan_of(after, before, T1={"name": "Theirs"}), "T1")
    assert found == {"name": ("Theirs", "New", "conflict")}


def test_both_sides_changed_to_the_same_value_is_no_change():
    before, after = content(task("T1", name="Old")), content(task("T1", name="New"))
    assert plan_of(after, before, T1={"name": "New"}).empty


def test_a_value_removed_from_the_yaml_is_cleared_in_odoo():
    before = content(
        task("T1", deadline="2026-01-09", planned_hours=6.0, tag_names=("GL",), description="Text")
    )
    found = change_of(plan_of(content(task("T1")), before), "T1")
    assert {name: new for name, (_, new, _) in found.items()} == {
        "deadline": None,
        "planned_hours": 0.0,
        "tag_names": (),
        "description": None,
    }


def test_what_the_seed_never_named_belongs_to_odoos_users():
    seeded = content(task("T1"))
    theirs = {"description": "<p>Notes</p>", "assignee_emails": ("rey@example.com",)}
    assert plan_of(seeded, seeded, T1=theirs).empty


def test_an_explicit_empty_list_is_enforced():
    seeded = content(task("T1", tag_names=()))
    found = change_of(plan_of(seeded, seeded, T1={"tag_names": ("Mine",)}), "T1")
    assert found == {"tag_names": (("Mine",), (), "drift")}


def test_a_moved_card_stays_where_the_team_put_it():
    seeded = content(task("T1"))
    plan = plan_of(seeded, seeded, T1={"stage_name": "Done"})
    assert plan.empty
    assert [item.change.name for item in plan.kept] == ["stage_name"]


def test_a_stage_that_git_owns_is_put_back():
    seeded = content(task("T1"), policy=Policy(ownership={"task": {"stage_name": "git"}}))
    assert "stage_name" in change_of(plan_of(seeded, seeded, T1={"stage_name": "Done"}), "T1")


def test_a_field_owned_by_odoo_is_neither_written_nor_created():
    policy = Policy(ownership={"task": {"deadline": "odoo"}})
    seeded = content(task("T1", deadline="2026-01-09"), policy=policy)
    assert "deadline" not in change_of(plan_of(seeded), "T1")
    assert plan_of(seeded, seeded, T1={"deadline": "2026-02-01T10:00"}).empty


def test_a_record_removed_from_git_is_archived_once():
    before, after = content(task("T1"), task("T2")), content(task("T1"))
    plan = plan_of(after, before)
    assert [(item.action, item.external_ref) for item in plan.changes] == [("archive", "T2")]
    assert plan_of(after, before, T2={"is_active": False}).empty


def test_a_removed_record_that_somebody_took_back_is_an_orphan_and_left_alone():
    before, after = content(task("T1"), task("T2")), content(task("T1"))
    applied = applied_of(before)
    old = applied["task", "T2"]
    applied["task", "T2"] = AppliedRecord("task", "T2", 9, {**old.values, "is_active": False})
    plan = make_plan(after, applied, in_odoo(before), "default")
    assert plan.empty
    assert [item.external_ref for item in plan.orphans] == ["T2"]


def test_a_ref_that_we_never_wrote_is_an_orphan_and_never_archived():
    before, after = content(task("T1"), task("T2")), content(task("T1"))
    plan = make_plan(after, applied_of(after), in_odoo(before), "default")
    assert plan.empty
    assert [item.external_ref for item in plan.orphans] == ["T2"]


def test_a_plan_for_part_of_the_seed_archives_nothing():
    before, after = content(task("T1"), task("T2")), content(task("T1"))
    plan = make_plan(after, applied_of(before), in_odoo(before), "default", only=["P"])
    assert plan.empty


def test_a_project_that_is_not_synced_is_left_alone_wholly():
    before = content(task("T1"), task("T2"))
    after = content(task("T1", name="New"), project=replace(PROJECT, sync_enabled=False))
    plan = plan_of(after, before)
    assert plan.empty
    assert not plan.orphans


def test_an_inactive_program_archives_its_projects_and_tasks():
    program = Program("fin", "Finance")
    project = replace(PROJECT, program_slug="fin")
    before = SeedAndPolicy(Seed((program,), (project,), (), (task("T1"),)), Policy())
    off = replace(before.seed, programs=(replace(program, active=False),))
    plan = plan_of(SeedAndPolicy(off, Policy()), before)
    assert {item.external_ref for item in plan.changes} == {"P", "T1"}
    assert all(item.values == {"is_active": False} for item in plan.changes)


def test_a_project_carries_its_program_as_a_tag():
    project = replace(PROJECT, program_slug="fin", tag_names=("Mine",))
    seeded = SeedAndPolicy(Seed((Program("fin", "Finance"),), (project,)), Policy())
    assert change_of(plan_of(seeded), "P")["tag_names"][1] == ("Finance", "Mine")


def test_an_unknown_company_refuses_the_whole_project():
    wanted = content(task("T1"), project=replace(PROJECT, company_name="Nobody Inc"))
    plan = plan_of(wanted)
    assert plan.empty
    assert "Nobody Inc" in plan.refusals[0].message
    assert "ACME" in plan.refusals[0].remedy
    assert [item.external_ref for item in plan.blocked] == ["T1"]


def test_unknown_archived_and_foreign_people_are_told_apart():
    words = []
    for email in ("nobody@example.com", "gone@example.com", "else@example.com"):
        plan = plan_of(content(task("T1", assignee_emails=(email,))))
        assert plan.empty
        words.append(plan.refusals[0].message)
    assert "no Odoo user has the login" in words[0]
    assert "is archived" in words[1]
    assert "not allowed in the company" in words[2]


def test_somebody_who_left_does_not_stop_a_project_that_still_names_them():
    seeded = content(task("T1", assignee_emails=("gone@example.com",)), task("T2"))
    after = content(task("T1", assignee_emails=("gone@example.com",), name="New"), task("T2"))
    plan = plan_of(after, seeded)
    assert not plan.refusals
    assert change_of(plan, "T1").keys() == {"name"}


def test_an_ambiguous_ref_is_refused_with_its_ids_and_blocks_what_needs_it():
    wanted = content(task("T1"), task("T2", depends_on_refs=("T1",)), task("T3"))
    live = in_odoo(content())
    twice = Live(live.records, live.directory, {("task", "T1"): (41, 42)})
    plan = make_plan(wanted, applied_of(content()), twice, "default")
    assert "41, 42" in plan.refusals[0].message
    assert [item.external_ref for item in plan.blocked] == ["T2"]
    assert [item.external_ref for item in plan.changes] == ["T3"]


def _many(number):
    return [task(f"T{place}") for place in range(number)]


def test_archiving_too_large_a_share_trips_a_guard_that_names_the_setting():
    plan = plan_of(content(*_many(6)), content(*_many(12)))
    assert [trip.guard for trip in plan.guards] == ["archive"]
    assert plan.guards[0].setting == "policy.guards.max_archive_share"


def test_archiving_too_many_records_trips_a_guard():
    plan = plan_of(content(*_many(179)), content(*_many(200)))
    assert plan.guards[0].setting == "policy.guards.max_archive_count"


def test_the_guards_limits_come_from_the_policy():
    policy = Policy(guards=Guards(max_archive_share=0.6))
    assert not plan_of(content(*_many(6), policy=policy), content(*_many(12))).guards


def test_an_empty_seed_trips_a_guard_however_few_records_there_are():
    plan = plan_of(SeedAndPolicy(Seed(), Policy()), content(task("T1")))
    assert plan.guards[0].guard == "empty-seed"


def test_the_checksum_depends_on_what_is_written_and_on_nothing_else():
    tasks = [task(f"T{place}", tag_names=("B", "A")) for place in range(9)]
    first = plan_of(content(*tasks))
    random.Random(4).shuffle(tasks)
    assert plan_of(content(*tasks)).checksum == first.checksum
    tasks[0] = replace(tasks[0], name="Other")
    assert plan_of(content(*tasks)).checksum != first.checksum


def test_missing_stages_of_a_live_project_follow_their_predecessor():
    before = content(task("T1"))
    live = in_odoo(before)
    live.directory.stages["P", "To Do"] = LiveStage(3, "To Do", 40, fold=False)
    wanted = content(task("T1"), task("T2", stage_name="Review"))
    plan = make_plan(wanted, applied_of(before), live, "default")
    assert [(item.stage.name, item.sequence) for item in plan.new_stages] == [("Review", 41)]


def test_place_and_fold_of_a_new_stage_are_in_the_checksum_and_in_a_plan_file():
    plans = [
        Plan("default", (), new_stages=(StageToAdd("P", Stage("Done", fold=fold), place),))
        for fold, place in ((False, 5), (True, 5), (True, 50))
    ]
    assert len({plan.checksum for plan in plans}) == 3
    for plan in plans:
        assert planned(as_json(plan)).plan.new_stages == plan.new_stages
