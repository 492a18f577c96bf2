"""Seed fields ↔ Odoo fields, both ways. The only place that knows Odoo's names.

Sources: Odoo 18.0 and 19.0, addons/project/models/project_project.py, project_task.py,
project_milestone.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.fields import BOUND
from odoo_seed.core.html import to_html
from odoo_seed.core.values import deadline_from_utc, deadline_to_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Directory
    from odoo_seed.core.model import Kind

MODELS: dict[Kind, str] = {
    "project": "project.project",
    "milestone": "project.milestone",
    "task": "project.task",
}

REF = "x_external_ref"

ODOO_NAMES: dict[Kind, dict[str, str]] = {
    "project": {
        "name": "name",
        "description": "description",
        "company_name": "company_id",
        "manager_email": "user_id",
        "visibility": "privacy_visibility",
        "allow_dependencies": "allow_task_dependencies",
        "date_start": "date_start",
        "date_end": "date",
        "tag_names": "tag_ids",
        "partner_name": "partner_id",
        "analytic_account_name": "account_id",
        "is_active": "active",
    },
    "milestone": {"name": "name", "project_external_ref": "project_id", "deadline": "deadline"},
    "task": {
        "name": "name",
        "project_external_ref": "project_id",
        "description": "description",
        "stage_name": "stage_id",
        "tag_names": "tag_ids",
        "assignee_emails": "user_ids",
        "planned_hours": "allocated_hours",
        "deadline": "date_deadline",
        "sequence": "sequence",
        "priority": "priority",
        "depends_on_refs": "depend_on_ids",
        "parent_external_ref": "parent_id",
        "milestone_external_ref": "milestone_id",
        "is_active": "active",
    },
}

NAMED_BY = {
    "partner_id": ("res.partner", "ref"),
    "account_id": ("account.analytic.account", "code"),
}
"""What only bindings give: the model, and its field for a reference. Read only where one does."""

# The same code means less in 19 than in 18, so names are kept and codes are not.
_PRIORITIES = {"low": "0", "high": "1"}
_PRIORITIES_19 = {"low": "0", "medium": "1", "high": "2", "urgent": "3"}


def _priorities(odoo_major: int) -> Mapping[str, str]:
    """Return Odoo's codes by canonical name (project_task.py, priority)."""
    return _PRIORITIES if odoo_major < 19 else _PRIORITIES_19


def foreign(odoo_id: int) -> str:
    """How a record without a ref stands in a canonical value."""
    return f"odoo:{odoo_id}"


class Names:
    """What Odoo's ids are called, for one reading."""

    def __init__(self) -> None:
        self.companies: dict[int, str] = {}
        self.users: dict[int, str] = {}
        self.tags: dict[int, str] = {}
        self.stages: dict[int, str] = {}
        self.projects: dict[int, str] = {}
        self.milestones: dict[int, str] = {}
        self.tasks: dict[int, str] = {}


Readers = dict[str, "Callable[[Any], Value]"]


def readers(names: Names, time_zone: str, odoo_major: int) -> Readers:
    """Return, by Odoo field, what makes a canonical value of what ``read(load='')`` gives."""
    priorities = {code: name for name, code in _priorities(odoo_major).items()}

    def ref(refs: Mapping[int, str]) -> Callable[[Any], Value]:
        return lambda odoo_id: refs.get(odoo_id, foreign(odoo_id)) if odoo_id else None

    def refs(by_id: Mapping[int, str]) -> Callable[[Any], Value]:
        return lambda ids: tuple(sorted(by_id.get(odoo_id, foreign(odoo_id)) for odoo_id in ids))

    return {
        "company_id": names.companies.get,
        "user_id": names.users.get,
        "user_ids": refs(names.users),
        "tag_ids": refs(names.tags),
        "stage_id": names.stages.get,
        "project_id": ref(names.projects),
        "milestone_id": ref(names.milestones),
        "parent_id": ref(names.tasks),
        "depend_on_ids": refs(names.tasks),
        # Odoo writes the year 1 as "1-01-31".
        **dict.fromkeys(
            ("date_start", "date", "deadline"),
            lambda day: day.zfill(len("YYYY-MM-DD")) if day else None,
        ),
        "date_deadline": lambda stamp: deadline_from_utc(stamp, time_zone) if stamp else None,
        "priority": lambda code: priorities.get(code, str(code)) if code else "low",
        "active": bool,
        "allow_task_dependencies": bool,
        "allocated_hours": lambda hours: round(float(hours), 6),
        "sequence": int,
    }


def from_odoo(kind: Kind, row: Mapping[str, Any], read: Readers) -> dict[str, Value]:
    """Return the canonical values of a row that was read with ``load=''``.

    What bindings give (`NAMED_BY`) is named by `edges.odoo.bound`.
    """
    return {
        seed_name: read.get(odoo_name, _text)(row[odoo_name])
        for seed_name, odoo_name in ODOO_NAMES[kind].items()
        if odoo_name not in NAMED_BY
    }


def _text(value: Any) -> str | None:
    return str(value) if value else None


def to_odoo(
    kind: Kind, values: Mapping[str, Value], project_ref: str, directory: Directory
) -> dict[str, Any]:
    """Return Odoo's vals for canonical values; every name in them must be in the directory.

    Args:
        project_ref: The project whose stages are meant.
    """
    vals = {
        ODOO_NAMES[kind][name]: _encode(kind, name, value, project_ref, directory)
        for name, value in values.items()
        if name in ODOO_NAMES[kind]
    }
    if "external_ref" in values:
        vals[REF] = values["external_ref"] or False
    if kind == "task" and "parent_external_ref" in values:
        # Explicit, because what Odoo makes of a parent differs between create and write.
        vals["display_in_project"] = not vals["parent_id"]
    return vals


def _encode(kind: Kind, name: str, value: Value, project_ref: str, directory: Directory) -> Any:
    if isinstance(value, tuple):
        return [(6, 0, [_id_of(name, item, directory) for item in value])]
    if value is None:
        return False
    if name == "description":
        return to_html(value) if isinstance(value, str) else False
    if kind == "task" and name == "deadline":
        return deadline_to_utc(str(value), directory.time_zone)
    if name == "priority":
        return _priorities(directory.odoo_major)[str(value)]
    if name in BOUND:
        return directory.bound[name, project_ref, str(value)][0]
    if name == "stage_name":
        return directory.stages[project_ref, str(value)].odoo_id
    if name in _REFERENCES or name in {"company_name", "manager_email"}:
        return _id_of(name, str(value), directory)
    return value


_REFERENCES: dict[str, Kind] = {
    "project_external_ref": "project",
    "milestone_external_ref": "milestone",
    "parent_external_ref": "task",
    "depends_on_refs": "task",
}


def _id_of(name: str, text: str, directory: Directory) -> int:
    if name == "company_name":
        return directory.companies[text]
    if name in {"manager_email", "assignee_emails"}:
        return directory.users[text].odoo_id
    if name == "tag_names":
        return directory.tags[text]
    if text.startswith("odoo:"):
        return int(text.removeprefix("odoo:"))
    return directory.records[_REFERENCES[name], text]
