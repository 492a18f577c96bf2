"""What an adoption reads and writes: records without refs, on any server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from odoo_seed import adopt, pipeline
from odoo_seed.core.choosing import Choice
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.seed_files.editing import SeedEditor
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from odoo_seed.core.model import Seed
    from tests.contract.conftest import World
    from tests.contract.sync import Sync

_CHANGING = {"x_external_ref", "write_date", "write_uid", "__last_update", "display_name"}


@pytest.fixture
def project(sync: Sync) -> Iterator[int]:
    """A project as a team has it, of the company that the tests work in."""
    world = sync.world
    made = world.project(
        name=f"Bank {sync.run}", company_id=world.server.companies["own"],
        user_id=world.person("manager"), date_start="2026-01-05", date="2026-12-31",
        privacy_visibility="employees", allow_milestones=True,
        description="<p>Pay <em>before</em> noon:</p><ul><li>BDO &amp; BPI</li></ul>",
    )  # fmt: skip
    yield made
    if world.read("project.project", made, "x_external_ref"):
        world.projects.remove(made)  # it is removed by its ref


def everything(world: World, project: int) -> dict[str, Any]:
    """All stored fields of a project, its tasks, stages and milestones."""
    found: dict[str, Any] = {}
    domains = {
        "project.project": [("id", "=", project)],
        "project.task": [("project_id", "=", project)],
        "project.milestone": [("project_id", "=", project)],
        "project.task.type": [("project_ids", "in", [project])],
    }
    for model, domain in domains.items():
        stored = world.call(model, "fields_get", [], ["store"])
        names = [name for name, field in stored.items() if field["store"]]
        ids = world.call(model, "search", domain)
        rows = world.call(model, "read", ids, sorted(set(names) - _CHANGING), load="")
        found |= {f"{model} {row['id']}": row for row in rows}
    return found


def adopted(sync: Sync, folder: Path, project: int) -> tuple[Seed, adopt.Adopted]:
    """Adopt, load, and make sure that nothing is left to do and nothing but refs was written."""
    world = sync.world
    before = everything(world, project)
    heard = world.messages("project.project", project)
    choice = Choice(sync.run.rstrip("_"), (str(project),))
    writer = OdooWriting(world.server.transport)
    done = adopt.adopt(SeedEditor(folder), sync.store, writer, SilentProgress(), sync.scope, choice)

    assert done.run is not None
    assert done.run.status == "success"
    assert everything(world, project) == before
    assert world.messages("project.project", project) == heard
    content = SeedFolder(folder).read().content
    assert content is not None
    plan = pipeline.plan(content, sync.store, OdooReading(world.server.transport), sync.scope)
    assert plan.empty, [change.fields for change in plan.changes]
    assert plan.refusals == ()
    return content.seed, done


def test_a_project_with_everything_is_adopted_and_needs_nothing(
    sync: Sync, project: int, tmp_path: Path
):
    world = sync.world
    todo, done = (world.stage(project, name, sequence=n) for n, name in enumerate(["New", "Done"]))
    world.call("project.task.type", "write", [done], {"fold": True})
    tag = world.call("project.tags", "create", {"name": f"{sync.run}GL"})
    people = [world.person("assignee"), world.person("colleague")]
    milestone = world.milestone(project, name="Closed", deadline="2026-02-05")
    first = world.task(
        project, name="Reconcile", stage_id=todo, tag_ids=[(6, 0, [tag])], allocated_hours=6.5,
        user_ids=[(6, 0, people)], date_deadline="2026-01-09 07:30:00", sequence=3,
        milestone_id=milestone, description="<p>a<br>b <strong>c</strong></p><ol><li>d</li></ol>",
    )  # fmt: skip
    second = world.task(
        project, name="Reconcile", stage_id=done, depend_on_ids=[(6, 0, [first])],
        date_deadline="2026-01-12 10:00:00", priority="1" if world.server.major < 19 else "2",
    )  # fmt: skip
    sub = world.task(project, name="Count", parent_id=second)
    away = world.task(project, name="Left", active=False)
    world.write(second, state="1_done")

    seed, _ = adopted(sync, tmp_path / "seed", project)

    (found,) = seed.projects
    assert found.external_ref == f"{sync.run}BANK_{sync.run.rstrip('_').upper()}"
    assert found.description == "Pay *before* noon:\n\n- BDO & BPI\n"
    assert [(stage.name, stage.fold) for stage in found.stages or ()] == [
        ("New", False), ("Done", True),
    ]  # fmt: skip
    assert [item.name for item in seed.milestones] == ["Closed"]
    by_id = {
        world.get(odoo_id, "x_external_ref"): odoo_id for odoo_id in (first, second, sub, away)
    }
    tasks = {by_id[task.external_ref]: task for task in seed.tasks}
    assert (tasks[first].deadline, tasks[second].deadline) == ("2026-01-09T15:30", "2026-01-12")
    assert tasks[first].assignee_emails == (sync.email("assignee"), sync.email("colleague"))
    assert tasks[first].milestone_external_ref == seed.milestones[0].external_ref
    assert (tasks[first].sequence, tasks[first].planned_hours) == (3, 6.5)
    assert tasks[second].depends_on_refs == (tasks[first].external_ref,)
    assert (tasks[second].priority, tasks[second].stage_name) == ("high", "Done")
    assert tasks[sub].parent_external_ref == tasks[second].external_ref
    assert tasks[away].is_active is False
    assert world.get(second, "state") == "1_done"


def test_recurring_tasks_and_templates_are_left_out(sync: Sync, project: int, tmp_path: Path):
    world = sync.world
    recurring = world.task(project, name="Stand-up", recurring_task=True)
    waiting = world.task(project, name="Wait", depend_on_ids=[(6, 0, [recurring])])
    under = world.task(project, name="Under", parent_id=recurring)
    out = {recurring: "it is recurring in Odoo"}
    if world.server.major >= 19:
        template = world.task(project, name="Pattern", is_template=True)
        below = world.task(project, name="Below", parent_id=template)
        out |= dict.fromkeys((template, below), "it is a template of Odoo")

    seed, done = adopted(sync, tmp_path / "seed", project)

    assert {item.odoo_id: item.reason for item in done.adoption.left if not item.what} == out
    assert sorted(task.name for task in seed.tasks) == ["Under", "Wait"]
    assert all(not world.get(odoo_id, "x_external_ref") for odoo_id in out)
    assert all(task.depends_on_refs is None for task in seed.tasks)
    assert world.get(waiting, "depend_on_ids") == [recurring]
    assert world.get(under, "parent_id") == recurring


def test_a_task_without_a_stage_and_names_that_say_nothing(
    sync: Sync, project: int, tmp_path: Path
):
    world = sync.world
    world.stage(project, "New")
    odd = world.task(project, name="→ ☃", stage_id=False)

    seed, _ = adopted(sync, tmp_path / "seed", project)

    (task,) = seed.tasks
    assert task.external_ref.endswith(f"_{odd}")
    assert world.get(odd, "stage_id") is False
