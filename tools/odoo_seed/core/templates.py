"""Documents to records: each explicit one as it stands, and those that templates make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.gathering import Gathering
from odoo_seed.core.model import Milestone, Program, Project, Seed, SeedAndPolicy, Source, Task
from odoo_seed.core.policy import Policy
from odoo_seed.core.policy_reading import read_policy
from odoo_seed.core.problems import Problem
from odoo_seed.core.records import entries, read_milestone, read_program, read_project, read_task
from odoo_seed.core.recurring import Recurring

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import datetime

    from odoo_seed.core.documents import Document, Mapping
    from odoo_seed.core.model import Pointer


@dataclass(frozen=True, slots=True)
class Expansion:
    """All records of all documents, in the order of the files, and what was wrong.

    Attributes:
        complete: Whether everything that templates make is there. If not, refs may be missing.
    """

    content: SeedAndPolicy
    problems: Sequence[Problem]
    complete: bool = True


def expand(
    documents: Iterable[Document],
    commit: str | None = None,
    now: datetime | None = None,
    unsure: Container[str] = (),
) -> Expansion:
    """Turn documents that satisfy the schema into records, each with its source.

    Of a document that had faults, the parts that were fine are enough: a key that is missing
    gives an empty text, so that the rules can go on. Such records never leave the reader.

    Args:
        commit: Goes into the sources.
        now: A moment with a time zone: rolling schedules roll from its day. Without it they
            make no period.
        unsure: Words of what could not be read: names among them are never called unknown.
    """
    expander = _Expander(commit)
    for document in documents:
        expander.add(document)
    return expander.result(now, unsure)


class _Expander:
    def __init__(self, commit: str | None) -> None:
        self.commit = commit
        self.programs: list[Program] = []
        self.projects: list[Project] = []
        self.milestones: list[Milestone] = []
        self.tasks: list[Task] = []
        self.policy: Policy | None = None
        self.policy_document: Document | None = None
        self.recurring = Recurring()
        self.problems: list[Problem] = []
        self.path = ""

    def add(self, document: Document) -> None:
        self.path = document.path
        data = document.data
        for item, pointer in entries(data, "programs", ()):
            self.programs.append(read_program(item, self._source(item, pointer)))
        for item, pointer in entries(data, "projects", ()):
            self._project(item, pointer)
        self.recurring.add(document)
        if "policy" in data:
            self._policy(document)

    def result(self, now: datetime | None, unsure: Container[str]) -> Expansion:
        policy = self.policy or Policy()
        gathering = Gathering()
        made = self.recurring.make(
            policy, self.policy_document, self.commit, now, gathering, unsure
        )
        explicit = Seed(
            tuple(self.programs), tuple(self.projects), tuple(self.milestones), tuple(self.tasks)
        )
        tasks = made.with_overrides(explicit)
        seed = Seed(
            explicit.programs,
            (*explicit.projects, *made.projects),
            (*explicit.milestones, *made.milestones),
            (*explicit.tasks, *tasks),
        )
        content = SeedAndPolicy(seed, made.policy, tuple(made.kit.calendars.values()))
        problems = [*self.problems, *gathering.problems]
        return Expansion(content, problems, made.complete)

    def _source(self, item: Mapping, pointer: Pointer) -> Source:
        return Source(self.path, item.line, item.column, pointer, self.commit)

    def _project(self, item: Mapping, pointer: Pointer) -> None:
        project = read_project(item, self._source(item, pointer))
        ref = project.external_ref
        self.projects.append(project)
        for entry, place in entries(item, "milestones", pointer):
            self.milestones.append(read_milestone(entry, ref, self._source(entry, place)))
        for entry, place in entries(item, "tasks", pointer):
            self._task(entry, place, ref, None)

    def _task(self, item: Mapping, pointer: Pointer, project: str, parent: str | None) -> None:
        task = read_task(item, project, parent, self._source(item, pointer))
        self.tasks.append(task)
        for entry, place in entries(item, "tasks", pointer):
            self._task(entry, place, project, task.external_ref)

    def _policy(self, document: Document) -> None:
        if self.policy_document is not None:
            line, column = document.locate(("policy",), key=True)
            self.problems.append(
                Problem(
                    document.path,
                    line,
                    column,
                    "duplicate-policy",
                    f"a policy stands in {self.policy_document.path} already",
                    "keep the policy in one file",
                    ("policy",),
                )
            )
            return
        data = document.data["policy"]
        self.policy_document = document
        self.policy = read_policy(data, self._source(data, ("policy",)))
