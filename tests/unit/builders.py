"""Small seeds and live states for the tests of the core."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.live import AppliedRecord, Directory, Live, LiveRecord, LiveUser
from odoo_seed.core.model import Milestone, Project, Seed, SeedAndPolicy, Task
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Policy
from odoo_seed.core.scope import kind_of
from odoo_seed.core.values import SeedIndex, wanted_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.live import Applied, Key
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Plan

PROJECT = Project("P", "Close", "ACME", manager_email="rey@example.com")


def task(ref: str, **values: Any) -> Task:
    return Task(ref, values.pop("project_external_ref", "P"), values.pop("name", ref), **values)


def content(
    *tasks: Task,
    project: Project = PROJECT,
    milestones: tuple[Milestone, ...] = (),
    policy: Policy | None = None,
) -> SeedAndPolicy:
    seed = Seed(projects=(project,), milestones=milestones, tasks=tasks)
    return SeedAndPolicy(seed, policy or Policy())


def directory() -> Directory:
    return Directory(
        companies={"ACME": 1},
        users={
            "rey@example.com": LiveUser(5, "rey@example.com", active=True, company_ids=(1,)),
            "gone@example.com": LiveUser(6, "gone@example.com", active=False, company_ids=(1,)),
            "else@example.com": LiveUser(7, "else@example.com", active=True, company_ids=(2,)),
        },
        time_zone="Asia/Manila",
    )


_DEFAULTS: dict[str, dict[str, Any]] = {
    "project": {
        "description": None, "manager_email": None, "date_start": None, "date_end": None,
        "tag_names": (), "is_active": True,
    },
    "milestone": {"deadline": None},
    "task": {
        "description": None, "tag_names": (), "assignee_emails": (), "planned_hours": 0.0,
        "deadline": None, "sequence": 10, "priority": "low", "depends_on_refs": (),
        "parent_external_ref": None, "milestone_external_ref": None, "is_active": True,
    },
}  # fmt: skip


def in_odoo(seeded: SeedAndPolicy, **changed: dict[str, Any]) -> Live:
    """Odoo as it stands after `seeded` was applied; `changed` gives values by ref."""
    index = SeedIndex(seeded.seed)
    records: dict[Key, LiveRecord] = {}
    for number, (kind, record) in _numbered(seeded):
        values = (
            _DEFAULTS[kind] | wanted_values(record, index) | changed.get(record.external_ref, {})
        )
        more = {name: values.pop(name) for name in ("written_by", "written_at") if name in values}
        state = values.pop("state", "01_in_progress")
        records[kind, record.external_ref] = LiveRecord(
            kind, record.external_ref, number, values, state=state, **more
        )
    found = directory()
    found.records = {key: record.odoo_id for key, record in records.items()}
    return Live(records, found)


def applied_of(seeded: SeedAndPolicy) -> Applied:
    """What is remembered after `seeded` was applied."""
    index = SeedIndex(seeded.seed)
    return {
        (kind, record.external_ref): AppliedRecord(
            kind, record.external_ref, number, wanted_values(record, index)
        )
        for number, (kind, record) in _numbered(seeded)
    }


def _numbered(seeded: SeedAndPolicy) -> Iterator[tuple[int, tuple[Kind, Any]]]:
    """Every record with the id it gets in Odoo."""
    seed = seeded.seed
    records = (*seed.projects, *seed.tasks, *seed.milestones)
    return enumerate(((kind_of(record), record) for record in records), start=10)  # type: ignore[misc]  # a Kind


def plan_of(
    wanted: SeedAndPolicy, before: SeedAndPolicy | None = None, **changed: dict[str, Any]
) -> Plan:
    """The plan for `wanted` when `before` was applied and Odoo then changed."""
    if before is None:
        return make_plan(wanted, {}, Live({}, directory()), "default")
    return make_plan(wanted, applied_of(before), in_odoo(before, **changed), "default")


def change_of(plan: Plan, ref: str) -> dict[str, tuple[Any, Any, str]]:
    """Old, new and cause by field, of one record's change."""
    for change in plan.changes:
        if change.external_ref == ref:
            return {item.name: (item.old, item.new, item.cause) for item in change.fields}
    return {}


__all__ = ["PROJECT", "applied_of", "change_of", "content", "in_odoo", "plan_of", "replace", "task"]
