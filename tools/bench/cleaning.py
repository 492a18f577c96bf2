"""Removes from Odoo what a run of the bench made there, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.errors import OdooRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.edges.odoo.transport import Transport

_ALL = {"context": {"active_test": False}}
_CHUNK = 500
_REF = "x_external_ref"


def clean(transport: Transport, prefix: str) -> list[str]:
    """Delete tasks, stages, projects and tags whose refs or names begin with the prefix.

    Returns:
        What could not be deleted and is archived instead, in words.
    """
    if not prefix.startswith("BENCH") or len(prefix) < len("BENCH") + 6:
        raise ValueError("a prefix of the bench's own is needed")
    tasks = _own(transport, "project.task", _REF, prefix)
    projects = _own(transport, "project.project", _REF, prefix)
    stages = _stages(transport, projects)
    tags = _own(transport, "project.tags", "name", prefix)
    left = []
    for model, ids in (
        ("project.task", tasks),
        ("project.project", projects),
        ("project.task.type", stages),
        ("project.tags", tags),
    ):
        if not _delete(transport, model, ids):
            left.append(f"{len(ids)} records of {model} (archived where Odoo can)")
    return left


def _own(transport: Transport, model: str, field: str, prefix: str) -> list[int]:
    rows: list[dict[str, Any]] = transport.call(
        model, "search_read", [[(field, "=like", f"{prefix}%")], [field]], _ALL
    )
    return [row["id"] for row in rows if row[field].startswith(prefix)]


def _stages(transport: Transport, projects: Sequence[int]) -> list[int]:
    """Stages that only these projects use."""
    rows: list[dict[str, Any]] = transport.call(
        "project.task.type",
        "search_read",
        [[("project_ids", "in", list(projects))], ["project_ids"]],
        _ALL,
    )
    return [row["id"] for row in rows if set(row["project_ids"]) <= set(projects)]


def _delete(transport: Transport, model: str, ids: Sequence[int]) -> bool:
    for start in range(0, len(ids), _CHUNK):
        part = list(ids[start : start + _CHUNK])
        try:
            transport.call(model, "unlink", [part], _ALL)
        except OdooRefusedError:
            if model in {"project.task", "project.project"}:
                transport.call(model, "write", [part, {"active": False}], _ALL)
            return False
    return True


def held(transport: Transport, prefix: str) -> tuple[int, int]:
    """How many tasks with this prefix there are, and how many dependencies they have."""
    ids = _own(transport, "project.task", _REF, prefix)
    rows: list[dict[str, Any]] = transport.call(
        "project.task", "read", [ids, ["depend_on_ids"]], {"load": ""}
    )
    return len(rows), sum(len(row["depend_on_ids"]) for row in rows)
