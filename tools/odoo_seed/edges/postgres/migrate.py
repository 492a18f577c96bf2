"""Apply the plain SQL migrations, and record them exactly as the Supabase CLI does.

The CLI's history is `supabase_migrations.schema_migrations (version, statements, name)`; a
database that either of the two migrated is up to date for the other (tried with CLI 3.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import Error

from odoo_seed.edges.postgres.connection import connect, in_words
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.edges.postgres.connection import Connection

LOCK = 6_412_026_012_1
"""Advisory lock of all migrators of a database; any number that nobody else uses."""

_HISTORY = """
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (
        version text not null primary key
    );
    alter table supabase_migrations.schema_migrations
        add column if not exists statements text[],
        add column if not exists name text;
"""

_FILE_NAME = re.compile(r"(?P<version>\d+)_(?P<name>.+)\.sql")
_TOKEN = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | [eE]'(?: [^'\\] | \\. | '' )*'
    | '(?: [^'] | '' )*'
    | "(?: [^"] | "" )*"
    | (?P<dollar> \$\w*\$ ).*?(?P=dollar)
    | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, comments above it included, without its semicolon. `line` is 1-based."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    path: Path
    version: str
    name: str
    statements: tuple[Statement, ...]


def migrations_folder() -> Path:
    """Return the folder of this project's migrations: in a checkout, or in the installed wheel."""
    package = Path(__file__).resolve().parents[2]
    packed = package / "_data" / "migrations"
    return packed if packed.is_dir() else package.parents[1] / "supabase" / "migrations"


def migrate(url: str, folder: Path) -> list[str]:
    """Apply what is pending, each file in one transaction. Safe to run by several at once.

    Returns:
        The versions that were applied, in order.

    Raises:
        DatabaseError: With file and line, when a migration fails or was changed after it had
            been applied; the files before it stay applied.
    """
    migrations = read_migrations(folder)
    with connect(url) as connection, in_words(url):
        return [one.version for one in migrations if _apply(connection, one)]


def pending(url: str, folder: Path) -> list[str]:
    """Return the versions that `migrate` would apply. Raises DatabaseError."""
    migrations = read_migrations(folder)
    with connect(url) as connection, in_words(url):
        found = connection.execute(
            "select to_regclass('supabase_migrations.schema_migrations')"
        ).fetchone()
        applied: set[str] = set()
        if found and found[0]:
            applied = {
                version
                for (version,) in connection.execute(
                    "select version from supabase_migrations.schema_migrations"
                )
            }
    return [one.version for one in migrations if one.version not in applied]


def read_migrations(folder: Path) -> list[Migration]:
    """Read all files, in the order of their versions as text (as the CLI does)."""
    migrations: dict[str, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        named = _FILE_NAME.fullmatch(path.name)
        if named is None:
            raise DatabaseError(
                f"{path} is not named like a migration.",
                remedy="Name it <digits>_<name>.sql: the Supabase CLI skips other names.",
            )
        version = named["version"]
        if version in migrations:
            raise DatabaseError(
                f"{path} has the same version as {migrations[version].path.name}.",
                remedy="Give it a later version.",
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise DatabaseError(f"{path} is not UTF-8.", remedy="Save it as UTF-8.") from error
        migrations[version] = Migration(path, version, named["name"], tuple(split(text)))
    if not migrations:
        raise DatabaseError(
            f"There are no migrations in {folder}.", remedy="Install odoo-seed anew."
        )
    return [migrations[version] for version in sorted(migrations)]


def split(text: str) -> Iterator[Statement]:
    """Yield the statements of a script, cut at semicolons as the Supabase CLI cuts them."""
    start = 0
    ends = [token.start() for token in _TOKEN.finditer(text) if token["end"]]
    for end in [*ends, len(text)]:
        raw = text[start:end]
        if _essence(raw):
            # Counted to the first word, past the comments above it.
            first = start + len(raw) - len(_without_leading_comments(raw))
            yield Statement(raw.strip(), text.count("\n", 0, first) + 1)
        start = end + 1


def _apply(connection: Connection, migration: Migration) -> bool:
    """Apply one file unless somebody did; True when we did."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        connection.execute(_HISTORY)
        row = connection.execute(
            "select statements from supabase_migrations.schema_migrations where version = %s",
            [migration.version],
        ).fetchone()
        if row is not None:
            _compare(migration, row[0])
            return False
        for statement in migration.statements:
            _execute(connection, migration, statement)
        connection.execute(
            "insert into supabase_migrations.schema_migrations (version, statements, name)"
            " values (%s, %s, %s)",
            [migration.version, [one.text for one in migration.statements], migration.name],
        )
    return True


def _execute(connection: Connection, migration: Migration, statement: Statement) -> None:
    try:
        connection.execute(statement.text.encode())
    except Error as error:
        if connection.closed:
            raise  # lost, not refused: the seam around us has the words
        line = statement.line
        if position := error.diag.statement_position:
            first = _without_leading_comments(statement.text)
            offset = len(statement.text) - len(first)
            line += statement.text.count("\n", offset, max(int(position) - 1, offset))
        raise DatabaseError(
            f"{migration.path}:{line}: {error.diag.message_primary or error}",
            remedy="The file was rolled back. Correct it, then run `odoo-seed migrate` again.",
        ) from error


def _compare(migration: Migration, applied: Sequence[str] | None) -> None:
    """Refuse a file that is not what was applied; comments and spaces do not matter."""
    if applied is None:  # marked by hand, with `supabase migration repair`
        return
    for mine, theirs in zip_longest(migration.statements, applied):
        if mine is None or theirs is None or _essence(mine.text) != _essence(theirs):
            line = mine.line if mine else migration.statements[-1].line
            raise DatabaseError(
                f"{migration.path}:{line}: changed after it was applied to this database.",
                remedy="Take the change back, and put it into a new migration.",
            )


def _without_leading_comments(text: str) -> str:
    return re.sub(r"\A(?:\s+|--[^\n]*|/\*.*?\*/)+", "", text, flags=re.DOTALL)


def _essence(text: str) -> str:
    return " ".join(_TOKEN.sub(lambda m: " " if m["comment"] else m[0], text).split())
