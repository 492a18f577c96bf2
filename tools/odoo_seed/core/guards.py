"""Limits that make a plan fail before anything is written."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.core.plan import GuardTrip
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from odoo_seed.core.live import Key, Live
    from odoo_seed.core.plan import Change, Plan
    from odoo_seed.core.scope import Scope

_NAMED = 5
"""So many records a message names, unless told otherwise."""


def tripped(
    scope: Scope, live: Live, changes: Sequence[Change], ambiguous: Collection[Key]
) -> tuple[GuardTrip, ...]:
    """Return the limits that a plan goes beyond, most telling first.

    What needs a look at more of Odoo than the records with refs is judged in `core.eyes`.

    Args:
        ambiguous: Refs that stand on several records in Odoo.
    """
    return (
        *_empty_seed(scope),
        *_archives(scope, live, changes),
        *_protected(scope, live, changes),
        *_companies(scope, changes),
        *_ambiguous(scope, live, ambiguous),
        *_bots_company(live, changes),
    )


def is_archival(change: Change) -> bool:
    """Whether a change takes a record out of its users' sight."""
    return change.action != "create" and change.values.get("is_active") is False


def allow_options(plan: Plan, trips: Iterable[GuardTrip]) -> str:
    """The options that let exactly this plan pass these guards, once."""
    guards = dict.fromkeys(trip.guard for trip in trips)
    return " ".join(f"--allow {guard}={plan.checksum}" for guard in guards)


def way_past(trips: Iterable[GuardTrip], once: str) -> str:
    """What can be done about guards that trip.

    Args:
        once: What lets the plan pass this one time.
    """
    settings = ", ".join(trip.setting for trip in trips if trip.setting)
    change = f"Change {settings} in policy.yaml, or once only" if settings else "Once only"
    return f"{change}: {once}"


def by_operator(options: str, target: str, only: Collection[str] | None) -> str:
    """How a seed passes with options of the command line, for who has none at hand.

    Args:
        only: Refs of the projects that were asked for; None for all.
    """
    projects = "".join(f"--project {quote(ref)} " for ref in sorted(only or ()))
    command = f"odoo-seed seed --target {target} {projects}{options}"
    return f"an operator runs `{command}` with the worker's settings"


def unprotected(scope: Scope) -> tuple[Key, ...]:
    """Records that were protected when last written and that the seed no longer protects."""
    return tuple(
        key
        for key, values in scope.wanted.items()
        if not values.get("protected")
        and key in scope.applied
        and scope.applied[key].values.get("protected")
    )


def listed(names: Iterable[str], most: int = _NAMED, between: str = ", ") -> str:
    """The first few names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return between.join(every[:most]) + more


def titled(kind: str, ref: str, name: object) -> str:
    """A record as a message names it."""
    return f"{kind} {plain(ref)} “{plain(name, 70)}”"


def _empty_seed(scope: Scope) -> Iterator[GuardTrip]:
    if not scope.index.projects and scope.applied:
        managed = count(len(scope.applied), "record")
        yield GuardTrip("empty-seed", f"The seed is empty, yet {managed} in Odoo came from it.")


def _archives(scope: Scope, live: Live, changes: Sequence[Change]) -> Iterator[GuardTrip]:
    limits = scope.limits
    managed = len(_managed(scope, live))
    archived = sum(is_archival(change) for change in changes)
    if managed < limits.min_records:
        return
    counts = f"{archived} of {managed} managed records would be archived"
    share = archived / managed if managed else 0.0
    if archived > limits.max_archive_count:
        message = f"{counts}; the limit is {limits.max_archive_count} records."
        yield GuardTrip("archive", message, "policy.guards.max_archive_count")
    elif share > limits.max_archive_share:
        message = f"{counts} ({share:.0%}); the limit is {limits.max_archive_share:.0%}."
        yield GuardTrip("archive", message, "policy.guards.max_archive_share")


def _managed(scope: Scope, live: Live) -> set[Key]:
    """Active records of the seed: those we wrote, and in a database made anew those we find."""
    found = scope.wanted.keys() & live.records.keys()
    active = {key for key in found if live.records[key].values.get("is_active")}
    return active | {key for key, last in scope.applied.items() if last.values.get("is_active")}


def _protected(scope: Scope, live: Live, changes: Sequence[Change]) -> Iterator[GuardTrip]:
    """Protection is kept with what was applied, so removing it from the YAML is seen here."""
    holding = _holding_protected(scope, live)
    told = []
    for change in changes:
        if not is_archival(change):
            continue
        title = titled(change.kind, change.external_ref, change.name)
        if _is_protected(scope, change.key):
            told.append(f"{title} would be archived")
        elif change.kind == "project" and change.external_ref in holding:
            told.append(f"{title} would be archived with protected tasks in it")
    told += [
        f"{titled(*key, scope.wanted[key]['name'])} would no longer be protected"
        for key in unprotected(scope)
    ]
    if told:
        yield GuardTrip("protected", f"{listed(told)}.")


def _is_protected(scope: Scope, key: Key) -> bool:
    last = scope.applied.get(key)
    now = scope.wanted.get(key, {})
    return bool(now.get("protected") or (last and last.values.get("protected")))


def _holding_protected(scope: Scope, live: Live) -> set[str]:
    """Projects that archiving would take protected tasks with (project_project.py, write)."""
    return {
        str(scope.wanted.get(key, record.values).get("project_external_ref") or "")
        for key, record in scope.applied.items()
        if record.values.get("protected")
        and (found := live.records.get(key))
        and found.values.get("is_active")
    }


def _companies(scope: Scope, changes: Sequence[Change]) -> Iterator[GuardTrip]:
    moves = [
        f"{titled('project', change.external_ref, change.name)} "
        f"from {plain(item.old)} to {plain(item.new)}"
        for change in changes
        for item in change.fields
        if change.kind == "project" and item.name == "company_name" and item.old
    ]
    limit = scope.limits.max_company_moves
    if len(moves) > limit:
        message = f"{count(len(moves), 'project')} would move to another company, with all tasks: "
        message += f"{listed(moves)}; the limit is {limit}."
        yield GuardTrip("company", message, "policy.guards.max_company_moves")


def _ambiguous(scope: Scope, live: Live, refs: Collection[Key]) -> Iterator[GuardTrip]:
    limit = scope.limits.max_ambiguous_refs
    if len(refs) > limit:
        told = [
            f"{kind} {plain(ref)} (ids {', '.join(map(str, live.duplicates[kind, ref]))})"
            for kind, ref in sorted(refs)
        ]
        many = "ref stands" if len(refs) == 1 else "refs stand"
        message = f"{len(refs)} {many} on several records in Odoo: {listed(told)}; "
        message += f"the limit is {limit}. Those records are not written in any case."
        yield GuardTrip("ambiguous-ref", message, "policy.guards.max_ambiguous_refs")


def _bots_company(live: Live, changes: Sequence[Change]) -> Iterator[GuardTrip]:
    """Odoo shows a project only to users of its company (project_security.xml)."""
    me = live.directory.me
    if me is None:
        return
    lost = [
        titled("project", change.external_ref, change.name)
        for change in changes
        if change.kind == "project" and change.action != "create"
        and _foreign_company(live, change, me.company_ids)
    ]  # fmt: skip
    if lost:
        message = f"{plain(me.login)}, as whom this works, could no longer see {listed(lost)}: "
        message += "allow the new company on that user in Odoo first."
        yield GuardTrip("bot-access", message)


def _foreign_company(live: Live, change: Change, own: Collection[int]) -> bool:
    company = change.values.get("company_name")
    company_id = live.directory.companies.get(str(company)) if company else None
    return company_id is not None and company_id not in own
