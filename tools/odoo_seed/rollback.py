"""Take back what was written to Odoo: the reverse of a run, and the refs themselves.

Both are plans of another making, applied like a seed's: with its guards, freeze, lock and journal.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from odoo_seed.core import clearing
from odoo_seed.core import rollback as core
from odoo_seed.core.escape import plain
from odoo_seed.core.fields import BOUND
from odoo_seed.core.live import Named
from odoo_seed.errors import OdooSeedError, UsageError
from odoo_seed.pipeline import live_query
from odoo_seed.write import looked_at, write

if TYPE_CHECKING:
    from odoo_seed.core.live import Applied, LiveQuery
    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.rollback import Rollback
    from odoo_seed.core.runs import Run, Verb
    from odoo_seed.ports import Progress, SeedStore
    from odoo_seed.ports_odoo import OdooReader, OdooWriter
    from odoo_seed.write import Read, Scope

_WROTE: frozenset[Verb] = frozenset({"seed", "rollback", "clear-refs"})
_SOME_OF_AN_ID = re.compile(r"[0-9a-f-]{4,36}")
_LISTED = 10


def choose_run(store: SeedStore, target: str, which: str) -> Run:
    """Return the run meant, with its items.

    Args:
        which: Its id, the beginning of it that no other run has, or `last`: the newest seed run
            that wrote anything, or may have before it was killed.

    Raises:
        UsageError: There is none, there are several, or it wrote nothing to this Odoo.
    """
    if which == "last":
        last = store.last_written(target)
        if last is None:
            raise UsageError(
                f"No seed run of target {target} wrote anything to Odoo.",
                remedy="Name a run by its id; `seed` and `summary` print it.",
            )
        which = last
    if not _SOME_OF_AN_ID.fullmatch(which.lower()):
        raise UsageError(
            f"{plain(which)} is not the id of a run.",
            remedy="Give its id, or at least 4 characters of its beginning, or `last`.",
        )
    found = store.find_runs(which.lower())
    if not found:
        raise UsageError(
            f"There is no run {plain(which)}.",
            remedy="`odoo-seed summary` prints the id of the last seed.",
        )
    if len(found) > 1:
        raise UsageError(
            f"{len(found[:_LISTED])} runs{' or more' * (len(found) > _LISTED)} begin with {which}.",
            remedy="Give more of its id.",
            details=[_words(run) for run in found[:_LISTED]],
        )
    return store.with_items(_reversible(found[0], target))


def _reversible(run: Run, target: str) -> Run:
    if run.verb == "adopt":
        raise UsageError(
            f"{_words(run)}, gave refs to records that the YAML has now; without them a seed would"
            " make these a second time.",
            remedy="To let go of them, remove their YAML, or write `sync_enabled: false` there.",
        )
    if run.verb not in _WROTE:
        raise UsageError(
            f"{_words(run)} wrote nothing to Odoo.", remedy="Name a seed run, or a rollback."
        )
    if run.target != target:
        raise UsageError(
            f"Run {run.run_id} is of target {plain(run.target)}, not of {target}.",
            remedy=f"Say so: --target {plain(run.target)}",
        )
    return run


def _words(run: Run) -> str:
    return f"{run.verb} run {run.run_id} of {run.started_at:%Y-%m-%d %H:%M} UTC, {run.status}"


def plan_rollback(
    store: SeedStore, odoo: OdooReader, scope: Scope, which: str, *, force: bool
) -> Rollback:
    """Say what `rollback` would write. Reads only."""
    run = _noted(choose_run(store, scope.target, which))
    content = store.bind(store.read_seed(), scope.target)
    applied = store.read_applied(scope.target)
    found = _planned(run, content, applied, odoo.read_live, force=force)
    return replace(found, plan=looked_at(found.plan, content.policy, odoo))


def rollback(
    store: SeedStore,
    odoo: OdooWriter,
    progress: Progress,
    scope: Scope,
    which: str,
    *,
    force: bool,
) -> tuple[Rollback, Run]:
    """Take a run back, as the one writer of the target; return what was planned and done."""
    run = _noted(choose_run(store, scope.target, which))

    def planner(content: SeedAndPolicy, applied: Applied, read: Read) -> Plan:
        return _planned(run, content, applied, read, force=force).plan

    done = write(store, odoo, progress, scope, "rollback", planner, reverses=run.run_id)
    return core.Rollback(run, done.plan), done.run


def _noted(run: Run) -> Run:
    """Refuse a run of which nobody knows what it did."""
    if run.finished_at is None and not run.items:
        seed = "Finish it with `odoo-seed seed`, then correct it in git and seed again; "
        raise OdooSeedError(
            f"{_words(run)}, is under way or was killed before it could note what it had done.",
            remedy=f"{seed}an earlier run is taken back by its id."
            if run.verb == "seed"
            else f"Repeat that {run.verb}: it goes on where it stopped.",
        )
    return run


def _planned(
    run: Run, content: SeedAndPolicy, applied: Applied, read: Read, *, force: bool
) -> Rollback:
    live = read(_query(run, content, applied))
    return core.plan_rollback(run, content, applied, live, force=force)


def _query(run: Run, content: SeedAndPolicy, applied: Applied) -> LiveQuery:
    """What a reading must resolve: also the people and the ids that the run knew."""
    query = live_query(content, applied)
    emails = set(query.emails)
    companies = {one.external_ref: one.company_name for one in content.seed.projects}
    named = [
        Named(change.field, item.external_ref, companies.get(item.external_ref), str(change.old))
        for item in run.items
        for change in item.changes
        if change.field in BOUND and change.old
    ]
    for item in run.items:
        for change in item.changes:
            if change.field in {"manager_email", "assignee_emails"} and change.old:
                emails.update(change.old if isinstance(change.old, tuple) else [str(change.old)])
    ids = {
        (item.kind, item.external_ref): item.odoo_id
        for item in run.items
        if item.odoo_id and item.action in core.DONE
    }
    return replace(
        query,
        emails=frozenset(emails),
        known_ids={**ids, **query.known_ids},
        named=(*query.named, *named),
        besides=query.besides | _written_bound(run),
    )


def _written_bound(run: Run) -> frozenset[str]:
    changes = (change for item in run.items for change in item.changes)
    return frozenset(change.field for change in changes if change.field in BOUND)


def plan_clearing(store: SeedStore, odoo: OdooReader, scope: Scope) -> Plan:
    """Say what `clear-refs` would write. Reads only."""
    content = store.bind(store.read_seed(), scope.target)
    applied = store.read_applied(scope.target)
    made = _clearing(content, applied, odoo.read_live, scope)
    return looked_at(made, content.policy, odoo)


def clear_refs(
    store: SeedStore, odoo: OdooWriter, progress: Progress, scope: Scope
) -> tuple[Plan, Run]:
    """Empty x_external_ref of every record, and stop the target: a seed knows them no more."""

    def planner(content: SeedAndPolicy, applied: Applied, read: Read) -> Plan:
        made = _clearing(content, applied, read, scope)
        if made.changes:  # before the first is gone
            store.stop(scope.target, scope.holder, "x_external_ref was cleared by clear-refs")
        return made

    done = write(store, odoo, progress, scope, "clear-refs", planner)
    return done.plan, done.run


def _clearing(content: SeedAndPolicy, applied: Applied, read: Read, scope: Scope) -> Plan:
    live = read(live_query(content, applied))
    return clearing.plan_clearing(applied, live, scope.target)
