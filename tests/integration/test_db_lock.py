"""The writer lock: who waits for whom, over which connections, and what is noted under it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from pooler import Pooler

from odoo_seed.edges.odoo.target import OdooTarget
from odoo_seed.edges.postgres import locks
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError, LockLostError
from odoo_seed.writer_lock import Intent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.runs import Verb

HOLDER = "ana@laptop pid 7"
CUT = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where application_name like 'odoo-seed lock%' and datname = current_database()"
)


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    with PostgresStore(database_url) as opened:
        yield opened


@pytest.fixture
def other(database_url: str) -> Iterator[PostgresStore]:
    with PostgresStore(database_url) as opened:
        yield opened


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def test_others_are_told_who_holds_it_for_which_run_and_since_when(
    store: PostgresStore, other: PostgresStore
) -> None:
    with store.lock("default", HOLDER) as lock:
        run_id = other.start_run("default", "seed", "cli", None)
        lock.name_run(run_id)
        with (
            pytest.raises(DatabaseError, match=f"in use by {HOLDER}, seed run {run_id}, since 20"),
            other.lock("default", "another"),
        ):
            pytest.fail("two writers")
    with (
        store.lock("default", "next"),
        pytest.raises(DatabaseError, match="by next, since"),  # whose run is not known yet
        other.lock("default", "another"),
    ):
        pytest.fail("two writers")


def test_who_waits_says_for_whom_and_goes_on_when_they_are_done(
    store: PostgresStore, other: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_POLL", 0.05)
    told: list[str] = []
    waiting = threading.Event()

    def tell(text: str) -> None:
        told.append(text)
        waiting.set()

    held = store.lock("default", HOLDER)
    held.__enter__()
    ends = threading.Thread(target=lambda: (waiting.wait(10), held.__exit__(None, None, None)))
    ends.start()
    with other.lock("default", "waits", 600, tell) as lock:
        lock.check()
    ends.join()
    assert len(told) == 1
    assert told[0].startswith(
        f"Waiting up to 10 min: target default is in use by {HOLDER}, since 20"
    )


def test_who_waits_in_vain_ends_with_an_error(store: PostgresStore, other: PostgresStore) -> None:
    begun = time.monotonic()
    with (
        store.lock("default", HOLDER),
        pytest.raises(DatabaseError, match=f"by {HOLDER}, .* after 1 s of waiting") as caught,
        other.lock("default", "waits", 1),
    ):
        pytest.fail("two writers")
    assert time.monotonic() - begun >= 1
    assert "its lock ends with it" in caught.value.remedy


def test_a_run_that_was_killed_is_no_longer_called_running(store: PostgresStore) -> None:
    verbs: tuple[Verb, ...] = ("seed", "shadow", "rollback", "clear-refs")
    killed = [store.start_run("default", verb, "cli", None) for verb in verbs]
    elsewhere = store.start_run("staging", "seed", "cli", None)
    with store.lock("default", HOLDER):
        runs = [store.last_run("default", verb) for verb in verbs]
        other = store.last_run("staging", "seed")
    assert [run and run.run_id for run in runs] == killed
    assert {(run.status, run.finished_at) for run in runs if run} == {("failed", None)}
    assert all("was killed" in str(run and run.error) for run in runs)
    assert other
    assert (other.run_id, other.status) == (elsewhere, "running")


def test_intents_are_read_back_replaced_and_settled(store: PostgresStore) -> None:
    with store.lock("default", HOLDER) as lock:
        assert lock.intents() == []
        lock.intend(0, "tag", ["GL", "VAT"])
        lock.intend(0, "task", ["T1", "T\0"])
        lock.intend(1, "project", ["P"])
    with store.lock("staging", HOLDER) as lock:
        lock.intend(0, "task", ["T9"])
        assert [intent.refs for intent in lock.intents()] == [("T9",)]
    with store.lock("default", "next") as lock:
        first, second = lock.intents()
        assert first == Intent("task", ("T1", "T\ufffd"), first.age)
        assert second == Intent("project", ("P",), second.age)
        assert 0 <= first.age < 60
        lock.settle(0)
        assert lock.intents() == [Intent("project", ("P",), pytest.approx(second.age, abs=60))]
        lock.settle()
        assert lock.intents() == []
    with store.lock("staging", HOLDER) as lock:
        assert len(lock.intents()) == 1


@pytest.mark.parametrize(
    "use",
    [
        lambda lock: lock.check(),
        lambda lock: lock.intend(0, "task", ["T1"]),
        lambda lock: lock.settle(),
        lambda lock: lock.intents(),
        lambda lock: lock.name_run("00000000-0000-0000-0000-000000000000"),
    ],
    ids=["check", "intend", "settle", "intents", "name_run"],
)
def test_a_lock_that_was_lost_is_said_to_be(
    store: PostgresStore, connection: psycopg.Connection[Any], use: Any
) -> None:
    with store.lock("default", HOLDER) as lock:
        use(lock)
        connection.execute(CUT)
        for _ in range(2):
            with pytest.raises(LockLostError, match="lock on target default was lost") as caught:
                use(lock)
        assert "Run it again" in caught.value.remedy
        with store.lock("default", "another"):
            pass


def test_a_trouble_that_leaves_the_connection_alive_is_not_a_lost_lock(
    store: PostgresStore, connection: psycopg.Connection[Any]
) -> None:
    connection.execute("alter table odoo_seed.intents add check (kind <> 'tag')")
    with store.lock("default", HOLDER) as lock:
        with pytest.raises(DatabaseError, match="refuses a row") as caught:
            lock.intend(0, "tag", ["GL"])
        assert not isinstance(caught.value, LockLostError)
        lock.check()


def test_a_pooler_in_transaction_mode_is_recognised_on_any_port(database_url: str) -> None:
    with (
        Pooler(database_url, "transaction") as pooler,
        pytest.raises(DatabaseError, match="transaction mode") as caught,
        PostgresStore(pooler.url).lock("default", HOLDER),
    ):
        pytest.fail("locked")
    assert "session mode" in caught.value.remedy


def test_a_pooler_in_session_mode_holds_the_lock(store: PostgresStore, database_url: str) -> None:
    with Pooler(database_url, "session") as pooler:
        with PostgresStore(pooler.url).lock("default", HOLDER) as lock:
            lock.intend(0, "task", ["T1"])
            lock.check()
            with pytest.raises(DatabaseError, match=HOLDER), store.lock("default", "another"):
                pytest.fail("two writers")
            lock.settle()
        with store.lock("default", "next"):
            pass


def test_a_backend_that_is_not_the_locks_own_is_a_lost_lock(database_url: str) -> None:
    """A pooler changes the backend in the middle: the lock stays behind with the other one."""
    with (
        Pooler(database_url, "session") as pooler,
        PostgresStore(pooler.url).lock("default", HOLDER) as lock,
    ):
        pooler.move_all()
        with pytest.raises(LockLostError):
            lock.check()


ODOO = "prod at erp.example.com"


def test_two_targets_of_one_odoo_have_one_writer(
    store: PostgresStore, other: PostgresStore
) -> None:
    with store.lock("default", HOLDER, odoo=ODOO) as lock:
        run_id = other.start_run("default", "seed", "cli", None)
        lock.name_run(run_id)
        with (
            pytest.raises(DatabaseError) as caught,
            other.lock("eu", "another", odoo=ODOO),
        ):
            pytest.fail("two writers")
        assert str(caught.value).startswith(
            f"The Odoo database {ODOO} is in use by {HOLDER} for target default, seed run {run_id},"
            " since 20"
        )
        assert "Wait until that run has ended" in caught.value.remedy
        with other.lock("eu", "verifies"):  # which was let go, and needs no Odoo
            pass
        with other.lock("eu", "elsewhere", odoo="test at erp.example.com"):
            pass
    with other.lock("eu", "next", odoo=ODOO):
        pass


def test_who_waits_for_an_odoo_holds_nothing_meanwhile(
    store: PostgresStore, other: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_POLL", 0.05)
    told: list[str] = []
    held = store.lock("default", HOLDER, odoo=ODOO)
    held.__enter__()

    def tell(text: str) -> None:
        told.append(text)
        with store.lock("eu", "between"):
            pass
        held.__exit__(None, None, None)

    with other.lock("eu", "waits", 600, tell, odoo=ODOO) as lock:
        lock.check()
    (words,) = told
    assert words.startswith(
        f"Waiting up to 10 min: the Odoo database {ODOO} is in use by {HOLDER} for target default,"
    )


def test_a_target_is_refused_before_its_odoo(store: PostgresStore, other: PostgresStore) -> None:
    with (
        store.lock("default", HOLDER, odoo=ODOO),
        pytest.raises(DatabaseError, match=f"^Target default is in use by {HOLDER}, since 20"),
        other.lock("default", "another", odoo=ODOO),
    ):
        pytest.fail("two writers")


def test_an_odoo_is_free_again_when_its_writers_connection_is_gone(
    store: PostgresStore, other: PostgresStore, connection: psycopg.Connection[Any]
) -> None:
    with store.lock("default", HOLDER, odoo=ODOO) as lock:
        connection.execute(CUT)
        with other.lock("eu", "heir", odoo=ODOO) as inherited:
            inherited.check()
        with pytest.raises(LockLostError):
            lock.check()


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com", "http://ERP.example.com/", " https://erp.example.com:443 ",
        "http://erp.example.com:80", "https://erp.example.com./",
    ],
)  # fmt: skip
def test_one_odoo_has_one_key_however_its_address_is_written(url: str) -> None:
    assert OdooTarget(url, "prod", "bot", "x").database_key == ODOO


def test_other_ports_paths_and_databases_are_other_odoos() -> None:
    def key(url: str, database: str = "prod") -> str:
        return OdooTarget(url, database, "bot", "x").database_key

    base = "http://erp.example.com"
    keys = {key(base), key(f"{base}:8069"), key(f"{base}/eu"), key(base, "Prod")}
    assert len(keys) == 4
    assert key("http://127.0.0.1:8069/") == key("http://localhost:8069") == key("http://[::1]:8069")
