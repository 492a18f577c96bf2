"""A verification summary for programs, as `schemas/summary.schema.json` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.summary import headline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.live import Key
    from odoo_seed.core.runs import Run
    from odoo_seed.core.summary import Summary


def as_json(summary: Summary) -> dict[str, Any]:
    """As `schemas/summary.schema.json` describes it."""
    return {
        "schema_version": 1,
        "ok": summary.ok,
        "target": summary.target,
        "headline": headline(summary),
        "seed": _run_json(summary.seed, summary.names),
        "verify": _run_json(summary.verify, summary.names),
    }


def _run_json(run: Run | None, names: Mapping[Key, str]) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "run_id": run.run_id,
        "status": run.status,
        "started_at": run.started_at.isoformat(),
        "commit": run.commit,
        "plan_checksum": run.plan_checksum,
        "counts": dict(run.counts),
        "error": run.error,
        "freeze_override": run.override.as_json() if run.override else None,
        "items": [
            {
                "action": item.action,
                "kind": item.kind,
                "external_ref": item.external_ref,
                "name": names.get((item.kind, item.external_ref)),
                "odoo_id": item.odoo_id,
                "error": item.error,
                "source": str(item.source) if item.source else None,
            }
            for item in run.items
        ],
    }
