"""The baseline: the flow of the pattern document, one search, create and write a task.

Done as well as that flow allows: people, tags and stages are looked up once, the connection is
kept open, the context is as silent as ours, and a task without dependencies is not written again.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench.ours import opened
from bench.places import connect
from bench.traffic import counted
from odoo_seed import pipeline, wiring_files
from odoo_seed.core.live import Directory, LiveStage, LiveUser
from odoo_seed.core.values import SeedIndex, wanted_values
from odoo_seed.edges.odoo.mapping import MODELS, REF, to_odoo
from odoo_seed.edges.odoo.writing import WRITE_CONTEXT

if TYPE_CHECKING:
    from odoo_seed.core.model import Kind, Project, Task
    from odoo_seed.edges.odoo.transport import Transport
    from odoo_seed.ports import SeedStore

_CONTEXT = {"context": WRITE_CONTEXT}


def seed(seed_dir: str) -> dict[str, Any]:
    """Load and log in (not timed), then seed Odoo the pattern document's way.

    Returns:
        Seconds and the traffic.
    """
    with opened(seed_dir) as (settings, store):
        pipeline.load(wiring_files.seed_files(settings), store)
        transport = connect(settings.values)
        with counted() as traffic:
            transport.login()
            begun = time.perf_counter()
            _Flow(transport, store).run()
            seconds = time.perf_counter() - begun
        transport.close()
    return {"seconds": seconds, **asdict(traffic)}


class _Flow:
    def __init__(self, transport: Transport, store: SeedStore) -> None:
        self._transport, self._store = transport, store
        self._content = store.read_seed()
        self._index = SeedIndex(self._content.seed)
        self._directory = Directory(time_zone=self._content.policy.time_zone)

    def run(self) -> None:
        """Projects, then tasks, then their dependencies; the run is logged."""
        run_id = self._store.start_run("default", "seed", "cli", None)
        self._look_up()
        for project in self._content.seed.projects:
            self._project(project)
        for task in self._content.seed.tasks:
            self._task(task)
        for task in self._content.seed.tasks:
            self._dependencies(task)
        self._store.finish_run(run_id, "success")

    def _call(self, model: str, method: str, *args: Any) -> Any:
        return self._transport.call(model, method, args, _CONTEXT)

    def _look_up(self) -> None:
        seed, directory = self._content.seed, self._directory
        people = sorted({email for task in seed.tasks for email in task.assignee_emails or ()})
        for row in self._call(
            "res.users", "search_read", [("login", "in", people)], ["login", "company_ids"]
        ):
            user = LiveUser(row["id"], row["login"], True, tuple(row["company_ids"]))
            directory.users[row["login"]] = user
        tags = sorted({tag for task in seed.tasks for tag in task.tag_names or ()})
        ids = self._call("project.tags", "create", [{"name": tag} for tag in tags])
        directory.tags = dict(zip(tags, ids, strict=True))

    def _project(self, project: Project) -> None:
        directory, ref = self._directory, project.external_ref
        company = project.company_name
        found = self._call("res.company", "search", [("name", "=", company)])
        directory.companies[company] = found[0]
        login = project.manager_email
        if login:
            found = self._call("res.users", "search", [("login", "=", login)])
            directory.users[login] = LiveUser(found[0], login, True, ())
        vals = to_odoo("project", wanted_values(project, self._index), ref, directory)
        vals["type_ids"] = [
            (0, 0, {"name": stage.name, "sequence": place, "user_id": False})
            for place, stage in enumerate(project.stages or ())
        ]
        odoo_id = self._upsert("project", ref, vals)
        for row in self._call(
            "project.task.type", "search_read", [("project_ids", "in", [odoo_id])], ["name"]
        ):
            stage = LiveStage(row["id"], row["name"], 0, False)
            directory.stages[ref, row["name"]] = stage

    def _task(self, task: Task) -> None:
        values = wanted_values(task, self._index)
        values.pop("depends_on_refs", None)
        vals = to_odoo("task", values, task.project_external_ref, self._directory)
        self._upsert("task", task.external_ref, vals)

    def _upsert(self, kind: Kind, ref: str, vals: dict[str, Any]) -> int:
        model = MODELS[kind]
        found = self._call(model, "search", [(REF, "=", ref)])
        if found:
            odoo_id = int(found[0])
            self._call(model, "write", found, vals)
        else:
            odoo_id = int(self._call(model, "create", vals | {REF: ref}))
        self._directory.records[kind, ref] = odoo_id
        return odoo_id

    def _dependencies(self, task: Task) -> None:
        if task.depends_on_refs:
            vals = to_odoo(
                "task",
                {"depends_on_refs": task.depends_on_refs},
                task.project_external_ref,
                self._directory,
            )
            odoo_id = self._directory.records["task", task.external_ref]
            self._call("project.task", "write", [odoo_id], vals)
