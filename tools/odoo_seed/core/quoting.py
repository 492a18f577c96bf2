"""Foreign text inside our own messages: one line, short, nothing hidden in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo_seed.core.model import Pointer

SHOWN = 60


def visible(text: str) -> str:
    """Return the text with everything that does not print (controls, bidi marks) escaped.

    Also breaks ``##[``, which GitHub's runner takes for a command anywhere in a line.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escaped(char) for char in text)
    return text.replace("##[", "##\\[")


def shown_pointer(pointer: Pointer) -> Pointer:
    """Return a pointer whose keys are safe to print and not longer than they need to be."""
    return tuple(visible(step[:SHOWN]) if isinstance(step, str) else step for step in pointer)


def quoted(value: object) -> str:
    """Return a value from the seed as it may stand in a sentence, shortened."""
    if isinstance(value, str):
        text = value if len(value) <= SHOWN else value[:SHOWN] + "…"
        return f'"{visible(text)}"'
    if isinstance(value, dict):
        return "a mapping (key: value)"
    if isinstance(value, list | tuple):
        return "a list"
    return json.dumps(value)


def _escaped(char: str) -> str:
    code = ord(char)
    known = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char)
    return known or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
