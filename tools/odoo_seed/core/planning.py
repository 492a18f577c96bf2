"""Make the plan: compare every record, refuse what must not be written, trip the guards."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from odoo_seed.core import closing, news
from odoo_seed.core.board import changed_stages, missing_stages
from odoo_seed.core.checks import ambiguous, refusals
from odoo_seed.core.closing import ClosedPeriod
from odoo_seed.core.diff import diff_record
from odoo_seed.core.guards import tripped, unprotected
from odoo_seed.core.likely import leaving, likely_renames
from odoo_seed.core.moves import calendar_moves
from odoo_seed.core.plan import Change, Plan, Refusal
from odoo_seed.core.removals import orphans
from odoo_seed.core.renames import renamed
from odoo_seed.core.scope import Scope, kind_of
from odoo_seed.core.three_way import compared
from odoo_seed.core.values import SeedIndex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from odoo_seed.core.live import Applied, Key, Live
    from odoo_seed.core.model import SeedAndPolicy

_RANK = {"project": 0, "milestone": 1, "task": 2}


def make_plan(
    content: SeedAndPolicy,
    applied: Applied,
    live: Live,
    target: str,
    only: Collection[str] | None = None,
) -> Plan:
    """Compare seed, applied and live.

    Args:
        only: Refs of the projects to look at; then nothing is archived and no orphan is named.
    """
    index = SeedIndex(content.seed)
    applied, live, new_refs, former = renamed(content.seed, applied, live)
    scope = Scope(content, index, applied, only, closing.closed_projects(index, live.records))
    found = compared(scope, live, new_refs)
    refused = tuple(refusals(found.changes, index, applied, live))
    changes, blocked = _without_refused(found.changes, refused, live)
    made = Plan(
        target=target,
        changes=tuple(sorted(changes, key=ordered)),
        kept=tuple(found.kept),
        refusals=refused,
        blocked=tuple(blocked),
        left_alone=tuple(found.left_alone),
        guards=tripped(scope, live, changes, ambiguous(scope, live)),
        new_tags=missing_tags(changes, live),
        new_stages=tuple(missing_stages(changes, index, live)),
        unchanged=dict(found.unchanged),
        wanted=scope.wanted,
        news=news.gather(scope),
        moves=calendar_moves(changes, scope),
        closed=tuple(_differing(scope, live)),
        unprotected=unprotected(scope),
        forget=former,
        only=tuple(sorted(set(only))) if only else None,
        elsewhere=scope.elsewhere(),
        live=live,
    )
    return _of_the_whole(made, changes, scope, live) if scope.is_whole else made


def _of_the_whole(made: Plan, changes: Sequence[Change], scope: Scope, live: Live) -> Plan:
    """Add what a plan for part of the seed cannot say: what left git, or never was in it."""
    return replace(
        made,
        orphans=tuple(orphans(scope, live)),
        changed_stages=tuple(changed_stages(scope.index, scope.applied, live)),
        likely_renames=tuple(likely_renames(leaving(scope, live), changes)),
        forget=(*(key for key in scope.gone() if _is_away(key, live)), *made.forget),
    )


def _differing(scope: Scope, live: Live) -> Iterator[ClosedPeriod]:
    """The closed periods in which something is not as git says."""
    found: Counter[str] = Counter()
    for record in scope.closed_records():
        key: Key = (kind_of(record), record.external_ref)  # type: ignore[assignment]  # a Kind
        project_ref = getattr(record, "project_external_ref", record.external_ref)
        there, owners = live.records.get(key), scope.ownership.of(project_ref)
        wanted, last = scope.wishes(record), scope.applied.get(key)
        found[project_ref] += there is None or bool(diff_record(wanted, last, there, owners)[0])
    for ref, number in sorted((+found).items()):
        yield ClosedPeriod(ref, str(scope.index.projects[ref].instance), scope.closed[ref], number)


def _is_away(key: Key, live: Live) -> bool:
    return key not in live.records and key not in live.duplicates


def ordered(change: Change) -> tuple[str, int, str, str]:
    """The place of a change in a plan: by project, kind and ref."""
    return (change.project_ref, _RANK[change.kind], change.external_ref, change.action)


def _without_refused(
    changes: Sequence[Change], refused: Sequence[Refusal], live: Live
) -> tuple[list[Change], list[Refusal]]:
    """Drop refused changes and, again and again, those that need a record that will not exist."""
    reasons = {refusal.key: refusal for refusal in refused}
    blocked: dict[Key, Refusal] = {}
    remaining = [change for change in changes if change.key not in reasons]
    while True:
        stopped = [
            (change, cause)
            for change in remaining
            if (cause := _stopped_by(change, reasons.keys() | blocked.keys(), live))
        ]
        if not stopped:
            return remaining, list(blocked.values())
        for change, cause in stopped:
            blocked[change.key] = Refusal(
                *change.key, f"waits for {cause[0]} {cause[1]}", source=change.source
            )
        remaining = [change for change in remaining if change.key not in blocked]


def _stopped_by(change: Change, stopped: Collection[Key], live: Live) -> Key | None:
    project: Key = ("project", change.project_ref)
    if change.kind != "project" and project in stopped:
        return project
    for key in needs(change):
        if key in stopped and key not in live.records:
            return key
    return None


def needs(change: Change) -> Iterator[Key]:
    """The records that must be in Odoo before this change can be written."""
    values = change.values
    if change.kind != "project" and values.get("project_external_ref"):
        yield ("project", str(values["project_external_ref"]))
    if values.get("parent_external_ref"):
        yield ("task", str(values["parent_external_ref"]))
    if values.get("milestone_external_ref"):
        yield ("milestone", str(values["milestone_external_ref"]))
    refs = values.get("depends_on_refs") or ()
    assert isinstance(refs, tuple)  # noqa: S101 - canonical form of a set
    for ref in refs:
        yield ("task", ref)


def missing_tags(changes: Sequence[Change], live: Live) -> tuple[str, ...]:
    """Tags that changes name and Odoo lacks."""
    names: set[str] = set()
    for change in changes:
        wanted = change.values.get("tag_names")
        if isinstance(wanted, tuple):
            names.update(wanted)
    return tuple(sorted(names - live.directory.tags.keys()))
