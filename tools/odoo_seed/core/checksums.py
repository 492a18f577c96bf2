"""What a plan's checksum is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo_seed.core.fields import Value


_encode = json.JSONEncoder(ensure_ascii=True, sort_keys=True).encode


def digest(content: Iterable[object]) -> str:
    """16 hex digits of a list's JSON, in which an iterator stands for a list.

    Piece by piece: that of 50,000 changes at once would take a hundred megabytes.
    """
    found = hashlib.sha256()
    for piece in _pieces(content):
        found.update(piece.encode())
    return found.hexdigest()[:16]


def _pieces(content: Iterable[object]) -> Iterator[str]:
    yield "["
    for place, item in enumerate(content):
        if place:
            yield ", "
        if isinstance(item, Iterator):
            yield from _pieces(item)
        else:
            yield _encode(item)
    yield "]"


_POINTERS = frozenset(
    {"project_external_ref", "parent_external_ref", "milestone_external_ref", "depends_on_refs"}
)


def without_ids(name: str, value: Value) -> Value:
    """A value in which records without a ref, which stand as ``odoo:<id>``, have lost the id."""
    if name not in _POINTERS:
        return value
    if isinstance(value, tuple):
        return tuple(sorted(_NAMELESS if item.startswith(_NAMELESS) else item for item in value))
    return _NAMELESS if isinstance(value, str) and value.startswith(_NAMELESS) else value


_NAMELESS = "odoo:"
