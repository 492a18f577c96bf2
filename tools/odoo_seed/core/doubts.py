"""What is odd about a cell or a row of a workbook, for the one who fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Doubt:
    """One finding in a workbook.

    Attributes:
        sheet: Its name; of a CSV file the file's.
        row: From 1.
        cell: As people name it, ``B7``; empty when the whole row or sheet is meant.
        code: A stable short name such as ``unreadable-date``.
        found: What was found, a clause for people.
        remedy: What would be right.
        severity: An `error` keeps the row, or the cell, from being taken; a `warning` does not.
    """

    sheet: str
    row: int
    cell: str
    code: str
    found: str
    remedy: str = ""
    severity: Literal["error", "warning"] = "warning"

    @property
    def place(self) -> str:
        """As people say it: ``Tasks!B7``, ``Tasks row 7``."""
        return f"{self.sheet}!{self.cell}" if self.cell else f"{self.sheet} row {self.row}"
