"""Calls to Odoo's models, whatever the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from odoo_seed.edges.odoo import codec_jsonrpc, codec_xmlrpc
from odoo_seed.edges.odoo.auto import AutoTransport
from odoo_seed.edges.odoo.json2 import Json2Transport
from odoo_seed.edges.odoo.line import PAUSES, Line
from odoo_seed.edges.odoo.rpc import RpcTransport
from odoo_seed.edges.odoo.target import OdooTarget
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["PROTOCOLS", "OdooTarget", "Transport", "open_transport"]


class Transport(Protocol):
    """Calls to one Odoo database as one user."""

    @property
    def target(self) -> OdooTarget:
        """Whom this talks to."""
        ...

    @property
    def calls(self) -> int:
        """Requests sent or tried so far."""
        ...

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a method; one call is one transaction in Odoo.

        Raises:
            OdooUnreachableError: Odoo cannot have begun to work on it.
            OdooReplyLostError: It was sent and no answer came: Odoo may have committed it.
            OdooRefusedError: Odoo rolled it back; OdooAccessError when rights are missing.
            OdooLoginError: Wrong database, login, password or API key.
            OdooSetupError: Odoo is too old, or lacks an app or x_external_ref.
        """
        ...

    def version(self) -> str:
        """Return Odoo's version such as ``18.0``, without logging in; asked for once."""
        ...

    def login(self) -> int:
        """Check version and credentials (once) and return the user's id."""
        ...

    def confirm(self, login: str) -> bool:
        """Check whose id `login` gave, where it was only remembered.

        Args:
            login: The login of the user with that id, as Odoo holds it; empty if it has none.

        Returns:
            Whether the id was right. If not, what was read until now was read as somebody else;
            `login` now gives the right one.
        """
        ...

    def another(self) -> Transport:
        """Return a second connection for another thread; its calls are counted with these."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


PROTOCOLS: Mapping[str, Callable[[Line], Transport]] = {
    "xmlrpc": lambda line: RpcTransport(line, codec_xmlrpc),
    "jsonrpc": lambda line: RpcTransport(line, codec_jsonrpc),
    "json2": Json2Transport,
    "auto": AutoTransport,
}


def open_transport(target: OdooTarget, *, pauses: Sequence[float] = PAUSES) -> Transport:
    """Return a transport; nothing is sent before its first call.

    Args:
        pauses: Seconds to wait before each further try of what is safe to repeat.

    Raises:
        UsageError: Unknown protocol, or an address that is none.
    """
    opened = PROTOCOLS.get(target.protocol)
    if opened is None:
        raise UsageError(
            f"{target.variable('ODOO_PROTOCOL')} is {target.protocol!r}.",
            remedy=f"Set it to one of: {', '.join(PROTOCOLS)}.",
        )
    return opened(Line(target, pauses))
