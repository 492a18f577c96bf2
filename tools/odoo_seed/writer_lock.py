"""The port of the writer lock, and of the journal that is kept under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Intent:
    """Records whose creation was on its way to Odoo when a run was last heard of.

    Attributes:
        kind: ``tag``, ``stage`` or a Kind.
        refs: Refs; of tags their names, of stages project ref, slash, name.
        age: Seconds since it was noted, by the database's clock.
    """

    kind: str
    refs: tuple[str, ...]
    age: float


class WriterLock(Protocol):
    """The lock of a target while it is held, and the journal that is kept under it.

    Every method is one statement over the lock's own connection, and may be called from any
    thread. It raises LockLostError when that connection, and so the lock, is gone; other troubles
    are DatabaseErrors.
    """

    def name_run(self, run_id: str) -> None:
        """Let others know which run holds the lock."""
        ...

    def check(self) -> None:
        """Make sure that the lock is still held."""
        ...

    def intents(self) -> Sequence[Intent]:
        """Return what earlier runs were about to create when they were killed."""
        ...

    def intend(self, line: int, kind: str, refs: Sequence[str]) -> None:
        """Note what a call that is about to be sent creates, in place of the line's last note.

        Args:
            line: Number of the connection to Odoo: each has one call on its way at most.
        """
        ...

    def settle(self, line: int | None = None) -> None:
        """Remove the note of a line, or all: Odoo is not busy with it any more."""
        ...
