"""The stages of a project's board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.model import Stage
from odoo_seed.core.plan import StageToAdd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.live import Live
    from odoo_seed.core.model import Project
    from odoo_seed.core.plan import Change
    from odoo_seed.core.values import SeedIndex


def stages_of(project: Project, index: SeedIndex) -> tuple[Stage, ...]:
    """The stages a project needs: those it declares, then those its tasks name."""
    stages = {stage.name: stage for stage in project.stages or ()}
    for task in index.seed.tasks:
        if task.project_external_ref == project.external_ref:
            stages.setdefault(task.stage_name, Stage(task.stage_name))
    return tuple(stages.values())


def missing_stages(changes: Sequence[Change], index: SeedIndex, live: Live) -> Iterator[StageToAdd]:
    """Stages that live projects lack, each placed after its predecessor."""
    used: dict[str, set[str]] = {}
    for change in changes:
        name = {**change.values, **change.companions}.get("stage_name")
        if change.kind == "task" and name:
            used.setdefault(change.project_ref, set()).add(str(name))
    for project in index.seed.projects:
        ref = project.external_ref
        if ("project", ref) not in live.records or not project.sync_enabled:
            continue
        declared = {stage.name for stage in project.stages or ()}
        sequence = 0
        for stage in stages_of(project, index):
            found = live.directory.stages.get((ref, stage.name))
            if found is not None:
                sequence = found.sequence
            elif stage.name in declared or stage.name in used.get(ref, ()):
                sequence += 1
                yield StageToAdd(ref, stage, sequence)
