"""Refs from names: the same name gives the same ref, today and on every import to come."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from odoo_seed.core.importing.words import normal, without_number

CODE = 26
"""Characters of a task's code, so that project, task and step stay below 64 together."""

_LITTLE = frozenset({"A", "AN", "AND", "AT", "FOR", "FROM", "IN", "OF", "ON", "THE", "TO", "WITH"})


def code_of(name: str) -> str:
    """Return ``PAYROLL_PROCESSING`` for ``2. Payroll processing``.

    A name that is longer, or not in Latin letters, ends in a mark of its own.
    """
    folded = unicodedata.normalize("NFKD", without_number(name))
    plain = "".join(char for char in folded if not unicodedata.combining(char)).upper()
    words = re.findall(r"[A-Z0-9]+", plain)
    kept = [word for word in words if word not in _LITTLE] or words
    code = "_".join(kept)
    if len(code) <= CODE and plain.isascii() and code:
        return code
    short = ""
    for word in kept:
        if len(short) + len(word) + 1 > CODE - 5:
            break
        short = f"{short}_{word}".strip("_")
    return f"{short or code[: CODE - 5] or 'TASK'}_{mark_of(name)}"


def mark_of(name: str) -> str:
    """Return four hexadecimal digits that tell a name from one like it."""
    return sha256(normal(name).encode()).hexdigest()[:4].upper()
