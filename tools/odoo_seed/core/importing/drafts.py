"""A task as a workbook tells it, before it is a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odoo_seed.core.importing.words import normal

if TYPE_CHECKING:
    from datetime import date

    from odoo_seed.core.periods import Period
    from odoo_seed.core.workbook import Cell


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a cell names; `email` is None when nobody knows it."""

    code: str
    role: str | None
    email: str | None
    cell: Cell


@dataclass(slots=True)
class DraftStep:
    """One step of a task, or the task itself when it has none.

    Attributes:
        code: Of the profile's step; None for the task itself.
        cell: Where it stands, for doubts about it.
        people: None when the sheet says nothing.
        day_cell: Where the date stands.
    """

    code: str | None
    sheet: str
    cell: Cell
    people: tuple[Person, ...] | None = None
    day: date | None = None
    day_cell: Cell | None = None
    hours: float | None = None


@dataclass(slots=True)
class Draft:
    """One task of one period.

    Attributes:
        name: As the sheet gives it, without numbering.
        form: Such as ``1601-C``, where tasks are filings.
        category: Or the title above the task.
        period: None when the table says nothing of one.
        cell: Where its name stands.
        steps: By code; the key None for a task without steps.
        mark: What its ref ends in, to be told from another task's that would have the same one.
    """

    name: str
    sheet: str
    cell: Cell
    form: str | None = None
    category: str | None = None
    description: str | None = None
    period: Period | None = None
    steps: dict[str | None, DraftStep] = field(default_factory=dict)
    mark: str = ""

    @property
    def key(self) -> str:
        """What makes it the same task in another sheet or month."""
        return normal(self.name)

    def step(self, code: str | None, cell: Cell) -> DraftStep:
        """The step of this code, new when it is not there yet."""
        if code not in self.steps:
            self.steps[code] = DraftStep(code, self.sheet, cell)
        return self.steps[code]
