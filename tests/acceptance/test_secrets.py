"""No secret in anything that a run emits: real processes, good runs, and every failure we know."""

from __future__ import annotations

import base64
import html
import json
import os
import secrets
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import psycopg
import pytest
import trustme
from product import BOT, COMPANY, PEOPLE, Product
from psycopg import sql
from tests import warm
from tests.vault_double import FOUND, TOKEN, vault_server

from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ODD = "-ä /:%41@#+<'\"\\=?&;"
ODOO_SECRET = f"OdooPw7Qx{ODD}"
STAGING_SECRET = f"StagingKey9Wz{ODD}"
DATABASE_SECRET = f"PgPw3Kt{ODD}"
TOKENS = {
    "SEED_RUN_TOKEN": f"RunTok5Hn{ODD}",
    "GITHUB_TOKEN": f"GhTok8Vb{ODD}",
    "SUPABASE_SERVICE_ROLE_KEY": f"RoleKey2Ms{ODD}",
    "SEED_RUN_TOKEN__STAGING": f"StagingTok4Lc{ODD}",
}
WRONG = f"WrongPw6Jd{ODD}"
ALL = [ODOO_SECRET, STAGING_SECRET, DATABASE_SECRET, WRONG, *TOKENS.values()]


def forms(secret: str, *users: str) -> Iterator[str]:
    """How a secret may be written."""
    yield secret
    yield secret[: len(secret) - len(ODD)]  # its tell-tale beginning, which survives most writing
    yield from (quote(secret, safe=""), quote(secret), quote_plus(secret), html.escape(secret))
    yield from (json.dumps(secret)[1:-1], repr(secret)[1:-1])
    for whole in (secret, *(f"{user}:{secret}" for user in users)):
        yield base64.b64encode(whole.encode()).decode().rstrip("=")


def assert_nothing_leaked(emitted: str, where: object, more: Sequence[str] = ()) -> None:
    for secret in (*ALL, *more):
        for form in forms(secret, BOT, "bot"):
            assert form not in emitted, (where, form)


class Emitter:
    """Runs commands as processes and collects everything they emit anywhere."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.variables = product.variables

    def run(self, *words: str, **changed: str) -> str:
        """Run one command; what it printed holds no secret and no traceback."""
        done = subprocess.run(
            warm.command(*words),
            cwd=self.product.folder,
            env=self.environment(changed),
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        told = done.stdout + done.stderr
        assert "Traceback" not in told, told
        assert "Error: " in told or done.returncode in {0, 1, 3}, (words, done)
        assert_nothing_leaked(told, words)
        return told

    def environment(self, changed: dict[str, str]) -> dict[str, str]:
        return os.environ | self.variables | TOKENS | changed

    def assert_nothing_kept(self) -> None:
        """No file that was written and no row holds a secret."""
        for path in self.product.folder.rglob("*"):
            if path.is_file() and path.name != ".env.local":
                assert_nothing_leaked(path.read_bytes().decode("utf-8", "replace"), path)
        with psycopg.connect(self.product.database_url) as connection:
            tables = connection.execute(
                "select table_schema, table_name from information_schema.tables"
                " where table_schema in"
                " ('odoo_seed', 'ops', 'procrastinate', 'supabase_migrations')"
            ).fetchall()
            assert len(tables) > 8
            for names in tables:
                rows = connection.execute(
                    sql.SQL("select t::text from {} t").format(sql.Identifier(*names))
                ).fetchall()
                assert_nothing_leaked(str(rows), names)


@pytest.fixture
def odoo() -> Iterator[SandboxServer]:
    with SandboxServer(login=BOT, password=ODOO_SECRET) as server:
        server.populate([COMPANY], [(name, email, [COMPANY]) for name, email in PEOPLE.items()])
        yield server


@pytest.fixture
def role(admin: Any) -> Iterator[str]:
    """A role of the database's whose password needs every escape."""
    name = f"bot_{secrets.token_hex(4)}"
    given = (sql.Identifier(name), sql.Literal(DATABASE_SECRET))
    admin.execute(sql.SQL("create role {} login superuser password {}").format(*given))
    yield name
    admin.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


@pytest.fixture
def emitter(product: Product, role: str) -> Emitter:
    made = Emitter(product)
    made.variables["ODOO_PASSWORD"] = ODOO_SECRET
    parts = psycopg.conninfo.conninfo_to_dict(product.database_url)
    made.variables["SUPABASE_DB_URL"] = database_at(
        role, f"{parts['host']}:{parts['port']}/{parts['dbname']}"
    )
    return made


def database_at(user: str, place: str, password: str = DATABASE_SECRET) -> str:
    return f"postgresql://{user}:{quote(password, safe='')}@{place}"


def test_good_runs_tell_no_secret(emitter: Emitter) -> None:
    staging = {
        "ODOO_URL__STAGING": emitter.variables["ODOO_URL"],
        "ODOO_DB__STAGING": emitter.variables["ODOO_DB"],
        "ODOO_USER__STAGING": BOT,
        "ODOO_PASSWORD__STAGING": ODOO_SECRET,
    }
    for words in (
        ["validate", "--format", "json"], ["migrate"], ["prepare"], ["doctor"],
        ["doctor", "--format", "json"], ["load"], ["plan", "--out", "plan.json"],
        ["plan", "--format", "markdown"], ["seed", "--plan", "plan.json"], ["shadow"],
        ["verify", "--format", "markdown"], ["summary", "--format", "json"], ["run"],
        ["plan", "--rehearse"], ["rollback", "last", "--yes"], ["clear-refs", "--yes"],
        ["resume"], ["stop", "--reason", "Audit", "--yes"], ["remove-schema"],
    ):  # fmt: skip
        assert "Error" not in emitter.run(*words)
    assert "Error" not in emitter.run("run", "--target", "staging", **staging)
    assert "refused the login" in emitter.run(
        "doctor", "--target", "staging", **staging | {"ODOO_PASSWORD__STAGING": STAGING_SECRET}
    )
    emitter.assert_nothing_kept()


def test_secrets_of_a_vault_are_used_and_never_told(emitter: Emitter) -> None:
    with vault_server() as (vault, address):
        variables = {
            "SECRETS_BACKEND": "hashicorp-vault", "VAULT_ADDR": address, "VAULT_TOKEN": TOKEN,
            "ODOO_PASSWORD": WRONG,
        }  # fmt: skip
        vault.data = {**FOUND, "data": {"data": {"ODOO_PASSWORD": ODOO_SECRET}}}
        for words in (["run"], ["doctor"]):
            told = emitter.run(*words, **variables)
            assert "Error" not in told
            assert TOKEN not in told
        for told in (
            (403, {"errors": [f"permission denied for {TOKEN}"]}),
            (500, f"{TOKEN} {ODOO_SECRET}".encode()),
            (200, {"data": {"data": {"OTHER": ODOO_SECRET}}}),
        ):
            vault.told = (*told, {})
            said = emitter.run("plan", **variables)
            assert "Vault" in said
            assert TOKEN not in said
    emitter.assert_nothing_kept()


def test_settings_of_env_local_are_kept_as_well_as_those_of_the_environment(
    emitter: Emitter,
) -> None:
    file = emitter.product.folder / ".env.local"
    lines = [f"{name}='{WRONG}\nsecond" for name in ("ODOO_PASSWORD", "SEED_RUN_TOKEN")]
    file.write_text("\n".join(lines), encoding="utf-8")
    emitter.run("plan", ODOO_PASSWORD="", SEED_RUN_TOKEN="")
    file.write_bytes(f"ODOO_PASSWORD={WRONG}\xff".encode("latin-1"))
    assert ".env.local cannot be read" in emitter.run("plan")


def test_a_wrong_password_is_refused_untold(emitter: Emitter) -> None:
    for protocol in ("xmlrpc", "jsonrpc", "json2", "auto"):
        emitter.run("run", "--format", "json", ODOO_PASSWORD=WRONG, ODOO_PROTOCOL=protocol)
    emitter.run("doctor", ODOO_PASSWORD=WRONG)
    emitter.assert_nothing_kept()


@contextmanager
def tls_server() -> Iterator[str]:
    """A server with a certificate that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                    context.wrap_socket(connection, server_side=True).close()
                except OSError:
                    if listener.fileno() < 0:
                        return

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{listener.getsockname()[1]}"


def test_an_odoo_that_cannot_be_used_is_named_without_a_secret(emitter: Emitter) -> None:
    emitter.run("load")
    with tls_server() as unknown, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        plain = emitter.variables["ODOO_URL"].removeprefix("http://")
        for changed, words in (
            ({"ODOO_URL": f"http://127.0.0.1:{deaf.getsockname()[1]}"}, "refuses connections"),
            ({"ODOO_URL": unknown}, "cannot be trusted"),
            ({"ODOO_URL": f"https://{plain}"}, "does not speak TLS"),
            ({"ODOO_URL": f"http://bot:{quote(WRONG, safe='')}@{plain}"}, "more than an address"),
            ({"ODOO_URL": f"http://bot:{WRONG}@{plain}"}, "ODOO_URL"),
            ({"ODOO_URL": f"http://bot:77/{WRONG[:9]}@{plain}"}, "more than an address"),
            ({"ODOO_URL": f"http://{plain}?key={WRONG}"}, "more than an address"),
            ({"ODOO_DB": "nowhere"}, "has no database 'nowhere'"),
            ({"ODOO_USER": "nobody@example.com"}, "refused the login"),
        ):
            assert words in emitter.run("seed", "--format", "json", **changed), changed
    emitter.assert_nothing_kept()


@pytest.mark.parametrize(
    ("error", "protocol"),
    [("odoo.exceptions.ValidationError", "xmlrpc"), ("builtins.ValueError", "jsonrpc")],
)
def test_an_odoo_that_repeats_the_password_is_not_quoted(
    emitter: Emitter, error: str, protocol: str
) -> None:
    emitter.run("load")
    written = [ODOO_SECRET, *list(forms(ODOO_SECRET, BOT))[2:]]
    message = f"Refused for {' '.join(written)}"
    emitter.product.odoo.trouble(
        "odoo_error", method="create", error=error, message=message, times=99
    )
    assert "***" in emitter.run("seed", ODOO_PROTOCOL=protocol)
    for words in (["summary", "--format", "markdown"], ["run", "--format", "json"]):
        emitter.run(*words, ODOO_PROTOCOL=protocol)
    emitter.product.odoo.calm()
    emitter.product.odoo.trouble(
        "odoo_error", method="search_read", error=error, message=message, times=99
    )
    for words in (["shadow"], ["doctor"]):
        emitter.run(*words, ODOO_PROTOCOL=protocol)
    emitter.assert_nothing_kept()


@contextmanager
def talkative_postgres(message: str) -> Iterator[str]:
    """A server, or a pooler, that refuses everybody and says why at length."""
    fields = b"SFATAL\0VFATAL\0C08006\0M" + message.encode() + b"\0\0"
    answer = b"E" + struct.pack("!i", len(fields) + 4) + fields
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with closing(connection):
                    while start := connection.recv(4096):
                        if start[4:8] == struct.pack("!i", 80877103):  # "may I speak TLS?"
                            connection.sendall(b"N")
                        else:
                            connection.sendall(answer)
                            break

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}/x"


def test_a_database_that_cannot_be_used_is_named_without_a_secret(
    emitter: Emitter, role: str
) -> None:
    good = emitter.variables["SUPABASE_DB_URL"]
    place = good.rpartition("@")[2]
    long = f"cannot reach {good} ({DATABASE_SECRET!r})"
    with talkative_postgres(long) as talkative:
        for url, words in (
            (database_at(role, talkative), "***"),
            (database_at(role, place, WRONG), "refuses the user name or password"),
            (database_at(role, f"{place}-not"), "has no such database"),
            (database_at(role, "127.0.0.1:1/x"), "refused"),
            (database_at(role, "no-such-host.invalid/x"), "no such host"),
            (f"{good}?sslmode=require", "TLS"),
            (f"postgresql://{role}:{WRONG}@{place}", "not a Postgres connection string"),
            (f"postgresql://{role}:WrongPw6Jd@StagingKey9Wz@{place}", "not a Postgres"),
            (f"postgresql://{role}:77/StagingKey9Wz@{place}", "not a Postgres"),
            (f"host=h password={WRONG}", "not a Postgres connection string"),
        ):
            assert words in emitter.run("summary", "--format", "json", SUPABASE_DB_URL=url), words
        for verb in ("load", "verify", "migrate", "doctor", "run"):
            emitter.run(verb, SUPABASE_DB_URL=database_at(role, talkative))


def test_a_database_that_repeats_its_connection_string_is_not_quoted(emitter: Emitter) -> None:
    good = emitter.variables["SUPABASE_DB_URL"]
    with psycopg.connect(emitter.product.database_url, autocommit=True) as connection:
        body = sql.SQL(
            "create function odoo_seed.leak() returns trigger language plpgsql as {}"
        ).format(
            sql.Literal(
                "begin raise exception using message = "
                + sql.Literal(f"no link to {good}").as_string()
                + ", detail = "
                + sql.Literal(DATABASE_SECRET).as_string()
                + "; end"
            )
        )
        connection.execute(body)
        connection.execute(
            "create trigger leak before insert on odoo_seed.sync_runs"
            " execute function odoo_seed.leak()"
        )
    for words in (["load"], ["seed", "--format", "json"], ["shadow"], ["verify"], ["run"]):
        assert "***" in emitter.run(*words), words


def test_an_interrupted_seed_shows_no_secret_to_other_processes_or_in_the_database(
    emitter: Emitter,
) -> None:
    emitter.run("load")
    emitter.product.odoo.trouble("delay", method="create", before=6)
    process = subprocess.Popen(
        [sys.executable, "-m", "odoo_seed", "seed"],
        cwd=emitter.product.folder,
        env=emitter.environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not emitter.product.odoo.calls("create") and time.monotonic() < deadline:
        time.sleep(0.05)
    titles = [path.read_bytes().decode("utf-8", "replace") for path in command_lines()]
    with psycopg.connect(emitter.product.database_url) as connection:
        seen = connection.execute(
            "select application_name, query from pg_stat_activity"
            " where application_name like 'odoo-seed%'"
        ).fetchall()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.startswith("Interrupted.")
    assert "Traceback" not in out + err
    assert any("odoo-seed lock default" in row[0] for row in seen)
    assert_nothing_leaked(out + err, "output")
    assert_nothing_leaked(str(titles), "command lines")
    assert_nothing_leaked(str(seen), "pg_stat_activity")
    assert_nothing_leaked(emitter.run("summary"), "summary")
    emitter.assert_nothing_kept()


def command_lines() -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/cmdline") if readable(path)]


def readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:  # it has ended
        return False


def test_the_embedded_postgres_keeps_its_password_to_itself(
    emitter: Emitter, embedded_home: Path
) -> None:
    home = embedded_home / "home"
    variables = {"SUPABASE_DB_URL": "", "ODOO_SEED_HOME": str(home)}
    emitter.run("migrate", **variables)
    password = (home / "postgres.password").read_text()
    assert (home / "postgres.password").stat().st_mode & 0o077 == 0
    told = "".join(emitter.run(*words, **variables) for words in (["doctor"], ["run"], ["summary"]))
    assert password not in told
    for path in home.rglob("*"):
        if path.is_file() and path.name != "postgres.password":
            kept = path.read_bytes().decode("utf-8", "replace")
            assert password not in kept, path
            assert_nothing_leaked(kept, path)
    titles = [path.read_bytes() for path in command_lines()]
    assert not any(password.encode() in title for title in titles)
