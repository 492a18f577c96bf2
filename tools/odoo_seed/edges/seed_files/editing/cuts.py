"""Changes of one text: each a cut, what is between them stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.record_keys import KEYS
from odoo_seed.edges.seed_files.editing.lists import list_with_comments
from odoo_seed.edges.seed_files.editing.writing import inline, key_lines, value_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.model import Kind
    from odoo_seed.edges.seed_files.editing.nodes import Entry, Node, Text

_RECORDS = frozenset({"tasks", "milestones"})


@dataclass(frozen=True, slots=True)
class Cut:
    """`text` in place of what stands from `start` to `end`.

    Attributes:
        depth: Of several insertions at one place the deepest comes first.
    """

    start: int
    end: int
    text: str
    depth: int = 0


def cut(text: str, cuts: Iterable[Cut]) -> str:
    """Return the text with all changes done; they must not overlap."""
    parts: list[str] = []
    done = 0
    for item in sorted(cuts, key=lambda item: (item.start, item.end, -item.depth)):
        parts += [text[done : item.start], item.text]
        done = item.end
    return "".join([*parts, text[done:]])


def joined(text: Text, lines: Sequence[str]) -> str:
    """Return whole lines."""
    return "".join(line + text.newline for line in lines)


def change_keys(
    text: Text, kind: Kind, record: Node, now: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[Cut]:
    """Return the cuts that give a record's keys other values.

    Args:
        record: The record's mapping.
        now: Its data.
        wanted: Value by key; None for a key that goes.
    """
    cuts: list[Cut] = []
    added: dict[str, Any] = {}
    for key, value in _keys(now, wanted).items():
        entry = record.entry(key)
        if entry is None:
            if value is not None:
                added[key] = value
        elif value is None:
            cuts.append(remove_entry(text, record, entry))
        else:
            cuts.append(_replace(text, record, entry, now.get(key), value))
    gone = {key for key, value in wanted.items() if value is None}
    return [*cuts, *add_keys(text, kind, record, added, gone)]


def _keys(now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """One assignee may be written with a key of its own."""
    wanted = dict(wanted)
    if "assignee_emails" in wanted and "assignee_emails" not in now:
        emails = wanted.pop("assignee_emails")
        one = emails is not None and len(emails) == 1
        if one or "assignee_email" in now:
            wanted["assignee_email"] = emails[0] if one else None
        if not one and emails is not None:
            wanted["assignee_emails"] = emails
    return wanted


def add_keys(
    text: Text, kind: Kind, record: Node, added: Mapping[str, Any], gone: Iterable[str] = ()
) -> list[Cut]:
    """Return the cuts that add keys, each behind the nearest one that comes before it."""
    order = KEYS[kind]
    behind: dict[str, list[str]] = {}
    for key in sorted(added, key=order.index):
        before = [
            name
            for name in order[: order.index(key)]
            if record.entry(name) and name not in gone and name not in _RECORDS
        ]
        first = next(name for name in order if record.entry(name) and name not in gone)
        behind.setdefault(before[-1] if before else first, []).append(key)
    cuts = []
    for name, keys in behind.items():
        entry = record.entry(name)
        assert entry is not None, "it was found there"  # noqa: S101 - not input
        cuts.append(_insert(text, record, entry, {key: added[key] for key in keys}))
    return cuts


def _insert(text: Text, record: Node, behind: Entry, added: Mapping[str, Any]) -> Cut:
    if record.flow:
        at = behind.value.end
        pairs = inline(dict(added), flow=True, as_json=text.json)[1:-1]
        return Cut(at, at, f", {pairs}")
    at = text.after(behind.value)
    lines: list[str] = []
    for key, value in added.items():
        if _swallows(text, at, record.column, value):
            lines.append(f"{' ' * record.column}{key}: {inline(value, flow=True, as_json=True)}")
        else:
            lines += key_lines(key, value, record.column)
    return Cut(at, at, joined(text, lines), record.column)


def _swallows(text: Text, at: int, column: int, value: Any) -> bool:
    """Whether a long text would take a comment that follows, and is indented more, for its own."""
    if not isinstance(value, str) or "\n" not in value:
        return False
    ahead = at
    while ahead < len(text.text):
        end = text.line_end(ahead)
        line = text.text[ahead:end]
        bare = line.lstrip(" ")
        if bare.strip():
            return bare[0] == "#" and len(line) - len(bare) > column
        ahead = end
    return False


def remove_entry(text: Text, parent: Node, entry: Entry, comments: bool = True) -> Cut:
    """Return the cut that removes a key or an entry of a list.

    Args:
        comments: Keep those in it, on lines of their own.
    """
    place = parent.entries.index(entry)
    following = parent.entries[place + 1] if place + 1 < len(parent.entries) else None
    if parent.flow:
        return _remove_in_brackets(text, parent, place, comments=comments)
    start = text.line_start(entry.start)
    behind_dash = text.text[start : entry.start].strip(" \t")
    if behind_dash and following is not None:
        kept = text.comments_in(entry.start, following.start) if comments else []
        pad = " " * parent.column
        words = "".join(f"{note}{text.newline}{pad}" for note in kept)
        return Cut(entry.start, following.start, words)
    end = text.after(entry.value)
    kept = text.comments_in(start, end) if comments else []
    return Cut(start, end, joined(text, [f"{' ' * parent.column}{note}" for note in kept]))


def _remove_in_brackets(text: Text, parent: Node, place: int, *, comments: bool) -> Cut:
    entry = parent.entries[place]
    if place:
        start, end = parent.entries[place - 1].value.end, entry.value.end
    else:  # no record has a single key, and a list that goes empty goes whole
        start, end = entry.start, parent.entries[1].start
    kept = text.comments_in(start, end) if comments else []
    return Cut(start, end, "".join(f" {note}{text.newline}{' ' * parent.column}" for note in kept))


def _replace(text: Text, record: Node, entry: Entry, old: Any, new: Any) -> Cut:
    value = entry.value
    notes = text.comments_in(entry.value_from, value.end)
    if record.flow:
        words = inline(new, flow=True, as_json=text.json)
        pad = " " * record.column
        words += "".join(f" {note}{text.newline}{pad}" for note in notes)
        blank = "" if value.start > entry.value_from else " "
        return Cut(value.start, value.end, blank + words)
    carried = False
    if value.is_list and text.comments_in(value.start, text.line_end(value.end)) and new:
        lines, carried = list_with_comments(text, entry, old, new, record.column), True
    elif value.is_list and not value.flow and new:
        column = value.entries[0].start - text.line_start(value.entries[0].start)
        lines = ["", *(f"{' ' * column}- {inline(item, flow=False)}" for item in new)]
    else:
        used = record.column + len(entry.key) + 1
        swallows = _swallows(text, text.after(value), record.column, new)
        one_line = [f" {inline(new, flow=True, as_json=True)}"]
        lines = one_line if swallows else value_lines(new, record.column, used)
    old_text = text.text[value.start : value.end]
    on_its_line = text.line_start(value.start) == text.line_start(entry.start)
    if len(lines) == 1 and on_its_line and not notes and not set(old_text) & set("\r\n"):
        start, first = (value.start, lines[0][1:]) if value.end > value.start else (
            entry.value_from, lines[0]
        )  # fmt: skip
        return Cut(start, value.end, first)
    end = text.line_end(value.end, with_break=False)
    pad = " " * record.column
    left = [] if carried else text.comments_in(entry.value_from, end)
    rest = [f"{pad}{note}" for note in left]
    return Cut(entry.value_from, end, text.newline.join([*lines, *rest]))
