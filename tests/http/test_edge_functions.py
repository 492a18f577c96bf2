"""The Edge Functions: types, layout, packages, and every answer, served by a real Deno."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import tomllib
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from odoo_seed.core.answers import ORDER
from odoo_seed.core.asking import RefusedRequestError, read_body
from tests.http.conftest import nobody
from tests.http.edge import FUNCTIONS, Served, deno, fetch_packages, served
from tests.http.requests import CASES, QUEUED, SCENARIOS, SEED, SHADOW, Case, check, send
from tests.integration.pooler import Pooler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.conftest import Admin
    from tests.http.conftest import Behind, PythonWorld
    from tests.http.requests import Serves

NAMES = [SEED, SHADOW]
CALLER, PASSWORD = "odoo_seed_caller", "geheim-4711"
PAGE = FUNCTIONS.parents[1] / "docs/edge-functions.md"


class EdgeWorld:
    """Implements `tests.http.requests.World`: seed behind a pooler, shadow with few rights."""

    def __init__(self, behind: Behind, urls: Mapping[str, str], folder: Path, stack: ExitStack):
        self.token, self.previous_token = behind.token, behind.previous_token
        self.database_url, self._urls = behind.database_url, urls
        self._away = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{nobody()}/postgres"
        self._folder, self._stack = folder, stack
        self._served: dict[tuple[str, Serves], Served] = {}

    def variables(self, function: str, serves: Serves = "") -> Mapping[str, str]:
        tokens = {"SEED_RUN_TOKEN": self.token, "SEED_RUN_TOKEN_PREVIOUS": self.previous_token}
        if serves == "no token":
            tokens = {"SEED_RUN_TOKEN": ""}
        if serves == "no database":
            return tokens | {"SUPABASE_DB_URL": self._away}
        if function == SHADOW:
            return tokens | {"SUPABASE_DB_URL": self._away, "SEED_DB_URL": self._urls[SHADOW]}
        return tokens | {"SUPABASE_DB_URL": self._urls[SEED]}

    def server(self, function: str, serves: Serves = "") -> Served:
        """Serve it from the first time on that it is wanted."""
        key = (function, serves)
        if key not in self._served:
            log = self._folder / f"{len(self._served)}.log"
            serving = served(function, self.variables(function, serves), log)
            self._served[key] = self._stack.enter_context(serving)
        return self._served[key]

    def url(self, function: str, serves: Serves = "") -> str:
        return f"{self.server(function, serves).url}/functions/v1/{function}"

    def printed(self) -> str:
        return "".join(one.printed() for one in self._served.values())


@contextmanager
def caller(admin: Admin, database_url: str) -> Iterator[str]:
    """The login of the documentation, made as it says."""
    made = "create role" + PAGE.read_text().partition("create role")[2].partition("```")[0]
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(made.replace("…", PASSWORD))
    try:
        at = conninfo_to_dict(database_url)
        yield f"postgresql://{CALLER}:{PASSWORD}@{at['host']}:{at['port']}/{at['dbname']}"
    finally:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(f"drop owned by {CALLER}")
        admin.execute(f"drop role {CALLER}")


@pytest.fixture(scope="module")
def edge(
    admin: Admin,
    behind: Behind,
    world: PythonWorld,  # its worker does the runs
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[EdgeWorld]:
    fetch_packages()
    with ExitStack() as stack:
        pooler = stack.enter_context(Pooler(world.database_url, "transaction"))
        urls = {SEED: pooler.url, SHADOW: stack.enter_context(caller(admin, behind.database_url))}
        made = EdgeWorld(behind, urls, tmp_path_factory.mktemp("edge"), stack)
        yield made
        printed = made.printed()
    for secret in (made.token, made.previous_token, PASSWORD, "postgresql:", "    at "):
        assert secret not in printed


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_answer_is_the_same_as_the_python_services(edge: EdgeWorld, case: Case) -> None:
    check(edge, case)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_several_requests_belong_together(
    edge: EdgeWorld, scenario: Callable[[EdgeWorld], None]
) -> None:
    scenario(edge)


def test_nothing_is_at_other_addresses(edge: EdgeWorld) -> None:
    headers = {"Authorization": f"Bearer {edge.token}"}
    for path in ("/", f"/{SHADOW}", f"/{SEED}/", f"/{SEED}/runs"):
        answer = requests.post(edge.server(SEED).url + path, headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


# What both read from a body, compared without a run: where no database is, a request that is not
# refused gets as far as 503.

_TEXTS = st.text(max_size=3) | st.sampled_from(["default", "a b", "A1", "", "a\n", "ß", "\0", "-"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=2),
    max_leaves=3,
)
_NAMES = st.sampled_from(["target", "projects", "dry_run", "wait_seconds", "Target", "__proto__"])
_BODIES = st.builds(
    lambda given, before, after, ascii_only: (
        before + json.dumps(given, ensure_ascii=ascii_only) + after
    ),
    st.dictionaries(_NAMES, _VALUES, max_size=3) | _VALUES,
    st.sampled_from(["", "", "", " ", "\n\t", "\ufeff", "\u00a0", "\0", "//"]),
    st.sampled_from(["", "", "", " ", "\n", "\x0b", ",", "}", "\0"]),
    st.booleans(),
).map(lambda text: text.encode("utf-8", "surrogatepass"))
_TYPES = st.sampled_from(
    ["application/json", "APPLICATION/json ;x=y", "application/json,text", "a"]
)


@settings(max_examples=100, deadline=None)
@given(content=_BODIES | st.binary(max_size=4), content_type=_TYPES)
def test_a_body_is_read_as_the_python_service_reads_it(
    edge: EdgeWorld, content: bytes, content_type: str
) -> None:
    try:
        read_body(content, content_type)
        meant = 503, "Could not reach the database"
    except RefusedRequestError as error:
        meant = error.status, error.told["detail"]
    case = Case("", 0, "", content=content, headers={"Content-Type": content_type},
                serves="no database")  # fmt: skip
    answer = send(edge, case)
    told = answer.json()
    assert (answer.status_code, told["title" if meant[0] == 503 else "detail"]) == meant


def test_lost_connections_to_the_database_are_made_anew(edge: EdgeWorld) -> None:
    body = b'{"target": "idle", "wait_seconds": 0.6}'
    case = Case("a run that waits", 202, QUEUED, function=SHADOW, content=body)
    with psycopg.connect(edge.database_url, autocommit=True) as connection:

        def cut() -> int:
            return connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s",
                [CALLER],
            ).rowcount

        check(edge, case)
        assert cut() >= 1
        timer = threading.Timer(0.2, cut)  # while it waits
        timer.start()
        check(edge, case)
        timer.join()


def test_waiting_takes_next_to_no_processor_time(edge: EdgeWorld, tmp_path: Path) -> None:
    """Supabase ends a request that took two seconds of it."""
    case = b'{"target": "idle", "wait_seconds": 1}'
    with served(SEED, edge.variables(SEED), tmp_path / "log") as own:
        headers = {"Authorization": f"Bearer {edge.token}", "Content-Type": "application/json"}
        told = requests.post(f"{own.url}/{SEED}", data=case, headers=headers, timeout=30)
        own.process.send_signal(signal.SIGTERM)
        *_, used = os.wait4(own.process.pid, 0)
        own.process.returncode = 0  # waited for
    assert told.status_code == 202
    assert used.ru_utime + used.ru_stime < 1  # most of it to start Deno
    with psycopg.connect(edge.database_url, autocommit=True) as connection:
        connection.execute("delete from odoo_seed.run_requests where target = 'idle'")


@pytest.mark.parametrize("words", [["fmt", "--check"], ["lint"], ["check", "--frozen"]], ids=str)
def test_denos_own_checks_find_nothing(words: list[str]) -> None:
    fetch_packages()
    more = [str(path) for path in FUNCTIONS.glob("*/index.ts")] if words[0] == "check" else []
    done = deno(*words, *more)
    assert done.returncode == 0, done.stdout


def test_packages_come_from_npm_alone_in_one_version_that_is_locked() -> None:
    locked = json.loads((FUNCTIONS / "deno.lock").read_text())
    named = set()
    for path in FUNCTIONS.rglob("*.ts"):
        for place in re.findall(r'(?:from|import\()\s*"([^"]+)"', path.read_text()):
            if not place.startswith((".", "node:")):
                assert re.fullmatch(r"npm:[@\w/.-]+@\d+\.\d+\.\d+", place), f"{path}: {place}"
                named.add(place.removeprefix("npm:"))
    assert named == set(locked["npm"])
    assert all(package["integrity"] for package in locked["npm"].values())
    assert set(locked) == {"version", "specifiers", "npm"}


def test_the_cli_deploys_every_function_and_leaves_the_token_to_them() -> None:
    config = tomllib.loads((FUNCTIONS.parent / "config.toml").read_text())
    assert {path.parent.name for path in FUNCTIONS.glob("*/index.ts")} == set(NAMES)
    assert config["functions"] == {name: {"verify_jwt": False} for name in NAMES}


def test_the_keys_of_an_answer_stand_in_one_order() -> None:
    text = (FUNCTIONS / "_shared/answers.ts").read_text()
    listed = text.partition("const ORDER = [")[2].partition("];")[0]
    assert tuple(re.findall(r'"(\w+)"', listed)) == ORDER
