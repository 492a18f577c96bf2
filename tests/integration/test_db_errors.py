"""What goes wrong between us and Postgres is said in words, and never with the password."""

from __future__ import annotations

import socket
import traceback

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from odoo_seed.edges.postgres.migrate import migrate, migrations_folder
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError

SECRET = "p4ss-w0rd"


def failure(url: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught, PostgresStore(url) as store:
        store.read_seed()
    text = "".join(traceback.format_exception(caught.value))
    password = str(conninfo_to_dict(url).get("password") or SECRET) if "://" in url else SECRET
    assert password not in text
    assert SECRET not in text
    return caught.value


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_refused_connection() -> None:
    port = closed_port()
    error = failure(f"postgresql://u:{SECRET}@127.0.0.1:{port}/db")
    assert (
        str(error)
        == f"The database at 127.0.0.1:{port} does not answer: the connection was refused."
    )
    assert "SUPABASE_DB_URL" in error.remedy


def test_an_unknown_host() -> None:
    error = failure(f"postgresql://u:{SECRET}@nowhere.invalid:5432/db")
    assert "nowhere.invalid:5432 cannot be found" in str(error)


def test_a_server_that_accepts_and_says_nothing() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        error = failure(f"postgresql://u:{SECRET}@127.0.0.1:{port}/db?connect_timeout=2")
    assert "does not answer in time" in str(error)


def test_a_wrong_password(database_url: str) -> None:
    real = str(conninfo_to_dict(database_url)["password"])
    error = failure(database_url.replace(real, SECRET))
    assert "refuses the user name or password" in str(error)


def test_a_database_that_does_not_exist(database_url: str) -> None:
    error = failure(database_url.rsplit("/", 1)[0] + "/nowhere")
    assert "has no such database" in str(error)


def test_a_server_without_tls_when_tls_is_demanded(database_url: str) -> None:
    error = failure(f"{database_url}?sslmode=require")
    assert "TLS" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}@host:port/db",
        f"postgresql://u:{SECRET}@[::1/db",
        f"u:{SECRET}@host",
        f"postgresql://u:{SECRET}%@host/db",
        f"postgresql://u@host/db?wrong={SECRET}",
    ],
)
def test_a_connection_string_that_is_none_is_not_quoted(url: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        PostgresStore(url).read_seed()
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert "SUPABASE_DB_URL" in str(caught.value)


def test_a_database_that_was_not_migrated(empty_database_url: str) -> None:
    error = failure(empty_database_url)
    assert "lacks something this version needs" in str(error)
    assert error.remedy == "Run `odoo-seed migrate`."


def test_a_column_that_a_later_version_brings(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("alter table odoo_seed.projects rename column stages to columns")
    assert failure(database_url).remedy == "Run `odoo-seed migrate`."


def test_a_user_without_rights(
    database_url: str, admin: psycopg.Connection[tuple[object, ...]], request: pytest.FixtureRequest
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        role = f"guest_of_{connection.info.dbname}"
        connection.execute(f"create role {role} login password '{SECRET}'".encode())
    request.addfinalizer(lambda: admin.execute(f"drop role {role}".encode()))
    parts = conninfo_to_dict(database_url)
    error = failure(
        f"postgresql://{role}:{SECRET}@{parts['host']}:{parts['port']}/{parts['dbname']}"
    )
    assert "lacks a right: permission denied for schema odoo_seed" in str(error)


def test_a_database_that_takes_no_writes(database_url: str) -> None:
    url = f"{database_url}?options=-cdefault_transaction_read_only%3Don"
    with pytest.raises(DatabaseError, match="takes no writes"), PostgresStore(url) as store:
        store.start_run("default", "seed", "cli", None)
    with pytest.raises(DatabaseError, match="takes no writes"):
        migrate(url, migrations_folder())


def test_a_statement_that_takes_too_long(database_url: str) -> None:
    url = f"{database_url}?options=-cstatement_timeout%3D200"
    with psycopg.connect(database_url) as blocker:
        blocker.execute("lock table odoo_seed.sync_runs in access exclusive mode")
        with pytest.raises(DatabaseError, match="gave up waiting"), PostgresStore(url) as store:
            store.start_run("default", "seed", "cli", None)
