"""What a plan refuses to do to people's work, and what a new ref keeps of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from odoo_seed.core import report_plan
from odoo_seed.core.model import Milestone
from odoo_seed.core.policy import Guards, Policy
from odoo_seed.errors import OdooSeedError
from tests.contract.sync import SOURCE

if TYPE_CHECKING:
    from odoo_seed.core.model import SeedAndPolicy
    from tests.contract.sync import Sync


def allowing(sync: Sync, content: SeedAndPolicy, *guards: str) -> None:
    """Seed what guards refuse, with the options that the refusal names."""
    with pytest.raises(OdooSeedError, match="Nothing was written") as refused:
        sync.seed(content)
    given = dict(re.findall(r"--allow ([a-z-]+)=([0-9a-f]+)", refused.value.remedy))
    assert tuple(sorted(given)) == guards
    scope = sync.scope
    sync.scope = replace(scope, allow=given)
    assert sync.seed(content).run.status == "success"
    sync.scope = scope


def test_a_task_with_work_on_it_is_archived_only_when_told_to(sync: Sync) -> None:
    world = sync.world
    sync.seed(sync.content(sync.task("T1", name="Accrue payroll"), sync.task("T2")))
    task = sync.id_of("T1")
    lines = world.call("account.analytic.line", "create", [{"name": "x", "task_id": task}] * 3)
    file = {"name": "f.txt", "res_model": "project.task", "res_id": task}
    world.call("ir.attachment", "create", [file])
    without = sync.content(sync.task("T2"))
    sync.store.load(without, None)
    told = report_plan.text(sync.plan())
    assert f"task {sync.ref('T1')} “Accrue payroll”: 3 timesheets, 1 attachment;" in told
    allowing(sync, without, "archive-with-work")
    assert sync.get("T1", "active") is False
    world.call("account.analytic.line", "unlink", lines)


def test_a_project_takes_peoples_own_tasks_along_only_when_told_to(sync: Sync) -> None:
    project = sync.project()
    other = sync.project(external_ref=sync.ref("Q"), name="Other")
    sync.seed(sync.content(sync.task("T1"), projects=(project, other)))
    own = sync.world.task(sync.id_of("P", "project.project"), name="My own")
    off = sync.content(sync.task("T1"), projects=(replace(project, is_active=False), other))
    sync.store.load(off, None)
    told = report_plan.text(sync.plan())
    assert "takes along 1 task that git does not have, 1 of them open: “My own”" in told
    assert sync.world.get(own, "active") is True
    allowing(sync, off, "taken-along")
    assert sync.world.get(own, "active") is False


def test_all_guards_that_trip_are_told_at_once(sync: Sync) -> None:
    seeded = sync.content(sync.task("T1", protected=True), sync.task("T2"))
    sync.seed(seeded)
    sync.world.task(sync.id_of("P", "project.project"), name="My own")
    other = sync.project(external_ref=sync.ref("Q"), name="Other")
    allowing(sync, sync.content(projects=(other,)), "protected", "taken-along")


def test_a_project_for_another_company_needs_a_word(sync: Sync) -> None:
    sync.seed(sync.content(sync.task("T1")))
    name = sync.world.read("res.company", sync.world.server.companies["other"], "name")
    moved = sync.content(sync.task("T1"), project=sync.project(company_name=name))
    allowing(sync, moved, "company")
    company = sync.get("P", "company_id", model="project.project")
    assert company == sync.world.server.companies["other"]


def test_the_policy_can_lift_a_limit(sync: Sync) -> None:
    sync.seed(sync.content(sync.task("T1")))
    name = sync.world.read("res.company", sync.world.server.companies["other"], "name")
    policy = Policy(guards=Guards(max_company_moves=1))
    moved = sync.content(project=sync.project(company_name=name), policy=policy)
    assert sync.seed(moved).run.status == "success"


def milestones(sync: Sync, ref: str, project: str = "P") -> tuple[Milestone, ...]:
    due = date(2026, 2, 5)
    return (Milestone(sync.ref(ref), sync.ref(project), "Books closed", due, source=SOURCE),)


def test_a_milestone_with_a_new_ref_stays_the_same_one(sync: Sync) -> None:
    task = sync.task("T1", milestone_external_ref="M1")
    sync.seed(sync.content(task, milestones=milestones(sync, "M1")))
    first = sync.get("T1", "milestone_id")
    task = sync.task("T1", milestone_external_ref="M2")
    done = sync.seed(sync.content(task, milestones=milestones(sync, "M2")))
    assert [item.action for item in done.run.items if item.kind == "milestone"] == []
    assert sync.get("T1", "milestone_id") == first
    assert sync.verify().verdict == "agrees"


def test_milestones_stay_when_their_project_gets_a_new_ref(sync: Sync) -> None:
    task = sync.task("T1", milestone_external_ref="M1")
    sync.seed(sync.content(task, milestones=milestones(sync, "M1")))
    first = sync.get("T1", "milestone_id")
    project = sync.project(external_ref=sync.ref("Q"), previous_refs=(sync.ref("P"),))
    task = sync.task("T1", milestone_external_ref="M1", project="Q")
    sync.seed(sync.content(task, project=project, milestones=milestones(sync, "M1", "Q")))
    assert sync.get("T1", "milestone_id") == first
    domain = [("project_id", "=", sync.id_of("Q", "project.project"))]
    assert sync.world.call("project.milestone", "search", domain) == [first]


def test_a_removed_milestone_is_an_orphan_in_the_plan_and_in_verify(sync: Sync) -> None:
    sync.seed(sync.content(sync.task("T1"), milestones=milestones(sync, "M1")))
    sync.seed(sync.content(sync.task("T1")))
    key = ("milestone", sync.ref("M1"))
    assert [(item.kind, item.external_ref) for item in sync.plan().orphans].count(key) == 1
    found = sync.verify()
    assert [(item.kind, item.external_ref) for item in found.findings].count(key) == 1
    other = sync.project(external_ref=sync.ref("Q"), name="Other")
    sync.seed(sync.content(projects=(other,)))
    assert key not in [(item.kind, item.external_ref) for item in sync.plan().orphans]
    assert key not in [(item.kind, item.external_ref) for item in sync.verify().findings]
