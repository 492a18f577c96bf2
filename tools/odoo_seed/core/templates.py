"""Documents to records. Today each record stands in the YAML as it is; templates expand here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.deadlines import parse_date, parse_deadline
from odoo_seed.core.documents import Mapping
from odoo_seed.core.model import (
    DEFAULT_STAGE,
    Milestone,
    Program,
    Project,
    Seed,
    SeedAndPolicy,
    Source,
    Stage,
    Task,
)
from odoo_seed.core.policy import Policy
from odoo_seed.core.policy_reading import read_policy
from odoo_seed.core.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from odoo_seed.core.documents import Document
    from odoo_seed.core.model import Pointer


@dataclass(frozen=True, slots=True)
class Expansion:
    """All records of all documents, in the order of the files, and what was wrong."""

    content: SeedAndPolicy
    problems: Sequence[Problem]


def expand(documents: Iterable[Document], commit: str | None = None) -> Expansion:
    """Turn documents that satisfy the schema into records, each with its source.

    Of a document that had faults, the parts that were fine are enough: a key that is missing
    gives an empty text, so that the rules can go on. Such records never leave the reader.
    """
    expander = _Expander(commit)
    for document in documents:
        expander.add(document)
    return expander.result()


class _Expander:
    def __init__(self, commit: str | None) -> None:
        self.commit = commit
        self.programs: list[Program] = []
        self.projects: list[Project] = []
        self.milestones: list[Milestone] = []
        self.tasks: list[Task] = []
        self.policy: Policy | None = None
        self.policy_path = ""
        self.problems: list[Problem] = []
        self.path = ""

    def add(self, document: Document) -> None:
        self.path = document.path
        data = document.data
        for item, pointer in _records(data, "programs", ()):
            self.programs.append(self._program(item, pointer))
        for item, pointer in _records(data, "projects", ()):
            self._project(item, pointer)
        if "policy" in data:
            self._policy(document)

    def result(self) -> Expansion:
        seed = Seed(
            tuple(self.programs), tuple(self.projects), tuple(self.milestones), tuple(self.tasks)
        )
        return Expansion(SeedAndPolicy(seed, self.policy or Policy()), self.problems)

    def _source(self, item: Mapping, pointer: Pointer) -> Source:
        return Source(self.path, item.line, item.column, pointer, self.commit)

    def _program(self, item: Mapping, pointer: Pointer) -> Program:
        get = item.get
        return Program(
            slug=get("slug", ""),
            name=get("name", ""),
            program_type=get("program_type", "ppm"),
            parent_slug=get("parent_slug"),
            description=get("description"),
            active=get("active", True),
            source=self._source(item, pointer),
        )

    def _project(self, item: Mapping, pointer: Pointer) -> None:
        get = item.get
        ref = get("external_ref", "")
        project = Project(
            external_ref=ref,
            name=get("name", ""),
            company_name=get("company_name", ""),
            program_slug=get("program_slug"),
            description=get("description"),
            manager_email=get("manager_email"),
            visibility=get("visibility", "employees"),
            allow_dependencies=get("allow_dependencies", True),
            date_start=_date(get("date_start")),
            date_end=_date(get("date_end")),
            stages=_stages(get("stages")),
            tag_names=_texts(get("tag_names")),
            is_active=get("is_active", True),
            sync_enabled=get("sync_enabled", True),
            protected=get("protected", False),
            previous_refs=_texts(get("previous_refs")) or (),
            source=self._source(item, pointer),
        )
        self.projects.append(project)
        for entry, place in _records(item, "milestones", pointer):
            self.milestones.append(
                Milestone(
                    external_ref=entry.get("external_ref", ""),
                    project_external_ref=ref,
                    name=entry.get("name", ""),
                    deadline=_date(entry.get("deadline")),
                    source=self._source(entry, place),
                )
            )
        for entry, place in _records(item, "tasks", pointer):
            self._task(entry, place, ref, None)

    def _task(self, item: Mapping, pointer: Pointer, project: str, parent: str | None) -> None:
        get = item.get
        ref = get("external_ref", "")
        deadline = get("deadline")
        one = get("assignee_email")
        self.tasks.append(
            Task(
                external_ref=ref,
                project_external_ref=project,
                name=get("name", ""),
                description=get("description"),
                stage_name=get("stage_name", DEFAULT_STAGE),
                tag_names=_texts(get("tag_names")),
                assignee_emails=(one,) if one is not None else _texts(get("assignee_emails")),
                depends_on_refs=_texts(get("depends_on_refs")),
                parent_external_ref=get("parent_external_ref") if parent is None else parent,
                milestone_external_ref=get("milestone_external_ref"),
                deadline=None if deadline is None else parse_deadline(deadline),
                planned_hours=_hours(get("planned_hours")),
                sequence=_whole(get("sequence")),
                priority=get("priority"),
                is_active=get("is_active", True),
                protected=get("protected", False),
                previous_refs=_texts(get("previous_refs")) or (),
                source=self._source(item, pointer),
            )
        )
        for entry, place in _records(item, "tasks", pointer):
            self._task(entry, place, project, ref)

    def _policy(self, document: Document) -> None:
        if self.policy is not None:
            line, column = document.locate(("policy",), key=True)
            self.problems.append(
                Problem(
                    document.path,
                    line,
                    column,
                    "duplicate-policy",
                    f"a policy stands in {self.policy_path} already",
                    "keep the policy in one file",
                    ("policy",),
                )
            )
            return
        data = document.data["policy"]
        self.policy_path = document.path
        self.policy = read_policy(data, self._source(data, ("policy",)))


def _records(item: Mapping, key: str, base: Pointer) -> Iterator[tuple[Mapping, Pointer]]:
    for index, entry in enumerate(item.get(key, ())):
        if isinstance(entry, Mapping):  # a faulty entry was blanked, so that places stay right
            yield entry, (*base, key, index)


def _texts(value: list[Any] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(text for text in value if text is not None)


def _stages(value: list[Any] | None) -> tuple[Stage, ...] | None:
    if value is None or None in value:  # with a faulty entry, nobody knows what the stages are
        return None
    return tuple(
        Stage(entry.get("name", ""), entry.get("fold", False))
        if isinstance(entry, Mapping)
        else Stage(entry)
        for entry in value
    )


def _date(text: str | None) -> date | None:
    return None if text is None else parse_date(text)


def _hours(value: float | None) -> float | None:
    return None if value is None else float(value)


def _whole(value: float | None) -> int | None:
    """A JSON Schema integer may be written 10.0."""
    return None if value is None else int(value)
