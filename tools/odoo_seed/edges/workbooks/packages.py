"""Whether a zip file may be unpacked as a workbook: told before anything in it is parsed."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PARTS = 5_000
MAX_UNPACKED = 100_000_000
"""Bytes of XML, all parts together."""

MAX_MARKS = 3_000_000
"""Angle brackets in all parts: what is parsed takes memory by element, not by byte. 50,000 rows
with 12 filled columns have fewer; a million empty rows have a third."""

MAX_MARKS_AT_ONCE = 500_000
"""In one row, or in what is no row: that is in memory as a whole."""

_CHUNK = 1 << 20
_NEXT = re.compile(rb"<(?:\w+:)?(?:row|si)\b")
_BROKEN = "open it in a spreadsheet program and save it again as .xlsx"


def examine(content: bytes, name: str) -> list[str]:
    """Return what will be left aside in a workbook that is safe to parse, a clause each.

    Raises:
        UsageError: It is no .xlsx, is broken, or would unpack to more than it may.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _examine(archive, name)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        # RuntimeError: an encrypted part. NotImplementedError: a compression nobody uses.
        raise UsageError(f"{name} is a broken or protected zip file", remedy=_BROKEN) from error


def _examine(archive: ZipFile, name: str) -> list[str]:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or len(names) < len(parts):
        raise UsageError(f"{name} holds {len(parts)} parts, which no workbook has", remedy=_BROKEN)
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise UsageError(
            f"{name} is a zip file, but no .xlsx workbook",
            remedy="open it in a spreadsheet program and save it as an Excel workbook (.xlsx)",
        )
    xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
    unpacked = sum(part.file_size for part in xml)
    if unpacked > MAX_UNPACKED:
        raise _too_large(name, f"it would unpack to {unpacked / 1e6:,.0f} MB")
    marks = 0
    for part in xml:
        at_once = 0
        for chunk in _chunks(archive, part.filename):
            for number, piece in enumerate(_NEXT.split(chunk)):
                found = piece.count(b"<")
                at_once = found if number else at_once + found
                if at_once > MAX_MARKS_AT_ONCE:
                    raise _too_large(name, "a row of it holds more cells than a sheet is wide")
            marks += chunk.count(b"<")
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise UsageError(
                    f"{name} defines entities of its own, which no spreadsheet program does",
                    remedy=_BROKEN,
                )
        if marks > MAX_MARKS:
            raise _too_large(name, "it holds millions of cells, most of them surely empty")
    return list(_left_aside(names))


def _chunks(archive: ZipFile, part: str) -> Iterator[bytes]:
    """The part's bytes; a size that was declared too small ends it with an error of the zip."""
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _too_large(name: str, why: str) -> UsageError:
    return UsageError(
        f"{name} is too large to be read safely: {why}",
        remedy="delete the empty rows and columns behind the tables, or copy the tables into a "
        "new workbook",
    )


def _left_aside(names: set[str]) -> Iterator[str]:
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        yield "it holds macros; they are not run"
    if any(part.startswith("xl/externalLinks/") for part in names):
        yield "it links to other workbooks; they are not opened, the values last seen are taken"
