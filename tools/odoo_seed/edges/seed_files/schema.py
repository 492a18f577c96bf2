"""The JSON Schema of the seed: a fast verdict, and the faults in detail when it is "no"."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from odoo_seed.core.calendar import countries
from odoo_seed.core.deadlines import parse_date, parse_deadline
from odoo_seed.edges.schemas import schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from odoo_seed.core.model import Kind


def seed_schema() -> dict[str, Any]:
    """Return `schemas/seed.schema.json`."""
    return schema("seed")


@cache
def validator(name: str = "seed") -> jsonschema_rs.Draft202012Validator:
    """Return a compiled schema of `schemas/`; its formats are checked, not only noted."""
    return jsonschema_rs.Draft202012Validator(
        schema(name), validate_formats=True, formats=dict(FORMATS)
    )


@cache
def key_validator(kind: Kind, key: str) -> jsonschema_rs.Draft202012Validator:
    """Return the compiled schema of one key of a kind of record."""
    whole = {"$ref": f"#/$defs/{kind}/properties/{key}", "$defs": seed_schema()["$defs"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats=dict(FORMATS))


@cache
def time_zones() -> frozenset[str]:
    """All IANA names, from the pinned package: the same ones on every machine."""
    return frozenset((files("tzdata") / "zones").read_text(encoding="ascii").split())


def _accepts(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


FORMATS: dict[str, Callable[[str], bool]] = {
    "date": _accepts(parse_date),
    "deadline": _accepts(parse_deadline),
    "country": lambda text: text in countries(),
    "time-zone": lambda text: text in time_zones(),
}
