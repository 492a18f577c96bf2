"""What left git, and what git never had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.plan import Change, FieldChange, Orphan
from odoo_seed.core.scope import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.live import Key, Live, LiveRecord
    from odoo_seed.core.scope import Scope

_ARCHIVE = FieldChange("is_active", old=True, new=False, applied=True, cause="git")


def removals(scope: Scope, live: Live) -> Iterator[Change]:
    """Records that we wrote, that git no longer has and that are still active in Odoo."""
    for key in scope.gone():
        applied, found = scope.applied[key], live.records.get(key)
        if found is None or not found.values.get("is_active"):
            continue  # also milestones, which Odoo cannot archive
        if not applied.values.get("is_active") or found.left_alone:
            continue  # archived before and taken back by people, or theirs by policy
        yield Change(
            "archive",
            *key,
            project_of(applied),
            str(found.values["name"]),
            fields=(_ARCHIVE,),
            odoo_id=found.odoo_id,
            state=found.state,
            written_by=found.written_by,
            written_at=found.written_at,
        )


def orphans(scope: Scope, live: Live) -> Iterator[Orphan]:
    """Refs in Odoo that git does not have and that this plan does not archive."""
    seeded = (
        {("project", ref) for ref in scope.index.projects}
        | {("task", ref) for ref in scope.index.tasks}
        | {("milestone", ref) for ref in scope.index.milestones}
    )
    archived = {key for key in scope.gone() if key in live.records}
    for key, record in live.records.items():
        if key in seeded or not is_in_sight(record, live.records):
            continue
        if key[0] == "milestone" and ("project", project_of(record)) in archived:
            continue  # it goes out of sight with its project
        last = scope.applied.get(key)
        if last is None or not last.values.get("is_active"):
            yield Orphan(*key, str(record.values["name"]), record.odoo_id)


def is_in_sight(record: LiveRecord, records: Mapping[Key, LiveRecord]) -> bool:
    """Whether Odoo's users see a record: a milestone, which has no archive, with its project."""
    if record.kind == "milestone":
        project = records.get(("project", project_of(record)))
        return project is not None and bool(project.values.get("is_active"))
    return bool(record.values.get("is_active"))
