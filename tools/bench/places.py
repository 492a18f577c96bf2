"""The Odoo that is measured: a sandbox in a process of its own, or a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.child import clean_environ
from bench.seeds import COMPANIES, PEOPLE
from odoo_seed.edges.odoo.transport import OdooTarget, open_transport
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.edges.odoo.transport import Transport

VARIABLES = ("ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_PASSWORD", "ODOO_PROTOCOL", "ODOO_CA_FILE")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows that need an Odoo are measured.

    Attributes:
        environ: Variables that point `odoo-seed` at it.
        companies: Names that seeds may use there.
        people: Logins that seeds may use there.
    """

    is_real: bool
    environ: Mapping[str, str] = field(repr=False)
    companies: Sequence[str]
    people: Sequence[str]
    version: str

    @property
    def name(self) -> str:
        """For the table."""
        return f"Odoo {self.version}" if self.is_real else "sandbox"

    @property
    def protocol(self) -> str:
        """As in ODOO_PROTOCOL."""
        return self.environ.get("ODOO_PROTOCOL", "xmlrpc")

    def connect(self) -> Transport:
        """Open a connection of one's own."""
        return connect(self.environ)


def connect(environ: Mapping[str, str]) -> Transport:
    """Open a connection to what the variables name."""
    return open_transport(
        OdooTarget(
            url=environ["ODOO_URL"],
            database=environ["ODOO_DB"],
            user=environ["ODOO_USER"],
            password=environ["ODOO_PASSWORD"],
            protocol=environ.get("ODOO_PROTOCOL", "xmlrpc"),
            ca_file=environ.get("ODOO_CA_FILE"),
        )
    )


@contextmanager
def sandbox(protocol: str = "xmlrpc") -> Iterator[Place]:
    """Start a sandbox with the companies and people of the synthetic seeds; end it afterwards."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.places"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environ(),
    ) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker; it is a pipe
        environ = json.loads(process.stdout.readline()) | {"ODOO_PROTOCOL": protocol}
        try:
            yield Place(False, environ, COMPANIES, PEOPLE, "18.0 sandbox")
        finally:
            process.communicate()  # closes its stdin, which ends it


def _serve() -> None:
    from odoo_seed.sandbox import SandboxServer  # noqa: PLC0415 - only the sandbox's process

    with SandboxServer(prepared=True) as server:
        users = [(login.split("@")[0], login, COMPANIES) for login in PEOPLE]
        server.populate(COMPANIES, users)
        told = dict(zip(VARIABLES, (server.url, "sandbox", "admin", "admin"), strict=False))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def real(environ: Mapping[str, str]) -> Place:
    """Look at the server that ODOO_URL names; writes nothing.

    The bot is everybody in the seeds made for it, so that nobody else sees, follows or is told of
    a task that is not meant for them.

    Raises:
        UsageError: A variable is missing, or the bot may not delete what the bench would make.
        OdooSeedError: It cannot be reached, or refuses.
    """
    given = {name: environ[name] for name in VARIABLES if environ.get(name)}
    missing = [name for name in VARIABLES[:4] if name not in given]
    if missing:
        raise UsageError(f"{', '.join(missing)} not set.", remedy="Set all four, or none.")
    transport = connect(given)
    try:
        return Place(True, given, *_look(transport, given["ODOO_USER"]), transport.version())
    finally:
        transport.close()


def _look(transport: Transport, login: str) -> tuple[Sequence[str], Sequence[str]]:
    uid = transport.login()
    for model in ("project.project", "project.task", "project.task.type", "project.tags"):
        for operation in ("create", "write", "unlink"):
            asked = [operation, False]  # False: answer, do not raise
            if not transport.call(model, "check_access_rights", asked):
                raise UsageError(
                    f"{login} may not {operation} {model}, so it could not clean up.",
                    remedy="Give it the group Project / Administrator.",
                )
    for model in ("project.project", "project.task"):
        if "x_external_ref" not in transport.call(model, "fields_get", [["x_external_ref"], []]):
            raise UsageError(f"{model} has no x_external_ref.", remedy="Run `odoo-seed prepare`.")
    me: list[dict[str, Any]] = transport.call("res.users", "read", [[uid], ["login", "company_id"]])
    company = me[0]["company_id"][1]
    login = me[0]["login"]
    return [company], [login] if "@" in login else []


def chosen(environ: Mapping[str, str] | None = None) -> Place | None:
    """The real server of the environment, or None for the sandbox. `.env.local` is not read."""
    environ = os.environ if environ is None else environ
    return real(environ) if environ.get("ODOO_URL") else None


if __name__ == "__main__":
    _serve()
