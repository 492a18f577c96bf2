"""What Odoo computes on a task besides its state, and the graph it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.sandbox.exceptions import MissingError
from odoo_seed.sandbox.mail import Thread
from odoo_seed.sandbox.schema import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo_seed.sandbox.model import Vals


_HISTORY = "html_field_history_metadata"


class TaskComputed(Thread):
    """The computed fields of project.task."""

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """A description that changes is kept as a revision (web_editor, html_field_history)."""
        before = {one: self.rows[one]["description"] or "" for one in ids}
        super().write_all(ids, vals)
        for one in ids:
            row = self.rows[one]
            if (row["description"] or "") != before[one]:
                old = (row[_HISTORY] or {}).get("description", [])
                revision = {
                    "revision_id": len(old) + 1,
                    "create_uid": self.env.uid,
                    "create_date": self.env.now(),
                    "create_user_name": self.env.db.rows["res.users"][self.env.uid]["name"],
                }
                self.env.db.put(self.name, one, _HISTORY, {"description": [revision, *old]})

    def compute_is_closed(self, record_id: int) -> bool:
        """Done or cancelled."""
        return self.rows[record_id]["state"] in CLOSED

    def compute_allow_task_dependencies(self, record_id: int) -> bool:
        """The project's setting."""
        project = self.rows[record_id]["project_id"]
        row = self.env.db.rows["project.project"].get(project, {})
        return bool(row.get("allow_task_dependencies"))

    def follow_parent(self, record_id: int) -> None:
        """A hidden subtask is in its parent's project (_compute_project_id)."""
        row = self.rows[record_id]
        parent = self.rows.get(row["parent_id"] or 0)
        if parent and not row["display_in_project"] and parent["project_id"] != row["project_id"]:
            self.compute(record_id, "project_id", parent["project_id"])

    def show_in_project(self, record_id: int) -> None:
        """Only a subtask in its parent's project can hide (_compute_display_in_project)."""
        row = self.rows[record_id]
        parent = self.rows.get(row["parent_id"] or 0)
        if not row["project_id"] or not parent or parent["project_id"] != row["project_id"]:
            self.compute(record_id, "display_in_project", True)

    def hide_under_parent(self, record_id: int) -> None:
        """In 19, every subtask in its parent's project hides (_inverse_parent_id)."""
        row = self.rows[record_id]
        parent = self.rows.get(row["parent_id"] or 0)
        if self.env.major >= 19 and parent and parent["project_id"] == row["project_id"]:
            self.compute(record_id, "display_in_project", False)

    def fit_stage(self, record_id: int) -> None:
        """A stage that the project lacks gives way to its first one (_compute_stage_id)."""
        row = self.rows[record_id]
        project = row["project_id"]
        stages = self.env.db.links["project_task_type_rel"].of(1, project or 0)
        if not project:
            self.compute(record_id, "stage_id", False)
        elif row["stage_id"] not in stages:
            stage = self.first_stage(project, "sequence, id", unfolded=True)
            self.compute(record_id, "stage_id", stage)

    def fit_milestone(self, record_id: int) -> None:
        """A milestone of another project gives way to the parent's (_compute_milestone_id)."""
        row = self.rows[record_id]
        milestone = self.env.db.rows["project.milestone"].get(row["milestone_id"] or 0, {})
        if milestone.get("project_id", False) != row["project_id"]:
            parent = self.rows.get(row["parent_id"] or 0)
            same = parent and parent["project_id"] == row["project_id"]
            taken = parent["milestone_id"] if parent and same else False
            self.compute(record_id, "milestone_id", taken)

    def fit_company(self, record_id: int) -> None:
        """The company is the project's (_compute_company_id)."""
        project = self.env.db.rows["project.project"].get(self.rows[record_id]["project_id"])
        if project:
            self.compute(record_id, "company_id", project["company_id"])

    def stage_dates(self, stage_id: int) -> Vals:
        """Return the dates that entering a stage sets."""
        stages = self.env.db.rows["project.task.type"]
        if stage_id and stage_id not in stages:
            raise MissingError.of("project.task.type", stage_id, self.env.uid)
        now = self.env.now()
        folded = bool(stage_id) and stages[stage_id]["fold"]
        return {"date_end": now if folded else False, "date_last_stage_update": now}

    def first_stage(self, project_id: int, order: str, *, unfolded: bool = False) -> object:
        """Return the project's first stage in an order, or False."""
        domain: list[object] = [("project_ids", "=", project_id)]
        if unfolded:
            domain.append(("fold", "=", False))
        found = self.env.sudo()["project.task.type"].search(domain, limit=1, order=order)
        return found[0] if found else False

    def assignees(self, record_id: int) -> set[int]:
        """Return the assigned users."""
        return set(self.env.db.links["project_task_user_rel"].of(0, record_id))

    def blocked_by(self, ids: Iterable[int]) -> set[int]:
        """Return the tasks that these ones block."""
        links = self.env.db.links["task_dependencies_rel"]
        return {other for one in ids for other in links.of(1, one)}

    def children(self, record_id: int) -> set[int]:
        """Return the direct subtasks."""
        return set(self.env.db.pointers[self.name]["parent_id"].get(record_id, ()))

    def descendants(self, ids: Iterable[int]) -> list[int]:
        """Subtasks at any depth, parents first."""
        found: dict[int, None] = {}
        level = list(ids)
        while level:
            level = [c for one in level for c in sorted(self.children(one)) if c not in found]
            found |= dict.fromkeys(level)
        return list(found)
