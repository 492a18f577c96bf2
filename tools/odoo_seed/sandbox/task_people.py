"""Who follows a task, who is told of it, and what assignees get (project_task.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.sandbox.mail import PROJECT_TASK_CREATED, assigned_users
from odoo_seed.sandbox.task_computed import TaskComputed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo_seed.sandbox.model import Vals

_PERSONAL = (
    ("Inbox", False), ("Today", False), ("This Week", False), ("This Month", False),
    ("Later", False), ("Done", True), ("Cancelled", True),
)  # fmt: skip


class TaskPeople(TaskComputed):
    """The followers and assignees of project.task."""

    def compute_personal_stage_type_id(self, record_id: int) -> object:
        """The caller's own stage of the task: their first one, where they are assigned."""
        if self.env.uid not in self.assignees(record_id):
            return False
        found = self.env["project.task.type"].search([("user_id", "=", self.env.uid)], limit=1)
        return found[0] if found else False

    def responsible(self, vals: Vals) -> list[int]:
        """Assignees follow; they are told elsewhere."""
        return assigned_users(self, vals)

    def auto_subscribe(self, record_id: int, vals: Vals) -> None:
        """Followers of the project and assignees follow the task."""
        db = self.env.db
        if vals.get("project_id"):
            links = db.links["mail_followers_mail_message_subtype_rel"]
            subtypes = db.rows["mail.message.subtype"]
            followers = db.followers.get(("project.project", vals["project_id"]), {})
            for partner, follower in followers.items():
                if partner not in db.followers.get((self.name, record_id), {}):
                    held = links.of(0, follower)
                    leads = {subtypes[one]["parent_id"] or one for one in held}
                    self.subscribe(record_id, [partner], leads)
        users = db.rows["res.users"]
        self.subscribe(record_id, [users[one]["partner_id"] for one in self.responsible(vals)])

    def write_to_customer(self, record_id: int) -> None:
        """Send what the stage has for who reaches it (_track_template)."""
        self._to_customer(record_id, "mail_template_id", "auto_comment")

    def ask_for_rating(self, record_id: int) -> None:
        """Ask what the customer thinks of it, whatever the context (_send_task_rating_mail)."""
        row, db = self.rows[record_id], self.env.db
        model, key = ("project.task.type", "stage_id")
        if self.env.major < 19:
            model, key = ("project.project", "project_id")
        found = db.rows[model].get(row[key], {})
        if found.get("rating_active") and found["rating_status"] == "stage":
            self._to_customer(record_id, "rating_template_id", "notification", asks=True)

    def _to_customer(self, record_id: int, template: str, kind: str, *, asks: bool = False) -> None:
        row = self.rows[record_id]
        stage = self.env.db.rows["project.task.type"].get(row["stage_id"], {})
        found = self.env.db.rows["mail.template"].get(stage.get(template) or 0)
        partners = [row["partner_id"]] if row["partner_id"] else []
        if found and (partners or not asks):
            self.send(record_id, partners, found["subject"], kind)

    def told_of_transfer(self, vals: Vals) -> list[int]:
        """Return the partners who hear of tasks that come to the project."""
        if not vals.get("project_id"):
            return []
        project = self.env["project.project"]
        found: list[int] = project.subscribed(vals["project_id"], PROJECT_TASK_CREATED)
        return found

    def note_assigned(self, ids: list[int], before: dict[int, set[int]]) -> None:
        """Date the first assignment, or forget its date with the last, and tell who is new."""
        for one in ids:
            users = self.assignees(one)
            self.add_personal_stages(users)
            if not users or not before[one]:
                value = self.env.now() if users else False
                self.env.db.put(self.name, one, "date_assign", value)
            if not self.env.context.get("mail_auto_subscribe_no_notify"):
                self.tell_assigned(one, users - before[one] - {self.env.uid})

    def tell_assigned(self, record_id: int, users: Iterable[int]) -> None:
        """Notify users that the task is theirs."""
        for user in sorted(users):
            row = self.env.db.rows["res.users"][user]
            self.notify(record_id, [row["partner_id"]], f"Dear {row['name']}")

    def add_personal_stages(self, users: Iterable[int]) -> None:
        """Every assignee gets stages of their own, whose names may equal a project's."""
        stages = self.env.sudo()["project.task.type"]
        owners = self.env.db.pointers["project.task.type"]["user_id"]
        for user in users:
            if not owners.get(user):
                stages.create_all([
                    {"name": name, "fold": fold, "sequence": n, "user_id": user}
                    for n, (name, fold) in enumerate(_PERSONAL, 1)
                ])  # fmt: skip
