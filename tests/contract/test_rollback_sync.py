"""What a rollback makes of a real Odoo: values, HTML, archives and people's states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed import rollback
from odoo_seed.core.model import Milestone, Stage
from odoo_seed.core.policy import Guards, Policy
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.pipeline import live_query
from odoo_seed.shells.progress import SilentProgress
from tests.contract.sync import SOURCE, STAGES, Sync

if TYPE_CHECKING:
    from odoo_seed.core.rollback import Rollback
    from odoo_seed.core.runs import Run

FREE = Policy(
    ownership={"task": {"stage_name": "git"}},
    guards=Guards(max_archive_share=1.0, max_archive_count=1000),
)


def take_back(sync: Sync, run_id: str, *, force: bool = False) -> tuple[Rollback, Run]:
    writer = OdooWriting(sync.world.server.transport)
    return rollback.rollback(sync.store, writer, SilentProgress(), sync.scope, run_id, force=force)


def values(sync: Sync) -> dict[str, object]:
    """Everything of the records of this test, in canonical form, and the tasks' states."""
    live = OdooReading(sync.world.server.transport).read_live(
        live_query(sync.store.read_seed(), sync.store.read_applied("default"))
    )
    return {
        key[1]: (record.values, record.state)
        for key, record in live.records.items()
        if key[1].startswith(sync.run)
    }


def test_every_field_goes_back_and_forth(sync: Sync):
    milestones = (Milestone(sync.ref("M1"), sync.ref("P"), "Books closed", source=SOURCE),)
    first = sync.content(
        sync.task(
            "A",
            description="Pay *before* noon:\n\n- BDO & BPI\n- <b>not bold</b>",
            tag_names=("GL",),
            assignee_emails=(sync.email("assignee"),),
            planned_hours=6.5,
            deadline="2026-01-09",
            priority="high",
            milestone_external_ref="M1",
        ),
        sync.task("B", depends_on_refs=("A",)),
        sync.task("C"),
        sync.task("D", parent_external_ref="C"),
        milestones=milestones, policy=FREE,
    )  # fmt: skip
    sync.seed(first)
    before = values(sync)
    second = sync.content(
        sync.task(
            "A",
            name="Renamed",
            description="Other *words*",
            tag_names=(),
            assignee_emails=(sync.email("colleague"),),
            planned_hours=1.0,
            deadline="2026-02-09T08:30",
            stage_name="Doing",
        ),
        sync.task("B"),
        sync.task("D"),
        sync.task("E", depends_on_refs=("B",)),
        project=sync.project(name=f"Renamed {sync.run}", description="New"),
        milestones=milestones, policy=FREE,
    )  # fmt: skip
    done = sync.seed(second)
    after = values(sync)
    found, run = take_back(sync, done.run.run_id)
    assert (run.status, found.plan.kept) == ("success", ())
    back = values(sync)
    archived = back.pop(sync.ref("E"))
    assert isinstance(archived, tuple)
    assert archived[0]["is_active"] is False
    assert back == before
    _, again = take_back(sync, run.run_id)
    assert (again.status, values(sync)) == ("success", after)
    assert sync.plan().empty


def test_reviews_and_peoples_changes_survive(sync: Sync):
    tasks = [sync.task(key, stage_name="To Do") for key in "AB"]
    sync.seed(sync.content(*tasks, sync.task("C", depends_on_refs=("A",)), policy=FREE))
    sync.write("A", state="1_done")
    sync.write("C", state="03_approved")
    done = sync.seed(
        sync.content(
            *(sync.task(key, stage_name="Doing", deadline="2026-03-03") for key in "AB"),
            sync.task("C", depends_on_refs=("A",), stage_name="Doing"),
            policy=FREE,
        )
    )
    sync.write("B", name="Theirs", date_deadline="2026-04-04 02:00:00")
    found, run = take_back(sync, done.run.run_id)
    assert run.status == "success"
    assert [item.change.name for item in found.plan.kept] == ["deadline"]
    assert sync.get("A", "state") == "1_done"
    assert sync.get("C", "state") == "03_approved"
    assert sync.get("B", "name", "date_deadline") == ["Theirs", "2026-04-04 02:00:00"]
    assert {change.external_ref for change in found.plan.changes} == {
        sync.ref(key) for key in "ABC"
    }


def test_a_project_goes_out_of_sight_and_comes_back_with_what_was_active(sync: Sync):
    first = sync.seed(sync.content(sync.task("A"), sync.task("B"), policy=FREE))
    sync.write("B", active=False)
    _, run = take_back(sync, first.run.run_id)
    assert run.status == "success"
    assert sync.get("P", "active", model="project.project") is False
    _, again = take_back(sync, run.run_id)
    assert again.status == "success"
    assert sync.get("P", "active", model="project.project") is True
    assert (sync.get("A", "active"), sync.get("B", "active")) == (True, False)


def test_a_stage_that_left_the_board_is_made_again(sync: Sync):
    stages = (*STAGES, Stage("Parked"))
    sync.seed(
        sync.content(
            sync.task("A", stage_name="Parked"), project=sync.project(stages=stages), policy=FREE
        )
    )
    parked = sync.get("A", "stage_id")
    done = sync.seed(sync.content(sync.task("A", stage_name="Doing"), policy=FREE))
    sync.world.call("project.task.type", "unlink", [parked])
    _, run = take_back(sync, done.run.run_id)
    assert run.status == "success"
    stage = sync.get("A", "stage_id")
    assert sync.world.read("project.task.type", stage, "name") == "Parked"
