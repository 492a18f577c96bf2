"""Canonical values ⇄ JSON and columns."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from sys import intern
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo_seed.core.fields import Value


_SHORT = 32
"""Characters; shorter texts are mostly refs, names of stages and days, which many rows share."""


def from_json(value: Any) -> Value:
    """Return one canonical value; arrays become tuples."""
    if isinstance(value, str) and len(value) <= _SHORT:
        return intern(value)
    return tuple(value) if isinstance(value, list) else value


def from_column(value: Any) -> Value:
    """Return the canonical value of a shadow column."""
    match value:
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
        case list():
            return tuple(value)
        case _:
            return value  # type: ignore[no-any-return]  # text, number, boolean or None


def storable(value: Value) -> Value:
    """Replace what Postgres cannot store in texts that others wrote, such as Odoo's errors."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, tuple):
        return tuple(storable_text(item) for item in value)
    return value


def storable_json(value: Any) -> Any:
    """The same for JSON, at every depth."""
    match value:
        case str():
            return storable_text(value)
        case dict():
            return {storable_text(name): storable_json(held) for name, held in value.items()}
        case list() | tuple():
            return [storable_json(item) for item in value]
        case _:
            return value


def storable_text(text: str) -> str:
    """Return the text without NUL and without halves of surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
