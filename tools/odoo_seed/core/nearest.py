"""The nearest known name, for "did you mean …?"."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPARISONS = 100_000
"""So many names are compared in search of a nearest one; then problems go without."""


class Nearest:
    """Finds nearest names, within a budget of comparisons for all questions together."""

    def __init__(self) -> None:
        self._left = COMPARISONS

    def suggestion(self, wanted: str, known: Iterable[str], otherwise: str) -> str:
        """Return "did you mean …?" for the nearest known name, else `otherwise`."""
        best, best_ratio = "", 0.6
        matcher: SequenceMatcher[str] = SequenceMatcher(b=wanted.lower())
        for name in known:
            self._left -= 1
            if self._left < 0:
                return otherwise
            matcher.set_seq1(name.lower())
            if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
                ratio = matcher.ratio()
                if ratio > best_ratio:
                    best, best_ratio = name, ratio
        return f"did you mean {best}?" if best else otherwise
