"""Texts, numbers and dates: as written, but for where their lines stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STEP = 2
"""Columns of one level."""

_HEADER = re.compile(r"([|>])(?:([1-9])([+-]?)|([+-]?)([1-9]?))[ \t]*(#.*)?")


def one_line(raw: str, *, json: bool) -> str:
    """Return a scalar of one line in its usual quotes.

    Quotes stay, since they may carry meaning ("007", "yes"); of the two kinds the single ones are
    usual, in which a backslash is nothing special. JSON knows double ones only.
    """
    if raw[:1] == '"' and not json and not re.search(r"['\\]", raw):
        return f"'{raw[1:-1]}'"
    return raw


def several_lines(raw: str, indent: int) -> list[str]:
    """Return a plain or quoted scalar of several lines, which YAML joins, indented alike."""
    lines = raw.split("\n")
    escapes = raw[0] == '"'
    body = [_without_blanks_at_end(line, escapes=escapes) for line in lines[:-1]] + lines[-1:]
    return [body[0], *_indented([line.lstrip(" \t") for line in body[1:]], indent)]


def _without_blanks_at_end(line: str, *, escapes: bool) -> str:
    short = line.rstrip(" \t")
    backslashes = len(short) - len(short.rstrip("\\"))
    if escapes and backslashes % 2:  # the blank behind it is part of the text
        return line[: len(short) + 1]
    return short


def block_text(raw: str, column: int, indent: int) -> tuple[list[str], int]:
    """Return a literal (|) or folded (>) text and how many of its characters were used.

    Blank lines behind it that do not count are left for the gap.

    Args:
        raw: From the header to the last line break that libyaml took for a part of it.
        column: Of the list or mapping that the text is in, as it was.
        indent: The text's new one.
    """
    lines = raw.split("\n")
    header = _HEADER.fullmatch(lines[0].rstrip(" \t"))
    assert header is not None, "libyaml has accepted this header"  # noqa: S101 - not input
    digit, chomp = header[2] or header[5], header[3] or header[4] or ""
    ended = raw.endswith("\n")
    body = lines[1:-1] if ended else lines[1:]
    width = column + int(digit) if digit else _width(body)
    body = [line[width:] for line in body]
    if chomp != "+":
        while body and not body[-1]:
            body.pop()
    if not ended and body:
        chomp = "-"  # the file ends without a line break, and so does the text
    first = next((line for line in body if line), "")
    digit = str(STEP) if digit and first[:1] in {" ", "\t"} else ""
    comment = f"  {header[6]}" if header[6] else ""
    used = len("\n".join(lines[: len(body) + 1]))
    return [header[1] + digit + chomp + comment, *_indented(body, indent)], used


def _width(lines: Sequence[str]) -> int:
    first = next((line for line in lines if line.strip(" ")), None)
    if first is None:
        return max((len(line) for line in lines), default=0)
    return len(first) - len(first.lstrip(" "))


def _indented(lines: Sequence[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]
