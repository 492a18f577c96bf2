"""Calls to Odoo's models, whatever the protocol."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Protocol

from odoo_seed.edges.odoo import codec_jsonrpc, codec_xmlrpc
from odoo_seed.edges.odoo.http_post import HttpPoster, ReplyTimeoutError, WrongAddressError
from odoo_seed.edges.odoo.refusals import Refusal, explain, login_refused
from odoo_seed.edges.odoo.target import OdooTarget
from odoo_seed.errors import (
    OdooReplyLostError,
    OdooSetupError,
    OdooUnreachableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["PROTOCOLS", "OdooTarget", "RpcTransport", "Transport", "open_transport"]

READS = frozenset(
    {
        "authenticate", "check_access_rights", "context_get", "default_get", "fields_get",
        "has_access", "has_group", "name_search", "read", "read_group", "search", "search_count",
        "search_read", "version",
    }
)  # fmt: skip
"""Methods that change nothing, so that repeating one whose reply was lost is safe."""

_PAUSES = (0.2, 0.8)
_OLDEST = 18


class Transport(Protocol):
    """Calls to one Odoo database as one user."""

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
        """Return Odoo's version such as ``18.0``, without logging in."""
        ...

    def login(self) -> int:
        """Check version and credentials (once) and return the user's id."""
        ...

    def another(self) -> Transport:
        """Return a second connection for another thread; its calls are counted with these."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Codec(Protocol):
    """How one protocol says a call and its answer. The two modules `codec_*` are this."""

    CONTENT_TYPE: str

    def path(self, service: str) -> str:
        """Return where a service is reached."""
        ...

    def encode(self, service: str, method: str, params: Sequence[Any]) -> bytes:
        """Return a request's body."""
        ...

    def decode(self, body: bytes) -> Any:
        """Return an answer's value, or raise Refusal or ValueError."""
        ...


PROTOCOLS: Mapping[str, Codec] = {"xmlrpc": codec_xmlrpc, "jsonrpc": codec_jsonrpc}


class RpcTransport:
    """A Transport over XML-RPC or JSON-RPC. Each thread needs its own."""

    def __init__(
        self, target: OdooTarget, codec: Codec, *, pauses: Sequence[float] = _PAUSES
    ) -> None:
        """Prepare; nothing is sent before the first call.

        Args:
            pauses: Seconds to wait before each further try of what is safe to repeat.
        """
        self._count = [0]
        self._target = target
        self._codec = codec
        self._pauses = tuple(pauses)
        self._http = HttpPoster(target)
        self._uid: int | None = None

    @property
    def calls(self) -> int:
        """See Transport."""
        return self._count[0]

    def another(self) -> RpcTransport:
        """See Transport."""
        other = RpcTransport(self._target, self._codec, pauses=self._pauses)
        other._uid, other._count = self._uid, self._count
        return other

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """See Transport."""
        target = self._target
        credentials = (target.database, self.login(), target.password)
        params = (*credentials, model, method, list(args), dict(kwargs or {}))
        return self._request("object", "execute_kw", params, model=model, name=method)

    def version(self) -> str:
        """See Transport."""
        answer = self._request("common", "version", (), model="the server", name="version")
        serie = answer.get("server_serie") if isinstance(answer, dict) else None
        found = re.search(r"(\d+)(?:\.(\d+))?", str(serie))
        if not found:
            raise WrongAddressError(
                f"What answers at {self._target.address} does not tell Odoo's version.",
                remedy="Set ODOO_URL to the address of the Odoo server.",
            )
        return f"{found[1]}.{found[2] or 0}"

    def login(self) -> int:
        """See Transport."""
        if self._uid is not None:
            return self._uid
        target = self._target
        version = self.version()
        if int(version.split(".")[0]) < _OLDEST:
            raise OdooSetupError(
                f"Odoo at {target.address} is version {version}.",
                remedy=f"odoo-seed needs Odoo {_OLDEST}.0 or later.",
            )
        params: Sequence[Any] = (target.database, target.user, target.password, {})
        uid = self._request("common", "authenticate", params, model="res.users", name="login")
        if not isinstance(uid, int) or isinstance(uid, bool):
            raise login_refused(target)
        self._uid = uid
        return uid

    def close(self) -> None:
        """See Transport."""
        self._http.close()

    def _request(
        self, service: str, method: str, params: Sequence[Any], *, model: str, name: str
    ) -> Any:
        repeatable = service == "common" or name in READS
        try:
            body = self._codec.encode(service, method, params)
            answer = self._post(self._codec.path(service), body, repeatable=repeatable)
            return self._codec.decode(answer)
        except Refusal as refusal:
            raise explain(refusal, self._target, model, name) from None
        except ValueError:
            if service == "common":
                raise WrongAddressError(
                    f"What answers at {self._target.address} is not Odoo.",
                    remedy="Set ODOO_URL to the address of the Odoo server.",
                ) from None
            raise OdooReplyLostError(
                f"The answer of {self._target.address} cannot be understood.",
                remedy="Odoo may have done the work; run this again, it looks before it writes.",
            ) from None

    def _post(self, path: str, body: bytes, *, repeatable: bool) -> bytes:
        """Post, and try again what is safe to repeat."""
        for pause in (*self._pauses, None):
            self._count[0] += 1
            try:
                return self._http.post(path, body, self._codec.CONTENT_TYPE, repeatable=repeatable)
            except (WrongAddressError, ReplyTimeoutError):
                raise
            except (OdooUnreachableError, OdooReplyLostError) as error:
                may_repeat = repeatable or isinstance(error, OdooUnreachableError)
                if pause is None or not may_repeat:
                    raise
                time.sleep(pause)
        raise AssertionError("unreachable: the last try returns or raises")


def open_transport(target: OdooTarget) -> RpcTransport:
    """Return a transport; nothing is sent before its first call.

    Raises:
        UsageError: Unknown protocol, or an address that is none.
    """
    codec = PROTOCOLS.get(target.protocol)
    if codec is None:
        raise UsageError(
            f"ODOO_PROTOCOL is {target.protocol!r}.",
            remedy=f"Set it to one of: {', '.join(PROTOCOLS)}.",
        )
    return RpcTransport(target, codec)
