"""What a mapping of the YAML says about one record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.deadlines import parse_date, parse_deadline
from odoo_seed.core.documents import Mapping
from odoo_seed.core.model import DEFAULT_STAGE, Milestone, Program, Project, Stage, Task

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from odoo_seed.core.model import Pointer, Source


def read_program(item: Mapping, source: Source) -> Program:
    """Return the program of an entry of `programs`."""
    get = item.get
    return Program(
        slug=get("slug", ""),
        name=get("name", ""),
        program_type=get("program_type", "ppm"),
        parent_slug=get("parent_slug"),
        description=get("description"),
        active=get("active", True),
        source=source,
    )


def read_project(item: Mapping, source: Source) -> Project:
    """Return the project of an entry of `projects`, without what belongs to it."""
    get = item.get
    return Project(
        external_ref=get("external_ref", ""),
        name=get("name", ""),
        company_name=get("company_name"),
        program_slug=get("program_slug"),
        description=get("description"),
        manager_email=get("manager_email"),
        visibility=get("visibility", "employees"),
        allow_dependencies=get("allow_dependencies", True),
        date_start=_date(get("date_start")),
        date_end=_date(get("date_end")),
        stages=stages(get("stages")),
        tag_names=texts(get("tag_names")),
        is_active=get("is_active", True),
        sync_enabled=get("sync_enabled", True),
        protected=get("protected", False),
        previous_refs=texts(get("previous_refs")) or (),
        tenant=get("tenant"),
        account=get("account"),
        source=source,
    )


def read_milestone(item: Mapping, project: str, source: Source) -> Milestone:
    """Return the milestone of an entry of a project's `milestones`."""
    return Milestone(
        external_ref=item.get("external_ref", ""),
        project_external_ref=project,
        name=item.get("name", ""),
        deadline=_date(item.get("deadline")),
        source=source,
    )


def read_task(item: Mapping, project: str, parent: str | None, source: Source) -> Task:
    """Return the task of an entry of `tasks`; `parent` is the task it is nested under."""
    get = item.get
    deadline = get("deadline")
    one = get("assignee_email")
    return Task(
        external_ref=get("external_ref", ""),
        project_external_ref=project,
        name=get("name", ""),
        description=get("description"),
        stage_name=get("stage_name", DEFAULT_STAGE),
        tag_names=texts(get("tag_names")),
        assignee_emails=(one,) if one is not None else texts(get("assignee_emails")),
        depends_on_refs=texts(get("depends_on_refs")),
        parent_external_ref=get("parent_external_ref") if parent is None else parent,
        milestone_external_ref=get("milestone_external_ref"),
        deadline=None if deadline is None else parse_deadline(deadline),
        planned_hours=hours(get("planned_hours")),
        sequence=whole(get("sequence")),
        priority=get("priority"),
        is_active=get("is_active", True),
        protected=get("protected", False),
        previous_refs=texts(get("previous_refs")) or (),
        source=source,
    )


def entries(item: Mapping, key: str, base: Pointer) -> Iterator[tuple[Mapping, Pointer]]:
    """Yield the entries of a list of mappings, each with its place."""
    for index, entry in enumerate(item.get(key, ())):
        if isinstance(entry, Mapping):  # a faulty entry was blanked, so that places stay right
            yield entry, (*base, key, index)


def texts(value: list[Any] | None) -> tuple[str, ...] | None:
    """Return a list's texts without what was left out because it was wrong."""
    return None if value is None else tuple(text for text in value if text is not None)


def stages(value: list[Any] | None) -> tuple[Stage, ...] | None:
    """Return the columns of a board."""
    if value is None or None in value:  # with a faulty entry, nobody knows what the stages are
        return None
    return tuple(
        Stage(entry.get("name", ""), entry.get("fold", False))
        if isinstance(entry, Mapping)
        else Stage(entry)
        for entry in value
    )


def hours(value: float | None) -> float | None:
    """Return a number of hours."""
    return None if value is None else float(value)


def whole(value: float | None) -> int | None:
    """Return a whole number: a JSON Schema integer may be written 10.0."""
    return None if value is None else int(value)


def _date(text: str | None) -> date | None:
    return None if text is None else parse_date(text)
