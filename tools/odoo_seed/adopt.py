"""Projects that live in Odoo become part of the seed: YAML for them, and refs in Odoo.

Either half alone would do harm: YAML without refs would be created in Odoo a second time, and
refs that count as applied without YAML would be archived. So, as the one writer of the target:

1. the YAML is saved, its projects with `sync_enabled: false`: whoever loads and seeds it now
   changes nothing in Odoo;
2. the refs are set in Odoo, and nothing else; they do not count as applied: a seed that has never
   heard of them calls them orphans, and leaves them alone;
3. `sync_enabled: false` is taken out of the YAML.

Killed between any two of these, nothing is wrong, and the same command goes on where it stopped.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from odoo_seed.core.adoption import Adoption, Left, Reading, plan_refs
from odoo_seed.core.choosing import choose
from odoo_seed.core.drift import take_drift
from odoo_seed.core.escape import plain
from odoo_seed.core.fitting import Fitting, optional
from odoo_seed.core.model import Milestone
from odoo_seed.core.ref_names import name_refs
from odoo_seed.core.scope import project_of
from odoo_seed.errors import UsageError
from odoo_seed.pipeline import live_query
from odoo_seed.write import looked_at, write

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from odoo_seed.core.adoption import Mark, Stranger
    from odoo_seed.core.choosing import Choice
    from odoo_seed.core.drift import DriftAdoption
    from odoo_seed.core.live import Applied, Key, Live, LiveQuery
    from odoo_seed.core.model import Program, Project, Record, Seed, SeedAndPolicy, Task
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.runs import Run
    from odoo_seed.ports import Progress, SeedStore
    from odoo_seed.ports_editing import FileEdit, SeedEditing
    from odoo_seed.ports_odoo import OdooReader, OdooWriter
    from odoo_seed.write import Scope

    Read = Callable[[LiveQuery], Live]


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was planned, or done.

    Attributes:
        files: What becomes of the YAML.
        run: None when nothing was written.
    """

    adoption: Adoption
    plan: Plan
    files: Sequence[FileEdit]
    run: Run | None = None


def plan_adoption(
    editing: SeedEditing, store: SeedStore, odoo: OdooReader, scope: Scope, choice: Choice
) -> Adopted:
    """Say what `adopt` would do. Reads only."""
    content, applied = store.read_seed(), store.read_applied(scope.target)
    adoption = _adoption(editing, store, content, applied, odoo, odoo.read_live, scope, choice)
    made = looked_at(plan_refs(adoption, scope.target), content.policy, odoo)
    return Adopted(adoption, made, editing.edit(adoption.wanted))


def adopt(
    editing: SeedEditing,
    store: SeedStore,
    odoo: OdooWriter,
    progress: Progress,
    scope: Scope,
    choice: Choice,
) -> Adopted:
    """Save the YAML, set the refs in Odoo, and let the YAML be synced.

    Where Odoo refuses a ref, the YAML stays as it is after the first step.
    """
    adoptions: list[tuple[Adoption, Sequence[FileEdit]]] = []

    def planner(content: SeedAndPolicy, applied: Applied, read: Read) -> Plan:
        adoption = _adoption(editing, store, content, applied, odoo, read, scope, choice)
        adoptions.append((adoption, editing.edit(adoption.wanted)))
        editing.edit(adoption.halfway)
        editing.save()
        return plan_refs(adoption, scope.target)

    done = write(store, odoo, progress, scope, "adopt", planner)
    adoption, files = adoptions[0]
    if done.run.status == "success":
        editing.edit(adoption.wanted)
        editing.save()
    return Adopted(adoption, done.plan, files, done.run)


@dataclass(frozen=True, slots=True)
class DriftAdopted:
    """What of the drift becomes a change to the YAML.

    Attributes:
        saved: Whether the files were written.
    """

    drift: DriftAdoption
    files: Sequence[FileEdit]
    saved: bool


def adopt_drift(
    editing: SeedEditing, store: SeedStore, odoo: OdooReader, scope: Scope, *, save: bool
) -> DriftAdopted:
    """Take over what people changed in Odoo. Writes the YAML at most, never Odoo or the database.

    Raises:
        UsageError: The seed has no such project.
    """
    content, applied = editing.current(), store.read_applied(scope.target)
    unknown = set(scope.only or ()) - {item.external_ref for item in content.seed.projects}
    if unknown:
        raise UsageError(
            f"There is no project {plain(', '.join(sorted(unknown)))} in the seed.",
            remedy="Name projects by their external_ref.",
        )
    bind = partial(store.bind, target=scope.target)
    live = odoo.read_live(live_query(bind(content), applied))
    drift = take_drift(content, bind, applied, live, scope.target, editing.allows, scope.only)
    files = editing.edit(drift.wanted)
    if save:
        editing.save()
    return DriftAdopted(drift, files, save)


def _adoption(
    editing: SeedEditing,
    store: SeedStore,
    loaded: SeedAndPolicy,
    applied: Applied,
    odoo: OdooReader,
    read: Read,
    scope: Scope,
    choice: Choice,
) -> Adoption:
    now = editing.current()
    program = _program(now.seed, choice)
    strangers = odoo.all_projects()
    seeded = {ref for kind, ref in applied if kind == "project"}
    chosen = choose(strangers, choice, now.seed, seeded)
    if not chosen:
        return Adoption({}, frozenset(), now.seed, (), (), read(live_query(now, applied)))
    rest = replace(now, seed=_without(now.seed, set(chosen.values())))
    before = read(live_query(now, applied))
    inside = odoo.inside(sorted(chosen))
    projects = [item for item in strangers if item.odoo_id in chosen]
    left = [
        Left(item.kind, item.name, item.left_out, odoo_id=item.odoo_id)
        for item in inside
        if item.left_out
    ]
    able = [*projects, *(item for item in inside if not item.left_out)]
    others = _without(loaded.seed, set(chosen.values()))
    taken = _refs_of(rest.seed) | _refs_of(others) | _taken(before, applied, chosen.values())
    given: dict[Mark, str] = {("project", odoo_id): ref for odoo_id, ref in chosen.items() if ref}
    refs = name_refs(able, choice.prefix, taken, given)
    query = replace(
        live_query(rest, applied),
        milestones=(*rest.seed.milestones, *_milestones(able, refs)),
        adopting={mark: ref for mark, ref in refs.items() if mark[0] != "milestone"},
    )
    live = read(query)
    reading = Reading(live, editing.allows)
    records = dict(_records(reading, able, refs, program))
    undo = {key: optional(item) for key, item in records.items()}
    fitting = Fitting(rest, records, undo, partial(store.bind, target=scope.target))
    wanted = fitting.run(live, applied, scope.target)
    kept = {mark: ref for mark, ref in refs.items() if (mark[0], ref) in fitting.records}
    unset = {item.mark for item in able if not item.external_ref and item.kind != "milestone"}
    return Adoption(
        kept,
        frozenset(unset & kept.keys()),
        wanted,
        tuple(ref for kind, ref in fitting.records if kind == "project"),
        (*left, *reading.left, *fitting.left),
        live,
    )


def _program(seed: Seed, choice: Choice) -> Program | None:
    program = next((item for item in seed.programs if item.slug == choice.program), None)
    if choice.program and program is None:
        known = ", ".join(item.slug for item in seed.programs) or "none"
        raise UsageError(
            f"There is no program {plain(choice.program)} in the seed (there: {known}).",
            remedy="Name one of these, or write it in programs.yaml first.",
        )
    return program


def _without(seed: Seed, projects: set[str]) -> Seed:
    """A seed without some projects and what is in them."""
    return replace(
        seed,
        projects=tuple(item for item in seed.projects if item.external_ref not in projects),
        milestones=tuple(i for i in seed.milestones if i.project_external_ref not in projects),
        tasks=tuple(item for item in seed.tasks if item.project_external_ref not in projects),
    )


def _refs_of(seed: Seed) -> set[str]:
    records: tuple[Record, ...] = (*seed.projects, *seed.milestones, *seed.tasks)
    former = [item.previous_refs for item in seed.projects]
    former += [item.previous_refs for item in seed.tasks]
    return {*(item.external_ref for item in records), *(ref for refs in former for ref in refs)}


def _taken(live: Live, applied: Applied, projects: Collection[str]) -> set[str]:
    """Refs that records bear in Odoo, or bore when they were last written, outside of projects."""
    bear = {ref for kind, ref in (*live.records, *live.duplicates) if kind != "milestone"}
    return bear | {ref for (_, ref), item in applied.items() if project_of(item) not in projects}


def _milestones(found: Sequence[Stranger], refs: Mapping[Mark, str]) -> Iterator[Milestone]:
    """By these Odoo's milestones, which carry no ref, are known in the reading."""
    for item in found:
        if item.kind == "milestone" and item.project_id is not None:
            yield Milestone(refs[item.mark], refs["project", item.project_id], item.name)


def _records(
    reading: Reading,
    found: Sequence[Stranger],
    refs: Mapping[Mark, str],
    program: Program | None,
) -> Iterator[tuple[Key, Record]]:
    """The records that the YAML can hold, those of a project behind it."""
    inside: defaultdict[int | None, list[Stranger]] = defaultdict(list)
    for item in found:
        inside[item.project_id].append(item)
    for stranger in inside[None]:
        project = reading.project(refs[stranger.mark], program)
        if project is None:
            continue
        yield ("project", project.external_ref), project
        yield from _inside(reading, inside[stranger.odoo_id], refs, project)


def _inside(
    reading: Reading, found: Sequence[Stranger], refs: Mapping[Mark, str], project: Project
) -> Iterator[tuple[Key, Record]]:
    for item in found:
        ref = refs[item.mark]
        if item.kind == "milestone":
            record: Milestone | Task | None = reading.milestone(ref)
        else:
            record = reading.task(ref, project)
        if record is not None:
            yield (item.kind, ref), record
