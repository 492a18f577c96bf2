"""A comparison is the plan of an Odoo that holds exactly the base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from builders import PROJECT, content, plan_of, task
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core import report_compare
from odoo_seed.core.calendar import Calendar
from odoo_seed.core.compare import Base, Comparison, compare
from odoo_seed.core.freeze import Dates, Freeze, MonthEnd
from odoo_seed.core.html import to_html
from odoo_seed.core.model import Milestone, Program, Seed, SeedAndPolicy, Stage
from odoo_seed.core.plan_lines import by_project
from odoo_seed.core.policy import Guards, Policy, Workload


def compared(before: SeedAndPolicy, after: SeedAndPolicy) -> Comparison:
    return compare(Base("main", "a" * 40, before), after)


def lines(done: Comparison) -> list[str]:
    return [line for told in by_project(done.plan.changes).values() for line in told]


def policy_lines(before: Policy, after: Policy) -> tuple[str, ...]:
    return compared(content(task("A"), policy=before), content(task("A"), policy=after)).policy


VALUES: dict[str, Any] = {
    "name": ["A", "B"],
    "description": [None, "", "one *two*", "one *two*\n", "- x"],
    "deadline": [None, "2026-01-09", "2026-01-09T18:00", "2026-01-09T09:30", "2026-02-01"],
    "planned_hours": [None, 0.0, 2.5],
    "tag_names": [None, (), ("GL",), ("GL", "AP")],
    "assignee_emails": [None, ("rey@example.com",)],
    "priority": [None, "low", "high"],
    "is_active": [True, False],
    "sequence": [None, 5],
    "stage_name": ["To Do", "Done"],
}
TASKS = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, values in VALUES.items()}
).map(lambda values: task("T", **values))


@given(TASKS, TASKS)
def test_its_words_are_those_of_the_plan_for_an_untouched_odoo(before: Any, after: Any):
    old, new = content(before), content(after)
    held: dict[str, Any] = {}  # Odoo holds an hour, and HTML
    if before.deadline and len(before.deadline) == 10:
        held["deadline"] = f"{before.deadline}T18:00"
    if before.description is not None:
        held["description"] = to_html(before.description)
    plan = plan_of(new, old, T=held)
    expected = [line for told in by_project(plan.changes).values() for line in told]
    done = compared(old, new)
    kept = {item.change.name for item in plan.kept}
    assert lines(done) == expected
    assert {item.name for change in done.initial for item in change.fields} == kept


@given(TASKS)
def test_a_seed_compared_with_itself_changes_nothing(one: Any):
    done = compared(content(one), content(one))
    assert done.empty
    assert report_compare.text(done) == (
        "Compared with main (aaaaaaaaaaaa): "
        "No changes: the seed says what its base says (2 records)"
    )


def test_without_a_base_everything_is_new_and_that_is_said():
    done = compare(Base("main", trouble="main has no seed"), content(task("A"), task("B")))
    assert lines(done) == ["+ project P “Close” with 2 tasks"]
    assert "NOTE main has no seed; so everything here counts as new" in report_compare.text(done)
    assert not done.plan.refusals


def test_what_leaves_the_yaml_is_archived():
    done = compared(content(task("A"), task("B")), content(task("A")))
    assert lines(done) == ["- task B “B”: archived, it was removed from the YAML"]


def test_a_milestone_that_leaves_is_told_as_one_that_odoo_cannot_archive():
    before = content(task("A"), milestones=(Milestone("M", "P", "Books closed"),))
    done = compared(before, content(task("A")))
    assert not done.empty
    assert "milestone M “Books closed”: removed from the YAML; Odoo cannot archive a milestone" in (
        report_compare.text(done)
    )


def test_a_milestone_whose_project_gets_a_new_ref_stays_the_same():
    books = Milestone("P_BOOKS", "P", "Books closed")
    before = content(task("A", milestone_external_ref="P_BOOKS"), milestones=(books,))
    project = replace(PROJECT, external_ref="Q", previous_refs=("P",))
    wanted = task("A", project_external_ref="Q", milestone_external_ref="Q_BOOKS")
    after = content(
        wanted,
        project=project,
        milestones=(Milestone("Q_BOOKS", "Q", "Books closed"),),
    )
    done = compared(before, after)
    assert lines(done) == ["~ project Q “Close”: ref P → Q"]
    assert "milestone" not in report_compare.text(done)


def test_previous_refs_rename_in_place():
    done = compared(content(task("OLD")), content(task("NEW", name="OLD", previous_refs=("OLD",))))
    assert lines(done) == ["~ task NEW “OLD”: ref OLD → NEW"]


def test_new_people_companies_and_tags_are_taken_for_granted():
    other = replace(PROJECT, company_name="Elsewhere", manager_email="Nobody@example.com")
    done = compared(content(task("A")), content(task("A", tag_names=("GL",)), project=other))
    assert not done.plan.refusals
    assert [trip.guard for trip in done.plan.guards] == ["company"]
    text = report_compare.text(done)
    assert "GUARD company: 1 project would move to another company" in text
    assert "`plan` refuses such changes unless allowed; its limit is policy.guards." in text
    assert "--allow" not in text


def test_fields_of_others_are_shown_as_what_they_are():
    policy = Policy(ownership={"task": {"planned_hours": "odoo"}})
    before = content(task("A", planned_hours=2.0), policy=policy)
    done = compared(before, content(task("A", planned_hours=4.0, stage_name="Done"), policy=policy))
    assert lines(done) == []
    assert report_compare.text(done).splitlines() == [
        "Compared with main (aaaaaaaaaaaa): No record in Odoo changes (2), but see below",
        "",
        "Written only when a record is created (initial), so what is in Odoo stays",
        "  ~ task A “A”: stage To Do → Done",
        "",
        "Left to Odoo's users (odoo), so never written",
        "  ~ task A “A”: planned hours 2 h → 4 h",
        *report_compare.text(done).splitlines()[8:],
    ]


def test_another_time_zone_is_told_with_the_deadlines_it_moves():
    before = content(task("A", deadline="2026-01-09"), policy=Policy(time_zone="Asia/Manila"))
    after = content(task("A", deadline="2026-01-09"), policy=Policy(time_zone="Pacific/Honolulu"))
    done = compared(before, after)
    assert done.policy[0].startswith("time zone Asia/Manila → Pacific/Honolulu")
    assert lines(done) == []  # 18:00 in Manila is midnight of that day in Honolulu
    far = content(task("A", deadline="2026-01-09T09:00"), policy=before.policy)
    moved = content(task("A", deadline="2026-01-09T09:00"), policy=after.policy)
    assert lines(compared(far, moved)) == ["~ task A “A”: deadline 8 Jan → 9 Jan (1 day later)"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            Policy(),
            Policy(ownership={"task": {"stage_name": "git"}}),
            "owner of task stage initial → git (P); what people changed in Odoo is put back",
        ),
        (
            Policy(),
            Policy(ownership={"task": {"stage_name": "initial"}}),
            "ownership is written otherwise; no field of a project that both have changes owner",
        ),
        (
            Policy(),
            Policy(guards=Guards(max_archive_count=50)),
            "guard max_archive_count 20 → 50 (looser)",
        ),
        (
            Policy(),
            Policy(guards=Guards(max_archive_share=0.1)),
            "guard max_archive_share 25% → 10% (stricter)",
        ),
        (
            Policy(),
            Policy(freeze=Freeze(dates=(Dates("Audit", date(2026, 3, 2), date(2026, 3, 6)),))),
            "freeze comes: “Audit” 2 Mar 2026 to 6 Mar 2026",
        ),
        (
            Policy(freeze=Freeze(month_ends=(MonthEnd("Quarter", 5, 0, (3, 6)),))),
            Policy(),
            "freeze goes: “Quarter” the last 5 working days of a month, where Mar, Jun ends",
        ),
        (
            Policy(),
            Policy(freeze=Freeze(Calendar(country="PH", weekend=("fri",)))),
            "freeze calendar: country none → PH",
        ),
        (
            Policy(freeze=Freeze(Calendar(add=(date(2026, 2, 17),)))),
            Policy(freeze=Freeze(Calendar(add=(date(2026, 2, 18),)))),
            "freeze calendar: free days of its own with 18 Feb 2026, without 17 Feb 2026",
        ),
        (
            Policy(),
            Policy(workload=Workload(max_hours_per_day=7.5)),
            "workload max_hours_per_day 8 → 7.5, for `odoo-seed calendar`",
        ),
    ],
)
def test_policy_changes_are_told_in_words(before: Policy, after: Policy, expected: str):
    assert expected in policy_lines(before, after)
    assert policy_lines(after, after) == ()


def test_programs_switches_protection_and_lost_stages_are_told():
    program = Program("fin", "Finance")
    other = replace(PROJECT, external_ref="Q", name="Tax")
    stages = (Stage("To Do"), Stage("Done"))
    before = SeedAndPolicy(
        Seed((program,), (replace(PROJECT, stages=stages), other), (), (task("A"),)), Policy()
    )
    after = SeedAndPolicy(
        Seed(
            (replace(program, name="Finance & Tax", active=False), Program("ppm", "PPM")),
            (replace(PROJECT, stages=stages[:1]), replace(other, sync_enabled=False)),
            (),
            (task("A", protected=True),),
        ),
        Policy(),
    )
    assert compared(before, after).besides == (
        "~ program fin “Finance & Tax”: name Finance → Finance & Tax; archived, with its projects",
        "+ program ppm “PPM”",
        "~ project Q “Tax”: synced no more; Odoo keeps it as it is",
        "~ project P “Close”: no longer lists Done; Odoo keeps it",
        "~ task A “A”: protected from now on",
    )
    back = compared(after, before)
    assert "- program ppm “PPM”: removed from the YAML" in back.besides
    assert "~ project Q “Tax”: synced from now on" in back.besides
    assert back.plan.unprotected == (("task", "A"),)


def test_a_project_that_is_not_synced_says_that_odoo_does_not_get_its_changes():
    off = replace(PROJECT, sync_enabled=False)
    done = compared(content(task("A"), project=off), content(task("A", name="B"), project=off))
    assert lines(done) == []
    assert done.besides == (
        "~ project P “Close”: changed, but not synced, so Odoo does not get it",
    )
