"""What a plan's checksum is made of."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo_seed.core.fields import Value


def digest(content: object) -> str:
    """16 hex digits."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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
