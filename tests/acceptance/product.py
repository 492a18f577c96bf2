"""What the acceptance tests work with: a seed's folder, and commands run as a user runs them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import psycopg

from odoo_seed.shells.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.sandbox import SandboxServer

BOT = "seed_bot@example.com"
PASSWORD = "odoo-pass-7Qx"
COMPANY = "Acme & Sons"
PEOPLE = {"Ana Santos": "ana@example.com", "Beng Cruz": "beng@example.com"}
REPOSITORY = Path(__file__).resolve().parents[2]
SCHEMAS = REPOSITORY / "schemas"


@dataclass
class Task:
    """One task of a YAML file."""

    ref: str
    name: str = ""
    depends: Sequence[str] = ()
    assignee: str = ""
    deadline: str = "2026-03-02"


@dataclass
class Project:
    """One project's YAML file."""

    ref: str
    name: str = ""
    company: str = COMPANY
    tasks: Sequence[Task] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def everything(self) -> str:
        return self.out + self.err

    def json(self, schema: str) -> dict[str, Any]:
        """The output, after checking it against `schemas/<schema>.schema.json`."""
        told: dict[str, Any] = json.loads(self.out)
        validator(schema).validate(told)
        return told


@cache
def validator(schema: str) -> Any:
    text = json.loads((SCHEMAS / f"{schema}.schema.json").read_text())
    cls = jsonschema.Draft202012Validator
    cls.check_schema(text)
    return cls(text, format_checker=cls.FORMAT_CHECKER)


class Product:
    """A folder of YAML, the database and the Odoo that belong to it."""

    def __init__(self, folder: Path, database_url: str, odoo: SandboxServer) -> None:
        self.folder, self.database_url, self.odoo = folder, database_url, odoo
        self.seed_dir = folder / "supabase/seed/odoo"
        (self.seed_dir / "projects").mkdir(parents=True)

    @property
    def variables(self) -> dict[str, str]:
        return {
            "SUPABASE_DB_URL": self.database_url,
            "ODOO_URL": self.odoo.url,
            "ODOO_DB": self.odoo.database,
            "ODOO_USER": BOT,
            "ODOO_PASSWORD": PASSWORD,
        }

    def run(self, *words: str) -> Outcome:
        """Run one command in this process: quicker, and with the environment of the test."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(list(words))
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(bool(end.code))
        return self._checked(Outcome(code, out.getvalue(), err.getvalue()))

    def command(self, *words: str, **options: Any) -> Outcome:
        """Run one command in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "odoo_seed", *words],
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | options.get("env", {}),
        )
        return self._checked(Outcome(done.returncode, done.stdout, done.stderr))

    def _checked(self, done: Outcome) -> Outcome:
        """No command ever shows a traceback or a secret, whatever the test is about."""
        assert "Traceback" not in done.everything
        for secret in self.secrets():
            assert secret not in done.everything
        return done

    def secrets(self) -> list[str]:
        database = str(psycopg.conninfo.conninfo_to_dict(self.database_url)["password"])
        return [PASSWORD, database]

    def ok(self, *words: str) -> str:
        """Run a command that must succeed and return what it printed."""
        done = self.run(*words)
        assert (done.code, done.err) == (0, ""), done
        return done.out

    def write(self, project: Project) -> None:
        """Write the YAML file of a project."""
        body = {
            "external_ref": project.ref,
            "name": project.name or f"Project {project.ref.title()}",
            "company_name": project.company,
            "tasks": [_task(task) for task in project.tasks],
        }
        path = self.file(project.ref)
        # JSON is YAML too; one task a line gives each a line number of its own.
        text = json.dumps({"projects": [body]}, ensure_ascii=False)
        text = text.replace('{"external_ref"', '\n{"external_ref"')
        path.write_text(text, encoding="utf-8")

    def file(self, ref: str) -> Path:
        return self.seed_dir / f"projects/{ref}.yaml"

    def policy(self, text: str) -> None:
        (self.seed_dir / "policy.yaml").write_text(f"policy: {{{text}}}\n")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query.encode()).fetchall()

    def in_odoo(self, model: str, ref: str, *fields: str) -> dict[str, Any]:
        """Read a record of Odoo by its ref, archived or not."""
        (row,) = self.odoo.as_user().call(
            model,
            "search_read",
            [["x_external_ref", "=", ref]],
            list(fields),
            context={"active_test": False},
        )
        return dict(row)

    def change_in_odoo(self, model: str, ref: str, **values: Any) -> None:
        """Somebody works in Odoo."""
        row = self.in_odoo(model, ref, "id")
        self.odoo.as_user().call(model, "write", [row["id"]], values)

    def writes(self) -> list[str]:
        """The calls of ours that could write to Odoo so far."""
        reads = {"search", "search_read", "search_count", "read", "fields_get", "read_group"}
        calls = self.odoo.calls()
        return [f"{call.model}.{call.method}" for call in calls if call.method not in reads]


def _task(task: Task) -> dict[str, Any]:
    body: dict[str, Any] = {
        "external_ref": task.ref,
        "name": task.name or f"Task {task.ref}",
        "deadline": task.deadline,
    }
    if task.depends:
        body["depends_on_refs"] = list(task.depends)
    if task.assignee:
        body["assignee_email"] = task.assignee
    return body
