"""Stages that write to customers: Odoo 19 does so for every new task, however silent the context.

It puts a context of its own in place of `mail_notrack` (project_task.py, create). A write heeds the
caller's, so tasks are made without a stage and put there afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.core.live import Directory, LiveStage
    from odoo_seed.ports_odoo import NewRecord


def hold_back(
    records: Sequence[NewRecord], rows: Sequence[dict[str, Any]], directory: Directory
) -> Mapping[int, list[int]]:
    """Take such stages out of the rows of new tasks; return the rows' places by stage."""
    writing = {
        stage.odoo_id: project for (project, _), stage in directory.stages.items() if stage.writes
    }
    held: defaultdict[int, list[int]] = defaultdict(list)
    if directory.odoo_major < 19 or not writing:
        return held
    firsts = {project: _first(project, directory) for project in set(writing.values())}
    for place, (record, row) in enumerate(zip(records, rows, strict=True)):
        project = str(record.values["project_external_ref"])
        stage = row.get("stage_id", firsts.get(project))
        if stage in writing:
            row["stage_id"] = False
            held[stage].append(place)
    return held


def _first(project: str, directory: Directory) -> int:
    """The stage that Odoo gives a task without one (_get_default_stage_id)."""

    def place(stage: LiveStage) -> tuple[bool, int, int]:
        return (stage.fold, stage.sequence, stage.odoo_id)

    return min(
        (one for (ref, _), one in directory.stages.items() if ref == project), key=place
    ).odoo_id
