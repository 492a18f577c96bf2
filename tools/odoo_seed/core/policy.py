"""policy.yaml: who owns which field, and in which time zone a day is a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """

    max_archive_share: float = 0.25
    max_archive_count: int = 20
    min_records: int = 10


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of this seed.

    Attributes:
        time_zone: IANA name; a bare date is a day in this zone.
        ownership: Owner by kind and field; what is not named has its default.
        guards: Limits of one plan.
    """

    time_zone: str = DEFAULT_TIME_ZONE
    ownership: Mapping[str, Mapping[str, Owner]] = field(default_factory=dict)
    guards: Guards = field(default_factory=Guards)

    def owner(self, kind: str, field_name: str) -> Owner:
        """Who owns this field of this kind."""
        named = self.ownership.get(kind, {}).get(field_name)
        if named is not None:
            return named
        return "initial" if (kind, field_name) in DEFAULT_INITIAL else "git"
