"""A schema error in words for people who have never seen a schema."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from odoo_seed.core.calendar import countries
from odoo_seed.core.deadlines import parse_date, parse_deadline
from odoo_seed.core.quoting import quoted
from odoo_seed.edges.schemas import schema
from odoo_seed.edges.seed_files.schema import time_zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.model import Pointer

_LABELS = {
    "ref": "a valid ref",
    "slug": "a valid slug",
    "name": "a valid name",
    "stage": "a valid stage name",
    "text": "a valid text",
    "email": "an e-mail address",
    "date": "a date",
    "deadline": "a deadline",
    "holiday": "a date",
    "label": "a valid name",
    "code": "a valid code",
    "template_code": "a valid code",
    "template_ref": "a valid ref",
    "calendar_or_name": "the name of a calendar",
    "period": "a period",
    "closed_period": "a period",
    "clock": "a time",
}
_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping (key: value)",
}


_YES_NO = {"true": ("yes", "y", "on", "true", "1"), "false": ("no", "n", "off", "false", "0")}


@dataclass(frozen=True, slots=True)
class Words:
    """A fault in words. `pointer` is the place to point at; `of_key` when its key is meant."""

    code: str
    found: str
    remedy: str
    pointer: Pointer
    of_key: bool = False


def describe(error: Any, data: Any, kind: str = "seed") -> Words:
    """Put a `jsonschema_rs.ValidationError` about `data`, of this schema, into words."""
    pointer: Pointer = tuple(error.instance_path)
    keyword = error.schema_path[-1]
    node = _node(error.schema_path[:-1], kind)
    value = _value(data, pointer)
    details = error.kind.as_dict()
    definition = str(error.schema_path[1]) if error.schema_path[0] == "$defs" else ""
    if keyword == "required":
        return _missing(details["property"], node, pointer)
    if keyword == "not":
        return _both(details["schema"]["required"], pointer)
    if keyword == "type":
        code, found, remedy = _wrong_type(value, details["types"], definition, node)
    elif keyword == "enum":
        code, found, remedy = _not_allowed(value, details["options"])
    elif keyword in {"minimum", "maximum"}:
        code, found, remedy = _out_of_range(value, node)
    elif keyword == "maxLength":
        code = "too-long"
        found = f"a text of {len(value)} characters"
        remedy = f"write at most {node['maxLength']} characters"
    elif node.get("format") == "time-zone":
        code, found, remedy = _time_zone(value)
    elif node.get("format") == "country":
        code, found, remedy = _country(value)
    else:
        code, found, remedy = _bad_text(value, definition, node)
    return Words(code, found, remedy, pointer)


def _missing(key: str, node: dict[str, Any], pointer: Pointer) -> Words:
    meaning = node["properties"][key]["description"].split(". ")[0].rstrip(".")
    return Words("missing-key", f"the key `{key}` is missing", f"add `{key}`: {meaning}", pointer)


def _both(keys: Sequence[str], pointer: Pointer) -> Words:
    if "parent_external_ref" in keys:
        return Words(
            "parent-twice",
            "a nested task names a parent",
            "remove parent_external_ref: the task it is nested under is its parent",
            (*pointer, "parent_external_ref"),
            of_key=True,
        )
    return Words(
        "assignee-twice",
        "both assignee_email and assignee_emails are given",
        "keep assignee_email for one person, or assignee_emails for several",
        (*pointer, "assignee_emails"),
        of_key=True,
    )


def _wrong_type(
    value: Any, types: Sequence[str], definition: str, node: dict[str, Any]
) -> tuple[str, str, str]:
    wanted = " or ".join(_TYPES[name] for name in types)
    if definition in _LABELS and types == ["string"]:
        wanted = _LABELS[definition].replace("valid ", "")
    if value is None:
        none = ", or write [] for none" if "array" in types else ""
        return "empty-value", "there is no value here", f"give {wanted}, or remove the key{none}"
    remedy = f"write {wanted}"
    if "object" in types and "required" in node:
        remedy = f"write a mapping with {' and '.join(node['required'])}"
    elif "policy" in node.get("properties", {}):
        remedy = "begin with programs:, projects: or policy: at the left margin"
    elif "string" in types and isinstance(value, bool | int | float):
        remedy = 'put it in quotes ("…") if it is meant as text'
        if definition in {"ref", "slug", "email", "date", "deadline"}:  # no number can be one
            remedy = node["patternErrorMessage"]
    elif "boolean" in types and isinstance(value, str):
        meant = {word: answer for answer, words in _YES_NO.items() for word in words}
        remedy = f"write {meant.get(value.strip().lower(), 'true or false')}"
    elif "array" in types and isinstance(value, dict):
        remedy = "begin each entry of the list with `- `"
    elif "array" in types:
        remedy = "write a list: [one, two], or one `- entry` a line"
    elif isinstance(value, list):
        remedy = "write one value without [ ]"
        if definition == "email":
            remedy += "; assignee_emails takes several"
    return "wrong-type", f"{quoted(value)} is not {wanted}", remedy


def _not_allowed(value: Any, options: Sequence[str]) -> tuple[str, str, str]:
    listed = ", ".join(options)
    close = get_close_matches(str(value).lower(), options, n=1, cutoff=0.6)
    remedy = f"write one of: {listed}"
    if close:
        remedy = f"did you mean {close[0]}? ({listed})"
    return "not-allowed", f"{quoted(value)} is none of the allowed values", remedy


def _out_of_range(value: Any, node: dict[str, Any]) -> tuple[str, str, str]:
    low, high = node["minimum"], node["maximum"]
    return (
        "out-of-range",
        f"{quoted(value)} is out of range",
        f"write a number from {low} to {high}",
    )


def _time_zone(value: str) -> tuple[str, str, str]:
    close = get_close_matches(value, sorted(time_zones()), n=1, cutoff=0.6)
    remedy = f"did you mean {close[0]}?" if close else "write an IANA name such as Asia/Manila"
    return "bad-time-zone", f"{quoted(value)} is not a known time zone", remedy


def _country(value: str) -> tuple[str, str, str]:
    close = get_close_matches(value.upper(), sorted(countries()), n=1, cutoff=0.6)
    remedy = f"did you mean {close[0]}?" if close else "write the code of a country, such as PH"
    return "bad-country", f"{quoted(value)} is not the code of a country", remedy


def _bad_text(value: str, definition: str, node: dict[str, Any]) -> tuple[str, str, str]:
    code = f"bad-{definition.replace('_', '-')}"
    if value == "":
        return code, "the text is empty", "write something, or remove the key"
    remedy = node["patternErrorMessage"]
    parse = {"date": parse_date, "holiday": parse_date, "deadline": parse_deadline}.get(definition)
    if parse is not None:
        try:
            parse(value)
        except ValueError as error:
            remedy = str(error)
    elif definition in {"name", "stage", "label"} and value != value.strip():
        remedy = "remove the blanks at its ends"
    elif definition in {"name", "stage", "label"} and len(value.splitlines()) > 1:
        remedy = "write it on one line"
    return code, f"{quoted(value)} is not {_LABELS[definition]}", remedy


def _node(path: Sequence[str | int], kind: str) -> dict[str, Any]:
    node: Any = schema(kind)
    for step in path:
        node = node[step]
    found: dict[str, Any] = node
    return found


def _value(data: Any, pointer: Pointer) -> Any:
    for step in pointer:
        data = data[step]
    return data
