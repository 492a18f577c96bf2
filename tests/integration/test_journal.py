"""A rerun never meets a create that is still on its way, and never waits where there is none."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.integration.crash_world import FIRST, MODELS, SECOND, Killed, state

from odoo_seed import pipeline, send
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.transport import OdooTarget, open_transport
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import OdooError, OdooReplyLostError, OdooUnreachableError
from odoo_seed.sandbox import SandboxServer
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.edges.odoo.transport import Transport

BUSY = 1.0
"""Seconds that the server is busy with a create in these tests; nobody waits for it."""

RUN_ERROR = "select status, error from odoo_seed.sync_runs order by started_at desc limit 1"


class World:
    """One sandbox and one database, used by one process after the other."""

    def __init__(self, server: SandboxServer, store: PostgresStore) -> None:
        self.server, self.store = server, store
        self.told: list[str] = []

    @contextlib.contextmanager
    def transport(self) -> Iterator[Transport]:
        target = OdooTarget(self.server.url, "sandbox", "admin", "admin", "jsonrpc")
        with contextlib.closing(open_transport(target, pauses=(0.01,))) as opened:
            yield opened

    def seed(
        self, content: SeedAndPolicy, *, patience: float = 20, late: str = "", error: Any = None
    ) -> pipeline.SeedResult:
        """Seed as a process of its own would.

        Args:
            late: Model whose first create is not waited for.
            error: What happens then instead.
        """
        self.store.load(content, None)
        self.told.clear()
        with self.transport() as transport:
            used: Any = Impatient(transport, self.server, late, error) if late else transport
            scope = pipeline.Scope(tell=self.told.append)
            return pipeline.seed(self.store, OdooWriting(used, patience), SilentProgress(), scope)

    def count(self, model: str) -> int:
        options = {"context": {"active_test": False}}
        found: int = self.server.as_user().call(model, "search_count", [], **options)
        return found

    def intents(self) -> list[Any]:
        with self.store._transaction() as connection:
            return connection.execute("select kind, refs from odoo_seed.intents").fetchall()

    def last_run(self) -> Any:
        with self.store._transaction() as connection:
            return connection.execute(RUN_ERROR.encode()).fetchone()


class Impatient:
    """A transport that does not wait for one create: once Odoo has it, something happens to us."""

    def __init__(self, real: Transport, server: SandboxServer, model: str, error: Any) -> None:
        self._real, self._server, self._late = real, server, (model, "create")
        self._error = error or Killed()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def call(self, model: str, method: str, *args: Any) -> Any:
        if (model, method) != self._late:
            return self._real.call(model, method, *args)
        self._late = ("", "")
        other = self._real.another()
        threading.Thread(target=self._send, args=(other, model, method, *args)).start()
        while not self._server.calls(method, model):
            time.sleep(0.005)
        raise self._error

    def _send(self, other: Transport, *call: Any) -> None:
        with contextlib.closing(other), contextlib.suppress(OdooError):
            other.call(*call)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with SandboxServer(prepared=True) as server, PostgresStore(database_url) as store:
        yield World(server, store)


@pytest.fixture(scope="module")
def counts() -> dict[str, int]:
    """How many records there are when each is created once."""
    seed = SECOND.seed
    stages = {(task.project_external_ref, task.stage_name) for task in seed.tasks}
    stages |= {(p.external_ref, s.name) for p in seed.projects for s in p.stages or ()}
    return {
        "project.project": len(seed.projects),
        "project.milestone": len(seed.milestones),
        "project.task": len({task.external_ref for task in (*FIRST.seed.tasks, *seed.tasks)}),
        "project.task.type": len(stages),
        "project.tags": 6,  # the program's, GL, VAT and Tag 0 to 2
    }


@pytest.mark.parametrize("model", MODELS)
def test_a_rerun_waits_for_a_create_that_the_server_is_still_busy_with(
    world: World, counts: dict[str, int], model: str
) -> None:
    if model == "project.task.type":  # stages of new projects come with them
        world.seed(FIRST)
    content = SECOND if model == "project.task.type" else FIRST
    world.server.trouble("delay", model=model, method="create", before=BUSY)
    with pytest.raises(Killed):
        world.seed(content, late=model)
    ((kind, refs),) = world.intents()
    assert refs
    assert world.seed(content).run.status == "success"
    assert len(world.told) == 1
    assert f"for Odoo to finish what a killed run had sent: {len(refs)} {kind}" in world.told[0]
    assert world.intents() == []
    assert world.seed(SECOND).run.status == "success"
    assert world.told == []
    assert {model: world.count(model) for model in MODELS} == counts


def test_a_rerun_after_a_lost_server_waits_for_what_it_may_still_be_busy_with(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "_GONE", 0.1)
    monkeypatch.setattr(send, "_PAUSE", 0.05)
    world.server.trouble("delay", model="project.task", method="create", before=BUSY)
    world.server.trouble("reset", model="project.task", method="search_read", times=99)
    done = world.seed(FIRST, late="project.task", error=OdooReplyLostError("No answer."))
    assert done.run.status == "partial"
    assert done.run.error
    assert done.run.error.startswith("Could not reach Odoo: ")
    assert "52 records not tried." in done.run.error
    assert world.last_run() == ("partial", done.run.error)
    world.server.calm()
    assert world.seed(FIRST).run.status == "success"
    assert len(world.told) == 1
    assert world.count("project.task") == len(FIRST.seed.tasks)


def test_a_shadow_waits_for_it_too(world: World) -> None:
    world.server.trouble("delay", model="project.project", method="create", before=BUSY)
    with pytest.raises(Killed):
        world.seed(FIRST, late="project.project")
    with world.transport() as transport:
        scope = pipeline.Scope(tell=world.told.append)
        run = pipeline.shadow(world.store, OdooReading(transport), scope)
    assert run.counts["project"] == len(FIRST.seed.projects)
    assert len(world.told) == 1


def test_nothing_is_waited_for_when_the_killed_runs_records_are_there(world: World) -> None:
    with pytest.raises(Killed):
        world.seed(FIRST, late="project.task")
    while world.count("project.task") == 0:
        time.sleep(0.01)
    assert world.intents()
    assert world.seed(FIRST, patience=60).run.status == "success"
    assert world.told == []
    assert world.count("project.task") == len(FIRST.seed.tasks)


def test_what_never_arrived_is_waited_for_until_it_cannot_come_any_more(world: World) -> None:
    world.server.trouble("drop_before", model="project.task", method="create")
    with pytest.raises(Killed):
        world.seed(FIRST, late="project.task")
    begun = time.monotonic()
    assert world.seed(FIRST, patience=2).run.status == "success"
    assert time.monotonic() - begun > 1
    assert len(world.told) == 1
    assert "Waiting up to " in world.told[0]
    assert world.count("project.task") == len(FIRST.seed.tasks)


def test_an_old_intent_is_not_waited_for(world: World) -> None:
    world.server.trouble("drop_before", model="project.task", method="create")
    with pytest.raises(Killed):
        world.seed(FIRST, late="project.task")
    with world.store._transaction() as connection:
        connection.execute("update odoo_seed.intents set sent_at = now() - interval '1 hour'")
    assert world.seed(FIRST, patience=150).run.status == "success"
    assert world.told == []


def test_a_create_that_was_refused_leaves_nothing_to_wait_for(world: World) -> None:
    world.server.trouble("odoo_error", model="project.tags", method="create", times=99)
    assert world.seed(FIRST).run.status == "failed"
    assert world.intents() == []


def test_what_a_lost_answer_is_waited_for_and_what_comes_of_it_is_told(world: World) -> None:
    world.server.trouble("drop_before", model="project.task", method="create", nth=1)
    assert world.seed(FIRST, patience=0.1).run.status == "success"
    (size, half) = (call.records for call in world.server.calls("create", "project.task")[:2])
    silent, nothing = world.told
    assert silent.startswith(f"Odoo gave no answer to the creation of {size} tasks: looking")
    assert nothing == f"Odoo did none of it: going on with {half} records at a time."
    assert half == size // 2


def test_a_create_that_could_not_be_sent_leaves_nothing_to_wait_for(world: World) -> None:
    error = OdooUnreachableError("Nothing listens there.")
    done = world.seed(FIRST, late="project.project", error=error)
    assert done.run.error == "Could not reach Odoo: Nothing listens there. 60 records not tried."
    assert world.intents() == []


@pytest.mark.parametrize(("lost", "status"), [(1, "success"), (2, "partial")])
def test_milestones_that_were_not_sent_yet_are_not_waited_for(
    world: World, lost: int, status: str
) -> None:
    """Their projects are told to show them first; of that answer nothing was to be created."""
    world.server.trouble("drop_after", model="project.project", method="write", times=lost)
    begun = time.monotonic()
    assert world.seed(FIRST, patience=60).run.status == status
    assert time.monotonic() - begun < 30
    assert world.intents() == []
    assert world.seed(FIRST).run.status == "success"
    assert (world.told, world.count("project.milestone")) == ([], len(FIRST.seed.milestones))


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_lost_lock_is_noticed_before_the_next_write(
    world: World, database_url: str, jobs: int
) -> None:
    """The connection is cut while Odoo works on the first tasks."""
    world.store.load(FIRST, None)
    with (
        world.transport() as transport,
        psycopg.connect(database_url, autocommit=True) as other,
    ):
        writer = OdooWriting(Cutting(transport, other), 20)
        done = pipeline.seed(world.store, writer, SilentProgress(), pipeline.Scope(jobs=jobs))
        writes = [c for c in world.server.calls() if c.method in {"create", "write"}]
    assert done.run.status == "partial"
    assert done.run.error
    assert "The lock on target default was lost" in done.run.error
    assert world.last_run() == ("partial", done.run.error)
    creates = [call for call in writes if call.model == "project.task"]
    assert 1 <= len(creates) <= jobs  # those that were on their way already
    assert writes[-1].model == "project.task"
    assert world.seed(FIRST, patience=2).run.status == "success"
    with world.transport() as transport:
        assert state(world.server, transport)[1]["project.task"] == len(FIRST.seed.tasks)


class Cutting:
    """A transport that has the lock's connection cut when the first task is created."""

    def __init__(self, real: Transport, database: psycopg.Connection[Any]) -> None:
        self._real, self._database = real, database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def another(self) -> Cutting:
        return Cutting(self._real.another(), self._database)

    def call(self, model: str, method: str, *args: Any) -> Any:
        if (model, method) == ("project.task", "create"):
            self._database.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                " where application_name like 'odoo-seed lock%' and datname = current_database()"
            )
        return self._real.call(model, method, *args)
