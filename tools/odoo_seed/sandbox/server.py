"""The sandbox Odoo: an HTTP server on the loopback, in this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

from odoo_seed.sandbox.http_server import SandboxHttp
from odoo_seed.sandbox.service import ADMIN, Service
from odoo_seed.sandbox.switches import Kind, Switches, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from odoo_seed.sandbox.switches import Call

_POLL = 0.02
MAX_BODY = 128 * 1024 * 1024


class Actor:
    """Someone who works in the sandbox as one of its users, without the network."""

    def __init__(self, service: Service, uid: int) -> None:
        self._service = service
        self.uid = uid

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method as this user; raises the exceptions of `sandbox.exceptions`."""
        return self._service.call(self.uid, model, method, args, kwargs)


class SandboxServer:
    """A stand-in for an Odoo server with one database.

    Attributes:
        url: Such as ``http://127.0.0.1:40123``.
        series: Version it claims to be; from 19 on it speaks JSON-2 too.
        max_body: Bytes above which a request is answered with HTTP 413.
    """

    def __init__(
        self,
        port: int = 0,
        database: str = "sandbox",
        login: str = "admin",
        password: str = "admin",  # noqa: S107 - a sandbox on the loopback
        *,
        prepared: bool = False,
        series: str = "18.0",
    ) -> None:
        """Start listening.

        Args:
            port: 0 takes a free one.
            prepared: The field x_external_ref exists from the start.
            series: Version whose ways it has, 18.0 or 19.0.
        """
        self.database = database
        self.login = login
        self.password = password
        self.series = series
        self.max_body = MAX_BODY
        self.service = Service(database, login, password, prepared=prepared, major=self.major)
        self.switches = Switches()
        self._http = SandboxHttp(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(_POLL,), name="sandbox-odoo", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and break off every connection."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self._http.break_off()

    def populate(
        self,
        companies: Sequence[str] = (),
        users: Sequence[tuple[str, str, Sequence[str]]] = (),
        *,
        password: str = "",
        groups: Sequence[str] = ("project.group_project_user",),
    ) -> dict[str, int]:
        """Add companies and users; return the users' ids by login.

        Args:
            companies: Names. Those that exist are left alone.
            users: Name, login and names of the companies each may work in, the first one their
                own.
            password: Of all of them; each one's login when empty.
            groups: External names of the groups of all of them.
        """
        return self.service.populate(companies, users, password=password, groups=groups)

    @property
    def major(self) -> int:
        """The first number of the series."""
        return int(self.series.partition(".")[0])

    def add_key(self, login: str | None = None, *, lasting: bool = False) -> str:
        """Make an API key for a user, the sandbox's own by default, and return it.

        Args:
            lasting: It never expires, which is for administrators only.
        """
        return self.service.add_key(login or self.login, lasting=lasting)

    def drop_keys(self) -> None:
        """Take all API keys back."""
        self.service.drop_keys()

    def as_user(self, login: str | None = None) -> Actor:
        """Return somebody who acts as this user; the sandbox's own by default."""
        if login is None or login == self.login:
            return Actor(self.service, ADMIN)
        for uid, row in self.service.db.rows["res.users"].items():
            if row["login"] == login:
                return Actor(self.service, uid)
        raise KeyError(login)

    def prepare(self) -> None:
        """Create x_external_ref on projects and tasks."""
        self.service.prepare()

    def trouble(self, kind: Kind, **details: Any) -> None:
        """Order a trouble for calls to come; see `switches.Trouble`."""
        self.switches.order(Trouble(kind, **details))

    def calm(self) -> None:
        """Take all troubles and forgotten rights back."""
        self.switches.cancel()
        self.service.state.forgotten.clear()

    def forget_rights(self, model: str, *operations: str) -> None:
        """Let nobody do these operations on a model; all four when none is named."""
        for operation in operations or ("read", "write", "create", "unlink"):
            self.service.state.forgotten.add((model, operation))

    def uninstall(self, model: str) -> None:
        """Be an Odoo without the app that brings this model."""
        del self.service.state.models[model]

    def calls(self, method: str | None = None, model: str | None = None) -> list[Call]:
        """Return the calls on models that arrived so far; logins are not among them."""
        return self.switches.calls(method, model)

    def forget_calls(self) -> None:
        """Empty the log of calls."""
        self.switches.forget_calls()

    def version(self) -> dict[str, Any]:
        """Return what `common.version` answers."""
        major, _, minor = self.series.partition(".")
        return {
            "server_version": f"{self.series}-sandbox",
            "server_version_info": [int(major), int(minor or 0), 0, "final", 0, ""],
            "server_serie": self.series,
            "protocol_version": 1,
        }
