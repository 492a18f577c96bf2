"""Shared fixtures: real Postgres, one server a test process, one database a test."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
from odoo_seed.edges.postgres.migrate import migrate, migrations_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Admin = psycopg.Connection[tuple[object, ...]]

TEMPLATE = "migrated_template"

# Tests of other programs than ours, for machines that have them.
OTHERS = {"SUPABASE_CLI": "acceptance/test_supabase_cli.py", "N8N": "acceptance/test_n8n.py"}
collect_ignore = [test for variable, test in OTHERS.items() if not os.environ.get(variable)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--full`: of what is tried at many places, every place; else those that differ."""
    parser.addoption("--full", action="store_true", help="try long matrices at every place")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether long matrices are tried at every place."""
    return bool(request.config.getoption("--full"))


IN_MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes; a test process's server needs a tenth of it."""


def make_home() -> Path:
    """A home with a space in its path that every account may reach.

    In memory where there is room: a thousand databases are made and dropped.
    Not pytest's tmp_path: root's is closed to the account that the server runs as, and the data
    would then be put elsewhere.
    """
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    parent = IN_MEMORY if roomy and os.access(IN_MEMORY, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="odoo-seed tests ", dir=parent))
    folder.chmod(0o755)
    return folder


@pytest.fixture
def embedded_home() -> Iterator[Path]:
    """A folder for an embedded Postgres of the test's own."""
    folder = make_home()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The test process's own server; tests use `database_url`."""
    home = make_home()
    with EmbeddedPostgres(home, durable=False) as server:
        yield server.url
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def admin(postgres_url: str) -> Iterator[Admin]:
    """A connection that makes and drops databases."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"create database {TEMPLATE}")
        migrate(in_database(postgres_url, TEMPLATE), migrations_folder())
        yield connection


def in_database(url: str, name: str) -> str:
    """The same server, another database."""
    parts = conninfo_to_dict(url)
    return (
        f"postgresql://{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}/{name}"
    )


@pytest.fixture
def new_database(admin: Admin, postgres_url: str) -> Iterator[Callable[[str], str]]:
    """Makes databases from a template and drops them at the end."""
    names: list[str] = []

    def make(template: str) -> str:
        name = f"test_{uuid4().hex}"
        # Copying files takes 17 ms here, the default strategy 115.
        admin.execute(f"create database {name} template {template} strategy file_copy")
        names.append(name)
        return in_database(postgres_url, name)

    yield make
    for name in names:
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def database_url(new_database: Callable[[str], str]) -> str:
    """A fresh database with all migrations applied."""
    return new_database(TEMPLATE)


@pytest.fixture
def empty_database_url(new_database: Callable[[str], str]) -> str:
    """A fresh database without anything in it."""
    return new_database("template0")
