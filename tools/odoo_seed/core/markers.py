"""How a comment of ours is known again: by its first line, which GitHub does not show.

Escaped text cannot hold a marker, since none of its ``<`` is left as it was.
"""

from __future__ import annotations

import re

_MARKER = re.compile(r"<!-- odoo-seed:[a-z]+(?::[A-Za-z0-9_.-]+)* -->")
_CHECKSUM = re.compile(r"^<!-- odoo-seed-checksum:([0-9a-f]{16}) -->$", re.MULTILINE)


def marker(kind: str, name: str) -> str:
    """The first line of a comment: of a `plan`, `compare`, `summary` or `drift`, of one target."""
    return f"<!-- odoo-seed:{kind}:{name} -->"


def marker_of(body: str) -> str | None:
    """Return the marker on the first line of a comment; None where that is another line."""
    first = body.partition("\n")[0].rstrip()
    return first if _MARKER.fullmatch(first) else None


def checksum_line(checksum: str) -> str:
    """The line, not shown either, that says which plan a comment shows."""
    return f"<!-- odoo-seed-checksum:{checksum} -->"


def checksum_in(body: str) -> str | None:
    """Return the checksum of the plan that a comment shows; None where it does not say."""
    found = _CHECKSUM.search(same_lines(body))
    return found[1] if found else None


def same_lines(body: str) -> str:
    """A comment's text as GitHub keeps it: what people edit there gets other ends of lines."""
    return body.replace("\r\n", "\n").rstrip()
