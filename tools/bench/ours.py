"""Our side of each comparison: the pipeline's own functions, timed from outside."""

from __future__ import annotations

import os
import time
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.places import connect
from bench.traffic import counted
from odoo_seed import pipeline, wiring, wiring_files
from odoo_seed.settings import Settings
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.ports import SeedStore


@contextmanager
def opened(seed_dir: str) -> Iterator[tuple[Settings, SeedStore]]:
    """The settings of this process, and the store with all migrations applied."""
    folder = Path(seed_dir)
    settings = Settings.read(os.environ, folder, folder)
    wiring.migrate(settings)
    with wiring.store(settings) as store:
        yield settings, store


def _log_in(settings: Settings, store: SeedStore) -> int:
    """Log in before the clock starts, as every contestant does; how many calls that saves."""
    odoo = settings.odoo("default")
    if store.remembered_uid("default", odoo.url, odoo.database, odoo.user) is not None:
        return 0
    with closing(connect(settings.values)) as transport:
        uid = transport.login()
    store.remember_uid("default", odoo.url, odoo.database, odoo.user, uid)
    return 1


def seed(seed_dir: str, jobs: int | None = None) -> dict[str, Any]:
    """Load and log in (not timed), then seed Odoo: from reading the database to the finished run.

    Args:
        jobs: Connections; None lets the pipeline choose, as it does by default.

    Returns:
        Seconds, the traffic and the counts of the run.
    """
    with opened(seed_dir) as (settings, store):
        pipeline.load(wiring_files.seed_files(settings), store)
        logins = _log_in(settings, store)
        with counted() as traffic, wiring.odoo_writer(settings, "default", store) as odoo:
            begun = time.perf_counter()
            done = pipeline.seed(store, odoo, SilentProgress(), pipeline.Scope(jobs=jobs))
            seconds = time.perf_counter() - begun
        traffic.calls += logins
    if done.run.status != "success":
        bad = [item for item in done.run.items if item.error]
        raise RuntimeError(f"{done.run.status}: {done.run.error} {bad[:3]}")
    return {"seconds": seconds, "counts": dict(done.run.counts), **asdict(traffic)}
