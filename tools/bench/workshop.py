"""What all measurements share: a temporary folder, a Postgres of the bench's own, and options."""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from odoo_seed.edges.postgres.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Workshop:
    """Where one run of the bench works.

    Attributes:
        folder: For files; gone at the end.
        postgres: Connection string of the Postgres that only the bench uses.
        run: What begins every ref and tag that this run makes in Odoo.
        rounds: How often each comparison is repeated; the quickest time of each side counts.
    """

    folder: Path
    postgres: str
    run: str
    rounds: int
    peer_python: str = sys.executable
    odoo_shell: str | None = None
    _numbers: Iterator[int] = field(default_factory=count)

    def new_folder(self) -> Path:
        """A path in `folder` that does not exist yet."""
        return self.folder / f"{next(self._numbers):04d}"

    def new_database(self) -> str:
        """Connection string of a new, empty database."""
        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            connection.execute(f"create database {name}")
        parts = conninfo_to_dict(self.postgres)
        server = f"{parts['user']}:{parts['password']}@{parts['host']}:{parts['port']}"
        return f"postgresql://{server}/{name}?sslmode=disable"

    def new_prefix(self) -> str:
        """A prefix for the refs of one measurement; begins with `run`."""
        return f"{self.run}{next(self._numbers)}"


@contextmanager
def workshop(
    rounds: int, run: str | None = None, *, peer_python: str, odoo_shell: str | None
) -> Iterator[Workshop]:
    """Open a workshop and clear it away."""
    folder = Path(tempfile.mkdtemp(prefix="odoo-seed-bench-"))
    folder.chmod(0o755)  # the account that Postgres runs as must reach its data
    try:
        with EmbeddedPostgres(folder / "home") as postgres:
            run = run or f"BENCH{secrets.token_hex(4).upper()}"
            yield Workshop(folder, postgres.url, run, rounds, peer_python, odoo_shell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def say(text: str) -> None:
    """Tell on stderr how far the bench is; stdout is for the table."""
    click.echo(text, err=True)
