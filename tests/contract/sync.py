"""Seeds for the contract of the sync: unique refs, real database, any server."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from odoo_seed import pipeline
from odoo_seed.core.model import Project, Seed, SeedAndPolicy, Source, Stage, Task
from odoo_seed.core.policy import Policy
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from odoo_seed.core.model import Milestone
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.report_run import SeedResult
    from odoo_seed.core.verify import Verification
    from odoo_seed.edges.postgres.store import PostgresStore
    from tests.contract.conftest import World

STAGES = (Stage("To Do"), Stage("Doing"), Stage("Done", fold=True))
SOURCE = Source("seed.yaml", 1)
"""Rows without a source were made by hand, and a load never removes those."""

GIT_STAGES = Policy(ownership={"task": {"stage_name": "git"}})


@dataclass
class Sync:
    """One project `<run>P` in one company, seeded and looked at."""

    world: World
    store: PostgresStore
    run: str
    company: str
    scope: pipeline.Scope = field(default_factory=pipeline.Scope)

    def ref(self, name: str) -> str:
        return f"{self.run}{name}"

    def email(self, name: str) -> str:
        return self.world.server.login_of(name)

    def project(self, **values: Any) -> Project:
        base = Project(
            self.ref("P"), f"Close {self.run}", self.company, stages=STAGES, source=SOURCE
        )
        return replace(base, **values)

    def task(self, key: str, **values: Any) -> Task:
        for pointer in ("parent_external_ref", "milestone_external_ref"):
            if values.get(pointer):
                values[pointer] = self.ref(values[pointer])
        if values.get("depends_on_refs"):
            values["depends_on_refs"] = tuple(map(self.ref, values["depends_on_refs"]))
        project = values.pop("project", "P")
        name = values.pop("name", f"Task {key}")
        return Task(self.ref(key), self.ref(project), name, source=SOURCE, **values)

    def content(
        self,
        *tasks: Task,
        project: Project | None = None,
        projects: tuple[Project, ...] = (),
        milestones: tuple[Milestone, ...] = (),
        policy: Policy | None = None,
    ) -> SeedAndPolicy:
        all_projects = projects or (project or self.project(),)
        return SeedAndPolicy(Seed((), all_projects, milestones, tasks), policy or Policy())

    def seed(self, content: SeedAndPolicy) -> SeedResult:
        """Load and seed; a plan made afterwards must be empty, whatever was written."""
        self.store.load(content, None)
        done = pipeline.seed(
            self.store, OdooWriting(self.world.server.transport), SilentProgress(), self.scope
        )
        if done.run.status == "success":
            assert self.plan().empty, [change.fields for change in self.plan().changes]
        return done

    def plan(self) -> Plan:
        reader = OdooReading(self.world.server.transport)
        return pipeline.plan(self.store.read_seed(), self.store, reader, self.scope)

    def verify(self) -> Verification:
        pipeline.shadow(self.store, OdooReading(self.world.server.transport), self.scope)
        return pipeline.verify(self.store, self.scope)

    def id_of(self, name: str, model: str = "project.task") -> int:
        domain = [("x_external_ref", "=", self.ref(name))]
        found: list[int] = self.world.call(model, "search", domain)
        assert len(found) == 1, found
        return found[0]

    def get(self, name: str, *fields: str, model: str = "project.task") -> Any:
        row = self.world.call(model, "read", [self.id_of(name, model)], list(fields), load="")[0]
        return row[fields[0]] if len(fields) == 1 else [row[field] for field in fields]

    def stage(self, name: str) -> int:
        """The stage of this name of project P."""
        project = self.id_of("P", "project.project")
        domain = [("name", "=", name), ("project_ids", "in", [project])]
        [found] = self.world.call("project.task.type", "search", domain)
        return int(found)

    def write(self, key: str, **values: Any) -> None:
        """Write as somebody in Odoo would."""
        self.world.call("project.task", "write", [self.id_of(key)], values)

    def clean(self) -> None:
        """Leave nothing behind: tasks that lost their ref or project go with theirs."""
        for model in ("project.task", "project.project", "project.tags"):
            name = "name" if model == "project.tags" else "x_external_ref"
            found = self.world.call(model, "search", [(name, "=like", f"{self.run}%")])
            if model == "project.project":
                self.world.remove_projects(found)
            else:
                self.world.call(model, "unlink", found)
