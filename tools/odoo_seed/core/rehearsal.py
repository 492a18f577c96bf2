"""What of a plan Odoo can try and take back, in sheets; and what it said of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Change, Refusal

STAND_IN = "their own project, which is new too: a stand-in with its company and visibility served"
MOVE = "the move to another project: it would tell that project's followers"
STAGE_MOVE = "the move to another stage: it can send mail to customers"
NEW_STAGE = "the stage, which is new too"
NEW_MILESTONE = "the milestone, which is new too"
LINK = "a dependency or parent that is not within the same dry run"
TAG = "a new tag whose name holds a comma"
BOARD = "new and changed stages"
WAITS = "records that need one Odoo objects to"
TOO_MANY = "the rest, since there were so many objections"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One record as Odoo is to try it.

    Attributes:
        values: Canonical values; what they name is in Odoo, or made by name (see Sheet).
        links: By field, the refs of earlier attempts of the same sheet.
    """

    change: Change
    values: Mapping[str, Value]
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Records of one kind that Odoo tries together, all creates or all updates of the same fields.

    Attributes:
        stand_in: For records of new projects: what the projects that stand in for them are given.
        new_tags: Whether tags go by name, since some are new.
    """

    kind: Kind
    attempts: tuple[Attempt, ...]
    stand_in: Mapping[str, Value] | None = None
    new_tags: bool = False

    def only(self, attempts: Iterable[Attempt]) -> Sheet:
        """Return the same with fewer records."""
        return replace(self, attempts=tuple(attempts))


@dataclass(frozen=True, slots=True)
class Complaint:
    """What Odoo said of one record of a sheet.

    Attributes:
        about_stand_in: Whether it is no fault of the record: its project had no stand-in.
    """

    external_ref: str
    message: str
    about_stand_in: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not tried, in words, and of which records."""

    what: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What Odoo said when it tried a plan.

    Attributes:
        tried: Number of records that Odoo accepted or objected to.
    """

    tried: int
    objections: tuple[Refusal, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Notes:
    """Collects what is left out, in the order in which it is met."""

    def __init__(self) -> None:
        self._refs: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def add(self, what: str, *refs: str) -> None:
        """Note that something is left out."""
        self._refs[what].update(dict.fromkeys(refs))

    def all(self) -> tuple[LeftOut, ...]:
        """Return everything noted."""
        return tuple(LeftOut(what, tuple(refs)) for what, refs in self._refs.items())
