"""What happens between the calls: several at once, replies nobody waits for, HTTP codes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
import requests

from odoo_seed.edges.odoo.transport import open_transport

if TYPE_CHECKING:
    from tests.contract.conftest import World
    from tests.contract.sync import Sync

AT_ONCE, TIMES = 3, 4
UNAUTHORIZED = "werkzeug.exceptions.Unauthorized"
NOT_FOUND = "werkzeug.exceptions.NotFound"
UNPROCESSABLE = "werkzeug.exceptions.UnprocessableEntity"


def test_writes_to_one_record_at_once_all_succeed(world: World) -> None:
    """Odoo repeats a transaction that Postgres could not serialize (odoo/service/model.py)."""
    task = world.task(world.project())

    def write(place: int) -> None:
        with closing(open_transport(world.server.target)) as transport:
            for turn in range(TIMES):
                vals = {"name": f"{place} {turn}", "sequence": turn}
                assert transport.call("project.task", "write", [[task], vals]) is True

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(write, range(AT_ONCE)))
    assert world.get(task, "sequence") == TIMES - 1


def depend_on_each_other(world: World, one: int, other: int) -> None:
    """Two calls at once, of which neither sees the other's: Odoo refuses none of them."""
    if world.server.sandbox:  # it takes one call after the other
        for pair in ((one, other), (other, one)):
            world.server.sandbox.service.db.link("task_dependencies_rel", *pair)
        return
    ready = Barrier(2)

    def write(task: int, needed: int) -> None:
        with closing(open_transport(world.server.target)) as transport:
            transport.login()
            ready.wait()
            transport.call("project.task", "write", [[task], {"depend_on_ids": [(4, needed)]}])

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, (one, other), (other, one)))


def test_a_circle_that_two_calls_made_at_once_is_read_and_broken_up(sync: Sync) -> None:
    world, free = sync.world, [sync.task(key, depends_on_refs=()) for key in "AB"]
    sync.seed(sync.content(*free))
    ids = [sync.id_of(key) for key in "AB"]
    depend_on_each_other(world, *ids)
    assert [world.get(task, "depend_on_ids") for task in ids] == [[ids[1]], [ids[0]]]
    assert {change.external_ref for change in sync.plan().changes} == {sync.ref(k) for k in "AB"}
    sync.seed(sync.content(sync.task("A", depends_on_refs=("B",)), free[1]))
    assert [world.get(task, "depend_on_ids") for task in ids] == [[ids[1]], []]
    assert world.states(*ids) == ["04_waiting_normal", "01_in_progress"]


def test_a_create_is_committed_though_nobody_waits_for_the_reply(world: World) -> None:
    """So a read that finds nothing proves nothing while Odoo may still be at it."""
    project, target = world.project(), world.server.target
    rows = [{"name": "late", "project_id": project, "user_ids": []}] * 300
    if world.server.sandbox:
        world.server.sandbox.trouble("delay", before=0.5, model="project.task", method="create")
    params = {
        "service": "object", "method": "execute_kw",
        "args": [target.database, world.server.transport.login(), target.password,
                 "project.task", "create", [rows]],
    }  # fmt: skip
    message = {"jsonrpc": "2.0", "method": "call", "params": params}
    with pytest.raises(requests.Timeout):
        requests.post(f"{target.address}/jsonrpc", json=message, timeout=(5, 0.1))

    def there() -> int:
        found: int = world.call("project.task", "search_count", [("project_id", "=", project)])
        return found

    assert there() == 0
    deadline = time.monotonic() + 60
    while not there() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert there() == 300


def test_json2_answers_with_real_http_codes_and_18_has_none_of_it(world: World) -> None:
    target = world.server.target
    headers = {
        "Authorization": f"Bearer {world.server.key_of('manager')}",
        "X-Odoo-Database": target.database,
    }

    def post(path: str, body: dict[str, object], **more: str) -> tuple[int, str]:
        reply = requests.post(
            f"{target.address}/json/2/{path}", json=body, headers=headers | more, timeout=30,
            allow_redirects=False,
        )  # fmt: skip
        if reply.headers["Content-Type"].startswith("application/json"):
            found = reply.json()
            return reply.status_code, found["name"] if isinstance(found, dict) else str(found)
        return reply.status_code, ""

    search, nobody = {"domain": [["id", "=", 0]]}, {"Authorization": "Bearer nobody"}
    if world.server.major < 19:
        status, _ = post("project.task/search", search)
        assert status in {303, 404}  # the website's login page, where that app is installed
        return
    assert post("project.task/search", search) == (200, "[]")
    assert post("project.task/search", search, **nobody) == (401, UNAUTHORIZED)
    assert post("no.such/search", search) == (404, NOT_FOUND)
    assert post("project.task/nowhere", {}) == (404, NOT_FOUND)
    assert post("ir.model/search", search) == (403, "odoo.exceptions.AccessError")
    gone = {"ids": [99999999], "vals": {"name": "x"}}
    assert post("project.task/write", gone) == (404, "odoo.exceptions.MissingError")
    assert post("project.task/search", {"nowhere": 1}) == (422, UNPROCESSABLE)
    nobodys = {"domain": [["nowhere", "=", 1]]}
    assert post("project.task/search", nobodys) == (500, "builtins.ValueError")
