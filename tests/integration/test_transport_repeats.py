"""What is repeated after a failure, and what never is: counted on the server's side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from odoo_seed.edges.odoo.http_post import ReplyTimeoutError
from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.errors import (
    OdooAccessError,
    OdooLoginError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooSetupError,
    OdooUnreachableError,
)
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "hunter2-in-no-message"


@pytest.fixture(params=["xmlrpc", "jsonrpc", "json2"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def sandbox(protocol: str) -> Iterator[SandboxServer]:
    series = "19.0" if protocol == "json2" else "18.0"
    with SandboxServer(password=PASSWORD, series=series) as server:
        yield server


@pytest.fixture
def transport(protocol: str, sandbox: SandboxServer) -> Iterator[Transport]:
    secret = sandbox.add_key() if protocol == "json2" else PASSWORD
    target = OdooTarget(sandbox.url, "sandbox", "admin", secret, protocol=protocol)
    made = open_transport(target, pauses=(0, 0))
    yield made
    made.close()


def create(transport: Transport, name: str = "tag") -> int:
    made: list[int] = transport.call("project.tags", "create", [[{"name": name}]])
    return made[0]


def tags(sandbox: SandboxServer) -> int:
    found: int = sandbox.as_user().call("project.tags", "search_count", [])
    return found


@pytest.mark.parametrize(
    ("kind", "committed"), [("reset", 0), ("drop_before", 0), ("drop_after", 1)]
)
def test_a_create_whose_reply_is_lost_is_never_sent_again(
    sandbox: SandboxServer, transport: Transport, kind: str, committed: int
) -> None:
    transport.login()
    sandbox.trouble(kind, method="create")
    with pytest.raises(OdooReplyLostError):
        create(transport)
    assert len(sandbox.calls("create")) == 1
    assert tags(sandbox) == committed


@pytest.mark.parametrize("kind", ["reset", "drop_before", "drop_after"])
def test_a_kept_connection_that_resets_does_not_repeat_a_create(
    sandbox: SandboxServer, transport: Transport, kind: str
) -> None:
    create(transport, "first")
    sandbox.trouble(kind, method="create")
    with pytest.raises(OdooReplyLostError):
        create(transport, "second")
    assert len(sandbox.calls("create")) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_create_behind_a_failing_proxy_may_have_been_done(
    sandbox: SandboxServer, transport: Transport, status: int
) -> None:
    sandbox.trouble("http_error", method="create", status=status)
    with pytest.raises(OdooReplyLostError, match=f"HTTP {status}"):
        create(transport)
    assert len(sandbox.calls("create")) == 1


def test_a_create_that_a_proxy_turned_away_is_sent_again(
    sandbox: SandboxServer, transport: Transport
) -> None:
    sandbox.trouble("http_error", method="create", status=429, times=2)
    create(transport)
    assert len(sandbox.calls("create")) == 3
    assert tags(sandbox) == 1


@pytest.mark.parametrize("kind", ["reset", "drop_before", "drop_after", "http_error"])
def test_a_read_is_tried_three_times(
    sandbox: SandboxServer, transport: Transport, kind: str
) -> None:
    create(transport)
    sandbox.trouble(kind, method="search", times=2)
    assert len(transport.call("project.tags", "search", [[]])) == 1
    assert len(sandbox.calls("search")) == 3
    sandbox.calm()
    sandbox.trouble(kind, method="search", times=3)
    with pytest.raises(OdooReplyLostError):
        transport.call("project.tags", "search", [[]])


def test_a_connection_closed_while_idle_costs_nothing(
    sandbox: SandboxServer, transport: Transport
) -> None:
    create(transport, "first")
    sandbox._http.break_off()
    create(transport, "second")
    assert len(sandbox.calls("create")) == 2
    assert tags(sandbox) == 2


def test_a_slow_create_is_given_up_but_may_still_be_committed(
    sandbox: SandboxServer, protocol: str
) -> None:
    secret = sandbox.add_key()
    slow = open_transport(
        OdooTarget(sandbox.url, "sandbox", "admin", secret, protocol=protocol, timeout=0.3)
    )
    slow.login()
    sandbox.trouble("delay", method="create", after=0.6)
    with pytest.raises(ReplyTimeoutError):
        create(slow)
    assert tags(sandbox) == 1
    slow.close()


def test_odoos_refusal_is_not_repeated(sandbox: SandboxServer, transport: Transport) -> None:
    words = {"error": "odoo.exceptions.UserError", "message": "No.\n\nNever."}
    sandbox.trouble("odoo_error", method="search", **words)
    with pytest.raises(OdooRefusedError, match=r"Odoo refused search on project\.tags: No\. Never"):
        transport.call("project.tags", "search", [[]])
    assert len(sandbox.calls("search")) == 1


def test_a_technical_error_is_told_in_one_line(
    sandbox: SandboxServer, transport: Transport
) -> None:
    message = 'invalid input syntax for type integer: "x"\nLINE 1: SELECT secrets\n      ^'
    words = {"error": "psycopg2.errors.DataError", "message": message}
    sandbox.trouble("odoo_error", method="create", **words)
    with pytest.raises(OdooRefusedError) as caught:
        create(transport)
    assert str(caught.value).endswith('type integer: "x"')
    assert caught.value.odoo_name == "psycopg2.errors.DataError"


def test_a_long_message_is_cut(sandbox: SandboxServer, transport: Transport) -> None:
    words = {"error": "odoo.exceptions.UserError", "message": "long " * 1000}
    sandbox.trouble("odoo_error", method="create", **words)
    with pytest.raises(OdooRefusedError) as caught:
        create(transport)
    assert len(str(caught.value)) < 600


def test_logging_in_happens_once(protocol: str, transport: Transport) -> None:
    create(transport, "a")
    create(transport, "b")
    transport.login()
    transport.version()
    # The version, the login (of JSON-2: whose key it is, and their login), two creates.
    assert transport.calls == (5 if protocol == "json2" else 4)


def test_another_connection_is_logged_in_already(transport: Transport) -> None:
    uid = transport.login()
    before = transport.calls
    other = transport.another()
    assert other.login() == uid
    assert other.version() == transport.version()
    create(other)
    assert transport.calls == other.calls == before + 1
    other.close()


def test_missing_rights_name_the_model(sandbox: SandboxServer, transport: Transport) -> None:
    sandbox.forget_rights("project.tags", "create")
    with pytest.raises(OdooAccessError, match=r"admin call create on project\.tags") as caught:
        create(transport)
    assert "Project / Administrator" in caught.value.remedy
    sandbox.calm()
    create(transport)


def test_a_missing_ref_field_names_the_command_that_makes_it(
    sandbox: SandboxServer, transport: Transport
) -> None:
    for method, args in (
        ("search", [[("x_external_ref", "=", "A")]]),
        ("read", [[], ["x_external_ref"]]),
        ("create", [[{"name": "t", "x_external_ref": "A"}]]),
    ):
        with pytest.raises(OdooSetupError, match=r"project\.task .* x_external_ref") as caught:
            transport.call("project.task", method, args)
        assert "odoo-seed prepare" in caught.value.remedy
    sandbox.prepare()
    assert transport.call("project.task", "search", [[("x_external_ref", "=", "A")]]) == []


def test_an_old_odoo_is_told_before_logging_in(
    sandbox: SandboxServer, transport: Transport
) -> None:
    sandbox.series = "17.0"
    with pytest.raises(OdooSetupError, match=r"version 17\.0"):
        transport.login()
    assert transport.calls == 1


@pytest.mark.parametrize("series", ["19.0", "saas~19.2", "20.0"])
def test_newer_odoos_are_accepted(
    sandbox: SandboxServer, transport: Transport, series: str
) -> None:
    sandbox.version = lambda: {"server_serie": series}
    assert transport.version() == series.removeprefix("saas~")
    assert transport.login() == 2


def test_a_password_that_is_changed_meanwhile_is_told(
    sandbox: SandboxServer, transport: Transport
) -> None:
    transport.login()
    sandbox.as_user().call("res.users", "write", [2], {"password": "another"})
    sandbox.drop_keys()
    with pytest.raises(OdooLoginError) as caught:
        create(transport)
    assert PASSWORD not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize("protocol", ["xmlrpc"], indirect=True)
@pytest.mark.parametrize("value", ["bell \x07", "escape \x1b[2J", "lone \ud800", 2**40])
def test_what_xmlrpc_cannot_say_is_refused_before_it_is_sent(
    sandbox: SandboxServer, value: object
) -> None:
    made = open_transport(OdooTarget(sandbox.url, "sandbox", "admin", PASSWORD))
    made.login()
    with pytest.raises(OdooRefusedError, match="XML-RPC") as caught:
        made.call("project.tags", "create", [[{"name": value}]])
    assert caught.value.odoo_name == "odoo_seed.Unspeakable"
    assert sandbox.calls("create") == []
    made.close()


def test_a_body_above_the_servers_limit_is_refused(
    sandbox: SandboxServer, transport: Transport
) -> None:
    sandbox.max_body = 2000
    with pytest.raises(OdooRefusedError, match="too large") as caught:
        create(transport, "x" * 5000)
    assert caught.value.odoo_name == "http.413"
    assert tags(sandbox) == 0


def test_a_stopped_server_is_unreachable(sandbox: SandboxServer, transport: Transport) -> None:
    transport.login()
    sandbox.stop()
    with pytest.raises(OdooUnreachableError):
        create(transport)
