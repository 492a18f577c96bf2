"""The reverse of a run: what goes back, what was changed since and is kept, what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from builders import PROJECT, applied_of, change_of, content, in_odoo, plan_of, task

from odoo_seed.core.live import Live
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Guards, Policy
from odoo_seed.core.rollback import plan_rollback
from odoo_seed.core.runs import ItemChange, Run, RunItem

PAST: dict[str, Any] = {"create": "created", "update": "updated", "archive": "archived"}
FREE = Policy(guards=Guards(1.0, 1000, 1000))


def run_of(plan: Any, verb: Any = "seed") -> Run:
    """The run that applied a plan, as it is recorded."""
    items = [
        RunItem(
            change.kind,
            change.external_ref,
            PAST[change.action],
            None,
            tuple(ItemChange(f.name, f.old, f.new, applied=f.applied) for f in change.fields),
        )
        for change in plan.changes
    ]
    return Run("r1", "default", verb, "success", datetime.now(UTC), items=items)


def back(before: Any, after: Any, *, force: bool = False, **changed: dict[str, Any]) -> Any:
    """Take back the run that brought `after`, when Odoo changed meanwhile."""
    run = run_of(plan_of(after, before))
    live = in_odoo(after, **changed)
    return plan_rollback(run, after, applied_of(after), live, force=force).plan


BEFORE = content(task("A", deadline="2026-01-09"), task("B"), policy=FREE)
AFTER = content(task("A", deadline="2026-01-16", name="New"), task("B"), policy=FREE)


def test_fields_go_back_and_what_was_applied_before_is_remembered():
    plan = back(BEFORE, AFTER)
    assert change_of(plan, "A") == {
        "deadline": ("2026-01-16", "2026-01-09", "git"),
        "name": ("New", "A", "git"),
    }
    remembered = plan.remember["task", "A"]
    assert (remembered["deadline"], remembered["name"]) == ("2026-01-09", "A")
    assert len(plan.changes) == 1


def test_what_people_changed_since_is_kept_unless_forced():
    theirs = {"A": {"deadline": "2026-02-01T18:00"}}
    plan = back(BEFORE, AFTER, **theirs)
    assert change_of(plan, "A") == {"name": ("New", "A", "git")}
    assert [(one.external_ref, one.change.name) for one in plan.kept] == [("A", "deadline")]
    assert plan.remember["task", "A"]["deadline"] == "2026-01-16"
    forced = back(BEFORE, AFTER, force=True, **theirs)
    assert change_of(forced, "A")["deadline"] == ("2026-02-01T18:00", "2026-01-09", "conflict")
    assert forced.kept == ()


def test_a_field_that_holds_its_old_value_again_needs_nothing():
    plan = back(BEFORE, AFTER, A={"deadline": "2026-01-09T18:00", "name": "A"})
    assert plan.empty
    assert plan.kept == ()


def test_created_records_are_archived_tasks_before_their_project():
    both = content(task("A"), task("B", depends_on_refs=("A",)), policy=FREE)
    plan = back(None, both)
    assert {(c.action, c.external_ref) for c in plan.changes} == {
        ("archive", "P"), ("archive", "A"), ("archive", "B"),
    }  # fmt: skip
    assert all(values["is_active"] is False for values in plan.remember.values())


def test_a_created_record_that_people_worked_on_stays_and_its_project_with_it():
    both = content(task("A"), task("B"), policy=FREE)
    plan = back(None, both, A={"name": "Theirs"}, B={"state": "1_done"})
    assert plan.empty
    assert {one.external_ref: one.message for one in plan.left_alone} == {
        "A": "people worked on it since (name); it stays active",
        "B": "people worked on it since (its state); it stays active",
        "P": "tasks in it stay active: A, B",
    }
    assert len(back(None, both, force=True, A={"name": "Theirs"}).changes) == 3


def test_an_archived_record_comes_back():
    plan = back(BEFORE, content(task("A", deadline="2026-01-09"), policy=FREE))
    assert plan.empty  # in the builders' Odoo there is no B any more
    assert [one.message for one in plan.left_alone] == [
        "it was deleted in Odoo, where it was id None"
    ]
    run = run_of(plan_of(content(task("A", deadline="2026-01-09"), policy=FREE), BEFORE))
    live = in_odoo(BEFORE, B={"is_active": False})
    plan = plan_rollback(run, BEFORE, applied_of(BEFORE), live, force=False).plan
    assert change_of(plan, "B") == {"is_active": (False, True, "git")}


def test_a_ref_that_stands_twice_or_on_another_record_is_named():
    run = run_of(plan_of(AFTER, BEFORE))
    live = in_odoo(AFTER)
    records = {key: one for key, one in live.records.items() if key != ("task", "A")}
    twice = Live(records, live.directory, {("task", "A"): (4, 9)})
    plan = plan_rollback(run, AFTER, applied_of(AFTER), twice, force=True).plan
    assert "stands on 2 records in Odoo: ids 4, 9" in plan.left_alone[0].message
    other = replace(run, items=[replace(item, odoo_id=77) for item in run.items])
    plan = plan_rollback(other, AFTER, applied_of(AFTER), live, force=True).plan
    assert "on id 11 now; the run wrote id 77" in plan.left_alone[0].message


def test_people_and_parents_that_are_gone_refuse_the_record_alone():
    before = content(
        task("A", assignee_emails=("gone@example.com",)), task("B", parent_external_ref="C"),
        task("C"), task("D"), policy=FREE,
    )  # fmt: skip
    after = content(
        task("A", assignee_emails=()), task("B"), task("C"), task("D", name="New"), policy=FREE
    )
    run = run_of(plan_of(after, before))
    live = in_odoo(after)
    records = {key: one for key, one in live.records.items() if key != ("task", "C")}
    known = replace(live, records=records)
    plan = plan_rollback(run, after, applied_of(after), known, force=False).plan
    assert {one.external_ref: one.message for one in plan.refusals} == {
        "A": "the Odoo user gone@example.com is archived",
        "B": "its parent C is not in Odoo any more",
    }
    assert [change.external_ref for change in plan.changes] == ["D"]


def test_a_company_and_a_login_that_are_gone_refuse_their_project():
    project = replace(PROJECT, company_name="Closed Ltd", manager_email="nobody@example.com")
    before, after = content(project=project, policy=FREE), content(policy=FREE)
    known = in_odoo(before)
    known.directory.companies["Closed Ltd"] = 2
    known.directory.users["nobody@example.com"] = known.directory.users["rey@example.com"]
    run = run_of(make_plan(after, applied_of(before), known, "default"))
    company = plan_rollback(run, after, applied_of(after), in_odoo(after), force=False).plan
    assert [one.message for one in company.refusals] == [
        "company “Closed Ltd” is not in Odoo any more, or the bot may not see it"
    ]
    there = in_odoo(after)
    there.directory.companies["Closed Ltd"] = 2
    login = plan_rollback(run, after, applied_of(after), there, force=False).plan
    assert [one.message for one in login.refusals] == [
        "no Odoo user has the login nobody@example.com any more"
    ]
    assert (company.changes, login.changes) == ((), ())


def test_a_record_whose_ref_was_taken_off_is_told_apart_from_a_deleted_one():
    run = run_of(plan_of(AFTER, BEFORE))
    live = in_odoo(AFTER)
    records = {key: one for key, one in live.records.items() if key != ("task", "A")}
    stray = replace(live, records=records, strays={("task", "A"): (11, "New")})
    plan = plan_rollback(run, AFTER, applied_of(AFTER), stray, force=False).plan
    assert [one.message for one in plan.left_alone] == [
        "its x_external_ref was changed in Odoo, on id 11"
    ]


def test_a_circle_that_is_odoos_own_refuses_nothing():
    """Two calls at once can make one; it is not the rollback's to mend."""
    before = content(task("A"), task("B"), task("C"), policy=FREE)
    after = content(task("A"), task("B"), task("C", name="New"), policy=FREE)
    plan = back(before, after, A={"depends_on_refs": ("B",)}, B={"depends_on_refs": ("A",)})
    assert plan.refusals == ()
    assert change_of(plan, "C") == {"name": ("New", "C", "git")}


def test_a_link_that_people_turned_round_is_no_cycle():
    before = content(task("A"), task("B", depends_on_refs=("A",)), policy=FREE)
    after = content(task("A"), task("B"), policy=FREE)
    plan = back(before, after, A={"depends_on_refs": ("B",)})
    assert [one.external_ref for one in plan.refusals] == ["B"]
    assert "waiting for itself" in plan.refusals[0].message


def test_a_rename_goes_back_with_all_that_points_to_it():
    before = content(task("OLD", name="N"), task("B", depends_on_refs=("OLD",)), policy=FREE)
    after = content(
        task("NEW", name="N", previous_refs=("OLD",)),
        task("B", depends_on_refs=("NEW",)),
        policy=FREE,
    )
    plan = back(before, after)
    assert change_of(plan, "OLD") == {"external_ref": ("NEW", "OLD", "git")}
    assert plan.forget == (("task", "NEW"),)
    assert ("task", "OLD") in plan.remember
    assert len(plan.changes) == 1


def test_a_rollback_of_a_rollback_brings_the_run_again():
    described = content(task("A", description="*one*"), task("B"), policy=FREE)
    after = content(task("A", description="*two*", name="New"), task("B"), policy=FREE)
    first = plan_of(after, described, A={"description": "<p><em>one</em></p>"})
    live = in_odoo(after, A={"description": "<p><em>two</em></p>"})
    undo = plan_rollback(run_of(first), after, applied_of(after), live, force=False).plan
    assert change_of(undo, "A")["description"][1] == "<p><em>one</em></p>"
    assert undo.remember["task", "A"]["description"] == "*one*"
    undone = in_odoo(described, A={"description": "<p><em>one</em></p>"})
    again = plan_rollback(
        run_of(undo, "rollback"), after, applied_of(described), undone, force=False
    ).plan
    assert change_of(again, "A")["name"] == ("A", "New", "git")
    assert change_of(again, "A")["description"][1] == "<p><em>two</em></p>"
    assert again.remember["task", "A"]["description"] == "*two*"
    assert again.kept == ()


def test_the_archive_guard_looks_at_a_rollback_too():
    strict = Policy(guards=Guards(0.25, 20, 1))
    plan = back(None, content(task("A"), policy=strict))
    assert [trip.guard for trip in plan.guards] == ["archive"]


def test_only_what_the_run_did_is_taken_back():
    run = run_of(plan_of(AFTER, BEFORE))
    failed = replace(run, items=[replace(item, action="failed") for item in run.items])
    plan = plan_rollback(failed, AFTER, applied_of(AFTER), in_odoo(AFTER), force=False).plan
    assert plan.empty
    assert plan.left_alone == ()


def test_a_task_goes_back_to_its_project_with_a_stage_that_is_there():
    other = replace(PROJECT, external_ref="Q")
    before = content(task("A"), policy=FREE)
    before = replace(before, seed=replace(before.seed, projects=(PROJECT, other)))
    after = replace(before, seed=replace(before.seed, tasks=(task("A", project_external_ref="Q"),)))
    plan = back(before, after)
    (change,) = plan.changes
    assert (change.project_ref, change.values["project_external_ref"]) == ("P", "P")
    assert change.companions == {}
