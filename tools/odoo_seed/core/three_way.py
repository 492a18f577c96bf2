"""Compare seed, applied and live, record by record: what differs, and whose difference it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odoo_seed.core import closing, news
from odoo_seed.core.board import stages_of
from odoo_seed.core.diff import creation, diff_record
from odoo_seed.core.live import CLOSED, REVIEWED
from odoo_seed.core.plan import Change, FieldChange, KeptDrift, Refusal
from odoo_seed.core.removals import removals
from odoo_seed.core.scope import kind_of
from odoo_seed.core.values import texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Key, Live, LiveRecord
    from odoo_seed.core.model import Milestone, Project, Task
    from odoo_seed.core.scope import Scope
    from odoo_seed.core.values import SeedIndex


@dataclass(slots=True)
class Compared:
    """What a comparison found.

    Attributes:
        changes: What git wants, whether it can be had or not.
        kept: Differences that are the people's in Odoo.
        left_alone: Records that differ but are not to be touched.
        unchanged: Number of records that need nothing, by kind.
    """

    changes: list[Change] = field(default_factory=list)
    kept: list[KeptDrift] = field(default_factory=list)
    left_alone: list[Refusal] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)


def compared(scope: Scope, live: Live, new_refs: Mapping[Key, str]) -> Compared:
    """Compare all records in scope, and find those that left git.

    Args:
        scope: What it wants is adapted to what can be had of closed periods and of part of a seed.
        new_refs: Of records that are to be renamed, the refs that they bear in Odoo.
    """
    found = Compared()
    _wait_for_none_of_the_closed(scope, live)
    if not scope.is_whole:
        found.left_alone += _keep_active(scope, live)
    for record in scope.records():
        change, kept = _compare(record, scope, live, new_refs)
        found.kept += kept
        if change and change.odoo_id and (reason := live.records[change.key].left_alone):
            found.left_alone.append(Refusal(*change.key, reason, source=change.source))
        elif change:
            found.changes.append(change)
        else:
            found.unchanged[kind_of(record)] += 1
    found.changes += closing.new_refs(scope.closed, new_refs, scope, live)
    if scope.is_whole:
        found.changes += removals(scope, live)
    return found


def _wait_for_none_of_the_closed(scope: Scope, live: Live) -> None:
    """What a closed period never had in Odoo will not be made: nothing waits for it."""
    for key, values in list(scope.wanted.items()) if scope.closed else ():
        refs = texts(values.get("depends_on_refs"))
        never = {
            ref
            for ref in refs
            if ("task", ref) not in live.records
            and (task := scope.index.tasks.get(ref))
            and task.project_external_ref in scope.closed
        }
        if never:
            left = tuple(ref for ref in refs if ref not in never)
            scope.wanted[key] = {**values, "depends_on_refs": left}


def _keep_active(scope: Scope, live: Live) -> Iterator[Refusal]:
    """A plan for part of the seed archives nothing: what git says is inactive waits."""
    for key, values in list(scope.wanted.items()):
        found = live.records.get(key)
        if values.get("is_active") is False and found and found.values.get("is_active"):
            scope.wanted[key] = {**values, "is_active": True}
            words = "git says it is inactive, but a plan for part of the seed archives nothing"
            yield Refusal(*key, words)


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
    companions = _companions({item.name for item in fields}, found, wanted, scope.index)
    notes = (_will_wait(fields, found, live), _will_ask(fields, companions, project_ref, live))
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
        companions=companions,
        note="; ".join(filter(None, notes)),
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


def _will_ask(
    fields: Iterable[FieldChange], companions: Mapping[str, Value], project_ref: str, live: Live
) -> str:
    """Say so when Odoo asks for a rating, whatever the context (project_task.py, write)."""
    reached = {item.name: item.new for item in fields} | {**companions}
    stage = live.directory.stages.get((project_ref, str(reached.get("stage_name"))))
    if stage is None or not stage.asks:
        return ""
    return (
        f"the stage “{stage.name}” mails the task's customer, if there is one, to ask for a rating"
    )


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
