"""Parameters in texts: ``Close of {period_name}``. Only plain known names, nothing is evaluated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BRACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class UnknownParameterError(ValueError):
    """A text names a parameter that there is not, or holds a lone brace (`name` is None then)."""

    def __init__(self, name: str | None, known: Mapping[str, str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; ``{{`` and ``}}`` stand for a brace.

    Raises:
        UnknownParameterError: A name is not known, or a brace stands alone.
    """
    if "{" not in text and "}" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        found = match[0]
        if found in {"{{", "}}"}:
            return found[0]
        name = match[1]
        if name is None or name not in values:
            raise UnknownParameterError(name, values)
        return values[name]

    return _BRACE.sub(value, text)
