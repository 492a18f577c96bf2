"""What all rules share: the records by ref, and a place to put what is wrong with them."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

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
        Source,
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

COMPARISONS = 100_000
"""So many names are compared in search of a nearest one; then problems go without."""


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
        self.problems: list[Problem] = []
        self.programs: dict[str, Program] = _by_ref(seed.programs)
        self.projects: dict[str, Project] = _by_ref(seed.projects)
        self.milestones: dict[str, Milestone] = _by_ref(seed.milestones)
        self.tasks: dict[str, Task] = _by_ref(seed.tasks)
        self._locate = locate
        self._comparisons = COMPARISONS

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
            line, column = source.line, source.column
            if self._locate is not None and source.pointer:
                line, column = self._locate(source, field, key=key)
            pointer = (*source.pointer, *field)
            problem = Problem(source.path, line, column, code, found, remedy, pointer, severity)
        self.problems.append(problem)

    def is_silent(self, record: Record | Policy, *field: str | int) -> bool:
        """Whether the seed truly says nothing about a field, rather than something faulty."""
        source = record.source
        return source is None or (source.path, (*source.pointer, *field)) not in self._faulty

    def suggestion(self, wanted: str, known: Iterable[str], otherwise: str) -> str:
        """Return "did you mean …?" for the nearest known name, else `otherwise`."""
        best, best_ratio = "", 0.6
        matcher: SequenceMatcher[str] = SequenceMatcher(b=wanted.lower())
        for name in known:
            self._comparisons -= 1
            if self._comparisons < 0:
                return otherwise
            matcher.set_seq1(name.lower())
            if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
                ratio = matcher.ratio()
                if ratio > best_ratio:
                    best, best_ratio = name, ratio
        return f"did you mean {best}?" if best else otherwise


def where(record: Record) -> str:
    """Return the place of a record for a sentence about another one."""
    return str(record.source) if record.source else TABLES[type(record).__name__]


def _by_ref(records: Iterable[AnyRecord]) -> dict[str, AnyRecord]:
    known: dict[str, AnyRecord] = {}
    for record in records:
        known.setdefault(record.external_ref, record)
    known.pop("", None)  # its own ref was faulty: that is reported already
    return known
