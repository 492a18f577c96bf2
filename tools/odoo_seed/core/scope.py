"""What one plan looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core import free_days
from odoo_seed.core.board import as_values
from odoo_seed.core.kept import FREE_DAYS, OWNERSHIP
from odoo_seed.core.model import Project
from odoo_seed.core.ownership import Ownership, as_value
from odoo_seed.core.values import wanted_values

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, AppliedRecord, Key, LiveRecord
    from odoo_seed.core.model import Milestone, SeedAndPolicy, Task
    from odoo_seed.core.values import SeedIndex


def kind_of(record: Project | Milestone | Task) -> str:
    """`project`, `milestone` or `task`."""
    return type(record).__name__.lower()


class Scope:
    """What this plan looks at: the records of the projects that are synced and asked for.

    Args:
        only: Refs of the projects asked for; None for all.
        closed: Why projects are left as they are, by their refs.
    """

    def __init__(
        self,
        content: SeedAndPolicy,
        index: SeedIndex,
        applied: Applied,
        only: Collection[str] | None,
        closed: Mapping[str, str] | None = None,
    ) -> None:
        self.ownership = Ownership(content.policy, index)
        self.limits = content.policy.guards
        self.index = index
        self.applied = applied
        self.calendars = content.calendars
        self.closed = closed or {}
        self._only = only
        self.wanted: dict[Key, Mapping[str, Value]] = {}
        self._days = {one.name: one.calendar for one in content.calendars}
        self._counted = _counted(index.seed.tasks)
        for record in self.records():
            key = (kind_of(record), record.external_ref)
            self.wanted[key] = self.wishes(record)  # type: ignore[index]  # a Kind

    def wishes(self, record: Project | Milestone | Task) -> dict[str, Value]:
        """What git wants of a record, and what is kept with it when it was applied."""
        values = wanted_values(record, self.index)
        if isinstance(record, Project):
            ref = record.external_ref
            if record.stages is not None:
                values["stages"] = as_values(record.stages)
            values[OWNERSHIP] = as_value(self.ownership.of(ref))
            if ref in self._counted:
                values[FREE_DAYS] = free_days.as_value(self._days, self._counted[ref])
        if getattr(record, "protected", False):
            # Kept with what was applied, so that removing the YAML does not lift it.
            values["protected"] = True
        return values

    @property
    def is_whole(self) -> bool:
        """Whether all projects are looked at: else nothing can be said to have left git."""
        return not self._only

    def elsewhere(self) -> dict[str, str]:
        """Where projects are bound to, by their refs, of those that are not this target's."""
        return {
            project.external_ref: project.elsewhere
            for project in self.index.seed.projects
            if project.elsewhere and (self._only is None or project.external_ref in self._only)
        }

    def covers(self, project_ref: str) -> bool:
        """Whether records of this project are looked at."""
        return project_ref not in self.closed and self.asks_for(project_ref)

    def asks_for(self, project_ref: str) -> bool:
        """Whether this project is synced and asked for, be its period closed or not."""
        project = self.index.projects.get(project_ref)
        if project is not None and not project.is_synced:
            return False
        return self._only is None or project_ref in self._only

    def records(self) -> Iterator[Project | Milestone | Task]:
        """The seed's records in scope, in the order of the files."""
        return self._records(self.covers)

    def closed_records(self) -> Iterator[Project | Milestone | Task]:
        """Those of closed periods, which would be in scope otherwise."""
        if self.closed:
            yield from self._records(lambda ref: ref in self.closed and self.asks_for(ref))

    def _records(self, wanted: Callable[[str], bool]) -> Iterator[Project | Milestone | Task]:
        seed = self.index.seed
        yield from (project for project in seed.projects if wanted(project.external_ref))
        for children in (seed.milestones, seed.tasks):
            for record in children:
                if wanted(record.project_external_ref):
                    yield record

    def gone(self) -> Iterator[Key]:
        """Applied records that the seed no longer has."""
        for key, record in self.applied.items():
            ref = record.external_ref if key[0] == "project" else project_of(record)
            if key not in self.wanted and self.covers(ref):
                yield key


def _counted(tasks: Iterable[Task]) -> dict[str, dict[str, set[int]]]:
    """By project and calendar, the years in which deadlines are counted."""
    found: dict[str, dict[str, set[int]]] = {}
    for task in tasks:
        if task.due is not None:
            years = found.setdefault(task.project_external_ref, {})
            base = task.due.base.year
            last = int(task.deadline[:4]) if task.deadline else base
            years.setdefault(task.due.calendar, set()).update({base, last})
    return found


def project_of(record: AppliedRecord | LiveRecord) -> str:
    """The ref of the project a record belongs to."""
    if record.kind == "project":
        return record.external_ref
    return str(record.values.get("project_external_ref") or "")
