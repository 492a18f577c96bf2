"""What stands in the way of a rollback: things that its values name and Odoo has no more."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from odoo_seed.core.cycles import disjoint_cycles
from odoo_seed.core.fields import BOUND, BY_KIND
from odoo_seed.core.model import Stage
from odoo_seed.core.plan import Refusal, StageToAdd
from odoo_seed.core.values import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Key, Live
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Change
    from odoo_seed.core.runs import RunItem

_POINTERS: tuple[tuple[str, Kind, str], ...] = (
    ("project_external_ref", "project", "project"),
    ("parent_external_ref", "task", "parent"),
    ("milestone_external_ref", "milestone", "milestone"),
    ("depends_on_refs", "task", "dependency"),
)
_LINKS = (("parent_external_ref", "above itself"), ("depends_on_refs", "waiting for itself"))
_CYCLES = 100


class Obstacles:
    """Finds the changes that Odoo could not take, each with the reason in words."""

    def __init__(self, live: Live, changes: Mapping[Key, Change]) -> None:
        self._live, self._changes = live, dict(changes)

    def refusals(self) -> Iterator[Refusal]:
        """Yield one refusal for each change that cannot be written."""
        for key, change in list(self._changes.items()):
            if reason := next(self._lacking(change), ""):
                yield self._refused(key, reason)
        for name, words in _LINKS:
            while cycles := self._cycles(name):
                touched = {
                    key
                    for cycle in cycles
                    for ref in cycle
                    if name in self._values(key := ("task", ref))
                }
                if not touched:
                    break  # it is Odoo's own
                for key in sorted(touched):
                    yield self._refused(key, f"with what was changed since, it would be {words}")

    def _refused(self, key: Key, reason: str) -> Refusal:
        change = self._changes.pop(key)
        remedy = "put that right in Odoo, then repeat the rollback"
        return Refusal(*key, reason, remedy, change.source)

    def _values(self, key: Key) -> Mapping[str, Value]:
        change = self._changes.get(key)
        return change.values if change else {}

    def _lacking(self, change: Change) -> Iterator[str]:
        directory, values = self._live.directory, change.values
        for name, kind, label in _POINTERS:
            for ref in texts(values.get(name)):
                if not ref.startswith("odoo:") and (kind, ref) not in self._live.records:
                    yield f"its {label} {ref} is not in Odoo any more"
        company = values.get("company_name")
        if company and company not in directory.companies:
            yield f"company “{company}” is not in Odoo any more, or the bot may not see it"
        for name in BOUND:
            text = values.get(name)
            if text and len(directory.bound.get((name, change.project_ref, str(text)), ())) != 1:
                label = BY_KIND["project"][name].label
                yield f"the {label} “{text}” is not in Odoo any more, or several times"
        for name in ("manager_email", "assignee_emails"):
            for email in texts(values.get(name)):
                user = directory.users.get(email)
                if user is None:
                    yield f"no Odoo user has the login {email} any more"
                elif not user.active:
                    yield f"the Odoo user {email} is archived"

    def _cycles(self, name: str) -> list[list[str]]:
        graph = {
            ref: texts(self._values((kind, ref)).get(name, record.values.get(name)))
            for (kind, ref), record in self._live.records.items()
            if kind == "task"
        }
        return disjoint_cycles(graph, _CYCLES)


def lacking_stages(changes: Sequence[Change], live: Live) -> Iterator[StageToAdd]:
    """Stages that tasks stood in and that their boards have no more; they go to the end."""
    last: defaultdict[str, int] = defaultdict(int)
    for (project_ref, _), stage in live.directory.stages.items():
        last[project_ref] = max(last[project_ref], stage.sequence)
    wanted = dict.fromkeys(
        (change.project_ref, str(name))
        for change in changes
        if change.kind == "task" and (name := change.values.get("stage_name"))
    )
    for project_ref, name in wanted:
        if (project_ref, name) not in live.directory.stages:
            last[project_ref] += 1
            yield StageToAdd(project_ref, Stage(name), last[project_ref])


def whereabouts(key: Key, item: RunItem, live: Live) -> str:
    """Why the record of an item is not there to be taken back."""
    if ids := live.duplicates.get(key):
        return f"its ref stands on {len(ids)} records in Odoo: ids {', '.join(map(str, ids))}"
    if found := live.records.get(key):
        return f"its ref stands on id {found.odoo_id} now; the run wrote id {item.odoo_id}"
    if key in live.strays:
        return f"its x_external_ref was changed in Odoo, on id {live.strays[key][0]}"
    return f"it was deleted in Odoo, where it was id {item.odoo_id}"
