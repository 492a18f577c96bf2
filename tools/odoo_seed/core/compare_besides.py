"""What changes between two seeds beside the records that a plan writes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.core.guards import listed, titled
from odoo_seed.core.scope import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.model import Milestone, Program, Project, Seed, SeedAndPolicy, Task

_PROGRAM = {
    "name": "name",
    "program_type": "type",
    "parent_slug": "parent",
    "active": "active",
}


def beside_the_plan(before: SeedAndPolicy, after: SeedAndPolicy) -> Iterator[str]:
    """Yield a line for every program, switch, protection and lost stage."""
    yield from _programs(before.seed, after.seed)
    yield from _syncing(before.seed, after.seed)
    yield from _stages(before.seed, after.seed)
    yield from _protection(before.seed, after.seed)


def _programs(before: Seed, after: Seed) -> Iterator[str]:
    old = {one.slug: one for one in before.programs}
    new = {one.slug: one for one in after.programs}
    for slug, program in new.items():
        last = old.get(slug)
        if last is None:
            yield f"+ {titled('program', slug, program.name)}"
        elif words := list(_of_program(last, program)):
            yield f"~ {titled('program', slug, program.name)}: {'; '.join(words)}"
    for slug, program in old.items():
        if slug not in new:
            yield f"- {titled('program', slug, program.name)}: removed from the YAML"


def _of_program(old: Program, new: Program) -> Iterator[str]:
    for name, label in _PROGRAM.items():
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        if name == "active":
            yield "restored from the archive" if now else "archived, with its projects"
        else:
            yield f"{label} {plain(was or 'none')} → {plain(now or 'none')}"
    if old.description != new.description:
        yield f"description {'rewritten' if new.description else 'cleared'}"


def _syncing(before: Seed, after: Seed) -> Iterator[str]:
    old = {one.external_ref: one for one in before.projects}
    for project in after.projects:
        last = old.get(project.external_ref)
        if last is None and not project.sync_enabled:
            yield f"+ {_title(project)}: not synced (sync_enabled is off), so Odoo does not get it"
        if last is None:
            continue
        if last.sync_enabled and not project.sync_enabled:
            yield f"~ {_title(project)}: synced no more; Odoo keeps it as it is"
        elif project.sync_enabled and not last.sync_enabled:
            yield f"~ {_title(project)}: synced from now on"
        elif not project.sync_enabled and _of(project, before) != _of(project, after):
            yield f"~ {_title(project)}: changed, but not synced, so Odoo does not get it"
    kept = {one.external_ref for one in after.projects}
    for ref, project in old.items():
        if ref not in kept and not project.sync_enabled:
            yield f"- {_title(project)}: removed from the YAML; it was not synced"


def _of(project: Project, seed: Seed) -> list[Project | Milestone | Task]:
    ref = project.external_ref
    return [
        *(one for one in seed.projects if one.external_ref == ref),
        *(one for one in seed.milestones if one.project_external_ref == ref),
        *(one for one in seed.tasks if one.project_external_ref == ref),
    ]


def _stages(before: Seed, after: Seed) -> Iterator[str]:
    """Stages that leave a list; those that come are in the plan."""
    old = {one.external_ref: one for one in before.projects}
    for project in after.projects:
        last = old.get(project.external_ref)
        if last is None or not last.stages or not project.sync_enabled:
            continue
        names = {stage.name for stage in project.stages or ()}
        if gone := [stage.name for stage in last.stages if stage.name not in names]:
            yield f"~ {_title(project)}: no longer lists {listed(map(plain, gone))}; Odoo keeps it"


def _protection(before: Seed, after: Seed) -> Iterator[str]:
    """Protection that comes; that which goes is a note of the plan."""
    old = {(kind_of(one), one.external_ref) for one in _protectable(before) if one.protected}
    for one in _protectable(after):
        kind = kind_of(one)
        refs = {(kind, ref) for ref in (one.external_ref, *one.previous_refs)}
        if one.protected and not refs & old:
            yield f"~ {titled(kind, one.external_ref, one.name)}: protected from now on"


def _protectable(seed: Seed) -> Iterator[Project | Task]:
    yield from seed.projects
    yield from seed.tasks


def _title(project: Project) -> str:
    return titled("project", project.external_ref, project.name)
