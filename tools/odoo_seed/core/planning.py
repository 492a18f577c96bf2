"""Make the plan: compare every record, refuse what must not be written, trip the guards."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from odoo_seed.core import closing, news
from odoo_seed.core.board import changed_stages, missing_stages, stages_of
from odoo_seed.core.checks import ambiguous, refusals
from odoo_seed.core.closing import ClosedPeriod
from odoo_seed.core.diff import creation, diff_record
from odoo_seed.core.guards import tripped, unprotected
from odoo_seed.core.likely import leaving, likely_renames
from odoo_seed.core.live import CLOSED, REVIEWED
from odoo_seed.core.moves import calendar_moves
from odoo_seed.core.plan import Change, FieldChange, Plan, Refusal
from odoo_seed.core.removals import orphans, removals
from odoo_seed.core.renames import renamed
from odoo_seed.core.scope import Scope, kind_of
from odoo_seed.core.values import SeedIndex, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key, Live, LiveRecord
    from odoo_seed.core.model import Milestone, Project, SeedAndPolicy, Task
    from odoo_seed.core.plan import KeptDrift

_RANK = {"project": 0, "milestone": 1, "task": 2}


def make_plan(
    content: SeedAndPolicy,
    applied: Applied,
    live: Live,
    target: str,
    only: Collection[str] | None = None,
) -> Plan:
    """Compare seed, applied and live.

    Args:
        only: Refs of the projects to look at; then nothing is archived and no orphan is named.
    """
    index = SeedIndex(content.seed)
    known = applied.keys()
    applied, live, new_refs, half_renamed = renamed(content.seed, applied, live)
    closed = closing.closed_projects(index, live.records)
    scope = Scope(content, index, applied, only, closed)
    changes: list[Change] = []
    kept: list[KeptDrift] = []
    unchanged: Counter[str] = Counter()
    left_alone: list[Refusal] = []
    _wait_for_none_of(closed, scope, live)
    if only:
        left_alone += _keep_active(scope, live)
    for record in scope.records():
        change, left = _compare(record, scope, live, new_refs)
        kept += left
        if change and change.odoo_id and (reason := live.records[change.key].left_alone):
            left_alone.append(Refusal(*change.key, reason, source=change.source))
        elif change:
            changes.append(change)
        else:
            unchanged[kind_of(record)] += 1
    changes += closing.new_refs(closed, new_refs, scope, live)
    if not only:
        changes += removals(scope, live)
    refused = list(refusals(changes, index, applied, live))
    open_changes, blocked = _without_refused(changes, refused, live)
    stages = tuple(missing_stages(open_changes, index, live))
    return Plan(
        target=target,
        changes=tuple(sorted(open_changes, key=ordered)),
        kept=tuple(kept),
        orphans=() if only else tuple(orphans(scope, live)),
        refusals=tuple(refused),
        blocked=tuple(blocked),
        left_alone=tuple(left_alone),
        guards=tripped(scope, live, open_changes, ambiguous(scope, live)),
        new_tags=missing_tags(open_changes, live),
        new_stages=stages,
        changed_stages=tuple(changed_stages(index, applied, live)) if not only else (),
        unchanged=dict(unchanged),
        wanted=scope.wanted,
        news=news.gather(scope),
        moves=calendar_moves(open_changes, scope),
        closed=tuple(_differing(closed, scope, live)),
        unprotected=unprotected(scope),
        likely_renames=() if only else tuple(likely_renames(leaving(scope, live), open_changes)),
        forget=(
            *(key for key in scope.gone() if not only and _is_away(key, live)),
            *(
                (kind, old)
                for (kind, _), old in (new_refs | half_renamed).items()
                if (kind, old) in known
            ),
        ),
        only=tuple(sorted(set(only))) if only else None,
        elsewhere={
            project.external_ref: project.elsewhere
            for project in content.seed.projects
            if project.elsewhere and (only is None or project.external_ref in only)
        },
        live=live,
    )


def _wait_for_none_of(closed: Collection[str], scope: Scope, live: Live) -> None:
    """What a closed period never had in Odoo will not be made: nothing waits for it."""
    for key, values in list(scope.wanted.items()) if closed else ():
        refs = texts(values.get("depends_on_refs"))
        never = {
            ref
            for ref in refs
            if ("task", ref) not in live.records
            and (task := scope.index.tasks.get(ref))
            and task.project_external_ref in closed
        }
        if never:
            left = tuple(ref for ref in refs if ref not in never)
            scope.wanted[key] = {**values, "depends_on_refs": left}


def _differing(closed: Mapping[str, str], scope: Scope, live: Live) -> Iterator[ClosedPeriod]:
    """The closed periods in which something is not as git says."""
    found: Counter[str] = Counter()
    for record in scope.closed_records():
        key: Key = (kind_of(record), record.external_ref)  # type: ignore[assignment]  # a Kind
        project_ref = getattr(record, "project_external_ref", record.external_ref)
        there, owners = live.records.get(key), scope.ownership.of(project_ref)
        wanted, last = scope.wishes(record), scope.applied.get(key)
        found[project_ref] += there is None or bool(diff_record(wanted, last, there, owners)[0])
    for ref, number in sorted((+found).items()):
        yield ClosedPeriod(ref, str(scope.index.projects[ref].instance), closed[ref], number)


def _keep_active(scope: Scope, live: Live) -> Iterator[Refusal]:
    """A plan for part of the seed archives nothing: what git says is inactive waits."""
    for key, values in list(scope.wanted.items()):
        found = live.records.get(key)
        if values.get("is_active") is False and found and found.values.get("is_active"):
            scope.wanted[key] = {**values, "is_active": True}
            words = "git says it is inactive, but a plan for part of the seed archives nothing"
            yield Refusal(*key, words)


def _is_away(key: Key, live: Live) -> bool:
    return key not in live.records and key not in live.duplicates


def ordered(change: Change) -> tuple[str, int, str, str]:
    """The place of a change in a plan: by project, kind and ref."""
    return (change.project_ref, _RANK[change.kind], change.external_ref, change.action)


def _compare(
    record: Project | Milestone | Task, scope: Scope, live: Live, new_refs: Mapping[Key, str]
) -> tuple[Change | None, Sequence[KeptDrift]]:
    key: Key = (kind_of(record), record.external_ref)  # type: ignore[assignment]  # a Kind
    wanted = scope.wanted[key]
    project_ref = getattr(record, "project_external_ref", record.external_ref)
    owners = scope.ownership.of(project_ref)
    found = live.records.get(key)
    if found is None:
        if key in live.duplicates:
            fields: tuple[FieldChange, ...] = ()
        else:
            fields = creation(key[0], wanted, owners)
        former = scope.applied.get(key)
        note = f"it was deleted in Odoo, where it was id {former.odoo_id}" if former else ""
        change = Change(
            "create", *key, project_ref, record.name, fields, source=record.source, note=note
        )
        return change, ()
    last = scope.applied.get(key)
    fields, kept = diff_record(wanted, last, found, owners)
    fields = news.mark(fields, last, scope, key, project_ref)
    if key in new_refs:
        old = new_refs[key]
        ref = FieldChange("external_ref", old=old, new=key[1], applied=old, cause="git")
        fields = (ref, *fields)
    if not fields:
        return None, kept
    change = Change(
        "update",
        *key,
        project_ref,
        record.name,
        fields=fields,
        odoo_id=found.odoo_id,
        state=found.state,
        written_by=found.written_by,
        written_at=found.written_at,
        source=record.source,
        companions=_companions({item.name for item in fields}, found, wanted, scope.index),
        note=_will_wait(fields, found, live),
    )
    return change, kept


def _will_wait(fields: Iterable[FieldChange], found: LiveRecord, live: Live) -> str:
    """Say so when a new dependency makes Odoo take back a review (project_task.py, write)."""
    if found.state not in REVIEWED:
        return ""
    for item in fields:
        if item.name == "depends_on_refs" and isinstance(item.new, tuple):
            for ref in item.new:
                other = live.records.get(("task", ref))
                if other is None or other.state not in CLOSED:
                    return f"it was reviewed in Odoo and will wait again, until {ref} is done"
    return ""


def other_date(changed: Collection[str], live: LiveRecord) -> dict[str, Value]:
    """The other of a project's two dates: Odoo drops one that comes alone (project_project.py)."""
    pair = {"date_start", "date_end"}
    if pair.isdisjoint(changed):
        return {}
    return {name: live.values.get(name) for name in pair.difference(changed)}


def _companions(
    changed: Collection[str], live: LiveRecord, wanted: Mapping[str, Value], index: SeedIndex
) -> dict[str, Value]:
    """What must be sent along, though it does not change.

    Odoo puts a task that moves to another project into its first stage (project_task.py,
    _compute_stage_id).
    """
    if live.kind == "project":
        return other_date(changed, live)
    if live.kind == "task" and "project_external_ref" in changed and "stage_name" not in changed:
        project = index.projects[str(wanted["project_external_ref"])]
        known = {stage.name for stage in stages_of(project, index)}
        now = live.values.get("stage_name")
        return {"stage_name": now if now in known else wanted["stage_name"]}
    return {}


def _without_refused(
    changes: Sequence[Change], refused: Sequence[Refusal], live: Live
) -> tuple[list[Change], list[Refusal]]:
    """Drop refused changes and, again and again, those that need a record that will not exist."""
    reasons = {refusal.key: refusal for refusal in refused}
    blocked: dict[Key, Refusal] = {}
    remaining = [change for change in changes if change.key not in reasons]
    while True:
        stopped = [
            (change, cause)
            for change in remaining
            if (cause := _stopped_by(change, reasons.keys() | blocked.keys(), live))
        ]
        if not stopped:
            return remaining, list(blocked.values())
        for change, cause in stopped:
            blocked[change.key] = Refusal(
                *change.key, f"waits for {cause[0]} {cause[1]}", source=change.source
            )
        remaining = [change for change in remaining if change.key not in blocked]


def _stopped_by(change: Change, stopped: Collection[Key], live: Live) -> Key | None:
    project: Key = ("project", change.project_ref)
    if change.kind != "project" and project in stopped:
        return project
    for key in needs(change):
        if key in stopped and key not in live.records:
            return key
    return None


def needs(change: Change) -> Iterator[Key]:
    """The records that must be in Odoo before this change can be written."""
    values = change.values
    if change.kind != "project" and values.get("project_external_ref"):
        yield ("project", str(values["project_external_ref"]))
    if values.get("parent_external_ref"):
        yield ("task", str(values["parent_external_ref"]))
    if values.get("milestone_external_ref"):
        yield ("milestone", str(values["milestone_external_ref"]))
    refs = values.get("depends_on_refs") or ()
    assert isinstance(refs, tuple)  # noqa: S101 - canonical form of a set
    for ref in refs:
        yield ("task", ref)


def missing_tags(changes: Sequence[Change], live: Live) -> tuple[str, ...]:
    """Tags that changes name and Odoo lacks."""
    names: set[str] = set()
    for change in changes:
        wanted = change.values.get("tag_names")
        if isinstance(wanted, tuple):
            names.update(wanted)
    return tuple(sorted(names - live.directory.tags.keys()))
