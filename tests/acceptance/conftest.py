"""The product as its users have it: a folder with YAML, a database, an Odoo, and commands."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from product import BOT, COMPANY, PASSWORD, PEOPLE, Product, Project, Task

from odoo_seed import send
from odoo_seed.edges.odoo import line
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def odoo() -> Iterator[SandboxServer]:
    """An Odoo with one company and a few people, and without x_external_ref."""
    with SandboxServer(login=BOT, password=PASSWORD) as server:
        server.populate([COMPANY], [(name, email, [COMPANY]) for name, email in PEOPLE.items()])
        yield server


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of ours in the environment; signals do what they do in a terminal.

    A test run in the background ignores some, and its children would inherit that.
    """
    for name in os.environ:
        if name.startswith(("ODOO_", "SUPABASE_", "GITHUB_", "FORCE_COLOR", "NO_COLOR")):
            monkeypatch.delenv(name)
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {number: signal.getsignal(number) for number in numbers}
    for number, handler in handlers.items():
        if handler is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again, or looked for again, is so at once: commands wait as little as may be.

    How long they would wait is for the tests of the parts; processes of their own do wait.
    """
    for module in (line, send):
        monkeypatch.setattr(module, "time", SimpleNamespace(sleep=lambda _: None))


@pytest.fixture
def fresh(
    tmp_path: Path, empty_database_url: str, odoo: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> Product:
    """A folder, a database and an Odoo in which nothing was done yet."""
    return _product(tmp_path, empty_database_url, odoo, monkeypatch)


@pytest.fixture
def product(
    tmp_path: Path, database_url: str, odoo: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> Product:
    """Migrated and prepared, with two small projects in YAML, not loaded yet."""
    odoo.prepare()
    made = _product(tmp_path, database_url, odoo, monkeypatch)
    made.write(Project("ALPHA", tasks=[Task("A1"), Task("A2"), Task("A3", depends=["A1"])]))
    made.write(Project("BETA", tasks=[Task("B1", assignee="ana@example.com"), Task("B2")]))
    return made


def _product(
    folder: Path, url: str, odoo: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> Product:
    made = Product(folder, url, odoo)
    for name, value in made.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return made
