"""odoo-import-export-client on the same records: CSV files for its `load()` in threads.

Making the CSV files, which its users do by hand or with its converters, is not part of its time.
"""

from __future__ import annotations

import csv
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bench.child import call
from bench.places import connect
from odoo_seed.core.html import to_html
from odoo_seed.core.values import deadline_to_utc
from odoo_seed.edges.seed_files import SeedFolder
from odoo_seed.pipeline import content_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bench.places import Place
    from odoo_seed.core.model import Project, SeedAndPolicy, Task

THREADS = 3
BATCH = 50
"""Its best setting against three Odoo workers; 100 is as good, more threads are not."""


def version(python: str) -> str | None:
    """The version of the peer that this Python has, or None."""
    asked = "import importlib.metadata as m; print(m.version('odoo-import-export-client'))"
    done = subprocess.run(
        [python, "-c", asked], capture_output=True, text=True, check=False, timeout=60
    )
    return done.stdout.strip() or None if done.returncode == 0 else None


def write_files(
    folder: Path, seed_dir: Path, place: Place, *, two_passes: bool
) -> list[dict[str, Any]]:
    """Write the CSV files of a seed and the connection's; return them in order of import.

    Args:
        two_passes: The tasks in any order, then their dependencies, which is how it takes records
            that point at each other. Else in one pass: dependencies first within each project,
            and a project never in two threads, which asks more of who makes the file.
    """
    folder.mkdir(mode=0o700)
    content = content_of(SeedFolder(seed_dir).read())
    _write_connection(folder / "connection.conf", place)
    files = _Files(folder, content, place)
    tasks = files.tasks_then_dependencies() if two_passes else [files.tasks()]
    return [files.tags(), files.projects(), files.stages(), *tasks]


def load(python: str, folder: Path, files: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Import all files; returns the seconds from the first to the last."""
    return call(
        "peer_run.load",
        {},
        python=python,
        config=str(folder / "connection.conf"),
        files=files,
    )


def _write_connection(path: Path, place: Place) -> None:
    environ = place.environ
    parts = urlsplit(environ["ODOO_URL"])
    secure = parts.scheme == "https"
    transport = connect(environ)
    uid = transport.login()
    transport.close()
    path.touch(mode=0o600)
    path.write_text(
        "[Connection]\n"
        f"hostname = {parts.hostname}\n"
        f"port = {parts.port or (443 if secure else 80)}\n"
        f"database = {environ['ODOO_DB']}\n"
        f"login = {environ['ODOO_USER']}\n"
        f"password = {environ['ODOO_PASSWORD']}\n"
        f"protocol = {place.protocol}{'s' if secure else ''}\n"
        f"uid = {uid}\n",
        encoding="utf-8",
    )


class _Files:
    def __init__(self, folder: Path, content: SeedAndPolicy, place: Place) -> None:
        self._folder, self._seed = folder, content.seed
        self._zone = content.policy.time_zone
        self._prefix = min(tag for task in self._seed.tasks for tag in task.tag_names or ())
        transport = connect(place.environ)
        self._companies = self._ids(transport, "res.company", "name", place.companies)
        self._users = self._ids(transport, "res.users", "login", place.people)
        transport.close()

    @staticmethod
    def _ids(transport: Any, model: str, field: str, names: Sequence[str]) -> dict[str, int]:
        rows = transport.call(model, "search_read", [[(field, "in", list(names))], [field]])
        return {row[field]: row["id"] for row in rows}

    def _write(
        self, name: str, model: str, rows: Iterable[dict[str, Any]], **options: Any
    ) -> dict[str, Any]:
        path, table = self._folder / f"{name}.csv", list(rows)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table[0], delimiter=";", quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(table)
        return {"model": model, "file_csv": str(path), "threads": 1, "batch": 500, **options}

    def tags(self) -> dict[str, Any]:
        names = sorted({tag for task in self._seed.tasks for tag in task.tag_names or ()})
        rows = ({"id": _xml_id(name), "name": name} for name in names)
        return self._write("tags", "project.tags", rows)

    def projects(self) -> dict[str, Any]:
        return self._write("projects", "project.project", map(self._project, self._seed.projects))

    def _project(self, project: Project) -> dict[str, Any]:
        return {
            "id": _xml_id(project.external_ref),
            "x_external_ref": project.external_ref,
            "name": project.name,
            "description": to_html(project.description or ""),
            "company_id/.id": self._companies[project.company_name],
            "user_id/.id": self._users.get(project.manager_email or "", ""),
            "privacy_visibility": project.visibility,
            "allow_task_dependencies": 1,
            "date_start": project.date_start,
            "date": project.date_end,
        }

    def stages(self) -> dict[str, Any]:
        rows = (
            {
                "id": _stage_id(project.external_ref, stage.name),
                "name": stage.name,
                "sequence": place,
                "user_id/.id": "",
                "project_ids/id": _xml_id(project.external_ref),
            }
            for project in self._seed.projects
            for place, stage in enumerate(project.stages or ())
        )
        return self._write("stages", "project.task.type", rows)

    def tasks(self) -> dict[str, Any]:
        """In one pass: `load()` knows every task that a line names."""
        return self._write(
            "tasks",
            "project.task",
            map(self._task, self._seed.tasks),
            threads=THREADS,
            batch=BATCH,
            split="project_id/id",
        )

    def tasks_then_dependencies(self) -> list[dict[str, Any]]:
        """In two passes, each in all threads."""
        options = {"threads": THREADS, "batch": BATCH}
        first, second = [], []
        for task in self._seed.tasks:
            row = self._task(task)
            needs = row.pop("depend_on_ids/id")
            first.append(row)
            if needs:
                second.append({"id": row["id"], "depend_on_ids/id": needs})
        return [
            self._write("tasks", "project.task", first, **options),
            self._write("dependencies", "project.task", second, **options),
        ]

    def _task(self, task: Task) -> dict[str, Any]:
        return {
            "id": _xml_id(task.external_ref),
            "x_external_ref": task.external_ref,
            "name": task.name,
            "description": to_html(task.description or ""),
            "project_id/id": _xml_id(task.project_external_ref),
            "stage_id/id": _stage_id(task.project_external_ref, task.stage_name),
            "tag_ids/id": ",".join(map(_xml_id, task.tag_names or ())),
            "user_ids/.id": ",".join(str(self._users[mail]) for mail in task.assignee_emails or ()),
            "date_deadline": deadline_to_utc(task.deadline or "", self._zone),
            "allocated_hours": task.planned_hours,
            "depend_on_ids/id": ",".join(map(_xml_id, task.depends_on_refs or ())),
        }


def _xml_id(text: str) -> str:
    return "bench." + "".join(char if char.isalnum() else "_" for char in text)


def _stage_id(project: str, stage: str) -> str:
    return _xml_id(f"{project} stage {stage}")
