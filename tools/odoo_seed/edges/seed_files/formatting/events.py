"""libyaml's events, and brackets that fit on one line."""

from __future__ import annotations

from typing import Any

import yaml
from yaml._yaml import CParser

from odoo_seed.edges.seed_files.formatting.gaps import read_gap
from odoo_seed.edges.seed_files.formatting.scalars import one_line

STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def events_of(text: str) -> list[Any]:
    """Return all events of a text. Their marks' `index` counts characters.

    Raises:
        yaml.YAMLError: It is no valid YAML.
    """
    parser: Any = CParser(text)
    events = []
    while (event := parser.get_event()) is not None:
        events.append(event)
    return events


def comments_of(text: str) -> list[str]:
    """Return the comments of a text in their order."""
    found: list[str] = []
    done = 0
    for event in events_of(text):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            found += read_gap(text, done, start).comments()
            done = end
            if text[start : start + 1] in {"|", ">"}:  # one may stand behind the sign
                header = text[start:end].split("\n", 1)[0]
                found += read_gap(header, 0, len(header)).comments()
                done -= text.endswith("\n", 0, end)
    return found + read_gap(text, done, len(text)).comments()


def after_bracket(text: str, event: Any) -> int:
    """Return where the content of a [ ] or { } begins. The `a: b` of `[a: b]` has no bracket."""
    start: int = event.start_mark.index
    bracket = "{" if isinstance(event, yaml.MappingStartEvent) else "["
    return start + text.startswith(bracket, start)


class Inline:
    """Writes a [ ] or { } on one line, if that can be."""

    def __init__(self, text: str, events: list[Any], *, json: bool) -> None:
        self.text, self.events, self.json = text, events, json

    def read(self, at: int) -> tuple[str, int] | None:
        """Return the line and the number of the next event.

        None when a comment or a text of several lines stands in it.
        """
        self.at = at
        self.done = after_bracket(self.text, self.events[at])
        written = self._collection()
        return None if written is None else (written, self.at)

    def _collection(self) -> str | None:
        event = self.events[self.at]
        is_map = isinstance(event, yaml.MappingStartEvent)
        self.done = after_bracket(self.text, event)
        self.at += 1
        parts = []
        while not isinstance(self.events[self.at], ENDS):
            part = self._value()
            if part is None:
                return None
            parts.append(part)
        end = self.events[self.at]
        if self._comments_before(end.start_mark.index):
            return None
        self.done = end.end_mark.index
        self.at += 1
        if is_map:
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return "{" + ", ".join(f"{key}: {value or 'null'}" for key, value in pairs) + "}"
        return "[" + ", ".join(parts) + "]"

    def _value(self) -> str | None:
        event = self.events[self.at]
        start, end = event.start_mark.index, event.end_mark.index
        if self._comments_before(start):
            return None
        if not isinstance(event, yaml.ScalarEvent):
            return self._collection()
        self.done = end
        self.at += 1
        raw = self.text[start:end]
        return None if "\n" in raw else one_line(raw, json=self.json)

    def _comments_before(self, end: int) -> bool:
        return bool(read_gap(self.text, self.done, end).comments())
