"""The best protocol that the server and the credentials allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo import codec_jsonrpc
from odoo_seed.edges.odoo.http_post import WrongAddressError
from odoo_seed.edges.odoo.json2 import Json2Transport, OthersKeyError
from odoo_seed.edges.odoo.rpc import RpcTransport
from odoo_seed.edges.odoo.versions import JSON2_SINCE, major
from odoo_seed.errors import OdooLoginError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.edges.odoo.line import Line
    from odoo_seed.edges.odoo.target import OdooTarget
    from odoo_seed.edges.odoo.transport import Transport


class AutoTransport:
    """JSON-2 where Odoo has it and takes the API key, else JSON-RPC. Each thread needs its own."""

    def __init__(self, line: Line) -> None:
        """Prepare; nothing is sent before the first call."""
        self._line = line
        self._json2 = Json2Transport(line)
        self._jsonrpc = RpcTransport(line, codec_jsonrpc)
        self._best: Transport | None = None

    @property
    def target(self) -> OdooTarget:
        """See Transport."""
        return self._line.target

    @property
    def calls(self) -> int:
        """See Transport."""
        return self._line.calls

    def another(self) -> Transport:
        """See Transport."""
        return self._choose().another()

    def close(self) -> None:
        """See Transport."""
        self._line.close()

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """See Transport."""
        return self._choose().call(model, method, args, kwargs)

    def login(self) -> int:
        """See Transport."""
        return self._choose().login()

    def confirm(self, login: str) -> bool:
        """See Transport."""
        return self._choose().confirm(login)

    def version(self) -> str:
        """See Transport."""
        try:
            self._jsonrpc.told_version = self._json2.version()
        except WrongAddressError:
            # A proxy may pass nothing but the older protocols.
            return self._jsonrpc.version()
        return self._json2.version()

    def _choose(self) -> Transport:
        if self._best is None:
            self._best = self._json2 if self._speaks_json2() else self._jsonrpc
        return self._best

    def _speaks_json2(self) -> bool:
        if major(self.version()) < JSON2_SINCE:
            return False
        try:
            self._json2.login()
        except OthersKeyError:
            raise  # so it is no password
        except (OdooLoginError, WrongAddressError):
            return False  # it is a password, or a proxy does not pass /json/2
        return True
