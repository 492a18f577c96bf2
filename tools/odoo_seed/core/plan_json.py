"""A plan for programs, as `schemas/plan.schema.json` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core import moves, report_rehearsal
from odoo_seed.core.words import say

if TYPE_CHECKING:
    from odoo_seed.core.model import Stage
    from odoo_seed.core.plan import Change, FieldChange, Plan


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as `schemas/plan.schema.json` describes it."""
    return {
        "schema_version": 1,
        "target": plan.target,
        "checksum": plan.checksum,
        "seed_checksum": plan.seed_checksum,
        "projects": None if plan.only is None else list(plan.only),
        "empty": plan.empty,
        "unchanged": dict(plan.unchanged),
        "changes": [_change_json(change) for change in plan.changes],
        "new_tags": list(plan.new_tags),
        "new_stages": [
            _stage_json(item.project_ref, item.stage, item.sequence) for item in plan.new_stages
        ],
        "changed_stages": [
            _stage_json(item.project_ref, item.stage, item.sequence) for item in plan.changed_stages
        ],
        **warnings(plan),
        "not_looked_at": list(plan.not_looked_at),
        "refusals": [
            {
                "kind": refusal.kind,
                "external_ref": refusal.external_ref,
                "message": refusal.message,
                "remedy": refusal.remedy,
                "source": str(refusal.source) if refusal.source else None,
            }
            for refusal in (*plan.refusals, *plan.blocked)
        ],
        "orphans": [
            {"kind": item.kind, "external_ref": item.external_ref, "odoo_id": item.odoo_id}
            for item in plan.orphans
        ],
        "left_alone": [
            {"kind": item.kind, "external_ref": item.external_ref, "message": item.message}
            for item in plan.left_alone
        ],
        "elsewhere": [
            {"external_ref": ref, "place": place} for ref, place in sorted(plan.elsewhere.items())
        ],
        "kept": [
            {"kind": item.kind, "external_ref": item.external_ref, "field": item.change.name}
            for item in plan.kept
        ],
        **plan.news.as_json(),
        "freeze": plan.freeze.as_json() if plan.freeze else None,
        "rehearsal": report_rehearsal.as_json(plan.rehearsal),
    }


def warnings(plan: Plan) -> dict[str, Any]:
    """What a comparison tells as well: guards, why dates move, what is closed, likely renames."""
    return {
        "calendar_moves": moves.as_json(plan.moves),
        "closed_periods": [
            {
                "external_ref": item.external_ref,
                "instance": item.instance,
                "why": item.why,
                "differing": item.differing,
            }
            for item in plan.closed
        ],
        "guards": [
            {"guard": trip.guard, "message": trip.message, "setting": trip.setting}
            for trip in plan.guards
        ],
        "unprotected": [{"kind": kind, "external_ref": ref} for kind, ref in plan.unprotected],
        "likely_renames": [
            {
                "kind": item.kind,
                "old_ref": item.old_ref,
                "new_ref": item.new_ref,
                "name": item.name,
                "source": str(item.source) if item.source else None,
            }
            for item in plan.likely_renames
        ],
    }


def _stage_json(project_ref: str, stage: Stage, sequence: int) -> dict[str, Any]:
    return {
        "project_external_ref": project_ref,
        "name": stage.name,
        "fold": stage.fold,
        "sequence": sequence,
    }


def change(item: Change) -> dict[str, Any]:
    """A change as a comparison tells it, which knows neither Odoo nor what was applied."""
    return {
        "action": item.action,
        "kind": item.kind,
        "external_ref": item.external_ref,
        "project_external_ref": item.project_ref,
        "name": item.name,
        "source": str(item.source) if item.source else None,
        "fields": [_field(item, field) for field in item.fields],
    }


def _field(item: Change, field: FieldChange) -> dict[str, Any]:
    return {
        "field": field.name,
        "old": field.old,
        "new": field.new,
        "news": field.news,
        "words": say(item.kind, field) if item.action != "create" else None,
    }


def _change_json(item: Change) -> dict[str, Any]:
    return {
        **change(item),
        "odoo_id": item.odoo_id,
        "note": item.note,
        "written_by": item.written_by,
        "written_at": item.written_at,
        "fields": [
            {**_field(item, field), "applied": field.applied, "cause": field.cause}
            for field in item.fields
        ],
    }
