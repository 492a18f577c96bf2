"""Bytes to text: UTF-8 and nothing else."""

from __future__ import annotations

import re

from odoo_seed.edges.seed_files.syntax import Fault

_UTF8_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_NOT_IN_YAML = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML does not allow to stand in a file, and the byte-order mark inside it."""

_SAVE = "save the file as UTF-8"


def decode(content: bytes) -> tuple[str, Fault | None]:
    """Return the text of a file, without byte-order mark, and what was wrong with it."""
    if content.startswith(_OTHER_BOMS) or _looks_like_utf16(content):
        return "", Fault(1, 1, "not-utf-8", "the file is UTF-16 or UTF-32", _SAVE)
    try:
        text = content.removeprefix(_UTF8_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        line, column = _place(before, len(before))
        found = f"the byte 0x{error.object[error.start]:02X} is not UTF-8"
        remedy = f"{_SAVE}; if it is no text file, remove it"
        return "", Fault(line, column, "not-utf-8", found, remedy)
    odd = _NOT_IN_YAML.search(text)
    if odd is None:
        return text, None
    line, column = _place(text, odd.start())
    found = f"a control character (U+{ord(odd.group()):04X}) stands here"
    return "", Fault(line, column, "control-character", found, "delete it")


def _looks_like_utf16(content: bytes) -> bool:
    """Half of the bytes of Latin text in UTF-16 are NUL."""
    start = content[:200]
    return len(start) >= 4 and start.count(0) * 5 >= len(start) * 2


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
