"""Apply a plan, and write into the audit log how it ended, however it ended."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from odoo_seed.apply import Apply, choose_jobs
from odoo_seed.core.ownership import Ownership
from odoo_seed.core.report_run import actions
from odoo_seed.core.values import SeedIndex
from odoo_seed.core.words import count
from odoo_seed.errors import DatabaseError, OdooError, OdooReplyLostError, OdooUnreachableError
from odoo_seed.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from odoo_seed.core.live import Applied, Key
    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.runs import Run, Status
    from odoo_seed.errors import OdooSeedError
    from odoo_seed.ports import Progress, SeedStore
    from odoo_seed.ports_odoo import OdooWriter
    from odoo_seed.writer_lock import WriterLock


_NOT_LOST = "What is in Odoo stays, and the next run finds it there."


def apply_and_record(
    made: Plan,
    content: SeedAndPolicy,
    applied: Applied,
    run: Run,
    *,
    store: SeedStore,
    odoo: OdooWriter,
    lock: WriterLock,
    progress: Progress,
    tell: Callable[[str], None],
    jobs: int | None = None,
) -> Run:
    """Apply a plan and finish its run.

    Args:
        run: As it was started.
        odoo: Guarded by the lock.
        tell: Is told what is waited for.

    Returns:
        The run with its outcome. What stopped it before its end, if anything did, is its error:
        Odoo could not be reached, the database or the lock went away.

    Raises:
        DatabaseError: The outcome cannot be written.
    """
    index = SeedIndex(content.seed)
    ledger = Ledger(made, applied, Ownership(content.policy, index), store)
    jobs = jobs or choose_jobs(made, odoo.answer_seconds)
    apply = Apply(made, index, odoo, store, lock, ledger, progress, jobs, tell)
    stopped: OdooSeedError | None = None
    try:
        apply.run()
        lock.settle()
    except (OdooError, DatabaseError) as error:
        stopped = error
    except (KeyboardInterrupt, SystemExit):
        with contextlib.suppress(DatabaseError):  # being interrupted is what is to be told
            items = tuple(ledger.items.values())
            store.finish_run(run.run_id, "failed", items=items, error="interrupted")
        raise
    done = _finished(run, made, ledger, stopped)
    _record(store, done, _settled(made, applied), stopped)
    return done


def _record(
    store: SeedStore, done: Run, settled: Collection[Key], stopped: OdooSeedError | None
) -> None:
    """Finish the run; where the database is gone, its error says what else nobody would know."""
    try:
        store.finish_run(
            done.run_id,
            done.status,
            items=done.items,
            settled=settled,
            counts=done.counts,
            error=done.error,
            plan_checksum=done.plan_checksum,
        )
    except DatabaseError as error:
        lost = stopped if isinstance(stopped, DatabaseError) else error
        if done.items:
            lost.details += (f"Until then, at least: {actions(done.items)}. {_NOT_LOST}",)
        raise lost from None


def _finished(run: Run, made: Plan, ledger: Ledger, stopped: OdooSeedError | None) -> Run:
    counts = Counter[str](item.action for item in ledger.items.values())
    counts["unchanged"] = sum(made.unchanged.values())
    return replace(
        run,
        status=_status(ledger, made, stopped),
        finished_at=datetime.now(UTC),
        plan_checksum=made.checksum,
        counts=counts,
        error=_why(stopped, ledger.untried) if stopped else None,
        items=tuple(ledger.items.values()),
        cut_off=isinstance(stopped, OdooUnreachableError | OdooReplyLostError | DatabaseError),
    )


def _why(stopped: OdooSeedError, untried: int) -> str:
    left = f"{count(untried, 'record')} not tried." if untried else ""
    return " ".join(filter(None, (stopped.told, left, stopped.remedy)))


def _settled(made: Plan, applied: Applied) -> set[Key]:
    """What needs nothing: it is in Odoo as the seed wants it, or git and Odoo let go of it."""
    looked_at = set(made.wanted)
    if made.only is None and made.remember is None:
        looked_at |= applied.keys()
    changed = {change.key for change in made.changes}
    others = (*made.refusals, *made.blocked, *made.left_alone)
    return looked_at - changed - {item.key for item in others}


def _status(ledger: Ledger, made: Plan, stopped: OdooSeedError | None) -> Status:
    """`failed` when nothing at all is as the seed wants it, `partial` when something is not."""
    bad = sum(item.action in {"failed", "blocked"} for item in ledger.items.values())
    if not stopped and not bad:
        return "success"
    return "partial" if len(ledger.items) > bad or any(made.unchanged.values()) else "failed"
