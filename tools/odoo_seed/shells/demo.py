"""`make demo`: the whole pipeline with the repository's own seed, then a PM's edit, then drift.

Each step is the real command in a process of its own, against an embedded Postgres and a sandbox
Odoo that live in a temporary folder.
"""

from __future__ import annotations

import difflib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from odoo_seed import pipeline, wiring, wiring_files
from odoo_seed.errors import OdooSeedError, UsageError
from odoo_seed.sandbox.server import SandboxServer
from odoo_seed.settings import DEFAULT_SEED_DIR, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.model import Seed

_BOT = "seed_bot@example.com"
_FILE = Path("projects/FIN_CLOSE_PROJ.yaml")
_HOME = "home"
_ENDING_SECONDS = 10

# The PM's edit: a deadline and an assignee change, one task goes, one comes.
_MOVED = ("FIN_CLOSE_T001", "deadline: 2026-01-09", "deadline: 2026-01-12")
_REASSIGNED = (
    "FIN_CLOSE_T002",
    "assignee_email: ana.santos@example.com",
    "assignee_email: grace.tolentino@example.com",
)
_REMOVED = "FIN_CLOSE_T005C"
_ADDED = """
      - external_ref: FIN_CLOSE_T900
        name: Brief the preparers on the close calendar
        assignee_email: grace.tolentino@example.com
        deadline: 2026-01-21
        planned_hours: 2
        depends_on_refs:
          - FIN_CLOSE_T002
"""


@contextmanager
def start_sandbox(
    port: int, database: str, seed: Seed | None = None, *, series: str = "18.0"
) -> Iterator[tuple[SandboxServer, dict[str, str]]]:
    """Run a sandbox Odoo that knows the seed's companies and people.

    Args:
        series: Version whose ways it has, 18.0 or 19.0.

    Yields:
        The server, and the variables that point `odoo-seed` at it.
    """
    password = secrets.token_urlsafe(12)
    with _listening(port, database, password, series) as server:
        if seed is not None:
            companies = sorted({one.company_name for one in seed.projects if one.company_name})
            people = {project.manager_email for project in seed.projects} | {
                email for task in seed.tasks for email in task.assignee_emails or ()
            }
            users = [(_name(email), email, companies) for email in sorted(filter(None, people))]
            server.populate(companies, users, password=secrets.token_urlsafe(12))
        yield (
            server,
            {
                "ODOO_URL": server.url,
                "ODOO_DB": database,
                "ODOO_USER": _BOT,
                "ODOO_PASSWORD": password,
            },
        )


def _listening(port: int, database: str, password: str, series: str) -> SandboxServer:
    try:
        return SandboxServer(port, database, _BOT, password, series=series)
    except (OSError, OverflowError) as error:
        words = getattr(error, "strerror", None) or "there is no such port"
        raise UsageError(
            f"Port {port} cannot be used: {words}.",
            remedy="Name another with --port, or 0 for a free one.",
        ) from None


def _name(email: str) -> str:
    return email.split("@", 1)[0].replace(".", " ").title()


def seed_of(settings: Settings) -> Seed | None:
    """The people and companies of the seed at hand, if it can be read."""
    reading = pipeline.validate(wiring_files.seed_files(settings))
    return reading.content.seed if reading.content else None


def run_demo(settings: Settings) -> int:
    """Run all steps; return 0 when each did what it should."""
    begun = time.monotonic()
    if not settings.seed_dir.is_dir():
        raise UsageError(
            f"There is no folder {settings.seed_dir}.",
            remedy="Run the demo from the top of the repository.",
        )
    with _work_folder() as work:
        click.echo("The whole pipeline, in a sandbox that leaves nothing behind: half a minute.")
        sys.stdout.flush()
        seed_dir = work / DEFAULT_SEED_DIR
        shutil.copytree(settings.seed_dir, seed_dir)
        with start_sandbox(0, "sandbox", seed_of(settings)) as (server, variables):
            environ = {
                name: value for name, value in os.environ.items() if not name.startswith("ODOO_")
            }
            environ |= variables | {"ODOO_SEED_HOME": str(work / _HOME)}
            environ.pop("SUPABASE_DB_URL", None)
            steps = _Steps(work, environ)
            with wiring.database(steps.settings()):  # shared by all steps: starts once
                _first_run(steps)
                if _edit(steps, seed_dir):
                    _drift(steps, server)
    click.echo(f"""
All of it was real but the Odoo: real YAML, a real Postgres, real commands ({_since(begun)} s).

Where to look: supabase/seed/odoo (the seed), `odoo-seed --help` (the commands), README.md.
To point it at your own: set SUPABASE_DB_URL, ODOO_URL, ODOO_DB, ODOO_USER and ODOO_PASSWORD in
.env.local, then run  odoo-seed migrate, odoo-seed prepare, odoo-seed load  and look at
odoo-seed plan  before the first  odoo-seed seed.""")
    return 0


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.0f}"


@contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder for everything the demo makes, gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="odoo-seed-demo-"))
    try:
        # Root's Postgres runs as nobody, who must be able to pass; the password's file is closed.
        folder.chmod(0o755)
        yield folder
    finally:
        data = folder / _HOME / "pg"
        for left in (data.resolve().parent, folder) if data.is_symlink() else (folder,):
            _remove(left)


def _remove(folder: Path) -> None:
    """Remove a folder in which a server that was just interrupted may still be writing."""
    deadline = time.monotonic() + _ENDING_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)


class _Steps:
    """Runs commands, showing each as it would be typed."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self._folder, self._environ = folder, environ

    def settings(self) -> Settings:
        return Settings.read(self._environ, self._folder)

    def title(self, text: str) -> None:
        click.secho(f"\n━━ {text}", bold=True)

    def run(self, *words: str, expect: Sequence[int] = (0,)) -> None:
        """Run one command.

        Raises:
            OdooSeedError: It ended otherwise than the demo promises.
        """
        click.secho(f"\n$ odoo-seed {' '.join(words)}", fg="cyan")
        sys.stdout.flush()
        done = subprocess.run(
            [sys.executable, "-m", "odoo_seed", *words],
            cwd=self._folder,
            env=self._environ,
            check=False,
        )
        if done.returncode not in expect:
            raise OdooSeedError(f"`odoo-seed {' '.join(words)}` ended with {done.returncode}.")


def _first_run(steps: _Steps) -> None:
    steps.title("From YAML to Odoo")
    steps.run("validate")
    steps.run("migrate")
    steps.run("prepare")
    steps.run("load")
    steps.run("plan")
    steps.run("seed")
    steps.run("shadow")
    steps.run("verify")
    steps.run("summary", "--format", "markdown")
    steps.title("Again: nothing changed, so nothing is written")
    steps.run("load")
    steps.run("seed")


def _edit(steps: _Steps, seed_dir: Path) -> bool:
    """Show the PM's edit, unless the seed at hand is not the one it was written for."""
    path = seed_dir / _FILE
    try:
        before = path.read_text(encoding="utf-8")
        after = edited(before)
    except (FileNotFoundError, ValueError):
        click.echo(f"\n{_FILE} is not as it was first: the edit and the drift are not shown.")
        return False
    steps.title("A project manager edits the YAML: two tasks change, one comes, one goes")
    path.write_text(after, encoding="utf-8")
    diff = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "git", "edit", n=1, lineterm=""
    )
    click.echo("\n".join(diff))
    steps.run("calendar", "--period", "2026-01", "--project", path.stem)
    steps.run("plan", "--from", "files")
    steps.run("run", "--format", "markdown")
    return True


def edited(text: str) -> str:
    """The PM's edit of FIN_CLOSE_PROJ.yaml; ValueError when it does not fit."""
    for ref, old, new in (_MOVED, _REASSIGNED):
        start = text.index(f"external_ref: {ref}\n")
        place = text.index(old, start)
        text = text[:place] + new + text[place + len(old) :]
    start = text.index(f"          - external_ref: {_REMOVED}\n")
    end = text.index("\n\n", start)
    return text[:start].rstrip(" ") + text[end + 1 :].rstrip("\n") + "\n" + _ADDED


def _drift(steps: _Steps, server: SandboxServer) -> None:
    steps.title("Somebody works in Odoo: moves a card (theirs) and a deadline (git's)")
    user = server.as_user("ana.santos@example.com").call
    task, other = (_task(server, ref) for ref in ("FIN_CLOSE_T004", "FIN_CLOSE_T006"))
    stages = user(
        "project.task.type", "search", [["project_ids.x_external_ref", "=", "FIN_CLOSE_PROJ"]]
    )
    user("project.task", "write", [task], {"stage_id": stages[1]})
    user("project.task", "write", [other], {"date_deadline": "2026-01-30 10:00:00"})
    click.echo("ana.santos moved FIN_CLOSE_T004 to In Progress, and FIN_CLOSE_T006 to 30 January")
    steps.run("shadow")
    steps.run("verify", expect=(1,))
    steps.run("plan")
    steps.run("run")


def _task(server: SandboxServer, ref: str) -> int:
    found: list[int] = server.as_user(_BOT).call(
        "project.task", "search", [["x_external_ref", "=", ref]]
    )
    return found[0]
