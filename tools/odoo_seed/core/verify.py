"""Does Odoo hold what git says? Compares the seed with the shadow, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.closing import closed_projects
from odoo_seed.core.diff import diff_record
from odoo_seed.core.ownership import Ownership
from odoo_seed.core.removals import is_in_sight
from odoo_seed.core.runs import ItemChange, RunItem
from odoo_seed.core.scope import kind_of, project_of
from odoo_seed.core.values import SeedIndex, wanted_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.live import Applied, Key, LiveRecord, Shadow
    from odoo_seed.core.model import Milestone, Project, SeedAndPolicy, Source, Task

Verdict = Literal["agrees", "differs", "stale"]


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome.

    Attributes:
        verdict: `stale` when the shadow cannot be trusted; then there are no findings.
        reason: Why it is stale, in words.
        checked: Number of records that should be in Odoo.
        agreeing: Number of those that are there with every managed field right.
        findings: Missing, orphaned and drifted records.
        left_alone: Records that differ, or left git, but that people made something of that a
            plan does not touch, such as a recurring task. No failure: nobody puts them back.
        kept: Number of fields that differ and are the teams' own by policy.
    """

    target: str
    verdict: Verdict
    checked: int = 0
    agreeing: int = 0
    findings: Sequence[RunItem] = ()
    left_alone: Sequence[RunItem] = ()
    kept: int = 0
    reason: str = ""

    def count(self, action: str) -> int:
        """Number of findings of one action."""
        return sum(item.action == action for item in self.findings)


def verify(content: SeedAndPolicy, applied: Applied, shadow: Shadow, target: str) -> Verification:
    """Compare the seed with a shadow. A stale shadow proves nothing and is said to be stale."""
    if shadow.stale:
        return Verification(target, "stale", reason=shadow.stale)
    index = SeedIndex(content.seed)
    closed = closed_projects(index, shadow.records)
    ownership = Ownership(content.policy, index)
    findings: list[RunItem] = []
    left_alone: list[RunItem] = []
    kept = checked = 0
    seeded: set[Key] = set()
    for record in _synced(index):
        key: Key = (kind_of(record), record.external_ref)  # type: ignore[assignment]  # a Kind
        seeded.add(key)
        found = shadow.records.get(key)
        project_ref = getattr(record, "project_external_ref", record.external_ref)
        if found is None and project_ref in closed:
            continue  # nothing is made anew in a closed period
        checked += 1
        if found is None:
            twice = key in shadow.duplicates
            error = "stands twice in Odoo" if twice else "is not in Odoo"
            findings.append(RunItem(*key, "missing", error=error, source=record.source))
            continue
        wanted = wanted_values(record, index)
        changes, left = diff_record(wanted, applied.get(key), found, ownership.of(project_ref))
        kept += len(left)
        why = found.left_alone
        if not why and project_ref in closed:
            why = f"its period is closed: {closed[project_ref]}"
        if changes and why:
            left_alone.append(_left_alone(found, why, record.source))
        elif changes:
            items = tuple(ItemChange(one.name, one.new, one.old, one.cause) for one in changes)
            findings.append(RunItem(*key, "drift", found.odoo_id, items, source=record.source))
    agreeing = checked - len(findings) - len(left_alone)
    for stray in _not_in_git(index, seeded, shadow):
        why = stray.left_alone
        if not why and project_of(stray) in closed:
            why = f"its period is closed: {closed[project_of(stray)]}"
        if why:
            left_alone.append(_left_alone(stray, f"{why}, and it is not in git"))
        else:
            name = str(stray.values["name"])
            where = (stray.kind, stray.external_ref)
            findings.append(RunItem(*where, "orphan", stray.odoo_id, error=name))
    verdict: Verdict = "differs" if findings else "agrees"
    return Verification(target, verdict, checked, agreeing, findings, left_alone, kept)


def _left_alone(found: LiveRecord, why: str, source: Source | None = None) -> RunItem:
    key = (found.kind, found.external_ref)
    return RunItem(*key, "left_alone", found.odoo_id, error=why, source=source)


def _synced(index: SeedIndex) -> Iterator[Project | Milestone | Task]:
    seed = index.seed
    synced = {project.external_ref for project in seed.projects if project.is_synced}
    yield from (project for project in seed.projects if project.is_synced)
    yield from (item for item in seed.milestones if item.project_external_ref in synced)
    yield from (task for task in seed.tasks if task.project_external_ref in synced)


def _not_in_git(index: SeedIndex, seeded: set[Key], shadow: Shadow) -> Iterator[LiveRecord]:
    unsynced: set[Key] = {("project", project.external_ref) for project in index.seed.projects}
    unsynced |= {("milestone", item.external_ref) for item in index.seed.milestones}
    unsynced |= {("task", task.external_ref) for task in index.seed.tasks}
    for key, record in shadow.records.items():
        if key not in seeded and key not in unsynced and is_in_sight(record, shadow.records):
            yield record
