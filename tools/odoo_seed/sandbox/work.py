"""What people leave on records: timesheets (addons/hr_timesheet/models/hr_timesheet.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.sandbox.model import Model

if TYPE_CHECKING:
    from odoo_seed.sandbox.model import Vals


class Timesheets(Model):
    """account.analytic.line, as far as timesheets go."""

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """A line on a task is on its project too; it is the caller's unless it says whose."""
        for vals in vals_list:
            task = self.env.db.rows["project.task"].get(vals.get("task_id") or 0)
            if task:
                vals["project_id"] = task["project_id"]
            vals.setdefault("user_id", self.env.uid)
        return super().create_all(vals_list)
