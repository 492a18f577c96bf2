"""What left git, and what git never had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.plan import Change, FieldChange, Orphan, Refusal
from odoo_seed.core.scope import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.live import Live
    from odoo_seed.core.scope import Scope

_ARCHIVE = FieldChange("is_active", old=True, new=False, applied=True, cause="git")


def removals(scope: Scope, live: Live) -> Iterator[Change | Refusal]:
    """Records that we wrote, that git no longer has and that are still active in Odoo."""
    guarded = _with_protected(scope, live)
    for key in scope.gone():
        applied, found = scope.applied[key], live.records.get(key)
        if found is None or not found.values.get("is_active"):
            continue  # also milestones, which Odoo cannot archive
        if not applied.values.get("is_active") or found.left_alone:
            continue  # archived before and taken back by people, or theirs by policy
        name = str(found.values["name"])
        if applied.values.get("protected") or (key[0] == "project" and key[1] in guarded):
            what = "is protected" if applied.values.get("protected") else "has protected tasks"
            yield Refusal(
                *key,
                f"“{name}” {what} and was removed from the YAML",
                "put it back, merge `protected: false` first, then remove it",
            )
            continue
        yield Change(
            "archive",
            *key,
            project_of(applied),
            name,
            fields=(_ARCHIVE,),
            odoo_id=found.odoo_id,
            state=found.state,
            written_by=found.written_by,
            written_at=found.written_at,
        )


def _with_protected(scope: Scope, live: Live) -> set[str]:
    """Projects that archiving would take protected tasks with (project_project.py, write)."""
    return {
        project_of(record)
        for key, record in scope.applied.items()
        if record.values.get("protected")
        and (found := live.records.get(key))
        and found.values.get("is_active")
    }


def orphans(scope: Scope, live: Live) -> Iterator[Orphan]:
    """Refs in Odoo that git does not have and that this plan does not archive."""
    seeded = (
        {("project", ref) for ref in scope.index.projects}
        | {("task", ref) for ref in scope.index.tasks}
        | {("milestone", ref) for ref in scope.index.milestones}
    )
    for key, record in live.records.items():
        if key in seeded or not record.values.get("is_active", True):
            continue
        last = scope.applied.get(key)
        if last is None or not last.values.get("is_active"):
            yield Orphan(*key, str(record.values["name"]), record.odoo_id)
