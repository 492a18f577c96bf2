"""project.project, project.task.type, project.milestone, project.tags (addons/project/models)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.access import DEPENDENCIES, MILESTONES, check_model
from odoo_seed.sandbox.exceptions import UserError, constraint, foreign_key
from odoo_seed.sandbox.mail import Thread
from odoo_seed.sandbox.model import Model
from odoo_seed.sandbox.schema import CLOSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.sandbox.model import Vals


_PORTAL = ("portal", "invited_users")
_FEATURES = {"allow_task_dependencies": DEPENDENCIES, "allow_milestones": MILESTONES}


class Project(Thread):
    """project.project."""

    missing_matters = True

    def default_get(self, names: Sequence[str]) -> Vals:
        """The caller becomes the manager; in 18, features follow the caller's groups."""
        found = super().default_get(names)
        if "user_id" in names:
            found.setdefault("user_id", self.env.uid)
        if self.env.major < 19:
            if "allow_task_dependencies" in names:
                found.setdefault("allow_task_dependencies", DEPENDENCIES in self.env.groups)
            if "allow_milestones" in names:
                found.setdefault("allow_milestones", MILESTONES in self.env.groups)
        return found

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """The creator does not follow, the manager does."""
        quiet = self.env.with_context(mail_create_nosubscribe=True)
        if not self.env.context.get("mail_create_nosubscribe"):
            ids: list[int] = quiet["project.project"].create_all(vals_list)
            return ids
        made = super().create_all(vals_list)
        self._show_features({name for vals in vals_list for name in vals})
        return made

    def name_create(self, name: str) -> tuple[int, str]:
        """A project made on the fly has a first stage."""
        made = super().name_create(name)
        stages = self.env.sudo()["project.task.type"]
        stages.create_all([{"name": "New", "project_ids": [(4, made[0])]}])
        return made

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """The end dates go in pairs, archiving reaches the tasks (project_project.py, write)."""
        self.check_names(vals)
        if vals.get("privacy_visibility"):
            self._leave_portal(ids, vals["privacy_visibility"])
        self._pair_dates(ids, vals)
        if vals:
            super().write_all(ids, vals)
        tasks = [task for one in ids for task in self._tasks(one)]
        if "company_id" in vals:
            for task in tasks:
                self.env["project.task"].compute(task, "company_id", vals["company_id"] or False)
        if "allow_task_dependencies" in vals:
            self._dependencies_switched(tasks, on=bool(vals["allow_task_dependencies"]))
        if "active" in vals and tasks:
            self.env["project.task"].write_all(tasks, {"active": vals["active"]})
        self._show_features(set(vals))

    def unlink_all(self, ids: list[int]) -> None:
        """Tasks and milestones go along."""
        for one in ids:
            self.env["project.task"].unlink_all(self._tasks(one))
            milestones = self.env.db.pointers["project.milestone"]["project_id"].get(one, set())
            self.env["project.milestone"].unlink_all(sorted(milestones))
        super().unlink_all(ids)

    def copy_one(self, record_id: int, default: Vals) -> int:
        """Tasks are copied along, under their own names."""
        default.setdefault("name", f"{self.rows[record_id]['name']} (copy)")
        made = super().copy_one(record_id, default)
        rows = self.env.db.rows["project.task"]
        top = [one for one in self._tasks(record_id) if not rows[one]["parent_id"]]
        self.env["project.task"].copy_tree(top, {"project_id": made}, suffix="")
        return made

    def check_row(self, row: Vals, names: set[str]) -> None:
        """The SQL check on the dates."""
        super().check_row(row, names)
        if row["date"] and row["date_start"] and row["date"] < row["date_start"]:
            raise constraint("The project's start date must be before its end date.")

    def compute_task_count(self, record_id: int) -> int:
        """Active tasks that show in the project."""
        rows = self.env.db.rows["project.task"]
        tasks = [rows[one] for one in self._tasks(record_id)]
        return sum(row["active"] and row["display_in_project"] for row in tasks)

    def _show_features(self, names: set[str]) -> None:
        """In 19, the first project with a feature shows it to everybody, the last one hides it.

        Only administrators get past the notifications that come with dependencies, which Odoo
        forgets to write as superuser (project_project.py, _inverse_allow_task_dependencies).
        """
        for name, group in _FEATURES.items() if self.env.major >= 19 else ():
            used = any(row[name] and row["active"] for row in self.rows.values())
            held = self.env["res.users"].has_group(self.env.uid, group)
            if name not in names or used == held:
                continue
            shown = self.env.server_state.shown
            self.env.db.on_undo(shown.discard if used else shown.add, group)
            (shown.add if used else shown.discard)(group)
            if not used:
                row, table = self.env.server_state.groups[group], "res_groups_users_rel"
                for user in list(self.env.db.links[table].of(1, row)):
                    self.env.db.unlink(table, user, row)
            if group == DEPENDENCIES:
                check_model(self.env, "mail.message.subtype", "write")

    def _tasks(self, record_id: int) -> list[int]:
        return sorted(self.env.db.pointers["project.task"]["project_id"].get(record_id, ()))

    def _pair_dates(self, ids: list[int], vals: Vals) -> None:
        if not vals.get("date_start", True) or not vals.get("date", True):
            vals |= {"date_start": False, "date": False}
            return
        no_start = not all(self.rows[one]["date_start"] for one in ids)
        no_end = not all(self.rows[one]["date"] for one in ids)
        if "date_start" in vals and "date" not in vals and no_end:
            del vals["date_start"]
        elif "date" in vals and "date_start" not in vals and no_start:
            del vals["date"]

    def _leave_portal(self, ids: list[int], visibility: str) -> None:
        """Leaving `portal` unsubscribes those who are not internal users."""
        users = self.env.db.rows["res.users"].values()
        shared = [user["partner_id"] for user in users if user["share"]]
        for one in ids:
            if self.rows[one]["privacy_visibility"] in _PORTAL and visibility not in _PORTAL:
                self.message_unsubscribe(one, shared)
                for task in self._tasks(one):
                    self.env["project.task"].message_unsubscribe(task, shared)

    def _dependencies_switched(self, tasks: list[int], *, on: bool) -> None:
        model = self.env["project.task"]
        rows, links = model.rows, self.env.db.links["task_dependencies_rel"]
        if on:
            blocked = [
                one
                for one in tasks
                if rows[one]["state"] not in CLOSED
                and any(rows[other]["state"] not in CLOSED for other in links.of(0, one))
            ]
            state = "04_waiting_normal"
        else:
            blocked = [one for one in tasks if rows[one]["state"] == "04_waiting_normal"]
            state = "01_in_progress"
        if blocked:
            model.write_all(blocked, {"state": state})


class Stage(Model):
    """project.task.type: a stage of projects, or the personal stage of one user."""

    def default_get(self, names: Sequence[str]) -> Vals:
        """Without a project in the context a stage is personal (project_task_type.py)."""
        found = super().default_get(names)
        project = self.env.context.get("default_project_id")
        if "user_id" in names and not project:
            found.setdefault("user_id", self.env.uid)
        if "project_ids" in names and project:
            found.setdefault("project_ids", [project])
        return found

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """A project takes a stage from its owner."""
        ids = super().create_all(vals_list)
        self._disown(ids)
        return ids

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """Archiving a stage archives its tasks."""
        if "active" in vals and not vals["active"]:
            rows = self.env.db.rows["project.task"]
            tasks = [one for one, row in rows.items() if row["stage_id"] in ids and row["active"]]
            if tasks:
                self.env["project.task"].write_all(tasks, {"active": False})
        super().write_all(ids, vals)
        if "project_ids" in vals:
            self._disown(ids)
        if vals.get("user_id") and any(self._projects(one) for one in ids):
            raise UserError(
                "A personal stage cannot be linked to a project because it is only visible to its "
                "corresponding user."
            )

    def unlink_all(self, ids: list[int]) -> None:
        """A stage in use stays."""
        rows = self.env.db.rows["project.task"].values()
        if any(row["stage_id"] in ids for row in rows):
            raise foreign_key("Task", "project.task", "project_task_stage_id_fkey")
        super().unlink_all(ids)

    def _disown(self, ids: list[int]) -> None:
        for one in ids:
            if self._projects(one):
                self.env.db.put(self.name, one, "user_id", False)

    def _projects(self, record_id: int) -> set[int]:
        return self.env.db.links["project_task_type_rel"].of(0, record_id)


class Milestone(Thread):
    """project.milestone."""

    def default_get(self, names: Sequence[str]) -> Vals:
        """The project may come from the context."""
        found = super().default_get(names)
        if "project_id" in names and self.env.context.get("active_id"):
            found.setdefault("project_id", self.env.context["active_id"])
        return found

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """Reaching is dated."""
        super().write_all(ids, vals)
        if "is_reached" in vals:
            today = self.env.now()[:10]
            for one in ids:
                self.env.db.put(self.name, one, "reached_date", vals["is_reached"] and today)

    def unlink_all(self, ids: list[int]) -> None:
        """Tasks lose their milestone."""
        for one in ids:
            for task in sorted(self.env.db.pointers["project.task"]["milestone_id"].get(one, ())):
                self.env.db.put("project.task", task, "milestone_id", False)
        super().unlink_all(ids)


class Tags(Model):
    """project.tags."""

    def name_create(self, name: str) -> tuple[int, str]:
        """A tag that differs only in its letters' case is taken instead."""
        same = self.search([("name", "=ilike", name.strip())], limit=1)
        return (same[0], self.label(same[0])) if same else super().name_create(name)

    def search_read(  # type: ignore[override] # Odoo's override is as narrow
        self,
        domain: Sequence[Any] | None = None,
        fields: Sequence[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[dict[str, Any]]:
        """As project_tags.py overrides it: without the `load` that others know."""
        return super().search_read(domain, fields, offset, limit, order)
