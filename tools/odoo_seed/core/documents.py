"""A YAML file as data that knows its place, free of any YAML library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from odoo_seed.core.model import Pointer

Position = tuple[int, int]
"""1-based line and column."""


class Mapping(dict[str, Any]):
    """A YAML mapping that remembers where its first key stands (both 1-based)."""

    __slots__ = ("column", "line")

    def __init__(self, line: int = 1, column: int = 1) -> None:
        super().__init__()
        self.line = line
        self.column = column


class Locate(Protocol):
    """Finds places in one file. Slow the first time: only asked once something is wrong."""

    def __call__(self, pointer: Pointer, *, key: bool = False) -> Position:
        """Return where the value at `pointer` starts, or its key; else its nearest ancestor."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """One file's content.

    Attributes:
        path: As problems name it.
        data: The top-level mapping. JSON-like: dates are still text.
        locate: Position of any place in it.
        faulty: Places whose value was left out because it was wrong.
    """

    path: str
    data: Mapping
    locate: Locate
    faulty: Collection[Pointer] = ()
