"""Migrations: once each, by any number of migrators, as the Supabase CLI records them."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import psycopg
import pytest

from odoo_seed.edges.postgres.migrate import migrate, migrations_folder, pending, split
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """
    insert into odoo_seed.programs (slug, name, program_type)
    values ('fin', 'Finance', 'portfolio');
    insert into odoo_seed.projects (program_slug, external_ref, name, company_name)
    values ('fin', 'P', 'Close', 'ACME');
    insert into odoo_seed.tasks (project_external_ref, external_ref, name, stage_name)
    values ('P', 'T', 'Ours', 'To Do');
    insert into odoo_seed.shadow_tasks (
        external_ref, odoo_id, name, project_external_ref, stage_name
    ) values ('T', 7, 'Theirs', 'P', 'Done');
    insert into odoo_seed.policy (policy) values
    ('{"time_zone": "Europe/Paris", "ownership": {"task": {"stage_name": "initial"}}}');
    insert into odoo_seed.sync_runs (verb, status, finished_at) values ('seed', 'success', now());
    insert into odoo_seed.locks (target, holder, backend_pid) values ('default', 'rey', 1)
"""
"""Of a database that was in use before anything but the first migration was known."""

VERSIONS = [path.name.split("_", 1)[0] for path in sorted(migrations_folder().glob("*.sql"))]


def history(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select version, name, statements from supabase_migrations.schema_migrations"
            " order by version"
        ).fetchall()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "20260101_first.sql").write_text(
        "-- One table.\ncreate table public.one (n int);\n\n-- And a row.\n"
        "insert into public.one values (1);\n"
    )
    return tmp_path


def test_an_empty_database_gets_everything_and_a_second_run_nothing(
    empty_database_url: str,
) -> None:
    assert pending(empty_database_url, migrations_folder()) == VERSIONS
    assert migrate(empty_database_url, migrations_folder()) == VERSIONS
    assert pending(empty_database_url, migrations_folder()) == []
    assert migrate(empty_database_url, migrations_folder()) == []


def test_a_database_of_any_earlier_version_with_rows_in_it_is_brought_up_to_date(
    empty_database_url: str, tmp_path: Path
) -> None:
    for path in sorted(migrations_folder().glob("*.sql")):
        shutil.copy(path, tmp_path)
        migrate(empty_database_url, tmp_path)
        if path.name.startswith("20260121"):
            with psycopg.connect(empty_database_url) as connection:
                connection.execute(ROWS.encode())
    with psycopg.connect(empty_database_url) as connection:
        drift = "select field, seed_value, odoo_value from odoo_seed.v_field_drift"
        assert connection.execute(drift.encode()).fetchall() == [("name", "Ours", "Theirs")]
    with PostgresStore(empty_database_url) as store, store.lock("default", "ana") as lock:
        assert lock.intents() == []
        run = store.last_run("default", "seed")
        assert run
        assert (run.status, run.override, run.reverses) == ("success", None, None)
        assert store.read_seed().policy.time_zone == "Europe/Paris"


def test_the_first_migration_is_the_pattern_documents() -> None:
    assert min(path.name for path in migrations_folder().glob("*.sql")) == (
        "20260121_odoo_seed_schema.sql"
    )


def test_the_history_is_recorded_as_the_supabase_cli_does(
    empty_database_url: str, folder: Path
) -> None:
    migrate(empty_database_url, folder)
    statements = [
        "-- One table.\ncreate table public.one (n int)",
        "-- And a row.\ninsert into public.one values (1)",
    ]
    assert history(empty_database_url) == [("20260101", "first", statements)]


def test_migrators_that_start_at_once_apply_everything_once(empty_database_url: str) -> None:
    results: list[list[str]] = []
    gate = threading.Barrier(5)

    def run() -> None:
        gate.wait()
        results.append(migrate(empty_database_url, migrations_folder()))

    threads = [threading.Thread(target=run) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Each migration is a transaction of its own, so they may share the work.
    assert sorted(version for applied in results for version in applied) == VERSIONS


def test_a_failing_migration_names_file_and_line_and_leaves_nothing(
    empty_database_url: str, folder: Path
) -> None:
    (folder / "20260102_second.sql").write_text(
        "create table public.two ();\n\n-- A comment,\n-- and another.\n"
        "insert into public.one\nvalues (wrong);\n"
    )
    with pytest.raises(DatabaseError, match=r'20260102_second\.sql:6: column "wrong"') as caught:
        migrate(empty_database_url, folder)
    assert "rolled back" in caught.value.remedy
    assert [version for version, *_ in history(empty_database_url)] == ["20260101"]
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("select to_regclass('public.two')").fetchone() == (None,)
    (folder / "20260102_second.sql").write_text("create table public.two ();")
    assert migrate(empty_database_url, folder) == ["20260102"]


def test_an_error_without_a_position_names_the_statements_line(
    empty_database_url: str, folder: Path
) -> None:
    (folder / "20260102_second.sql").write_text("select 1;\n\n-- Again.\ncreate table one ();\n")
    with pytest.raises(DatabaseError, match=r"second\.sql:4: relation .one. already exists"):
        migrate(empty_database_url, folder)


def test_a_migration_that_was_changed_afterwards_is_refused_with_its_line(
    empty_database_url: str, folder: Path
) -> None:
    migrate(empty_database_url, folder)
    path = folder / "20260101_first.sql"
    path.write_text(path.read_text().replace("(1)", "(2)"))
    with pytest.raises(DatabaseError, match=r"first\.sql:5: changed after") as caught:
        migrate(empty_database_url, folder)
    assert "new migration" in caught.value.remedy


def test_comments_and_spaces_may_change_afterwards(empty_database_url: str, folder: Path) -> None:
    migrate(empty_database_url, folder)
    path = folder / "20260101_first.sql"
    path.write_text("-- Better words.\n" + path.read_text().replace("(n int)", "(n   int)"))
    assert migrate(empty_database_url, folder) == []


def test_a_statement_added_to_an_applied_migration_is_refused(
    empty_database_url: str, folder: Path
) -> None:
    migrate(empty_database_url, folder)
    path = folder / "20260101_first.sql"
    path.write_text(path.read_text() + "drop table public.one;\n")
    with pytest.raises(DatabaseError, match=r"first\.sql:6: changed after"):
        migrate(empty_database_url, folder)


def test_migrations_of_other_projects_in_the_same_database_are_left_alone(
    empty_database_url: str, folder: Path
) -> None:
    migrate(empty_database_url, folder)
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(
            "insert into supabase_migrations.schema_migrations (version) values ('20250101')"
        )
    assert migrate(empty_database_url, folder) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("20260102-dash.sql", b"select 1;", "not named like a migration"),
        ("20260101_again.sql", b"select 1;", "the same version as 20260101_again.sql"),
        ("20260102_latin.sql", b"select '\xe9';", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_a_migration_is_named(
    folder: Path, name: str, content: bytes, words: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(DatabaseError, match=words):
        migrate("postgresql://127.0.0.1:1/nobody-is-asked", folder)


def test_an_empty_folder_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="no migrations"):
        pending("postgresql://127.0.0.1:1/nobody-is-asked", tmp_path)


def test_statements_are_cut_at_semicolons_that_end_them() -> None:
    script = """
-- First; not the end.
select 'a;b', "c;d" /* e;f */;
do $body$ begin perform ';'; perform $$;$$; end $body$;
select E'it\\'s;', 'it''s;';
-- Nothing follows;
"""
    cut = [(one.line, one.text) for one in split(script)]
    assert cut == [
        (3, "-- First; not the end.\nselect 'a;b', \"c;d\" /* e;f */"),
        (4, "do $body$ begin perform ';'; perform $$;$$; end $body$"),
        (5, "select E'it\\'s;', 'it''s;'"),
    ]
