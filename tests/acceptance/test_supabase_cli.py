"""The Supabase CLI itself, on a database that our runner migrated, and the other way round.

Collected only when SUPABASE_CLI names the binary (`npm install supabase`, then
`node_modules/.bin/supabase`); see tests/conftest.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, ClassVar

import psycopg
import pytest

from odoo_seed.edges.postgres.migrate import migrate, migrations_folder, pending

if TYPE_CHECKING:
    from pathlib import Path

CLI = os.environ["SUPABASE_CLI"]
VERSIONS = [path.name.split("_", 1)[0] for path in sorted(migrations_folder().glob("*.sql"))]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of `supabase/`: the CLI leaves files in it."""
    supabase = migrations_folder().parent
    (tmp_path / "supabase").mkdir()
    shutil.copy(supabase / "config.toml", tmp_path / "supabase")
    for folder in ("migrations", "functions"):
        shutil.copytree(supabase / folder, tmp_path / "supabase" / folder)
    return tmp_path


def supabase(project: Path, url: str, *arguments: str) -> str:
    done = subprocess.run(
        [CLI, "--workdir", str(project), *arguments, f"--remote={url}"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_cli_finds_our_migrations_applied(project: Path, database_url: str) -> None:
    assert "Remote database is up to date." in supabase(
        project, database_url, "db", "push", "--dry-run"
    )
    listed = supabase(project, database_url, "migration", "list")
    for version in VERSIONS:
        assert listed.replace("`", "").split().count(version) >= 2, listed


def test_we_find_the_clis_migrations_applied(project: Path, empty_database_url: str) -> None:
    supabase(project, empty_database_url, "db", "push", "--yes")
    assert pending(empty_database_url, migrations_folder()) == []
    assert migrate(empty_database_url, migrations_folder()) == []


def test_both_record_the_same_history(
    project: Path, database_url: str, empty_database_url: str
) -> None:
    supabase(project, empty_database_url, "db", "push", "--yes")
    histories = []
    for url in (database_url, empty_database_url):
        with psycopg.connect(url) as connection:
            histories.append(
                connection.execute(
                    "select version, name, statements"
                    " from supabase_migrations.schema_migrations order by version"
                ).fetchall()
            )
    assert histories[0] == histories[1]


def test_the_advisors_warn_of_nothing(project: Path, database_url: str) -> None:
    # Below warnings they mention that indexes of an empty database were not used yet, and that
    # row level security without policies lets nobody in: as it is meant.
    said = supabase(
        project, database_url, "db", "advisors", "--type=all", "--level=warn", "--fail-on=warn"
    )
    assert "No issues found" in said


class ManagementApi(BaseHTTPRequestHandler):
    """As much of Supabase's API as a deployment asks for; keeps what it is given."""

    deployed: ClassVar[dict[str, dict[str, str]]] = {}

    def do_GET(self) -> None:
        self._answer(200, [])

    def do_POST(self) -> None:
        head = f"Content-Type: {self.headers['Content-Type']}\n\n".encode()
        body = head + self.rfile.read(int(self.headers["Content-Length"]))
        parts = {
            part.get_filename() or "": part.get_payload(decode=True).decode()
            for part in message_from_bytes(body).get_payload()
        }
        asked = json.loads(parts.pop(""))
        self.deployed[asked["name"]] = parts | {"verify_jwt": asked["verify_jwt"]}
        known = {"id": asked["name"], "slug": asked["name"], "name": asked["name"], "version": 1}
        bundled = {"status": "ACTIVE", "created_at": 1, "updated_at": 1, "ezbr_sha256": "0" * 64}
        self._answer(201, known | bundled | {"verify_jwt": asked["verify_jwt"]})

    def do_PUT(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(200, {"functions": sent})

    def _answer(self, status: int, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: object) -> None:
        pass


def test_the_cli_deploys_both_functions_as_they_are(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = HTTPServer(("127.0.0.1", 0), ManagementApi)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{api.server_port}"
    profile = project / "profile.yaml"
    profile.write_text(
        f"name: double\napi_url: {url}\ndashboard_url: {url}\ndocs_url: {url}\n"
        "project_host: supabase.co\n"
    )
    monkeypatch.setenv("HOME", str(project))
    monkeypatch.setenv("SUPABASE_ACCESS_TOKEN", f"sbp_{'0' * 40}")
    try:
        done = subprocess.run(
            [CLI, "--workdir", str(project), "--profile", str(profile), "functions", "deploy",
             "--use-api", "--yes", "--remote=abcdefghijklmnopqrst"],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        )  # fmt: skip
    finally:
        api.shutdown()
        api.server_close()
    assert done.returncode == 0, done.stdout
    folder = migrations_folder().parent
    shared = {path.name for path in (folder / "functions/_shared").iterdir()}
    assert set(ManagementApi.deployed) == {"seed-odoo-finance", "shadow-odoo-finance"}
    for name, sent in ManagementApi.deployed.items():
        assert sent.pop("verify_jwt") is False
        files = {f"supabase/functions/_shared/{one}" for one in shared}
        assert set(sent) == files | {f"supabase/functions/{name}/index.ts"}
        for path, text in sent.items():
            assert text.rstrip() == (folder.parent / path).read_text().rstrip()
