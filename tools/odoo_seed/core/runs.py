"""Runs: what a verb did, record by record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from odoo_seed.core.fields import Value
    from odoo_seed.core.freeze import FreezeOverride
    from odoo_seed.core.model import Kind, Source
    from odoo_seed.core.plan import Cause

Verb = Literal["load", "seed", "shadow", "verify", "rollback", "clear-refs", "adopt", "report"]
Status = Literal["running", "success", "partial", "failed"]
Action = Literal[
    "created",
    "updated",
    "archived",
    "unchanged",
    "failed",
    "blocked",
    "missing",
    "orphan",
    "drift",
    "left_alone",
]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One field's change as it was done or found, in canonical values.

    Attributes:
        old: Of a seed's item: what Odoo held before the write, None for a created record, so that
            writing it again takes the change back. Of a verify's: what the seed wants.
        new: What was written; of a verify's item what Odoo holds.
        cause: Why it was written or differs: git, drift or conflict.
        applied: What counted as applied before; None when nothing did.
    """

    field: str
    old: Value
    new: Value
    cause: Cause | None = None
    applied: Value = None


@dataclass(frozen=True, slots=True)
class RunItem:
    """The outcome of one record. `error` is in words, ready to be shown."""

    kind: Kind
    external_ref: str
    action: Action
    odoo_id: int | None = None
    changes: tuple[ItemChange, ...] = ()
    error: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One row of `odoo_seed.sync_runs` with its items.

    Attributes:
        run_id: A UUID as text.
        counts: Whole numbers by name, such as ``{"created": 3}``.
        trigger: ``cli``, ``github``, ``http``, ``worker``.
        commit: The git commit of the seed, when known.
        override: The freeze in which it ran all the same, and why.
        reverses: Of a rollback: the id of the run that it took back.
        cut_off: Odoo or the database went away before its end: another run goes on from there.
            Not kept.
    """

    run_id: str
    target: str
    verb: Verb
    status: Status
    started_at: datetime
    finished_at: datetime | None = None
    trigger: str = "cli"
    commit: str | None = None
    plan_checksum: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    items: Sequence[RunItem] = ()
    override: FreezeOverride | None = None
    reverses: str | None = None
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What `load` did to one kind of row."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


LoadResult = dict[str, LoadCounts]
"""By kind, in the order of `model.KINDS`."""
