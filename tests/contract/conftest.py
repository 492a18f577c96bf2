"""One suite against the sandbox, and against the real server that ODOO_URL names.

ODOO_USER is an administrator there, for JSON-2 by ODOO_API_KEY. ODOO_LOG may name the server's log
file, if nobody else uses it meanwhile: test_log.py then looks for deprecation warnings.
"""

from __future__ import annotations

import os
import re
import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import requests

from odoo_seed.edges.odoo.prepare import prepare
from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.edges.odoo.versions import major
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import OdooRefusedError
from odoo_seed.sandbox import SandboxServer
from odoo_seed.sandbox.exceptions import ValidationError
from tests.contract.leftovers import remove_people
from tests.contract.sync import Sync

if TYPE_CHECKING:
    from collections.abc import Iterator

SERIES = {"xmlrpc": "18.0", "jsonrpc": "18.0", "json2": "19.0"}
"""What the sandbox is, for each protocol."""

SILENT = {
    "lang": "en_US",
    "active_test": False,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
}
MANAGER, EMPLOYEE = "Project / Administrator", "Project / User"
PASSWORD = "contract-pass"

# What only a server whose log can be read shows.
LOG_TESTS = "test_log.py"
collect_ignore = [] if {"ODOO_LOG", "ODOO_URL"} <= os.environ.keys() else [LOG_TESTS]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every contract over all protocols, on the sandbox and on a real server if named."""
    if "server" in metafunc.fixturenames:
        cases = [pytest.param(("sandbox", name), id=f"sandbox-{name}") for name in SERIES]
        if metafunc.definition.path.name == LOG_TESTS:
            cases = []  # the sandbox keeps none
        if os.environ.get("ODOO_URL"):
            cases += [
                pytest.param(("real", name), id=f"real-{name}", marks=pytest.mark.real_odoo)
                for name in SERIES
                if name != "json2" or _real_major() >= 19
            ]
        metafunc.parametrize("server", cases, indirect=True, scope="session")


def _real_target(protocol: str) -> OdooTarget:
    """The server that the environment names; JSON-2 takes ODOO_API_KEY before ODOO_PASSWORD."""
    environ = os.environ
    secret = environ["ODOO_PASSWORD"]
    if protocol == "json2":
        secret = environ.get("ODOO_API_KEY") or secret
    return OdooTarget(
        environ["ODOO_URL"], environ["ODOO_DB"], environ["ODOO_USER"], secret, protocol=protocol
    )


@cache
def _real_major() -> int:
    with closing(open_transport(_real_target("auto"))) as transport:
        return major(transport.version())


@dataclass
class Server:
    """A server, the administrator's connection to it and the people made for this session.

    Attributes:
        sandbox: None when the server is a real one.
    """

    target: OdooTarget
    transport: Transport
    sandbox: SandboxServer | None = None
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    people: dict[str, int] = field(default_factory=dict)
    companies: dict[str, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def major(self) -> int:
        return major(self.transport.version())

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.transport.call(model, method, args, kwargs)

    def login_of(self, name: str) -> str:
        return f"{name}.{self.run}@example.com"

    def add_person(
        self,
        name: str,
        groups: tuple[str, ...],
        companies: tuple[str, ...],
        *,
        portal: bool = False,
    ) -> None:
        every = self.call("res.groups", "search_read", [], ["full_name"])
        by_name = {row["full_name"]: row["id"] for row in every}
        if self.major < 19:
            role = "User types / Portal" if portal else "User types / Internal User"
        else:
            role = "Role / Portal" if portal else "Role / User"
        allowed = [self.companies[company] for company in companies]
        self.people[name] = self.call(
            "res.users",
            "create",
            {
                "name": name,
                "login": self.login_of(name),
                "password": PASSWORD,
                "company_id": allowed[0],
                "company_ids": [(6, 0, allowed)],
                "groups_id" if self.major < 19 else "group_ids": [
                    (6, 0, [by_name[group] for group in (role, *groups)])
                ],
            },
            context={"no_reset_password": True},
        )

    def target_of(self, name: str) -> OdooTarget:
        """The server as a person uses it, with their password where the protocol takes one."""
        login = self.login_of(name)
        if self.target.protocol != "json2":
            return replace(self.target, user=login, password=PASSWORD)
        return replace(self.target, user=login, password=self.key_of(name))

    def key_of(self, name: str) -> str:
        """An API key of a person."""
        if name not in self.keys:
            self.keys[name] = self.make_key(name)
        return self.keys[name]

    def make_key(self, name: str, *, lasting: bool = False) -> str:
        """Make an API key of a person, for a day or for ever."""
        login = self.login_of(name)
        if self.sandbox:
            return self.sandbox.add_key(login, lasting=lasting)
        return make_key(replace(self.target, user=login, password=PASSWORD), lasting=lasting)


def make_key(target: OdooTarget, *, lasting: bool) -> str:
    """Make an API key as the web client does, password asked for again included.

    No RPC can: Odoo wants a session for it (res_users.py, check_identity).

    Raises:
        ValidationError: Odoo refuses.
    """
    with requests.Session() as web:

        def post(path: str, **params: Any) -> Any:
            message = {"jsonrpc": "2.0", "method": "call", "params": params}
            reply = web.post(target.address + path, json=message, timeout=30).json()
            if "error" in reply:
                raise ValidationError(reply["error"]["data"]["message"])
            return reply["result"]

        def call(model: str, method: str, *args: Any, **kwargs: Any) -> Any:
            return post(
                "/web/dataset/call_kw", model=model, method=method, args=args, kwargs=kwargs
            )

        post("/web/session/authenticate", db=target.database, login=target.user,
             password=target.password)  # fmt: skip
        wizard, check = "res.users.apikeys.description", "res.users.identitycheck"
        vals = {"name": "contract", "duration": "-1" if lasting else "1"}  # until no given day
        asked = call(wizard, "make_key", call(wizard, "create", [vals]))["res_id"]
        call(check, "write", [asked], {"password": target.password})  # where 18 looks for it
        context = {"password": target.password}  # where 19 does
        return str(call(check, "run_check", [asked], context=context)["context"]["default_key"])


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    kind, protocol = request.param
    with _opened(kind, protocol) as found:
        prepare(found.transport)
        _settle(found)
        yield found
        if not found.sandbox:  # which is gone anyhow
            remove_people(found)


@contextmanager
def _opened(kind: str, protocol: str) -> Iterator[Server]:
    if kind == "real":
        target = _real_target(protocol)
        with closing(open_transport(target)) as transport:
            yield Server(target, transport)
        return
    with SandboxServer(series=SERIES[protocol]) as sandbox:
        secret = sandbox.add_key("admin") if protocol == "json2" else "admin"
        target = OdooTarget(sandbox.url, "sandbox", "admin", secret, protocol=protocol)
        with closing(open_transport(target)) as transport:
            yield Server(target, transport, sandbox)


def _settle(server: Server) -> None:
    """Two companies, and people with different rights in them."""
    me = server.call("res.users", "read", [server.transport.login()], ["company_id"])[0]
    server.companies["own"] = me["company_id"][0]
    server.companies["other"] = server.call(
        "res.company", "create", {"name": f"Other {server.run}"}
    )
    server.add_person("manager", (MANAGER,), ("own",))
    server.add_person("assignee", (EMPLOYEE,), ("own",))
    server.add_person("colleague", (EMPLOYEE,), ("own",))
    server.add_person("outsider", (MANAGER,), ("other",))
    server.add_person("customer", (), ("own",), portal=True)


@dataclass
class World:
    """What a test works with: its own projects and stages, removed at its end."""

    server: Server
    context: dict[str, Any] = field(default_factory=lambda: dict(SILENT))
    projects: list[int] = field(default_factory=list)
    stages: list[int] = field(default_factory=list)
    transports: list[Transport] = field(default_factory=list)

    @property
    def protocol(self) -> str:
        return self.server.target.protocol

    def unique(self, text: str = "x") -> str:
        return f"{text} {uuid.uuid4().hex[:10]}"

    def person(self, name: str) -> int:
        return self.server.people[name]

    def partner(self, name: str | None = None) -> int:
        """The partner of a person, of the administrator when none is named."""
        user = self.person(name) if name else self.server.transport.login()
        found: int = self.read("res.users", user, "partner_id")
        return found

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("context", self.context)
        return self.server.call(model, method, *args, **kwargs)

    def as_person(self, name: str) -> World:
        """The same world, as somebody else sees it."""
        target = self.server.target_of(name)
        transport = open_transport(target)
        self.transports.append(transport)
        other = replace(self.server, target=target, transport=transport)
        return replace(self, server=other, context=dict(SILENT))

    def with_context(self, **context: Any) -> World:
        """The same world, with just this context."""
        return replace(self, context={"lang": "en_US", **context})

    def project(self, **vals: Any) -> int:
        defaults = {"name": "contract", "user_id": False, "allow_task_dependencies": True}
        made: int = self.call("project.project", "create", {**defaults, **vals})
        self.projects.append(made)
        return made

    def stage(self, project: int, name: str = "To Do", **vals: Any) -> int:
        values = {"name": name, "project_ids": [(4, project)], "user_id": False, **vals}
        made: int = self.call("project.task.type", "create", values)
        self.stages.append(made)
        return made

    def task(self, project: int, **vals: Any) -> int:
        values = {"name": "task", "project_id": project, "user_ids": [], **vals}
        made: int = self.call("project.task", "create", [values])[0]
        return made

    def milestone(self, project: int, **vals: Any) -> int:
        made: int = self.call(
            "project.milestone", "create", {"name": "M", "project_id": project, **vals}
        )
        return made

    def write(self, ids: int | list[int], **vals: Any) -> None:
        """Write to tasks."""
        self.call("project.task", "write", [ids] if isinstance(ids, int) else ids, vals)

    def write_project(self, project: int, **vals: Any) -> None:
        self.call("project.project", "write", [project], vals)

    def read(self, model: str, record: int, name: str) -> Any:
        return self.call(model, "read", [record], [name], load="")[0][name]

    def get(self, task: int, name: str) -> Any:
        """Read one field of a task."""
        return self.read("project.task", task, name)

    def states(self, *tasks: int) -> list[str]:
        rows = self.call("project.task", "read", list(tasks), ["state"])
        by_id = {row["id"]: row["state"] for row in rows}
        return [by_id[task] for task in tasks]

    def followers(self, model: str, record: int) -> set[int]:
        domain = [("res_model", "=", model), ("res_id", "=", record)]
        rows = self.call("mail.followers", "search_read", domain, ["partner_id"], load="")
        return {row["partner_id"] for row in rows}

    def messages(self, model: str, record: int, kind: str | None = None) -> int:
        domain = [("model", "=", model), ("res_id", "=", record)]
        if kind:
            domain.append(("message_type", "=", kind))
        found: int = self.call("mail.message", "search_count", domain)
        return found

    def mails(self) -> int:
        found: int = self.call("mail.mail", "search_count", [])
        return found

    def remove_projects(self, ids: list[int]) -> None:
        """Delete projects, and the stages that Odoo would leave behind."""
        rows = self.call("project.project", "read", ids, ["type_ids"])
        stages = {stage for row in rows for stage in row["type_ids"]} | set(self.stages)
        self.call("project.project", "unlink", ids)
        left = self.call("project.task.type", "search", [("id", "in", sorted(stages))])
        self.call("project.task.type", "unlink", left)

    def clean(self) -> None:
        """Leave nothing behind."""
        self.remove_projects(self.projects)
        for transport in self.transports:
            transport.close()

    @contextmanager
    def refused(self, name: str, *words: str) -> Iterator[None]:
        """Expect Odoo's exception of this name with these words, or those of another version."""
        match = "|".join(re.escape(text) for text in words) or None
        with pytest.raises(OdooRefusedError, match=match) as caught:
            yield
        names = {name}
        if self.protocol == "xmlrpc" and name == "odoo.exceptions.ValidationError":
            names = {"odoo.exceptions.UserError"}  # the same fault code
        assert caught.value.odoo_name in names


@pytest.fixture
def world(server: Server) -> Iterator[World]:
    made = World(server)
    yield made
    made.clean()


@pytest.fixture
def template(server: Server) -> Iterator[int]:
    """A letter to the customer of a task."""
    (model,) = server.call("ir.model", "search", [("model", "=", "project.task")])
    to = "{{ object.partner_id.id }}"
    vals = {"name": "Letter", "model_id": model, "subject": "Hello", "partner_to": to}
    made = server.call("mail.template", "create", vals)
    yield made
    server.call("mail.template", "unlink", [made])


@pytest.fixture
def customer(server: Server) -> Iterator[int]:
    """A partner, to be asked for before `world` and `sync`, as who has tasks cannot be deleted."""
    vals = {"name": "Customer", "email": "customer@example.com"}
    made = server.call("res.partner", "create", vals)
    yield made
    server.call("res.partner", "unlink", [made])


@pytest.fixture
def sync(world: World, database_url: str) -> Iterator[Sync]:
    company = world.read("res.company", world.server.companies["own"], "name")
    with PostgresStore(database_url) as store:
        made = Sync(world, store, f"R{uuid.uuid4().hex[:8]}_", company)
        yield made
        made.clean()
