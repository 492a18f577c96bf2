"""What Odoo holds now, and what we last wrote to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.model import Kind, Milestone

REVIEWED = frozenset({"02_changes_requested", "03_approved"})
CLOSED = frozenset({"1_done", "1_canceled"})
"""Task states (project_task.py) that people set and a sync must not lose."""

Key = tuple["Kind", str]
"""Kind and external ref."""


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """One project, milestone or task as Odoo holds it.

    Attributes:
        values: Canonical values of the managed fields.
        state: Odoo's task state, such as ``1_done``; None for other kinds.
        written_at: UTC, ``YYYY-MM-DD HH:MM:SS``; a hint, see facts on write_date.
        written_by: Display name of the user who last wrote it.
        left_alone: Why we must not write it, in words; empty when we may.
    """

    kind: Kind
    external_ref: str
    odoo_id: int
    values: Mapping[str, Value]
    state: str | None = None
    written_at: str | None = None
    written_by: str | None = None
    left_alone: str = ""


@dataclass(frozen=True, slots=True)
class LiveUser:
    """A user that a seed names."""

    odoo_id: int
    login: str
    active: bool
    company_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LiveStage:
    """A stage linked to a project (never a personal one).

    Attributes:
        shared: Other projects use it too, so that changing it would change theirs.
        writes: It sends a letter to the customer of a task that reaches it.
        asks: It asks them for a rating, and nothing can keep Odoo from that.
    """

    odoo_id: int
    name: str
    sequence: int
    fold: bool
    shared: bool = False
    writes: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A customer or an analytic account that one project is to have.

    Attributes:
        field: ``partner_name`` or ``analytic_account_name``.
        company_name: The project's company: Odoo takes its own and those of no company.
        text: Reference (code) or name.
    """

    field: str
    project_ref: str
    company_name: str | None
    text: str


@dataclass(slots=True)
class Directory:
    """Odoo ids by the names a seed uses. Grows while a plan is applied.

    Attributes:
        companies: Id by exact name.
        archived_companies: Names of those that are archived, where that was asked for.
        users: By lower-case login, archived ones included.
        tags: Id by exact name.
        stages: By project ref and exact stage name.
        records: Id by kind and ref.
        bound: Ids by field, project ref and text of `Named`; several where it is ambiguous.
        me: The user that this works as, where it is known.
        time_zone: IANA name in which a deadline's day is a day.
        odoo_major: Odoo's major version, as what some values are called depends on it.
    """

    companies: dict[str, int] = field(default_factory=dict)
    archived_companies: set[str] = field(default_factory=set)
    users: dict[str, LiveUser] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)
    stages: dict[tuple[str, str], LiveStage] = field(default_factory=dict)
    records: dict[Key, int] = field(default_factory=dict)
    bound: dict[tuple[str, str, str], tuple[int, ...]] = field(default_factory=dict)
    me: LiveUser | None = None
    time_zone: str = "UTC"
    odoo_major: int = 18


@dataclass(frozen=True, slots=True)
class Live:
    """One complete reading of everything that carries a ref, archived records included.

    Attributes:
        records: By kind and ref; refs that stand on several records are only in `duplicates`.
        duplicates: Odoo ids by kind and ambiguous ref.
        strays: Id and name of what bears an id that we wrote once, but not its ref any more.
    """

    records: Mapping[Key, LiveRecord]
    directory: Directory
    duplicates: Mapping[Key, tuple[int, ...]] = field(default_factory=dict)
    strays: Mapping[Key, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shadow:
    """The last complete mirror of live, as the database holds it.

    Attributes:
        records: By kind and ref, without those that are gone from Odoo.
        stale: Why nothing may be concluded from it; empty when it can be trusted.
    """

    records: Mapping[Key, LiveRecord]
    duplicates: Mapping[Key, tuple[int, ...]] = field(default_factory=dict)
    stale: str = ""


@dataclass(frozen=True, slots=True)
class LiveQuery:
    """What a reading must be able to resolve besides the records with refs.

    Attributes:
        companies: Names of the seed's companies.
        milestones: The seed's milestones (Odoo's carry no ref: matched by id, else by name).
        known_ids: Odoo id by kind and ref, from what was applied.
        renamed_projects: New ref by former ref of the seed's projects.
        time_zone: IANA name in which deadlines become days.
        named: Customers and analytic accounts, those of the seed first.
        besides: Which of these fields are also to be read, without a name for them.
        adopting: Ref by kind and Odoo id, of projects and tasks that have none: they are read as
            if they had these.
    """

    emails: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    milestones: tuple[Milestone, ...] = ()
    known_ids: Mapping[Key, int] = field(default_factory=dict)
    renamed_projects: Mapping[str, str] = field(default_factory=dict)
    time_zone: str = "UTC"
    named: tuple[Named, ...] = ()
    besides: frozenset[str] = frozenset()
    adopting: Mapping[tuple[Kind, int], str] = field(default_factory=dict)

    @property
    def bound_fields(self) -> frozenset[str]:
        """Which fields that bindings give are to be read at all."""
        return self.besides | {item.field for item in self.named}


@dataclass(frozen=True, slots=True)
class AppliedRecord:
    """What we last wrote to one record of one target.

    Attributes:
        values: Canonical values as the seed had them when written.
        echo: Field to what Odoo made of it, where Odoo rewrites what it is given (HTML).
    """

    kind: Kind
    external_ref: str
    odoo_id: int
    values: Mapping[str, Value]
    echo: Mapping[str, str] = field(default_factory=dict)


Applied = dict[Key, AppliedRecord]
