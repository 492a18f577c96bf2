"""The sandbox as a server: transactions, switches, people, speed of its own."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import requests

from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.errors import OdooRefusedError, OdooReplyLostError
from odoo_seed.sandbox import SandboxServer
from odoo_seed.sandbox.exceptions import AccessError, UserError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(prepared=True) as server:
        yield server


def connect(sandbox: SandboxServer, login: str = "admin", **more: object) -> Transport:
    return open_transport(OdooTarget(sandbox.url, "sandbox", login, login, **more))


def project(sandbox: SandboxServer, **vals: object) -> int:
    made: int = sandbox.as_user().call(
        "project.project", "create", {"name": "P", "user_id": False, **vals}
    )
    return made


def test_it_listens_on_the_loopback_only(sandbox: SandboxServer) -> None:
    assert urlsplit(sandbox.url).hostname == "127.0.0.1"


def test_it_takes_the_port_it_is_given() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with SandboxServer(port=port) as server:
        assert server.url == f"http://127.0.0.1:{port}"


def test_a_refused_call_leaves_nothing_behind(sandbox: SandboxServer) -> None:
    me, home = sandbox.as_user(), project(sandbox)
    stage = me.call("project.task.type", "create", {"name": "S", "project_ids": [(4, home)]})
    task = me.call("project.task", "create", {"name": "t", "project_id": home, "user_ids": []})

    def picture() -> object:
        return [
            me.call(model, "read", me.call(model, "search", [], order="id"), [])
            for model in ("project.project", "project.task", "project.task.type", "project.tags",
                          "mail.message", "mail.followers", "mail.mail", "project.milestone")
        ]  # fmt: skip

    before = picture()
    with pytest.raises(ValidationError):
        me.call(
            "project.task", "write", [task],
            {"name": "x", "tag_ids": [(0, 0, {"name": "T"})], "stage_id": stage, "user_ids": [],
             "child_ids": [(0, 0, {"name": "kid", "project_id": home, "parent_id": task})],
             "depend_on_ids": [(4, task)]},
        )  # fmt: skip
    with pytest.raises(ValueError, match="priority"):
        me.call("project.task", "create", [{"name": "a"}, {"name": "b", "priority": "9"}])
    assert picture() == before


def test_an_ordered_refusal_undoes_the_call(sandbox: SandboxServer) -> None:
    transport = connect(sandbox)
    sandbox.trouble("odoo_error", method="create", nth=2)
    transport.call("project.tags", "create", [[{"name": "one"}]])
    with pytest.raises(OdooRefusedError, match="told to refuse"):
        transport.call("project.tags", "create", [[{"name": "two"}]])
    transport.call("project.tags", "create", [[{"name": "three"}]])
    names = sandbox.as_user().call("project.tags", "search_read", [], ["name"])
    assert [row["name"] for row in names] == ["one", "three"]
    transport.close()


def test_a_delayed_call_commits_after_its_caller_has_left(sandbox: SandboxServer) -> None:
    transport = connect(sandbox, timeout=0.2)
    transport.login()
    sandbox.trouble("delay", method="create", before=0.5)
    with pytest.raises(OdooReplyLostError):
        transport.call("project.tags", "create", [[{"name": "late"}]])
    me = sandbox.as_user()
    assert me.call("project.tags", "search_count", []) == 0
    deadline = time.monotonic() + 5
    while not me.call("project.tags", "search_count", []):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    transport.close()


def test_a_trouble_meets_only_the_calls_it_is_for(sandbox: SandboxServer) -> None:
    transport = connect(sandbox)
    sandbox.trouble("drop_after", model="project.task", method="write")
    transport.call("project.tags", "create", [[{"name": "a"}]])
    transport.call("project.tags", "write", [[1], {"name": "b"}])
    home = project(sandbox)
    task = transport.call("project.task", "create", [[{"name": "t", "project_id": home}]])
    with pytest.raises(OdooReplyLostError):
        transport.call("project.task", "write", [task, {"name": "u"}])
    assert sandbox.as_user().call("project.task", "read", task, ["name"])[0]["name"] == "u"
    transport.close()


def test_calls_are_logged_with_their_context(sandbox: SandboxServer) -> None:
    transport = connect(sandbox)
    context = {"mail_notrack": True}
    transport.call("project.tags", "create", [[{"name": "a"}, {"name": "b"}]], {"context": context})
    transport.call("project.tags", "search", [[]])
    (made,) = sandbox.calls("create")
    assert (made.protocol, made.model, made.records) == ("xmlrpc", "project.tags", 2)
    assert made.context == context
    assert [call.method for call in sandbox.calls()] == ["create", "search"]
    sandbox.forget_calls()
    assert sandbox.calls() == []
    transport.close()


def test_people_and_companies_are_made_in_one_go(sandbox: SandboxServer) -> None:
    users = [("Rey", "rey@example.com", ["TBWA\\SMP"]), ("Ana", "ana@example.com", ["B", "C"])]
    ids = sandbox.populate(companies=["TBWA\\SMP", "B", "C"], users=users)
    rows = sandbox.as_user().call("res.users", "read", list(ids.values()), ["name", "company_ids"])
    assert [(row["name"], len(row["company_ids"])) for row in rows] == [("Rey", 1), ("Ana", 2)]
    transport = connect(sandbox, "ana@example.com")
    assert transport.login() == ids["ana@example.com"]
    again = sandbox.populate(companies=["B"], users=[("Bea", "bea@example.com", ["B"])])
    assert set(again) == {"bea@example.com"}
    assert sandbox.as_user().call("res.company", "search_count", []) == 4
    transport.close()


def test_somebody_can_act_as_a_user(sandbox: SandboxServer) -> None:
    sandbox.populate(users=[("Ana", "ana@example.com", ["My Company"])])
    ana, home = sandbox.as_user("ana@example.com"), project(sandbox)
    task = ana.call("project.task", "create", {"name": "t", "project_id": home})
    row = ana.call("project.task", "read", [task], ["user_ids", "create_uid"])[0]
    assert row["create_uid"] == [ana.uid, "Ana"]
    with pytest.raises(AccessError):
        ana.call("project.project", "write", [home], {"name": "x"})
    with pytest.raises(KeyError):
        sandbox.as_user("nobody@example.com")


def test_comments_reach_the_followers_by_mail(sandbox: SandboxServer) -> None:
    users = sandbox.populate(users=[("Ana", "ana@example.com", ["My Company"])])
    me, home = sandbox.as_user(), project(sandbox)
    vals = {"name": "t", "project_id": home, "user_ids": [(6, 0, [users["ana@example.com"]])]}
    task = me.call("project.task", "create", vals, context={"tracking_disable": False})
    before = me.call("mail.mail", "search_count", [])
    sandbox.as_user("ana@example.com").call(
        "project.task", "message_post", [task], body="<b>done?</b>", message_type="comment"
    )
    domain = [("model", "=", "project.task"), ("message_type", "=", "comment")]
    (message,) = me.call("mail.message", "search_read", domain, ["body"])
    assert message["body"] == "&lt;b&gt;done?&lt;/b&gt;"
    assert me.call("mail.mail", "search_count", []) == before + 1


def test_calls_at_the_same_time_are_all_carried_out(sandbox: SandboxServer) -> None:
    def work(number: int) -> None:
        transport = connect(sandbox, protocol="jsonrpc" if number % 2 else "xmlrpc")
        for turn in range(10):
            transport.call("project.tags", "create", [[{"name": f"{number}/{turn}"}]])
        transport.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    ids = sandbox.as_user().call("project.tags", "search", [])
    assert len(ids) == 80


def test_a_connection_serves_many_calls(sandbox: SandboxServer) -> None:
    transport = connect(sandbox)
    for _ in range(5):
        transport.call("project.tags", "search", [[]])
    assert len(sandbox._http._connections) == 1
    transport.close()


def test_stopping_ends_threads_and_connections() -> None:
    before = threading.active_count()
    with SandboxServer() as server:
        transport = connect(server)
        transport.login()
    deadline = time.monotonic() + 5
    while threading.active_count() > before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    transport.close()


def test_thousands_of_tasks_are_created_in_one_call(sandbox: SandboxServer) -> None:
    transport, home = connect(sandbox, protocol="jsonrpc"), project(sandbox)
    vals = [
        {"name": f"t{n}", "project_id": home, "user_ids": [], "x_external_ref": f"R{n}"}
        for n in range(3000)
    ]
    begun = time.monotonic()
    ids = transport.call("project.task", "create", [vals])
    assert len(set(ids)) == 3000
    assert time.monotonic() - begun < 15  # about 0.6 s on an idle machine
    transport.close()


def test_the_version_page_answers(sandbox: SandboxServer) -> None:
    reply = requests.post(f"{sandbox.url}/web/webclient/version_info", json={}, timeout=5)
    assert reply.json()["result"]["server_serie"] == "18.0"
    assert requests.get(sandbox.url, timeout=5).status_code == 404
    assert requests.post(f"{sandbox.url}/nowhere", timeout=5).status_code == 404


def test_only_19_has_json2_and_its_version_pages(sandbox: SandboxServer) -> None:
    path = "/json/2/res.users/context_get"
    old = requests.post(sandbox.url + path, json={}, timeout=5, allow_redirects=False)
    assert (old.status_code, old.headers["Location"][:10]) == (303, "/web/login")
    assert requests.get(f"{sandbox.url}/web/version", timeout=5).status_code == 404
    with SandboxServer(series="19.0") as newer:
        headers = {"Authorization": f"bearer {newer.add_key()}", "X-Odoo-Database": "sandbox"}
        found = requests.post(newer.url + path, json={}, timeout=5, headers=headers)
        assert found.json() == {"lang": "en_US", "tz": False, "uid": 2}
        told = requests.get(f"{newer.url}/json/version", timeout=5).json()
        assert told == {"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0"}


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "name"),
    [
        ("res.users/context_get", {}, {"Authorization": "bearer x"}, 401, "Unauthorized"),
        ("res.users/context_get", {}, {"Authorization": ""}, 401, "Unauthorized"),
        ("project.task/search", {}, {}, 422, "UnprocessableEntity"),
        ("project.task/search", {"domain": [], "ids": [1]}, {}, 422, "UnprocessableEntity"),
        ("project.task/nowhere", {}, {}, 404, "NotFound"),
        ("no.such.model/search", {"domain": []}, {}, 404, "NotFound"),
        ("project.task/_search", {}, {}, 403, "AccessError"),
        ("project.task/read", {"ids": [1], "fields": ["x"]}, {}, 500, "ValueError"),
        ("project.task/write", {"ids": [9], "vals": {"name": "x"}}, {}, 404, "MissingError"),
        ("project.tags/create", {"vals_list": [{"name": ""}]}, {}, 200, None),
        ("project.tags/create", {"vals_list": [{}]}, {}, 422, "ValidationError"),
    ],
)
def test_json2_answers_with_odoos_http_codes(
    path: str, body: dict[str, object], headers: dict[str, str], status: int, name: str | None
) -> None:
    with SandboxServer(series="19.0") as newer:
        sent = {"Authorization": f"bearer {newer.add_key()}"} | headers
        url = f"{newer.url}/json/2/{path}"
        reply = requests.post(url, json=body, headers=sent, timeout=5)
    assert reply.status_code == status
    if name:
        error = reply.json()
        assert set(error) == {"name", "message", "arguments", "context", "debug"}
        assert error["name"].endswith(f".{name}")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"params": 5}', b'{"params": {}}', b"\xff"])
def test_broken_requests_do_not_break_it(sandbox: SandboxServer, body: bytes) -> None:
    for path in ("/jsonrpc", "/xmlrpc/2/object", "/xmlrpc/2/common", "/xmlrpc/2/nowhere"):
        reply = requests.post(sandbox.url + path, data=body, timeout=5)
        assert reply.status_code in {200, 400}
    assert sandbox.as_user().call("project.tags", "search", []) == []


def test_odoos_superuser_cannot_log_in(sandbox: SandboxServer) -> None:
    assert sandbox.service.authenticate("sandbox", "__system__", "") is False
    with pytest.raises(UserError):
        sandbox.service.execute("sandbox", 1, "", "project.task", "search", [[]])
