"""JSON-2, the protocol of Odoo 19 and later: an API key, named arguments, real HTTP codes.

Source: Odoo 19.0, addons/rpc/controllers/json2.py and odoo/http.py (Json2Dispatcher).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo.arguments import named
from odoo_seed.edges.odoo.refusals import (
    Refusal,
    explain,
    key_refused,
    no_database,
    not_understood,
)
from odoo_seed.edges.odoo.rpc import READS
from odoo_seed.edges.odoo.versions import JSON2_SINCE, ask_version, major, require_supported
from odoo_seed.errors import OdooLoginError, OdooSetupError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.edges.odoo.http_post import Reply
    from odoo_seed.edges.odoo.line import Line
    from odoo_seed.edges.odoo.target import OdooTarget

_KEY_REFUSED = ("werkzeug.exceptions.Unauthorized", "odoo.exceptions.AccessDenied")
_OLDER_NAMES = {
    "werkzeug.exceptions.NotFound": "builtins.AttributeError",
    "werkzeug.exceptions.UnprocessableEntity": "builtins.TypeError",
}
"""How the older protocols name the same mistakes in a call."""


class OthersKeyError(OdooLoginError):
    """Odoo takes the API key, but it is another user's."""


class Json2Transport:
    """A Transport over JSON-2. Each thread needs its own."""

    def __init__(self, line: Line) -> None:
        """Prepare; nothing is sent before the first call."""
        self._line = line
        self._target = line.target
        self._version: str | None = None
        self._uid: int | None = None

    @property
    def target(self) -> OdooTarget:
        """See Transport."""
        return self._target

    @property
    def calls(self) -> int:
        """See Transport."""
        return self._line.calls

    def another(self) -> Json2Transport:
        """See Transport."""
        other = Json2Transport(self._line.another())
        other._version, other._uid = self._version, self._uid
        return other

    def close(self) -> None:
        """See Transport."""
        self._line.close()

    def version(self) -> str:
        """See Transport."""
        if self._version is None:
            self._version = ask_version(self._line)
        return self._version

    def login(self) -> int:
        """See Transport. The key says who works; that must be who ODOO_USER says."""
        if self._uid is None:
            target = self._target
            require_supported(self.version(), target)
            if major(self.version()) < JSON2_SINCE:
                raise OdooSetupError(
                    f"Odoo at {target.address} is version {self.version()}, which has no JSON-2.",
                    remedy=f"Set {target.variable('ODOO_PROTOCOL')} to auto, jsonrpc or xmlrpc.",
                )
            self._uid = self._whose_key()
        return self._uid

    def confirm(self, login: str) -> bool:  # noqa: ARG002 - `login` compared it already
        """See Transport."""
        return True

    def _whose_key(self) -> int:
        try:
            uid = int(self._request("res.users", "context_get", {})["uid"])
            (user,) = self._request("res.users", "read", {"ids": [uid], "fields": ["login"]})
            login = user["login"]
        except (KeyError, TypeError, ValueError):
            raise not_understood(self._target) from None
        if login != self._target.user:
            target = self._target
            user, password = target.variable("ODOO_USER"), target.variable("ODOO_PASSWORD")
            raise OthersKeyError(
                f"{password} is an API key of {login!r}, not of {target.user!r}.",
                remedy=f"Set {user} to {login!r}, or {password} to an API key of {target.user!r}.",
            )
        return uid

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """See Transport."""
        self.login()
        try:
            arguments = named(method, args, kwargs or {})
        except Refusal as refusal:
            raise explain(refusal, self._target, model, method) from None
        found = self._request(model, method, arguments)
        if method == "create" and isinstance(arguments.get("vals_list"), dict):
            return found[0]  # one record for one, as the older protocols answer
        return found

    def _request(self, model: str, method: str, arguments: Mapping[str, Any]) -> Any:
        target = self._target
        reply = self._line.post(
            f"/json/2/{model}/{method}",
            json.dumps(arguments).encode(),
            self._headers(),
            repeatable=method in READS,
            is_answer=lambda found: found.status == 404 or _refusal(found) is not None,
        )
        refusal = _refusal(reply)
        if refusal:
            if refusal.odoo_name in _KEY_REFUSED:
                raise key_refused(target, refusal.message)
            raise explain(refusal, target, model, method)
        if reply.status == 404:
            raise no_database(target, "If it exists, let the proxy before Odoo pass /json/2.")
        try:
            return json.loads(reply.body)
        except ValueError:
            raise not_understood(target) from None

    def _headers(self) -> dict[str, str]:
        """Return the headers.

        Raises:
            OdooLoginError: Key or database cannot be said in a header, so they are none of Odoo's.
        """
        target = self._target
        if not _sayable(target.password):
            raise key_refused(target, "it is no API key")
        if not _sayable(target.database):
            raise no_database(target)
        return {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {target.password}",
            "X-Odoo-Database": target.database,
        }


def _sayable(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _refusal(reply: Reply) -> Refusal | None:
    """Return the error that Odoo itself gave; a proxy in front of it says nothing of this shape."""
    if reply.status < 400 or not reply.content_type.startswith("application/json"):
        return None
    try:
        error = json.loads(reply.body)
    except ValueError:
        return None
    if not isinstance(error, dict) or not {"name", "message", "arguments"} <= set(error):
        return None
    name = str(error["name"])
    return Refusal(_OLDER_NAMES.get(name, name), str(error["message"]))
