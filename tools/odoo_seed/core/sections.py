"""Lists under titles that together keep to a size: whole rows go first, then whole sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEAST = 2000
"""Bytes that hold any title, the row "… more" and a row or two."""


@dataclass(frozen=True, slots=True)
class Section:
    """A list in Markdown.

    Attributes:
        title: Ready to stand in the page: HTML when folded, else Markdown; at most 900 bytes.
        rows: Ready too, one line each, without the bullet.
        folded: In a `<details>`, closed.
    """

    title: str
    rows: tuple[str, ...]
    folded: bool = False


def size(text: str) -> int:
    """Bytes in UTF-8, as GitHub's limit is kept on the safe side."""
    return len(text.encode())


def fit(sections: Iterable[Section], budget: int, where: str = "") -> str:
    """Return the sections that have rows, as Markdown of at most `budget` bytes.

    When all is too much, small sections stay whole and the large ones share what is left; what
    does not fit is counted. Only when there are too many sections, the last ones are left out.

    Args:
        where: Ready Markdown that follows "… and 12 more": where to find them; at most 500 bytes.
    """
    every = [section for section in sections if section.rows]
    budget -= _LEAST  # for what is said of sections that are left out
    sizes = [size(_shown(section, section.rows)) for section in every]
    kept = left = 0
    for number, own in enumerate(sizes, start=1):
        left += min(own, _LEAST)
        if left <= budget:
            kept = number
    shares = _shares(sizes[:kept], budget)
    blocks = [_cut(one, share, where) for one, share in zip(every, shares, strict=False)]
    if rest := every[kept:]:
        lines = sum(len(section.rows) for section in rest)
        told = f"{count(len(rest), 'more section')}, {count(lines, 'line')}"
        blocks.append(f"\n- … and {told}{where}\n")
    return "".join(blocks)


def _shares(sizes: Sequence[int], budget: int) -> list[int]:
    """Divide the budget: what is small gets all it needs, the rest as much as each other."""
    shares = [0] * len(sizes)
    for done, place in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        shares[place] = min(sizes[place], budget // (len(sizes) - done))
        budget -= shares[place]
    return shares


def _cut(section: Section, share: int, where: str) -> str:
    """The section with as many rows from the first on as its share holds."""
    whole = _shown(section, section.rows)
    if size(whole) <= share:
        return whole
    room = share - size(_shown(section, (_more(len(section.rows), where),)))
    taken = 0
    for row in section.rows:
        room -= size(row) + size("- \n")
        if room < 0:
            break
        taken += 1
    return _shown(section, (*section.rows[:taken], _more(len(section.rows) - taken, where)))


def _more(number: int, where: str) -> str:
    return f"… and {number} more{where}"


def _shown(section: Section, rows: Sequence[str]) -> str:
    """A block of its own, an empty line before it."""
    listed = "".join(f"- {row}\n" for row in rows)
    if section.folded:
        head = f"<details><summary>{section.title}</summary>"
        return f"\n{head}\n\n{listed}\n</details>\n"
    return f"\n**{section.title}**\n\n{listed}" if section.title else f"\n{listed}"
