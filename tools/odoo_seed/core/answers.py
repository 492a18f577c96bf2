"""What whoever asked for a run is told: the pattern document's shape, or a problem (RFC 9457).

The shape is that of the document's "Response", and nothing besides when all went well; `error` and
`failures` tell what did not, `verification` what shadow, both and drift found.
schemas/run_answer.schema.json describes both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core import freeze
from odoo_seed.core.escape import plain
from odoo_seed.core.guards import allow_options, by_operator, way_past
from odoo_seed.core.report_run import seed_json
from odoo_seed.core.report_verify import verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from odoo_seed.core.live import Shadow
    from odoo_seed.core.plan import Action, Plan
    from odoo_seed.core.report_run import SeedResult
    from odoo_seed.core.runs import Run, RunItem
    from odoo_seed.core.verify import Verification
    from odoo_seed.errors import OdooSeedError

ORDER = (
    "type", "title", "ok", "id", "run_id", "status", "detail", "projects_synced", "tasks_synced",
    "results", "projects", "kind", "external_ref", "odoo_id", "action", "target", "error",
    "failures", "verification", "verdict", "words", "missing", "drift", "orphan", "remedy",
    "holder", "since", "created_at", "finished_at", "http_status", "answer",
)  # fmt: skip
"""The order of the keys that is told: the pattern document's. jsonb forgets any."""

_DONE: Mapping[Action, str] = {"create": "created", "update": "updated", "archive": "archived"}
_FINDINGS = ("missing", "drift", "orphan")


def problem(http_status: int, title: str, detail: str, **more: Any) -> dict[str, Any]:
    """A body of application/problem+json; SQL's `odoo_seed.problem` makes the same."""
    told = {"type": "about:blank", "title": title, "status": http_status, "detail": detail}
    return {**told, **more}


def in_order(told: Any) -> Any:
    """The same JSON, with the keys of its objects in `ORDER`; others behind them, by name."""
    if isinstance(told, list):
        return [in_order(one) for one in told]
    if not isinstance(told, dict):
        return told
    names = [name for name in ORDER if name in told] + sorted(told.keys() - set(ORDER))
    return {name: in_order(told[name]) for name in names}


def error_problem(
    http_status: int, title: str, error: OdooSeedError, request_id: str
) -> dict[str, Any]:
    """What ended a run before it had an outcome, with what can be done about it."""
    remedy = {"remedy": error.remedy} if error.remedy else {}
    return problem(http_status, title, error.told, run_id=request_id, **remedy)


def tried_again(told: Mapping[str, Any], request_id: str, seconds: float) -> dict[str, Any]:
    """What ended one try, told until the next one."""
    remedy = (
        f"It is tried again in {seconds:g} seconds. Ask again with the same Idempotency-Key, or "
        "for the run by its run_id."
    )
    return {**told, "run_id": request_id, "remedy": remedy}


def seeded(result: SeedResult, verification: Verification | None = None) -> dict[str, Any]:
    """The answer of a seed; with a verification that of seed, shadow and verify in one go."""
    told = seed_json(result)
    items = result.run.items
    projects = [_row(row) for row in told["results"]["projects"]]
    return _shape(
        result.run.run_id,
        result.run.status,
        (projects, told["projects_synced"], told["tasks_synced"]),
        ok=told["ok"] and (verification is None or verification.verdict == "agrees"),
        error=result.run.error,
        failures=[_failure(item) for item in items if item.action in {"failed", "blocked"}],
        verification=verification,
    )


def shadowed(
    run: Run, shadow: Shadow, found: Verification, *, drift_fails: bool = False
) -> dict[str, Any]:
    """The answer of a shadow: what was mirrored, and whether it is what git says.

    Args:
        drift_fails: A difference makes `ok` false, as whoever watches for drift wants it.
    """
    findings = {item.external_ref: item for item in found.findings if item.kind == "project"}
    rows = [
        {
            "external_ref": record.external_ref,
            "odoo_id": record.odoo_id,
            "action": findings[record.external_ref].action
            if record.external_ref in findings
            else "unchanged",
        }
        for record in shadow.records.values()
        if record.kind == "project"
    ]
    seen = {row["external_ref"] for row in rows}
    rows += [
        {"external_ref": item.external_ref, "odoo_id": item.odoo_id, "action": item.action}
        for item in findings.values()
        if item.external_ref not in seen
    ]
    mirrored = [record.kind for record in shadow.records.values()]
    return _shape(
        run.run_id,
        run.status,
        (rows, mirrored.count("project"), mirrored.count("task")),
        ok=run.status == "success" and not (drift_fails and found.verdict != "agrees"),
        error=run.error,
        verification=found,
    )


def planned(plan: Plan, request_id: str) -> dict[str, Any]:
    """The answer of a dry run: what a seed would do, as if it had been done."""
    refused = [*plan.refusals, *plan.blocked]
    changes = {change.key: change for change in plan.changes}
    live = plan.live.records if plan.live else {}
    rows = [
        {"external_ref": change.external_ref, "odoo_id": change.odoo_id,
         "action": _DONE[change.action]}
        for change in plan.changes
        if change.kind == "project"
    ]  # fmt: skip
    rows += [
        {"external_ref": item.external_ref, "odoo_id": None, "action": "failed"}
        for item in refused
        if item.kind == "project"
    ]
    rows += [
        {"external_ref": key[1], "odoo_id": live[key].odoo_id, "action": "unchanged"}
        for key in plan.wanted
        if key[0] == "project" and key not in changes and key in live
    ]
    stops = list(_stops(plan))
    tasks = {key for key in plan.wanted if key[0] == "task" and (key in changes or key in live)}
    tasks |= {key for key in changes if key[0] == "task"}
    return _shape(
        request_id,
        "planned",
        (rows, sum(row["action"] != "failed" for row in rows), len(tasks)),
        ok=not (refused or stops),
        error=" ".join(stops) or None,
        failures=[
            {"kind": item.kind, "external_ref": item.external_ref, "error": item.message}
            for item in refused
        ],
    )


def _stops(plan: Plan) -> Iterator[str]:
    """Why a seed would write nothing, and what can be done about it."""

    def once(options: str) -> str:
        return by_operator(options, plan.target, plan.only)

    if plan.guards:
        yield from (f"Guard {trip.guard}: {trip.message}" for trip in plan.guards)
        yield f"{way_past(plan.guards, once(allow_options(plan, plan.guards)))}."
    if plan.freeze:
        yield f"Freeze: “{plain(plan.freeze.name)}” is on {plan.freeze.end}."
        yield f"{freeze.way_past(once(freeze.FREEZE_OPTION))}."


def _shape(
    run_id: str,
    status: str,
    synced: tuple[Sequence[Mapping[str, Any]], int, int],
    *,
    ok: bool,
    error: str | None = None,
    failures: Iterable[Mapping[str, Any]] = (),
    verification: Verification | None = None,
) -> dict[str, Any]:
    projects, projects_synced, tasks_synced = synced
    told: dict[str, Any] = {
        "ok": ok,
        "run_id": run_id,
        "status": status,
        "projects_synced": projects_synced,
        "tasks_synced": tasks_synced,
        "results": {"projects": list(projects)},
    }
    if error:
        told["error"] = error
    if listed := list(failures):
        told["failures"] = listed
    if verification is not None:
        counts = {action: verification.count(action) for action in _FINDINGS}
        words = verdict(verification)
        told["verification"] = {"verdict": verification.verdict, "words": words, **counts}
    return told


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("external_ref", "odoo_id", "action")}


def _failure(item: RunItem) -> dict[str, Any]:
    return {"kind": item.kind, "external_ref": item.external_ref, "error": item.error}
