"""Rollbacks and cleared refs: what would be done, or was, as text and as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core import clearing
from odoo_seed.core.escape import plain
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.guards import is_archival
from odoo_seed.core.plan_json import as_json
from odoo_seed.core.plan_lines import by_project
from odoo_seed.core.plan_news import freeze_words
from odoo_seed.core.report_plan import how
from odoo_seed.core.report_run import BLOCKED_ROWS, actions, failure_words, listed
from odoo_seed.core.values import same
from odoo_seed.core.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.plan import Change, KeptDrift, Plan
    from odoo_seed.core.rollback import Rollback
    from odoo_seed.core.runs import Run, RunItem

_AGAIN = "Nothing was changed. To do it, repeat the command with --yes."


def text(rollback: Rollback, run: Run | None) -> str:
    """What takes a run back; then how that went.

    Args:
        run: The rollback's own run; None while it is only planned.
    """
    return "\n".join(_lines(rollback, run))


def _lines(rollback: Rollback, run: Run | None) -> Iterator[str]:
    taken, plan = rollback.run, rollback.plan
    title = f"Rollback of {taken.verb} run {taken.run_id[:8]}"
    title += f" ({taken.started_at:%Y-%m-%d %H:%M} UTC, {taken.status})"
    title += f" on target {plain(taken.target)}"
    if run is None:
        yield f"{title}: {_counts(plan)}"
        yield from _warnings(plan)
    else:
        yield f"{title}: {run.status}: {actions(run.items)}"
        yield from outcome(run)
    for ref, told in by_project([_neutral(change) for change in plan.changes]).items():
        yield from ("", plain(ref), *(f"  {line}" for line in told))
    yield ""
    yield from listed(f"Kept: {_kept_words(item, plan)}" for item in plan.kept)
    yield from listed(
        f"Not taken back: {item.kind} {plain(item.external_ref)}: {plain(item.message, 300)}"
        for item in plan.left_alone
    )
    if plan.kept or plan.left_alone:
        yield "What was changed since is kept unless --force is given."
    if run is not None:
        yield from filter(None, (git_note(rollback), f"Run {run.run_id}"))
    elif plan.empty:
        yield "There is nothing to take back."
    else:
        yield from filter(None, (git_note(rollback), f"Checksum {plan.checksum}", _AGAIN))


def git_note(rollback: Rollback) -> str:
    """That git still wants what is taken back from Odoo; empty where it does not."""
    if rollback.run.verb != "seed" or rollback.plan.empty:
        return ""
    commit = f" {plain(rollback.run.commit[:12])}" if rollback.run.commit else ""
    return (
        f"Git still wants what the run had written: revert that commit{commit} too, or "
        "`odoo-seed stop`, else the next seed writes it again (`odoo-seed plan` shows it)."
    )


def outcome(run: Run) -> Iterator[str]:
    """What went wrong, record by record."""
    if run.error:
        yield f"  ERROR {plain(run.error, 600)}"
    failed = [item for item in run.items if item.action == "failed"]
    blocked = [item for item in run.items if item.action == "blocked"]
    yield from listed(f"  FAILED {failure_words(item)}" for item in failed)
    yield from listed((f"  BLOCKED {failure_words(item)}" for item in blocked), BLOCKED_ROWS)


def _counts(plan: Plan) -> str:
    archived = sum(is_archival(change) for change in plan.changes)
    told = f"{len(plan.changes) - archived} to put back, {archived} to archive"
    return f"{count(len(plan.refusals), 'problem')}, {told}" if plan.refusals else told


def _warnings(plan: Plan) -> Iterator[str]:
    if plan.freeze:
        yield f"  FREEZE {freeze_words(plan)}"
    for trip in plan.guards:
        yield f"  GUARD {trip.guard}: {plain(trip.message, 600)}{how(plan, trip)}"
    for refusal in plan.refusals:
        record = f"{refusal.kind} {plain(refusal.external_ref)}"
        remedy = f" → {plain(refusal.remedy, 300)}" if refusal.remedy else ""
        yield f"  ERROR {record}: {plain(refusal.message, 300)}{remedy}"


def _neutral(change: Change) -> Change:
    """The change without the words of a seed: nothing here comes from git."""
    fields = tuple(replace(item, cause="git", news=None) for item in change.fields)
    forced = any(item.cause == "conflict" for item in change.fields)
    note = "; ".join(filter(None, (change.note, "changed since, forced" if forced else "")))
    return replace(change, action="update", fields=fields, note=note)


def _kept_words(item: KeptDrift, plan: Plan) -> str:
    change, record = item.change, f"{item.kind} {plain(item.external_ref)} “{plain(item.name, 70)}”"
    would = plain(say(item.kind, change), 300)
    field = BY_KIND[item.kind][change.name]
    if change.cause != "conflict":
        return f"{record}: {field.label} belongs to the people in Odoo now (policy.yaml)"
    live = plan.live.records.get((item.kind, item.external_ref)) if plan.live else None
    if same(field, change.applied, change.old):
        who = "by a later run"
    elif live and live.written_by and live.written_at:
        who = f"in Odoo, last written by {plain(live.written_by)} at {live.written_at} UTC"
    else:
        who = "in Odoo"
    return f"{record}: {field.label} was changed {who}; with --force: {would}"


def rollback_json(rollback: Rollback, run: Run | None) -> dict[str, Any]:
    """As `schemas/rollback.schema.json` describes it."""
    return {
        **_head(rollback.plan, run),
        "reverses": rollback.run.run_id,
        "git_still_wants_it": bool(git_note(rollback)),
        "plan": as_json(rollback.plan),
        "items": _items(run.items if run else ()),
    }


def _head(plan: Plan, run: Run | None) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "ok": not (plan.refusals or plan.guards) if run is None else run.status == "success",
        "target": plan.target,
        "written": run is not None,
        "run_id": run.run_id if run else None,
        "status": run.status if run else None,
        "error": run.error if run else None,
    }


def _items(items: Sequence[RunItem]) -> list[dict[str, Any]]:
    return [
        {
            "action": item.action,
            "kind": item.kind,
            "external_ref": item.external_ref,
            "odoo_id": item.odoo_id,
            "error": item.error,
        }
        for item in items
    ]


def clearing_text(plan: Plan, run: Run | None) -> str:
    """What `clear-refs` would take, or took."""
    number = clearing.counts(plan)
    told = f"{count(number['project'], 'project')} and {count(number['task'], 'task')}"
    where = f"target {plain(plan.target)}"
    if not plan.changes:
        return f"No record of {where} bears an x_external_ref."
    if run is None:
        lines = [f"Would clear x_external_ref of {told} in {where}; the records stay as they are."]
        if plan.freeze:
            lines.append(f"  FREEZE {freeze_words(plan)}")
        lines += [
            "The target is stopped then, since a seed would take its records for new ones.",
            _AGAIN,
        ]
        return "\n".join(lines)
    lines = [
        f"Cleared x_external_ref in {where}: {run.status}: {actions(run.items)}",
        *outcome(run),
    ]
    lines.append(f"Seeding of the target is stopped. To undo: odoo-seed rollback {run.run_id[:8]}")
    return "\n".join([*lines, f"Run {run.run_id}"])


def clearing_json(plan: Plan, run: Run | None) -> dict[str, Any]:
    """As `schemas/clear_refs.schema.json` describes it."""
    return {
        **_head(plan, run),
        "counts": clearing.counts(plan),
        "checksum": plan.checksum,
        "items": _items(run.items if run else ()),
    }
