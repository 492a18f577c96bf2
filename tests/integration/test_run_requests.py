"""The port that asks for runs, and keeps how they end."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from pooler import Pooler

from odoo_seed.core.answers import problem
from odoo_seed.core.run_requests import Outcome
from odoo_seed.edges.postgres.requests import PostgresRunRequests
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def requests(database_url: str) -> Iterator[PostgresRunRequests]:
    with closing(PostgresRunRequests(database_url)) as opened:
        yield opened


def test_a_request_is_asked_begun_finished_and_answered(requests: PostgresRunRequests) -> None:
    told = requests.ask("both", "eu", projects=["P"], dry_run=True, requested_by="curl\0")
    assert (told.http_status, told.status, told.is_problem) == (202, "queued", False)
    assert told.request_id
    begun = requests.begin(told.request_id)
    assert begun
    assert (begun.action, begun.target, begun.projects) == ("both", "eu", ("P",))
    assert (begun.dry_run, begun.requested_by, begun.attempt) == (True, "curl\ufffd", 1)
    assert requests.answer(told.request_id).status == "running"
    assert requests.finish(begun, Outcome(200, {"ok": True}))
    done = requests.answer(told.request_id)
    assert (done.http_status, done.status, done.answer) == (200, "done", {"ok": True})
    assert requests.begin(told.request_id) is None
    assert not requests.finish(begun, Outcome(500, {"ok": False}))


def test_an_answer_with_what_postgres_cannot_store_is_kept_all_the_same(
    requests: PostgresRunRequests,
) -> None:
    told = requests.ask("seed", "default", requested_by="curl")
    assert told.request_id
    begun = requests.begin(told.request_id)
    assert begun
    answer = {"ok": False, "failures": [{"error": "NUL \0 and half \ud800 of a pair"}], "n": 1}
    requests.put_off(begun, Outcome(503, answer), told=True)
    assert "NUL \ufffd" in str(requests.answer(told.request_id).answer)
    begun = requests.begin(told.request_id)
    assert begun
    assert requests.finish(begun, Outcome(200, answer))
    kept = requests.answer(told.request_id).answer
    assert kept == {"ok": False, "failures": [{"error": "NUL \ufffd and half ? of a pair"}], "n": 1}


def test_who_was_overtaken_has_no_say_in_how_it_ended(requests: PostgresRunRequests) -> None:
    told = requests.ask("seed", "default", requested_by="curl")
    assert told.request_id
    first, second = requests.begin(told.request_id), requests.begin(told.request_id)
    assert first
    assert second
    assert not requests.finish(first, Outcome(503, {"ok": False}))
    assert requests.finish(second, Outcome(200, {"ok": True}))
    assert requests.answer(told.request_id).answer == {"ok": True}


def test_a_try_that_is_repeated_is_told_until_the_next_one_begins(
    requests: PostgresRunRequests,
) -> None:
    told = requests.ask("seed", "default", requested_by="curl")
    assert told.request_id
    begun = requests.begin(told.request_id)
    assert begun
    requests.put_off(begun, Outcome(503, {"title": "Could not reach Odoo"}, calls=3), told=True)
    away = requests.answer(told.request_id)
    assert (away.http_status, away.status) == (503, "queued")
    assert away.answer == {"title": "Could not reach Odoo"}
    again = requests.begin(told.request_id)
    assert again
    assert requests.answer(told.request_id).http_status == 202
    requests.put_off(begun, Outcome(503, {"title": "Late"}), told=True)  # it was overtaken
    assert requests.answer(told.request_id).http_status == 202
    requests.put_off(again, Outcome(409, {"title": "Busy"}), told=False)
    assert requests.answer(told.request_id).http_status == 202
    last = requests.begin(told.request_id)
    assert last
    assert requests.finish(last, Outcome(200, {"ok": True}, calls=4))
    assert requests.answer(told.request_id).answer == {"ok": True}


def test_the_newest_come_first_and_of_one_target_if_wanted(requests: PostgresRunRequests) -> None:
    ids = [requests.ask("seed", target, requested_by="me").request_id for target in ("a", "b", "c")]
    assert [row["id"] for row in requests.newest(2)] == [ids[2], ids[1]]
    assert [row["id"] for row in requests.newest(9, "a")] == [ids[0]]


@pytest.mark.parametrize(
    "request_id",
    ["", "1", "'; drop schema odoo_seed --", "5b0a7c1e-2f63-4d0e-9a55-0c6d1f0f7e11"],
)
def test_what_is_no_request_is_told_so(requests: PostgresRunRequests, request_id: str) -> None:
    told = requests.answer(request_id)
    assert (told.http_status, told.is_problem, told.request_id) == (404, True, None)
    assert told.answer.keys() == problem(404, "", "").keys()


def test_it_works_through_a_poolers_transaction_mode_and_after_a_lost_connection(
    database_url: str,
) -> None:
    with (
        Pooler(database_url, "transaction") as pooler,
        closing(PostgresRunRequests(pooler.url)) as requests,
    ):
        for number in range(7):  # psycopg prepares what it sends for the sixth time
            assert requests.ask("seed", f"t{number}", requested_by="me").http_status == 202
            with psycopg.connect(pooler.url, autocommit=True) as other, other.transaction():
                other.execute("select 1")  # has the backend that was free
                pooler.move_all()
                assert requests.take_over(20) == 0
    with (
        closing(PostgresRunRequests(database_url)) as requests,
        psycopg.connect(database_url, autocommit=True) as admin,
    ):
        assert requests.take_over(20) == 0
        admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        assert requests.take_over(20) == 0


def test_without_the_migration_it_says_what_to_run(empty_database_url: str) -> None:
    with (
        closing(PostgresRunRequests(empty_database_url)) as requests,
        pytest.raises(DatabaseError) as caught,
    ):
        requests.ask("seed", "default", requested_by="me")
    assert "odoo-seed migrate" in caught.value.remedy
