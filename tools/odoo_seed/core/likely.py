"""Records that leave git while near-equal ones come: likely a new ref without `previous_refs`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from odoo_seed.core.plan import LikelyRename
from odoo_seed.core.removals import is_in_sight
from odoo_seed.core.scope import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.live import Live
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Change
    from odoo_seed.core.scope import Scope

_ALIKE = 0.8
"""So much of two names is the same. Of “VAT return June” and “VAT return July” it is more, so this
is a suggestion and no more."""

_COMPARISONS = 20_000
"""So many pairs of names are compared; a plan with more says nothing about the rest."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A record in Odoo that left git."""

    kind: Kind
    external_ref: str
    project_ref: str
    name: str


def leaving(scope: Scope, live: Live) -> list[Leaving]:
    """What left git while it is still in its users' sight, projects first."""
    found = [
        Leaving(*key, project_of(record), str(record.values["name"]))
        for key in scope.gone()
        if (record := live.records.get(key)) and is_in_sight(record, live.records)
    ]
    return sorted(found, key=lambda item: item.kind != "project")


def likely_renames(gone: Sequence[Leaving], changes: Sequence[Change]) -> Iterator[LikelyRename]:
    """Pair what leaves git with what would be created under a near-equal name.

    Tasks and milestones are paired within one project, or within two that are a pair themselves.
    """
    made: defaultdict[Kind, list[Change]] = defaultdict(list)
    for change in changes:
        if change.action == "create":
            made[change.kind].append(change)
    heirs: dict[str, str] = {}
    budget = _COMPARISONS
    for old in gone:
        home = heirs.get(old.project_ref, old.project_ref)
        candidates = [
            new for new in made[old.kind] if old.kind == "project" or new.project_ref == home
        ]
        budget -= len(candidates)
        if budget < 0:
            return
        likeness = {new.key: _likeness(old.name, new.name) for new in candidates}
        best = max(candidates, key=lambda new: likeness[new.key], default=None)
        if best is None or likeness[best.key] < _ALIKE:
            continue
        made[old.kind].remove(best)  # each new record replaces one old one
        if old.kind == "project":
            heirs[old.external_ref] = best.external_ref
        refs = (old.external_ref, best.external_ref)
        above = best.project_ref, str(best.values.get("parent_external_ref") or "")
        yield LikelyRename(old.kind, *refs, best.name, best.source, *above)


def _likeness(old: str, new: str) -> float:
    before, after = (" ".join(name.casefold().split())[:200] for name in (old, new))
    if before == after:
        return 1.0
    if _digits(before) != _digits(after):
        return 0.0
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < _ALIKE:
        return 0.0
    return matcher.ratio()


def _digits(name: str) -> str:
    """“Close June 2026” and “Close June 2027” are two things, not one renamed."""
    return "".join(char for char in name if char.isdigit())
