"""Broken at any call, a rerun reaches the state of an uninterrupted run, without a twin."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from tests.integration.crash_world import (
    FIRST,
    SECOND,
    Killed,
    clean_states,
    odoo,
    people_review,
    run,
    state,
    telling,
    wipe,
)

from odoo_seed import send
from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import OdooError
from odoo_seed.sandbox import SandboxServer

WAYS = ("killed before", "killed after", "reply lost", "connection reset", "server error")


class Dying:
    """A transport whose process is killed at its n-th call, before it is sent or after."""

    def __init__(self, real: Transport, nth: int, *, after: bool) -> None:
        self._real, self._nth, self._after = real, nth, after
        self._seen = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        self._seen += 1
        if self._seen == self._nth and not self._after:
            raise Killed
        answer = self._real.call(*args, **kwargs)
        if self._seen == self._nth:
            raise Killed
        return answer


@pytest.fixture(scope="module")
def clean(admin, postgres_url) -> Any:
    return clean_states(admin, postgres_url, "clean_run")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("which", [0, 1], ids=["first seed", "edit"])
def test_any_broken_call_is_repaired_by_the_next_run(which, way, clean, database_url, full):
    expected, calls = clean[which]
    content = (FIRST, SECOND)[which]
    for nth in range(1, len(calls) + 1) if full else telling(calls):
        with PostgresStore(database_url) as store, odoo() as (server, transport):
            wipe(store)
            if which:
                run(store, transport, FIRST)
                people_review(server)
            broken: Any = transport
            if way.startswith("killed"):
                broken = Dying(transport, nth, after=way == "killed after")
            else:
                kind = {
                    "reply lost": "drop_after",
                    "connection reset": "reset",
                    "server error": "http_error",
                }
                server.trouble(kind[way], nth=nth)
            with contextlib.suppress(OdooError, Killed):
                run(store, broken, content)
            server.calm()
            assert run(store, transport, content) == "success", (way, nth)
            assert state(server, transport) == expected, (way, nth)
            server.forget_calls()
            run(store, transport, content)
            assert not [call for call in server.calls() if call.method in {"create", "write"}], (
                way,
                nth,
            )


def test_a_create_whose_reply_is_late_is_found_and_not_repeated(database_url, monkeypatch):
    """The server is still busy with the first request while we look for its outcome."""
    monkeypatch.setattr(send, "_PAUSE", 0.2)
    with PostgresStore(database_url) as store, SandboxServer(prepared=True) as server:
        target = OdooTarget(server.url, "sandbox", "admin", "admin", "jsonrpc", timeout=0.5)
        with contextlib.closing(open_transport(target)) as transport:
            server.trouble("delay", model="project.task", method="create", before=2.0)
            assert run(store, transport, FIRST, patience=20) == "success"
            made = sum(call.records for call in server.calls("create", "project.task"))
            assert made == len(FIRST.seed.tasks)
            assert state(server, transport)[1]["project.task"] == len(FIRST.seed.tasks)


def test_a_chunk_for_which_the_server_has_no_time_is_halved(database_url):
    with PostgresStore(database_url) as store, odoo() as (server, transport):
        server.trouble("drop_before", model="project.task", method="create", nth=1)
        assert run(store, transport, FIRST) == "success"
        sizes = [call.records for call in server.calls("create", "project.task")]
        assert sizes[1] == sizes[0] // 2
        assert state(server, transport)[1]["project.task"] == len(FIRST.seed.tasks)
