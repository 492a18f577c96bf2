import json
from dataclasses import replace
from pathlib import Path

import jsonschema
from builders import PROJECT, applied_of, content, in_odoo, plan_of, task

from odoo_seed.core import plan_json, report_plan
from odoo_seed.core.model import Milestone, Seed, SeedAndPolicy, Source
from odoo_seed.core.plan import Refusal
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Policy

HERE = Source("supabase/seed/odoo/close.yaml", 14)
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "plan.schema.json").read_text(encoding="utf-8")
)


def lines(plan, **options):
    return [line.strip() for line in report_plan.text(plan, **options).splitlines()]


def tasks(number, **values):
    return [task(f"T{place}", **values) for place in range(1, number + 1)]


def test_equal_changes_are_told_as_one_sentence():
    before = content(*tasks(3, assignee_emails=("rey@example.com",), tag_names=("GL",)))
    after = content(*tasks(3, assignee_emails=(), tag_names=("GL", "VAT")))
    told = lines(plan_of(after, before))
    assert "~ 3 tasks move from rey to nobody (T1, T2, T3)" in told
    assert "~ 3 tasks get the tag VAT (T1, T2, T3)" in told


def test_a_problem_that_one_line_of_a_template_makes_many_times_is_told_once():
    words = "no Odoo user has the login new@example.com", "create the user, or correct the e-mail"
    refusals = [
        *(Refusal("project", f"P{place}", *words, HERE) for place in range(20)),
        Refusal("task", "T1", *words),
        Refusal("task", "T2", *words),
    ]
    plan = replace(plan_of(content(*tasks(1)), content(*tasks(1))), refusals=tuple(refusals))
    error = f"{words[0]} → {words[1]}"
    assert lines(plan)[:4] == [
        (
            "Plan for target default: 3 problems must be settled first: "
            "0 to create, 0 to update, 0 to archive, 2 unchanged"
        ),
        f"ERROR {HERE}: {words[0]} (20 times, first: P0) → {words[1]}",
        f"ERROR {error}",
        f"ERROR {error}",
    ]
    told = list(report_plan.warnings(plan))
    assert len(told) == 3
    assert "project `P0` and 19 more: " in told[0]


def test_deadlines_that_move_alike_are_told_together_though_they_differ():
    days = ("2026-01-09", "2026-01-12", "2026-01-15")
    later = ("2026-01-16", "2026-01-19", "2026-01-22")

    def due(dates):
        return content(*(task(f"T{place}", deadline=day) for place, day in enumerate(dates)))

    told = lines(plan_of(due(later), due(days)))
    assert (
        "~ 3 tasks: deadline 7 days later (T0 9 Jan → 16 Jan, T1 12 Jan → 19 Jan, "
        "T2 15 Jan → 22 Jan)"
    ) in told


def test_two_equal_changes_are_told_apart():
    told = lines(plan_of(content(*tasks(2, priority="high")), content(*tasks(2, priority="low"))))
    assert "~ task T1 “T1”: priority low → high" in told
    assert "~ task T2 “T2”: priority low → high" in told


def test_a_note_is_told_though_the_change_itself_is_told_together():
    before = content(*tasks(4, depends_on_refs=()))
    after = content(
        task("T1", depends_on_refs=()), *(task(f"T{n}", depends_on_refs=("T1",)) for n in (2, 3, 4))
    )  # fmt: skip
    told = lines(plan_of(after, before, T3={"state": "03_approved"}))
    assert "~ 3 tasks now wait for T1 (T2, T3, T4)" in told
    assert "~ task T3 “T3”: it was reviewed in Odoo and will wait again, until T1 is done" in told


def test_the_notes_of_records_in_a_new_project_are_told():
    live = in_odoo(content())
    seeded = content(task("T1"))
    gone = replace(live, records={})
    told = lines(make_plan(seeded, applied_of(seeded), gone, "default"))
    assert "+ project P “Close” with 1 task" in told
    assert "+ task T1 “T1”: it was deleted in Odoo, where it was id 11" in told


def test_drift_says_what_changed_when_and_by_whom_in_every_format():
    seeded = content(task("T1", deadline="2026-01-09"))
    theirs = {
        "deadline": "2026-01-16T18:00",
        "written_by": "Ana Cruz",
        "written_at": "2026-01-05 03:22:11",
    }
    plan = plan_of(seeded, seeded, T1=theirs)
    words = (
        "deadline 16 Jan → 9 Jan (7 days earlier) (drift: changed in Odoo, last written by "
        "Ana Cruz at 2026-01-05 03:22:11 UTC; git puts it back)"
    )
    assert words in report_plan.text(plan)
    assert words in report_plan.markdown(plan)
    (change,) = plan_json.as_json(plan)["changes"]
    assert (change["written_by"], change["written_at"]) == ("Ana Cruz", "2026-01-05 03:22:11")
    assert change["fields"][0]["cause"] == "drift"


def test_raw_values_are_shown_on_demand_only():
    seeded = content(task("T1", deadline="2026-01-09"))
    plan = plan_of(seeded, seeded, T1={"deadline": "2026-01-16T18:00"})
    raw = 'task T1 deadline: "2026-01-16T18:00" → "2026-01-09" (drift, last written "2026-01-09")'
    assert raw in lines(plan, raw=True)
    assert raw not in lines(plan)
    folded = report_plan.markdown(plan, raw=True)
    assert f"<details><summary>Raw values</summary>\n\n- `{raw}`\n\n</details>" in folded
    assert "Raw values" not in report_plan.markdown(plan)


def test_all_tripped_guards_and_one_line_that_passes_them():
    before = content(*tasks(12))
    live = in_odoo(before)
    live.directory.companies["Other Inc"] = 2
    moved = replace(PROJECT, company_name="Other Inc", manager_email=None)
    plan = make_plan(content(project=moved), applied_of(before), live, "default")
    both = f"--allow archive={plan.checksum} --allow company={plan.checksum}"
    told = lines(plan)
    assert f"All of these at once: {both}" in told
    for guard, setting in (("archive", "max_archive_share"), ("company", "max_company_moves")):
        (line,) = [line for line in told if line.startswith(f"GUARD {guard}:")]
        assert f"Change policy.guards.{setting} in policy.yaml" in line
        assert f"--allow {guard}={plan.checksum}" in line
    assert f"`{both}`" in report_plan.markdown(plan)


def renamed_task():
    before = content(task("T1", name="Accrue payroll"))
    return plan_of(content(task("T1B", name="Accrue the payroll", source=HERE)), before)


def test_a_likely_new_ref_of_a_task_is_suggested_with_the_line_to_paste():
    plan = renamed_task()
    words = (
        "supabase/seed/odoo/close.yaml:14: task T1 → T1B “Accrue the payroll” looks like a rename; "
        "to keep its history add previous_refs: [T1]"
    )
    assert f"NOTE {words}" in lines(plan)
    assert f"- `{words}`" in report_plan.markdown(plan)
    assert plan.count("archive") == plan.count("create") == 1


def test_a_likely_new_ref_of_a_project_is_suggested_with_those_of_its_tasks():
    before = content(task("T1", name="Accrue payroll"))
    project = replace(PROJECT, external_ref="Q", source=HERE)
    wanted = task("U1", name="Accrue payroll", project_external_ref="Q", source=HERE)
    plan = plan_of(content(wanted, project=project), before)
    assert [(item.old_ref, item.new_ref) for item in plan.likely_renames] == [
        ("P", "Q"), ("T1", "U1"),
    ]  # fmt: skip
    assert "add previous_refs: [P]" in report_plan.text(plan)


def test_a_likely_new_ref_of_a_milestone_says_what_keeps_it():
    before = content(milestones=(Milestone("M1", "P", "Books closed"),))
    plan = plan_of(
        content(milestones=(Milestone("M2", "P", "Books closed!", source=HERE),)), before
    )
    words = (
        "NOTE supabase/seed/odoo/close.yaml:14: milestone M1 → M2 “Books closed!” looks like a "
        "rename; to keep its history keep external_ref: M1, or the old name for one run"
    )
    assert words in lines(plan)


def test_next_years_task_is_no_rename_of_this_years():
    before = content(task("T1", name="VAT return 2026"))
    plan = plan_of(content(task("T2", name="VAT return 2027")), before)
    assert plan.likely_renames == ()


def test_a_task_that_left_one_project_is_no_rename_of_one_in_another():
    other = replace(PROJECT, external_ref="Q", name="Tax")
    both = Seed(projects=(PROJECT, other))
    before = SeedAndPolicy(replace(both, tasks=(task("T1", name="Reconcile"),)), Policy())
    new = task("T2", name="Reconcile", project_external_ref="Q")
    plan = plan_of(SeedAndPolicy(replace(both, tasks=(new,)), Policy()), before)
    assert plan.likely_renames == ()


def test_a_removed_milestone_is_told_with_what_to_do():
    before = content(milestones=(Milestone("M1", "P", "Books closed"),))
    told = lines(plan_of(content(), before))
    assert "In Odoo but not in git, left alone: milestone M1" in told
    assert "Odoo cannot archive a milestone: delete it there" in told


def test_what_was_not_looked_at_and_what_loses_protection_is_said():
    plan = replace(
        renamed_task(), not_looked_at=("timesheets: no app",), unprotected=(("task", "T9"),)
    )
    told = lines(plan)
    assert "NOTE Not looked at on what would be archived: timesheets: no app" in told
    assert "NOTE task T9 would no longer be protected" in told
    assert "timesheets: no app" in report_plan.markdown(plan)


def test_the_json_form_keeps_to_its_schema():
    plan = replace(
        renamed_task(), not_looked_at=("timesheets: no app",), unprotected=(("task", "T9"),)
    )
    document = plan_json.as_json(plan)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(document)))
    assert document["likely_renames"][0]["old_ref"] == "T1"
    assert document["unprotected"] == [{"kind": "task", "external_ref": "T9"}]
