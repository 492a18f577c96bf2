"""Records added to a text, taken out of it, and moved within it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.seed_files.editing.cuts import Cut, add_keys, joined, remove_entry
from odoo_seed.edges.seed_files.editing.writing import inline, record_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.model import Kind, Pointer
    from odoo_seed.edges.seed_files.editing.nodes import Node, Text

_BREAK = re.compile("\r\n|\r|\n")

Place = tuple["Kind", str]
"""Kind and ref of a record."""


def places(data: Any) -> dict[Place, Pointer]:
    """Return where the records stand that a document names one by one."""
    found: dict[Place, Pointer] = {}
    for number, program in enumerate(data.get("programs", ())):
        found["program", program["slug"]] = ("programs", number)
    for number, project in enumerate(data.get("projects", ())):
        here: Pointer = ("projects", number)
        found["project", project["external_ref"]] = here
        for place, milestone in enumerate(project.get("milestones", ())):
            found["milestone", milestone["external_ref"]] = (*here, "milestones", place)
        found |= _tasks(project, here)
    return found


def _tasks(owner: Any, here: Pointer) -> dict[Place, Pointer]:
    found: dict[Place, Pointer] = {}
    for number, task in enumerate(owner.get("tasks", ())):
        found["task", task["external_ref"]] = (*here, "tasks", number)
        found |= _tasks(task, (*here, "tasks", number))
    return found


def add_records(
    text: Text,
    kind: Kind,
    owner: Node,
    key: str,
    added: Sequence[tuple[int | None, Mapping[str, Any]]],
) -> list[Cut]:
    """Return the cuts that add records to a list.

    Args:
        kind: Of the record that has the list.
        owner: Its mapping.
        key: Of the list.
        added: The records' data, each with the entry that it is to follow; None for the last.
    """
    entry = owner.entry(key)
    if entry is None:
        return [_new_list(text, kind, owner, key, [item for _, item in added])]
    listed = entry.value
    if not listed.entries and not owner.flow:
        end = text.line_end(listed.end, with_break=False)
        lines = [line for _, item in added for line in record_lines(item, owner.column + 2)]
        notes = "".join(f"  {note}" for note in text.comments_in(entry.value_from, end))
        return [Cut(entry.value_from, end, text.newline.join([notes, *lines]))]
    cuts = []
    by_place: dict[int, list[Mapping[str, Any]]] = {}
    for place, item in added:
        last = len(listed.entries) - 1
        by_place.setdefault(last if place is None else place, []).append(item)
    for place, items in by_place.items():
        if listed.flow:
            cuts.append(_in_brackets(text, listed, place, items))
        else:
            cuts.append(_behind(text, listed, place, items))
    return cuts


def _new_list(
    text: Text, kind: Kind, owner: Node, key: str, items: Sequence[Mapping[str, Any]]
) -> Cut:
    if owner.flow:
        at = owner.entries[-1].value.end
        words = inline({key: list(items)}, flow=True, as_json=text.json)[1:-1]
        return Cut(at, at, f", {words}")
    if key == "milestones":
        return add_keys(text, kind, owner, {key: list(items)})[0]
    at = _end_of(text, owner)
    lines = [" " * owner.column + f"{key}:"]
    lines += [line for item in items for line in record_lines(item, owner.column + 2)]
    return Cut(at, at, joined(text, lines), owner.column)


def _in_brackets(text: Text, listed: Node, place: int, items: Sequence[Mapping[str, Any]]) -> Cut:
    words = ", ".join(inline(dict(item), flow=True, as_json=text.json) for item in items)
    if not listed.entries:
        return Cut(listed.start + 1, listed.start + 1, words)
    at = listed.entries[place].value.end
    return Cut(at, at, f", {words}")


def _behind(text: Text, listed: Node, place: int, items: Sequence[Mapping[str, Any]]) -> Cut:
    column = listed.column
    at = _end_of(text, listed.entries[place].value, column)
    lines: list[str] = []
    for item in items:
        lines += [""] * _apart(text, listed)
        lines += record_lines(item, column)
    return Cut(at, at, joined(text, lines), column)


def _apart(text: Text, listed: Node) -> bool:
    """Whether a blank line stands between all entries of a list."""
    pairs = zip(listed.entries, listed.entries[1:], strict=False)
    between = [text.text[text.after(one.value) : two.start] for one, two in pairs]
    return bool(between) and all(_is_blank_line_in(gap) for gap in between)


def _is_blank_line_in(gap: str) -> bool:
    whole_lines = f"{gap}-".splitlines()[:-1]  # the dash follows the gap
    return any(not line.strip() for line in whole_lines)


def _end_of(text: Text, node: Node, column: int | None = None) -> int:
    """Return the line behind a record, and behind the comments below it that are indented more.

    Such comments are mostly keys and subtasks that somebody left out.
    """
    column = node.column - 1 if column is None else column
    at = text.after(node)
    ahead = at
    while ahead < len(text.text):
        end = text.line_end(ahead)
        line = text.text[ahead:end]
        bare = line.lstrip(" ")
        if bare.strip() and not (bare[0] == "#" and len(line) - len(bare) > column):
            break
        ahead = end
        if bare.strip():
            at = end
    return at


def remove_records(text: Text, gone: Sequence[Pointer]) -> Iterator[Cut]:
    """Yield the cuts that take records out; a list that they leave empty goes as well."""
    by_list: dict[Pointer, list[int]] = {}
    for pointer in gone:
        if not any(pointer[:-length] in gone for length in range(2, len(pointer), 2)):
            by_list.setdefault(pointer[:-1], []).append(int(pointer[-1]))
    for pointer, numbers in by_list.items():
        owner, listed = text.at(pointer[:-1]), text.at(pointer)
        if len(numbers) < len(listed.entries):
            yield from _remove_some(text, listed, sorted(numbers))
            continue
        entry = owner.entry(str(pointer[-1]))
        assert entry is not None, "places come from the same text"  # noqa: S101 - not input
        spans = [
            (item.start, item.value.end if listed.flow else text.line_end(item.value.end))
            for item in listed.entries
        ]
        if len(pointer) == 1:
            words = " []"
            start = entry.value_from
            end = listed.end if owner.flow else text.line_end(listed.end, with_break=False)
        else:
            whole = remove_entry(text, owner, entry, comments=False)
            words, start, end = whole.text, whole.start, whole.end
        notes = [
            note
            for place, note in text.comments
            if start <= place < end and not any(one <= place < two for one, two in spans)
        ]
        yield Cut(start, end, words + _lines_of(text, owner, notes, words))


def _lines_of(text: Text, owner: Node, notes: Sequence[str], before: str) -> str:
    """Comments on lines of their own, in place of what was there."""
    pad = " " * owner.column
    if owner.flow:
        return "".join(f" {note}{text.newline}{pad}" for note in notes)
    if before:
        return "".join(f"{text.newline}{pad}{note}" for note in notes)
    return joined(text, [pad + note for note in notes])


def _remove_some(text: Text, listed: Node, numbers: Sequence[int]) -> Iterator[Cut]:
    entries = listed.entries
    if not listed.flow:
        for number in numbers:
            yield remove_entry(text, listed, entries[number], comments=False)
        return
    for first, last in _runs(numbers):
        if first:
            start, end = entries[first - 1].value.end, entries[last].value.end
        else:
            start, end = entries[0].start, entries[last + 1].start
        notes = [
            note
            for place, note in text.comments
            if start <= place < end
            and not any(e.start <= place < e.value.end for e in entries[first : last + 1])
        ]
        pad = " " * listed.column
        yield Cut(start, end, "".join(f" {note}{text.newline}{pad}" for note in notes))


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last of numbers that follow each other."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def lifted(text: Text, pointer: Pointer) -> tuple[Cut, list[str]]:
    """Return the cut that takes a record out for good, and its lines from column 0."""
    listed = text.at(pointer[:-1])
    entry = listed.entries[int(pointer[-1])]
    out = next(iter(remove_records(text, [pointer])))
    if listed.flow:
        return out, _BREAK.split(f"- {text.text[entry.start : entry.value.end]}")
    start, end = text.line_start(entry.start), _end_of(text, entry.value, listed.column)
    lines = _BREAK.split(text.text[start:end])
    if not lines[-1]:
        lines.pop()
    width = listed.column
    return Cut(out.start, max(out.end, end), out.text), [
        line[min(width, len(line) - len(line.lstrip(" "))) :] for line in lines
    ]


def put(text: Text, owner: Node, lines: Sequence[str]) -> Cut | None:
    """Return the cut that puts a lifted record at the end of a record's tasks.

    None where that list stands in brackets, which hold no lines.
    """
    entry = owner.entry("tasks")
    if owner.flow or (entry is not None and entry.value.flow and entry.value.entries):
        return None
    if entry is None or not entry.value.entries:
        column = owner.column + 2
        moved = [" " * column + line if line else "" for line in lines]
        if entry is not None:
            end = text.line_end(entry.value.end, with_break=False)
            notes = "".join(f"  {note}" for note in text.comments_in(entry.value_from, end))
            return Cut(entry.value_from, end, text.newline.join([notes, *moved]))
        at = _end_of(text, owner)
        return Cut(at, at, joined(text, [f"{' ' * owner.column}tasks:", *moved]), owner.column)
    column = entry.value.column
    at = _end_of(text, entry.value.entries[-1].value, column)
    moved = [" " * column + line if line else "" for line in lines]
    return Cut(at, at, joined(text, moved), column)
