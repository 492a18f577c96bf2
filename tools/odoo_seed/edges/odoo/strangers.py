"""Reads what lives in Odoo with or without a ref, as far as choosing needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.adoption import Stranger
from odoo_seed.edges.odoo.mapping import MODELS, REF

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Call = Callable[[str, str, Sequence[Any], Mapping[str, Any]], Any]

_TEMPLATES_SINCE = 19
"""Projects and tasks can be templates of Odoo's own from then on (project_project.py)."""


_TEMPLATE = "it is a template of Odoo"


class Strangers:
    """One look, over a function that calls Odoo without writing."""

    def __init__(self, call: Call, odoo_major: int) -> None:
        self._call = call
        self._may_be_template = ["is_template"] if odoo_major >= _TEMPLATES_SINCE else []

    def projects(self) -> list[Stranger]:
        """All projects, archived ones too."""
        fields = ["name", "company_id", "active", REF, *self._may_be_template]
        rows = self._rows(MODELS["project"], [], fields)
        companies = {row["company_id"] for row in rows if row["company_id"]}
        names = self._rows("res.company", [("id", "in", sorted(companies))], ["name"])
        name_of = {row["id"]: row["name"] for row in names}
        return [
            Stranger(
                "project",
                row["id"],
                row["name"],
                row[REF] or "",
                company_name=name_of.get(row["company_id"], ""),
                active=row["active"],
                left_out=_TEMPLATE * bool(row.get("is_template")),
            )
            for row in rows
        ]

    def inside(self, projects: Sequence[int]) -> list[Stranger]:
        """The milestones and the tasks of projects, archived ones and private subtasks too."""
        here = [("project_id", "in", sorted(projects))]
        milestones = self._rows(MODELS["milestone"], here, ["name", "project_id"])
        fields = ["name", "project_id", "parent_id", "active", "recurring_task", REF]
        fields += self._may_be_template
        tasks = self._rows(MODELS["task"], here, fields)
        ids = [row["id"] for row in tasks]
        private = [("project_id", "=", False), ("parent_id", "in", ids)]
        tasks += self._rows(MODELS["task"], private, fields) if ids else []
        templates = _with_subtasks(tasks, {row["id"] for row in tasks if row.get("is_template")})
        return [
            *(
                Stranger("milestone", row["id"], row["name"], project_id=row["project_id"])
                for row in milestones
            ),
            *(
                Stranger(
                    "task",
                    row["id"],
                    row["name"],
                    row[REF] or "",
                    project_id=row["project_id"] or None,
                    parent_id=row["parent_id"] or None,
                    active=row["active"],
                    left_out=_why_not(row) or _TEMPLATE * (row["id"] in templates),
                )
                for row in tasks
            ),
        ]

    def _rows(
        self, model: str, domain: Sequence[Any], fields: Sequence[str]
    ) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call(
            model, "search_read", [list(domain), list(fields)], {"order": "id", "load": ""}
        )
        return found


def _why_not(row: Mapping[str, Any]) -> str:
    """Why a task cannot be the seed's, in words; empty when it can."""
    if not row["project_id"]:
        return "it is somebody's private task"
    return "it is recurring in Odoo" if row["recurring_task"] else ""


def _with_subtasks(tasks: Sequence[Mapping[str, Any]], ids: set[int]) -> set[int]:
    """Return tasks, and all below them."""
    found, below = set(ids), ids
    while below:
        below = {row["id"] for row in tasks if row["parent_id"] in below} - found
        found |= below
    return found
