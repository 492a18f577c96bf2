from dataclasses import replace

from builders import PROJECT, applied_of, content, in_odoo, plan_of, task

from odoo_seed.core.guards import allow_options
from odoo_seed.core.live import AppliedRecord, Live, LiveUser
from odoo_seed.core.model import Seed, SeedAndPolicy
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Guards, Policy


def guards(plan):
    return [trip.guard for trip in plan.guards]


def protecting(before, *refs):
    """What was applied, with these tasks protected."""
    applied = applied_of(before)
    for ref in refs:
        old = applied["task", ref]
        values = {**old.values, "protected": True}
        applied["task", ref] = AppliedRecord("task", ref, old.odoo_id, values)
    return applied


def test_removing_a_protected_record_from_the_yaml_trips_a_guard_that_only_a_person_lifts():
    before, after = content(task("T1", protected=True), task("T2")), content(task("T2"))
    plan = make_plan(after, protecting(before, "T1"), in_odoo(before), "default")
    assert guards(plan) == ["protected"]
    assert plan.guards[0].message == "task T1 “T1” would be archived."
    assert plan.guards[0].setting == ""
    assert [(item.action, item.external_ref) for item in plan.changes] == [("archive", "T1")]


def test_is_active_false_on_a_protected_record_trips_the_guard():
    before = content(task("T1", protected=True))
    after = content(task("T1", protected=True, is_active=False))
    plan = make_plan(after, protecting(before, "T1"), in_odoo(before), "default")
    assert guards(plan) == ["protected"]


def test_lifting_the_protection_trips_the_guard_and_is_in_the_checksum():
    before, after = content(task("T1", protected=True)), content(task("T1"))
    plan = make_plan(after, protecting(before, "T1"), in_odoo(before), "default")
    assert plan.empty
    assert guards(plan) == ["protected"]
    assert plan.unprotected == (("task", "T1"),)
    assert "task T1 “T1” would no longer be protected" in plan.guards[0].message
    assert plan.checksum != plan_of(after, after).checksum


def test_the_archive_guard_needs_no_memory_of_what_was_written():
    before = content(*[task(f"T{number}") for number in range(12)])
    after = content(*[task(f"T{number}", is_active=False) for number in range(12)])
    plan = make_plan(after, {}, in_odoo(before), "default")
    assert guards(plan) == ["archive"]
    assert plan.guards[0].message.startswith("12 of 13 managed records would be archived")


def test_protecting_trips_nothing():
    before, after = content(task("T1")), content(task("T1", protected=True))
    assert not plan_of(after, before).guards


def test_archiving_a_project_with_protected_tasks_in_it_trips_the_guard():
    before = content(task("T1", protected=True))
    plan = make_plan(
        SeedAndPolicy(Seed(projects=(replace(PROJECT, external_ref="Q"),)), Policy()),
        protecting(before, "T1"),
        in_odoo(before),
        "default",
    )
    assert "project P “Close” would be archived with protected tasks in it" in (
        plan.guards[0].message
    )


def test_a_protected_task_that_moves_away_first_does_not_hold_its_project():
    other = replace(PROJECT, external_ref="Q", name="Other")
    before = SeedAndPolicy(
        Seed(projects=(PROJECT, other), tasks=(task("T1", protected=True),)), Policy()
    )
    moved = task("T1", protected=True, project_external_ref="Q")
    after = SeedAndPolicy(Seed(projects=(other,), tasks=(moved,)), Policy())
    plan = make_plan(after, protecting(before, "T1"), in_odoo(before), "default")
    assert not plan.guards
    assert plan.count("archive") == 1


def with_companies(live, **companies):
    live.directory.companies.update(companies)
    return live


def test_giving_a_project_to_another_company_trips_a_guard_unless_the_policy_allows_it():
    before = content(task("T1"))
    moved = replace(PROJECT, company_name="Other Inc")
    live = with_companies(in_odoo(before), **{"Other Inc": 2})
    live.directory.users["rey@example.com"] = LiveUser(5, "rey@example.com", True, (1, 2))
    plan = make_plan(content(task("T1"), project=moved), applied_of(before), live, "default")
    assert guards(plan) == ["company"]
    assert "project P “Close” from ACME to Other Inc" in plan.guards[0].message
    assert plan.guards[0].setting == "policy.guards.max_company_moves"
    policy = Policy(guards=Guards(max_company_moves=1))
    allowed = content(task("T1"), project=moved, policy=policy)
    assert not make_plan(allowed, applied_of(before), live, "default").guards


def test_a_company_that_the_bot_may_not_use_would_hide_the_project_from_it():
    before = content(task("T1"))
    moved = replace(PROJECT, company_name="Other Inc", manager_email=None)
    live = with_companies(in_odoo(before), **{"Other Inc": 2})
    live.directory.me = LiveUser(9, "bot@example.com", True, (1,))
    policy = Policy(guards=Guards(max_company_moves=1))
    wanted = content(task("T1"), project=moved, policy=policy)
    plan = make_plan(wanted, applied_of(before), live, "default")
    assert guards(plan) == ["bot-access"]
    assert "bot@example.com" in plan.guards[0].message
    assert plan.guards[0].setting == ""
    live.directory.me = LiveUser(9, "bot@example.com", True, (1, 2))
    assert not make_plan(wanted, applied_of(before), live, "default").guards


def test_a_new_project_in_a_company_that_the_bot_may_not_use_is_refused_by_name():
    live = with_companies(in_odoo(content()), **{"Other Inc": 2})
    live.directory.me = LiveUser(9, "bot@example.com", True, (1,))
    new = replace(PROJECT, external_ref="Q", company_name="Other Inc", manager_email=None)
    wanted = SeedAndPolicy(Seed(projects=(PROJECT, new)), Policy())
    plan = make_plan(wanted, applied_of(content()), live, "default")
    assert plan.refusals[0].message.startswith("bot@example.com, as whom this works")
    assert plan.count("create") == 0


def test_an_ambiguous_ref_stops_the_whole_plan_unless_the_policy_says_otherwise():
    wanted = content(task("T1"), task("T2"))
    live = in_odoo(content())
    twice = Live(live.records, live.directory, {("task", "T1"): (41, 42)})
    plan = make_plan(wanted, applied_of(content()), twice, "default")
    assert guards(plan) == ["ambiguous-ref"]
    assert "task T1 (ids 41, 42)" in plan.guards[0].message
    policy = Policy(guards=Guards(max_ambiguous_refs=1))
    lenient = content(task("T1"), task("T2"), policy=policy)
    plan = make_plan(lenient, applied_of(content()), twice, "default")
    assert not plan.guards
    assert [item.external_ref for item in plan.refusals] == ["T1"]
    assert [item.external_ref for item in plan.changes] == ["T2"]


def test_an_ambiguous_ref_that_left_git_is_neither_forgotten_nor_archived():
    before, after = content(task("T1"), task("T2")), content(task("T2"))
    live = in_odoo(before)
    records = {key: record for key, record in live.records.items() if key != ("task", "T1")}
    twice = Live(records, live.directory, {("task", "T1"): (41, 42)})
    plan = make_plan(after, applied_of(before), twice, "default")
    assert guards(plan) == ["ambiguous-ref"]
    assert plan.forget == ()
    assert plan.empty


def test_a_former_ref_that_is_ambiguous_is_refused_instead_of_creating_a_third_record():
    before = content(task("OLD"))
    live = in_odoo(before)
    records = {key: record for key, record in live.records.items() if key != ("task", "OLD")}
    twice = Live(records, live.directory, {("task", "OLD"): (41, 42)})
    wanted = content(task("NEW", previous_refs=("OLD",)))
    plan = make_plan(wanted, applied_of(before), twice, "default")
    assert guards(plan) == ["ambiguous-ref"]
    assert "OLD stands on 2 tasks" in plan.refusals[0].message
    assert plan.empty


def test_all_guards_that_trip_are_passed_with_one_line():
    before = content(*(task(f"T{number}") for number in range(12)))
    after = content(project=replace(PROJECT, company_name="Other Inc"))
    live = with_companies(in_odoo(before), **{"Other Inc": 2})
    live.directory.users["rey@example.com"] = LiveUser(5, "rey@example.com", True, (1, 2))
    plan = make_plan(after, applied_of(before), live, "default")
    assert guards(plan) == ["archive", "company"]
    assert allow_options(plan, plan.guards) == (
        f"--allow archive={plan.checksum} --allow company={plan.checksum}"
    )


def test_a_plan_for_part_of_the_seed_does_not_archive_what_git_calls_inactive():
    before, after = content(task("T1")), content(task("T1", is_active=False, name="New"))
    plan = make_plan(after, applied_of(before), in_odoo(before), "default", only=["P"])
    assert [item.values for item in plan.changes] == [{"name": "New"}]
    assert "archives nothing" in plan.left_alone[0].message
    whole = make_plan(after, applied_of(before), in_odoo(before), "default")
    assert whole.changes[0].values == {"name": "New", "is_active": False}
