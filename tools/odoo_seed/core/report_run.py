"""Runs, loads and verifications as text, Markdown and JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import code, plain, prose
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.plan import FieldChange
from odoo_seed.core.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.plan import Plan
    from odoo_seed.core.runs import LoadResult, Run, RunItem
    from odoo_seed.core.verify import Verification

_ROWS = 50
_ACTIONS = ("created", "updated", "archived", "failed", "blocked")


@dataclass(frozen=True, slots=True)
class SeedResult:
    """What `seed` did: the run with its items, and the plan it applied."""

    run: Run
    plan: Plan


def load_text(result: LoadResult) -> str:
    """What a load did, a line per kind."""
    lines = [
        f"{kind + 's':<11} {done.created:>5} created {done.updated:>5} updated "
        f"{done.unchanged:>5} unchanged {done.removed:>5} removed"
        for kind, done in result.items()
    ]
    return "\n".join(lines)


def load_json(result: LoadResult) -> dict[str, Any]:
    """As `schemas/load.schema.json` describes it."""
    kinds = {
        kind: {
            "created": done.created,
            "updated": done.updated,
            "unchanged": done.unchanged,
            "removed": done.removed,
        }
        for kind, done in result.items()
    }
    return {"schema_version": 1, "ok": True, "kinds": kinds}


def actions(items: Sequence[RunItem]) -> str:
    """``3 created, 1 failed``; "nothing to do" when there are none."""
    done: Counter[str] = Counter(item.action for item in items)
    told = [f"{done[action]} {action}" for action in _ACTIONS if done[action]]
    return ", ".join(told) or "nothing to do"


def seed_text(result: SeedResult) -> str:
    """What a seed did, failures named with file and line."""
    run = result.run
    lines = [f"Seed of target {plain(run.target)}: {run.status}: {actions(run.items)}"]
    if run.error:
        lines.append(f"  ERROR {plain(run.error, 400)}")
    lines += [f"  {line}" for line in _failures(run.items)]
    lines.append(f"Run {run.run_id}")
    return "\n".join(lines)


def _failures(items: Sequence[RunItem]) -> Iterator[str]:
    for item in items:
        if item.action in {"failed", "blocked"}:
            where = f"{plain(item.source)}: " if item.source else ""
            what = f"{item.kind} {plain(item.external_ref)}"
            yield f"{item.action.upper()} {where}{what}: {plain(item.error, 400)}"


def seed_json(result: SeedResult) -> dict[str, Any]:
    """The pattern document's answer of `seed-odoo-finance`; `schemas/seed_run.schema.json`."""
    run, plan = result.run, result.plan
    rows: dict[str, list[dict[str, Any]]] = {"project": [], "task": [], "milestone": []}
    done = {(item.kind, item.external_ref): item for item in run.items}
    for item in done.values():
        row: dict[str, Any] = {
            "external_ref": item.external_ref,
            "odoo_id": item.odoo_id,
            "action": item.action,
        }
        if item.error:
            row["error"] = item.error
        if item.error and item.source:
            row["source"] = str(item.source)
        rows[item.kind].append(row)
    for key in plan.wanted:
        if key not in done and plan.live and key in plan.live.records:
            odoo_id = plan.live.records[key].odoo_id
            rows[key[0]].append({"external_ref": key[1], "odoo_id": odoo_id, "action": "unchanged"})
    return {
        "schema_version": 1,
        "ok": run.status == "success",
        "run_id": run.run_id,
        "status": run.status,
        "projects_synced": _synced(rows["project"]),
        "tasks_synced": _synced(rows["task"]),
        "error": run.error,
        "checksum": plan.checksum,
        "results": {
            "projects": rows["project"],
            "milestones": rows["milestone"],
            "tasks": rows["task"],
        },
    }


def _synced(rows: Sequence[dict[str, Any]]) -> int:
    return sum(row["action"] not in {"failed", "blocked"} for row in rows)


def shadow_text(run: Run) -> str:
    """What was mirrored, one line."""
    told = ", ".join(count(number, what) for what, number in run.counts.items() if number)
    return f"Shadow of target {plain(run.target)}: {told or 'nothing in Odoo carries a ref'}"


def shadow_json(run: Run) -> dict[str, Any]:
    """As `schemas/shadow_run.schema.json` describes it."""
    return {
        "schema_version": 1,
        "ok": run.status == "success",
        "run_id": run.run_id,
        "status": run.status,
        "counts": dict(run.counts),
    }


def verify_text(found: Verification) -> str:
    """The verdict, then each finding."""
    lines = [f"Verification of target {plain(found.target)}: {verdict(found)}"]
    lines += [f"  {finding_words(item)}" for item in found.findings[:_ROWS]]
    if len(found.findings) > _ROWS:
        lines.append(f"  … and {len(found.findings) - _ROWS} more")
    return "\n".join(lines)


def verdict(found: Verification) -> str:
    """One line without markup."""
    if found.verdict == "stale":
        return f"cannot tell: {found.reason}"
    told = f"{found.agreeing} of {count(found.checked, 'record')} agree"
    names = {"missing": "missing in Odoo", "drift": "drifted", "orphan": "only in Odoo"}
    for action, words in names.items():
        if number := found.count(action):
            told += f", {number} {words}"
    if found.kept:
        told += f" ({count(found.kept, 'field')} left to the teams)"
    return told


def finding_words(item: RunItem) -> str:
    """One finding, in words, without markup."""
    where = f"{plain(item.source)}: " if item.source else ""
    title = f"{item.kind} {plain(item.external_ref)}"
    if item.action == "drift":
        return f"DRIFT {where}{title}: {plain('; '.join(drift_words(item)), 400)}"
    if item.action == "orphan":
        return f"ORPHAN {title} “{plain(item.error)}” (id {item.odoo_id}) is not in git"
    return f"MISSING {where}{title} {plain(item.error)}"


def drift_words(item: RunItem) -> Iterator[str]:
    """How each field of a drifted record reads in Odoo, against git."""
    for change in item.changes:
        if change.field in BY_KIND[item.kind]:
            found = FieldChange(change.field, change.old, change.new, change.old, "drift")
            yield f"git → Odoo: {say(item.kind, found)}"


def verify_json(found: Verification) -> dict[str, Any]:
    """As `schemas/verify.schema.json` describes it."""
    return {
        "schema_version": 1,
        "ok": found.verdict == "agrees",
        "target": found.target,
        "verdict": found.verdict,
        "reason": found.reason or None,
        "checked": found.checked,
        "agreeing": found.agreeing,
        "kept": found.kept,
        "findings": [
            {
                "action": item.action,
                "kind": item.kind,
                "external_ref": item.external_ref,
                "odoo_id": item.odoo_id,
                "source": str(item.source) if item.source else None,
                "fields": [
                    {"field": change.field, "git": change.old, "odoo": change.new}
                    for change in item.changes
                ],
            }
            for item in found.findings
        ],
    }


def verify_markdown(found: Verification) -> str:
    """The verdict first, then the findings."""
    mark = {"agrees": "✅", "differs": "⚠️", "stale": "❔"}[found.verdict]
    lines = [f"### {mark} odoo-seed: {prose(verdict(found))}", ""]
    lines += [f"- {code(finding_words(item))}" for item in found.findings[:_ROWS]]
    if len(found.findings) > _ROWS:
        lines.append(f"- … and {len(found.findings) - _ROWS} more")
    return "\n".join([*lines, ""])
