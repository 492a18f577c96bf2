"""The seed: the desired state, as git says it or as `odoo_seed.*` holds it.

YAML key = table column = JSON key = attribute here. Throughout, ``None`` means "the seed says
nothing about this field": it is then left to Odoo's users, unless we wrote it before, in which
case it is cleared. An empty tuple says "none".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from odoo_seed.core.kit import NamedCalendar
    from odoo_seed.core.policy import Policy

Pointer = tuple[str | int, ...]
"""A place inside a document, such as ``("projects", 0, "tasks", 3, "deadline")``."""

Kind = Literal["program", "project", "milestone", "task"]
KINDS: tuple[Kind, ...] = ("program", "project", "milestone", "task")

PROGRAM_TYPES = ("ppm", "okr", "logframe", "portfolio")
VISIBILITIES = ("followers", "employees", "portal")
DEFAULT_STAGE = "To Do"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record was written.

    Attributes:
        path: File, relative to the repository when there is one, else to the working folder.
        line: 1-based line of the record's first key.
        column: 1-based column.
        pointer: The record's place inside its document; empty when it came from the database.
        commit: The commit that gave the record its present content, when known.
        instance: What a template made the record for; the place is then the template's.
        override: What of it the YAML changes elsewhere.
    """

    path: str
    line: int
    column: int = 1
    pointer: Pointer = ()
    commit: str | None = None
    instance: Instance | None = None
    override: Override | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Instance:
    """One project that a template made: a template, a period and a company.

    Attributes:
        template: Its name.
        period: ``2026-01``, ``2026-Q1`` or ``2026``; of a task, the one the task is about.
        company: The Odoo company's name.
        closed: Whether the schedule says that the period is closed.
    """

    template: str
    period: str
    company: str
    closed: bool = False

    def __str__(self) -> str:
        return f"{self.template} {self.period} {self.company}"


@dataclass(frozen=True, slots=True)
class Override:
    """Where the YAML changes single fields of a record that a template made.

    Attributes:
        keys: What is written there.
    """

    path: str
    line: int
    column: int
    pointer: Pointer
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Due:
    """Why a task is due on its day: counted from a day, in a calendar.

    Attributes:
        calendar: The calendar's name; empty for Monday to Friday without holidays.
        base: The day that is counted from, such as the last of the period.
        shift: Where the base moves first when people do not work on it.
        working_days: So many working days from there, one count after the other.
    """

    calendar: str
    base: date
    shift: Literal["next", "previous"] | None = None
    working_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A column of a project's board."""

    name: str
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A portfolio, OKR set or logframe that projects belong to. Reaches Odoo as a project tag."""

    slug: str
    name: str
    program_type: str = "ppm"
    parent_slug: str | None = None
    description: str | None = None
    active: bool = True
    source: Source | None = field(default=None, compare=False)

    @property
    def external_ref(self) -> str:
        """The key of this record among its kind."""
        return self.slug


@dataclass(frozen=True, slots=True)
class Project:
    """One Odoo `project.project`.

    Attributes:
        tenant: Whose bindings hold; None for the tenant ``default``.
        account: The account whose bindings hold.
        partner_name: Reference or name of the customer; only a binding gives it.
        analytic_account_name: Reference or name; only a binding gives it.
        elsewhere: Where it belongs when that is not the target at hand, in words.
    """

    external_ref: str
    name: str
    company_name: str | None = None
    program_slug: str | None = None
    description: str | None = None
    manager_email: str | None = None
    visibility: str = "employees"
    allow_dependencies: bool = True
    date_start: date | None = None
    date_end: date | None = None
    stages: tuple[Stage, ...] | None = None
    tag_names: tuple[str, ...] | None = None
    is_active: bool = True
    sync_enabled: bool = True
    protected: bool = False
    previous_refs: tuple[str, ...] = ()
    instance: Instance | None = None
    tenant: str | None = None
    account: str | None = None
    partner_name: str | None = None
    analytic_account_name: str | None = None
    elsewhere: str = ""
    source: Source | None = field(default=None, compare=False)

    @property
    def is_synced(self) -> bool:
        """Whether the target at hand is to hold it."""
        return self.sync_enabled and not self.elsewhere


@dataclass(frozen=True, slots=True)
class Milestone:
    """One Odoo `project.milestone`; matched by stored id, else by project and name."""

    external_ref: str
    project_external_ref: str
    name: str
    deadline: date | None = None
    source: Source | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Task:
    """One Odoo `project.task`; subtasks are tasks with a parent.

    Attributes:
        deadline: ``YYYY-MM-DD``, or ``YYYY-MM-DDTHH:MM`` wall-clock in the policy's time zone.
        planned_hours: Hours.
        instance: What a template made it for; its period may be a month of the project's year.
        due: How a template counted the deadline; None when an override says the day.
    """

    external_ref: str
    project_external_ref: str
    name: str
    description: str | None = None
    stage_name: str = DEFAULT_STAGE
    tag_names: tuple[str, ...] | None = None
    assignee_emails: tuple[str, ...] | None = None
    depends_on_refs: tuple[str, ...] | None = None
    parent_external_ref: str | None = None
    milestone_external_ref: str | None = None
    deadline: str | None = None
    planned_hours: float | None = None
    sequence: int | None = None
    priority: str | None = None
    is_active: bool = True
    protected: bool = False
    previous_refs: tuple[str, ...] = ()
    instance: Instance | None = None
    due: Due | None = None
    source: Source | None = field(default=None, compare=False)


Record = Program | Project | Milestone | Task


@dataclass(frozen=True, slots=True)
class Seed:
    """The whole desired state. Records keep the order of the files."""

    programs: tuple[Program, ...] = ()
    projects: tuple[Project, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    tasks: tuple[Task, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[Record, ...]:
        """All records of one kind."""
        by_kind: Mapping[Kind, tuple[Record, ...]] = {
            "program": self.programs,
            "project": self.projects,
            "milestone": self.milestones,
            "task": self.tasks,
        }
        return by_kind[kind]


@dataclass(frozen=True, slots=True)
class SeedAndPolicy:
    """What the YAML folder (or the database) holds, all in all."""

    seed: Seed
    policy: Policy
    calendars: tuple[NamedCalendar, ...] = ()
