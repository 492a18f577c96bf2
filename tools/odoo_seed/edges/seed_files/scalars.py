"""Plain scalars by the YAML 1.2 core schema, as editors read them.

PyYAML follows YAML 1.1, where ``no`` is false, ``12:30:45`` a number and ``00123`` octal.
Source: https://yaml.org/spec/1.2.2/#1032-tag-resolution
"""

from __future__ import annotations

import re

Scalar = str | int | float | bool | None

MAX_DIGITS = 18
"""Longer whole numbers are refused: they fit no column, and Python is slow at reading them."""

FIRST = frozenset("0123456789+-.~nNtTfF")
"""A non-empty plain scalar that starts with anything else is text."""

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def resolve(text: str) -> Scalar:
    """Return what an unquoted scalar means.

    Raises:
        ValueError: With a clause for people: the number is infinite, not a number, or too large.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return _whole(text, 10)
    if _OCTAL.fullmatch(text):
        return _whole(text[2:], 8)
    if _HEX.fullmatch(text):
        return _whole(text[2:], 16)
    if _FLOAT.fullmatch(text):
        value = float(text)
        if value in (float("inf"), float("-inf")):
            raise ValueError("the number is too large")
        return value
    if _SPECIAL.fullmatch(text):
        raise ValueError("it is not a finite number")
    return text


def _whole(digits: str, base: int) -> int:
    if len(digits.lstrip("+-")) > MAX_DIGITS:
        raise ValueError("the number is too large")
    return int(digits, base)
