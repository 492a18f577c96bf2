"""What happened so far, in figures."""

from __future__ import annotations

from contextlib import closing
from itertools import starmap

from odoo_seed.core.figures import (
    BUCKETS,
    Drift,
    Durations,
    Figures,
    Records,
    Requests,
    Runs,
)
from odoo_seed.edges.postgres.connection import connect, in_words
from odoo_seed.edges.postgres.queries import queries


def read_figures(url: str) -> Figures:
    """Read all figures; raises DatabaseError."""
    asked = queries("figures")
    with closing(connect(url)) as connection, in_words(url), connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        run = connection.execute
        return Figures(
            runs=list(starmap(Runs, run(asked["runs"]))),
            durations=list(starmap(Durations, run(asked["durations"], {"buckets": [*BUCKETS]}))),
            records=list(starmap(Records, run(asked["records"]))),
            requests=list(starmap(Requests, run(asked["requests"]))),
            drift=list(starmap(Drift, run(asked["drift"]))),
        )
