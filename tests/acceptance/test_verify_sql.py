"""`verify --sql`: what it prints is run as it stands, by a real shell, on a real Postgres."""

from __future__ import annotations

import re
import shlex
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest
from product import Project, Task

from odoo_seed.core.hand_queries import VIEWS, literal

if TYPE_CHECKING:
    from pathlib import Path

    from product import Product

HOSTILE = [
    "FIN_CLOSE_PROJ",
    "O'Brien",
    "'; drop table project_project; --",
    "a\\' or 1=1 --",
    "back\\slash\\",
    '$(touch hacked) `touch hacked` "$HOME" !! %s {0}',
    "two\nlines\tand \x1b[31mred\x1b[0m",
    "\u202ereversed \u200bunseen",
    "##[error] ::set-output name=x::y",
    "é 💸 字",
    "-x",
    "E'\\x41'",
    ":name :'name'",
]


def commands(told: str) -> list[list[str]]:
    """Each command's words, as a shell makes them."""
    return [shlex.split(line) for line in told.splitlines() if line.startswith("psql ")]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_literal_is_the_text_whatever_the_server_does_with_backslashes(
    product: Product, text: str
) -> None:
    with psycopg.connect(product.database_url) as connection:
        for conforming in ("on", "off"):
            connection.execute(f"set standard_conforming_strings = {conforming}".encode())
            connection.execute("set backslash_quote = off")
            assert connection.execute(f"select {literal(text)}".encode()).fetchall() == [(text,)]


ODOO_TABLES = """
create table project_project (
    id int, name jsonb, x_external_ref text, active boolean
);
create table project_task (
    id int, name text, x_external_ref text, active boolean, state text, project_id int
);
"""


@pytest.mark.parametrize("ref", HOSTILE)
def test_the_commands_find_just_the_project_that_is_named(product: Product, ref: str) -> None:
    if not ref.startswith("-"):
        assert product.ok("verify", "--sql", "--project", ref)
    told = product.ok("verify", "--sql", f"--project={ref}")
    assert told.isascii()
    assert told.replace("\n", "").isprintable()
    assert "##[" not in told
    odoo = [words for words in commands(told) if words[1:3] == ["-U", "odoo"]]
    assert [words[4] for words in odoo] == [product.odoo.database] * 4
    with psycopg.connect(product.database_url) as connection:
        connection.execute(ODOO_TABLES)
        rows = [(1, ref), (2, "ANOTHER"), (3, None)]
        for number, name in rows:
            connection.execute(
                "insert into project_project values (%s, '{}', %s, true)", [number, name]
            )
            connection.execute(
                "insert into project_task values (%s, 't', %s, true, '1_done', %s)",
                [number, name and f"{name}_T", number],
            )
        found = [connection.execute(words[-1].encode()).fetchall() for words in odoo]
        assert [[row[0] for row in rows] for rows in found] == [[1], [1], [], []]


def test_a_shell_and_psql_take_the_lines_as_they_stand(product: Product, tmp_path: Path) -> None:
    stand_in = tmp_path / "bin/psql"
    stand_in.parent.mkdir()
    stand_in.write_text('#!/bin/sh\nprintf "%s\\0" "$@" >> called\n')
    stand_in.chmod(0o755)
    for ref in HOSTILE:
        told = product.ok("verify", "--sql", f"--project={ref}")
        (tmp_path / "called").unlink(missing_ok=True)
        done = subprocess.run(
            ["sh", "-eu", "-c", told],
            cwd=tmp_path,
            env={"PATH": f"{stand_in.parent}:/usr/bin:/bin", "SUPABASE_DB_URL": "postgresql://x"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout + done.stderr == ""
        arguments = (tmp_path / "called").read_text().split("\0")[:-1]
        expected = [words[1:] for words in commands(told)]
        for words in expected:  # the shell fills in what the program must not print
            words[:] = ["postgresql://x" if word == "$SUPABASE_DB_URL" else word for word in words]
        assert arguments == [word for words in expected for word in words]
        assert not (tmp_path / "hacked").exists()


def test_on_supabase_s_side_they_show_what_is_missing_and_what_drifted(product: Product) -> None:
    product.ok("run")
    product.change_in_odoo("project.task", "A2", name="By hand")
    product.change_in_odoo("project.task", "B2", name="By hand")
    product.write(Project("ALPHA", tasks=[Task("A1"), Task("A2"), Task("A3"), Task("A4")]))
    product.ok("load")
    product.ok("shadow")

    def answers(*words: str) -> dict[str, set[str]]:
        told = product.ok("verify", "--sql", *words)
        assert product.database_url not in told
        sides = [words for words in commands(told) if words[1] == "$SUPABASE_DB_URL"]
        assert len(sides) == 2 + len(VIEWS)
        found = {}
        with psycopg.connect(product.database_url) as connection:
            for *_, query in sides:
                (table,) = re.findall(r"^SELECT .*? FROM odoo_seed\.(\w+)", query)
                cursor = connection.execute(query.encode())
                assert cursor.description is not None
                place = [column.name for column in cursor.description].index("external_ref")
                found[table] = {str(row[place]) for row in cursor}
        return found

    everything = answers()
    assert everything["v_missing_in_odoo"] == {"A4"}
    assert everything["v_name_drift"] == everything["v_field_drift"] == {"A2", "B2"}
    assert everything["projects"] == {"ALPHA", "BETA"}
    alpha = answers("--project", "ALPHA")
    assert alpha["v_missing_in_odoo"] == {"A4"}
    assert alpha["v_name_drift"] == {"A2"}
    assert alpha["tasks"] == {"A1", "A2", "A3", "A4"}
    assert answers("--target", "staging")["v_field_drift"] == set()


def test_it_asks_nobody_and_takes_a_project_only_with_sql(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPABASE_DB_URL")
    monkeypatch.delenv("ODOO_DB")
    assert 'psql -U odoo -d "$ODOO_DB" -c ' in product.ok("verify", "--sql")
    staging = product.ok("verify", "--sql", "--target", "staging")
    assert 'psql -U odoo -d "$ODOO_DB__STAGING" -c ' in staging
    monkeypatch.setenv("ODOO_DB", "x; touch hacked\x1b")
    assert 'psql -U odoo -d "$ODOO_DB" -c ' in product.ok("verify", "--sql")
    assert not product.odoo.calls()
    assert product.run("verify", "--project", "ALPHA").code == 2
    assert product.run("verify", "--sql", "--project", "\udcff").code == 2
