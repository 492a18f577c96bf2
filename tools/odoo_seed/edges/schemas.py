"""The JSON Schemas of `schemas/`, from the wheel or from the working tree."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any


@cache
def schema(name: str) -> dict[str, Any]:
    """Return `schemas/<name>.schema.json`."""
    file = f"{name}.schema.json"
    packaged = files("odoo_seed") / "_data/schemas" / file
    if packaged.is_file():
        text = packaged.read_text(encoding="utf-8")
    else:
        root = Path(__file__).resolve().parents[3]
        text = (root / "schemas" / file).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
