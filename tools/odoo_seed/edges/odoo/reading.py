"""The port that reads Odoo: records by ref, in canonical values, over any transport."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo.eyes import OdooEyes
from odoo_seed.edges.odoo.mapping import MODELS, NAMED_BY, ODOO_NAMES, REF
from odoo_seed.edges.odoo.naming import Naming
from odoo_seed.edges.odoo.strangers import Strangers
from odoo_seed.edges.odoo.versions import major
from odoo_seed.ports_odoo import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.adoption import Stranger
    from odoo_seed.core.eyes import Question, Sight
    from odoo_seed.core.live import Key, Live, LiveQuery
    from odoo_seed.core.model import Kind
    from odoo_seed.edges.odoo.transport import Transport

READ_CONTEXT = {"lang": "en_US", "active_test": False}

HAS_REF: list[Any] = [(REF, "not in", [False, ""])]

_WITH_REF: tuple[Kind, ...] = ("project", "task")

PAGE = 5000
"""Records read in one call."""


class OdooReading:
    """Implements ports_odoo.OdooReader. Holds no method that writes."""

    def __init__(self, transport: Transport, patience: float = PATIENCE) -> None:
        self._transport = transport
        self.patience = patience
        self._answer_seconds = math.inf
        self._own_partner = 0

    @property
    def database_key(self) -> str:
        """See ports_odoo.OdooReader."""
        return self._transport.target.database_key

    @property
    def answer_seconds(self) -> float:
        """See ports_odoo.OdooReader."""
        return self._answer_seconds

    @property
    def calls(self) -> int:
        """Requests sent so far."""
        return self._transport.calls

    def read_live(self, query: LiveQuery) -> Live:
        """See ports_odoo.OdooReader."""
        projects, companies = self._projects(query)
        tasks = self._tasks(query)
        milestones = self._milestones([row["id"] for row in projects])
        odoo_major = major(self._transport.version())
        reading = Naming(query, odoo_major, projects, milestones, tasks)
        rows = []
        if not query.companies <= set(companies.values()):
            rows = self._all("res.company", ["name", "active"])
            companies |= {row["id"]: row["name"] for row in rows}
        reading.name_companies(companies, (row["name"] for row in rows if not row["active"]))
        reading.name_bound(self._all)
        reading.name_tags(self._all("project.tags", ["name"]))
        users = self._users(query.emails, [*projects, *milestones, *tasks])
        if users is None:
            return self.read_live(query)  # as who we are, this time
        reading.name_users(users, self._transport.login())
        reading.name_stages(self._stages([*projects, *tasks]))
        return reading.live(self._strays(query, projects, tasks))

    def all_projects(self) -> Sequence[Stranger]:
        """See ports_odoo.OdooReader."""
        return Strangers(self._call, major(self._transport.version())).projects()

    def inside(self, projects: Sequence[int]) -> Sequence[Stranger]:
        """See ports_odoo.OdooReader."""
        return Strangers(self._call, major(self._transport.version())).inside(projects)

    def look(self, question: Question) -> Sight:
        """See ports_odoo.OdooReader."""
        me = self._transport.login()
        if not self._own_partner:
            self._users((), ())
        return OdooEyes(self._call, me, self._own_partner).look(question)

    def _strays(
        self, query: LiveQuery, *rows: Iterable[Mapping[str, Any]]
    ) -> dict[Key, tuple[int, str]]:
        """Which records bear an id that we wrote, though not its ref any more."""
        seen = {
            (kind, row[REF]) for kind, found in zip(_WITH_REF, rows, strict=True) for row in found
        }
        found: dict[Key, tuple[int, str]] = {}
        for kind in _WITH_REF:
            lost = {
                odoo_id: key
                for key, odoo_id in query.known_ids.items()
                if key[0] == kind and key not in seen
            }
            if lost:
                others = self._all(MODELS[kind], ["name"], [("id", "in", sorted(lost))])
                found |= {lost[row["id"]]: (row["id"], row["name"]) for row in others}
        return found

    def _projects(self, query: LiveQuery) -> tuple[list[dict[str, Any]], dict[int, str]]:
        """Read all projects, and the names of their companies by id.

        Here `search_read` gives the names as well, and so mostly saves the call that asks for
        them. It drops archived records from x2many fields: here these are archived stages,
        which nobody can put a task on.
        """
        more = sorted(ODOO_NAMES["project"][name] for name in query.bound_fields)
        fields = [*_fields("project"), *more, REF, "type_ids", *self._ratings(before_19=True)]
        rows = self._all(MODELS["project"], fields, _wanted("project", query), names=True)
        companies: dict[int, str] = {}
        for row in rows:
            row[REF] = query.adopting.get(("project", row["id"]), row[REF])
            if row["company_id"]:
                row["company_id"], name = row["company_id"]
                companies[row["company_id"]] = name
            for field in ("user_id", "write_uid", *more):
                row[field] = row[field] and row[field][0]
        return rows, companies

    def _tasks(self, query: LiveQuery) -> list[dict[str, Any]]:
        """Read all tasks: by id, since `search_read` drops archived dependencies and assignees."""
        fields = [*_fields("task"), REF, "state", "recurring_task"]
        ids = self._call(MODELS["task"], "search", [_wanted("task", query)], {"order": "id"})
        rows: list[dict[str, Any]] = []
        for start in range(0, len(ids), PAGE):
            page = [ids[start : start + PAGE], fields]
            rows += self._call(MODELS["task"], "read", page, {"load": ""})
        for row in rows if query.adopting else ():
            row[REF] = query.adopting.get(("task", row["id"]), row[REF])
        return rows

    def _milestones(self, project_ids: Sequence[int]) -> list[dict[str, Any]]:
        if not project_ids:
            return []
        domain = [("project_id", "in", project_ids)]
        return self._all(MODELS["milestone"], _fields("milestone"), domain)

    def _all(
        self,
        model: str,
        fields: Sequence[str],
        domain: Sequence[Any] = (),
        *,
        names: bool = False,
    ) -> list[dict[str, Any]]:
        options = {"order": "id", "load": ""}
        if names or model == "project.tags":
            del options["load"]  # tags have a search_read that does not know it (project_tags.py)
        found: list[dict[str, Any]] = self._call(
            model, "search_read", [list(domain), list(fields)], options
        )
        return found

    def _users(
        self, emails: Iterable[str], rows: Iterable[Mapping[str, Any]]
    ) -> list[dict[str, Any]] | None:
        """Read who is named; None when we turn out not to be who we took ourselves for."""
        ids: set[int] = set()
        for row in rows:
            ids.update(row.get("user_ids") or ())
            ids.update(value for value in (row.get("user_id"), row["write_uid"]) if value)
        me = self._transport.login()
        domain = ["|", ("login", "in", sorted(emails)), ("id", "in", sorted({*ids, me}))]
        fields = ["login", "name", "active", "company_ids", "partner_id"]
        users = self._all("res.users", fields, domain)
        own = next((row for row in users if row["id"] == me), None)
        if not self._transport.confirm(own["login"] if own else ""):
            return None
        self._own_partner = own["partner_id"] if own else 0
        return users

    def _stages(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Read the stages that projects list and tasks stand in, in the order of a board."""
        ids: set[int] = set()
        for row in rows:
            ids.update(row.get("type_ids") or ())
            if row.get("stage_id"):
                ids.add(row["stage_id"])
        if not ids:
            return []
        return self._stage_rows([("id", "in", sorted(ids))])

    def _stage_rows(self, domain: list[Any]) -> list[dict[str, Any]]:
        fields = [
            "name", "sequence", "fold", "user_id", "active", "project_ids", "mail_template_id",
            "rating_template_id", *self._ratings(before_19=False),
        ]  # fmt: skip
        stages = self._all("project.task.type", fields, domain)
        return sorted(stages, key=lambda stage: (stage["sequence"], stage["id"]))

    def _ratings(self, *, before_19: bool) -> tuple[str, ...]:
        """What tells whether a stage asks for ratings, which moved from projects to stages."""
        older = major(self._transport.version()) < 19
        return ("rating_active", "rating_status") if older is before_19 else ()

    def _call(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        begun = time.monotonic()
        options = {**(kwargs or {}), "context": READ_CONTEXT}
        found = self._transport.call(model, method, args, options)
        self._answer_seconds = min(self._answer_seconds, time.monotonic() - begun)
        return found


def _wanted(kind: Kind, query: LiveQuery) -> list[Any]:
    """The domain of what carries a ref, and of what is to get one."""
    ids = sorted(odoo_id for of_kind, odoo_id in query.adopting if of_kind == kind)
    return ["|", *HAS_REF, ("id", "in", ids)] if ids else HAS_REF


def _fields(kind: Kind) -> list[str]:
    names = [name for name in ODOO_NAMES[kind].values() if name not in NAMED_BY]
    return ["id", *names, "write_date", "write_uid"]
