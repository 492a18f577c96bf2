"""Writes lines: indentation, what may stand behind a dash, blank lines, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Pen:
    """The text so far.

    Attributes:
        line: The line that is being written; None at the start of one.
        dash: Whether `line` ends with the `-` of an entry: its first key may stand behind it.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.line: str | None = None
        self.dash = False

    def end_line(self) -> None:
        """End the line that is being written, if there is one."""
        if self.line is not None:
            self._lines.append(self.line)
        self.line, self.dash = None, False

    def begin(self, indent: int) -> None:
        """Begin a line, unless behind a dash."""
        if self.dash and self.line is not None:
            self.line += " "
        else:
            self.end_line()
            self.line = " " * indent
        self.dash = False

    def write(self, text: str) -> None:
        """Go on with the line that was begun."""
        self.line = (self.line or "") + text

    def value(self, text: str, indent: int) -> None:
        """Write a value behind its key or dash; indented when a comment took that place."""
        if self.line is None:
            self.line = " " * indent + text
        else:
            self.line += f" {text}" if self.line.strip() else text
        self.dash = False

    def whole_lines(self, lines: Sequence[str]) -> None:
        """Write lines that nothing is to follow."""
        self.end_line()
        self._lines.extend(lines)

    def trailing(self, comment: str, indent: int) -> None:
        """Write a comment behind what the line holds; on a line of its own if that has ended."""
        if self.line is None:
            self.line = " " * indent + comment
        else:
            self.line += f"  {comment}"
        self.end_line()

    def blank(self) -> None:
        """Leave one line blank; never at the beginning, never two."""
        self.end_line()
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def column(self, indent: int) -> int:
        """Where a value would begin: behind the key or dash, else indented."""
        return indent if self.line is None else len(self.line) + 1

    def text(self) -> str:
        """Everything, with one line break at the end."""
        self.end_line()
        return "\n".join(self._lines) + "\n"
