"""The two protocols that every Odoo has: XML-RPC and JSON-RPC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from odoo_seed.edges.odoo.refusals import Refusal, explain, login_refused, not_understood
from odoo_seed.edges.odoo.versions import not_odoo, parse_version, require_supported
from odoo_seed.errors import OdooLoginError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.edges.odoo.line import Line
    from odoo_seed.edges.odoo.target import OdooTarget

READS = frozenset(
    {
        "authenticate", "check_access_rights", "context_get", "default_get", "fields_get",
        "has_access", "has_group", "name_search", "read", "read_group", "search", "search_count",
        "search_read", "version",
    }
)  # fmt: skip
"""Methods that change nothing, so that repeating one whose reply was lost is safe."""


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


class RpcTransport:
    """A Transport over XML-RPC or JSON-RPC. Each thread needs its own.

    Attributes:
        told_version: Odoo's version where it is known, so that it need not be asked.
    """

    def __init__(self, line: Line, codec: Codec) -> None:
        """Prepare; nothing is sent before the first call."""
        self._line = line
        self._target = line.target
        self._codec = codec
        self.told_version: str | None = None
        self._uid: int | None = None
        self._remembered = line.target.remembered_uid

    @property
    def target(self) -> OdooTarget:
        """See Transport."""
        return self._target

    @property
    def calls(self) -> int:
        """See Transport."""
        return self._line.calls

    def another(self) -> RpcTransport:
        """See Transport."""
        other = RpcTransport(self._line.another(), self._codec)
        other.told_version, other._uid = self.told_version, self._uid
        other._remembered = self._remembered
        return other

    def call(
        self,
        model: str,
        method: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """See Transport."""
        try:
            return self._execute(model, method, args, kwargs or {})
        except OdooLoginError:
            if not self._forget():
                raise
            return self._execute(model, method, args, kwargs or {})

    def _execute(
        self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        target = self._target
        credentials = (target.database, self.login(), target.password)
        params = (*credentials, model, method, list(args), dict(kwargs))
        return self._request("object", "execute_kw", params, model=model, name=method)

    def version(self) -> str:
        """See Transport."""
        if self.told_version is None:
            answer = self._request("common", "version", (), model="the server", name="version")
            self.told_version = parse_version(answer, self._target)
        return self.told_version

    def login(self) -> int:
        """See Transport."""
        if self._uid is not None:
            return self._uid
        target = self._target
        require_supported(self.version(), target)
        if self._remembered is not None:
            self._uid = self._remembered
            return self._uid
        params: Sequence[Any] = (target.database, target.user, target.password, {})
        uid = self._request("common", "authenticate", params, model="res.users", name="login")
        if not isinstance(uid, int) or isinstance(uid, bool):
            raise login_refused(target)
        self._uid = uid
        return uid

    def confirm(self, login: str) -> bool:
        """See Transport."""
        guess = self._remembered
        if guess is None or login == self._target.user:
            return True
        self._forget()
        return self.login() == guess  # a user may be let in under another name, as by LDAP

    def _forget(self) -> bool:
        """Give up a remembered id, so that the next call logs in; whether there was one."""
        was_remembered, self._remembered = self._remembered is not None, None
        if was_remembered:
            self._uid = None
        return was_remembered

    def close(self) -> None:
        """See Transport."""
        self._line.close()

    def _request(
        self, service: str, method: str, params: Sequence[Any], *, model: str, name: str
    ) -> Any:
        codec = self._codec
        try:
            reply = self._line.post(
                codec.path(service),
                codec.encode(service, method, params),
                {"Content-Type": codec.CONTENT_TYPE},
                repeatable=service == "common" or name in READS,
            )
            return codec.decode(reply.body)
        except Refusal as refusal:
            raise explain(refusal, self._target, model, name) from None
        except ValueError:
            if service == "common":
                raise not_odoo(self._target) from None
            raise not_understood(self._target) from None
