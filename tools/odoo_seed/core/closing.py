"""Periods that are closed: their records stay as they are in Odoo when the template changes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.live import CLOSED
from odoo_seed.core.plan import Change, FieldChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.live import Key, Live, LiveRecord
    from odoo_seed.core.scope import Scope
    from odoo_seed.core.values import SeedIndex

_KNOWN = ("name", "is_active", "project_external_ref", "parent_external_ref")
"""What is kept of a record that bears a new ref, when nobody knows what was applied."""

BY_YAML = "the YAML closes the period"
BY_TASKS = "all its tasks are done"


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A project of a closed period that is not as git says.

    Attributes:
        instance: Template, period and company, in words.
        why: Why the period counts as closed.
        differing: How many of its records differ from git, or are missing.
    """

    external_ref: str
    instance: str
    why: str
    differing: int


def closed_projects(index: SeedIndex, records: Mapping[Key, LiveRecord]) -> dict[str, str]:
    """Return why a period is closed, by the ref of its project.

    A period without tasks in Odoo is not done, it has not begun.

    Args:
        records: What Odoo holds, live or as mirrored.
    """
    made = [project for project in index.seed.projects if project.instance is not None]
    if not made:
        return {}
    states: defaultdict[str, set[bool]] = defaultdict(set)
    for (kind, _), record in records.items():
        if kind == "task" and record.values.get("is_active"):
            ref = str(record.values.get("project_external_ref") or "")
            states[ref].add(record.state in CLOSED)
    closed: dict[str, str] = {}
    for project in made:
        if project.instance and project.instance.closed:
            closed[project.external_ref] = BY_YAML
        elif states.get(project.external_ref) == {True}:
            closed[project.external_ref] = BY_TASKS
    return closed


def new_refs(
    closed: Mapping[str, str], found: Mapping[Key, str], scope: Scope, live: Live
) -> Iterator[Change]:
    """Yield the new refs of what is in closed periods: by these it is found, now and later.

    All else is left as it is, and counts as applied as it did before.

    Args:
        found: The refs that records bear in Odoo, by their keys.
        scope: Of the plan; the records join what it wants.
    """
    index = scope.index
    for key, old in found.items():
        record = index.projects[key[1]] if key[0] == "project" else index.tasks[key[1]]
        project_ref = getattr(record, "project_external_ref", record.external_ref)
        there = live.records[key]
        if project_ref not in closed or not scope.asks_for(project_ref) or there.left_alone:
            continue
        last = scope.applied.get(key)
        known = last.values if last else {name: there.values.get(name) for name in _KNOWN}
        scope.wanted[key] = known
        yield Change(
            "update",
            *key,
            project_ref,
            str(there.values["name"]),
            (FieldChange("external_ref", old=old, new=key[1], applied=old, cause="git"),),
            odoo_id=there.odoo_id,
            state=there.state,
            written_by=there.written_by,
            written_at=there.written_at,
            source=record.source,
        )
