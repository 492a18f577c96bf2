"""The database fails between Odoo's writes and ours: the next run repairs what we know of Odoo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from tests.conftest import in_database
from tests.integration.crash_world import FIRST, clean_states, odoo, run, state, wipe

from odoo_seed import pipeline
from odoo_seed.core.live import LiveQuery
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.edges.odoo.transport import Transport

    Connection = psycopg.Connection[Any]

CUT = (
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
    " where application_name like 'odoo-seed%%' and datname = %s"
)

FULL = """
create sequence public.writes;
create function public.no_room() returns trigger language plpgsql as $$
begin
    if nextval('public.writes') = {nth} then
        raise exception 'could not extend file "base/1/1": No space left on device'
            using errcode = 'disk_full';
    end if;
    return null;
end $$;
create trigger no_room after insert or update on odoo_seed.{table}
for each statement execute function public.no_room();
"""
ROOM_AGAIN = "drop function public.no_room cascade; drop sequence public.writes;"


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    with PostgresStore(database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def clean(admin: Connection, postgres_url: str) -> tuple[Any, Any]:
    """What Odoo holds after an uninterrupted run, and what we know of it."""
    ((expected, _), _) = clean_states(admin, postgres_url, "untroubled_run")
    with (
        PostgresStore(in_database(postgres_url, "untroubled_run")) as store,
        odoo() as (_, transport),
    ):
        wipe(store)
        run(store, transport, FIRST)
        return expected, known(store, transport)


def known(store: PostgresStore, transport: Transport) -> Any:
    """What counts as applied, by ref; the ids are Odoo's."""
    live = OdooReading(transport).read_live(LiveQuery(milestones=FIRST.seed.milestones))
    applied = store.read_applied("default")
    ids = {key: record.odoo_id for key, record in applied.items()}
    assert ids == {key: record.odoo_id for key, record in live.records.items()}
    with store._transaction() as connection:
        (marked,) = connection.execute(
            "select (select count(odoo_project_id) from odoo_seed.projects)"
            " + (select count(odoo_milestone_id) from odoo_seed.milestones)"
            " + (select count(odoo_task_id) from odoo_seed.tasks)"
        ).fetchone() or (None,)
    assert marked == len(ids)
    return {key: (record.values, record.echo) for key, record in applied.items()}


@pytest.mark.parametrize("table", ["applied", "intents"])
def test_a_full_disk_stops_the_run_and_the_next_one_knows_all_again(
    table: str, clean: tuple[Any, Any], store: PostgresStore, admin: Connection, database_url: str
) -> None:
    expected, applied = clean
    nth = 0
    with psycopg.connect(database_url, autocommit=True) as connection:
        while True:
            nth += 1
            with odoo() as (server, transport):
                wipe(store)
                connection.execute(FULL.format(nth=nth, table=table).encode())
                store.load(FIRST, None)
                scope = pipeline.Scope()
                done = pipeline.seed(
                    store, OdooWriting(transport, 0.05), SilentProgress(), scope
                ).run
                connection.execute(ROOM_AGAIN)
                if done.status == "success":
                    break  # there is no n-th write any more
                assert done.error
                assert done.error.startswith("The database's disk is full: could not extend file")
                assert done.status == ("partial" if done.items else "failed")
                calls = server.calls("create")
                assert run(store, transport, FIRST) == "success"
                assert state(server, transport) == expected, (nth, calls)
                assert known(store, transport) == applied, (nth, calls)
    assert nth > 5


class Faltering:
    """A transport after whose n-th write the database is gone, from one moment to the next."""

    def __init__(self, real: Transport, nth: int, admin: Connection, database: str, way: str):
        self._real, self._left, self._admin = real, nth, admin
        self._database, self._way = database, way

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def call(self, model: str, method: str, *args: Any) -> Any:
        answer = self._real.call(model, method, *args)
        if method in {"create", "write"}:
            self._left -= 1
            if self._left == 0:
                if self._way == "down":
                    self._admin.execute(
                        f"alter database {self._database} allow_connections false".encode()
                    )
                self._admin.execute(CUT, [self._database])
        return answer


@pytest.mark.parametrize("way", ["cut", "down"])
def test_a_database_that_is_lost_after_a_write_is_brought_up_to_date_by_the_next_run(
    way: str, clean: tuple[Any, Any], store: PostgresStore, admin: Connection, database_url: str
) -> None:
    expected, applied = clean
    database = database_url.rpartition("/")[2]
    writes = 99
    nth = 1
    told: list[str] = []
    while nth <= writes:
        with odoo() as (server, transport):
            wipe(store)
            if nth == 1:
                run(store, transport, FIRST)
                writes = len([c for c in server.calls() if c.method in {"create", "write"}])
                nth += 1
                continue
            store.load(FIRST, None)
            faltering = Faltering(transport, nth - 1, admin, database, way)
            writer = OdooWriting(faltering, 0.05)
            if way == "cut":
                done = pipeline.seed(store, writer, SilentProgress(), pipeline.Scope()).run
                assert done.status in {"partial", "failed"}
                assert done.error
                assert "The lock on target default was lost" in done.error
            else:  # there is no place to record it in
                with pytest.raises(DatabaseError, match="database") as caught:
                    pipeline.seed(store, writer, SilentProgress(), pipeline.Scope())
                told.append("; ".join(caught.value.details))
            admin.execute(f"alter database {database} allow_connections true".encode())
            assert run(store, transport, FIRST) == "success", nth
            assert state(server, transport) == expected, nth
            assert known(store, transport) == applied, nth
        nth += 1
    assert nth > 8
    if way == "down":
        assert re.fullmatch(
            "Until then, at least: [0-9]+ created. "
            "What is in Odoo stays, and the next run finds it there.",
            told[-1],
        )
