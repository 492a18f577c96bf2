"""What needs no Odoo: reading the YAML, and loading it."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import yaml

from odoo_seed import wiring
from odoo_seed.edges.postgres.rows import to_row
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.edges.seed_files import SeedFolder
from odoo_seed.pipeline import content_of
from odoo_seed.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.core.model import Task

_EMPTY = """
    truncate odoo_seed.programs, odoo_seed.projects, odoo_seed.milestones, odoo_seed.tasks,
    odoo_seed.sync_runs, odoo_seed.sync_run_items cascade
"""
_BARE = "create table public.bare as select * from odoo_seed.tasks with no data"
_COPY = """
    copy public.bare (
        external_ref, project_external_ref, name, description, stage_name, tag_names,
        assignee_email, assignee_emails, depends_on_refs, parent_external_ref,
        milestone_external_ref, deadline, planned_hours, sequence, priority, is_active, protected,
        previous_refs, instance, due, source_path, source_line
    ) from stdin
"""


def validate(seed_dir: str, rounds: int) -> dict[str, Any]:
    """Seconds of validating a folder, and of PyYAML's C loader on the same files, in turns."""
    folder = Path(seed_dir)

    def ours() -> None:
        content_of(SeedFolder(folder).read())

    def theirs() -> None:
        for path in sorted(folder.rglob("*.yaml")):
            with path.open("rb") as file:
                yaml.load(file, yaml.CSafeLoader)

    mine, other = _in_turns(rounds, ours, theirs)
    return {"ours": mine, "theirs": other}


def _in_turns(rounds: int, *works: Callable[[], None]) -> list[list[float]]:
    """Run each once to warm up, then all of them round by round."""
    for work in works:
        work()
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, spent in zip(works, seconds, strict=True):
            gc.collect()
            begun = time.perf_counter()
            work()
            spent.append(time.perf_counter() - begun)
    return seconds


def load(seed_dir: str, rounds: int) -> dict[str, Any]:
    """Seconds of loading into empty tables, and of a bare COPY of the same tasks, in turns.

    The bare table has the same columns, no index, no constraint and no trigger. Both are one
    transaction from this process, and each begins with empty tables.
    """
    folder = Path(seed_dir)
    settings = Settings.read(os.environ, folder, folder)
    wiring.migrate(settings)
    content = content_of(SeedFolder(folder).read())
    url = settings.database_url or ""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_BARE)
        store = PostgresStore(url)
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(rounds + 1):
            connection.execute(_EMPTY)
            connection.execute("truncate public.bare")
            connection.execute("checkpoint")
            begun = time.perf_counter()
            store.load(content, None)
            ours.append(time.perf_counter() - begun)
            connection.execute("checkpoint")
            begun = time.perf_counter()
            _copy(connection, content.seed.tasks)
            theirs.append(time.perf_counter() - begun)
        again = time.perf_counter()
        store.load(content, None)
        again = time.perf_counter() - again
        store.close()
    return {"ours": ours[1:], "theirs": theirs[1:], "unchanged": again}


def _copy(connection: psycopg.Connection[Any], tasks: Sequence[Task]) -> None:
    with connection.transaction(), connection.cursor().copy(_COPY) as copy:
        for task in tasks:
            copy.write_row(to_row(task))
