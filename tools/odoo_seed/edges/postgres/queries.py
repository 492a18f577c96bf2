"""The runtime SQL: annotated files under `sql/`, loaded by name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TITLE = re.compile(r"^-- (\w+) --$", re.MULTILINE)


@cache
def queries(file: str) -> Mapping[str, bytes]:
    """Return the queries of `sql/<file>.sql` by name; a line `-- name --` begins each."""
    text = (Path(__file__).parent / "sql" / f"{file}.sql").read_text(encoding="utf-8")
    _, *parts = _TITLE.split(text)
    return {name: body.strip().encode() for name, body in zip(parts[::2], parts[1::2], strict=True)}
