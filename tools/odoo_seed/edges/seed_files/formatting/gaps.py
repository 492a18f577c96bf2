"""What stands between two values of a YAML text: blanks, indicators, blank lines and comments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BREAKS = "\n\x85\u2028\u2029"  # what libyaml takes for the end of a line
_PIECE = re.compile(f"#[^{_BREAKS}]*|[{_BREAKS}]|[^ \\t]")


@dataclass(frozen=True, slots=True)
class Note:
    """A comment on a line of its own; `column` is where it stood, from 0."""

    text: str
    column: int


@dataclass(slots=True)
class Gap:
    """The comments between two values.

    Attributes:
        trailing: The comment behind the value before, on the same line.
        lines: The lines of their own that follow; None is a blank line.
    """

    trailing: str | None = None
    lines: list[Note | None] = field(default_factory=list)

    def comments(self) -> list[str]:
        """Return the comments alone, in their order."""
        own = [note.text for note in self.lines if note is not None]
        return own if self.trailing is None else [self.trailing, *own]


def read_gap(text: str, start: int, end: int) -> Gap:
    """Return what a gap holds; its text has no values in it."""
    gap, breaks, anything = Gap(), 0, False
    for piece in _PIECE.finditer(text, start, end):
        if piece[0] in _BREAKS:
            breaks += 1
            anything = True
        elif piece[0][0] != "#":
            breaks = 0  # the line of an indicator is not blank
        else:
            if breaks > 1:
                gap.lines.append(None)
            if anything:
                column = piece.start() - text.rfind("\n", 0, piece.start()) - 1
                gap.lines.append(Note(piece[0].rstrip(), column))
            else:
                gap.trailing = piece[0].rstrip()
            breaks, anything = 0, True
    if breaks > 1:
        gap.lines.append(None)
    return gap


def find_dash(text: str, start: int, end: int) -> int:
    """Return where the `-` of a list entry stands in a gap."""
    return next(p.start() for p in _PIECE.finditer(text, start, end) if p[0] == "-")
