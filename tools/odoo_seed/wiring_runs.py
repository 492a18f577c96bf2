"""Settings → the edges of runs that are asked for: the table, the queue, the figures."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from odoo_seed import wiring
from odoo_seed.edges.postgres import connection
from odoo_seed.edges.postgres import figures as database_figures
from odoo_seed.edges.postgres.locks import shares_backends
from odoo_seed.edges.postgres.queue import PostgresQueue
from odoo_seed.edges.postgres.requests import PostgresRunRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from odoo_seed.core.figures import Figures
    from odoo_seed.ports_runs import Queue, RunRequests, Timing, Work
    from odoo_seed.settings import Settings


@contextmanager
def run_requests(settings: Settings) -> Iterator[RunRequests]:
    """Runs that were asked for, in the configured database."""
    with wiring.database(settings) as url, closing(PostgresRunRequests(url)) as opened:
        yield opened


def figures(url: str) -> Figures:
    """What happened so far, of all processes."""
    return database_figures.read_figures(url)


def has_sessions(url: str) -> bool:
    """Whether locks and LISTEN hold on such a connection; not in a pooler's transaction mode."""
    return not shares_backends(url)


def session_mode(url: str) -> str | None:
    """The same pooler in session mode, as Supabase has it; None where it is not known."""
    return connection.session_mode(url)


def queue(
    url: str,
    work: Work,
    *,
    targets: Sequence[str] | None,
    concurrency: int,
    listens: bool,
    tell: Callable[[str], None],
    timing: Timing,
) -> Queue:
    """A worker's end of the queue; see edges.postgres.queue."""
    return PostgresQueue(
        url, work,
        targets=targets, concurrency=concurrency, listens=listens, tell=tell, timing=timing,
    )  # fmt: skip
