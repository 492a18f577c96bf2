"""Queries to run by hand on Odoo's and on Supabase's side, quoted for SQL and for a shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

VIEWS = (
    "v_missing_in_odoo", "v_orphan_in_odoo", "v_name_drift", "v_field_drift", "v_duplicate_refs",
)  # fmt: skip


def literal(text: str) -> str:
    """Return a text as a literal of Postgres in which everything prints, whatever it holds.

    With a backslash, or a character that a terminal may hide or lack, it is an E'…' string, which
    means the same whatever standard_conforming_strings says. ``##[`` would be a command to
    GitHub's runner.
    """
    if text.isascii() and text.isprintable() and "\\" not in text and "##[" not in text:
        return "'" + text.replace("'", "''") + "'"
    written = "".join(map(_escaped, text)).replace("##[", "##\\u005b")
    return f"E'{written}'"


def _escaped(char: str) -> str:
    if char in "'\\":
        return char * 2
    if char.isascii() and char.isprintable():
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def as_text(
    target: str, database: str | None, variables: tuple[str, str], projects: Sequence[str]
) -> str:
    """All commands for one target, a line each, under comments of the shell.

    Args:
        database: Name of Odoo's database, where it is known.
        variables: Those that name Odoo's database and hold Supabase's connection string.
        projects: Refs; none for all projects.
    """
    odoo_database, supabase = (f'"${name}"' for name in variables)
    name = odoo_database if database is None else shlex.quote(database)
    lines = [
        "# On Odoo's side, where its Postgres is; in a container put before each line:",
        "#   docker exec CONTAINER",
        *(f"psql -U odoo -d {name} -c {_in_shell(sql)}" for sql in odoo_queries(projects)),
        "",
        f"# On Supabase's side; {variables[1]} must be set in this shell",
        *(f"psql {supabase} -c {_in_shell(sql)}" for sql in supabase_queries(target, projects)),
    ]
    return "\n".join(lines)


def odoo_queries(projects: Sequence[str]) -> Iterator[str]:
    """What carries a ref in Odoo, and refs that stand twice."""
    these = _among(projects) if projects else "<> ''"
    yield (
        "SELECT id, name, x_external_ref, active FROM project_project "
        f"WHERE x_external_ref {these} ORDER BY x_external_ref;"
    )
    yield (
        "SELECT t.id, t.name, t.x_external_ref, t.active, t.state FROM project_task t "
        "JOIN project_project p ON p.id = t.project_id "
        f"WHERE t.x_external_ref <> '' AND p.x_external_ref {these} ORDER BY t.x_external_ref;"
    )
    for table in ("project_project", "project_task"):
        yield (
            f"SELECT x_external_ref, array_agg(id) AS twice FROM {table} "
            "WHERE x_external_ref <> '' GROUP BY x_external_ref HAVING count(*) > 1;"
        )


def supabase_queries(target: str, projects: Sequence[str]) -> Iterator[str]:
    """What the seed has, and the views that compare it with the mirror of a target."""
    there = f"target = {literal(target)}"
    refs = _among(projects) if projects else ""
    of_seed = f" AND external_ref {refs}" if refs else ""
    yield (
        "SELECT external_ref, name, odoo_project_id FROM odoo_seed.projects "
        f"WHERE removed_at IS NULL{of_seed} ORDER BY external_ref;"
    )
    of_project = f" AND project_external_ref {refs}" if refs else ""
    yield (
        "SELECT external_ref, name, odoo_task_id FROM odoo_seed.tasks "
        f"WHERE removed_at IS NULL{of_project} ORDER BY external_ref;"
    )
    among = f" AND external_ref IN ({_refs_of(projects)})" if refs else ""
    for view in VIEWS:
        yield f"SELECT * FROM odoo_seed.{view} WHERE {there}{among};"


def _refs_of(projects: Sequence[str]) -> str:
    """The refs of some projects and of all that is in them, in the seed or in the mirror."""
    these = _among(projects)
    found = " UNION ".join(
        f"SELECT external_ref FROM odoo_seed.{table} WHERE project_external_ref {these}"
        for table in ("tasks", "milestones", "shadow_tasks", "shadow_milestones")
    )
    named = ", ".join(f"({literal(ref)})" for ref in projects)
    return f"VALUES {named} UNION {found}"


def _among(refs: Sequence[str]) -> str:
    """What follows a column that is to hold one of these."""
    if len(refs) == 1:
        return f"= {literal(refs[0])}"
    return f"IN ({', '.join(map(literal, refs))})"


def _in_shell(sql: str) -> str:
    """One word of a shell; in double quotes where these change nothing, as they read better."""
    return shlex.quote(sql) if set('"$`\\!') & set(sql) else f'"{sql}"'
