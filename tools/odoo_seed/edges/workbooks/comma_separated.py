"""A .csv file: its encoding and its delimiter are found, every value is text."""

from __future__ import annotations

import csv
import io
from collections import Counter

from odoo_seed.core.workbook import Row, Sheet, Workbook, cell
from odoo_seed.core.workbook_cells import unguarded
from odoo_seed.errors import UsageError

MAX_BYTES = 10_000_000
MAX_ROWS = 200_000
_DELIMITERS = ",;\t|"
_SAMPLE = 200
"""Lines by which the delimiter is found."""

_HEADINGS = 4
"""So many delimiters in the first line, and no other ones, tell."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAVE = "save it as CSV UTF-8 (comma delimited)"


def read_csv(content: bytes, name: str) -> Workbook:
    """Read the bytes of a .csv file; `name` is how errors name it.

    Raises:
        UsageError: It is no text, or no table.
    """
    if len(content) > MAX_BYTES:
        told = f"{name} has {len(content) / 1e6:.0f} MB; the limit is {MAX_BYTES // 10**6} MB"
        raise UsageError(told, remedy="split it")
    text, notes = _decoded(content, name)
    if "\x00" in text:
        raise UsageError(f"{name} is neither a workbook nor text", remedy=_SAVE)
    rows = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        for number, values in enumerate(reader, start=1):
            if number > MAX_ROWS:
                raise UsageError(f"{name} has more than {MAX_ROWS:,} rows", remedy="split it")
            made = (
                cell(unguarded(value), number, column)
                for column, value in enumerate(values, start=1)
            )
            if found := tuple(one for one in made if one is not None):
                rows.append(Row(number, found))
    except csv.Error as error:
        raise UsageError(
            f"{name} is no comma-separated text: {error}",
            remedy=f"{_SAVE}; a quoted text must end with its quote",
        ) from error
    return Workbook(name, (Sheet(name.rsplit(".", 1)[0], tuple(rows)),), tuple(notes))


def _decoded(content: bytes, name: str) -> tuple[str, list[str]]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return content[len(bom) :].decode(encoding), []
            except UnicodeDecodeError as error:
                raise UsageError(f"{name} is no text of its encoding", remedy=_SAVE) from error
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        return text, ["it is not UTF-8; it was read as Windows text (cp1252)"]


def _delimiter(text: str) -> str:
    """The character that divides most lines into the same number of columns."""
    lines = text.splitlines()[:_SAMPLE]
    used = [one for one in _DELIMITERS if lines and one in lines[0]]
    if len(used) == 1 and lines[0].count(used[0]) >= _HEADINGS:
        return used[0]  # headings; below them, texts may hold anything
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        counted = Counter(
            len(values) for values in csv.reader(lines, delimiter=delimiter) if len(values) > 1
        )
        agree = max((number * (width - 1) for width, number in counted.items()), default=0)
        if agree > most:
            best, most = delimiter, agree
    return best
