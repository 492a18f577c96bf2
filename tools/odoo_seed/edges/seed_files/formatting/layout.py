"""The canonical layout of one YAML text.

libyaml says where every value stands; each is written again as it was, and between them only
blanks, line breaks and indicators change. So what people chose stays: the order, the words, the
comments, `[a, b]` or a line for each. A round-trip library (ruamel.yaml was tried) loses comments
inside [ ] and { }, leaves the others at their old column, and is slower than a commit can wait.

The form: two blanks a level, lists indented below their key, one blank line at most, two blanks
before a comment behind a value, [ ] and { } on one line where they fit, in lines otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

import yaml

from odoo_seed.edges.seed_files.formatting.events import (
    ENDS,
    STARTS,
    Inline,
    after_bracket,
    events_of,
)
from odoo_seed.edges.seed_files.formatting.gaps import find_dash, read_gap
from odoo_seed.edges.seed_files.formatting.pen import Pen
from odoo_seed.edges.seed_files.formatting.scalars import (
    STEP,
    block_text,
    one_line,
    several_lines,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.edges.seed_files.formatting.gaps import Gap, Note

WIDTH = 100
"""Columns that a [ ] or { } may fill."""


def lay_out(text: str) -> str:
    """Return the canonical form of a text that the seed's reader accepts: no anchors, no tags."""
    return _Layout(with_line_feeds(text)).run()


def with_line_feeds(text: str) -> str:
    """Return a text whose lines end as YAML itself reads them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(slots=True)
class _Frame:
    """A list or mapping that is being written.

    Attributes:
        column: Where its entries stood; infinite for one in brackets.
        indent: Where they stand now.
        entries: How many have begun.
        awaits_value: Whether the key of a mapping's entry is written and its value is not.
    """

    is_map: bool
    column: float
    indent: int
    entries: int = 0
    awaits_value: bool = False


class _Layout:
    """Writes what libyaml's events tell.

    Attributes:
        done: How much of the text has been written.
        closed: Frames that ended since the last value: a comment may still belong to them.
        json: Whether the whole document is in brackets, which are kept then.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.events = events_of(text)
        self.pen = Pen()
        self.done = 0
        self.frames: list[_Frame] = []
        self.closed: list[_Frame] = []
        root = next((event for event in self.events if isinstance(event, STARTS)), None)
        self.json = bool(root and root.flow_style)

    def run(self) -> str:
        at = 0
        while at < len(self.events):
            event = self.events[at]
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, STARTS):
                at = self._open(event, at)
            elif isinstance(event, ENDS):
                self._close(event)
            elif getattr(event, "explicit", False):  # --- and ...
                self._marker(event)
            at += 1
        self._above(self._gap(len(self.text)), last=True)
        return self.pen.text()

    def _marker(self, event: Any) -> None:
        self._above(self._gap(event.start_mark.index))
        self.done = event.end_mark.index
        written = self.text[event.start_mark.index : self.done].split("\n")
        self.pen.whole_lines([line.rstrip() for line in written[:-1]])
        self.pen.begin(0)
        self.pen.write(written[-1])

    def _open(self, event: Any, at: int) -> int:
        """Begin a list or mapping and return the last event that was dealt with."""
        self._arrive(event.start_mark.index)
        outer = self.frames[-1].indent if self.frames else 0 if self.json else -STEP
        is_map = isinstance(event, yaml.MappingStartEvent)
        frame = _Frame(is_map, event.start_mark.column, outer + STEP)
        if event.flow_style:
            last = self._in_brackets(event, at, frame.indent if self.frames else 0)
            if last is not None:
                self._written()
                return last
            self.done = after_bracket(self.text, event)
            frame.column = math.inf
            if self.json:
                self.pen.value("{" if is_map else "[", 0)
        self.frames.append(frame)
        return at

    def _in_brackets(self, event: Any, at: int, indent: int) -> int | None:
        """Write a [ ] or { } on one line and return its last event, if it fits."""
        if isinstance(self.events[at + 1], ENDS):  # comments inside go behind it
            self.pen.value("{}" if isinstance(event, yaml.MappingStartEvent) else "[]", indent)
            self.done = after_bracket(self.text, event)
            return at + 1
        inline = Inline(self.text, self.events, json=self.json)
        written = inline.read(at)
        if written is None or self.pen.column(indent) + len(written[0]) > WIDTH:
            return None
        self.pen.value(written[0], indent)
        self.done = inline.done
        return written[1] - 1

    def _close(self, event: Any) -> None:
        frame = self.frames[-1]
        if frame.column == math.inf:
            self._above(self._gap(event.start_mark.index), last=True)
            self.done = event.end_mark.index
            if self.json:
                self.pen.begin(frame.indent - STEP)
                self.pen.write("}" if frame.is_map else "]")
        self.closed.append(self.frames.pop())
        self._written()

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        raw = self.text[start:end]
        frame = self.frames[-1]
        if frame.is_map and frame.awaits_value and not raw:
            if self.json:
                self.pen.value("null", 0)
            # Its mark may lie behind comments of the next entry; a key without a value may have
            # commented-out ones below it.
            self.closed.append(_Frame(True, frame.column + 1, frame.indent + STEP))
            self._written()
            return
        self._arrive(start)
        if frame.is_map and not frame.awaits_value:
            self.pen.write(one_line(raw, json=self.json) + ":")
            frame.awaits_value = True
            self.done = end
        else:
            self.done = end
            if raw:
                self._value(raw, start, frame)
            self._written()

    def _value(self, raw: str, start: int, frame: _Frame) -> None:
        indent = frame.indent + STEP
        if raw[0] in "|>":
            lines, used = block_text(raw, int(frame.column), indent)
            self.done = start + used
            self.pen.value(lines[0], indent)
            if len(lines) > 1:
                self.pen.whole_lines(lines[1:])
        elif "\n" in raw:
            lines = several_lines(raw, indent)
            self.pen.value(lines[0], indent)
            self.pen.whole_lines(lines[1:-1])
            self.pen.line = lines[-1]
        else:
            self.pen.value(one_line(raw, json=self.json), indent)

    def _written(self) -> None:
        """Note that a value is complete."""
        self.pen.dash = False
        if self.frames:
            self.frames[-1].awaits_value = False

    def _arrive(self, start: int) -> None:
        """Write the comments before a key or value, and the beginning of its entry."""
        if not self.frames:
            self._below(self._gap(start), 0)
            return
        frame = self.frames[-1]
        if frame.is_map and frame.awaits_value:
            self._below(self._gap(start), frame.indent + STEP)
            return
        if self.json and frame.entries:
            self.pen.write(",")
        first = not frame.entries
        frame.entries += 1
        if frame.is_map or self.json:
            self._above(self._gap(start), first=first)
            self.pen.begin(frame.indent)
            return
        in_brackets = frame.column == math.inf
        dash = start if in_brackets else find_dash(self.text, self.done, start)
        self._above(self._gap(dash), first=first)
        self.pen.begin(frame.indent)
        self.pen.write("-")
        self.pen.dash = True
        self.done = dash if in_brackets else dash + 1
        self._below(self._gap(start), frame.indent + STEP)

    def _gap(self, end: int) -> Gap:
        gap = read_gap(self.text, self.done, end)
        self.done = end
        return gap

    def _below(self, gap: Gap, indent: int) -> None:
        """Write the comments between a key or dash and its value."""
        self.closed.clear()
        if gap.trailing:
            self.pen.trailing(gap.trailing, indent)
        self._notes(_opening(gap), lambda _note: indent)

    def _above(self, gap: Gap, *, first: bool = False, last: bool = False) -> None:
        """Write the comments before an entry, some of which belong to what came before."""
        if gap.trailing:
            nearest = self.closed[:1] or self.frames[-1:]
            self.pen.trailing(gap.trailing, nearest[0].indent if nearest else 0)
        notes = _opening(gap) if first else gap.lines
        if last:
            notes = _without_blanks(notes[::-1])[::-1]
        self._notes(notes, self._level)
        self.closed.clear()

    def _level(self, note: Note) -> int:
        """Return the indent of a comment: as deep as it stood, of what is or just was open."""
        frames = [*self.frames[-1:], *reversed(self.closed)]
        deepest = max(
            (frame for frame in frames if frame.column <= note.column),
            key=lambda frame: frame.column,
            default=frames[0] if frames else None,
        )
        return deepest.indent if deepest else 0

    def _notes(self, notes: Sequence[Note | None], indent: Callable[[Note], int]) -> None:
        for note in notes:
            if note is None:
                self.pen.blank()
            else:
                self.pen.whole_lines([" " * indent(note) + note.text])


def _opening(gap: Gap) -> list[Note | None]:
    """Return the lines at the beginning of something, where no blank line is of use."""
    return gap.lines if gap.trailing else _without_blanks(gap.lines)


def _without_blanks(notes: list[Note | None]) -> list[Note | None]:
    return list(dropwhile(lambda note: note is None, notes))
