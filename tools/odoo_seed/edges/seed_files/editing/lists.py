"""A list of texts changed without losing the comments beside its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.edges.seed_files.editing.writing import inline
from odoo_seed.edges.seed_files.formatting.scalars import STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.edges.seed_files.editing.nodes import Entry, Text


def list_with_comments(
    text: Text, entry: Entry, old: Sequence[Any], new: Sequence[Any], key_column: int
) -> list[str]:
    """Return what stands behind the key: the rest of its line, and a line for each entry.

    Comments above an entry and behind it go with it; those of entries that are gone come last.
    None is left out, up to the end of the list's last line.
    """
    value = entry.value
    column = key_column + STEP
    if not value.flow and value.entries:
        column = value.entries[0].start - text.line_start(value.entries[0].start)
    pad = " " * column
    held: dict[int, tuple[list[str], list[str]]] = {}
    head: list[str] = []
    begin = entry.value_from
    first_line_end = text.line_end(entry.value_from, with_break=False)
    if value.entries and value.entries[0].start > first_line_end:
        head = text.comments_in(begin, first_line_end)
        begin = first_line_end
    for place, item in enumerate(value.entries):
        end = text.line_end(item.value.end, with_break=False)
        if place + 1 < len(value.entries):
            end = min(end, value.entries[place + 1].start)
        held[place] = (
            text.comments_in(begin, item.start), text.comments_in(item.start, end)
        )  # fmt: skip
        begin = max(begin, end)
    last = text.comments_in(begin, text.line_end(value.end, with_break=False))
    lines = [f"{''.join(f'  {note}' for note in head[:1])}"]
    lines += [pad + note for note in head[1:]]
    for item in new:
        found = next((place for place in held if old[place] == item), None)
        above, behind = held.pop(found) if found is not None else ([], [])
        lines += [pad + note for note in above]
        lines.append(f"{pad}- {inline(item, flow=False)}{''.join(f'  {n}' for n in behind[:1])}")
        lines += [pad + note for note in behind[1:]]
    for above, behind in held.values():
        lines += [pad + note for note in (*above, *behind)]
    lines += [pad + note for note in last]
    return lines
