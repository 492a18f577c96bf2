"""A small seed with every field set, for the tests of the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.freeze import Dates, Freeze, MonthEnd
from odoo_seed.core.kit import NamedCalendar
from odoo_seed.core.model import (
    Due,
    Instance,
    Milestone,
    Program,
    Project,
    Seed,
    SeedAndPolicy,
    Source,
    Stage,
    Task,
)
from odoo_seed.core.policy import Guards, Policy, TargetPolicy, Workload

if TYPE_CHECKING:
    from odoo_seed.core.model import Record

FILE = "supabase/seed/odoo/projects/close.yaml"

PROGRAMS = (
    Program("finance", "Finance", "portfolio", source=Source("programs.yaml", 2)),
    Program(
        "fin-close",
        "Finance Close",
        "okr",
        parent_slug="finance",
        description="Books closed by day 5",
        source=Source("programs.yaml", 5),
    ),
)
PROJECTS = (
    Project(
        "CLOSE",
        "Month-end close",
        "TBWA\\SMP",
        program_slug="fin-close",
        description="**Monthly**\n\n- one",
        manager_email="rey@example.com",
        visibility="followers",
        allow_dependencies=False,
        date_start=date(2026, 1, 5),
        date_end=date(2026, 12, 31),
        stages=(Stage("To Do"), Stage("Done", fold=True)),
        tag_names=("GL", "AP"),
        sync_enabled=True,
        protected=True,
        previous_refs=("OLD_CLOSE",),
        tenant="group",
        account="tbwa",
        source=Source(FILE, 2),
    ),
    Project("SILENT", "Says nothing", "TBWA\\SMP", source=Source("z.yaml", 2)),
    Project(
        "NONE",
        "Says none",
        "TBWA\\SMP",
        stages=(),
        tag_names=(),
        instance=Instance("close", "2026-01", "TBWA\\SMP", closed=True),
        source=Source("z.yaml", 9),
    ),
)
MILESTONES = (
    Milestone("M1", "CLOSE", "Books closed", date(2026, 2, 5), source=Source(FILE, 20)),
    Milestone("M2", "CLOSE", "Some day", source=Source(FILE, 21)),
)
TASKS = (
    Task(
        "T1",
        "CLOSE",
        "Reconcile",
        description="Bank statements",
        stage_name="In Progress",
        tag_names=("Bank",),
        assignee_emails=("Beng@example.com",),
        depends_on_refs=("T2", "T3"),
        milestone_external_ref="M1",
        deadline="2026-01-09",
        planned_hours=6.25,
        sequence=10,
        priority="high",
        source=Source(FILE, 30),
    ),
    Task(
        "T2",
        "CLOSE",
        "Post accruals",
        assignee_emails=("a@example.com", "b@example.com"),
        parent_external_ref="T1",
        deadline="2026-01-09T14:30",
        planned_hours=0.1,
        is_active=False,
        protected=True,
        source=Source(FILE, 40),
    ),
    Task("T3", "SILENT", "Silent", source=Source("z.yaml", 5)),
    Task(
        "T4",
        "NONE",
        "None",
        tag_names=(),
        assignee_emails=(),
        depends_on_refs=(),
        previous_refs=("OLD_T4", "OLDER_T4"),
        instance=Instance("close", "2026-01", "TBWA\\SMP", closed=True),
        due=Due("ph", date(2026, 1, 31), "previous", (-5, 1)),
        source=Source("z.yaml", 12),
    ),
)
POLICY = Policy(
    time_zone="Asia/Singapore",
    ownership={"task": {"sequence": "git", "name": "initial"}},
    guards=Guards(max_archive_count=5),
    programs={"fin-close": {"project": {"date_end": "initial"}}},
    projects={"SILENT": {"task": {"deadline": "odoo"}, "milestone": {}}},
    freeze=Freeze(
        Calendar("PH", ("sun",), (date(2026, 2, 17),), (date(2026, 11, 2),)),
        (Dates("Audit", date(2026, 3, 2), date(2026, 3, 6)),),
        (MonthEnd("Close", 2, 5), MonthEnd("Quarter", 3, 0, (3, 6, 9, 12))),
    ),
    workload=Workload(7.5, 0.5),
    targets={
        "staging": TargetPolicy(
            {"task": {"name": "odoo"}},
            {"max_archive_share": 0.5},
            Freeze(dates=(Dates("Test", date(2026, 4, 1), date(2026, 4, 2)),)),
        ),
        "uat": TargetPolicy(),
    },
)
CALENDARS = (
    NamedCalendar("bare", Calendar()),
    NamedCalendar("ph", POLICY.freeze.calendar, "Asia/Manila", {"2026-02-17": "New Year"}),
)
CONTENT = SeedAndPolicy(Seed(PROGRAMS, PROJECTS, MILESTONES, TASKS), POLICY, CALENDARS)

OPEN = replace(
    CONTENT,
    seed=replace(
        CONTENT.seed,
        projects=tuple(
            replace(one, instance=one.instance and replace(one.instance, closed=False))
            for one in PROJECTS
        ),
    ),
)
"""The same, with no period closed."""


_LISTS = {Program: "programs", Project: "projects", Milestone: "milestones", Task: "tasks"}


def changed(content: SeedAndPolicy, ref: str, **values: Any) -> SeedAndPolicy:
    """The content with one record changed."""
    return _mapped(
        content, lambda record: replace(record, **values) if record.external_ref == ref else record
    )


def without(content: SeedAndPolicy, *refs: str) -> SeedAndPolicy:
    """The content without these records."""
    return _mapped(content, lambda record: None if record.external_ref in refs else record)


def added(content: SeedAndPolicy, *records: Record) -> SeedAndPolicy:
    """The content with more records at the end."""
    seed = content.seed
    for record in records:
        name = _LISTS[type(record)]
        seed = replace(seed, **{name: (*getattr(seed, name), record)})
    return replace(content, seed=seed)


def _mapped(content: SeedAndPolicy, change: Any) -> SeedAndPolicy:
    lists = {
        name: tuple(new for old in getattr(content.seed, name) if (new := change(old)) is not None)
        for name in _LISTS.values()
    }
    return replace(content, seed=Seed(**lists))
