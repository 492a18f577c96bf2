"""What stands in one cell, so that it comes back exactly: texts, lists, stages, yes and no.

An empty cell says what a missing key says in YAML. What would otherwise be lost is written so that
people still read it: an empty list as ``(none)``, a text of blanks as ``(text "  ")``, in which a
backslash stands before a backslash, before an ``r`` (a carriage return) and, with a hyphen, where
nothing is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.core.model import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 30_000
"""UTF-16 units of one cell; Excel takes 32,767, and some are needed to mark what is in it."""

NONE = "(none)"
FOLDED = "(folded)"
YES, NO = "yes", "no"

_WRAPPED = re.compile(r'\(text "(.*)"\)', re.DOTALL)
_HEXADECIMAL = re.compile(r"x(?=[0-9A-Fa-f]{4}_)")
_FRAGILE = re.compile(rf"\r|{_HEXADECIMAL.pattern}")
"""A carriage return, and what looks like the way in which .xlsx files write one (``_x000D_``):
neither survives all programs."""

_ESCAPES = {"\\": "\\", "r": "\r", "-": ""}
_ESCAPE = re.compile(r"\\([\\r-])")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"[^\S\n]*(\(folded\))?[^\S\n]*(?:[;\n]|$)')
_BARE = re.compile(r"([^;\n]*)(?:[;\n]|$)")
_BLANK = re.compile(r"\s*")
_YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "x", "on", "1", "✓"), True),
    **dict.fromkeys(("no", "n", "false", "off", "0"), False),
}

_STARTS = "=+\\-@\t\r\n＝＋－＠"
_DANGEROUS = re.compile(rf"'*\s*[{_STARTS}]")
_PREFIXED = re.compile(rf"'+\s*[{_STARTS}]")


def as_texts(text: str) -> list[str]:
    """Return a text as the cells it needs, one after the other; most need one."""
    return [_wrapped(piece) for piece in _pieces(text)]


def from_texts(texts: Iterable[str]) -> str:
    """Return the text that stands in cells."""
    return "".join(_unwrapped(text) for text in texts)


def as_list(entries: Iterable[str]) -> str:
    """Return ``GL; AP``; an entry that would be misread stands in double quotes."""
    return "; ".join(map(_entry, entries)) or NONE


def from_list(text: str) -> list[str]:
    """Return the entries of a cell, which people divide by semicolons or line breaks."""
    return [name for name, _ in _entries(text, folds=False)]


def as_stages(stages: Iterable[Stage]) -> str:
    """Return ``To Do; Done (folded)``."""
    told = (f"{_entry(one.name)}{f' {FOLDED}' * one.fold}" for one in stages)
    return "; ".join(told) or NONE


def from_stages(text: str) -> list[Stage]:
    """Return the stages of a cell."""
    return [Stage(name, folded) for name, folded in _entries(text, folds=True)]


def as_yes_no(value: bool) -> str:
    """Return ``yes`` or ``no``."""
    return YES if value else NO


def from_yes_no(text: str) -> bool | None:
    """Return what a word means; None when it means neither."""
    return _YES_NO.get(text.strip().casefold())


def guarded(text: str) -> str:
    """Return a text as it may stand in a CSV file: no spreadsheet takes it for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given."""
    return text[1:] if _PREFIXED.match(text) else text


def _pieces(text: str) -> Iterator[str]:
    if len(text) <= LONGEST // 2:  # the usual case: no character takes more than two units
        yield text
        return
    start = size = 0
    for place, char in enumerate(text):
        units = 2 if ord(char) > 0xFFFF else 1
        if size + units > LONGEST:
            yield text[start:place]
            start, size = place, 0
        size += units
    yield text[start:]


def _wrapped(text: str) -> str:
    if text.strip() and not _FRAGILE.search(text) and not _WRAPPED.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace("\r", "\\r")
    escaped = _HEXADECIMAL.sub(r"x\\-", escaped)
    return f'(text "{escaped}")'


def _unwrapped(text: str) -> str:
    found = _WRAPPED.fullmatch(text)
    return _ESCAPE.sub(lambda one: _ESCAPES[one[1]], found[1]) if found else text


def _entry(name: str) -> str:
    if name == NONE or name.endswith(FOLDED) or name != name.strip() or set(name) & set(';"\n'):
        doubled = name.replace('"', '""')
        return f'"{doubled}"'
    return name


def _entries(text: str, *, folds: bool) -> Iterator[tuple[str, bool]]:
    """The entries and whether each is marked as folded, which only stages can be."""
    if text.strip().casefold() == NONE:
        return
    place = 0
    while place < len(text):
        place = _end(_BLANK, text, place)
        if found := _QUOTED.match(text, place):
            name, folded = found[1].replace('""', '"'), bool(found[2])
            yield name if folds or not folded else f"{name} {FOLDED}", folded
            place = found.end()
            continue
        end = _end(_BARE, text, place)
        name = text[place:end].rstrip("\n").rstrip(";").strip()
        if folds and name.endswith(FOLDED):
            yield name.removesuffix(FOLDED).strip(), True
        elif name:
            yield name, False
        place = end


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else len(text)
