"""Where every key and value of a YAML text begins and ends, comments included.

ruamel.yaml was tried: it loses comments in [ ] and { }, and rewrites what nobody changed. With
places, a change is a cut in the text, and everything around it stays as it is to the byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from odoo_seed.edges.seed_files.formatting.events import ENDS, STARTS, events_of

if TYPE_CHECKING:
    from odoo_seed.core.model import Pointer

_BREAKS = "\n\r\x85\u2028\u2029"
_PIECE = re.compile(f"#[^{_BREAKS}]*|[^ \\t{_BREAKS}]")
_LINE = re.compile(f"[^{_BREAKS}]*(\r\n|[{_BREAKS}])?")
_HEADER = re.compile(r"[|>][-+0-9]*")


@dataclass(slots=True)
class Node:
    """A value.

    Attributes:
        start: Its first character.
        end: Behind its last one; blank lines at the end of a long text are not counted.
        close: Where something may follow it: beyond `end` where blank lines belong to the value.
        column: Of its first character, from 0.
        flow: Whether it stands in brackets.
        entries: Of a list or mapping.
        is_map: Whether it is a mapping.
    """

    start: int
    end: int
    close: int
    column: int
    flow: bool = False
    is_map: bool = False
    is_list: bool = False
    entries: list[Entry] = field(default_factory=list)

    def entry(self, key: str) -> Entry | None:
        """Return a mapping's entry."""
        return next((entry for entry in self.entries if entry.key == key), None)


@dataclass(slots=True)
class Entry:
    """A key and its value, or an entry of a list.

    Attributes:
        start: Of the key or the dash; of the value in a [ ].
        value_from: Behind the colon or dash.
    """

    start: int
    value_from: int
    value: Node
    key: str = ""


@dataclass(slots=True)
class Text:
    """A YAML text with its places.

    Attributes:
        comments: Place and text of each, in order.
        json: Whether all of it is in brackets.
    """

    text: str
    root: Node
    comments: list[tuple[int, str]]
    newline: str

    @property
    def json(self) -> bool:
        """Whether the whole document is in brackets."""
        return self.root.flow

    def at(self, pointer: Pointer) -> Node:
        """Return the value at a place that there is."""
        node = self.root
        for step in pointer:
            found = node.entries[step] if isinstance(step, int) else node.entry(step)
            assert found is not None, "places come from the same text"  # noqa: S101 - not input
            node = found.value
        return node

    def line_start(self, at: int) -> int:
        """Return where the line begins that a place is in."""
        while at and self.text[at - 1] not in _BREAKS:
            at -= 1
        return at

    def line_end(self, at: int, *, with_break: bool = True) -> int:
        """Return where the line ends that a place is in."""
        found = _LINE.match(self.text, at)
        assert found is not None, "the pattern fits anything"  # noqa: S101 - not input
        return found.end() if with_break or not found[1] else found.start(1)

    def after(self, node: Node) -> int:
        """Return the beginning of the line after a value in no brackets."""
        return node.close if node.close > node.end else self.line_end(node.end)

    def comments_in(self, start: int, end: int) -> list[str]:
        """Return the comments that begin in a stretch."""
        return [text for place, text in self.comments if start <= place < end]


def read(text: str) -> Text:
    """Find all places of a text that the seed's reader accepts."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.events = events_of(text)
        self.at = 0
        self.done = 0
        self.comments: list[tuple[int, str]] = []

    def read(self) -> Text:
        while not isinstance(self.events[self.at], (*STARTS, yaml.ScalarEvent)):
            self.at += 1
        root = self._node()
        self._gap(len(self.text))
        found = _LINE.match(self.text)
        newline = (found[1] if found else None) or "\n"
        return Text(self.text, root, self.comments, newline if newline in {"\r\n", "\r"} else "\n")

    def _node(self) -> Node:
        event = self.events[self.at]
        self.at += 1
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        start = event.start_mark.index
        is_map = isinstance(event, yaml.MappingStartEvent)
        bracket = self.text.startswith("{" if is_map else "[", start) and bool(event.flow_style)
        node = Node(start, start, start, event.start_mark.column, is_map=is_map, is_list=not is_map)
        node.flow = bool(event.flow_style)
        if bracket:
            self._gap(start)
            self.done = start + 1
        while not isinstance(self.events[self.at], ENDS):
            node.entries.append(self._pair() if is_map else self._item(flow=node.flow))
        end = self.events[self.at]
        self.at += 1
        if bracket:
            self._gap(end.start_mark.index)
            node.end = node.close = self.done = end.end_mark.index
        elif node.entries:
            last = node.entries[-1].value
            node.end, node.close = last.end, last.close
        return node

    def _pair(self) -> Entry:
        key = self._node()
        name = self.events[self.at - 1].value
        colon = self._mark(":")
        before = self.done
        value = self._node()
        if value.start == value.end and not value.entries:  # libyaml puts it anywhere
            value = self._nothing(before)
        return Entry(key.start, colon, value, name)

    def _item(self, *, flow: bool) -> Entry:
        if flow:
            value = self._node()
            return Entry(value.start, value.start, value)
        dash = self._mark("-")
        before = self.done
        value = self._node()
        if value.start == value.end and not value.entries:
            value = self._nothing(before)
        return Entry(dash - 1, dash, value)

    def _nothing(self, at: int) -> Node:
        self.done = at
        return Node(at, at, at, 0)

    def _scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        if start == end:
            return Node(self.done, self.done, self.done, 0)
        self._gap(start)
        node = Node(start, end, end, event.start_mark.column)
        raw = self.text[start:end]
        if raw[0] in "|>":
            node.end, node.close = self._long_text(raw, start)
        self.done = node.close
        return node

    def _long_text(self, raw: str, start: int) -> tuple[int, int]:
        header = _LINE.match(raw)
        sign = _HEADER.match(raw)
        assert header is not None, "the pattern fits anything"  # noqa: S101 - not input
        assert sign is not None, "libyaml has accepted this header"  # noqa: S101 - not input
        for piece in _PIECE.finditer(raw, sign.end(), header.end()):
            if piece[0][0] == "#":
                self.comments.append((start + piece.start(), piece[0].rstrip()))
        ends = len(raw.rstrip(" \t" + _BREAKS))
        rest = raw[ends:].lstrip(" \t")
        blanks = max(map(len, re.split(f"[{_BREAKS}]", rest)), default=0)
        belongs = "+" in sign[0] or blanks > 0
        return start + ends, start + (len(raw) if belongs else ends)

    def _gap(self, end: int) -> None:
        """Note the comments up to a place."""
        for piece in _PIECE.finditer(self.text, self.done, end):
            if piece[0][0] == "#":
                self.comments.append((piece.start(), piece[0].rstrip()))
        self.done = max(self.done, end)

    def _mark(self, mark: str) -> int:
        """Find the colon or dash that comes next, and return the place behind it.

        A key in { } may do without its colon.
        """
        for piece in _PIECE.finditer(self.text, self.done):
            if piece[0][0] == "#":
                continue
            if piece[0] == mark:
                self._gap(piece.start())
                self.done = piece.end()
            break
        return self.done
