"""Records as the keys and values that the YAML has for them: the way back from `templates`."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from odoo_seed.core.model import Milestone, Program, Project, Stage, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.model import Kind, Record

KEYS: Mapping[Kind, tuple[str, ...]] = {
    "program": ("slug", "name", "program_type", "parent_slug", "description", "active"),
    "project": (
        "program_slug", "external_ref", "name", "company_name", "tenant", "account", "description",
        "manager_email", "visibility", "allow_dependencies", "date_start", "date_end", "tag_names",
        "stages", "milestones", "is_active", "sync_enabled", "protected", "previous_refs", "tasks",
    ),
    "milestone": ("external_ref", "name", "deadline"),
    "task": (
        "external_ref", "name", "description", "stage_name", "tag_names", "assignee_email",
        "assignee_emails", "deadline", "planned_hours", "priority", "sequence",
        "depends_on_refs", "milestone_external_ref", "parent_external_ref", "is_active",
        "protected", "previous_refs", "tasks",
    ),
}  # fmt: skip
"""The keys of a record in the order in which they are written."""

SETS = frozenset({"tag_names", "assignee_emails", "depends_on_refs", "previous_refs"})
"""Lists whose order means nothing."""

DERIVED = frozenset(
    {"source", "instance", "due", "partner_name", "analytic_account_name", "elsewhere"}
)
"""Attributes that the YAML of the record does not say: a template, a binding or its place does."""

_ELSEWHERE = DERIVED | {"project_external_ref"}
"""Attributes that no key holds."""

Written = str | int | float | bool | list[Any] | None
"""A value as YAML has it; None where the key is left out. A folded stage is a mapping."""


def kind_of_record(record: Record) -> Kind:
    """Return the kind of a record."""
    match record:
        case Program():
            return "program"
        case Project():
            return "project"
        case Milestone():
            return "milestone"
        case Task():
            return "task"


def keys_of(record: Record) -> dict[str, Written]:
    """Return what a new record's YAML says, in order: required keys, and what is no default."""
    said: dict[str, Written] = {}
    for attribute in fields(record):
        value = getattr(record, attribute.name)
        is_default = attribute.default is not MISSING and value == attribute.default
        if attribute.name in KEYS[kind_of_record(record)] and not is_default:
            said[attribute.name] = written(value)
    emails = said.get("assignee_emails")
    if isinstance(emails, list) and len(emails) == 1:
        said["assignee_email"] = said.pop("assignee_emails")[0]  # type: ignore[index]  # a list
    order = KEYS[kind_of_record(record)]
    return {key: said[key] for key in order if said.get(key) is not None}


def differences(now: Record, wanted: Record, *, explicit: bool = False) -> dict[str, Written]:
    """Return what must be written for a record to become another: None for a key that goes.

    Args:
        explicit: Write a switch also where it is as it is without the key.
    """
    found: dict[str, Written] = {}
    for attribute in fields(now):
        name = attribute.name
        old, new = getattr(now, name), getattr(wanted, name)
        if name in _ELSEWHERE or alike(name, old) == alike(name, new):
            continue
        gone = new is None or (name == "previous_refs" and not new)
        gone |= isinstance(new, bool) and new == attribute.default and not explicit
        found[name] = None if gone else written(_in_old_order(name, old, new))
    return found


def alike(name: str, value: Any) -> Any:
    """Return a value in a form that is equal for all that mean the same."""
    return tuple(sorted(set(value))) if name in SETS and value is not None else value


def same_record(one: Record, other: Record) -> bool:
    """Whether two records say the same, wherever they stand."""
    return type(one) is type(other) and all(
        alike(field.name, getattr(one, field.name)) == alike(field.name, getattr(other, field.name))
        for field in fields(one)
        if field.name not in DERIVED
    )


def _in_old_order(name: str, old: Any, new: Any) -> Any:
    """What stays in a set keeps its place, and what is new comes last."""
    if name not in SETS or not old:
        return new
    kept = [item for item in old if item in new]
    return [*kept, *(item for item in new if item not in kept)]


def written(value: Any) -> Written:
    """Return an attribute's value as YAML has it."""
    match value:
        case date():
            return value.isoformat()
        case Stage(name, fold):
            return {"name": name, "fold": True} if fold else name  # type: ignore[return-value]  # inside a list
        case tuple() | list():
            return [written(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value  # type: ignore[no-any-return]  # the model's other values are YAML's
