"""The Supabase CLI itself, on a database that our runner migrated, and the other way round.

Collected only when SUPABASE_CLI names the binary (`npm install supabase`, then
`node_modules/.bin/supabase`); see tests/conftest.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest

from odoo_seed.edges.postgres.migrate import migrate, migrations_folder, pending

if TYPE_CHECKING:
    from pathlib import Path

CLI = os.environ["SUPABASE_CLI"]
VERSIONS = [path.name.split("_", 1)[0] for path in sorted(migrations_folder().glob("*.sql"))]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of `supabase/`: the CLI leaves files in it."""
    supabase = migrations_folder().parent
    (tmp_path / "supabase").mkdir()
    shutil.copy(supabase / "config.toml", tmp_path / "supabase")
    shutil.copytree(supabase / "migrations", tmp_path / "supabase" / "migrations")
    return tmp_path


def supabase(project: Path, url: str, *arguments: str) -> str:
    done = subprocess.run(
        [CLI, "--workdir", str(project), *arguments, f"--remote={url}"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_cli_finds_our_migrations_applied(project: Path, database_url: str) -> None:
    assert "Remote database is up to date." in supabase(
        project, database_url, "db", "push", "--dry-run"
    )
    listed = supabase(project, database_url, "migration", "list")
    for version in VERSIONS:
        assert listed.replace("`", "").split().count(version) >= 2, listed


def test_we_find_the_clis_migrations_applied(project: Path, empty_database_url: str) -> None:
    supabase(project, empty_database_url, "db", "push", "--yes")
    assert pending(empty_database_url, migrations_folder()) == []
    assert migrate(empty_database_url, migrations_folder()) == []


def test_both_record_the_same_history(
    project: Path, database_url: str, empty_database_url: str
) -> None:
    supabase(project, empty_database_url, "db", "push", "--yes")
    histories = []
    for url in (database_url, empty_database_url):
        with psycopg.connect(url) as connection:
            histories.append(
                connection.execute(
                    "select version, name, statements"
                    " from supabase_migrations.schema_migrations order by version"
                ).fetchall()
            )
    assert histories[0] == histories[1]


def test_the_advisors_warn_of_nothing(project: Path, database_url: str) -> None:
    # Below warnings they mention that indexes of an empty database were not used yet, and that
    # row level security without policies lets nobody in: as it is meant.
    said = supabase(
        project, database_url, "db", "advisors", "--type=all", "--level=warn", "--fail-on=warn"
    )
    assert "No issues found" in said
