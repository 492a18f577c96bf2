"""What stands behind the endpoints: a database with a seed, and an Odoo; once a test process."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from odoo_seed import pipeline, wiring, wiring_files
from odoo_seed.ports_runs import Timing
from odoo_seed.sandbox import SandboxServer
from odoo_seed.settings import Settings
from odoo_seed.shells.http.serving import Service, listen
from tests.conftest import TEMPLATE, in_database
from tests.http.requests import SEED_YAML, begin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.conftest import Admin
    from tests.http.requests import Serves

QUICK = Timing(poll=0.1, heartbeat=1.0, silence=5.0, grace=3.0, reconnect=0.1)
TARGETS = ("default", "away")


@dataclass
class Behind:
    """What every server has behind it.

    Attributes:
        values: The settings of service, function and worker.
    """

    database_url: str
    odoo: SandboxServer
    folder: Path
    token: str = "token-" + "5" * 58
    previous_token: str = "token-" + "4" * 58
    told: list[str] = field(default_factory=list)

    @property
    def values(self) -> dict[str, str]:
        odoo = {
            "ODOO_URL": self.odoo.url, "ODOO_DB": self.odoo.database,
            "ODOO_USER": "admin", "ODOO_PASSWORD": "geheim-8Kx", "ODOO_TIME_LIMIT": "5",
        }  # fmt: skip
        away = {f"{name}__AWAY": value for name, value in odoo.items()}
        return {
            **odoo, **away, "ODOO_URL__AWAY": f"http://127.0.0.1:{nobody()}",
            "SUPABASE_DB_URL": self.database_url,
            "SEED_RUN_TOKEN": self.token, "SEED_RUN_TOKEN_PREVIOUS": self.previous_token,
            "SEED_RATE_LIMIT": "100000/minute",
        }  # fmt: skip

    def settings(self, **more: str) -> Settings:
        return Settings.read(self.values | more, self.folder)

    def without_database(self) -> Settings:
        return self.settings(SUPABASE_DB_URL=f"postgresql://u:p-9Qz@127.0.0.1:{nobody()}/x")


def nobody() -> int:
    """A port at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="session")
def behind(
    admin: Admin, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Behind]:
    name = f"http_{uuid4().hex}"
    admin.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
    folder = tmp_path_factory.mktemp("http")
    seed = folder / "supabase/seed/odoo"
    seed.mkdir(parents=True)
    (seed / "seed.yaml").write_text(SEED_YAML)
    with SandboxServer(password="geheim-8Kx", prepared=True) as odoo:
        odoo.populate(["Acme & Sons"], [])
        made = Behind(in_database(postgres_url, name), odoo, folder)
        with wiring.store(made.settings()) as store:
            pipeline.load(wiring_files.seed_files(made.settings()), store)
        yield made
    admin.execute(f"drop database {name} with (force)")


@contextmanager
def serving(
    behind: Behind,
    settings: Settings,
    concurrency: int = 0,
    targets: Sequence[str] = TARGETS,
    *,
    patient: bool = True,
    timing: Timing = QUICK,
) -> Iterator[str]:
    """The Python service in this process; the address that it answers at.

    Args:
        patient: False answers at once, as if it were about to end.
    """
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    service = Service(settings, listener, targets, concurrency, behind.told.append, timing)
    if not patient:
        service._ended.set()
    thread = threading.Thread(target=service.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        service.stop()
        thread.join(20)
        assert not thread.is_alive()


@dataclass
class PythonWorld:
    """See tests.http.requests.World."""

    token: str
    previous_token: str
    database_url: str
    bases: dict[Serves, str]

    def url(self, function: str, serves: Serves = "") -> str:
        return f"{self.bases[serves]}/functions/v1/{function}"


@pytest.fixture(scope="session")
def world(behind: Behind) -> Iterator[PythonWorld]:
    """The service with its worker, one without a token, and one without a database."""
    settings = behind.settings()
    without = {name: value for name, value in settings.values.items() if "TOKEN" not in name}
    with ExitStack() as stack:
        bases: dict[Serves, str] = {
            "": stack.enter_context(serving(behind, settings, 2)),
            "no token": stack.enter_context(serving(behind, replace(settings, values=without))),
            "no database": stack.enter_context(serving(behind, behind.without_database())),
        }
        made = PythonWorld(behind.token, behind.previous_token, behind.database_url, bases)
        begin(made)
        yield made
