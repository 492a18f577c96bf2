"""Who owns a field: project over program over the whole seed over the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.fields import FIELDS
from odoo_seed.core.policy import DEFAULT_INITIAL, OWNERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.policy import Owner, Policy
    from odoo_seed.core.values import SeedIndex

    Named = Mapping[str, Mapping[str, Owner]]

Owners = dict[tuple[str, str], "Owner"]
"""The owner of every field of one project's records, by kind and field."""

_DEFAULTS: Owners = {
    (field.kind, field.name): "initial" if (field.kind, field.name) in DEFAULT_INITIAL else "git"
    for field in FIELDS
}


class Ownership:
    """The policy's word on every field of every project."""

    def __init__(self, policy: Policy, index: SeedIndex) -> None:
        self._policy = policy
        self._index = index
        self._known: dict[str, Owners] = {}

    def of(self, project_ref: str) -> Owners:
        """Owners of the fields of a project, its milestones and its tasks."""
        known = self._known.get(project_ref)
        if known is None:
            known = self._known[project_ref] = self._settle(project_ref)
        return known

    def _settle(self, project_ref: str) -> Owners:
        policy = self._policy
        layers = [policy.projects.get(project_ref, {})]
        project = self._index.projects.get(project_ref)
        if project is not None:
            above = self._index.programs_above(project)
            layers += [policy.programs.get(program.slug, {}) for program in above]
        owners = dict(_DEFAULTS)
        for named in (policy.ownership, *reversed(layers)):
            owners |= _by_field(named)
        return owners


def _by_field(named: Named) -> Owners:
    return {(kind, name): owner for kind, fields in named.items() for name, owner in fields.items()}


def as_value(owners: Owners) -> tuple[str, ...]:
    """What is kept with an applied project: ``task.stage_name=initial``, for all but git's."""
    told = (f"{kind}.{name}={owner}" for (kind, name), owner in owners.items() if owner != "git")
    return tuple(sorted(told))


def from_value(kept: Value) -> Owners | None:
    """The owners that were kept with an applied project; None when none were."""
    if not isinstance(kept, tuple):
        return None
    owners: Owners = dict.fromkeys(_DEFAULTS, "git")
    for told in kept:
        field, _, name = told.partition("=")
        kind, _, field = field.partition(".")
        for owner in OWNERS:
            if owner == name and (kind, field) in owners:
                owners[kind, field] = owner
    return owners
