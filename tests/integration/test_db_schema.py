"""The schema: the pattern document's SQL as it prints it, and who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
from odoo_seed.edges.postgres.migrate import migrate, migrations_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Connection = psycopg.Connection[tuple[object, ...]]

PATTERN_INSERTS = r"""
-- Insert program
INSERT INTO odoo_seed.programs (slug, name, program_type)
VALUES ('fin-close', 'Finance Close & Tax Compliance', 'ppm');

-- Insert project
INSERT INTO odoo_seed.projects (
  program_slug, external_ref, name, company_name, manager_email
) VALUES (
  'fin-close',
  'FIN_CLOSE_PROJ',
  'Month-End Financial Closing Standardization',
  'TBWA\SMP',
  'rey.meran@tbwa-smp.com'
);

-- Insert task
INSERT INTO odoo_seed.tasks (
  project_external_ref, external_ref, name, stage_name, assignee_email
) VALUES (
  'FIN_CLOSE_PROJ',
  'FIN_CLOSE_T001',
  'Configure chart of accounts',
  'To Do',
  'beng.manalo@tbwa-smp.com'
);
"""

PATTERN_SELECTS = {
    "v_missing_in_odoo": "SELECT * FROM odoo_seed.v_missing_in_odoo;",
    "v_orphan_in_odoo": "SELECT * FROM odoo_seed.v_orphan_in_odoo;",
    "v_name_drift": "SELECT * FROM odoo_seed.v_name_drift;",
}

PATTERN_COLUMNS = {
    "programs": {
        "id": ("uuid", "NO"),
        "slug": ("text", "NO"),
        "name": ("text", "NO"),
        "program_type": ("text", "'ppm'"),
        "parent_slug": ("text", None),
        "active": ("boolean", "true"),
    },
    "projects": {
        "id": ("uuid", "NO"),
        "program_slug": ("text", None),
        "external_ref": ("text", "NO"),
        "name": ("text", "NO"),
        "company_name": ("text", None),  # NULL: by its binding, which came later
        "manager_email": ("text", None),
        "visibility": ("text", "'employees'"),
        "allow_dependencies": ("boolean", "true"),
        "odoo_project_id": ("integer", None),
        "sync_enabled": ("boolean", "true"),
    },
    "tasks": {
        "id": ("uuid", "NO"),
        "project_external_ref": ("text", None),
        "external_ref": ("text", "NO"),
        "name": ("text", "NO"),
        "stage_name": ("text", "'To Do'"),
        "tag_names": ("ARRAY", None),
        "assignee_email": ("text", None),
        "depends_on_refs": ("ARRAY", None),
        "odoo_task_id": ("integer", None),
    },
}

TABLES = """
    select c.relname from pg_class as c
    where c.relnamespace = 'odoo_seed'::regnamespace and c.relkind in ('r', 'p')
"""


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


def column(connection: Connection, query: str) -> list[object]:
    return [value for (value,) in connection.execute(query.encode())]


def test_the_pattern_documents_inserts_and_selects_work_as_printed(connection: Connection) -> None:
    connection.execute(PATTERN_INSERTS.encode())
    assert column(connection, "select program_type from odoo_seed.programs") == ["ppm"]
    assert column(connection, "select company_name from odoo_seed.projects") == ["TBWA\\SMP"]
    found = {
        view: connection.execute(query.encode()).fetchall()
        for view, query in PATTERN_SELECTS.items()
    }
    assert len(found["v_missing_in_odoo"]) == 2
    assert found["v_orphan_in_odoo"] == []
    assert found["v_name_drift"] == []
    connection.execute(
        "insert into odoo_seed.shadow_projects (external_ref, odoo_id, name)"
        " values ('FIN_CLOSE_PROJ', 1, 'Renamed'), ('STRAY', 2, 'Nobody''s')"
    )
    assert column(connection, "select external_ref from odoo_seed.v_missing_in_odoo") == [
        "FIN_CLOSE_T001"
    ]
    assert column(connection, "select external_ref from odoo_seed.v_orphan_in_odoo") == ["STRAY"]
    assert column(connection, "select odoo_name from odoo_seed.v_name_drift") == ["Renamed"]


@pytest.mark.parametrize("table", PATTERN_COLUMNS)
def test_the_pattern_documents_columns_have_its_types_and_defaults(
    connection: Connection, table: str
) -> None:
    found = {
        name: (kind, nullable, default or "")
        for name, kind, nullable, default in connection.execute(
            "select column_name, data_type, is_nullable, column_default"
            " from information_schema.columns"
            " where table_schema = 'odoo_seed' and table_name = %s",
            [table],
        )
    }
    for name, (kind, rest) in PATTERN_COLUMNS[table].items():
        found_kind, nullable, default = found[name]
        assert found_kind == kind, name
        if rest == "NO":
            assert nullable == "NO", name
        elif rest:
            assert str(default).startswith(rest), name


def test_the_schema_goes_as_the_pattern_document_drops_it(connection: Connection) -> None:
    connection.execute("DROP SCHEMA IF EXISTS odoo_seed CASCADE;")
    assert column(connection, "select to_regnamespace('odoo_seed')") == [None]


def test_row_level_security_is_on_for_every_table(connection: Connection) -> None:
    tables = column(connection, TABLES)
    assert len(tables) >= 14
    assert column(connection, TABLES + " and not c.relrowsecurity") == []


def test_every_view_is_a_security_invoker(connection: Connection) -> None:
    views = connection.execute(
        "select relname, coalesce('security_invoker=true' = any(reloptions), false)"
        " from pg_class where relnamespace = 'odoo_seed'::regnamespace and relkind = 'v'"
    ).fetchall()
    assert len(views) >= 6
    assert [name for name, invoker in views if not invoker] == []


def test_every_function_has_an_empty_search_path_and_is_closed_to_the_public(
    connection: Connection,
) -> None:
    functions = connection.execute(
        "select proname, coalesce('search_path=\"\"' = any(proconfig), false),"
        " has_function_privilege('anon', oid, 'execute'),"
        " has_function_privilege('authenticated', oid, 'execute')"
        " from pg_proc where pronamespace = 'odoo_seed'::regnamespace"
    ).fetchall()
    assert functions
    assert [row for row in functions if row[1:] != (True, False, False)] == []


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_the_roles_of_the_data_api_may_do_nothing(connection: Connection, role: str) -> None:
    assert connection.execute(
        "select has_schema_privilege(%s, 'odoo_seed', 'usage')", [role]
    ).fetchone() == (False,)
    allowed = connection.execute(
        "select relname from pg_class where relnamespace = 'odoo_seed'::regnamespace"
        " and relkind in ('r', 'v') and has_table_privilege("
        "%s, oid, 'select, insert, update, delete, truncate, references, trigger')",
        [role],
    ).fetchall()
    assert allowed == []
    connection.execute(f"set role {role}".encode())
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select from odoo_seed.projects")


def test_the_service_role_may_use_everything(connection: Connection) -> None:
    connection.execute("set role service_role")
    connection.execute(PATTERN_INSERTS.encode())
    assert len(column(connection, "select external_ref from odoo_seed.v_missing_in_odoo")) == 2
    assert column(connection, "select external_ref from odoo_seed.v_field_drift") == []
    assert column(connection, "select tasks from odoo_seed.v_program_progress") == [1]


@pytest.mark.parametrize(
    "change",
    [
        "update odoo_seed.programs set program_type = 'nonsense'",
        "update odoo_seed.programs set parent_slug = slug",
        "update odoo_seed.projects set visibility = 'everybody'",
        "update odoo_seed.projects set date_start = '2026-02-01', date_end = '2026-01-01'",
        """update odoo_seed.projects set stages = '["To Do"]'""",
        """update odoo_seed.projects set stages = '[{"fold": true}]'""",
        """update odoo_seed.projects set stages = '{"name": "To Do"}'""",
        "update odoo_seed.projects set program_slug = 'nowhere'",
        "update odoo_seed.tasks set assignee_emails = '{a@example.com}'",
        "update odoo_seed.tasks set depends_on_refs = '{null}'",
        "update odoo_seed.tasks set priority = 'urgent'",
        "update odoo_seed.tasks set planned_hours = 'nan'",
        "update odoo_seed.tasks set parent_external_ref = external_ref",
        "update odoo_seed.tasks set milestone_external_ref = 'nowhere'",
        "delete from odoo_seed.projects",
    ],
)
def test_what_would_not_hold_is_refused(connection: Connection, change: str) -> None:
    connection.execute(PATTERN_INSERTS.encode())
    with pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(change.encode())


def test_stages_are_names_with_or_without_fold(connection: Connection) -> None:
    connection.execute(PATTERN_INSERTS.encode())
    for stages in ("[]", '[{"name": "To Do"}, {"name": "Done", "fold": true}]', None):
        connection.execute("update odoo_seed.projects set stages = %s", [stages])


def test_a_change_by_hand_moves_updated_at_and_bookkeeping_does_not(
    connection: Connection,
) -> None:
    connection.execute(PATTERN_INSERTS.encode())
    moved = "select updated_at > created_at from odoo_seed.tasks"
    connection.execute("update odoo_seed.tasks set odoo_task_id = 7, last_sync_at = now()")
    connection.execute("update odoo_seed.tasks set source_path = 'a.yaml', source_line = 3")
    assert column(connection, moved) == [False]
    connection.execute("update odoo_seed.tasks set name = 'Other'")
    assert column(connection, moved) == [True]


def test_the_migration_runs_where_the_roles_are_missing_and_may_not_be_made(
    embedded_home: Path,
) -> None:
    with EmbeddedPostgres(embedded_home, durable=False) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create role owner login password 'secret'")
            connection.execute("create database theirs owner owner")
            parts = connection.info
            url = f"postgresql://owner:secret@{parts.host}:{parts.port}/theirs"
        assert migrate(url, migrations_folder())
        with psycopg.connect(url) as connection:
            connection.execute(PATTERN_INSERTS.encode())
            assert column(connection, "select slug from odoo_seed.programs") == ["fin-close"]
            assert column(connection, "select 1 from pg_roles where rolname = 'anon'") == []
