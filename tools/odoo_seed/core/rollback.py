"""The reverse of a run, as a plan: the same three-way comparison with other wanted values.

Wanted is what Odoo held before the run, applied is what the run wrote. So a field that still holds
what the run wrote goes back, and one that holds something else was changed since and is kept,
unless that is overridden.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_seed.core.diff import diff_record
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.guards import tripped
from odoo_seed.core.live import CLOSED, REVIEWED, AppliedRecord
from odoo_seed.core.model import Seed, SeedAndPolicy
from odoo_seed.core.ownership import Ownership
from odoo_seed.core.plan import Change, FieldChange, KeptDrift, Plan, Refusal
from odoo_seed.core.planning import missing_tags, ordered
from odoo_seed.core.renames import under_new_refs
from odoo_seed.core.rollback_checks import Obstacles, lacking_stages, whereabouts
from odoo_seed.core.rollback_values import (
    as_before,
    as_html,
    companions,
    former_refs,
    only_ref,
    overlaid,
)
from odoo_seed.core.scope import Scope, project_of
from odoo_seed.core.values import SeedIndex, empty, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key, Live, LiveRecord
    from odoo_seed.core.plan import GuardTrip
    from odoo_seed.core.runs import Run, RunItem

DONE = frozenset({"created", "updated", "archived"})


@dataclass(frozen=True, slots=True)
class Rollback:
    """What takes a run back.

    Attributes:
        run: The run that is taken back.
        plan: Its `kept` are fields that were changed since, its `left_alone` records that are not
            taken back, its `refusals` those that cannot be.
    """

    run: Run
    plan: Plan


def plan_rollback(
    run: Run, content: SeedAndPolicy, applied: Applied, live: Live, *, force: bool
) -> Rollback:
    """Compare what a run wrote with what Odoo holds now, and plan to take it back.

    Args:
        force: Take back also what was changed since.
    """
    return Rollback(run, _Reversal(run, content, applied, live, force=force).plan())


class _Reversal:
    def __init__(
        self, run: Run, content: SeedAndPolicy, applied: Applied, live: Live, *, force: bool
    ) -> None:
        self._run, self._content, self._force = run, content, force
        self._ownership = Ownership(content.policy, SeedIndex(content.seed))
        self._items = {
            (item.kind, item.external_ref): item for item in run.items if item.action in DONE
        }
        self._bears = former_refs(self._items, live)
        self._known = applied.keys()
        self._applied, self._live = under_new_refs(self._bears, applied, live)
        self._kept: list[KeptDrift] = []
        self._left: list[Refusal] = []
        self._remember: dict[Key, Mapping[str, Value]] = {}

    def plan(self) -> Plan:
        """Return the plan; see `Rollback`."""
        former = {(kind, bears): (kind, ref) for (kind, ref), bears in self._bears.items()}
        changes = {}
        for key, item in self._items.items():
            if change := self._reversed(former.get(key, key), item):
                changes[change.key] = change
        self._spare_projects(changes)
        obstacles = Obstacles(self._live, changes)
        refusals = list(obstacles.refusals())
        for refusal in refusals:
            changes.pop(refusal.key, None)
        found = tuple(sorted(changes.values(), key=ordered))
        return Plan(
            target=self._run.target,
            changes=found,
            kept=tuple(self._kept),
            refusals=tuple(refusals),
            left_alone=tuple(self._left),
            guards=self._guards(found),
            new_tags=missing_tags(found, self._live),
            new_stages=tuple(lacking_stages(found, self._live)),
            wanted=overlaid(self._live, changes),
            remember={key: values for key, values in self._remember.items() if key in changes},
            forget=tuple(
                (kind, bears)
                for (kind, ref), bears in self._bears.items()
                if (kind, bears) in self._known and (kind, ref) in changes
            ),
            live=self._live,
        )

    def _reversed(self, key: Key, item: RunItem) -> Change | None:
        found = self._live.records.get(key)
        if only_ref(item):
            return self._with_ref_again(key, item)
        if found is None or (item.odoo_id and found.odoo_id != item.odoo_id):
            self._left.append(Refusal(*key, whereabouts(key, item, self._live), source=item.source))
            return None
        if found.left_alone:
            self._left.append(Refusal(*key, found.left_alone, source=item.source))
            return None
        fields = self._undone(found, item) if item.action == "created" else self._back(found, item)
        if not fields:
            return None
        before = self._applied.get(key)
        if before is not None:
            self._remember[key] = as_before(before, item, fields)
        values = {change.name: change.new for change in fields}
        archives = values.get("is_active") is False and len(fields) == 1
        return Change(
            "archive" if archives else "update",
            *key,
            str(values.get("project_external_ref") or project_of(found)),
            str(found.values["name"]),
            fields=fields,
            odoo_id=found.odoo_id,
            state=found.state,
            written_by=found.written_by,
            written_at=found.written_at,
            source=item.source,
            companions=companions(values, found, self._live),
        )

    def _undone(self, found: LiveRecord, item: RunItem) -> tuple[FieldChange, ...]:
        """Take a creation back: archive, unless people worked on the record since."""
        key: Key = (found.kind, found.external_ref)
        if found.kind == "milestone":
            words = "Odoo has no archive for milestones: delete it there if nobody needs it"
            self._left.append(Refusal(*key, words, source=item.source))
            return ()
        if not found.values.get("is_active"):
            return ()
        work = list(self._work_since(found, item))
        if work and not self._force:
            words = f"people worked on it since ({', '.join(work)}); it stays active"
            self._left.append(Refusal(*key, words, source=item.source))
            return ()
        return (FieldChange("is_active", old=True, new=False, applied=True, cause="git"),)

    def _work_since(self, found: LiveRecord, item: RunItem) -> Iterator[str]:
        """Fields that are neither as this run nor as a later one wrote them; closed, reviewed."""
        last = self._applied.get((found.kind, found.external_ref))
        for change in item.changes:
            field = BY_KIND[found.kind].get(change.field)
            if field is None or field.name == "sequence":
                continue  # a sequence moves when somebody drags another card
            now = found.values.get(field.name)
            applied = last.values.get(field.name, change.new) if last else change.new
            echo = last.echo.get(field.name) if last else None
            if not same(field, applied, now, echo) and not same(field, change.new, now):
                yield field.label
        if found.state in CLOSED | REVIEWED:
            yield "its state"

    def _back(self, found: LiveRecord, item: RunItem) -> tuple[FieldChange, ...]:
        """The fields of an update that go back; those changed since are noted as kept."""
        fields = BY_KIND[found.kind]
        html = self._run.verb == "rollback"  # which writes back what Odoo had made
        wrote: dict[str, Value] = {}
        wanted: dict[str, Value] = {}
        for change in item.changes:
            if change.field not in fields:
                continue
            old = empty(fields[change.field]) if change.old is None else change.old
            wanted[change.field] = as_html(change.field, old)
            wrote[change.field] = as_html(change.field, change.new) if html else change.new
        last = self._applied.get((found.kind, found.external_ref))
        echo = (
            last.echo if last and last.values.get("description") == wrote.get("description") else {}
        )
        run_wrote = AppliedRecord(found.kind, found.external_ref, found.odoo_id, wrote, echo)
        owners = self._ownership.of(project_of(found))
        changes, kept = diff_record(wanted, run_wrote, found, owners)
        self._kept += kept
        reversed_fields = []
        for differing in changes:
            applied = last.values.get(differing.name) if last else None
            told = replace(differing, applied=applied)
            if differing.cause == "git" or self._force:
                reversed_fields.append(told)
            else:
                name = str(found.values["name"])
                self._kept.append(KeptDrift(found.kind, found.external_ref, name, told))
        ref = next((one for one in item.changes if one.field == "external_ref"), None)
        if ref is not None and found.external_ref == ref.old:
            back = FieldChange(
                "external_ref", old=ref.new, new=ref.old, applied=ref.new, cause="git"
            )
            return (back, *reversed_fields)
        return tuple(reversed_fields)

    def _with_ref_again(self, key: Key, item: RunItem) -> Change | None:
        """Give a record the ref again that `clear-refs` took from it."""
        ref = item.changes[0].old
        stray = self._live.strays.get(key)
        holder = self._live.records.get((key[0], str(ref)))
        if stray is None or stray[0] != item.odoo_id or holder is not None:
            if holder is None or holder.odoo_id != item.odoo_id:
                words = whereabouts((key[0], str(ref)), item, self._live)
                self._left.append(Refusal(*key, words))
            return None
        self._live.directory.records[key] = stray[0]
        before = self._applied.get(key)
        if before is not None:
            self._remember[key] = before.values
        project_ref = project_of(before) if before else key[1]
        change = FieldChange("external_ref", old=None, new=ref, applied=None, cause="git")
        return Change("update", *key, project_ref, stray[1], (change,), odoo_id=stray[0])

    def _spare_projects(self, changes: dict[Key, Change]) -> None:
        """Do not archive a project with tasks that stay: Odoo would archive them with it."""
        staying: dict[str, list[str]] = {}
        for key, record in self._live.records.items():
            change = changes.get(key)
            archived = change is not None and change.values.get("is_active") is False
            if key[0] == "task" and record.values.get("is_active") and not archived:
                moved = change.values.get("project_external_ref") if change else None
                staying.setdefault(str(moved or project_of(record)), []).append(key[1])
        for key, change in list(changes.items()):
            stay = staying.get(key[1])
            undone = key[0] == "project" and change.values.get("is_active") is False
            if undone and stay and not self._force:
                more = f" and {len(stay) - 3} more" if len(stay) > 3 else ""
                words = f"tasks in it stay active: {', '.join(sorted(stay)[:3])}{more}"
                self._left.append(Refusal(*key, words, source=change.source))
                del changes[key]

    def _guards(self, changes: Sequence[Change]) -> tuple[GuardTrip, ...]:
        """The guards, but for what git says now: that is not what is at stake."""
        nothing = SeedAndPolicy(Seed(), self._content.policy)
        scope = Scope(nothing, SeedIndex(nothing.seed), self._applied, None)
        trips = tripped(scope, self._live, changes, ())
        return tuple(trip for trip in trips if trip.guard != "empty-seed")
