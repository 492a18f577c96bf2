"""A place to put what an import is not sure of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from odoo_seed.core.doubts import Doubt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.workbook import Cell


class Doubts:
    """Collects doubts, each once, and notes: what was taken for granted or left aside."""

    def __init__(self, notes: Sequence[str] = ()) -> None:
        self._found: dict[Doubt, None] = {}
        self._notes: dict[str, None] = dict.fromkeys(notes)

    def unread(self, code: str, sheet: str, cell: Cell, found: str, remedy: str) -> None:
        """A row, or a cell, that is not taken."""
        self._add("error", code, sheet, cell, found, remedy)

    def doubt(self, code: str, sheet: str, cell: Cell, found: str, remedy: str) -> None:
        """What is taken, and somebody should look at."""
        self._add("warning", code, sheet, cell, found, remedy)

    def note(self, told: str) -> None:
        """Say something about the whole workbook."""
        self._notes[told] = None

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """All doubts: what was not taken first, else as they were met."""
        return tuple(sorted(self._found, key=lambda one: one.severity))

    @property
    def notes(self) -> tuple[str, ...]:
        """All notes."""
        return tuple(self._notes)

    def _add(
        self,
        severity: Literal["error", "warning"],
        code: str,
        sheet: str,
        cell: Cell,
        found: str,
        remedy: str,
    ) -> None:
        made = Doubt(sheet, cell.row, cell.ref, code, found, remedy, severity)
        self._found[made] = None
