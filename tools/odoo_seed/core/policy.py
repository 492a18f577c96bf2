"""policy.yaml: who owns which field, what a plan may do, and when nothing is seeded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from odoo_seed.core.freeze import Freeze

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.model import Source

Owner = Literal["git", "initial", "odoo"]
OWNERS: tuple[Owner, ...] = ("git", "initial", "odoo")


DEFAULT_TIME_ZONE = "Asia/Manila"

DEFAULT_INITIAL: frozenset[tuple[str, str]] = frozenset(
    {("task", "stage_name"), ("task", "sequence")}
)
"""Fields written at creation only: teams move their own cards."""


@dataclass(frozen=True, slots=True)
class Guards:
    """Limits above which a plan is refused.

    Attributes:
        max_archive_share: Largest share (0 to 1) of the managed records one plan may archive.
        max_archive_count: Largest number of records one plan may archive.
        min_records: With fewer managed records than this, the share is not looked at.
        max_archive_with_work: Largest number of archived records that carry people's timesheets,
            attachments or messages.
        max_taken_along: Largest number of people's own open tasks that archived projects take
            with them.
        max_company_moves: Largest number of projects that one plan may give to another company.
        max_ambiguous_refs: Largest number of refs that stand on several records in Odoo.
    """

    max_archive_share: float = 0.25
    max_archive_count: int = 20
    min_records: int = 10
    max_archive_with_work: int = 0
    max_taken_along: int = 0
    max_company_moves: int = 0
    max_ambiguous_refs: int = 0


@dataclass(frozen=True, slots=True)
class Workload:
    """What a person's day holds, for `calendar`.

    Attributes:
        max_hours_per_day: Hours; more planned hours than these on one day are an overload.
        hours_without_estimate: Hours that a task counts whose planned_hours are not said.
    """

    max_hours_per_day: float = 8.0
    hours_without_estimate: float = 1.0


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """What is otherwise in one target.

    Attributes:
        ownership: Owners there, by kind and field; programs and projects still go over them.
        guards: Limits there, by name.
        freeze: Instead of the whole seed's; None: the same.
    """

    ownership: Mapping[str, Mapping[str, Owner]] = field(default_factory=dict)
    guards: Mapping[str, Any] = field(default_factory=dict)
    freeze: Freeze | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of this seed.

    Attributes:
        time_zone: IANA name; a bare date is a day in this zone.
        ownership: Owner by kind and field; what is not named has its default. See `Ownership`.
        guards: Limits of one plan.
        programs: Ownership of their own, by program slug.
        projects: Ownership of their own, by project ref.
        freeze: Days on which nothing is seeded.
        workload: What a person's day holds.
        targets: What is otherwise in one target, by its name.
    """

    time_zone: str = DEFAULT_TIME_ZONE
    ownership: Mapping[str, Mapping[str, Owner]] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)
    programs: Mapping[str, Mapping[str, Mapping[str, Owner]]] = field(default_factory=dict)
    projects: Mapping[str, Mapping[str, Mapping[str, Owner]]] = field(default_factory=dict)
    freeze: Freeze = field(default_factory=Freeze)
    workload: Workload = field(default_factory=Workload)
    targets: Mapping[str, TargetPolicy] = field(default_factory=dict)
    source: Source | None = field(default=None, compare=False)

    def of_target(self, target: str) -> Policy:
        """Return the policy as it is in one target."""
        other = self.targets.get(target)
        if other is None:
            return self
        ownership = {
            kind: {**self.ownership.get(kind, {}), **other.ownership.get(kind, {})}
            for kind in {*self.ownership, *other.ownership}
        }
        return replace(
            self,
            ownership=ownership,
            guards=replace(self.guards, **other.guards),
            freeze=self.freeze if other.freeze is None else other.freeze,
        )
