"""Which Odoo database we talk to, and as whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from odoo_seed.core.doctor_odoo import is_local
from odoo_seed.core.targets import DEFAULT_TARGET, variable
from odoo_seed.errors import UsageError


@dataclass(frozen=True, slots=True)
class OdooTarget:
    """One Odoo database and the user that works in it.

    Attributes:
        url: Address of the server, without a path such as ``/web``.
        password: Password or API key; never part of a message or of this object's repr.
        protocol: ``xmlrpc``, ``jsonrpc``, ``json2`` (Odoo 19 and later, API key) or ``auto``.
        timeout: Seconds without an answer after which a call is given up. Odoo itself ends a call
            after 120 s (limit_time_real), so a longer wait than that learns the outcome.
        ca_file: PEM file of the authority that signed the server's certificate, where that is not
            one the system knows.
        remembered_uid: The user's id as an earlier run learnt it; a guess that saves a login.
        name: What the target is called, which its settings are named after.
    """

    url: str
    database: str
    user: str
    password: str = field(repr=False)
    protocol: str = "xmlrpc"
    timeout: float = 150
    ca_file: str | None = None
    remembered_uid: int | None = None
    name: str = DEFAULT_TARGET

    def variable(self, name: str) -> str:
        """What a setting such as ``ODOO_URL`` is called for this target."""
        return variable(name, self.name)

    @property
    def address(self) -> str:
        """The server's address without a trailing slash.

        Raises:
            UsageError: It is no http(s) address, or carries a password.
        """
        try:
            parts = urlsplit(self.url.strip())
            named = bool(parts.hostname) and parts.port != 0
        except ValueError:
            named = False
        if not named or parts.scheme not in {"http", "https"}:
            # The text may hold a password, so it is not repeated here.
            raise self._bad_address("is not an http or https address")
        # An @ in the path is the end of a password that holds a slash.
        if parts.username is not None or parts.query or parts.fragment or "@" in parts.path:
            raise self._bad_address("holds more than an address (a user, a password, a query)")
        return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))

    def _bad_address(self, what: str) -> UsageError:
        name = self.variable("ODOO_URL")
        example = "such as https://erp.example.com"
        return UsageError(
            f"{name} {what}.", remedy=f"Set {name} to the address of the server alone, {example}."
        )

    @property
    def database_key(self) -> str:
        """Database and server in one spelling, such as ``prod at erp.example.com``.

        One server often answers to http and to https, so both are the same here, with and without
        their own port; and so are all names of the machine itself.
        """
        parts = urlsplit(self.address)
        host = "localhost" if is_local(self.address) else (parts.hostname or "").rstrip(".")
        port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
        return f"{self.database} at {host}{port}{parts.path}"
