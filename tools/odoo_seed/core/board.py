"""The stages of a project's board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.model import Stage
from odoo_seed.core.plan import StageChange, StageToAdd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.live import Applied, Key, Live
    from odoo_seed.core.model import Project
    from odoo_seed.core.plan import Change
    from odoo_seed.core.values import SeedIndex


def stages_of(project: Project, index: SeedIndex) -> tuple[Stage, ...]:
    """The stages a project needs: those it declares, then those its tasks name."""
    stages = {stage.name: stage for stage in project.stages or ()}
    for name in index.stage_names[project.external_ref]:
        stages.setdefault(name, Stage(name))
    return tuple(stages.values())


def as_values(stages: Sequence[Stage]) -> tuple[str, ...]:
    """The declared stages as they are remembered with what was applied."""
    return tuple(f"{stage.name}{'/fold' * stage.fold}" for stage in stages)


def missing_stages(changes: Sequence[Change], index: SeedIndex, live: Live) -> Iterator[StageToAdd]:
    """Stages that live projects lack, each placed after its predecessor."""
    used: dict[str, set[str]] = {}
    for change in changes:
        name = {**change.values, **change.companions}.get("stage_name")
        if change.kind == "task" and name:
            used.setdefault(change.project_ref, set()).add(str(name))
    for project in index.seed.projects:
        ref = project.external_ref
        if ("project", ref) not in live.records or not project.is_synced:
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


def changed_stages(index: SeedIndex, applied: Applied, live: Live) -> Iterator[StageChange]:
    """Stages whose place or fold git changed; what teams do with their boards is theirs.

    A stage that other projects use too is left alone, and one that left the list stays: people's
    cards may stand in it.
    """
    for project in index.seed.projects:
        key: Key = ("project", project.external_ref)
        last = applied[key].values.get("stages") if key in applied else None
        if not project.stages or not project.is_synced or key not in live.records:
            continue
        if last is None or last == as_values(project.stages):
            continue
        stages = [
            (stage, found)
            for stage in project.stages
            if (found := live.directory.stages.get((project.external_ref, stage.name)))
        ]
        places = [(found.sequence, found.odoo_id) for _, found in stages]
        in_order = places == sorted(places)
        for number, (stage, found) in enumerate(stages, start=1):
            sequence = found.sequence if in_order else number * 10
            if not found.shared and (stage.fold, sequence) != (found.fold, found.sequence):
                yield StageChange(project.external_ref, found.odoo_id, stage, sequence)
