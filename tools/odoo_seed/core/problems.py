"""A problem in the seed: where it is, what was found, what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from odoo_seed.core.model import Pointer


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding of `validate`.

    Attributes:
        path: File, relative as users know it.
        line: 1-based; 1 when the whole file is meant.
        column: 1-based.
        code: A stable short name such as ``unknown-key`` or ``duplicate-ref``.
        found: What was found, a clause for people ("the key `asignee` is not known").
        remedy: What would be right ("did you mean `assignee_email`?").
        pointer: The place inside the document.
    """

    path: str
    line: int
    column: int
    code: str
    found: str
    remedy: str = ""
    pointer: Pointer = ()
    severity: Literal["error", "warning"] = "error"

    @property
    def location(self) -> str:
        """``file:line:column``, as editors understand it."""
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def place(self) -> str:
        """The pointer as people write it: ``projects[0].tasks[3].deadline``."""
        return format_pointer(self.pointer)


def format_pointer(pointer: Pointer) -> str:
    """Return ``projects[0].tasks[3].deadline`` for a pointer; empty for the whole document."""
    text = ""
    for step in pointer:
        text += f"[{step}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text
