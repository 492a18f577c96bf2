"""Figures of all that happened, as the database has it."""

from __future__ import annotations

import psycopg

from odoo_seed.core.figures import Drift, Durations, Runs
from odoo_seed.edges.postgres.figures import read_figures


def test_runs_are_counted_classed_and_compared(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            """
            insert into odoo_seed.sync_runs
                (target, verb, status, started_at, finished_at, counts, error)
            values
                ('eu', 'seed', 'success', to_timestamp(1000), to_timestamp(1000.5), '{}', null),
                ('eu', 'seed', 'success', to_timestamp(2000), to_timestamp(2004), '{}', null),
                ('eu', 'seed', 'running', to_timestamp(3000), null, '{}', null),
                ('eu', 'verify', 'failed', now(), now(), '{"drift": 2, "checked": 9}', null),
                ('us', 'verify', 'failed', to_timestamp(1), to_timestamp(1), '{"drift": 1}', null),
                ('us', 'verify', 'failed', now(), now(), '{}', 'The shadow is stale.')
            """
        )
    found = read_figures(database_url)
    seeds = [row for row in found.runs if row.verb == "seed"]
    assert sorted(seeds, key=str) == [
        Runs("eu", "seed", "running", "cli", 1, None),
        Runs("eu", "seed", "success", "cli", 2, 2004.0),
    ]
    assert sorted(row for row in found.durations if row.verb == "seed") == [
        Durations("eu", "seed", 1, 1, 0.5),  # 0.5 s reached the first end
        Durations("eu", "seed", 3, 1, 4.0),
    ]
    assert sorted(found.drift) == [
        Drift("eu", "drift", 2), Drift("eu", "missing", 0), Drift("eu", "orphan", 0),
    ]  # fmt: skip
