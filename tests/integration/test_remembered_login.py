"""The id of ODOO_USER is remembered: a run saves the login, and never works as somebody else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import TEMPLATE

from odoo_seed import pipeline, wiring
from odoo_seed.core.model import Project, Seed, SeedAndPolicy
from odoo_seed.core.policy import Policy
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import OdooLoginError
from odoo_seed.sandbox import SandboxServer
from odoo_seed.settings import Settings
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOT, OTHER = "bot@example.com", "other@example.com"
VERSION, VERSION_AND_LOGIN = 1, 2
PASSWORD = "one password for all"


class World:
    def __init__(self, server: SandboxServer, store: PostgresStore) -> None:
        self.server, self.store = server, store
        self.password = PASSWORD

    def seed(self, name: str) -> int:
        """Seed one project of this name; returns the requests that asked for no record."""
        project = Project("P1", name, "My Company")
        self.store.load(SeedAndPolicy(Seed(projects=(project,)), Policy()), None)
        self.server.forget_calls()
        settings = Settings.read(
            {
                "ODOO_URL": self.server.url,
                "ODOO_DB": "sandbox",
                "ODOO_USER": BOT,
                "ODOO_PASSWORD": self.password,
            },
            Path(),
            Path(),
        )
        with wiring.odoo_writer(settings, "default", self.store) as odoo:
            done = pipeline.seed(self.store, odoo, SilentProgress(), pipeline.Scope())
        assert done.run.status == "success", done.run.items
        return odoo.calls - len(self.server.calls())

    def remembered(self) -> int | None:
        return self.store.remembered_uid("default", self.server.url, "sandbox", BOT)

    def remember(self, uid: int) -> None:
        self.store.remember_uid("default", self.server.url, "sandbox", BOT, uid)

    def uid(self, login: str) -> int:
        found = self.server.as_user().call("res.users", "search", [("login", "=", login)])
        assert len(found) == 1
        return int(found[0])

    def project(self) -> tuple[str, str]:
        """The project's name, and the login of who wrote it last."""
        call = self.server.as_user().call
        (row,) = call("project.project", "search_read", [], ["name", "write_uid"])
        (user,) = call("res.users", "read", [row["write_uid"][0]], ["login"])
        return row["name"], user["login"]


@pytest.fixture
def world(new_database: Callable[[str], str]) -> Iterator[World]:
    server, store = SandboxServer(prepared=True), PostgresStore(new_database(TEMPLATE))
    server.populate(
        users=[(login, login, ["My Company"]) for login in (BOT, OTHER)],
        password=PASSWORD,
        groups=("project.group_project_manager",),
    )
    yield World(server, store)
    store.close()
    server.stop()


def test_the_first_run_logs_in_and_the_next_ones_need_not(world):
    assert world.seed("One") == VERSION_AND_LOGIN
    assert world.remembered() == world.uid(BOT)
    assert world.seed("Two") == VERSION
    assert world.project() == ("Two", BOT)


def test_an_id_that_is_somebody_elses_by_now_is_not_used_though_the_password_fits(world):
    world.remember(world.uid(OTHER))
    assert world.seed("One") == VERSION_AND_LOGIN
    assert world.project() == ("One", BOT)
    assert world.remembered() == world.uid(BOT)


def test_an_id_that_nobody_has_any_more_costs_a_login_and_nothing_else(world):
    world.remember(4711)
    assert world.seed("One") == VERSION_AND_LOGIN
    assert world.project() == ("One", BOT)
    assert world.remembered() == world.uid(BOT)


def test_a_wrong_password_is_a_refused_login_also_with_a_remembered_id(world):
    world.seed("One")
    world.password = "wrong"
    with pytest.raises(OdooLoginError, match=r"refused the login 'bot@example\.com'"):
        world.seed("Two")
    assert world.project() == ("One", BOT)


def test_an_id_counts_only_in_its_own_database(world):
    world.seed("One")
    assert world.store.remembered_uid("default", world.server.url, "other", BOT) is None
    assert world.store.remembered_uid("default", "http://127.0.0.1:1", "sandbox", BOT) is None
    assert world.store.remembered_uid("other", world.server.url, "sandbox", BOT) is None
