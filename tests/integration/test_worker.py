"""A worker in this process: what it tries again, what it does not, and how it ends."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import psycopg
import pytest
from crash_world import FIRST, SECOND
from pooler import Pooler
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from odoo_seed.core.freeze import Dates, Freeze
from odoo_seed.core.policy import Guards, Policy
from odoo_seed.core.run_requests import Patience
from odoo_seed.edges.postgres import connection
from odoo_seed.edges.postgres.queue import PostgresQueue
from odoo_seed.edges.postgres.requests import PostgresRunRequests
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError, UsageError
from odoo_seed.ports_runs import Timing
from odoo_seed.sandbox import SandboxServer
from odoo_seed.settings import Settings
from odoo_seed.shells.working import Worker
from odoo_seed.wiring_secrets import with_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo

    from odoo_seed.core.run_requests import Told

QUICK = Timing(poll=0.1, heartbeat=0.2, silence=1.0, grace=0.1, reconnect=0.1)
PATIENCE = Patience(pace=0.02)


class World:
    """A database with a seed, an Odoo, workers that tell what they do, and somebody who asks."""

    def __init__(self, url: str, odoo: SandboxServer, stack: ExitStack) -> None:
        self.url, self.odoo, self._stack = url, odoo, stack
        self.told: list[str] = []
        self.requests = PostgresRunRequests(url)
        stack.callback(self.requests.close)

    def settings(self, **more: str) -> Settings:
        values = {
            "SUPABASE_DB_URL": self.url,
            "ODOO_URL": self.odoo.url,
            "ODOO_DB": self.odoo.database,
            "ODOO_USER": "admin",
            "ODOO_PASSWORD": "admin",
            "ODOO_TIME_LIMIT": "1",
        }
        return Settings.read(values | more, Path("/nowhere"))

    def start(
        self, targets: list[str] | None = None, timing: Timing = QUICK, **more: str
    ) -> Worker:
        """Start a worker that ends with the test."""
        settings = with_secrets(self.settings(**more))
        worker = Worker(settings, targets, 2, self.told.append, timing, PATIENCE)
        thread = threading.Thread(target=worker.run)
        thread.start()
        self._stack.callback(thread.join, 20)
        self._stack.callback(worker.stop)
        return worker

    def ask(self, action: Any = "seed", target: str = "default", **more: Any) -> str:
        told = self.requests.ask(action, target, requested_by="the test", in_line=True, **more)
        assert told.request_id, told
        return told.request_id

    def done(self, request_id: str) -> Told:
        """Wait for a request's end."""
        self.until(lambda: self.requests.answer(request_id).status == "done")
        return self.requests.answer(request_id)

    def troubled(self, request_id: str) -> Told:
        """Wait for an answer that says why it is tried again: it is there between two tries."""
        seen: list[Told] = []

        def has_title() -> bool:
            seen.append(self.requests.answer(request_id))
            return "title" in seen[-1].answer

        self.until(has_title)
        return seen[-1]

    def wait_for(self, words: str) -> None:
        self.until(lambda: any(words in line for line in self.told))

    def until(self, done: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < deadline, self.told
            time.sleep(0.01)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as opened:
            return opened.execute(query.encode()).fetchall()

    def do(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as opened:
            opened.execute(statement.encode())


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with ExitStack() as stack, SandboxServer(prepared=True) as odoo:
        with PostgresStore(database_url) as store:
            store.load(FIRST, None)
        made = World(database_url, odoo, stack)
        yield made
        stack.close()  # the workers first


def test_a_run_is_taken_at_once_and_answered(world: World) -> None:
    world.start(timing=Timing(poll=600))  # it is told by LISTEN
    world.wait_for("takes runs of all targets, 2 at the same time")
    listens = (
        "select 1 from pg_stat_activity"
        " where datname = current_database() and query like 'LISTEN%' and state = 'idle'"
    )
    world.until(lambda: bool(world.rows(listens)))
    told = world.done(world.ask("both"))
    assert (told.http_status, told.answer["ok"]) == (200, True)
    assert told.answer["projects_synced"] == 4
    assert {row["action"] for row in told.answer["results"]["projects"]} == {"created"}
    world.wait_for("success: 4 projects, 52 tasks; 60 of 60 records agree")
    ((trigger,),) = world.rows(
        f"select trigger from odoo_seed.sync_runs where run_id = '{told.answer['run_id']}'"
    )
    assert trigger == "worker"


def test_a_dry_run_writes_nothing_and_one_project_is_one_project(world: World) -> None:
    world.start()
    planned = world.done(world.ask(dry_run=True))
    assert (planned.answer["status"], planned.answer["projects_synced"]) == ("planned", 4)
    assert world.odoo.calls("create") == []
    one = world.done(world.ask(projects=["P1"]))
    assert [row["external_ref"] for row in one.answer["results"]["projects"]] == ["P1"]
    drift = world.done(world.ask("drift"))
    assert (drift.http_status, drift.answer["ok"]) == (200, False)
    assert drift.answer["verification"]["verdict"] == "differs"


def test_what_cannot_be_reached_is_tried_again_until_it_is_there(world: World) -> None:
    down = world.odoo.url.rpartition(":")[2]
    world.odoo.stop()
    world.start()
    request = world.ask()
    world.wait_for("again in 0.1 s. Could not reach Odoo")
    assert not any("Odoo: Could not reach" in line for line in world.told)
    with SandboxServer(int(down), prepared=True) as back:
        told = world.done(request)
        assert (told.http_status, told.answer["ok"]) == (200, True)
        assert len(back.as_user().call("project.project", "search", [])) == 4
    ((attempts,),) = world.rows("select attempts from odoo_seed.run_requests")
    assert attempts > 1


class InSevenHours(datetime):
    """The clock of a machine that goes wrong."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(hours=7)


def test_a_worker_whose_clock_goes_wrong_tries_again_by_the_databases(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("shells.working", "edges.postgres.queue"):
        monkeypatch.setattr(f"odoo_seed.{module}.datetime", InSevenHours, raising=False)
    down = world.odoo.url.rpartition(":")[2]
    world.odoo.stop()
    world.start(SHADOW_CRON="* * * * *")
    request = world.ask()
    world.wait_for("again in 0.1 s. Could not reach Odoo")
    with SandboxServer(int(down), prepared=True):
        assert world.done(request).answer["ok"] is True
    world.until(lambda: bool(world.rows(BY_CLOCK)))
    ((moment,),) = world.rows(BY_CLOCK)[:1]
    assert abs(datetime.fromisoformat(moment) - datetime.now(UTC)) < timedelta(minutes=12)


BY_CLOCK = """
    select split_part(idempotency_key, ' ', 4) from odoo_seed.run_requests
    where idempotency_key is not null
"""


def test_what_is_refused_is_not_tried_again(world: World) -> None:
    world.start(ODOO_PASSWORD="wrong")
    told = world.done(world.ask())
    assert (told.http_status, told.answer["title"]) == (422, "Refused")
    unknown = world.done(world.ask(projects=["NOPE"]))
    assert (unknown.http_status, unknown.is_problem) == (422, True)
    assert world.done(world.ask(target="eu")).answer["detail"].startswith("ODOO_URL__EU, ")
    world.wait_for("are not set. → Name a target that is set here (default). Or: ")
    assert world.rows("select distinct attempts from odoo_seed.run_requests") == [(1,)]


def test_who_has_no_command_line_is_told_what_an_operator_runs(world: World) -> None:
    world.start()
    assert world.done(world.ask()).answer["ok"] is True
    always = Freeze(dates=(Dates("Audit", date(2020, 1, 1), date(2120, 1, 1)),))
    with PostgresStore(world.url) as store:
        store.load(replace(FIRST, policy=Policy(freeze=always)), None)
        frozen = world.done(world.ask(projects=["P1"]))
        store.load(replace(SECOND, policy=Policy(guards=Guards(max_archive_count=0))), None)
        guarded = world.done(world.ask())
    assert frozen.answer["remedy"] == (
        "Wait for its end, or now, and on record: an operator runs `odoo-seed seed --target default"
        ' --project P1 --override-freeze "REASON"` with the worker\'s settings'
    )
    checksum = guarded.answer["remedy"].partition("=")[2][:16]
    assert guarded.answer["remedy"] == (
        "Change policy.guards.max_archive_count in policy.yaml, or once only: an operator runs"
        f" `odoo-seed seed --target default --allow archive={checksum}` with the worker's settings"
    )


def test_a_vault_that_is_away_is_tried_again_like_an_odoo(world: World) -> None:
    world.start(
        SECRETS_BACKEND="hashicorp-vault", VAULT_ADDR="http://127.0.0.1:1", VAULT_TOKEN="geheim"
    )
    request = world.ask()
    world.wait_for("again in 0.1 s. HashiCorp Vault at 127.0.0.1:1 cannot be reached.")
    told = world.troubled(request)
    assert (told.http_status, told.answer["title"]) == (503, "The secrets")
    assert "geheim" not in str((world.told, told))


def test_when_odoo_refuses_every_record_it_is_a_problem_that_names_them(world: World) -> None:
    world.odoo.forget_rights("project.project", "create")
    world.start()
    told = world.done(world.ask())
    assert (told.http_status, told.answer["title"]) == (422, "Refused")
    assert {"kind", "external_ref", "error"} == set(told.answer["failures"][0])
    assert world.rows("select attempts from odoo_seed.run_requests") == [(1,)]


def test_it_waits_for_who_is_at_work_on_the_command_line(world: World) -> None:
    with PostgresStore(world.url) as store, store.lock("default", "ana@laptop pid 7"):
        world.start()
        request = world.ask()
        world.wait_for("again in 0.1 s. Target default is in use by ana@laptop pid 7")
    assert world.done(request).answer["ok"] is True


def test_targets_run_side_by_side_and_one_odoo_is_written_by_one(world: World) -> None:
    with SandboxServer(prepared=True) as other:
        named = {
            "ODOO_URL__EU": other.url, "ODOO_DB__EU": other.database,
            "ODOO_USER__EU": "admin", "ODOO_PASSWORD__EU": "admin",
            "ODOO_URL__TWIN": world.odoo.url, "ODOO_DB__TWIN": world.odoo.database,
            "ODOO_USER__TWIN": "admin", "ODOO_PASSWORD__TWIN": "admin",
        }  # fmt: skip
        world.odoo.trouble("delay", before=0.3, times=3)
        ids = [world.ask(target=target) for target in ("default", "eu", "twin", "default")]
        world.start(**named)
        assert [world.done(one).answer["ok"] for one in ids] == [True] * 4
        for odoo in (world.odoo, other):
            assert len(odoo.as_user().call("project.task", "search", [])) == 52


def test_of_other_targets_it_takes_nothing(world: World) -> None:
    world.start(["eu"])
    world.wait_for("takes runs of target eu")
    request = world.ask()
    eu = world.ask(target="eu")
    assert world.done(eu).http_status == 422
    assert world.requests.answer(request).status == "queued"


def test_who_is_told_to_end_hands_the_run_over_between_two_calls(world: World) -> None:
    world.odoo.trouble("delay", before=0.2, times=1000)
    worker = world.start()
    request = world.ask()
    world.until(lambda: bool(world.odoo.calls("create")))
    worker.stop()
    world.wait_for("handed over")
    assert world.requests.answer(request).status == "running"
    world.odoo.calm()
    world.start()
    told = world.done(request)
    assert (told.http_status, told.answer["ok"]) == (200, True)
    tasks = world.odoo.as_user().call("project.task", "search_read", [], ["x_external_ref"])
    assert len(tasks) == len({row["x_external_ref"] for row in tasks}) == 52
    assert [row for (row,) in world.rows("select status from odoo_seed.sync_runs")].count(
        "success"
    ) == 1


def test_it_outlives_its_connections(world: World) -> None:
    world.start()
    world.done(world.ask())
    world.rows(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    assert world.done(world.ask()).answer["ok"] is True


def test_a_worker_whose_database_was_away_during_a_run_gives_signs_of_life_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odoo_seed.edges.postgres.queue._POOL_TIMEOUT", 0.3)
    name = conninfo_to_dict(world.url)["dbname"]
    elsewhere = make_conninfo(world.url, dbname="postgres")
    begun, end = threading.Event(), threading.Event()

    def work(_request_id: str, _is_over: Callable[[], bool]) -> None:
        begun.set()
        end.wait(30)

    queue = PostgresQueue(
        world.url, work,
        targets=None, concurrency=1, listens=True, tell=world.told.append, timing=QUICK,
    )  # fmt: skip
    thread = threading.Thread(target=queue.run)
    thread.start()
    try:
        world.ask()
        assert begun.wait(20)  # and no other is fetched, so nothing else tells it of the loss
        with psycopg.connect(elsewhere, autocommit=True) as server:
            server.execute(f"alter database {name} allow_connections false".encode())
            server.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
                [name],
            )
            time.sleep(1.5)
            server.execute(f"alter database {name} allow_connections true".encode())
        time.sleep(1.5)
        life = "select last_heartbeat > now() - interval '1 s' from procrastinate.{}"
        world.until(lambda: world.rows(life.format("procrastinate_workers")) == [(True,)], 5)
        assert world.requests.take_over(QUICK.silence) == 0
    finally:
        end.set()
        queue.stop()
        thread.join(20)


def test_an_error_of_our_own_is_told_and_not_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise KeyError("a password, perhaps")

    monkeypatch.setattr("odoo_seed.shells.working.perform", broken)
    world.start()
    told = world.done(world.ask())
    assert told.http_status == 500
    assert told.answer["detail"].startswith("KeyError in odoo_seed.shells.working, line ")
    assert "password" not in str(world.told)


def test_a_run_that_never_came_to_an_end_is_given_up_and_that_is_said(world: World) -> None:
    request = world.ask()
    world.do(  # twice a worker began it, and was killed
        "update odoo_seed.run_requests set status = 'running', attempts = 2,"
        " started_at = now() - interval '7 h'"
    )
    world.start()
    told = world.done(request)
    assert (told.http_status, told.answer["title"]) == (500, "An error of odoo-seed's own")
    assert told.answer["detail"] == "It was begun 2 times and never came to an end."
    assert world.odoo.calls() == []


def test_a_job_whose_request_is_done_already_is_put_away(world: World) -> None:
    request = world.ask()
    world.do(
        "update odoo_seed.run_requests set status = 'done', http_status = 200, answer = '{}',"
        " finished_at = now()"
    )
    world.start()
    world.until(lambda: not world.rows("select 1 from procrastinate.procrastinate_jobs"))
    assert (world.requests.answer(request).answer, world.odoo.calls()) == ({}, [])
    assert world.rows("select attempts from odoo_seed.run_requests") == [(0,)]


def test_a_run_that_was_left_without_a_job_is_taken_over_and_that_is_told(world: World) -> None:
    world.start()
    world.wait_for("takes runs of all targets")
    ((left,),) = world.rows(
        "insert into odoo_seed.run_requests (action, requested_by, status, attempts, started_at)"
        " values ('seed', 'me', 'running', 1, now()) returning id::text"
    )
    world.wait_for("Took over 1 from a worker that gave no sign of life.")
    world.wait_for(f"Run {left}: seed of target default for me, try 2")
    assert world.done(left).answer["ok"] is True


def test_a_run_whose_end_cannot_be_written_down_is_done_anew(world: World) -> None:
    world.do("alter table odoo_seed.run_requests add constraint no_end check (status <> 'done')")
    world.start()
    request = world.ask()
    world.wait_for(f"Run {request}: The database refuses a row: new row for relation")
    assert world.requests.answer(request).status == "running"
    world.do("alter table odoo_seed.run_requests drop constraint no_end")
    told = world.done(request)
    assert (told.http_status, told.answer["ok"]) == (200, True)
    assert len(world.odoo.as_user().call("project.project", "search", [])) == 4


def test_a_sweeper_tells_a_trouble_once_and_again_when_it_was_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def take_over(_requests: PostgresRunRequests, silent_seconds: float) -> int:
        asked.append(silent_seconds)
        if len(asked) in {2, 3, 4, 6}:  # the first is the worker's own, before it begins
            raise DatabaseError("The database sleeps.", remedy="Wake it.")
        return 0

    monkeypatch.setattr(PostgresRunRequests, "take_over", take_over)
    world.start(timing=replace(QUICK, silence=0.2))
    world.until(lambda: len(asked) > 7)
    assert world.told.count("The database sleeps.") == 2


def test_the_clock_asks_for_each_moment_once(world: World) -> None:
    # Any minute is a moment; the test may see two of them.
    for _ in range(2):
        world.start(SHADOW_CRON="* * * * *")
    world.wait_for("By the clock: shadow of target default at * * * * *")
    query = "select count(*), count(distinct idempotency_key) from odoo_seed.run_requests"
    world.until(lambda: world.rows(query) != [(0, 0)])
    time.sleep(1)
    ((asked, moments),) = world.rows(query)
    assert asked == moments <= 2
    assert world.rows("select distinct requested_by from odoo_seed.run_requests") == [
        ("the clock",)
    ]


def test_requests_that_are_long_done_go_by_themselves(world: World) -> None:
    world.rows(
        "insert into odoo_seed.run_requests (action, requested_by, status, http_status, answer,"
        " created_at, finished_at) select 'seed', 'me', 'done', 200, '{}', at, at"
        " from (select now() - interval '91 days' as at) as long_ago returning 1"
    )
    world.start()
    world.until(lambda: not world.rows("select 1 from odoo_seed.run_requests"))


def test_the_clock_does_not_pile_up_what_waits(world: World) -> None:
    waits = world.ask("shadow", "eu")
    world.start(["nobody"], SHADOW_CRON__EU="* * * * *")  # another's clock
    other = Worker(world.settings(DRIFT_CRON__EU="* * * * *"), None, 1, world.told.append, QUICK)
    assert [entry.target for entry in other._periodic] == ["eu"]
    due = datetime.now(UTC)
    other._ask(world.requests, other._periodic[0], due)
    other._ask(world.requests, replace(other._periodic[0], action="shadow"), due)
    asked = [(row["action"], row["target"]) for row in world.requests.newest(9)]
    assert sorted(asked) == [("drift", "eu"), ("shadow", "eu")]
    assert world.requests.answer(waits).status == "queued"


@contextmanager
def transaction_mode(url: str) -> Iterator[str]:
    with Pooler(url, "transaction") as pooler:
        yield pooler.url


def test_through_a_poolers_transaction_mode_it_polls_and_says_so(world: World) -> None:
    with transaction_mode(world.url) as pooled:
        worker = world.start(SUPABASE_DB_URL=pooled, SUPABASE_DB_SESSION_URL=world.url)
        world.wait_for("LISTEN does not work there, so it looks for runs every 0.1 s")
        assert world.done(world.ask()).answer["ok"] is True
        assert world.done(world.ask("drift")).answer["ok"] is True
        worker.stop()


def test_supabases_session_mode_is_found_beside_its_transaction_mode(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Pooler(world.url, "transaction") as pooled,
        Pooler(world.url, "session") as sessions,
    ):
        ports = [conninfo_to_dict(one.url)["port"] for one in (pooled, sessions)]
        monkeypatch.setattr(connection, "TRANSACTION_POOLER_PORT", ports[0])
        monkeypatch.setattr(connection, "SESSION_POOLER_PORT", ports[1])
        worker = world.start(SUPABASE_DB_URL=pooled.url)
        world.wait_for("they go over its session mode, port 5432.")
        assert world.done(world.ask()).answer["ok"] is True
        worker.stop()


def test_the_session_mode_of_a_url_is_known_for_supabases_port_alone() -> None:
    pooled = "postgresql://u:p@pooler.supabase.com:6543/postgres?sslmode=require"
    found = conninfo_to_dict(connection.session_mode(pooled) or "")
    assert found == conninfo_to_dict(pooled) | {"port": "5432"}
    assert connection.session_mode("postgresql://u:p@127.0.0.1:6432/x") is None


def test_what_breaks_off_in_the_middle_goes_on_when_odoo_is_back(world: World) -> None:
    world.odoo.trouble("delay", before=0.1, times=1000)
    world.start()
    request = world.ask()
    world.until(lambda: bool(world.odoo.calls("create")))
    world.odoo.stop()
    world.wait_for(". Could not reach Odoo")
    with SandboxServer(int(world.odoo.url.rpartition(":")[2])) as back:
        back.service = world.odoo.service
        told = world.done(request)
        assert (told.http_status, told.answer["ok"]) == (200, True)
        tasks = back.as_user().call("project.task", "search_read", [], ["x_external_ref"])
        assert len(tasks) == len({row["x_external_ref"] for row in tasks}) == 52


def test_without_a_session_for_the_lock_it_does_not_begin(world: World) -> None:
    with transaction_mode(world.url) as pooled:
        for more, words in (
            ({"SUPABASE_DB_URL": pooled}, "no run can hold its lock there"),
            ({"SUPABASE_DB_SESSION_URL": pooled}, "SUPABASE_DB_SESSION_URL is a pooler's"),
        ):
            worker = Worker(world.settings(**more), None, 1, world.told.append, QUICK)
            with pytest.raises(UsageError, match=words):
                worker.run()


def test_without_tables_it_says_what_to_run(empty_database_url: str, world: World) -> None:
    settings = world.settings(SUPABASE_DB_URL=empty_database_url)
    with pytest.raises(DatabaseError) as caught:
        Worker(settings, None, 1, world.told.append, QUICK).run()
    assert "odoo-seed migrate" in caught.value.remedy
