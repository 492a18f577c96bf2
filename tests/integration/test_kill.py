"""The real process, killed by SIGKILL at any time: the next run ends as an uninterrupted one."""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests import warm
from tests.conftest import TEMPLATE
from tests.integration.crash_world import (
    FIRST,
    SECOND,
    clean_states,
    odoo,
    people_review,
    run,
    state,
)

from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.edges.odoo.transport import Transport
    from odoo_seed.sandbox import SandboxServer

_KEPT = ("PATH", "PYTHONPATH", "HOME")
KILLS, FULL_KILLS = 4, 10
"""For each of five tests, which can so share the machine's cores; each run chooses anew when."""

BUSY = 0.8
"""Seconds for which the server is busy with the create during which a process is killed."""

TIME_LIMIT = 4
"""The server's limit_time_real, as the processes are told: no create takes longer here."""


@pytest.fixture(scope="module")
def clean(admin: Any, postgres_url: str) -> list[Any]:
    return clean_states(admin, postgres_url, "unkilled_run")


class World:
    """One sandbox, one database, and processes that are killed."""

    def __init__(self, server: SandboxServer, url: str, folder: Path, choice: random.Random):
        self._server, self._folder, self._choice = server, folder, choice
        self._environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "SUPABASE_DB_URL": url,
            "ODOO_URL": server.url,
            "ODOO_DB": "sandbox",
            "ODOO_USER": "admin",
            "ODOO_PASSWORD": "admin",
            "ODOO_PROTOCOL": "jsonrpc",
            "ODOO_TIME_LIMIT": str(TIME_LIMIT),
        }

    def kill_one(self, calls: int) -> str:
        """Kill a process at a random time of its run, or while the server is busy for it.

        Args:
            calls: How many calls it would make.

        Returns:
            What was done, for the message of a failure; empty when it ended before.
        """
        self._server.calm()
        self._server.forget_calls()
        busy = self._choice.random() < 0.3
        if busy:
            nth, method, moment = self._choice.randint(1, 6), "create", BUSY / 2
            self._server.trouble("delay", method=method, nth=nth, before=BUSY)
        else:
            nth, method, moment = self._choice.randint(1, calls), None, 0.03
        process = self._process()
        while process.poll() is None and len(self._server.calls(method)) < nth:
            time.sleep(0.002)
        time.sleep(self._choice.uniform(0, moment))
        process.kill()
        done = process.communicate()
        if process.returncode >= 0:
            assert process.returncode == 0, done
            return ""
        return f"killed after {len(self._server.calls())} calls{', in a create' * busy}"

    def _process(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            warm.command("seed"),
            cwd=self._folder,
            env=self._environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


def until_unlocked(store: PostgresStore, transport: Transport, content: SeedAndPolicy) -> str:
    """Run; the database needs a moment to notice that the killed process is gone."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return run(store, transport, content, patience=TIME_LIMIT * 1.25)
        except DatabaseError as error:
            if "in use by" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@pytest.fixture
def choice() -> random.Random:
    number = int(os.environ.get("KILL_SEED") or secrets.randbelow(10**6))
    print(f"KILL_SEED={number} repeats these choices")
    return random.Random(number)


@pytest.mark.parametrize("share", range(5))
def test_a_killed_process_is_repaired_by_the_next_run(
    share: int,
    clean: list[Any],
    new_database: Callable[[str], str],
    tmp_path: Path,
    choice: random.Random,
    full: bool,
) -> None:
    kills = 0
    while kills < (FULL_KILLS if full else KILLS):
        url = new_database(TEMPLATE)
        with PostgresStore(url) as store, odoo() as (server, transport):
            world = World(server, url, tmp_path, choice)
            for content, (expected, made) in zip((FIRST, SECOND), clean, strict=True):
                calls = len(made)
                store.load(content, None)
                if content is SECOND:
                    people_review(server)
                done = [world.kill_one(calls)]
                while done[-1] and choice.random() < 0.4:
                    done.append(world.kill_one(calls))
                kills += len([told for told in done if told])
                print("seed" if content is FIRST else "edit", *done, sep="; ")
                assert until_unlocked(store, transport, content) == "success", done
                assert state(server, transport) == expected, done
