"""The store's other memories: applied values, runs, the shadow, the writer lock."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest
from db_content import CONTENT

from odoo_seed.core.freeze import FreezeOverride
from odoo_seed.core.live import AppliedRecord, Directory, Live, LiveRecord, Shadow
from odoo_seed.core.model import Source
from odoo_seed.core.runs import ItemChange, RunItem
from odoo_seed.edges.postgres.connection import connect
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.live import Key
    from odoo_seed.core.runs import Status, Verb

    Connection = psycopg.Connection[tuple[object, ...]]

TASK = AppliedRecord(
    "task",
    "T1",
    41,
    {
        "name": "Reconcile",
        "tag_names": ("a", "b"),
        "planned_hours": 6.0,
        "sequence": 10,
        "is_active": True,
        "deadline": None,
        "depends_on_refs": (),
    },
    {"description": "<p>Bank & Co</p>"},
)
PROJECT = AppliedRecord("project", "CLOSE", 7, {"name": "Close"})
MILESTONE = AppliedRecord("milestone", "M1", 3, {"name": "Closed"})


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    with PostgresStore(database_url) as opened:
        opened.load(CONTENT, "c1")
        yield opened


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query.encode()).fetchall()


# Applied values ------------------------------------------------------------------------------


def test_applied_values_are_read_back_with_their_types(store: PostgresStore) -> None:
    store.save_applied("default", [TASK, PROJECT, MILESTONE])
    found = store.read_applied("default")
    assert found == {
        ("task", "T1"): TASK,
        ("project", "CLOSE"): PROJECT,
        ("milestone", "M1"): MILESTONE,
    }
    hours = found["task", "T1"].values["planned_hours"]
    assert isinstance(hours, float)
    assert store.read_applied("staging") == {}


def test_applied_values_are_replaced_and_forgotten(store: PostgresStore) -> None:
    store.save_applied("default", [TASK, PROJECT])
    newer = replace(TASK, values={"name": "Newer"}, echo={})
    store.save_applied("default", [TASK, newer], [("project", "CLOSE"), ("task", "UNKNOWN")])
    assert store.read_applied("default") == {("task", "T1"): newer}


def test_nothing_to_save_is_no_error(store: PostgresStore) -> None:
    store.save_applied("default", [])
    assert store.read_applied("default") == {}


def test_odoo_ids_are_written_back_for_the_default_target_only(
    store: PostgresStore, connection: Connection
) -> None:
    ids = (
        "select (select odoo_project_id from odoo_seed.projects where external_ref = 'CLOSE'),"
        " (select odoo_milestone_id from odoo_seed.milestones where external_ref = 'M1'),"
        " (select odoo_task_id from odoo_seed.tasks where external_ref = 'T1'),"
        " (select count(*) from odoo_seed.tasks where last_sync_at is not null)"
    )
    store.save_applied("staging", [TASK, PROJECT, MILESTONE])
    assert rows(connection, ids) == [(None, None, None, 0)]
    store.save_applied("default", [TASK, PROJECT, MILESTONE])
    assert rows(connection, ids) == [(7, 3, 41, 1)]
    assert store.load(CONTENT, "c2")["task"].unchanged == 4
    assert rows(connection, ids) == [(7, 3, 41, 1)]


# Runs ----------------------------------------------------------------------------------------

ITEMS = (
    RunItem("project", "CLOSE", "created", 7),
    RunItem(
        "task",
        "T1",
        "updated",
        41,
        (
            ItemChange("name", "Old", "New"),
            ItemChange("tag_names", ("a",), ()),
            ItemChange("planned_hours", None, 2.5),
        ),
        source=Source("close.yaml", 30),
    ),
    RunItem("task", "T2", "failed", error="Odoo says no", source=Source("close.yaml", 40)),
)


def test_a_run_is_read_back_with_its_items_in_order(store: PostgresStore) -> None:
    run_id = store.start_run("default", "seed", "github", "abc123")
    store.finish_run(
        run_id,
        "partial",
        items=ITEMS,
        counts={"created": 1, "failed": 1},
        error="1 record failed",
        plan_checksum="sha",
    )
    run = store.last_run("default", "seed")
    assert run is not None
    assert (run.run_id, run.status, run.trigger, run.commit) == (
        run_id,
        "partial",
        "github",
        "abc123",
    )
    assert (run.error, run.plan_checksum) == ("1 record failed", "sha")
    assert run.counts == {"created": 1, "failed": 1}
    assert run.items == ITEMS
    assert run.finished_at is not None
    assert timedelta() <= run.finished_at - run.started_at < timedelta(minutes=1)
    assert abs(datetime.now(UTC) - run.started_at) < timedelta(minutes=1)


def test_the_reason_to_go_on_in_a_freeze_is_kept_with_the_run(
    store: PostgresStore, connection: Connection
) -> None:
    run_id = store.start_run("default", "seed", "cli", None)
    store.note_override(run_id, FreezeOverride("Close", "a\0 typo\ud800"))
    run = store.last_run("default", "seed")
    assert run is not None
    assert run.override == FreezeOverride("Close", "a\ufffd typo?")
    assert rows(connection, "select freeze_window, freeze_reason from odoo_seed.sync_runs") == [
        ("Close", "a\ufffd typo?")
    ]


def test_the_newest_run_of_verb_and_target_is_the_last(store: PostgresStore) -> None:
    first = store.start_run("default", "seed", "cli", None)
    store.finish_run(first, "success")
    second = store.start_run("default", "seed", "cli", None)
    store.start_run("default", "shadow", "cli", None)
    store.start_run("staging", "seed", "cli", None)
    run = store.last_run("default", "seed")
    assert run is not None
    assert (run.run_id, run.status, run.finished_at) == (second, "running", None)
    assert store.last_run("default", "verify") is None


def test_commits_are_those_of_runs_that_wrote_the_newest_first(store: PostgresStore) -> None:
    def run(
        commit: str | None, status: Status, verb: Verb = "seed", target: str = "default"
    ) -> None:
        store.finish_run(store.start_run(target, verb, "cli", commit), status)

    run("a", "success")
    run("b", "partial")
    run("c", "failed")
    run("d", "success")
    run(None, "success")
    run("b", "success", "report")
    run("e", "success", target="eu")
    store.start_run("default", "seed", "cli", "running")
    assert store.commits("default", "seed") == ["d", "b", "a"]
    assert store.commits("default", "report") == ["b"]
    assert store.commits("eu", "verify") == []


def test_an_unknown_run_cannot_be_finished(store: PostgresStore) -> None:
    with pytest.raises(DatabaseError, match="no run 00000000"):
        store.finish_run("00000000-0000-0000-0000-000000000000", "success", items=ITEMS)


def test_sync_error_stands_until_the_record_heals(
    store: PostgresStore, connection: Connection
) -> None:
    errors = "select external_ref, sync_error from odoo_seed.tasks where sync_error is not null"

    def finish(target: str, verb: str, *items: RunItem) -> None:
        run_id = store.start_run(target, verb, "cli", None)  # type: ignore[arg-type]  # a Verb
        store.finish_run(run_id, "partial", items=items)

    finish("default", "seed", *ITEMS)
    assert rows(connection, errors) == [("T2", "Odoo says no")]
    finish("staging", "seed", RunItem("task", "T2", "updated"))
    finish("default", "verify", RunItem("task", "T2", "drift"))
    finish("default", "seed", RunItem("task", "T1", "updated"))
    assert rows(connection, errors) == [("T2", "Odoo says no")]
    finish("default", "seed", RunItem("task", "T2", "updated"))
    assert rows(connection, errors) == []
    finish("default", "seed", *ITEMS)
    store.save_applied("default", [replace(TASK, external_ref="T2")])
    assert rows(connection, errors) == []


def test_what_others_wrote_is_stored_even_when_postgres_could_not(store: PostgresStore) -> None:
    run_id = store.start_run("default", "seed", "cli", None)
    item = RunItem(
        "task", "T1", "failed", changes=(ItemChange("name", "a\0", ("\ud800",)),), error="b\0\ud800"
    )
    store.finish_run(run_id, "failed", items=[item], error="c\0")
    run = store.last_run("default", "seed")
    assert run is not None
    assert (run.error, run.items[0].error) == ("c\ufffd", "b\ufffd?")
    assert run.items[0].changes == (ItemChange("name", "a\ufffd", ("?",)),)


# The shadow ----------------------------------------------------------------------------------

RECORDS: dict[Key, LiveRecord] = {
    ("project", "CLOSE"): LiveRecord(
        "project",
        "CLOSE",
        7,
        {
            "name": "Close",
            "description": "<p>&amp;</p>",
            "company_name": "TBWA\\SMP",
            "manager_email": None,
            "visibility": "employees",
            "allow_dependencies": True,
            "date_start": "2026-01-05",
            "date_end": None,
            "tag_names": ("GL",),
            "is_active": True,
        },
        written_at="2026-01-02 03:04:05",
        written_by="Mitchell Admin",
    ),
    ("milestone", "M1"): LiveRecord(
        "milestone",
        "M1",
        3,
        {"name": "Closed", "project_external_ref": "CLOSE", "deadline": "2026-02-05"},
    ),
    ("task", "T1"): LiveRecord(
        "task",
        "T1",
        41,
        {
            "project_external_ref": "CLOSE",
            "name": "Reconcile",
            "description": None,
            "stage_name": "To Do",
            "tag_names": (),
            "assignee_emails": ("a@example.com", "b@example.com"),
            "depends_on_refs": ("T2", "odoo:9"),
            "parent_external_ref": "odoo:8",
            "milestone_external_ref": None,
            "deadline": "2026-01-09T18:00",
            "planned_hours": 0.0,
            "sequence": 10,
            "priority": "low",
            "is_active": False,
        },
        state="1_done",
    ),
}


def test_the_shadow_is_read_back_as_it_was_mirrored(store: PostgresStore) -> None:
    counts = store.replace_shadow(
        "default", Live(RECORDS, Directory(), {("task", "TWICE"): (1, 2)})
    )
    assert counts == {"project": 1, "milestone": 1, "task": 1}
    assert store.read_shadow("default") == Shadow(RECORDS, {("task", "TWICE"): (1, 2)})
    assert store.read_shadow("staging").records == {}


def test_why_a_task_is_left_alone_is_mirrored_until_it_is_no_longer(
    store: PostgresStore, connection: Connection
) -> None:
    key: Key = ("task", "T1")
    recurring = replace(RECORDS[key], left_alone="it is recurring in Odoo")
    store.replace_shadow("default", Live({key: recurring}, Directory()))
    assert store.read_shadow("default").records == {key: recurring}
    store.replace_shadow("default", Live({key: RECORDS[key]}, Directory()))
    assert store.read_shadow("default").records == {key: RECORDS[key]}
    assert rows(connection, "select left_alone from odoo_seed.shadow_tasks") == [(None,)]


def test_a_midnight_in_odoo_stays_a_time_of_day(store: PostgresStore) -> None:
    task = RECORDS["task", "T1"]
    midnight = replace(task, values={**task.values, "deadline": "2026-01-09T00:00"})
    store.replace_shadow("default", Live({("task", "T1"): midnight}, Directory()))
    assert store.read_shadow("default").records == {("task", "T1"): midnight}


def test_what_is_gone_from_odoo_is_marked_and_comes_back(
    store: PostgresStore, connection: Connection
) -> None:
    gone = "select external_ref from odoo_seed.shadow_tasks where gone_at is not null"
    store.replace_shadow("default", Live(RECORDS, Directory()))
    store.replace_shadow("default", Live({}, Directory()))
    assert rows(connection, gone) == [("T1",)]
    assert store.read_shadow("default").records == {}
    store.replace_shadow("default", Live({}, Directory(), {("task", "T1"): (41, 42)}))
    store.replace_shadow("default", Live(RECORDS, Directory()))
    assert rows(connection, gone) == []


def test_a_record_whose_ref_was_copied_is_neither_gone_nor_known(
    store: PostgresStore, connection: Connection
) -> None:
    store.replace_shadow("default", Live(RECORDS, Directory()))
    store.replace_shadow("default", Live({}, Directory(), {("task", "T1"): (41, 42)}))
    assert rows(connection, "select gone_at from odoo_seed.shadow_tasks") == [(None,)]
    assert store.read_shadow("default") == Shadow({}, {("task", "T1"): (41, 42)})


def test_a_shadow_says_why_it_must_not_be_trusted(store: PostgresStore) -> None:
    def stale() -> str:
        return store.read_shadow("default").stale

    assert "never read" in stale()
    reading = store.start_run("default", "shadow", "cli", None)
    store.replace_shadow("default", Live(RECORDS, Directory()))
    assert "going on" in stale()
    store.finish_run(reading, "success")
    assert stale() == ""
    seeding = store.start_run("default", "seed", "cli", None)
    assert "seeded after" in stale()  # it may have been killed after it wrote
    store.finish_run(seeding, "success")
    assert "seeded after" in stale()
    reading = store.start_run("default", "shadow", "cli", None)
    store.finish_run(reading, "failed", error="Odoo went away")
    assert "failed" in stale()
    reading = store.start_run("default", "shadow", "cli", None)
    store.replace_shadow("default", Live(RECORDS, Directory()))
    store.finish_run(reading, "success")
    assert stale() == ""


def test_a_seed_run_of_another_target_does_not_make_a_shadow_stale(store: PostgresStore) -> None:
    reading = store.start_run("default", "shadow", "cli", None)
    store.replace_shadow("default", Live(RECORDS, Directory()))
    store.finish_run(reading, "success")
    store.finish_run(store.start_run("staging", "seed", "cli", None), "success")
    assert store.read_shadow("default").stale == ""


def test_text_from_odoo_that_postgres_cannot_store_does_not_stop_the_mirror(
    store: PostgresStore,
) -> None:
    task = RECORDS["task", "T1"]
    odd = replace(task, values={**task.values, "name": "a\0", "stage_name": "\\N"})
    store.replace_shadow("default", Live({("task", "T1"): odd}, Directory()))
    values = store.read_shadow("default").records["task", "T1"].values
    assert (values["name"], values["stage_name"]) == ("a\ufffd", "\\N")


# The writer lock -----------------------------------------------------------------------------


def test_a_second_writer_is_told_who_the_first_one_is(database_url: str) -> None:
    first, second = PostgresStore(database_url), PostgresStore(database_url)
    with (
        first.lock("default", "ana@host-a pid 7"),
        pytest.raises(DatabaseError, match="in use by ana@host-a pid 7, since 20") as caught,
        second.lock("default", "run 2"),
    ):
        pytest.fail("two writers")
    assert "Wait" in caught.value.remedy
    with second.lock("default", "run 2"):
        pass


def test_targets_are_locked_apart(database_url: str) -> None:
    store = PostgresStore(database_url)
    with store.lock("default", "one"), store.lock("staging", "two"):
        pass


def test_an_error_inside_releases_the_lock(database_url: str) -> None:
    store = PostgresStore(database_url)
    with pytest.raises(ZeroDivisionError), store.lock("default", "one"):
        raise ZeroDivisionError
    with store.lock("default", "two"):
        pass


HOLDER = """
import sys
from odoo_seed.edges.postgres.store import PostgresStore
with PostgresStore(sys.argv[1]).lock("default", "the victim"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_dies_with_its_holder(database_url: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    store = PostgresStore(database_url)
    with pytest.raises(DatabaseError, match="the victim"), store.lock("default", "heir"):
        pytest.fail("two writers")
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            with store.lock("default", "heir"):
                return
        except DatabaseError:
            time.sleep(0.05)
    pytest.fail("the lock outlived its holder")


def test_a_stale_name_tag_is_not_believed(database_url: str, connection: Connection) -> None:
    connection.execute(
        "insert into odoo_seed.locks (target, holder, backend_pid) values ('default', 'ghost', 1)"
    )
    connection.execute("select pg_advisory_lock(hashtext('odoo_seed.target'), hashtext('default'))")
    store = PostgresStore(database_url)
    with pytest.raises(DatabaseError, match="somebody who just began"), store.lock("default", "x"):
        pytest.fail("two writers")


def test_a_lock_whose_connection_was_lost_ends_quietly(
    database_url: str, connection: Connection
) -> None:
    with PostgresStore(database_url).lock("default", "one"):
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name like 'odoo-seed lock%' and datname = current_database()"
        )


def test_the_poolers_transaction_mode_cannot_hold_the_lock() -> None:
    store = PostgresStore("postgresql://postgres.ref:secret@pooler.example.com:6543/postgres")
    with pytest.raises(DatabaseError, match="port 6543") as caught, store.lock("default", "x"):
        pytest.fail("locked")
    assert "5432" in caught.value.remedy


# Connections ---------------------------------------------------------------------------------


def test_a_connection_dropped_while_idle_is_made_anew(
    store: PostgresStore, connection: Connection
) -> None:
    connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'odoo-seed' and datname = current_database()"
    )
    assert store.read_seed() == CONTENT


def test_a_server_that_vanished_is_given_up_within_half_a_minute(store: PostgresStore) -> None:
    """And not after the quarter of an hour that the system would wait for an answer."""
    store.read_seed()
    chosen = store._connection.get().info.get_parameters()
    assert (chosen["tcp_user_timeout"], chosen["keepalives_idle"]) == ("30000", "30")


def test_no_statement_is_prepared_on_the_transaction_pooler(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(database_url) as direct:
        assert direct.prepare_threshold == 5
        port = str(direct.info.port)
    monkeypatch.setattr("odoo_seed.edges.postgres.connection.TRANSACTION_POOLER_PORT", port)
    with connect(database_url) as pooled:
        assert pooled.prepare_threshold is None


def test_everything_works_without_a_search_path(database_url: str) -> None:
    with PostgresStore(f"{database_url}?options=-csearch_path%3D") as store:
        store.load(CONTENT, "c1")
        store.load(CONTENT, "c2")
        store.save_applied("default", [TASK])
        store.replace_shadow("default", Live(RECORDS, Directory()))
        store.finish_run(store.start_run("default", "seed", "cli", None), "success", items=ITEMS)
        with store.lock("default", "x"):
            assert store.read_seed() == CONTENT
        assert store.read_applied("default")
        assert store.read_shadow("default").records == RECORDS
