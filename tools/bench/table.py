"""Rows of the table, and how they are written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Verdict = Literal["reached", "missed", "not judged"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what the issue asks, what was measured, and whether that is enough."""

    case: str
    must: str
    measured: str
    verdict: Verdict


def verdict(value: float, limit: float) -> Verdict:
    """Judge a value that must not exceed a limit."""
    return "reached" if value <= limit else "missed"


def seconds(value: float) -> str:
    """Two or three significant digits: `0.042 s`, `1.3 s`, `98 s`."""
    digits = 0 if value >= 20 else 1 if value >= 2 else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f} s"


def ratio(value: float) -> str:
    """Such as `0.25 ×`; small ones with three decimals."""
    return f"{value:.{3 if value < 0.1 else 2}f} ×"


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    rule = ["---"] * len(head)
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


def rows_as_markdown(rows: Iterable[Row]) -> str:
    """The table of the issue."""
    return markdown(
        ("Case", "Must reach", "Measured", "Verdict"),
        [(row.case, row.must, row.measured, row.verdict) for row in rows],
    )
