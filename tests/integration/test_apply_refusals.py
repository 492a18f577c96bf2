"""What Odoo refuses is named and alone; what it never answers ends the run."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.crash_world import FIRST, odoo

from odoo_seed import pipeline
from odoo_seed.core.model import Stage
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.ports_odoo import TaskState
from odoo_seed.shells.progress import SilentProgress
from odoo_seed.states import _blockers_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.runs import Run
    from odoo_seed.edges.odoo.transport import Transport
    from odoo_seed.sandbox import SandboxServer

ACCESS = "odoo.exceptions.AccessError"


class World:
    """One sandbox and one database."""

    def __init__(self, server: SandboxServer, transport: Transport, store: PostgresStore) -> None:
        self.server, self._transport, self._store = server, transport, store
        self.told: list[str] = []

    def seed(self, content: SeedAndPolicy) -> Run:
        """Seed with a server that is never busy for long."""
        self._store.load(content, None)
        self.server.forget_calls()
        self.told.clear()
        scope = pipeline.Scope(tell=self.told.append)
        writer = OdooWriting(self._transport, 0.02)
        return pipeline.seed(self._store, writer, SilentProgress(), scope).run

    def read(self, model: str, domain: list[Any], *fields: str) -> list[dict[str, Any]]:
        """Read as Odoo's administrator."""
        rows: list[dict[str, Any]] = self.server.as_user().call(
            model, "search_read", domain, list(fields)
        )
        return rows

    def projects(self) -> set[str]:
        """Names of the projects that Odoo has."""
        return {row["name"] for row in self.read("project.project", [], "name")}

    def refs(self) -> set[str]:
        """Refs of the tasks that Odoo has."""
        return {row["x_external_ref"] for row in self.read("project.task", [], "x_external_ref")}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with odoo() as (server, transport), PostgresStore(database_url) as store:
        yield World(server, transport, store)


def test_a_right_that_is_missing_for_one_project_does_not_stop_the_others(world: World) -> None:
    """All of it is refused, then the first project's first task alone; its others are not tried."""
    world.server.trouble(
        "odoo_error", model="project.task", method="create", times=2, error=ACCESS, message="No."
    )
    run = world.seed(FIRST)
    assert run.status == "partial"
    left = {item.external_ref: item for item in run.items if item.action in {"failed", "blocked"}}
    of_first = {task.external_ref for task in FIRST.seed.tasks if task.external_ref[:2] == "P0"}
    assert left.keys() == of_first
    assert world.refs() == {task.external_ref for task in FIRST.seed.tasks} - of_first
    assert "No." in left["P0T0"].error
    tried = [call.records for call in world.server.calls("create", "project.task")]
    assert tried[1] == 1
    assert world.seed(FIRST).status == "success"


@pytest.mark.parametrize("name", ["Close 0", "Renamed"])
@pytest.mark.parametrize(
    ("stages", "method", "told"),
    [
        ((Stage("To Do", fold=True), Stage("Done", fold=True)), "write", ["To Do"]),
        ((Stage("To Do", fold=True), Stage("Done")), "write", ["To Do", "Done"]),
        ((Stage("To Do"), Stage("Review"), Stage("Done", fold=True)), "create", ["Review"]),
    ],
)
def test_a_stage_that_odoo_refuses_is_named_and_tried_again_by_the_next_run(
    world: World, name: str, stages: tuple[Stage, ...], method: str, told: list[str]
) -> None:
    """Its project's own changes wait for it; other projects' do not."""
    assert world.seed(FIRST).status == "success"
    first, second, *others = FIRST.seed.projects
    projects = (replace(first, name=name, stages=stages), replace(second, name="Second"), *others)
    content = replace(FIRST, seed=replace(FIRST.seed, projects=projects))
    trouble = {"model": "project.task.type", "method": method, "times": 9, "message": "No."}
    world.server.trouble("odoo_error", **trouble)
    run = world.seed(content)
    assert run.status == "partial"
    (failed,) = (item for item in run.items if item.action == "failed")
    assert (failed.kind, failed.external_ref) == ("project", "P0")
    assert re.findall(r"stage ([\w ]+): [^;]*No\.", str(failed.error)) == told
    assert world.projects() == {"Close 0", "Second", "Close 2", "Close 3"}
    world.server.calm()
    assert world.seed(content).status == "success"
    assert world.projects() == {name, "Second", "Close 2", "Close 3"}
    theirs = [("project_ids.x_external_ref", "=", "P0")]
    rows = world.read("project.task.type", theirs, "name", "fold")
    assert {(row["name"], row["fold"]) for row in rows} == {(s.name, s.fold) for s in stages}


def test_a_server_that_never_answers_a_create_counts_as_gone_after_four_sizes(
    world: World,
) -> None:
    world.server.trouble("drop_before", model="project.task", method="create", times=999)
    run = world.seed(FIRST)
    sizes = [call.records for call in world.server.calls("create", "project.task")]
    assert len(sizes) == 4
    assert [later <= earlier // 2 for earlier, later in pairwise(sizes)] == [True] * 3
    assert len(world.told) == 4 + 3  # each is waited for, and three go on with fewer
    assert run.status == "partial"
    assert run.error
    assert run.error.startswith("Could not reach Odoo: ")
    world.server.calm()
    assert world.seed(FIRST).status == "success"
    assert len(world.refs()) == len(FIRST.seed.tasks)


def test_states_are_put_back_blockers_first_and_at_once_where_they_make_a_circle() -> None:
    def task(*needs: int) -> TaskState:
        return TaskState("01_in_progress", depends_on=needs, by_us=True)

    chain = {1: task(2), 2: task(3, 9), 3: task()}
    assert list(_blockers_first(chain, {1, 2, 3})) == [(3,), (2,), (1,)]
    assert list(_blockers_first(chain, {1, 3})) == [(1, 3)]
    assert list(_blockers_first({1: task(2), 2: task(1), 3: task()}, {3, 2, 1})) == [(1, 2, 3)]
