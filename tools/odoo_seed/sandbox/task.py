"""project.task (addons/project/models/project_task.py), side effects included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.sandbox.exceptions import UserError, ValidationError, constraint
from odoo_seed.sandbox.mail import TASK_CREATED, assigned_users
from odoo_seed.sandbox.schema import CLOSED
from odoo_seed.sandbox.task_people import TaskPeople
from odoo_seed.sandbox.task_state import reaches_itself, recompute_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from odoo_seed.sandbox.database import Row
    from odoo_seed.sandbox.model import Vals


class Task(TaskPeople):
    """project.task."""

    creation_subtype = TASK_CREATED
    missing_matters = True

    def default_get(self, names: Sequence[str]) -> Vals:
        """Without a project in the context the caller becomes the assignee.

        That happens even when the values name a project: the defaults do not see them.
        """
        found = super().default_get(names)
        if "user_ids" in names and not self.env.context.get("default_project_id"):
            found.setdefault("user_ids", [(4, self.env.uid)])
        return found

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Fill what Odoo computes, then subscribe, notify, and link stages to projects."""
        first_stage: dict[int, object] = {}
        self._take_home(vals_list)
        for vals in vals_list:
            self.check_names(vals)
            self._prepare(vals, first_stage)
        quiet = self.env.with_context(mail_create_nosubscribe=True)
        model = quiet["project.task"]
        ids = TaskPeople.create_all(model, vals_list)
        for record_id, vals in zip(ids, vals_list, strict=True):
            self._after_create(record_id, vals)
        return ids

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """The write of project.task, step by step as Odoo does it."""
        self.check_names(vals)
        if "milestone_id" in vals:
            self._milestone(ids, vals)
        if vals.get("parent_id") in ids:
            raise UserError("Sorry. You can't set a task as its parent task.")
        before = {one: set(self.assignees(one)) for one in ids} if "user_ids" in vals else {}
        told = self.told_of_transfer(vals)
        if "stage_id" in vals:
            if "project_id" not in vals and any(not self.rows[one]["project_id"] for one in ids):
                raise UserError("You can only set a personal stage on a private task.")
            vals |= self.stage_dates(vals["stage_id"])
        if vals.get("parent_id", True) is False:
            vals["display_in_project"] = True
        linked = self.blocked_by(ids) if "dependent_ids" in vals else set()
        stages = {one: self.rows[one]["stage_id"] for one in ids}
        super().write_all(ids, vals)
        self._recompute(ids, vals, linked)
        self._tell_customers(stages, asks=bool(vals.get("stage_id")))
        if "user_ids" in vals:
            self.note_assigned(ids, before)
        self._settle_states(ids, vals)
        for one in ids:
            if told:
                self.notify(one, told, "Task Transferred from one project to another")

    def unlink_all(self, ids: list[int]) -> None:
        """Subtasks go along; what depended on them is recomputed."""
        every = list(dict.fromkeys([*ids, *self.descendants(ids)]))
        links = self.env.db.links["task_dependencies_rel"]
        freed = {other for one in every for other in links.of(1, one)} - set(every)
        super().unlink_all(every)
        recompute_states(self.env, freed, keep=set())

    def copy(self, ids: int | Sequence[int], default: Vals | None = None) -> int | list[int]:
        """Duplicate tasks; a copy blocks and is blocked by what the original did."""
        wanted = self.existing(ids, "read")
        copies = self.copy_tree(wanted, dict(default or {}))
        made = [copies[one] for one in wanted]
        return made[0] if isinstance(ids, int) else made

    def copy_tree(
        self, ids: Iterable[int], default: Vals, *, suffix: str = " (copy)"
    ) -> dict[int, int]:
        """Duplicate tasks and their subtasks; return the copies by original."""
        quiet = self.env.with_context(
            mail_auto_subscribe_no_notify=True, mail_create_nosubscribe=True, mail_create_nolog=True
        )
        copies: dict[int, int] = {}
        for one in [*ids, *self.descendants(ids)]:
            row = self.rows[one]
            vals = {"name": row["name"] + suffix} | default
            vals["display_in_project"] = row["display_in_project"]
            if row["parent_id"] in copies:
                vals["parent_id"] = copies[row["parent_id"]]
            copies[one] = quiet["project.task"].copy_one(one, vals)
        links = self.env.db.links["task_dependencies_rel"]
        for one, made in copies.items():
            if self.compute_allow_task_dependencies(one):
                for name, side in (("depend_on_ids", 0), ("dependent_ids", 1)):
                    others = [copies.get(other, other) for other in links.of(side, one)]
                    if others:
                        self.write_all([made], {name: [(6, 0, others)]})
        return copies

    def check_row(self, row: Row, names: set[str]) -> None:
        """Constraints on parents and dependencies."""
        super().check_row(row, names)
        if row["parent_id"] and not row["project_id"]:
            raise constraint("A private task cannot have a parent.")
        # What nothing points to, as when it is new, cannot be part of a circle.
        parented = "parent_id" in names and row["parent_id"] and self.children(row["id"])
        if parented and reaches_itself(row["id"], lambda one: [self.rows[one]["parent_id"]]):
            raise ValidationError("Error! You cannot create a recursive hierarchy of tasks.")
        if "depend_on_ids" in names or "dependent_ids" in names:
            links = self.env.db.links["task_dependencies_rel"]
            if links.of(1, row["id"]) and reaches_itself(row["id"], lambda one: links.of(0, one)):
                raise ValidationError("Two tasks cannot depend on each other.")

    def creation_words(self, record_id: int) -> str:
        """Return the body of the creation message."""
        del record_id
        return '<div summary="o_mail_notification"><p>A new task has been created</p></div>'

    def _take_home(self, vals_list: list[Vals]) -> None:
        """In 19, the project of the only parent that is named is everybody's default."""
        parents = {vals["parent_id"] for vals in vals_list if vals.get("parent_id")}
        if self.env.major >= 19 and len(parents) == 1:
            home = self.rows.get(parents.pop(), {}).get("project_id")
            for vals in vals_list if home else ():
                vals.setdefault("project_id", home)
                vals.setdefault("user_ids", [])

    def _prepare(self, vals: Vals, first_stage: dict[int, object]) -> None:
        project_id = vals.get("project_id") or self.env.context.get("default_project_id")
        if vals.get("user_ids"):
            vals["date_assign"] = self.env.now()
            users = assigned_users(self, vals)
            if not project_id and not vals.get("parent_id") and self.env.uid not in users:
                vals["user_ids"] = [(6, 0, [*users, self.env.uid])]
        parent = self.rows.get(vals.get("parent_id") or 0)
        inside = parent is not None and project_id == parent["project_id"]
        vals.setdefault("display_in_project", not inside)
        if self.env.major >= 19 and inside:
            vals["display_in_project"] = False  # _inverse_parent_id
        if not project_id:
            vals |= {"stage_id": False} if "stage_id" in vals else {}
            return
        project = self.env["project.project"]
        if project_id in project.rows:
            project.existing([project_id], "read")
            vals.setdefault("company_id", project.rows[project_id]["company_id"])
            vals.setdefault("partner_id", project.rows[project_id]["partner_id"])
        if "stage_id" not in vals:
            if project_id not in first_stage:
                first_stage[project_id] = self.first_stage(project_id, "fold, sequence, id")
            vals["stage_id"] = first_stage[project_id]
        if vals["stage_id"]:
            vals |= self.stage_dates(vals["stage_id"])
        if parent and inside:
            vals.setdefault("milestone_id", parent["milestone_id"])

    def _after_create(self, record_id: int, vals: Vals) -> None:
        row, context = self.rows[record_id], self.env.context
        # 19 puts a context of its own in place of the caller's `mail_notrack`.
        tracked = self.env.major >= 19 or not context.get("mail_notrack")
        if tracked and not context.get("tracking_disable") and vals.get("stage_id"):
            self.write_to_customer(record_id)
        users = self.assignees(record_id)
        self.add_personal_stages(users)
        if not context.get("mail_auto_subscribe_no_notify"):
            self.tell_assigned(record_id, users - {self.env.uid})
        if row["stage_id"] and row["project_id"]:
            self.env.db.link("project_task_type_rel", row["stage_id"], row["project_id"])
        if row["parent_id"]:
            parents = self.env.db.followers.get((self.name, row["parent_id"]), {})
            self.subscribe(record_id, list(parents))
        self.subscribe(record_id, [self.env.partner_id])
        if "dependent_ids" in vals:
            recompute_states(self.env, self.blocked_by([record_id]), keep=set())

    def _tell_customers(self, stages: dict[int, object], *, asks: bool) -> None:
        silent = {"mail_notrack", "tracking_disable"} & {
            k for k, v in self.env.context.items() if v
        }
        for one, before in stages.items():
            if self.rows[one]["stage_id"] != before and not silent:
                self.write_to_customer(one)
            if asks:
                self.ask_for_rating(one)

    def _recompute(self, ids: list[int], vals: Vals, linked: set[int]) -> None:
        """What the write makes Odoo compute anew, in its order: project, stage, state."""
        moved = set(ids) if {"project_id", "parent_id"} & set(vals) else set()
        if "parent_id" in vals and "project_id" not in vals:
            for one in ids:
                self.follow_parent(one)
                self.hide_under_parent(one)
        family = self.descendants(moved)
        for one in family:
            self.follow_parent(one)
        for one in [*sorted(moved), *family]:
            if one not in moved or "project_id" in vals:
                self.show_in_project(one)
                if one in moved and "display_in_project" not in vals:
                    self.hide_under_parent(one)
            if one not in moved or "stage_id" not in vals:
                self.fit_stage(one)
            if one not in moved or "milestone_id" not in vals:
                self.fit_milestone(one)
            self.fit_company(one)
        cause = {"stage_id", "project_id", "parent_id", "depend_on_ids", "state"} & set(vals)
        touched = (set(ids) if cause else set()) | set(family) | linked
        touched |= self.blocked_by(ids) if "dependent_ids" in vals else set()
        kept = "state" in vals or ("parent_id" in vals and self.env.major >= 19)
        recompute_states(self.env, touched, keep=set(ids) if kept else set())

    def _settle_states(self, ids: list[int], vals: Vals) -> None:
        """The end of Odoo's write: blocked tasks wait, transferred ones start anew."""
        links, now = self.env.db.links["task_dependencies_rel"], self.env.now()
        for one in ids:
            if "state" in vals:
                self.env.db.put(self.name, one, "date_last_stage_update", now)
                blocked = self.compute_allow_task_dependencies(one) and any(
                    self.rows[other]["state"] not in CLOSED for other in links.of(0, one)
                )
                if blocked and vals["state"] not in (*CLOSED, "04_waiting_normal"):
                    self.env.db.put(self.name, one, "state", "04_waiting_normal")
            elif "project_id" in vals and self.rows[one]["state"] != "04_waiting_normal":
                self.env.db.put(self.name, one, "state", "01_in_progress")
                recompute_states(self.env, {one}, keep={one})

    def _milestone(self, ids: list[int], vals: Vals) -> None:
        """A milestone of another project is refused in silence; subtasks take their parent's."""
        milestone = self.env.db.rows["project.milestone"].get(vals["milestone_id"] or 0)
        if milestone:
            home = milestone["project_id"]
            wrong = [o for o in ids if vals.get("project_id", self.rows[o]["project_id"]) != home]
            if wrong:
                wanted = vals.pop("milestone_id")
                self.write_all(wrong, {"milestone_id": False})
                right = [one for one in ids if one not in wrong]
                if right:
                    self.write_all(right, {"milestone_id": wanted})
                return
        for one in ids:
            for child in sorted(self.children(one) - set(ids)):
                row = self.rows[child]
                same = row["milestone_id"] == self.rows[one]["milestone_id"]
                fills = milestone and not row["milestone_id"]
                if row["state"] not in CLOSED and (same or fills):
                    self.write_all([child], {"milestone_id": vals["milestone_id"]})
