"""The plan: what will change in Odoo and why, in an order of its own, with a checksum."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.checksums import digest, without_ids
from odoo_seed.core.kept import KEPT
from odoo_seed.core.news import News

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.closing import ClosedPeriod
    from odoo_seed.core.fields import Value
    from odoo_seed.core.freeze import Frozen
    from odoo_seed.core.live import Key, Live
    from odoo_seed.core.model import Kind, Source, Stage
    from odoo_seed.core.moves import CalendarMove
    from odoo_seed.core.rehearsal import Rehearsal

Cause = Literal["git", "drift", "conflict"]
"""git: the seed changed. drift: Odoo changed. conflict: both did."""

Action = Literal["create", "update", "archive"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Attributes:
        old: The live value; None when the record is created.
        new: The value the seed wants, or the empty value where it no longer names the field.
        applied: What we wrote last; None when we never wrote it.
        news: new-field: the YAML names it for the first time. new-owner: git owns it now, and did
            not when the target was last seeded.
    """

    name: str
    old: Value
    new: Value
    applied: Value
    cause: Cause
    news: Literal["new-field", "new-owner"] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One record's change.

    Attributes:
        project_ref: The project the record belongs to (itself for a project).
        name: The record's name, for people.
        odoo_id: None for a create.
        state: The live task state, to be kept through the write.
        companions: Values that do not change but must be sent along, or Odoo changes them.
        note: What a reviewer should know besides, in words.
    """

    action: Action
    kind: Kind
    external_ref: str
    project_ref: str
    name: str
    fields: tuple[FieldChange, ...] = ()
    odoo_id: int | None = None
    state: str | None = None
    written_by: str | None = None
    written_at: str | None = None
    source: Source | None = None
    companions: Mapping[str, Value] = field(default_factory=dict)
    note: str = ""

    @property
    def key(self) -> Key:
        """Kind and ref."""
        return (self.kind, self.external_ref)

    @property
    def values(self) -> dict[str, Value]:
        """The new values by field."""
        return {change.name: change.new for change in self.fields}


@dataclass(frozen=True, slots=True)
class KeptDrift:
    """A field that differs and is left alone, because the policy gives it to Odoo's users."""

    kind: Kind
    external_ref: str
    name: str
    change: FieldChange


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that must not be written, with the reason in words."""

    kind: Kind
    external_ref: str
    message: str
    remedy: str = ""
    source: Source | None = None

    @property
    def key(self) -> Key:
        """Kind and ref."""
        return (self.kind, self.external_ref)


@dataclass(frozen=True, slots=True)
class Orphan:
    """A record in Odoo with a ref that the seed does not have and we never wrote."""

    kind: Kind
    external_ref: str
    name: str
    odoo_id: int


@dataclass(frozen=True, slots=True)
class GuardTrip:
    """A limit this plan goes beyond.

    Attributes:
        guard: Its name, as `--allow` takes it.
        setting: The key in policy.yaml that moves the limit; empty when there is none.
    """

    guard: str
    message: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class LikelyRename:
    """A record that would be archived and one that would be created, and that look alike.

    Attributes:
        old_ref: The ref that left git.
        source: Where the new record stands.
        project_ref: The project it is in.
        parent_ref: The task it is to be a subtask of.
    """

    kind: Kind
    old_ref: str
    new_ref: str
    name: str
    source: Source | None = None
    project_ref: str = ""
    parent_ref: str = ""


@dataclass(frozen=True, slots=True)
class StageToAdd:
    """A stage that a live project lacks."""

    project_ref: str
    stage: Stage
    sequence: int


@dataclass(frozen=True, slots=True)
class StageChange:
    """A stage of a live project whose place or fold git changed."""

    project_ref: str
    odoo_id: int
    stage: Stage
    sequence: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything a reviewer must know and an apply needs.

    Attributes:
        changes: Sorted by project, kind and ref.
        new_tags: Tag names that Odoo lacks.
        new_stages: Stages that live projects lack; new projects bring their own.
        changed_stages: Stages of live projects whose place or fold git changed.
        unchanged: Number of records that need nothing, by kind.
        wanted: By key, what the seed wants: becomes `applied` where it is in Odoo.
        remember: By key, what counts as applied once a change is written; None to derive it from
            `wanted`. A rollback gives it, since it does not bring the seed.
        left_alone: Records that differ but that people turned into something we do not touch.
        unprotected: Records that the seed no longer protects.
        likely_renames: What looks like a new ref for an old record.
        not_looked_at: What could not be read of the records that would be archived, in words.
        forget: Applied records that neither the seed nor Odoo has any more.
        only: Refs of the projects that were looked at; None for all.
        elsewhere: By project ref, where it is bound to, which is not this target.
        news: Fields that git names for the first time, and other owners.
        moves: Deadlines that move because the calendar did.
        closed: Closed periods that are not as git says; nothing of them is changed.
        freeze: The window that is on, in which this plan is not applied.
        live: The reading this plan was made from.
        rehearsal: What Odoo said when it tried this plan; None when it was not asked.
    """

    target: str
    changes: tuple[Change, ...]
    kept: tuple[KeptDrift, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    blocked: tuple[Refusal, ...] = ()
    left_alone: tuple[Refusal, ...] = ()
    guards: tuple[GuardTrip, ...] = ()
    new_tags: tuple[str, ...] = ()
    new_stages: tuple[StageToAdd, ...] = ()
    changed_stages: tuple[StageChange, ...] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)
    wanted: Mapping[Key, Mapping[str, Value]] = field(default_factory=dict, repr=False)
    unprotected: tuple[Key, ...] = ()
    likely_renames: tuple[LikelyRename, ...] = ()
    not_looked_at: tuple[str, ...] = ()
    remember: Mapping[Key, Mapping[str, Value]] | None = field(default=None, repr=False)
    forget: tuple[Key, ...] = ()
    only: tuple[str, ...] | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    news: News = field(default_factory=News)
    moves: tuple[CalendarMove, ...] = ()
    closed: tuple[ClosedPeriod, ...] = ()
    freeze: Frozen | None = None
    live: Live | None = field(default=None, repr=False)
    rehearsal: Rehearsal | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.changes or self.new_tags or self.new_stages or self.changed_stages)

    @property
    def objections(self) -> tuple[Refusal, ...]:
        """What Odoo objected to when it tried this plan."""
        return self.rehearsal.objections if self.rehearsal else ()

    @property
    def unsettled(self) -> bool:
        """Whether something must be settled before this plan can be applied as it is."""
        return bool(self.refusals or self.guards or self.objections)

    @property
    def checksum(self) -> str:
        """16 hex digits that depend on what would be written, and on nothing else.

        Not on the order of reading, the time, the machine or Odoo's ids.
        """
        content = (
            [
                change.action,
                change.kind,
                change.external_ref,
                [
                    [
                        item.name,
                        without_ids(item.name, item.old),
                        without_ids(item.name, item.new),
                    ]
                    for item in change.fields
                ],
            ]
            for change in sorted(self.changes, key=lambda change: (change.key, change.action))
        )
        boards = [
            sorted(self.new_tags),
            sorted(
                [item.project_ref, item.stage.name, item.stage.fold, item.sequence]
                for item in self.new_stages
            ),
            sorted(
                [item.project_ref, item.stage.name, item.stage.fold, item.sequence]
                for item in self.changed_stages
            ),
        ]
        told: list[object] = [self.target, content, boards]
        if self.unprotected:
            told.append(sorted(self.unprotected))
        return digest(told)

    @property
    def seed_checksum(self) -> str:
        """16 hex digits of what the seed wants, whatever Odoo holds and policy.yaml says."""
        return digest(
            [*key, sorted(item for item in self.wanted[key].items() if item[0] not in KEPT)]
            for key in sorted(self.wanted)
        )

    def count(self, action: Action) -> int:
        """How many records have this action."""
        return sum(change.action == action for change in self.changes)
