"""Every way a network can fail between us and Odoo, with real sockets."""

from __future__ import annotations

import gzip
import json
import re
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import trustme

from odoo_seed.edges.odoo.http_post import ReplyTimeoutError, WrongAddressError
from odoo_seed.edges.odoo.refusals import key_refused, login_refused, no_database
from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.errors import (
    OdooError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooUnreachableError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Behaviour = Callable[[socket.socket], None]

SECRET = "hunter2-in-no-message"
VERSION = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"server_serie": "18.0"}})


class Peer:
    """A server that does one thing with every connection."""

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._behaviour = behaviour
        self._tls = tls
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with raw:
                try:
                    with self._tls.wrap_socket(raw, True) if self._tls else raw as connection:
                        self._behaviour(connection)
                except OSError:
                    pass  # the client has gone, as some of the tests want

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def read_request(connection: socket.socket) -> tuple[str, bytes]:
    """Read headers and body, and return them."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode(), body


def replying(
    status: str,
    body: str = "",
    content_type: str = "text/html",
    more: str = "",
    length: int | None = None,
) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(
            f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nConnection: close\r\n"
            f"Content-Length: {length or len(body)}\r\n{more}\r\n{body}".encode()
        )

    return behave


@contextmanager
def peer(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    made = Peer(behaviour, tls)
    try:
        yield made
    finally:
        made.close()


def transport(url: str, **more: object) -> Transport:
    settings: dict[str, object] = {"timeout": 10, "protocol": "jsonrpc"} | more
    return open_transport(OdooTarget(url, "db", "bot", SECRET, **settings), pauses=(0, 0))


def failure(url: str, **more: object) -> OdooError:
    """The error that asking for the version ends with."""
    made = transport(url, **more)
    with pytest.raises(OdooError) as caught:
        made.version()
    made.close()
    words = f"{caught.value} {caught.value.remedy}"
    assert SECRET not in words
    assert "Traceback" not in words
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "json2", "auto"])
def test_a_refused_port_is_told_and_tried_three_times(protocol: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = transport(f"http://127.0.0.1:{port}", protocol=protocol)
    with pytest.raises(OdooUnreachableError, match="nothing listens there"):
        made.version()
    assert made.calls == 3


def test_an_unknown_host_is_told() -> None:
    assert str(failure("http://nowhere.invalid")) == "The host nowhere.invalid was not found."


def test_silence_is_a_lost_reply_and_not_asked_again() -> None:
    with peer(lambda connection: time.sleep(0.6)) as silent:
        error = failure(f"http://127.0.0.1:{silent.port}", timeout=0.2)
    assert isinstance(error, ReplyTimeoutError)
    assert "did not answer within 0.2 seconds" in str(error)
    assert silent.connections == 1


def test_an_answer_that_trickles_in_is_given_up() -> None:
    def trickle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(30):
            connection.sendall(b" ")
            time.sleep(0.05)

    with peer(trickle) as slow:
        error = failure(f"http://127.0.0.1:{slow.port}", timeout=0.3)
    assert isinstance(error, ReplyTimeoutError)


@pytest.mark.parametrize(
    "behaviour",
    [
        read_request,
        replying("200 OK", "short", "application/json", length=500),
    ],
    ids=["before the answer", "in the body"],
)
def test_a_connection_that_breaks_is_a_lost_reply(behaviour: Behaviour) -> None:
    with peer(behaviour) as breaking:
        error = failure(f"http://127.0.0.1:{breaking.port}")
    assert isinstance(error, OdooReplyLostError)
    assert breaking.connections == 3  # asking for the version is safe to repeat


@pytest.mark.parametrize("sent", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n{"])
def test_a_create_whose_answer_breaks_off_is_a_lost_reply(sent: bytes) -> None:
    def break_off(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(sent)

    with peer(break_off) as breaking:
        made = transport(f"http://127.0.0.1:{breaking.port}")
        made._uid = 2
        with pytest.raises(OdooReplyLostError):
            made.call("project.tags", "create", [[{"name": "a"}]])
        made.close()
    assert breaking.connections == 1


def test_a_compressed_answer_is_understood() -> None:
    def compressed(connection: socket.socket) -> None:
        read_request(connection)
        body = gzip.compress(VERSION.encode())
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
            + b"Content-Length: %d\r\n\r\n" % len(body)
        )
        for byte in body:
            connection.sendall(bytes([byte]))

    with peer(compressed) as server:
        made = transport(f"http://127.0.0.1:{server.port}")
        assert made.version() == "18.0"
        made.close()


def test_what_does_not_speak_http_is_told() -> None:
    def greet(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"220 smtp.example.com ESMTP\r\n")

    with peer(greet) as mail:
        assert "does not speak HTTP" in str(failure(f"http://127.0.0.1:{mail.port}"))


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        (replying("404 Not Found", "<h1>no</h1>"), WrongAddressError, "not Odoo (HTTP 404)"),
        (replying("401 Unauthorized"), WrongAddressError, "not Odoo (HTTP 401)"),
        (replying("200 OK", "<h1>Welcome</h1>"), WrongAddressError, "not Odoo (HTTP 200)"),
        (replying("200 OK", "{}", "application/json"), WrongAddressError, "not Odoo"),
        (replying("200 OK", "[1]", "application/json"), WrongAddressError, "not Odoo"),
        (replying("200 OK", "{", "application/json"), WrongAddressError, "not Odoo"),
        (
            replying("200 OK", '{"jsonrpc": "2.0", "result": 5}', "application/json"),
            WrongAddressError, "does not tell Odoo's version",
        ),
        (
            replying("301 Moved", more="Location: https://erp.example.com/x?token=abc\r\n"),
            WrongAddressError, "redirects to https://erp.example.com.",
        ),
        (replying("302 Found", more="Location: /web\r\n"), WrongAddressError, "another page"),
        (replying("502 Bad Gateway", "<h1>bad</h1>"), OdooReplyLostError, "HTTP 502"),
        (replying("504 Gateway Timeout"), OdooReplyLostError, "HTTP 504"),
        (replying("429 Too Many Requests"), OdooUnreachableError, "limits the rate"),
        (replying("413 Too Large"), OdooRefusedError, "it is too large"),
    ],
)  # fmt: skip
def test_answers_that_are_not_odoos(
    behaviour: Behaviour, kind: type[OdooError], words: str
) -> None:
    with peer(behaviour) as stranger:
        error = failure(f"http://127.0.0.1:{stranger.port}")
    assert type(error) is kind
    assert words in str(error)


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc", "json2", "auto"])
@pytest.mark.parametrize("body", ["", "null", "<?xml version='1.0'?><a/>", "\x00\x01", '"a"'])
def test_garbage_is_not_odoo(protocol: str, body: str) -> None:
    with peer(replying("200 OK", body, "application/octet-stream")) as stranger:
        error = failure(f"http://127.0.0.1:{stranger.port}", protocol=protocol)
    assert isinstance(error, WrongAddressError)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


OK = replying("200 OK", VERSION, "application/json")


def test_a_certificate_of_an_unknown_authority_is_not_trusted(authority: trustme.CA) -> None:
    with peer(OK, certified(authority, "127.0.0.1")) as server:
        error = failure(f"https://127.0.0.1:{server.port}")
    assert isinstance(error, WrongAddressError)
    assert "cannot be trusted" in str(error)
    assert "ODOO_CA_FILE" in error.remedy


def test_a_certificate_of_the_given_authority_is_trusted(
    authority: trustme.CA, tmp_path: Path
) -> None:
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    with peer(OK, certified(authority, "127.0.0.1")) as server:
        made = transport(f"https://127.0.0.1:{server.port}", ca_file=str(pem))
        assert made.version() == "18.0"
        made.close()


def test_a_certificate_for_another_host_is_not_trusted(
    authority: trustme.CA, tmp_path: Path
) -> None:
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    with peer(OK, certified(authority, "other.example.com")) as server:
        error = failure(f"https://127.0.0.1:{server.port}", ca_file=str(pem))
    assert isinstance(error, WrongAddressError)
    assert "cannot be trusted" in str(error)


def test_plain_http_behind_https_is_told() -> None:
    with peer(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")) as server:
        error = failure(f"https://127.0.0.1:{server.port}")
    assert "does not speak TLS" in str(error)
    assert "http://" in error.remedy


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_an_unusable_authority_file_is_told(tmp_path: Path, content: str | None) -> None:
    pem = tmp_path / "ca.pem"
    if content:
        pem.write_text(content)
    with pytest.raises(UsageError, match="ODOO_CA_FILE"):
        transport("https://127.0.0.1:1", ca_file=str(pem))


@pytest.mark.parametrize(
    "url",
    [
        "", "erp.example.com", "ftp://erp.example.com", "http://", "http://:8069", "http://h:99999",
        "http://h:port", "http://[::1", f"http://bot:{SECRET}@h", f"http://h/?key={SECRET}",
        "http://h#x", f"postgres://bot:{SECRET}@h/db",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError, match="ODOO_URL") as caught:
        transport(url)
    assert SECRET not in f"{caught.value} {caught.value.remedy}"


def test_an_unknown_protocol_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'soap'") as caught:
        transport("http://h", protocol="soap")
    assert "xmlrpc, jsonrpc, json2, auto" in caught.value.remedy


def test_the_settings_of_a_named_target_are_called_as_they_are_there(tmp_path: Path) -> None:
    eu: dict[str, object] = {"name": "eu-1"}
    unknown = failure("http://nowhere.invalid", **eu)
    assert unknown.remedy == "Check ODOO_URL__EU_1."
    with peer(replying("200 OK", "<h1>Welcome</h1>")) as other:
        assert "Set ODOO_URL__EU_1 to " in failure(f"http://127.0.0.1:{other.port}", **eu).remedy
    for setting, url, more in (
        ("ODOO_URL", "ftp://h", {}),
        ("ODOO_URL", f"http://bot:{SECRET}@h", {}),
        ("ODOO_PROTOCOL", "http://h", {"protocol": "soap"}),
        ("ODOO_CA_FILE", "https://h", {"ca_file": str(tmp_path / "none.pem")}),
    ):
        with pytest.raises(UsageError, match=f"{setting}__EU_1 ") as caught:
            transport(url, **eu, **more).version()
        assert not re.search(r"ODOO_[A-Z]+\b(?!_)", caught.value.remedy)
    target = OdooTarget("http://h", "db", "bot", SECRET, name="eu-1")
    for error in (login_refused(target), no_database(target), key_refused(target, "it expired")):
        words = f"{error} {error.remedy}"
        assert set(re.findall(r"ODOO_\w+", words)) <= {
            f"ODOO_{name}__EU_1" for name in ("DB", "USER", "PASSWORD", "PROTOCOL")
        }
        assert "__EU_1" in words


def test_the_password_is_not_in_the_targets_repr() -> None:
    assert SECRET not in repr(OdooTarget("http://h", "db", "bot", SECRET))
