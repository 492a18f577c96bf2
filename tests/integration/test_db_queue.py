"""The queue's schema, and the SQL functions that every way of asking for a run goes through."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from jsonschema import Draft202012Validator
from procrastinate.schema import SchemaManager
from psycopg.types.json import Jsonb

from odoo_seed.core.runs import RunItem
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.edges.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

Connection = psycopg.Connection[tuple[Any, ...]]

CATALOG = {
    "columns": """
        select table_name, column_name, data_type, udt_name, is_nullable, column_default,
            is_identity
        from information_schema.columns where table_schema = 'procrastinate'
    """,
    "types": """
        select t.typname, e.enumlabel, e.enumsortorder
        from pg_type as t join pg_enum as e on e.enumtypid = t.oid
        where t.typnamespace = 'procrastinate'::regnamespace
    """,
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'procrastinate'::regnamespace
    """,
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'procrastinate'",
    "triggers": """
        select t.tgname, pg_get_triggerdef(t.oid)
        from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
        where c.relnamespace = 'procrastinate'::regnamespace and not t.tgisinternal
    """,
    "functions": """
        select proname, pg_get_function_arguments(oid), pg_get_function_result(oid),
            regexp_replace(
                replace(regexp_replace(prosrc, '\\yprocrastinate\\.', '', 'g'), chr(9), '    '),
                '\\s+', ' ', 'g'
            )
        from pg_proc where pronamespace = 'procrastinate'::regnamespace
    """,
}
"""What a schema is made of; of functions without the qualified names that are ours."""


def catalog(url: str) -> dict[str, list[tuple[Any, ...]]]:
    with psycopg.connect(url) as connection:
        return {
            part: sorted(connection.execute(query.encode()).fetchall(), key=str)
            for part, query in CATALOG.items()
        }


def test_the_queue_is_exactly_that_of_the_procrastinate_that_is_installed(
    database_url: str, empty_database_url: str
) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute("create schema procrastinate; set search_path = procrastinate")
        connection.execute(SchemaManager.get_schema().encode())
    theirs, ours = catalog(empty_database_url), catalog(database_url)
    for part, expected in theirs.items():
        assert expected, part
        assert ours[part] == expected, part


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def ask(connection: Connection, action: str = "seed", **given: Any) -> dict[str, Any]:
    named = {"action": action, **given}
    arguments = ", ".join(f"{name} => %({name})s" for name in named)
    query = f"select odoo_seed.request_run({arguments})"
    (answer,) = connection.execute(query.encode(), named).fetchall()[0]
    return dict(answer)


def answer_of(connection: Connection, request_id: str) -> dict[str, Any]:
    (found,) = connection.execute("select odoo_seed.run_answer(%s::uuid)", [request_id]).fetchall()[
        0
    ]
    return dict(found)


def finish(connection: Connection, request_id: str, answer: dict[str, Any]) -> None:
    connection.execute(
        "update odoo_seed.run_requests set status = 'done', http_status = 200, answer = %s,"
        " finished_at = now() where id = %s",
        [Jsonb(answer), request_id],
    )


def jobs(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select queue_name, task_name, lock, status::text, args"
        " from procrastinate.procrastinate_jobs order by id"
    ).fetchall()


def test_who_asks_is_told_the_id_and_the_queue_has_a_job(connection: Connection) -> None:
    told = ask(connection, target="eu", projects=["P"], requested_by="curl")
    assert (told["http_status"], told["status"], told["action"]) == (202, "queued", "seed")
    assert told["answer"] == {
        "ok": True, "run_id": told["id"], "status": "queued",
        "projects_synced": 0, "tasks_synced": 0, "results": {"projects": []},
    }  # fmt: skip
    assert jobs(connection) == [
        ("eu", "odoo_seed.run", "odoo_seed:eu", "todo", {"request_id": told["id"]})
    ]
    assert answer_of(connection, told["id"]) == told


def test_a_run_that_is_done_answers_what_it_did_by_either_id(connection: Connection) -> None:
    told = ask(connection)
    finish(connection, told["id"], {"ok": True})
    with PostgresStore(connection.info.dsn + f" password={connection.info.password}") as store:
        run_id = store.start_run("default", "seed", "http", None)
    connection.execute("update odoo_seed.run_requests set run_id = %s", [run_id])
    for one in (told["id"], run_id):
        found = answer_of(connection, one)
        assert (found["http_status"], found["status"], found["answer"]) == (
            200,
            "done",
            {"ok": True},
        )
    nobody = str(uuid4())
    missing = answer_of(connection, nobody)
    assert missing["http_status"] == missing["answer"]["status"] == 404
    assert missing["answer"]["detail"] == f"There is no run {nobody}."


def test_a_run_of_the_command_line_is_told_by_the_id_that_a_409_names(
    connection: Connection, database_url: str
) -> None:
    with PostgresStore(database_url) as store, store.lock("eu", "ana@laptop pid 7") as lock:
        run_id = store.start_run("eu", "seed", "cli", None)
        lock.name_run(run_id)
        going_on = answer_of(connection, ask(connection, target="eu")["answer"]["run_id"])
        assert (going_on["id"], going_on["action"], going_on["target"]) == (run_id, "seed", "eu")
        assert (going_on["http_status"], going_on["status"]) == (202, "running")
        items = [
            RunItem("project", "P1", "created", 7),
            RunItem("project", "P2", "failed", error="No."),
            RunItem("task", "T1", "updated", 8),
            RunItem("task", "T2", "blocked"),
        ]
        store.finish_run(run_id, "partial", items=items, counts={"unchanged": 3}, error="Stop.")
    told = answer_of(connection, run_id)
    Draft202012Validator(schema("run_answer")).validate(told["answer"])
    assert told["answer"] == {
        "ok": False, "run_id": run_id, "status": "partial", "projects_synced": 1, "tasks_synced": 1,
        "results": {"projects": [
            {"external_ref": "P1", "odoo_id": 7, "action": "created"},
            {"external_ref": "P2", "odoo_id": None, "action": "failed"},
        ]},
        "error": "Stop.",
        "failures": [
            {"kind": "project", "external_ref": "P2", "error": "No."},
            {"kind": "task", "external_ref": "T2", "error": "blocked"},
        ],
    }  # fmt: skip
    assert (told["http_status"], told["status"]) == (200, "done")


@pytest.mark.parametrize(
    ("verb", "status", "counts", "items", "ok"),
    [
        ("shadow", "success", {"project": 2, "task": 5}, [], True),
        (
            "verify", "failed", {"drift": 2, "left_alone": 1},
            [
                RunItem("project", "P1", "drift", 7), RunItem("project", "P2", "missing"),
                RunItem("project", "P3", "left_alone", 9),
            ],
            False,
        ),
        ("load", "success", {"changed": 2}, [], True),
    ],
)  # fmt: skip
def test_every_verb_of_the_audit_log_is_told_in_the_same_shape(
    connection: Connection, verb: Any, status: Any, counts: Any, items: Any, ok: bool,
) -> None:  # fmt: skip
    url = connection.info.dsn + f" password={connection.info.password}"
    with PostgresStore(url) as store:
        run_id = store.start_run("default", verb, "cli", None)
        store.finish_run(run_id, status, items=items, counts=counts)
    told = answer_of(connection, run_id)
    Draft202012Validator(schema("run_answer")).validate(told["answer"])
    assert (told["http_status"], told["action"], told["answer"]["ok"]) == (200, verb, ok)
    assert told["answer"]["projects_synced"] == (2 if verb == "shadow" else len(items[:1]))
    assert len(told["answer"]["results"]["projects"]) == len(items[:2])


def test_while_a_run_goes_on_or_waits_another_is_told_whose_it_is(connection: Connection) -> None:
    first = ask(connection, requested_by="nightly")
    second = ask(connection, requested_by="curl")
    assert second["http_status"] == second["answer"]["status"] == 409
    assert second["answer"]["holder"] == "nightly"
    assert second["answer"]["run_id"] == first["id"]
    assert second["answer"]["detail"].startswith("Target default is in use by nightly since 20")
    assert ask(connection, target="eu")["http_status"] == 202
    assert ask(connection, in_line=True)["http_status"] == 202
    assert len(jobs(connection)) == 3


def test_the_command_lines_runs_count_too_and_end_with_their_connection(
    connection: Connection, database_url: str
) -> None:
    with PostgresStore(database_url) as store:
        with store.lock("default", "ana@laptop pid 7") as lock:
            run_id = store.start_run("default", "seed", "cli", None)
            lock.name_run(run_id)
            refused = ask(connection)
            assert (refused["http_status"], refused["answer"]["holder"]) == (
                409, "ana@laptop pid 7",
            )  # fmt: skip
            assert refused["answer"]["run_id"] == run_id
        assert ask(connection)["http_status"] == 202


def test_the_same_key_is_the_same_run_and_another_request_with_it_is_refused(
    connection: Connection,
) -> None:
    first = ask(connection, idempotency_key="k")
    assert ask(connection, idempotency_key="k") == first
    other = ask(connection, "shadow", idempotency_key="k")
    assert (other["http_status"], other["answer"]["run_id"]) == (422, first["id"])
    assert ask(connection, idempotency_key="k", projects=["P"])["http_status"] == 422
    finish(connection, first["id"], {"ok": True})
    assert ask(connection, idempotency_key="k")["answer"] == {"ok": True}
    assert len(jobs(connection)) == 1


@pytest.mark.parametrize("key", [None, "k"])
def test_of_several_who_ask_at_once_one_starts_a_run(database_url: str, key: str | None) -> None:
    told: list[dict[str, Any]] = []
    gate = threading.Barrier(6)

    def run() -> None:
        with psycopg.connect(database_url, autocommit=True) as own:
            gate.wait()
            told.append(ask(own, idempotency_key=key))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(one["http_status"] for one in told)
    assert codes == ([202] * 6 if key else [202] + [409] * 5)
    assert len({one["id"] for one in told if "id" in one}) == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"action": "drop"}, "action is one of"),
        ({"action": None}, "action is one of"),
        ({"target": "a b"}, "target is a name"),
        ({"target": "x" * 41}, "target is a name"),
        ({"target": None}, "target is a name"),
        ({"projects": []}, "projects is a list"),
        ({"projects": ["P", None]}, "projects is a list"),
        ({"idempotency_key": "x" * 256}, "Idempotency-Key has"),
        ({"idempotency_key": ""}, "Idempotency-Key has"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_words(
    connection: Connection, given: dict[str, Any], words: str
) -> None:
    told = ask(connection, **({"action": "seed"} | given))
    assert told["http_status"] == told["answer"]["status"] == 400
    assert words in told["answer"]["detail"]
    assert jobs(connection) == []


def test_the_longest_name_of_a_target_fits_into_a_channel(connection: Connection) -> None:
    assert ask(connection, target="x" * 40)["http_status"] == 202


EXECUTABLE = b"""
    select p.oid::regprocedure::text
    from pg_proc as p
    where p.pronamespace in ('odoo_seed'::regnamespace, 'ops'::regnamespace,
        'procrastinate'::regnamespace)
    and p.prorettype <> 'trigger'::regtype
    and has_function_privilege(%s, p.oid, 'execute')
"""


def test_the_roles_of_the_data_api_get_nowhere_near_the_queue(connection: Connection) -> None:
    for role in ("anon", "authenticated"):
        connection.execute(f"set role {role}".encode())
        for query in (
            "select odoo_seed.request_run('seed')",
            "select odoo_seed.run_answer(gen_random_uuid())",
            "select odoo_seed.recorded_run(gen_random_uuid())",
            "select odoo_seed.prune_run_requests()",
            "select odoo_seed.take_over_runs(0)",
            "select from odoo_seed.run_requests",
            "select from procrastinate.procrastinate_jobs",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(query.encode())
        held = connection.execute(EXECUTABLE, [role]).fetchall()
        assert held == []
    connection.execute("reset role; set role service_role")
    assert ask(connection)["http_status"] == 202


def take_over(connection: Connection, seconds: float = 20) -> int:
    (row,) = connection.execute("select odoo_seed.take_over_runs(%s)", [seconds]).fetchall()
    return int(row[0])


def test_what_a_silent_worker_left_goes_back_into_the_queue_and_what_goes_on_does_not(
    connection: Connection,
) -> None:
    for target in ("alive", "silent", "gone"):
        ask(connection, target=target)
        connection.execute(
            "select * from procrastinate.procrastinate_fetch_job_v2(array[%s], "
            "(select worker_id from procrastinate.procrastinate_register_worker_v1()))",
            [target],
        )
    workers = "select worker_id from procrastinate.procrastinate_jobs where queue_name = %s"
    connection.execute(
        f"update procrastinate.procrastinate_workers set last_heartbeat = now() - interval '21 s'"
        f" where id = ({workers})".encode(),
        ["silent"],
    )
    connection.execute(
        f"delete from procrastinate.procrastinate_workers where id = ({workers})".encode(), ["gone"]
    )
    assert take_over(connection) == 2
    assert take_over(connection) == 0
    status = {queue: status for queue, _, _, status, _ in jobs(connection)}
    assert status == {"alive": "doing", "silent": "todo", "gone": "todo"}


def test_what_is_long_done_is_deleted_and_its_run_stays(connection: Connection) -> None:
    old, fresh, waits = (ask(connection, target=name)["id"] for name in ("old", "fresh", "waits"))
    for one in (old, fresh):
        finish(connection, one, {"ok": True})
    aged = "update odoo_seed.run_requests set created_at = now() - interval '91 days' where id = %s"
    for one in (old, waits):
        connection.execute(aged.encode(), [one])
    prune = b"select odoo_seed.prune_run_requests()"
    assert connection.execute(prune).fetchall() == [(1,)]
    assert connection.execute(prune).fetchall() == [(0,)]
    assert answer_of(connection, old)["http_status"] == 404
    assert answer_of(connection, fresh)["http_status"] == 200
    assert answer_of(connection, waits)["http_status"] == 202


def test_a_request_that_waits_is_cancelled_by_deleting_it(connection: Connection) -> None:
    ask(connection)
    connection.execute("delete from odoo_seed.run_requests")
    assert ask(connection)["http_status"] == 202
    assert take_over(connection) == 0


def test_a_request_that_lost_its_job_gets_another(connection: Connection) -> None:
    told = ask(connection)
    connection.execute("delete from procrastinate.procrastinate_jobs")
    assert take_over(connection) == 1
    assert take_over(connection) == 0
    assert [args for *_, args in jobs(connection)] == [{"request_id": told["id"]}]
    finish(connection, told["id"], {"ok": True})
    connection.execute("delete from procrastinate.procrastinate_jobs")
    assert take_over(connection) == 0
