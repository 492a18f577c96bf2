"""Cuts the operations that we use out of GitHub's OpenAPI description; see openapi/README.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICE = Path(__file__).parent / "openapi/api.github.com.json"
_REPO = "/repos/{owner}/{repo}"
_USED = {
    "/user": ["get"],
    f"{_REPO}/issues/{{issue_number}}/comments": ["get", "post"],
    f"{_REPO}/issues/comments/{{comment_id}}": ["patch", "delete"],
    f"{_REPO}/issues": ["get", "post"],
    f"{_REPO}/issues/{{issue_number}}": ["patch"],
    f"{_REPO}/commits/{{commit_sha}}/pulls": ["get"],
    f"{_REPO}/compare/{{basehead}}": ["get"],
}


def cut(whole: dict[str, Any]) -> dict[str, Any]:
    """The operations that we use, and every component that they refer to."""
    paths = {
        path: {method: whole["paths"][path][method] for method in methods}
        for path, methods in _USED.items()
    }
    components: dict[str, dict[str, Any]] = {}
    waiting = list(_references(paths))
    while waiting:
        _, _, section, name = waiting.pop().split("/", 3)
        found = components.setdefault(section, {})
        if name not in found:
            found[name] = whole["components"][section][name]
            waiting += _references(found[name])
    kept = {name: whole[name] for name in ("openapi", "info", "servers")}
    return kept | {"paths": paths, "components": components}


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


if __name__ == "__main__":
    SLICE.write_text(
        json.dumps(cut(json.loads(Path(sys.argv[1]).read_text())), indent=1, sort_keys=True) + "\n"
    )
