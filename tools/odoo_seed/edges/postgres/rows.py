"""Records of the model ⇄ rows of the seed's tables. Column order as in `sql/load.sql`."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from odoo_seed.core.made_json import (
    calendars_from_json,
    due_as_json,
    due_from_json,
    instance_as_json,
    instance_from_json,
)
from odoo_seed.core.model import Milestone, Program, Project, Source, Stage, Task
from odoo_seed.core.policy_reading import read_policy
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.core.kit import NamedCalendar
    from odoo_seed.core.model import Record
    from odoo_seed.core.policy import Policy

    Row = tuple[Any, ...]


def to_row(record: Record) -> Row:
    """Return the columns of one record, in the order of its incoming table."""
    source = record.source
    place = (source.path, source.line) if source else (None, None)
    match record:
        case Program():
            return (*_program(record), *place)
        case Project():
            return (*_project(record), *place)
        case Milestone():
            return (
                record.external_ref,
                record.project_external_ref,
                record.name,
                record.deadline,
                *place,
            )
        case Task():
            return (*_task(record), *place)


def _program(program: Program) -> Row:
    return (
        program.slug,
        program.name,
        program.program_type,
        program.parent_slug,
        program.description,
        program.active,
    )


def _project(project: Project) -> Row:
    stages = project.stages
    return (
        project.external_ref,
        project.program_slug,
        project.name,
        project.company_name,
        project.description,
        project.manager_email,
        project.visibility,
        project.allow_dependencies,
        project.date_start,
        project.date_end,
        None if stages is None else Jsonb([asdict(stage) for stage in stages]),
        _array(project.tag_names),
        project.is_active,
        project.sync_enabled,
        project.protected,
        list(project.previous_refs),
        project.tenant,
        project.account,
        None if project.instance is None else Jsonb(instance_as_json(project.instance)),
    )


def _task(task: Task) -> Row:
    emails = task.assignee_emails
    only_one = emails is not None and len(emails) == 1
    return (
        task.external_ref,
        task.project_external_ref,
        task.name,
        task.description,
        task.stage_name,
        _array(task.tag_names),
        emails[0] if emails and only_one else None,
        None if only_one else _array(emails),
        _array(task.depends_on_refs),
        task.parent_external_ref,
        task.milestone_external_ref,
        None if task.deadline is None else datetime.fromisoformat(task.deadline),
        task.planned_hours,
        task.sequence,
        task.priority,
        task.is_active,
        task.protected,
        list(task.previous_refs),
        None if task.instance is None else Jsonb(instance_as_json(task.instance)),
        None if task.due is None else Jsonb(due_as_json(task.due)),
    )


def _array(items: Sequence[str] | None) -> list[str] | None:
    return None if items is None else list(items)


def to_program(row: Mapping[str, Any]) -> Program:
    """Return the record of a row of `read_program`."""
    return Program(**_plain(row))


def to_project(row: Mapping[str, Any]) -> Project:
    """Return the record of a row of `read_project`."""
    values = _plain(row)
    if values["stages"] is not None:
        values["stages"] = tuple(
            Stage(stage["name"], fold=bool(stage.get("fold"))) for stage in values["stages"]
        )
    _from_template(values)
    return Project(**values)


def to_milestone(row: Mapping[str, Any]) -> Milestone:
    """Return the record of a row of `read_milestone`."""
    return Milestone(**_plain(row))


def to_task(row: Mapping[str, Any]) -> Task:
    """Return the record of a row of `read_task`."""
    values = _plain(row)
    email = values.pop("assignee_email")
    if email is not None:
        values["assignee_emails"] = (email,)
    if values["planned_hours"] is not None:
        values["planned_hours"] = float(values["planned_hours"])
    if values["deadline"] is not None:
        values["deadline"] = deadline_text(values["deadline"])
    _from_template(values)
    return Task(**values)


def _from_template(values: dict[str, Any]) -> None:
    """Read what a template left on a record.

    Raises:
        DatabaseError: Somebody wrote something else into the row.
    """
    try:
        values["instance"] = instance_from_json(values["instance"])
        if "due" in values:
            values["due"] = due_from_json(values["due"])
        if values["instance"] is not None and values["source"] is not None:
            values["source"] = replace(values["source"], instance=values["instance"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DatabaseError(
            f"The row of {values['external_ref']} says nothing readable under instance or due.",
            remedy="Run `odoo-seed load`.",
        ) from error


@lru_cache(maxsize=4096)
def deadline_text(moment: datetime) -> str:
    """Return ``YYYY-MM-DD`` for a midnight, else ``YYYY-MM-DDTHH:MM``."""
    if moment.time() == datetime.min.time():
        return date.isoformat(moment.date())
    return moment.isoformat(timespec="minutes")


_REPEATED = {
    "project_external_ref", "stage_name", "assignee_email", "source_path", "source_commit",
}  # fmt: skip
"""Columns in which many rows say the same: they share one text."""


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays as tuples, the three source columns as a Source."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) and name != "stages" else value
        for name, value in row.items()
    }
    for name in _REPEATED & values.keys():
        if values[name] is not None:
            values[name] = intern(values[name])
    path, line = values.pop("source_path"), values.pop("source_line")
    commit = values.pop("source_commit")
    values["source"] = None if path is None else Source(path, line or 1, commit=commit)
    return values


def policy_from_json(stored: Mapping[str, Any]) -> Policy:
    """Return the policy that the database keeps.

    Raises:
        DatabaseError: Somebody wrote something else into the row.
    """
    try:
        policy = read_policy(stored)
        ZoneInfo(policy.time_zone)
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise DatabaseError(
            "The row in odoo_seed.policy is not a policy.", remedy="Run `odoo-seed load`."
        ) from error
    return policy


def calendars_from_row(stored: Sequence[Mapping[str, Any]]) -> tuple[NamedCalendar, ...]:
    """Return the calendars that the database keeps.

    Raises:
        DatabaseError: Somebody wrote something else into the row.
    """
    try:
        return calendars_from_json(stored)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DatabaseError(
            "The row in odoo_seed.policy holds no calendars.", remedy="Run `odoo-seed load`."
        ) from error
