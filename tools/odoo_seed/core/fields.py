"""The managed fields: one list that the diff, the plan's words, verification and docs share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from odoo_seed.core.model import Kind

Value = str | int | float | bool | tuple[str, ...] | None
"""A canonical value: JSON-like, with names, e-mails and refs in place of Odoo ids.

Dates are ``YYYY-MM-DD``, a deadline may be ``YYYY-MM-DDTHH:MM`` (wall clock in the policy's
zone), sets are sorted tuples. A live ``description`` is Odoo's HTML; a seed's is its source text.
A record that has no ref (people made it in Odoo) stands as ``odoo:<id>``.
"""

Shape = Literal[
    "text", "html", "date", "deadline", "hours", "integer", "boolean", "choice", "names", "refs"
]


@dataclass(frozen=True, slots=True)
class Field:
    """One managed field of one kind.

    Attributes:
        name: YAML key, column and attribute.
        label: What people call it.
        shape: How values compare and how a change is put into words.
        always: True when the seed always has a value (a default where the YAML is silent).
    """

    kind: Kind
    name: str
    label: str
    shape: Shape
    always: bool = False


FIELDS: tuple[Field, ...] = (
    Field("project", "name", "name", "text", always=True),
    Field("project", "description", "description", "html"),
    Field("project", "company_name", "company", "text"),
    Field("project", "manager_email", "manager", "text"),
    Field("project", "visibility", "visibility", "choice", always=True),
    Field("project", "allow_dependencies", "task dependencies", "boolean", always=True),
    Field("project", "date_start", "start", "date"),
    Field("project", "date_end", "end", "date"),
    Field("project", "tag_names", "tags", "names"),
    Field("project", "partner_name", "customer", "text"),
    Field("project", "analytic_account_name", "analytic account", "text"),
    Field("project", "is_active", "active", "boolean", always=True),
    Field("milestone", "name", "name", "text", always=True),
    Field("milestone", "project_external_ref", "project", "text", always=True),
    Field("milestone", "deadline", "deadline", "date"),
    Field("task", "name", "name", "text", always=True),
    Field("task", "project_external_ref", "project", "text", always=True),
    Field("task", "description", "description", "html"),
    Field("task", "stage_name", "stage", "text", always=True),
    Field("task", "tag_names", "tags", "names"),
    Field("task", "assignee_emails", "assignees", "names"),
    Field("task", "planned_hours", "planned hours", "hours"),
    Field("task", "deadline", "deadline", "deadline"),
    Field("task", "sequence", "sequence", "integer"),
    Field("task", "priority", "priority", "choice"),
    Field("task", "depends_on_refs", "dependencies", "refs"),
    Field("task", "parent_external_ref", "parent", "text"),
    Field("task", "milestone_external_ref", "milestone", "text"),
    Field("task", "is_active", "active", "boolean", always=True),
)

BOUND = ("partner_name", "analytic_account_name")
"""Fields of projects that only a binding gives. Odoo's names of them are not unique, and are
looked up for each project by itself."""

BY_KIND: dict[Kind, dict[str, Field]] = {
    kind: {field.name: field for field in FIELDS if field.kind == kind}
    for kind in ("project", "milestone", "task")
}
