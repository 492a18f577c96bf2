"""What all rules share: the records by ref, and a place to put what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

from odoo_seed.core.gathering import Gathering
from odoo_seed.core.model import Source
from odoo_seed.core.nearest import Nearest
from odoo_seed.core.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from odoo_seed.core.documents import Position
    from odoo_seed.core.model import (
        Milestone,
        Pointer,
        Program,
        Project,
        Record,
        Seed,
        Task,
    )
    from odoo_seed.core.policy import Policy

AnyRecord = TypeVar("AnyRecord", "Program", "Project", "Milestone", "Task")

TABLES = {
    "Program": "odoo_seed.programs",
    "Project": "odoo_seed.projects",
    "Milestone": "odoo_seed.milestones",
    "Task": "odoo_seed.tasks",
    "Policy": "odoo_seed.policy",
}
"""Where a record without a source stands, by class."""


class LocateField(Protocol):
    """Finds a field of a record in the file the record came from."""

    def __call__(self, source: Source, pointer: Pointer, *, key: bool) -> Position:
        """Return line and column of the field (a pointer inside the record), or of its key."""
        ...


class Findings:
    """Collects problems and knows every record by its ref (the first, when there are several).

    Attributes:
        unsure: Refs that may be defined in what could not be read: never called unknown.
    """

    def __init__(
        self,
        seed: Seed,
        locate: LocateField | None,
        unsure: Container[str],
        faulty: Container[tuple[str, Pointer]],
    ) -> None:
        self.seed = seed
        self.unsure = unsure
        self._faulty = faulty
        self._gathering = Gathering()
        self.programs: dict[str, Program] = _by_ref(seed.programs)
        self.projects: dict[str, Project] = _by_ref(seed.projects)
        self.milestones: dict[str, Milestone] = _by_ref(seed.milestones)
        self.tasks: dict[str, Task] = _by_ref(seed.tasks)
        self._locate = locate
        self._nearest = Nearest()

    def add(
        self,
        record: Record | Policy,
        field: Pointer,
        code: str,
        found: str,
        remedy: str,
        *,
        severity: Literal["error", "warning"] = "error",
        key: bool = False,
    ) -> None:
        """Note a problem with a field of a record, such as ``("depends_on_refs", 2)``."""
        source = record.source
        if source is None:
            table = TABLES[type(record).__name__]
            problem = Problem(table, 1, 1, code, found, remedy, field, severity)
        else:
            source, field = _written(source, field)
            line, column = source.line, source.column
            if self._locate is not None and source.pointer:
                line, column = self._locate(source, field, key=key)
            pointer = (*source.pointer, *field)
            problem = Problem(source.path, line, column, code, found, remedy, pointer, severity)
        self._gathering.add(problem, source.instance if source else None)

    @property
    def problems(self) -> list[Problem]:
        """What was found; of what templates made, a problem a line."""
        return self._gathering.problems

    def is_silent(self, record: Record | Policy, *field: str | int) -> bool:
        """Whether the seed truly says nothing about a field, rather than something faulty."""
        source = record.source
        return source is None or (source.path, (*source.pointer, *field)) not in self._faulty

    def suggestion(self, wanted: str, known: Iterable[str], otherwise: str) -> str:
        """Return "did you mean …?" for the nearest known name, else `otherwise`."""
        return self._nearest.suggestion(wanted, known, otherwise)


_TEMPLATE_KEYS = {
    "deadline": "due",
    "assignee_emails": "role",
    "milestone_external_ref": "milestone",
}
"""What stands in a template for a field of a record."""


def _written(source: Source, field: Pointer) -> tuple[Source, Pointer]:
    """Return where a field is written: in the record's place, an override or the template."""
    override = source.override
    if override is not None and field and field[0] in override.keys:
        place = Source(override.path, override.line, override.column, override.pointer)
        return place, field
    if source.instance is None or not field:
        return source, field
    return source, (_TEMPLATE_KEYS.get(str(field[0]), field[0]),)  # lists have other places there


def where(record: Record) -> str:
    """Return the place of a record for a sentence about another one."""
    source = record.source
    if source is None:
        return TABLES[type(record).__name__]
    return f"{source} (made for {source.instance})" if source.instance else str(source)


def _by_ref(records: Iterable[AnyRecord]) -> dict[str, AnyRecord]:
    known: dict[str, AnyRecord] = {}
    for record in records:
        known.setdefault(record.external_ref, record)
    known.pop("", None)  # its own ref was faulty: that is reported already
    return known
