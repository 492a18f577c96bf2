"""The audit log's row of a run that fails before it has an outcome."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from odoo_seed.errors import DatabaseError, OdooSeedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.ports import SeedStore


@contextmanager
def failing_on_record(store: SeedStore, run_id: str) -> Iterator[None]:
    """Finish the run as failed, with the reason, when what is inside fails or is interrupted."""
    try:
        yield
    except OdooSeedError as error:
        store.finish_run(run_id, "failed", error=error.told)
        raise
    except (KeyboardInterrupt, SystemExit):
        with suppress(DatabaseError):  # being interrupted is what is to be told
            store.finish_run(run_id, "failed", error="interrupted")
        raise
