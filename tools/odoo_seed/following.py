"""Let the bot follow none of the tasks it created, or it is told of every comment on them.

Odoo makes whoever creates a task follow it, whatever the context says (project_task.py, create).
One call at the end of a run undoes that for all of them; the database remembers in between that it
has to be done, so that a killed run leaves it to the next one. That also tells the new tasks that
the killed run had not put on their stage yet.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from odoo_seed.core.live import REVIEWED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from odoo_seed.core.fields import Value
    from odoo_seed.core.plan import Plan
    from odoo_seed.ports import SeedStore
    from odoo_seed.ports_odoo import OdooWriter

_CHUNK = 5000


class Following:
    """What the bot follows in one target, during one apply."""

    def __init__(self, plan: Plan, odoo: OdooWriter, store: SeedStore) -> None:
        self._plan, self._target, self._odoo, self._store = plan, plan.target, odoo, store
        self._creates = any(
            change.kind == "task" and change.action == "create" for change in plan.changes
        )
        self._left_over = False

    def begin(self) -> None:
        """Remember that tasks will be followed; to be called before the first one is created."""
        self._left_over = self._store.is_following(self._target)
        if self._creates and not self._left_over:
            self._store.note_following(self._target, following=True)

    def end(self, created: Iterable[int]) -> None:
        """Unfollow the tasks of these ids, and those that a killed run left."""
        found = set(created)
        if self._left_over:
            left = set(self._odoo.followed_tasks())
            self._place(left)
            found |= left
        ids = sorted(found)
        for start in range(0, len(ids), _CHUNK):
            self._odoo.unfollow(ids[start : start + _CHUNK])
        if self._creates or self._left_over:
            self._store.note_following(self._target, following=False)

    def _place(self, ids: Collection[int]) -> None:
        """Put tasks on their stage that the killed run made without: see edges.odoo.letters."""
        live = self._plan.live
        if live is None:
            return
        groups: defaultdict[tuple[str, Value, str | None], list[str]] = defaultdict(list)
        for item in self._plan.kept:
            if item.change.name != "stage_name" or item.change.old is not None:
                continue
            record = live.records[item.kind, item.external_ref]
            if record.odoo_id in ids:
                project = str(record.values["project_external_ref"])
                # Sent along, since a stage that is written takes a review back.
                state = record.state if record.state in REVIEWED else None
                groups[project, item.change.new, state].append(item.external_ref)
        for (project, stage, state), refs in groups.items():
            values = {"stage_name": stage}
            self._odoo.write("task", refs, values, live.directory, project_ref=project, state=state)
