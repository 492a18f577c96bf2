"""Closed periods stay as they are, whatever becomes of their template."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.templating import expanded, scheduled

from odoo_seed.core.compare import Base, as_if_applied, compare
from odoo_seed.core.live import Live, Shadow
from odoo_seed.core.plan_json import warnings
from odoo_seed.core.planning import make_plan
from odoo_seed.core.report_plan import notes
from odoo_seed.core.verify import verify

OCTOBER, NOVEMBER = "P_2026-10_SMP", "P_2026-11_SMP"


def content(name="First", *more, closed=()):
    due = {"anchor": "period_end", "working_days": 1}
    data = scheduled(
        {"code": "A", "name": name, "due": due},
        *({"code": code, "name": code, "due": due, "depends_on": ["A"]} for code in more),
        first="2026-10",
        last="2026-11",
        schedule={"closed": list(closed)},
    )
    expansion = expanded(data)
    assert [problem.found for problem in expansion.problems] == []
    return expansion.content


def seeded(before, after, *done):
    """Odoo as `before` left it, where the tasks of these projects are done."""
    applied, live = as_if_applied(before, after)
    records = {
        key: replace(record, state="1_done")
        if record.values.get("project_external_ref") in done
        else record
        for key, record in live.records.items()
    }
    return applied, Live(records, live.directory)


def changed(plan):
    return {(change.action, change.external_ref) for change in plan.changes}


def test_an_edited_template_changes_open_periods_and_leaves_done_ones_alone():
    before, after = content(), content("Renamed", "B")
    plan = make_plan(after, *seeded(before, after, OCTOBER), "default")
    assert changed(plan) == {("update", f"{NOVEMBER}_A"), ("create", f"{NOVEMBER}_B")}
    assert list(notes(plan)) == [
        (
            "t 2026-10 TBWA\\SMP is closed (all its tasks are done) and stays as it is; 2 records "
            "would change otherwise"
        )
    ]
    assert warnings(plan)["closed_periods"] == [
        {
            "external_ref": OCTOBER,
            "instance": "t 2026-10 TBWA\\SMP",
            "why": "all its tasks are done",
            "differing": 2,
        }
    ]


def test_a_period_with_an_open_task_is_open():
    before, after = content("First", "B"), content("Renamed", "B")
    applied, live = seeded(before, after, OCTOBER)
    key = ("task", f"{OCTOBER}_B")
    records = {**live.records, key: replace(live.records[key], state="01_in_progress")}
    plan = make_plan(after, applied, Live(records, live.directory), "default")
    assert changed(plan) == {("update", f"{OCTOBER}_A"), ("update", f"{NOVEMBER}_A")}


def test_the_yaml_closes_a_period_whose_tasks_are_open():
    before, after = content(), content("Renamed", closed=["2026-10"])
    plan = compare(Base("main", content=before), after).plan
    assert changed(plan) == {("update", f"{NOVEMBER}_A")}


def test_what_leaves_the_template_is_not_archived_in_a_closed_period():
    before, after = content("First", "B"), content()
    plan = make_plan(after, *seeded(before, after, OCTOBER), "default")
    assert changed(plan) == {("archive", f"{NOVEMBER}_B")}
    assert plan.orphans == ()


def test_a_closed_period_that_never_came_to_odoo_is_not_made():
    plan = compare(Base("main"), content(closed=["2026-10"])).plan
    assert changed(plan) == {("create", NOVEMBER), ("create", f"{NOVEMBER}_A")}


def test_new_refs_come_to_closed_periods_too_and_nothing_else_does():
    before = content("First", "B")
    project = {
        "external_ref": "N_{period}_{company}",
        "name": "P {period_name}",
        "previous_refs": ["P_{period}_{company}"],
    }
    due = {"anchor": "period_end", "working_days": 1}
    task = {"code": "X", "name": "Renamed", "due": due, "previous_refs": ["P_{period}_{company}_A"]}
    data = scheduled(task, first="2026-10", last="2026-11", template={"project": project})
    after = expanded(data).content
    applied, live = seeded(before, after, OCTOBER)
    plan = make_plan(after, applied, live, "default")
    october = {
        change.external_ref: [(item.name, item.old) for item in change.fields]
        for change in plan.changes
        if change.project_ref == "N_2026-10_SMP"
    }
    assert october == {
        "N_2026-10_SMP": [("external_ref", OCTOBER)],
        "N_2026-10_SMP_X": [("external_ref", f"{OCTOBER}_A")],
    }
    assert changed(plan) >= {("update", "N_2026-11_SMP_X"), ("archive", f"{NOVEMBER}_B")}
    assert [(one.external_ref, one.differing) for one in plan.closed] == [("N_2026-10_SMP", 1)]
    # What counts as applied stays what it was: reopened, the period is brought up to date.
    assert plan.wanted["task", "N_2026-10_SMP_X"]["name"] == "First"
    assert plan.wanted["task", "N_2026-10_SMP_X"]["project_external_ref"] == "N_2026-10_SMP"
    part = make_plan(after, applied, live, "default", only=["N_2026-11_SMP"])
    assert {change.project_ref for change in part.changes} == {"N_2026-11_SMP"}


def test_a_closed_period_that_differs_does_not_fail_the_verification():
    before, after = content(), content("Renamed", "B", closed=["2026-11"])
    applied, live = seeded(before, after, OCTOBER)
    found = verify(after, applied, Shadow(live.records), "default")
    assert (found.verdict, found.findings) == ("agrees", [])
    assert {(item.external_ref, item.error) for item in found.left_alone} == {
        (f"{OCTOBER}_A", "its period is closed: all its tasks are done"),
        (f"{NOVEMBER}_A", "its period is closed: the YAML closes the period"),
    }
    assert found.checked == 4
