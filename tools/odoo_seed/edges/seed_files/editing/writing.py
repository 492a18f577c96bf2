"""New values and records as YAML, in the layout of `fmt`."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.seed_files.formatting.layout import WIDTH
from odoo_seed.edges.seed_files.formatting.scalars import STEP
from odoo_seed.edges.seed_files.yaml_events import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ESCAPED = {0x85: "\\x85", 0x2028: "\\u2028", 0x2029: "\\u2029", 0xFEFF: "\\uFEFF", 0x7F: "\\x7f"}
"""What JSON leaves as it is and YAML takes for the end of a line, or not at all."""

_WORDS_OF_1_1 = frozenset({"yes", "no", "on", "off", "y", "n"})
"""Text in YAML 1.2, but not for every editor."""


def inline(value: Any, *, flow: bool, as_json: bool = False) -> str:
    """Return a value on one line.

    Args:
        flow: It is to stand in brackets.
        as_json: The whole document is JSON.
    """
    if isinstance(value, dict):
        keys = ((json.dumps(key) if as_json else key, item) for key, item in value.items())
        pairs = (f"{key}: {inline(item, flow=True, as_json=as_json)}" for key, item in keys)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        items = (inline(item, flow=True, as_json=as_json) for item in value)
        return "[" + ", ".join(items) + "]"
    if not isinstance(value, str):
        return json.dumps(value)
    return _double(value) if as_json else _scalar(value, flow=flow)


def value_lines(value: Any, key_column: int, used: int) -> list[str]:
    """Return what stands behind `key:` in no brackets: the rest of its line, and more lines.

    Args:
        used: Columns that the key and its colon take.
    """
    if isinstance(value, str) and "\n" in value:
        return _long_text(value, key_column) or [f" {_double(value)}"]
    if isinstance(value, list) and value and isinstance(value[0], dict) and "fold" not in value[0]:
        column = key_column + STEP
        return ["", *(line for item in value for line in record_lines(item, column))]
    one = inline(value, flow=False)
    if not isinstance(value, list) or used + 1 + len(one) <= WIDTH:
        return [f" {one}"]
    pad = " " * (key_column + STEP)
    return ["", *(f"{pad}- {inline(item, flow=False)}" for item in value)]


def key_lines(key: str, value: Any, column: int) -> list[str]:
    """Return a key and its value, as lines."""
    first, *more = value_lines(value, column, column + len(key) + 1)
    return [f"{' ' * column}{key}:{first}", *more]


def record_lines(record: Mapping[str, Any], column: int) -> list[str]:
    """Return a record as an entry of a list whose dashes stand in `column`."""
    lines: list[str] = []
    for key, value in record.items():
        lines += key_lines(key, value, column + STEP)
    lines[0] = f"{' ' * column}- {lines[0].lstrip(' ')}"
    return lines


def document(key: str, records: Sequence[Mapping[str, Any]], head: Sequence[str]) -> str:
    """Return a whole new file."""
    lines = [*head, f"{key}:", *(line for item in records for line in record_lines(item, STEP))]
    return "\n".join([*lines, ""])


@lru_cache(maxsize=4096)
def _scalar(text: str, *, flow: bool) -> str:
    single = "'" + text.replace("'", "''") + "'"
    plain = [text] if text.lower() not in _WORDS_OF_1_1 else []
    for candidate in (*plain, single):
        if "\n" not in candidate and _reads_as(candidate, text, flow=flow):
            return candidate
    return _double(text)


def _reads_as(candidate: str, text: str, *, flow: bool) -> bool:
    parsed = parse(f"k: [{candidate}, k]" if flow else f"k: {candidate}")
    wanted = [text, "k"] if flow else text
    return not parsed.faults and bool(parsed.root) and parsed.root == {"k": wanted}


def _double(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).translate(_ESCAPED)


def _long_text(text: str, key_column: int) -> list[str] | None:
    """Return a text of several lines as it is read; None for one that this cannot hold."""
    pad = " " * (key_column + STEP)
    sign = "|" if text.endswith("\n") else "|-"
    body = text.removesuffix("\n").split("\n")
    lines = [f" {sign}", *(pad + line if line else "" for line in body)]
    whole = "\n".join([f"{' ' * key_column}k:{lines[0]}", *lines[1:], ""])
    parsed = parse(whole)
    return lines if not parsed.faults and parsed.root == {"k": text} else None
