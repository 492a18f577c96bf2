"""`doctor` on a sandbox Odoo and a real Postgres: all green, and each defect its own red line."""

from __future__ import annotations

import json
import os
import signal
import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from odoo_seed import wiring
from odoo_seed.settings import Settings
from odoo_seed.shells.cli import main
from odoo_seed.shells.demo import seed_of, start_sandbox
from odoo_seed.shells.doctor import examine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from odoo_seed.core.doctor import Check
    from odoo_seed.core.model import Seed
    from odoo_seed.sandbox import SandboxServer

REPOSITORY = Path(__file__).resolve().parents[2]
OWN_SEED = REPOSITORY / "supabase" / "seed" / "odoo"
SCHEMA = json.loads((REPOSITORY / "schemas" / "doctor.schema.json").read_text())
ANA = "ana.santos@example.com"
COMPANY = "TBWA\\SMP"
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READS = {"fields_get", "has_access", "has_group", "read", "search_read"}


@dataclass
class World:
    """Everything that `doctor` looks at, without a fault until a test makes one."""

    odoo: SandboxServer
    variables: dict[str, str]
    home: Path
    seed_dir: Path
    groups: dict[str, int] = field(default_factory=dict)

    def settings(self) -> Settings:
        values = self.variables | {"ODOO_SEED_HOME": str(self.home / "home")}
        return Settings.read(values, self.home, self.seed_dir)

    def checks(self) -> list[Check]:
        return examine(self.settings(), "default")

    def of_status(self, status: str) -> list[Check]:
        return [check for check in self.checks() if check.status == status]

    def red(self) -> Check:
        """The one red line."""
        (line,) = self.of_status("failed")
        assert line.remedy
        return line

    def call(self, model: str, method: str, *args: Any, **context: Any) -> Any:
        return self.odoo.as_user().call(model, method, *args, context=context)

    def find(self, model: str, name: str, value: str) -> int:
        (found,) = self.call(model, "search", [[name, "=", value]], active_test=False)
        return int(found)

    def write(self, model: str, key: str, wanted: str, /, **values: Any) -> None:
        """Change the one record of a model whose field `key` is `wanted`."""
        self.call(model, "write", [self.find(model, key, wanted)], values)

    @property
    def bot(self) -> str:
        return self.variables["ODOO_USER"]


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    with _world(tmp_path, database_url) as made:
        made.odoo.prepare()
        made.odoo.forget_calls()
        yield made


def _small_seed(folder: Path) -> Path:
    """One project of the repository's own seed, which is too large to be read so often."""
    made = folder / "small"
    for name in ("programs.yaml", "policy.yaml", "projects/FIN_CLOSE_PROJ.yaml"):
        text = (OWN_SEED / name).read_text(encoding="utf-8")
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text.replace("          - CLOSE_2026_01_SMP_SUBMIT\n", ""))
    return made


def _people_of(folder: Path) -> Seed:
    seed = seed_of(Settings.read({}, REPOSITORY, folder))
    assert seed is not None
    return seed


@contextmanager
def _world(folder: Path, database_url: str) -> Iterator[World]:
    seed_dir = _small_seed(folder)
    with start_sandbox(0, "sandbox", _people_of(seed_dir)) as (server, variables):
        made = World(server, variables | {"SUPABASE_DB_URL": database_url}, folder, seed_dir)
        made.groups = server.service.state.groups
        # Odoo shows these two to its users only when they are ticked in the settings of Project.
        shown = ("project.group_project_milestone", "project.group_project_task_dependencies")
        links = [(4, made.groups[name]) for name in shown]
        made.write("res.users", "login", made.bot, groups_id=links)
        yield made


def test_all_is_green_when_all_is_prepared(world: World) -> None:
    checks = world.checks()
    assert {check.status for check in checks} == {"ok"}, [c for c in checks if c.status != "ok"]
    assert not [check for check in checks if check.remedy]
    assert len({check.name for check in checks}) == len(checks) >= 24


def test_it_only_reads(world: World) -> None:
    world.variables.pop("SUPABASE_DB_URL")
    world.checks()
    assert {call.method for call in world.odoo.calls()} <= READS
    assert not (world.home / "home").exists(), "no embedded Postgres is made by looking"


def test_an_embedded_postgres_that_is_not_there_yet_needs_the_migrations(world: World) -> None:
    world.variables.pop("SUPABASE_DB_URL")
    assert world.red().name == "migrations"


def test_an_embedded_postgres_that_is_there_is_looked_into(
    world: World, embedded_home: Path
) -> None:
    world.variables.pop("SUPABASE_DB_URL")
    world.home = embedded_home
    with wiring.database(world.settings()):
        assert world.red().name == "migrations"
        wiring.migrate(world.settings())
        checks = {check.name: check for check in world.checks()}
    assert {check.status for check in checks.values()} == {"ok"}
    assert str(embedded_home) in checks["database"].found


def test_calls_do_not_grow_with_the_seed(world: World) -> None:
    world.checks()
    assert len(world.odoo.calls()) <= 32


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc"])
def test_every_protocol_will_do(world: World, protocol: str) -> None:
    world.variables["ODOO_PROTOCOL"] = protocol
    assert {check.status for check in world.checks()} == {"ok"}


@pytest.mark.parametrize("protocol", ["json2", "auto"])
def test_with_an_api_key_every_protocol_of_19_will_do(
    tmp_path: Path, database_url: str, protocol: str
) -> None:
    seed_dir = _small_seed(tmp_path)
    with start_sandbox(0, "sandbox", _people_of(seed_dir), series="19.0") as (server, variables):
        server.prepare()
        variables |= {"SUPABASE_DB_URL": database_url, "ODOO_PROTOCOL": protocol}
        variables["ODOO_PASSWORD"] = server.add_key(variables["ODOO_USER"])
        checks = World(server, variables, tmp_path, seed_dir).checks()
    assert {check.status for check in checks} == {"ok"}
    (line,) = (check.found for check in checks if check.name == "odoo protocol")
    assert line == {"json2": "json2", "auto": "auto: json2"}[protocol]


def _too_old(world: World) -> None:
    world.odoo.series = "17.0"


def _wrong_password(world: World) -> None:
    world.variables["ODOO_PASSWORD"] = "not-the-password"


def _wrong_database(world: World) -> None:
    world.variables["ODOO_DB"] = "another"


def _may_not_create_tasks(world: World) -> None:
    world.odoo.forget_rights("project.task", "create")


def _may_do_nothing_with_projects(world: World) -> None:
    world.odoo.forget_rights("project.project")


def _no_project_manager(world: World) -> None:
    links = [
        (3, world.groups["project.group_project_manager"]),
        (4, world.groups["project.group_project_user"]),
    ]
    world.write("res.users", "login", world.bot, groups_id=links)


def _portal_user(world: World) -> None:
    world.write("res.users", "login", world.bot, share=True)


def _no_app(world: World) -> None:
    del world.odoo.service.state.models["project.project"]


def _company_renamed(world: World) -> None:
    world.write("res.company", "name", COMPANY, name="TBWA/SMP")


def _company_archived(world: World) -> None:
    world.write("res.company", "name", COMPANY, active=False)


def _bot_not_in_the_company(world: World) -> None:
    company = world.find("res.company", "name", COMPANY)
    world.write("res.users", "login", world.bot, company_ids=[(3, company)])


def _user_missing(world: World) -> None:
    world.write("res.users", "login", ANA, login="somebody@example.com")


def _user_archived(world: World) -> None:
    world.write("res.users", "login", ANA, active=False)


def _user_of_the_portal(world: World) -> None:
    world.write("res.users", "login", ANA, share=True)


def _user_not_in_the_company(world: World) -> None:
    company = world.find("res.company", "name", COMPANY)
    world.write("res.users", "login", ANA, company_ids=[(3, company)])


def _ref_twice(world: World) -> None:
    project = world.call("project.project", "create", {"name": "Close"})
    for number in range(2):
        values = {"name": f"T{number}", "project_id": project, "x_external_ref": "FIN_CLOSE_T001"}
        world.call("project.task", "create", values)


def _database_down(world: World) -> None:
    parts = conninfo_to_dict(world.variables["SUPABASE_DB_URL"])
    url = f"postgresql://{parts['user']}:{parts['password']}@127.0.0.1:{_closed_port()}/nowhere"
    world.variables["SUPABASE_DB_URL"] = url


def _database_wrong(world: World) -> None:
    world.variables["SUPABASE_DB_URL"] = "postgresql://not-a-url:p4ssw0rd-of-mine@"


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _odoo_down(world: World) -> None:
    world.variables["ODOO_URL"] = f"http://127.0.0.1:{_closed_port()}"


def _no_odoo_named(world: World) -> None:
    del world.variables["ODOO_URL"]


def _no_such_protocol(world: World) -> None:
    world.variables["ODOO_PROTOCOL"] = "telepathy"


def _seed_broken(world: World) -> None:
    world.seed_dir = world.home / "seed"
    (world.seed_dir).mkdir()
    (world.seed_dir / "a.yaml").write_text("projects: [{external_ref: A}]\n")


DEFECTS: list[tuple[Callable[[World], None], str, str, str]] = [
    (_too_old, "odoo version", "17.0", "18.0 or later"),
    (_wrong_password, "odoo login", "refused the login", "ODOO_PASSWORD"),
    (_wrong_database, "odoo login", "another", "ODOO_DB"),
    (_may_not_create_tasks, "odoo rights", "no create on project.task", "Access Rights"),
    (_may_do_nothing_with_projects, "odoo rights", "no read, no write, no create", "Access"),
    (_no_project_manager, "odoo group", "Project / Administrator", "→ Project: Administrator."),
    (_portal_user, "odoo user", "portal", "Internal User"),
    (_no_app, "odoo app", "project.project", "Install the app"),
    (_company_renamed, "odoo companies", "TBWA\\SMP", "Odoo has “TBWA/SMP”"),
    (_company_archived, "odoo companies", "archived", "Unarchive"),
    (_bot_not_in_the_company, "odoo companies", "not allowed", "→ Allowed Companies: add"),
    (_user_missing, "odoo people", "no Odoo user has this login: ana.santos@", "→ New"),
    (_user_archived, "odoo people", "archived in Odoo: ana.santos@", "Unarchive"),
    (_user_of_the_portal, "odoo people", "portal users", "Internal User"),
    (_user_not_in_the_company, "odoo people", "ana.santos@example.com in “TBWA\\SMP”", "allow"),
    (_ref_twice, "odoo refs", "FIN_CLOSE_T001 stands on 2 tasks: ids 1, 2", "Clear"),
    (_database_down, "database", "refused", "SUPABASE_DB_URL"),
    (_database_wrong, "database", "", "SUPABASE_DB_URL"),
    (_odoo_down, "odoo address", "nothing listens", "running"),
    (_no_odoo_named, "odoo settings", "ODOO_URL is not set", ".env.local"),
    (_no_such_protocol, "odoo settings", "telepathy", "jsonrpc"),
    (_seed_broken, "seed", "a.yaml:1", "odoo-seed validate"),
]


@pytest.mark.parametrize(
    ("make", "name", "found", "remedy"), DEFECTS, ids=[case[0].__name__ for case in DEFECTS]
)
def test_each_defect_has_its_own_red_line(
    world: World, make: Callable[[World], None], name: str, found: str, remedy: str
) -> None:
    make(world)
    line = world.red()
    assert line.name == name
    assert found in line.found
    assert remedy.lower() in line.remedy.lower()


def test_people_and_companies_are_told_with_a_place_in_the_yaml(world: World) -> None:
    _user_missing(world)
    assert "small/projects/FIN_CLOSE_PROJ.yaml:" in world.red().found


def test_a_missing_field_is_for_prepare(tmp_path: Path, database_url: str) -> None:
    with _world(tmp_path, database_url) as world:
        line = world.red()
        assert (line.name, line.remedy) == ("odoo field", "Run `odoo-seed prepare`.")
        assert line.found == "x_external_ref is missing on project.project and project.task"


def test_who_may_not_prepare_is_told_who_may(tmp_path: Path, database_url: str) -> None:
    with _world(tmp_path, database_url) as world:
        links = [(3, world.groups["base.group_system"])]
        world.write("res.users", "login", world.bot, groups_id=links)
        line = world.red()
        assert line.name == "odoo field"
        assert "Administration: Access Rights" in line.remedy
        assert "odoo_seed_ref" in line.remedy


def test_a_database_without_migrations_needs_migrate(
    tmp_path: Path, empty_database_url: str
) -> None:
    with _world(tmp_path, empty_database_url) as world:
        world.odoo.prepare()
        line = world.red()
        assert (line.name, line.remedy) == ("migrations", "Run `odoo-seed migrate`.")


def test_a_database_that_takes_no_writes_is_said_so(world: World) -> None:
    url = world.variables["SUPABASE_DB_URL"]
    world.variables["SUPABASE_DB_URL"] = f"{url}?options=-c%20default_transaction_read_only%3Don"
    assert world.red().name == "database writes"


def test_what_fails_on_one_side_does_not_hide_the_other(world: World) -> None:
    _database_down(world)
    _odoo_down(world)
    _seed_broken(world)
    red = [check.name for check in world.of_status("failed")]
    assert red == ["seed", "database", "odoo address"]


def test_a_person_who_left_stops_only_what_newly_names_them(world: World) -> None:
    """As in the plan: finished tasks may go on naming somebody who was archived since."""
    reading = _people_of(world.seed_dir)
    ana = world.find("res.users", "login", ANA)
    project = world.call("project.project", "create", {"name": "Close"})
    named = [task for task in reading.tasks if ANA in (task.assignee_emails or ())]
    for task in named[1:]:
        values = {"name": task.name, "project_id": project, "user_ids": [ana]}
        world.call("project.task", "create", values | {"x_external_ref": task.external_ref})
    managed = [one for one in reading.projects if one.manager_email == ANA]
    for one in managed:
        values = {"name": one.name, "user_id": ana, "x_external_ref": one.external_ref}
        world.call("project.project", "create", values)
    _user_archived(world)
    assert f"{ANA} ({named[0].source})" in world.red().found
    values = {"name": "T", "project_id": project, "user_ids": [ana]}
    world.call("project.task", "create", values | {"x_external_ref": named[0].external_ref})
    assert not world.of_status("failed")


def test_stages_that_a_live_project_lacks_are_only_told(world: World) -> None:
    values = {"name": "Close", "x_external_ref": "FIN_CLOSE_PROJ"}
    project = world.call("project.project", "create", values)
    stage = {"name": "To Do", "project_ids": [(4, project)], "user_id": False}
    world.call("project.task.type", "create", stage)
    (line,) = [check for check in world.checks() if check.name == "odoo stages"]
    assert line.status == "ok"
    assert line.found == "`seed` will create FIN_CLOSE_PROJ: In Progress, For Review, Done"


def _newer(world: World, _patch: pytest.MonkeyPatch) -> None:
    world.odoo.series = "20.0"


def _no_english(world: World, _patch: pytest.MonkeyPatch) -> None:
    world.write("res.lang", "code", "en_US", active=False)


def _settings_off(world: World, _patch: pytest.MonkeyPatch) -> None:
    links = [(3, world.groups["project.group_project_milestone"])]
    world.write("res.users", "login", world.bot, groups_id=links)


def _ref_is_copied(world: World, _patch: pytest.MonkeyPatch) -> None:
    domain = [["name", "=", "x_external_ref"], ["model", "=", "project.task"]]
    world.call("ir.model.fields", "write", world.call("ir.model.fields", "search", domain), {
        "copied": True,
    })  # fmt: skip


def _clock_wrong(_world: World, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        BaseHTTPRequestHandler, "date_time_string", lambda *_: "Thu, 01 Jan 2026 00:00:00 GMT"
    )


def _deprecated(world: World, _patch: pytest.MonkeyPatch) -> None:
    world.odoo.series = "19.0"


WARNINGS: list[tuple[Callable[[World, pytest.MonkeyPatch], None], dict[str, str]]] = [
    (_newer, {"odoo version": "newer", "odoo protocol": "deprecated"}),
    (_deprecated, {"odoo protocol": "xmlrpc, which Odoo 19.0 calls deprecated"}),
    (_no_english, {"odoo language": "en_US"}),
    (_settings_off, {"odoo features": "Milestones"}),
    (_ref_is_copied, {"odoo field copied": "project.task"}),
    (_clock_wrong, {"odoo clock": "behind"}),
]


@pytest.mark.parametrize(
    ("make", "expected"), WARNINGS, ids=[case[0].__name__ for case in WARNINGS]
)
def test_what_works_but_should_be_known_is_a_warning(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[World, pytest.MonkeyPatch], None],
    expected: dict[str, str],
) -> None:
    make(world, monkeypatch)
    lines = {check.name: check for check in world.checks() if check.status != "ok"}
    assert lines.keys() == expected.keys()
    for name, words in expected.items():
        assert lines[name].status == "warning"
        assert words in lines[name].found
        assert lines[name].remedy


@pytest.fixture
def command(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command as a user does."""
    for name in os.environ:
        if name.startswith(("ODOO_", "SUPABASE_", "GITHUB_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(world.home)

    def run(*words: str) -> int:
        for name, value in world.variables.items():
            monkeypatch.setenv(name, value)
        return main(["doctor", "--seed-dir", str(world.seed_dir), *words])

    return run


@pytest.mark.usefixtures("_handlers")
class TestCommand:
    def test_it_ends_with_0_when_nothing_failed(
        self, world: World, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        _no_english(world, pytest.MonkeyPatch())
        assert command() == 0
        out = capsys.readouterr().out
        assert "WARN  odoo language" in out
        assert "\n      → Settings → Translations → Languages" in out
        assert "1 warning." in out

    def test_it_ends_with_1_when_something_failed(
        self, world: World, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
    ) -> None:
        _user_archived(world)
        assert command() == 1
        assert "FAIL  odoo people" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "make", [_database_wrong, _database_down, _wrong_password, _odoo_down, _user_missing]
    )
    def test_its_json_is_as_described_and_holds_no_secret(
        self,
        world: World,
        command: Callable[..., int],
        capsys: pytest.CaptureFixture[str],
        make: Callable[[World], None],
    ) -> None:
        secrets = [world.variables["ODOO_PASSWORD"], "p4ssw0rd-of-mine", "not-the-password"]
        secrets.append(_password(world.variables["SUPABASE_DB_URL"]))
        make(world)
        assert command("--format", "json") == 1
        told = capsys.readouterr()
        assert not [secret for secret in secrets if secret in told.out + told.err]
        answer = json.loads(told.out)
        jsonschema.Draft202012Validator(SCHEMA).validate(answer)
        assert (answer["ok"], answer["target"]) == (False, "default")


def _password(url: str) -> str:
    return str(conninfo_to_dict(url)["password"])


@pytest.fixture
def _handlers() -> Iterator[None]:
    """Our handlers of signals are gone after the test."""
    handlers = {number: signal.getsignal(number) for number in ENDINGS}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_the_last_load_is_told_with_its_commit(world: World) -> None:
    with psycopg.connect(world.variables["SUPABASE_DB_URL"]) as connection:
        connection.execute(
            "insert into odoo_seed.sync_runs (target, verb, trigger, source_commit, status)"
            " values ('default', 'load', 'cli', '0123456789abcdef', 'success')"
        )
    (line,) = [check for check in world.checks() if check.name == "last load"]
    assert "commit 0123456789" in line.found
    assert "UTC" in line.found
