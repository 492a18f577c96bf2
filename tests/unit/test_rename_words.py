"""A new code or ref in a template without `previous_refs`: told once, with the line to paste."""

from __future__ import annotations

from tests.unit.templating import expanded, scheduled

from odoo_seed.core.compare import Base, compare
from odoo_seed.core.report_plan import notes


def plan_of(after, before):
    return compare(Base("main", content=before), after).plan


def content(code="PAYROLL", ref="P", step="DO", **more):
    names = {step: "Do it", "CHECK": "Check"}
    steps = [{"name": "two", "steps": [{"code": one, "name": names[one]} for one in names]}]
    tasks = {"code": code, "name": "Record the payroll", "steps": "two"} | more
    project = {"external_ref": f"{ref}_{{period}}_{{company}}", "name": "Close of {period_name}"}
    data = scheduled(tasks, last="2026-03", template={"project": project}, steps=steps)
    return expanded(data).content


def test_a_new_code_is_told_once_for_all_periods_and_steps_and_the_line_keeps_them():
    before = content()
    plan = plan_of(content("PAY"), before)
    assert len(plan.likely_renames) == 9
    assert list(notes(plan)) == [
        (
            "seed.yaml:1: task P_2026-01_SMP_PAYROLL → P_2026-01_SMP_PAY “Record the payroll” "
            "looks like a rename; to keep its history add previous_refs: ['{project}_PAYROLL']; "
            "so do 8 more of its template"
        )
    ]
    kept = plan_of(content("PAY", previous_refs=["{project}_PAYROLL"]), before)
    assert (kept.count("create"), kept.count("archive"), len(kept.changes)) == (0, 0, 9)


def test_of_a_project_with_a_new_ref_the_tasks_are_not_told():
    plan = plan_of(content(ref="Q"), content())
    assert len(plan.likely_renames) == 12
    assert list(notes(plan)) == [
        (
            "seed.yaml:1: project P_2026-01_SMP → Q_2026-01_SMP “Close of January 2026” looks like "
            "a rename; to keep its history add previous_refs with the ref it had in the template, "
            "here P_2026-01_SMP; so do 2 more of its template"
        )
    ]


def test_a_step_cannot_be_renamed_in_place_and_its_old_code_is_told_once():
    assert list(notes(plan_of(content(step="DOING"), content()))) == [
        (
            "seed.yaml:1: task P_2026-01_SMP_PAYROLL_DO → P_2026-01_SMP_PAYROLL_DOING “Do it” "
            "looks like a rename; to keep its history keep the code DO of the step; so do 2 more "
            "of its template"
        )
    ]
