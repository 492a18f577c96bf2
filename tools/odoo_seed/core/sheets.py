"""A plan as sheets that Odoo can try.

One dry run of Odoo's import knows one kind of record and nothing of the dry run before it, so
what is new is tried together with what it points to, as far as that goes. What cannot be tried is
named, never passed over.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, TypeVar

from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.order import islands, levels
from odoo_seed.core.rehearsal import (
    BOARD,
    LINK,
    MOVE,
    NEW_MILESTONE,
    NEW_STAGE,
    STAGE_MOVE,
    STAND_IN,
    TAG,
    Attempt,
    Notes,
    Sheet,
)
from odoo_seed.core.values import empty, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Key
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Change, Plan

_Item = TypeVar("_Item")

SIZE = 250
"""Records in one dry run: Odoo ends a call after 60 s of computing (limit_time_cpu)."""

_KINDS: tuple[Kind, ...] = ("project", "milestone", "task")
_LINKS = ("depends_on_refs", "parent_external_ref")
_ALWAYS: dict[Kind, tuple[str, ...]] = {
    "project": ("manager_email",),  # Odoo would take the bot for both, an apply never does
    "milestone": (),
    "task": ("assignee_emails",),
}
_TARGETS: dict[str, Kind] = {
    "project_external_ref": "project",
    "milestone_external_ref": "milestone",
    "parent_external_ref": "task",
    "depends_on_refs": "task",
}


def sheets(plan: Plan, notes: Notes) -> Iterator[Sheet]:
    """Yield the plan's creates and updates, projects first; note what cannot be tried."""
    if plan.new_stages or plan.changed_stages:
        notes.add(BOARD, *(item.project_ref for item in plan.new_stages))
        notes.add(BOARD, *(item.project_ref for item in plan.changed_stages))
    builder = _Builder(plan, notes)
    for kind in _KINDS:
        changes = [change for change in plan.changes if change.kind == kind]
        yield from builder.creates([change for change in changes if change.action == "create"])
        yield from builder.updates([change for change in changes if change.action != "create"])


class _Builder:
    def __init__(self, plan: Plan, notes: Notes) -> None:
        if plan.live is None:
            raise ValueError("a plan without its reading cannot be rehearsed")
        self._notes, self._directory = notes, plan.live.directory
        self._new_tags = frozenset(plan.new_tags)
        self._new_projects = {
            change.external_ref: change
            for change in plan.changes
            if change.kind == "project" and change.action == "create"
        }

    def creates(self, changes: Sequence[Change]) -> Iterator[Sheet]:
        """New records; those of new projects by what their stand-ins must be like."""
        homes: defaultdict[tuple[tuple[str, Value], ...] | None, list[Change]] = defaultdict(list)
        for change in changes:
            homes[self._home(change)].append(change)
        for home, found in homes.items():
            parts = _parts_of_tasks(found) if found[0].kind == "task" else _parts(found)
            for part in parts:
                if home is not None:
                    self._notes.add(STAND_IN, *(change.external_ref for change in part))
                yield self._create(part, dict(home) if home is not None else None)

    def updates(self, changes: Sequence[Change]) -> Iterator[Sheet]:
        """Changed records, by which fields change."""
        alike: defaultdict[frozenset[str], list[Attempt]] = defaultdict(list)
        for change in changes:
            attempt = self._attempt(change, frozenset(), frozenset())
            if attempt.values:
                alike[frozenset(attempt.values)].append(attempt)
        for attempts in alike.values():
            for part in _parts(attempts):
                yield Sheet(part[0].change.kind, tuple(part), new_tags=self._names_new_tags(part))

    def _home(self, change: Change) -> tuple[tuple[str, Value], ...] | None:
        """What the stand-in for a record's new project must be like; None when it needs none."""
        project = self._new_projects.get(change.project_ref)
        if change.kind == "project" or project is None:
            return None
        names = ("company_name", "visibility", "allow_dependencies")
        return tuple((name, project.values.get(name)) for name in names)

    def _create(self, changes: Sequence[Change], stand_in: Mapping[str, Value] | None) -> Sheet:
        kind = changes[0].kind
        refs = frozenset(change.external_ref for change in changes)
        linked = frozenset(
            name
            for name in _LINKS
            for change in changes
            if refs.intersection(texts(change.values.get(name)))
        )
        attempts = [self._attempt(change, refs, linked, creates=True) for change in changes]
        names = {name: None for attempt in attempts for name in attempt.values}
        names |= dict.fromkeys(_ALWAYS[kind])
        blank = {name: empty(BY_KIND[kind][name]) for name in names}
        attempts = [
            replace(
                attempt,
                values=blank | dict(attempt.values),
                links=dict.fromkeys(sorted(linked), ()) | dict(attempt.links),
            )
            for attempt in attempts
        ]
        return Sheet(kind, tuple(attempts), stand_in, self._names_new_tags(attempts))

    def _names_new_tags(self, attempts: Iterable[Attempt]) -> bool:
        return any(
            not self._new_tags.isdisjoint(texts(attempt.values.get("tag_names")))
            for attempt in attempts
        )

    def _attempt(
        self,
        change: Change,
        refs: frozenset[str],
        linked: frozenset[str],
        *,
        creates: bool = False,
    ) -> Attempt:
        """What of a change can be tried.

        Args:
            refs: Of its sheet.
            linked: The fields that point within this sheet, and so cannot point anywhere else.
        """
        given = change.values | dict(change.companions)
        managed = BY_KIND[change.kind].keys() | {"external_ref"}
        values = {name: value for name, value in given.items() if name in managed}
        links = {}
        for name in sorted(linked & values.keys()):
            wanted = texts(values.pop(name))
            links[name] = tuple(ref for ref in wanted if ref in refs)
            if len(links[name]) < len(wanted):
                self._notes.add(LINK, change.external_ref)
        self._drop_moves(change, values, creates=creates)
        self._drop_unknown(change, values)
        self._drop_tags(change, values)
        return Attempt(change, values, links)

    def _drop_moves(self, change: Change, values: dict[str, Value], *, creates: bool) -> None:
        ref = change.external_ref
        if change.kind == "task" and not creates and values.pop("project_external_ref", None):
            values.pop("stage_name", None)
            self._notes.add(MOVE, ref)
        if "stage_name" in values:
            place = (change.project_ref, str(values["stage_name"]))
            if not creates:
                del values["stage_name"]
                self._notes.add(STAGE_MOVE, ref)
            elif place not in self._directory.stages:
                del values["stage_name"]
                self._notes.add(NEW_STAGE, ref)

    def _drop_unknown(self, change: Change, values: dict[str, Value]) -> None:
        """Leave out what points to records that are new, too, and not in this sheet."""
        for name in _TARGETS.keys() & values.keys():
            if name == "project_external_ref" and change.project_ref in self._new_projects:
                continue  # a stand-in serves
            wanted = texts(values[name])
            known = tuple(ref for ref in wanted if self._is_known((_TARGETS[name], ref)))
            if len(known) < len(wanted):
                what = NEW_MILESTONE if name == "milestone_external_ref" else LINK
                self._notes.add(what, change.external_ref)
                if known:
                    values[name] = known
                else:
                    del values[name]

    def _is_known(self, key: Key) -> bool:
        return key in self._directory.records or key[1].startswith("odoo:")

    def _drop_tags(self, change: Change, values: dict[str, Value]) -> None:
        """A new tag goes by name in a list that commas divide."""
        tags = texts(values.get("tag_names"))
        bad = [tag for tag in tags if "," in tag or tag != tag.strip()]
        if bad and self._new_tags:
            values["tag_names"] = tuple(tag for tag in tags if tag not in bad)
            self._notes.add(TAG, change.external_ref)


def _parts(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), SIZE):
        yield items[start : start + SIZE]


def _parts_of_tasks(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Split new tasks: those that point to each other stay together, first things first."""
    refs = {change.external_ref for change in changes}
    pointers = {
        change.external_ref: {ref for name in _LINKS for ref in texts(change.values.get(name))}
        for change in changes
    }
    joined = {ref for ref, others in pointers.items() if others & refs}.union(*pointers.values())
    outward = [c for c in changes if pointers[c.external_ref] and c.external_ref not in joined]
    others = [c for c in changes if not pointers[c.external_ref] or c.external_ref in joined]
    groups: list[list[Change]] = [[] for _ in range(ceil(len(others) / SIZE))]
    for island in sorted(islands(others), key=len, reverse=True):
        min(groups, key=len).extend(island)
    for group in filter(None, groups):
        yield [change for level in levels(group) for change in level]
    yield from _parts(outward)
