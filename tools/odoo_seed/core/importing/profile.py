"""A profile: what the sheets of a foreign workbook look like, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from odoo_seed.core.importing.words import normal

if TYPE_CHECKING:
    from odoo_seed.core.periods import Every

Kind = Literal["tasks", "activities", "people", "holidays"]
"""`tasks`: a row is a task, its steps are columns. `activities`: a row is a step of a task."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        field: What it holds: task, category, person, date, duration …
        names: Headings it may have, normal (see `words.normal`), with ``*`` for anything.
        step: Code of the step it is about; None for the whole row.
        required: Whether there is no table without it.
        fill_down: Whether a blank cell means "as above".
        heading: The first of its names, as people write it.
    """

    field: str
    names: tuple[str, ...]
    step: str | None = None
    required: bool = False
    fill_down: bool = False
    heading: str = ""

    @property
    def key(self) -> tuple[str, str | None]:
        """What tells it apart in its table."""
        return self.field, self.step

    def matches(self, heading: str) -> bool:
        """Whether a heading is this column's."""
        return any(fnmatchcase(heading, name) for name in self.names)


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of table; `sheets` are names of sheets it may stand in, with ``*``."""

    kind: Kind
    sheets: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def first_step(self) -> str | None:
        """The step of the first column that is about one."""
        return next((column.step for column in self.columns if column.step), None)

    def may_be_in(self, sheet: str) -> bool:
        """Whether it is looked for in a sheet."""
        return any(fnmatchcase(normal(sheet), name) for name in self.sheets)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of every task.

    Attributes:
        name: The step's name in Odoo, with ``{task}`` for the task's.
        names: What sheets call it, normal, with ``*``.
        apart_from: Codes of steps that somebody else is to do.
    """

    code: str
    name: str
    names: tuple[str, ...]
    apart_from: tuple[str, ...] = ()

    def matches(self, text: str) -> bool:
        """Whether a cell names this step."""
        return any(fnmatchcase(normal(text), name) for name in self.names)


@dataclass(frozen=True, slots=True)
class Profile:
    """What to look for, and what to make of it.

    Attributes:
        task_name: With ``{task}`` or ``{form}``, and the period's parameters.
        task_code: Likewise: what a task's ref is made from.
        every: What one project is for.
        due: Whether a task may be due while its period goes on, or only after it.
        country: Whose public holidays are free.
        people: Codes and roles, normal, and their e-mail addresses.
    """

    name: str
    tables: tuple[Table, ...]
    steps: tuple[Step, ...]
    project_ref: str
    project_name: str
    every: Every
    task_name: str = "{task}"
    task_code: str = "{task}"
    due: Literal["in_period", "after_period"] = "in_period"
    country: str | None = None
    weekend: tuple[str, ...] = ("sat", "sun")
    hours_per_day: float = 8.0
    month_first: bool = True
    company_name: str | None = None
    program_slug: str | None = None
    manager_email: str | None = None
    people: dict[str, str] = field(default_factory=dict)

    def step(self, text: str) -> Step | None:
        """The step that a cell names."""
        return next((step for step in self.steps if step.matches(text)), None)

    def place(self, code: str | None) -> int:
        """Where the step of a code stands among the steps."""
        return next((place for place, step in enumerate(self.steps) if step.code == code), -1)


def profile_of(data: dict[str, Any]) -> Profile:
    """Return the profile that a document holds, which satisfies `schemas/profile.schema.json`.

    Raises:
        ValueError: A column names a step that there is not.
    """
    steps = tuple(
        Step(one["code"], one["name"], _names(one["names"]), tuple(one.get("apart_from", ())))
        for one in data.get("steps", ())
    )
    codes = {step.code for step in steps}
    tables = tuple(
        Table(
            one["kind"],
            _names(one.get("sheets", ["*"])),
            tuple(_column(column, codes) for column in one["columns"]),
        )
        for one in data["tables"]
    )
    project, task, calendar = data["project"], data.get("task", {}), data.get("calendar", {})
    return Profile(
        name=data["profile"],
        tables=tables,
        steps=steps,
        project_ref=project["external_ref"],
        project_name=project["name"],
        every=project["every"],
        task_name=task.get("name", "{task}"),
        task_code=task.get("code", "{task}"),
        due=task.get("due", "in_period"),
        country=calendar.get("country"),
        weekend=tuple(calendar.get("weekend", ("sat", "sun"))),
        hours_per_day=float(data.get("hours_per_day", 8)),
        month_first=data.get("dates", "month_first") == "month_first",
        company_name=project.get("company_name"),
        program_slug=project.get("program_slug"),
        manager_email=project.get("manager_email"),
        people={normal(one["code"]): one["email"] for one in data.get("people", ())},
    )


def _column(data: dict[str, Any], steps: set[str]) -> Column:
    step = data.get("step")
    if step is not None and step not in steps:
        raise ValueError(f"a column is about the step {step}, which is not among the steps")
    return Column(
        data["field"],
        _names(data["names"]),
        step,
        data.get("required", False),
        data.get("fill_down", False),
        data["names"][0].replace("*", ""),
    )


def _names(names: list[str]) -> tuple[str, ...]:
    return tuple("*".join(normal(part) for part in name.split("*")) for name in names)
