"""Loads and runs as text and JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import plain
from odoo_seed.core.plan_lines import elsewhere_lines
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from odoo_seed.core.freeze import FreezeOverride
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.runs import LoadResult, Run, RunItem

ROWS = 50
"""So many records of one sort are named; JSON has them all."""
BLOCKED_ROWS = 5
"""What waits for a failure needs no words of its own; so many show which are meant."""
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
    if run.override:
        lines.append(f"  {override_words(run.override)}")
    if run.error:
        lines.append(f"  ERROR {plain(run.error, 600)}")
    failed = [item for item in run.items if item.action == "failed"]
    blocked = [item for item in run.items if item.action == "blocked"]
    lines += listed(f"  FAILED {failure_words(item)}" for item in failed)
    lines += listed((f"  BLOCKED {failure_words(item)}" for item in blocked), BLOCKED_ROWS)
    lines += [f"  {line}" for line in elsewhere_lines(result.plan)]
    lines.append(f"Run {run.run_id}")
    return "\n".join(lines)


def override_words(override: FreezeOverride) -> str:
    """In which freeze a run went on, and why; without markup."""
    return f"In the freeze “{plain(override.window)}”, because: {plain(override.reason, 500)}"


def listed(lines: Iterable[str], most: int = ROWS, margin: str = "  ") -> list[str]:
    """The lines; of a great many only the first and the number of the others."""
    found = list(lines)
    left = len(found) - most
    return found if left <= 0 else [*found[:most], f"{margin}… and {left} more"]


def failure_words(item: RunItem) -> str:
    """Where the record stands in git, what it is, and why it was not written."""
    where = f"{plain(item.source, 300)}: " if item.source else ""
    return f"{where}{item.kind} {plain(item.external_ref)}: {plain(item.error, 600)}"


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
        "freeze_override": run.override.as_json() if run.override else None,
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
