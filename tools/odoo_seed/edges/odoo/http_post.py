"""One POST to Odoo, with every way it can fail told apart."""

from __future__ import annotations

import http.client
import http.cookiejar
import io
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import requests
import requests.adapters
import urllib3.exceptions

from odoo_seed.errors import (
    OdooError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooSeedError,
    OdooUnreachableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.edges.odoo.target import OdooTarget

_CONNECT_TIMEOUT = 10.0
_IDLE_LIMIT = 2.0
"""Seconds after which an open connection is not trusted with a write: the other side may be
closing it at this moment, and a lost create would be the price of the saved handshake."""
_LATER_REMEDY = "Check that Odoo is running and reachable from here, then run this again."
_LOST_REMEDY = "Odoo may have done the work; run this again, it looks before it writes."


class WrongAddressError(OdooUnreachableError):
    """What answers at the address is not Odoo, or cannot be trusted: trying again is no use."""


class ReplyTimeoutError(OdooReplyLostError):
    """Odoo did not answer in time: it is still at work, or stuck."""


class _Body(io.BytesIO):
    """A request's body that knows whether the network has begun to take it.

    urllib3 reads it only after connecting, the TLS handshake and the headers: while `taken` is
    False, Odoo cannot have begun to work.
    """

    taken = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.taken = True
        return super().read(size)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP, whole and judged by nobody yet."""

    status: int
    content_type: str
    location: str
    body: bytes


class HttpPoster:
    """Posts to one Odoo server over kept-alive connections. Not for use by several threads."""

    def __init__(self, target: OdooTarget) -> None:
        self._address = target.address
        self._url_name = target.variable("ODOO_URL")
        self._ca_name = target.variable("ODOO_CA_FILE")
        self._timeout = target.timeout
        self._session = requests.Session()
        # urllib3 itself must never send a request twice.
        adapter = requests.adapters.HTTPAdapter(max_retries=0, pool_maxsize=1)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        # Without this, requests would add a password from ~/.netrc.
        self._session.auth = lambda request: request
        # Odoo's pages hand out sessions; every call of ours stands for itself.
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        if urlsplit(self._address).hostname in {"127.0.0.1", "localhost", "::1"}:
            self._session.trust_env = False  # a proxy cannot know this machine's loopback
        if target.ca_file:
            self._session.verify = _usable_ca_file(target.ca_file, self._ca_name)
        self._last_used = 0.0

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def post(self, path: str, content: bytes, content_type: str, *, repeatable: bool) -> bytes:
        """Return the body of an answer that is HTTP 200 and no page.

        Args:
            repeatable: The call writes nothing, so losing it costs nothing.

        Raises:
            OdooUnreachableError: Odoo cannot have begun to work on it.
            OdooReplyLostError: It was sent and no whole answer came.
            OdooRefusedError: It was refused before Odoo's models saw it (HTTP 400, 413).
            UsageError: The address cannot be used.
        """
        reply = self.send(path, content, {"Content-Type": content_type}, repeatable=repeatable)
        self.check(reply)
        return reply.body

    def send(
        self, path: str, content: bytes, headers: Mapping[str, str], *, repeatable: bool
    ) -> Reply:
        """Return the answer, whatever its status; raises as `post` does where none came."""
        if not repeatable and time.monotonic() - self._last_used > _IDLE_LIMIT:
            self._session.close()  # drops pooled connections; the session opens new ones
        body = _Body(content)
        try:
            reply = self._exchange(path, body, headers)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._explain(error, sent=body.taken) from None
        self._last_used = time.monotonic()
        return reply

    def _exchange(self, path: str, body: _Body, headers: Mapping[str, str]) -> Reply:
        deadline = time.monotonic() + self._timeout
        answer = self._session.post(
            self._address + path,
            data=body,
            headers=headers,
            timeout=(min(_CONNECT_TIMEOUT, self._timeout), self._timeout),
            allow_redirects=False,
            stream=True,
        )
        parts = []
        # `iter_content` would wait for whole blocks, and so for longer than the deadline.
        while part := answer.raw.read1(1 << 16, decode_content=True):
            parts.append(part)
            if time.monotonic() > deadline:
                answer.close()
                raise requests.ReadTimeout
        said = answer.headers
        return Reply(
            answer.status_code,
            said.get("Content-Type", ""),
            said.get("Location", ""),
            b"".join(parts),
        )

    def _explain(self, error: Exception, *, sent: bool) -> OdooSeedError:
        causes = list(_causes(error))
        if any(isinstance(cause, requests.exceptions.InvalidURL) for cause in causes):
            return UsageError(
                f"{self._url_name} is not a usable address.", remedy=f"Check {self._url_name}."
            )
        return self._explain_lost(causes) if sent else self._explain_unsent(causes)

    def _explain_lost(self, causes: list[BaseException]) -> OdooReplyLostError:
        timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
        if any(isinstance(cause, timeouts) for cause in causes):
            return ReplyTimeoutError(
                f"Odoo at {self._address} did not answer within {self._timeout:g} seconds.",
                remedy=_LOST_REMEDY,
            )
        if any(type(cause) is http.client.BadStatusLine for cause in causes):
            return OdooReplyLostError(
                f"What answers at {self._address} does not speak HTTP.",
                remedy=f"Check {self._url_name}.",
            )
        return OdooReplyLostError(
            f"The connection to Odoo at {self._address} broke before the answer came.",
            remedy=_LOST_REMEDY,
        )

    def _explain_unsent(self, causes: list[BaseException]) -> OdooError:
        host = urlsplit(self._address).hostname
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return self._explain_tls(causes)
        if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
            return OdooUnreachableError(
                f"The host {host} was not found.", remedy=f"Check {self._url_name}."
            )
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return OdooUnreachableError(
                f"{self._address} refuses connections: nothing listens there.",
                remedy=_LATER_REMEDY,
            )
        if any(isinstance(cause, requests.ConnectTimeout) for cause in causes):
            return OdooUnreachableError(
                f"{self._address} did not accept a connection in time.", remedy=_LATER_REMEDY
            )
        return OdooUnreachableError(
            f"No connection to Odoo at {self._address}.", remedy=_LATER_REMEDY
        )

    def _explain_tls(self, causes: list[BaseException]) -> OdooError:
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return WrongAddressError(
                    f"The certificate of {self._address} cannot be trusted: "
                    f"{cause.verify_message or cause.reason}.",
                    remedy="Let the server use a certificate for this host name from a known "
                    f"authority, or set {self._ca_name} to the PEM file of your own.",
                )
        return WrongAddressError(
            f"{self._address} does not speak TLS as it should.",
            remedy=f"If the server speaks plain http, say http:// in {self._url_name}.",
        )

    def check(self, reply: Reply) -> None:
        """Raise, as `post` does, unless the answer can come from Odoo's RPC."""
        code = reply.status
        if code in {400, 413}:
            raise OdooRefusedError(
                f"{self._address} refused the request with HTTP {code}"
                + (": it is too large." if code == 413 else "."),
                remedy="Raise the body size limit of the proxy." if code == 413 else "",
                odoo_name=f"http.{code}",
            )
        if code == 429:
            raise OdooUnreachableError(
                f"{self._address} limits the rate of requests (HTTP 429).", remedy=_LATER_REMEDY
            )
        if 300 <= code < 400:
            raise WrongAddressError(
                f"{self._address} redirects to {_origin(reply.location)}.",
                remedy=f"Set {self._url_name} to where it redirects.",
            )
        if code >= 500:
            # A proxy says this also when Odoo died, or was slow, at work on the request.
            raise OdooReplyLostError(
                f"{self._address} answered with HTTP {code}.",
                remedy=f"{_LATER_REMEDY} {_LOST_REMEDY}",
            )
        if code != 200 or reply.content_type.startswith("text/html"):
            raise WrongAddressError(
                f"What answers at {self._address} is not Odoo (HTTP {code}).",
                remedy=f"Set {self._url_name} to the address of the Odoo server, without /web or "
                "/odoo.",
            )


def _usable_ca_file(path: str, name: str) -> str:
    try:
        ssl.create_default_context(cafile=path)
    except OSError:  # ssl.SSLError is one too
        raise UsageError(
            f"{name} ({path}) is not a readable PEM file of certificates.",
            remedy=f"Set {name} to the certificate of your authority, or leave it unset.",
        ) from None
    return path


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and everything it wraps, as requests and urllib3 nest them."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, BaseException) or any(item is known for known in seen):
            continue
        seen.append(item)
        yield item
        waiting += [getattr(item, "reason", None), item.__cause__, item.__context__, *item.args]


def _origin(location: str) -> str:
    """Scheme and host of a redirect; the rest could carry a token."""
    try:
        parts = urlsplit(location)
        host = parts.hostname
    except ValueError:
        host = None
    return f"{parts.scheme}://{host}" if host else "another page"
