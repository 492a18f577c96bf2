"""JSON-2, and how `auto` comes to it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.integration.test_transport_network import Peer, peer, read_request

from odoo_seed.edges.odoo.arguments import named
from odoo_seed.edges.odoo.http_post import WrongAddressError
from odoo_seed.edges.odoo.refusals import Refusal
from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.errors import (
    OdooError,
    OdooLoginError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooSetupError,
)
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

PASSWORD = "hunter2-in-no-message"
VERSION_PAGE = "/web/webclient/version_info"
READ = "/json/2/res.users/read"
WHO = "/json/2/res.users/context_get"
CREATE = "/json/2/project.tags/create"

Answers = "Mapping[str, tuple[str, str, str]]"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(password=PASSWORD, series="19.0") as server:
        yield server


def connect(sandbox: SandboxServer, secret: str, **more: str) -> Transport:
    settings = {"database": "sandbox", "user": "admin", "protocol": "json2"} | more
    return open_transport(OdooTarget(sandbox.url, password=secret, **settings), pauses=(0, 0))


def refusal(sandbox: SandboxServer, secret: str, **more: str) -> OdooError:
    """The error that logging in ends with; it never holds the secret."""
    with closing(connect(sandbox, secret, **more)) as transport, pytest.raises(OdooError) as caught:
        transport.login()
    words = f"{caught.value} {caught.value.remedy}"
    assert secret not in words
    assert "Traceback" not in words
    return caught.value


def test_one_record_is_answered_with_its_id_and_several_with_a_list(sandbox: SandboxServer) -> None:
    with closing(connect(sandbox, sandbox.add_key())) as transport:
        one = transport.call("project.tags", "create", [{"name": "a"}])
        (two,) = transport.call("project.tags", "create", [[{"name": "b"}]])
        assert transport.call("project.tags", "write", [one, {"name": "c"}]) is True
        rows = transport.call("project.tags", "read", [[one, two], ["name"]])
    assert [(row["id"], row["name"]) for row in rows] == [(one, "c"), (two, "b")]
    assert {call.protocol for call in sandbox.calls()} == {"json2"}


@pytest.mark.parametrize("secret", [PASSWORD, "two words", "pässword", "a\r\nX-Evil: 1", "\u20ac"])
def test_a_password_is_no_api_key(sandbox: SandboxServer, secret: str) -> None:
    error = refusal(sandbox, secret)
    assert isinstance(error, OdooLoginError)
    assert "needs an API key" in error.remedy
    assert "ODOO_PROTOCOL to jsonrpc or auto" in error.remedy


@pytest.mark.parametrize("protocol", ["json2", "auto"])
def test_a_key_of_somebody_else_is_told(sandbox: SandboxServer, protocol: str) -> None:
    sandbox.populate(users=[("Ana", "ana@example.com", ["My Company"])])
    error = refusal(sandbox, sandbox.add_key("ana@example.com"), protocol=protocol)
    assert isinstance(error, OdooLoginError)
    assert "is an API key of 'ana@example.com', not of 'admin'" in str(error)
    assert "Set ODOO_USER to 'ana@example.com'" in error.remedy


@pytest.mark.parametrize("database", ["other", "späte", "a b", "x\ny"])
def test_an_unknown_database_is_told(sandbox: SandboxServer, database: str) -> None:
    error = refusal(sandbox, sandbox.add_key(), database=database)
    assert isinstance(error, OdooLoginError)
    assert f"has no database {database!r}" in str(error)
    assert "ODOO_DB" in error.remedy


def test_an_odoo_without_json2_is_told(sandbox: SandboxServer) -> None:
    sandbox.series = "18.0"
    error = refusal(sandbox, sandbox.add_key())
    assert isinstance(error, OdooSetupError)
    assert "version 18.0, which has no JSON-2" in str(error)


def test_arguments_get_names() -> None:
    assert named("write", [7, {"name": "x"}], {}) == {"ids": [7], "vals": {"name": "x"}}
    assert named("search", [[]], {"limit": 1}) == {"domain": [], "limit": 1}
    assert named("action_archive", [[1, 2]], {}) == {"ids": [1, 2]}
    with pytest.raises(Refusal, match="names for the arguments of action_archive"):
        named("action_archive", [[1], "more"], {})


def test_what_cannot_be_named_is_refused_before_it_is_sent(sandbox: SandboxServer) -> None:
    transport = connect(sandbox, sandbox.add_key())
    with closing(transport), pytest.raises(OdooRefusedError) as caught:
        transport.call("project.task", "action_archive", [[1], 2, 3])
    assert caught.value.odoo_name == "odoo_seed.Unspeakable"
    assert sandbox.calls("action_archive") == []


def test_auto_speaks_json2_with_a_key(sandbox: SandboxServer) -> None:
    with closing(connect(sandbox, sandbox.add_key(), protocol="auto")) as transport:
        assert transport.version() == "19.0"
        transport.call("project.tags", "create", [[{"name": "a"}]])
        with closing(transport.another()) as other:
            other.call("project.tags", "search", [[]])
        assert transport.calls == 5  # the version, whose key it is and their login, two calls
    assert {call.protocol for call in sandbox.calls()} == {"json2"}


def test_auto_speaks_jsonrpc_with_a_password(sandbox: SandboxServer) -> None:
    with closing(connect(sandbox, PASSWORD, protocol="auto")) as transport:
        transport.call("project.tags", "search", [[]])
        assert transport.calls == 4  # the version, a key refused, the login, the search
    assert {call.protocol for call in sandbox.calls()} == {"jsonrpc"}


@pytest.mark.parametrize("secret", ["key", "password"])
def test_auto_speaks_jsonrpc_where_there_is_no_json2(secret: str) -> None:
    with SandboxServer(password=PASSWORD) as older:
        word = PASSWORD if secret == "password" else older.add_key()
        with closing(connect(older, word, protocol="auto")) as transport:
            transport.call("project.tags", "search", [[]])
            assert transport.version() == "18.0"
            assert transport.calls == 3  # the version, the login, the search
        assert {call.protocol for call in older.calls()} == {"jsonrpc"}


@pytest.mark.parametrize("wrong", ["user", "database"])
def test_auto_tells_a_wrong_login(sandbox: SandboxServer, wrong: str) -> None:
    error = refusal(sandbox, sandbox.add_key(), protocol="auto", **{wrong: "other"})
    assert isinstance(error, OdooLoginError)
    assert "other" in str(error)


def test_auto_tells_an_old_odoo(sandbox: SandboxServer) -> None:
    sandbox.series = "17.0"
    assert "version 17.0" in str(refusal(sandbox, PASSWORD, protocol="auto"))


class Scripted:
    """Answers by path; counts what it was asked, and looks for cookies."""

    def __init__(self, answers: Mapping[str, tuple[str, str, str]]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.heads: list[str] = []

    def __call__(self, connection: socket.socket) -> None:
        head, _ = read_request(connection)
        path = head.split(" ")[1]
        self.asked.append(path)
        self.heads.append(head)
        status, kind, body = self.answers.get(path, ("404 Not Found", "text/html", "<h1>no</h1>"))
        reply = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n"
        reply += "Set-Cookie: session_id=abc; Path=/\r\n"
        reply += f"Content-Length: {len(body)}\r\n\r\n{body}"
        connection.sendall(reply.encode())


def ok(value: object) -> tuple[str, str, str]:
    return "200 OK", "application/json; charset=utf-8", json.dumps(value)


LOGIN = {
    VERSION_PAGE: ok({"jsonrpc": "2.0", "id": None, "result": {"server_serie": "19.0"}}),
    WHO: ok({"lang": "en_US", "tz": False, "uid": 2}),
    READ: ok([{"id": 2, "login": "bot"}]),
}


def to(server: Peer, protocol: str = "json2") -> Transport:
    url = f"http://127.0.0.1:{server.port}"
    target = OdooTarget(url, "db", "bot", PASSWORD, protocol=protocol, timeout=10)
    return open_transport(target, pauses=(0, 0))


def create_error(answer: tuple[str, str, str]) -> tuple[OdooError, int]:
    """How a create that is answered so ends, and how often it was sent."""
    script = Scripted({**LOGIN, CREATE: answer})
    with peer(script) as server:
        transport = to(server)
        with closing(transport), pytest.raises(OdooError) as caught:
            transport.call("project.tags", "create", [[{"name": "a"}]])
    assert PASSWORD not in f"{caught.value} {caught.value.remedy}"
    return caught.value, script.asked.count(CREATE)


@pytest.mark.parametrize(
    "body",
    ["Bad gateway", "{}", '{"message": "upstream timed out"}', '["name", "message", "arguments"]'],
)
def test_a_gateways_json_is_not_odoos_answer(body: str) -> None:
    error, sent = create_error(("502 Bad Gateway", "application/json", body))
    assert type(error) is OdooReplyLostError
    assert sent == 1


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_proxys_own_refusal_is_not_odoos(status: str) -> None:
    error, sent = create_error((status, "text/html", "<h1>no</h1>"))
    assert isinstance(error, WrongAddressError)
    assert sent == 1


def test_an_answer_that_makes_no_sense_may_have_been_a_commit() -> None:
    error, sent = create_error(("200 OK", "application/json", "[1"))
    assert type(error) is OdooReplyLostError
    assert sent == 1


def test_a_rate_limit_lets_a_create_be_sent_again() -> None:
    _, sent = create_error(("429 Too Many Requests", "application/json", "{}"))
    assert sent == 3


def test_odoos_own_500_is_a_refusal_in_one_line() -> None:
    error = {
        "name": "psycopg2.errors.DataError",
        "message": "bad date\nLINE 1: select",
        "arguments": [],
        "debug": "Traceback (most recent call last)",
    }
    found, sent = create_error(("500 Internal Server Error", "application/json", json.dumps(error)))
    assert isinstance(found, OdooRefusedError)
    assert (found.odoo_name, str(found).endswith("bad date")) == ("psycopg2.errors.DataError", True)
    assert sent == 1


@pytest.mark.parametrize(
    "answers",
    [
        {WHO: ok([])}, {WHO: ok({"uid": None})}, {WHO: ok({})}, {READ: ok([])}, {READ: ok({})},
        {READ: ok([{"id": 2}])}, {READ: ok("bot")},
    ],
)  # fmt: skip
def test_a_login_that_makes_no_sense_is_told(answers: dict[str, tuple[str, str, str]]) -> None:
    script = Scripted({**LOGIN, **answers})
    with peer(script) as server:
        transport = to(server)
        with closing(transport), pytest.raises(OdooReplyLostError, match="cannot be understood"):
            transport.login()


def test_sessions_are_not_kept() -> None:
    script = Scripted(LOGIN)
    with peer(script) as server, closing(to(server)) as transport:
        transport.login()
    assert len(script.heads) == 3
    assert not [head for head in script.heads if "cookie:" in head.lower()]
    assert all(f"Bearer {PASSWORD}" in head for head in script.heads[1:])
    assert PASSWORD not in script.heads[0]


JSONRPC = ok({"jsonrpc": "2.0", "id": 1, "result": {"server_serie": "19.0"}})


@pytest.mark.parametrize("hidden", [VERSION_PAGE, WHO])
def test_auto_makes_do_with_what_a_proxy_passes(hidden: str) -> None:
    answers = {path: found for path, found in LOGIN.items() if path != hidden}
    script = Scripted({**answers, "/jsonrpc": JSONRPC})
    with peer(script) as server, closing(to(server, "auto")) as transport:
        assert transport.version() == "19.0"
        with pytest.raises(OdooLoginError):  # this script's answer is no user id
            transport.login()
    assert script.asked[-1] == "/jsonrpc"
