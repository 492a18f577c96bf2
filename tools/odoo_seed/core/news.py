"""What the seed says for the first time, and who owns what otherwise than at the last seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from odoo_seed.core.fields import FIELDS
from odoo_seed.core.kept import OWNERSHIP
from odoo_seed.core.ownership import from_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo_seed.core.live import AppliedRecord, Key
    from odoo_seed.core.model import Kind
    from odoo_seed.core.ownership import Owners
    from odoo_seed.core.plan import FieldChange
    from odoo_seed.core.policy import Owner
    from odoo_seed.core.scope import Scope


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """A field that has another owner than when the target was last seeded.

    Attributes:
        project_refs: Sorted; in these projects it changed.
    """

    kind: Kind
    field: str
    old: Owner
    new: Owner
    project_refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewField:
    """A field that the YAML names for the first time on records seeded before."""

    kind: Kind
    field: str
    records: int
    project_refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class News:
    """All of it, in the order of the fields.

    Attributes:
        projects: Number of projects that were looked at.
    """

    owner_changes: tuple[OwnerChange, ...] = ()
    new_fields: tuple[NewField, ...] = ()
    projects: int = field(default=0, compare=False)

    def as_json(self) -> dict[str, Any]:
        """As `schemas/plan.schema.json` describes both."""
        return {
            "owner_changes": [
                {
                    "kind": item.kind,
                    "field": item.field,
                    "old": item.old,
                    "new": item.new,
                    "projects": list(item.project_refs),
                }
                for item in self.owner_changes
            ],
            "new_fields": [
                {
                    "kind": item.kind,
                    "field": item.field,
                    "records": item.records,
                    "projects": list(item.project_refs),
                }
                for item in self.new_fields
            ],
        }


def owners_before(scope: Scope, project_ref: str) -> Owners | None:
    """Who owned a project's fields when it was last seeded; None when it never was."""
    last = scope.applied.get(("project", project_ref))
    return from_value(last.values.get(OWNERSHIP)) if last else None


def mark(
    fields: Iterable[FieldChange], last: AppliedRecord | None, scope: Scope, key: Key, project: str
) -> tuple[FieldChange, ...]:
    """Tell apart what git decides for the first time, or since policy.yaml changed."""
    if last is None:
        return tuple(fields)
    before = owners_before(scope, project) or {}
    marked = []
    for change in fields:
        news: Literal["new-field", "new-owner"] | None = None
        if before.get((key[0], change.name), "git") != "git":
            news = "new-owner"
        elif change.applied is None and change.name in scope.wanted[key]:
            news = "new-field"
        marked.append(replace(change, news=news))
    return tuple(marked)


def gather(scope: Scope) -> News:
    """Compare the scope with what was applied."""
    owners: defaultdict[tuple[Kind, str, Owner, Owner], list[str]] = defaultdict(list)
    named: defaultdict[tuple[Kind, str], Counter[str]] = defaultdict(Counter)
    projects = {ref for (kind, ref) in scope.wanted if kind == "project"}
    before = {ref: owners_before(scope, ref) for ref in projects}
    for ref in sorted(projects):
        now = scope.ownership.of(ref)
        for place, old in (before[ref] or {}).items():
            if now[place] != old:
                owners[*place, old, now[place]].append(ref)  # type: ignore[index]  # a Kind
    for key, wanted in scope.wanted.items():
        last = scope.applied.get(key)
        if last is None:
            continue
        ref = key[1] if key[0] == "project" else str(wanted["project_external_ref"])
        now, then = scope.ownership.of(ref), before.get(ref) or {}
        for name in wanted.keys() - last.values.keys():
            place = (key[0], name)
            if now.get(place, "odoo") != "odoo" and then.get(place) != "odoo":
                named[place][ref] += 1
    order = {(one.kind, one.name): number for number, one in enumerate(FIELDS)}
    return News(
        tuple(
            OwnerChange(*what, tuple(refs))
            for what, refs in sorted(owners.items(), key=lambda item: order[item[0][:2]])
        ),
        tuple(
            NewField(*what, by_project.total(), tuple(sorted(by_project)))
            for what, by_project in sorted(named.items(), key=lambda item: order[item[0]])
        ),
        len(projects),
    )
