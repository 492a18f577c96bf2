"""Learn what `doctor` examines of an Odoo. Every call here only reads."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import closing, suppress
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from odoo_seed.core.doctor import Trouble
from odoo_seed.core.doctor_facts import Company, Field, Holder, OdooFacts, Person, Sought
from odoo_seed.core.doctor_odoo import JSON2_SINCE, major, readable, usable
from odoo_seed.core.doctor_seed import DEPENDENCIES, MILESTONES
from odoo_seed.core.live import LiveQuery
from odoo_seed.edges.odoo.bound import Bound
from odoo_seed.edges.odoo.http_post import HttpPoster
from odoo_seed.edges.odoo.mapping import ODOO_NAMES, REF
from odoo_seed.edges.odoo.reading import READ_CONTEXT
from odoo_seed.edges.odoo.transport import PROTOCOLS, open_transport
from odoo_seed.errors import OdooSeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import requests

    from odoo_seed.core.doctor_seed import Wanted
    from odoo_seed.core.live import Key, Named
    from odoo_seed.edges.odoo.target import OdooTarget
    from odoo_seed.edges.odoo.transport import Transport

T = TypeVar("T")

_PROJECT, _TASK = "project.project", "project.task"
_WRITTEN = (_PROJECT, _TASK, "project.task.type", "project.tags", "project.milestone")
_OPERATIONS = ("read", "write", "create")
_FEATURE_GROUPS = {
    MILESTONES: "project.group_project_milestone",
    DEPENDENCIES: "project.group_project_task_dependencies",
}


def gather(target: OdooTarget, transport: Transport, wanted: Wanted | None) -> OdooFacts:
    """Ask Odoo for everything, as far as its answers let us get. Raises nothing of OdooError.

    Args:
        wanted: What the seed names; None when it could not be read.
    """
    facts = OdooFacts(
        settings=True,
        target=target.name,
        address=target.address,
        login=target.user,
        database=target.database,
        protocol=target.protocol,
        protocols=tuple(PROTOCOLS),
    )
    facts.version = _ask(transport.version)
    if isinstance(facts.version, Trouble):
        return facts
    facts.skew = _skew(target)
    if not usable(facts.version):
        return facts
    if target.protocol == "auto" and major(facts.version) >= JSON2_SINCE:
        facts.json2 = _ask(lambda: _speaks_json2(target))
    facts.uid = _ask(transport.login)
    if isinstance(facts.uid, Trouble):
        return facts
    odoo = _Odoo(transport, facts.uid)
    facts.internal = _ask(odoo.is_internal)
    if facts.internal is not True:
        return facts
    facts.english = _ask(odoo.has_english)
    facts.companies = _ask(odoo.companies)
    if wanted is not None:
        facts.people = _ask(lambda: odoo.people(wanted.logins))
    facts.fields = _ask(odoo.fields)
    if not isinstance(facts.fields, Trouble):
        _gather_project(facts, odoo, facts.version, wanted)
    return facts


def _gather_project(facts: OdooFacts, odoo: _Odoo, version: str, wanted: Wanted | None) -> None:
    """Go on where the app Project is installed."""
    facts.manager = _ask(lambda: odoo.has_group("project.group_project_manager"))
    facts.access_rights = _ask(lambda: odoo.has_group("base.group_erp_manager"))
    if facts.manager is True:
        facts.lacking = _ask(odoo.lacking)
    facts.features = _ask(lambda: odoo.features(version))
    fields = facts.fields
    assert isinstance(fields, dict)  # noqa: S101 - see the caller
    usable_fields = all(found is not None and found.type == "char" for found in fields.values())
    if usable_fields and readable(facts):
        facts.holders = _ask(odoo.holders)
        facts.stages = _ask(odoo.stages)
        if wanted and wanted.named and isinstance(companies := facts.companies, tuple):
            facts.bound = _ask(lambda: odoo.bound(wanted.named, companies))


def _ask(question: Callable[[], T]) -> T | Trouble:
    try:
        return question()
    except OdooSeedError as error:
        return Trouble.of(error)


def _speaks_json2(target: OdooTarget) -> bool:
    with closing(open_transport(replace(target, protocol="json2"))) as transport:
        transport.login()
    return True


class _Odoo:
    """Questions to one database as one user."""

    def __init__(self, transport: Transport, uid: int) -> None:
        self._transport = transport
        self._uid = uid

    def is_internal(self) -> bool:
        # A portal user may read hardly more than this of themselves (res_users.py,
        # SELF_READABLE_FIELDS).
        return not self._call("res.users", "read", [[self._uid], ["share"]])[0]["share"]

    def has_english(self) -> bool:
        rows = self._all("res.lang", ["active"], [("code", "=", "en_US")])
        return any(row["active"] for row in rows)

    def companies(self) -> tuple[Company, ...]:
        (me,) = self._call("res.users", "read", [[self._uid], ["company_ids"]])
        return tuple(
            Company(row["id"], row["name"], bool(row["active"]), row["id"] in me["company_ids"])
            for row in self._all("res.company", ["name", "active"])
        )

    def people(self, logins: frozenset[str]) -> dict[str, Person]:
        fields = ["login", "active", "share", "company_ids"]
        rows = self._all("res.users", fields, [("login", "in", sorted(logins))])
        return {
            row["login"].lower(): Person(
                row["id"], bool(row["active"]), not row["share"], frozenset(row["company_ids"])
            )
            for row in rows
        }

    def has_group(self, name: str) -> bool:
        return bool(self._call("res.users", "has_group", [[self._uid], name]))

    def features(self, version: str) -> dict[str, bool]:
        # 19 turns these settings on by itself for the first project that needs them, but does
        # that for dependencies only when an administrator made it (project_project.py,
        # _inverse_allow_task_dependencies).
        if major(version) < 19:
            return {label: self.has_group(name) for label, name in _FEATURE_GROUPS.items()}
        able = self.has_group(_FEATURE_GROUPS[DEPENDENCIES]) or self._call(
            "mail.message.subtype", "has_access", [[], "write"]
        )
        return {MILESTONES: True, DEPENDENCIES: bool(able)}

    def lacking(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (model, operation)
            for model in _WRITTEN
            for operation in _OPERATIONS
            if not self._call(model, "has_access", [[], operation])
        )

    def fields(self) -> dict[str, Field | None]:
        """`fields_get` serves everybody; whether copies keep the ref, only some may read."""
        types = {
            model: self._call(model, "fields_get", [[REF], ["type"]]).get(REF)
            for model in (_PROJECT, _TASK)
        }
        copied = self._copied(list(types))
        return {
            model: Field(found["type"], copied.get(model)) if found else None
            for model, found in types.items()
        }

    def _copied(self, models: Sequence[str]) -> dict[str, bool]:
        if not self._call("ir.model.fields", "has_access", [[], "read"]):
            return {}
        domain = [("model", "in", models), ("name", "=", REF)]
        rows = self._all("ir.model.fields", ["model", "copied"], domain)
        return {row["model"]: bool(row["copied"]) for row in rows}

    def holders(self) -> dict[Key, tuple[Holder, ...]]:
        """Not by `read_group`: Odoo 19 calls it deprecated, and it tells no ids."""
        found: defaultdict[Key, list[Holder]] = defaultdict(list)
        for row in self._with_ref(_PROJECT, "user_id"):
            manager = frozenset({row["user_id"]} if row["user_id"] else ())
            found["project", row[REF]].append(Holder(row["id"], manager))
        for row in self._with_ref(_TASK, "user_ids"):
            found["task", row[REF]].append(Holder(row["id"], frozenset(row["user_ids"])))
        return {key: tuple(same) for key, same in found.items()}

    def stages(self) -> dict[str, frozenset[str]]:
        projects = self._with_ref(_PROJECT, "type_ids")
        ids = sorted({stage for row in projects for stage in row["type_ids"]})
        own = [("id", "in", ids), ("user_id", "=", False), ("active", "=", True)]
        names = {row["id"]: row["name"] for row in self._all("project.task.type", ["name"], own)}
        return {
            row[REF]: frozenset(names[stage] for stage in row["type_ids"] if stage in names)
            for row in projects
        }

    def bound(self, named: tuple[Named, ...], companies: Sequence[Company]) -> dict[Named, Sought]:
        query = LiveQuery(named=named)
        fields = [ODOO_NAMES["project"][name] for name in sorted(query.bound_fields)]
        rows = {row[REF]: row for row in self._with_ref(_PROJECT, *fields)}
        known = Bound(query, self._all, rows.values(), {one.name: one.odoo_id for one in companies})
        has = {ref: known.values(ref, row) for ref, row in rows.items()}
        return {
            item: Sought(
                known.ids_of(item),
                known.ids_of(item, active=False),
                is_set=has.get(item.project_ref, {}).get(item.field) == item.text,
            )
            for item in named
        }

    def _with_ref(self, model: str, *fields: str) -> list[dict[str, Any]]:
        return self._all(model, [REF, *fields], [(REF, "not in", [False, ""])])

    def _all(
        self, model: str, fields: Sequence[str], domain: Sequence[Any] = ()
    ) -> list[dict[str, Any]]:
        options = {"order": "id", "load": ""}
        found: list[dict[str, Any]] = self._call(
            model, "search_read", [list(domain), list(fields)], options
        )
        return found

    def _call(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        options = {**(kwargs or {}), "context": READ_CONTEXT}
        return self._transport.call(model, method, args, options)


class _Clock(HttpPoster):
    """Notes when the server says it answered."""

    def __init__(self, target: OdooTarget) -> None:
        super().__init__(target)
        self.date = ""
        self._session.hooks["response"].append(self._note)

    def _note(self, answer: requests.Response, **_options: Any) -> None:
        self.date = answer.headers.get("Date", "")


def _skew(target: OdooTarget) -> float | None:
    """Seconds by which the server's clock is ahead; None when it does not tell its time."""
    with closing(_Clock(target)) as clock:
        before = time.time()
        with suppress(OdooSeedError):  # a refusal has the header too
            clock.post("/web/webclient/version_info", b"{}", "application/json", repeatable=True)
        ours = (before + time.time()) / 2
        try:
            theirs = parsedate_to_datetime(clock.date).timestamp()
        except ValueError:
            return None
    return theirs + 0.5 - ours  # the header drops the second's fraction
