"""Canonical values: what the seed wants of a record, and when two values mean the same."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never
from zoneinfo import ZoneInfo

from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.html import essence, to_html
from odoo_seed.core.model import Project, Task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.fields import Field, Value
    from odoo_seed.core.model import Kind, Milestone, Program, Seed

BARE_DATE_TIME = time(18, 0)
"""The time of day a bare date gets in the policy's zone: the end of an office day. In Manila it is
10:00 UTC, which is the same calendar day for Odoo users from Hawaii to Auckland."""

_STAMP_LENGTH = len("YYYY-MM-DD HH:MM:SS")
_HOURS_TOLERANCE = 0.005


def deadline_to_utc(deadline: str, time_zone: str) -> str:
    """Return Odoo's ``YYYY-MM-DD HH:MM:SS`` in UTC for a canonical deadline, years 1900 to 9998."""
    wall = datetime.fromisoformat(deadline)
    if len(deadline) == len("YYYY-MM-DD"):
        wall = datetime.combine(wall.date(), BARE_DATE_TIME)
    moment = wall.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


@lru_cache(maxsize=10_000)
def deadline_from_utc(stamp: str, time_zone: str) -> str:
    """Return wall clock ``YYYY-MM-DDTHH:MM`` in the zone for Odoo's UTC stamp.

    Odoo writes the year 1 as ``1-01-02 03:04:05``. Where the zone's clock would leave the years 1
    to 9999, UTC's is returned: no seed has such a deadline, so it differs from all of them anyway.
    """
    moment = datetime.fromisoformat(stamp.zfill(_STAMP_LENGTH)).replace(tzinfo=UTC)
    with suppress(OverflowError):
        moment = moment.astimezone(ZoneInfo(time_zone))
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def texts(value: Value) -> tuple[str, ...]:
    """The refs or names that a value holds, one or many."""
    return value if isinstance(value, tuple) else (str(value),) if value else ()


def empty(field: Field) -> Value:
    """The canonical value of a cleared field, as a live record shows it."""
    if field.shape in {"names", "refs"}:
        return ()
    if field.shape == "hours":
        return 0.0
    return "low" if field.name == "priority" else None


def canonical(field: Field, value: object) -> Value:
    """Bring a seed's or database's value into canonical form; None stays None."""
    if value is None:
        return None
    match field.shape:
        case "names" | "refs":
            items = [str(item) for item in value]  # type: ignore[attr-defined]  # a sequence here
            if field.name == "assignee_emails":
                items = [item.lower() for item in items]
            return tuple(sorted(set(items)))
        case "hours":
            return round(float(str(value)), 6)
        case "integer":
            return int(str(value))
        case "boolean":
            return bool(value)
        case "date":
            return value.isoformat() if isinstance(value, date) else str(value)
        case "text" | "html" | "choice" | "deadline":
            text = str(value)
            return text.lower() if field.name == "manager_email" else text
        case _:
            assert_never(field.shape)


def same(field: Field, wanted: Value, live: Value, echo: str | None = None) -> bool:
    """Whether a live value means what was wanted.

    Args:
        wanted: A seed's or an applied value; None means cleared.
        live: The live value.
        echo: What Odoo made of `wanted` when it was written, if that is known.
    """
    if wanted is None:
        wanted = empty(field)
    if live is None:
        live = empty(field)
    if wanted == live:
        return True
    if field.shape == "hours" and isinstance(wanted, float) and isinstance(live, float):
        return abs(wanted - live) < _HOURS_TOLERANCE
    if field.shape == "deadline" and isinstance(wanted, str) and isinstance(live, str):
        return len(wanted) == len("YYYY-MM-DD") and live[:10] == wanted
    if field.shape == "html":
        if echo is not None and live == echo:
            return True
        rendered = to_html(wanted) if isinstance(wanted, str) else ""
        return essence(rendered) == essence(str(live or ""))
    return False


class SeedIndex:
    """The seed by key, for look-ups that cross records.

    Attributes:
        stage_names: The stages that a project's tasks name, in the order of the files.
    """

    def __init__(self, seed: Seed) -> None:
        self.seed = seed
        self.programs = {program.slug: program for program in seed.programs}
        self.projects = {project.external_ref: project for project in seed.projects}
        self.milestones = {milestone.external_ref: milestone for milestone in seed.milestones}
        self.tasks = {task.external_ref: task for task in seed.tasks}
        self.stage_names: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for task in seed.tasks:
            self.stage_names[task.project_external_ref].setdefault(task.stage_name)

    def project_is_active(self, project: Project) -> bool:
        """Whether the project and all programs above it are active."""
        return project.is_active and all(one.active for one in self.programs_above(project))

    def programs_above(self, project: Project) -> Iterator[Program]:
        """The programs that a project stands under, the nearest first."""
        slug, seen = project.program_slug, set[str]()
        while slug in self.programs and slug not in seen:
            seen.add(slug)
            yield self.programs[slug]
            slug = self.programs[slug].parent_slug


def wanted_values(record: Project | Milestone | Task, index: SeedIndex) -> dict[str, Value]:
    """What the seed says about the managed fields of a record; silent fields are absent."""
    kind: Kind = (
        "project"
        if isinstance(record, Project)
        else "task"
        if isinstance(record, Task)
        else "milestone"
    )
    values: dict[str, Value] = {
        name: value
        for name, field in BY_KIND[kind].items()
        if (value := canonical(field, getattr(record, name))) is not None
    }
    if isinstance(record, Project):
        values["is_active"] = index.project_is_active(record)
        # Odoo CE has no programs: a project carries its program's name as a tag.
        program = index.programs.get(record.program_slug or "")
        if program is not None:
            values["tag_names"] = tuple(sorted({*(record.tag_names or ()), program.name}))
    if isinstance(record, Task):
        project = index.projects[record.project_external_ref]
        values["is_active"] = record.is_active and index.project_is_active(project)
    return values
