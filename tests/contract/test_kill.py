"""The real process, killed by SIGKILL at any time against any server: the next run repairs it."""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import time
from datetime import date
from typing import TYPE_CHECKING, Any

from odoo_seed.core.live import LiveQuery
from odoo_seed.core.model import Milestone, Stage
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError
from odoo_seed.pipeline import Scope
from odoo_seed.pipeline import seed as run_seed
from odoo_seed.shells.progress import SilentProgress
from tests import warm
from tests.conftest import TEMPLATE
from tests.contract.sync import SOURCE, Sync

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.edges.odoo.transport import OdooTarget

KILLS = 3
_KEPT = ("PATH", "PYTHONPATH", "HOME")
TIME_LIMIT = 20
"""Seconds within which these servers end such calls: sixty records take them two at most."""


def content(sync: Sync, *, edited: bool) -> SeedAndPolicy:
    """Sixty records in two projects, with stages, tags, milestones, dependencies and subtasks."""
    board = (Stage("To Do"), *([Stage("Review")] * edited), Stage("Done", fold=True))
    projects = tuple(
        sync.project(
            external_ref=sync.ref(name), name=f"Close {name}", stages=board,
            description=f"About *{name}*", date_start=date(2026, 1, 1),
            date_end=date(2026, 12, 31),
        )
        for name in ("P", "Q")
    )  # fmt: skip
    milestones = tuple(
        Milestone(sync.ref(f"{name}M"), sync.ref(name), "Closed", source=SOURCE)
        for name in ("P", "Q")
    )
    tags = (f"{sync.run}VAT",) if edited else (f"{sync.run}GL",)
    tasks = [
        sync.task(
            f"{name}T{place}",
            project=name,
            name=f"Task {place}{' (new)' * (edited and place % 5 == 0)}",
            tag_names=tags,
            description=f"Text {place}",
            depends_on_refs=(f"{name}T{place - 1}",) if place % 4 else (),
            parent_external_ref=f"{name}T0" if place == 9 else None,
            milestone_external_ref=f"{name}M" if place % 2 else None,
        )
        for name in ("P", "Q")
        for place in range(26 + 2 * edited)
    ]
    return sync.content(*tasks, projects=projects, milestones=milestones)


class Victims:
    """Processes that seed, and are killed at it."""

    def __init__(self, sync: Sync, url: str, folder: Path, choice: random.Random) -> None:
        self._folder, self._choice = folder, choice
        target: OdooTarget = sync.world.server.target
        self._environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "SUPABASE_DB_URL": url,
            "ODOO_URL": target.url,
            "ODOO_DB": target.database,
            "ODOO_USER": target.user,
            "ODOO_PASSWORD": target.password,
            "ODOO_PROTOCOL": target.protocol,
            "ODOO_TIME_LIMIT": str(TIME_LIMIT),
        }

    def kill_one(self, seconds: float) -> float:
        """Kill a process at a random time of so many seconds; return when, 0 if it was done."""
        delay = self._choice.uniform(0.3, 1) * seconds  # the first third is only its starting
        process = self.start()
        begun = time.monotonic()
        while process.poll() is None and time.monotonic() - begun < delay:
            time.sleep(0.005)
        process.kill()
        process.communicate()
        assert process.returncode <= 0
        return delay if process.returncode else 0

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            warm.command("seed"),
            cwd=self._folder,
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


def seed_until_unlocked(sync: Sync) -> str:
    """Run; the database needs a moment to notice that the killed process is gone."""
    deadline = time.monotonic() + 20
    while True:
        try:
            writer = OdooWriting(sync.world.server.transport, TIME_LIMIT * 1.25)
            return run_seed(sync.store, writer, SilentProgress(), Scope()).run.status
        except DatabaseError as error:
            if "in use by" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def state(sync: Sync) -> Any:
    """What Odoo holds of this seed, without ids and the names of this run."""
    milestones = content(sync, edited=True).seed.milestones
    live = OdooReading(sync.world.server.transport).read_live(LiveQuery(milestones=milestones))
    ours = {key: record for key, record in live.records.items() if key[1].startswith(sync.run)}
    assert not [key for key in live.duplicates if key[1].startswith(sync.run)]
    projects = [sync.id_of(name, "project.project") for name in ("P", "Q")]
    counts = [
        sync.world.call("project.milestone", "search_count", [("project_id", "in", projects)]),
        sync.world.call("project.task.type", "search_count", [("project_ids", "in", projects)]),
        sync.world.call("project.tags", "search_count", [("name", "=like", f"{sync.run}%")]),
        sync.world.call("project.task", "search_count", [("project_id", "in", projects)]),
    ]
    told = sorted((key, sorted(map(str, one.values.items()))) for key, one in ours.items())
    return str(told).replace(sync.run, ""), counts


def test_a_killed_process_is_repaired_by_the_next_run(
    sync: Sync,
    new_database: Callable[[str], str],
    tmp_path: Path,
) -> None:
    number = int(os.environ.get("KILL_SEED") or secrets.randbelow(10**6))
    print(f"KILL_SEED={number} repeats these choices")
    choice = random.Random(number)
    expected, seconds = [], []
    for edited in (False, True):
        sync.store.load(content(sync, edited=edited), None)
        victims = Victims(sync, sync.store._url, tmp_path, choice)
        begun = time.monotonic()
        process = victims.start()
        out, error = process.communicate()
        assert process.returncode == 0, (out, error)
        seconds.append(time.monotonic() - begun)
        expected.append(state(sync))
    kills = int(os.environ.get("KILLS") or KILLS)
    done = 0
    while done < kills:
        url = new_database(TEMPLATE)
        with PostgresStore(url) as store:
            other = Sync(sync.world, store, f"{sync.run}{done}x", sync.company)
            try:
                for edited in (False, True):
                    store.load(content(other, edited=edited), None)
                    when = Victims(other, url, tmp_path, choice).kill_one(seconds[edited])
                    done += bool(when)
                    print(f"{'edit' if edited else 'seed'}: killed after {when:.2f} s")
                    assert seed_until_unlocked(other) == "success"
                    assert state(other) == expected[edited]
            finally:
                other.clean()
