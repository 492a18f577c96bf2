"""Reads what a plan that archives must know: people's timesheets, files and messages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from odoo_seed.core.eyes import Inmate, Sight, Work
from odoo_seed.core.live import CLOSED
from odoo_seed.edges.odoo.mapping import MODELS
from odoo_seed.errors import OdooAccessError, OdooRefusedError, OdooSetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from odoo_seed.core.eyes import Question
    from odoo_seed.core.model import Kind

    Call = Callable[[str, str, Sequence[Any], Mapping[str, Any]], Any]
    Mark = tuple[Kind, int]

_BY_PEOPLE = ("comment", "email", "email_outgoing")
"""Of mail.message.message_type; the others are written by Odoo itself (mail_message.py)."""

_MANAGERS = "project.group_project_manager"
"""Sees every project of its companies; others only followed ones (project_security.xml)."""

_LINES, _LINE = "account.analytic.line", ("task_id", "project_id")

_KINDS: tuple[Kind, ...] = ("project", "task")


class OdooEyes:
    """One look, over a function that calls Odoo without writing."""

    def __init__(self, call: Call, me: int, own_partner: int) -> None:
        self._call = call
        self._me, self._own_partner = me, own_partner
        self._not_looked_at: list[str] = []
        self._withheld: list[str] = []

    def look(self, question: Question) -> Sight:
        """See ports_odoo.OdooReader."""
        inmates = self._inmates(question.projects) if question.projects else ()
        tasks = sorted({*question.tasks, *(task.odoo_id for task in inmates)})
        projects = sorted(question.projects)
        work: dict[Mark, Work] = {}
        if tasks or projects:
            counts = (
                self._timesheets(tasks, projects),
                self._attachments(tasks, projects),
                self._messages(tasks, projects),
            )
            for mark in set().union(*counts):
                work[mark] = Work(*(counted[mark] for counted in counts))
        out_of_sight = self._out_of_sight(question.hidden) if question.hidden else frozenset()
        return Sight(work, inmates, out_of_sight, tuple(self._not_looked_at), tuple(self._withheld))

    def _inmates(self, projects: Sequence[int]) -> tuple[Inmate, ...]:
        domain = [("project_id", "in", sorted(projects)), ("active", "=", True)]
        rows = self._rows(MODELS["task"], domain, ["name", "project_id", "state"])
        return tuple(
            Inmate(row["id"], row["name"], row["project_id"], row["state"] in CLOSED)
            for row in rows
        )

    def _timesheets(self, tasks: Sequence[int], projects: Sequence[int]) -> Counter[Mark]:
        """Lines on tasks, and those on projects that name no task (hr_timesheet.py)."""
        domain = [
            "|", ("task_id", "in", tasks),
            "&", ("project_id", "in", projects), ("task_id", "=", False),
        ]  # fmt: skip
        try:
            rows = self._rows(_LINES, domain, _LINE)
        except (OdooSetupError, OdooRefusedError) as error:
            if not self._has_timesheets():
                self._not_looked_at.append("timesheets: this Odoo has no app for them")
            elif isinstance(error, OdooAccessError):
                self._withhold("timesheets", _LINES, ", which Project / Administrator has")
            else:
                raise
            rows = []
        return Counter(
            ("task", row["task_id"]) if row["task_id"] else ("project", row["project_id"])
            for row in rows
        )

    def _has_timesheets(self) -> bool:
        """Whether the app is installed, which users without any right on its lines may ask too.

        Without it there is no such model; with Analytic alone, which Project brings, its lines
        know no tasks and are shown to accountants only (analytic/security/ir.model.access.csv).
        """
        try:
            return "task_id" in self._call(_LINES, "fields_get", [["task_id"], ["type"]], {})
        except OdooSetupError:
            return False

    def _attachments(self, tasks: Sequence[int], projects: Sequence[int]) -> Counter[Mark]:
        domain = _on_records("res_model", tasks, projects)
        rows = self._if_shown("attachments", "ir.attachment", domain, ["res_model", "res_id"])
        return _counted((row["res_model"], row["res_id"]) for row in rows)

    def _messages(self, tasks: Sequence[int], projects: Sequence[int]) -> Counter[Mark]:
        domain = [
            ("message_type", "in", _BY_PEOPLE),
            ("author_id", "!=", self._own_partner),
            *_on_records("model", tasks, projects),
        ]
        rows = self._if_shown("messages", "mail.message", domain, ["model", "res_id"])
        return _counted((row["model"], row["res_id"]) for row in rows)

    def _out_of_sight(self, projects: Sequence[int]) -> frozenset[int]:
        """Projects that, shown to followers only, we would not see."""
        if self._call("res.users", "has_group", [[self._me], _MANAGERS], {}):
            return frozenset()
        domain = [
            ("id", "in", sorted(projects)),
            ("message_partner_ids", "in", [self._own_partner]),
        ]
        return frozenset(projects).difference(self._call(MODELS["project"], "search", [domain], {}))

    def _if_shown(
        self, what: str, model: str, domain: list[Any], fields: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Read what every Odoo has, though it may not show it to its users."""
        try:
            return self._rows(model, domain, fields)
        except OdooAccessError:
            self._withhold(what, model)
            return []

    def _withhold(self, what: str, model: str, who_has: str = "") -> None:
        told = f"{what}: Odoo does not give this user the right to read {model}{who_has}"
        self._withheld.append(told)

    def _rows(self, model: str, domain: list[Any], fields: Sequence[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call(
            model, "search_read", [domain, list(fields)], {"order": "id", "load": ""}
        )
        return found


def _on_records(field: str, tasks: Sequence[int], projects: Sequence[int]) -> list[Any]:
    return [
        "|",
        "&", (field, "=", MODELS["task"]), ("res_id", "in", tasks),
        "&", (field, "=", MODELS["project"]), ("res_id", "in", projects),
    ]  # fmt: skip


def _counted(found: Iterable[tuple[str, int]]) -> Counter[Mark]:
    kinds = {MODELS[kind]: kind for kind in _KINDS}
    return Counter((kinds[model], odoo_id) for model, odoo_id in found)
