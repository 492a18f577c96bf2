"""Put back what a write makes Odoo forget: reviews and closed states of other tasks.

Odoo recomputes the state of every task behind the one that is written, through any number of
dependencies, and of its subtasks when it moves (project_task.py, _compute_state and write). What
people set is therefore remembered before such a write and put back after it; in the database in
between, so that a killed run leaves it to the next one.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from odoo_seed.core.live import Directory
    from odoo_seed.core.plan import Plan
    from odoo_seed.ports import SeedStore
    from odoo_seed.ports_odoo import OdooWriter, TaskState

_COMPUTED = {"01_in_progress", "04_waiting_normal"}
_MOVES = {"project_external_ref", "parent_external_ref"}
_RECOMPUTES = _MOVES | {"stage_name", "depends_on_refs"}


class StateKeeper:
    """Keeps the states of one target during one apply."""

    def __init__(self, plan: Plan, odoo: OdooWriter, store: SeedStore) -> None:
        self._target, self._odoo, self._store = plan.target, odoo, store
        written: set[str] = set()
        for change in plan.changes:
            if change.kind == "task" and change.action != "create":
                written |= change.values.keys()
        self._recomputes = bool(written & _RECOMPUTES)
        self._moves = bool(written & _MOVES)
        self._held: Mapping[int, str] = {}

    def hold(self, directory: Directory) -> None:
        """Put back what a killed run could not, and remember what the writes to come could reset.

        What the killed run held is held on: a write of it that Odoo is still busy with would
        reset it again.
        """
        held = self._put_back(self._store.held_states(self._target))
        if self._recomputes:
            found = self._odoo.set_states(directory, closed=self._moves)
            held = {**held, **{odoo_id: task.state for odoo_id, task in found.items()}}
            self._store.hold_states(self._target, held)
        self._held = held

    def put_back(self) -> None:
        """Put back what was reset, and forget it then."""
        if self._held:
            self._put_back(self._held)
            self._store.hold_states(self._target, {})

    def _put_back(self, held: Mapping[int, str]) -> Mapping[int, str]:
        """Put back what was reset; return what is held on: what people changed since is theirs."""
        if not held:
            return held
        now = self._odoo.read_states(list(held))
        reset = {odoo_id for odoo_id, task in now.items() if _was_reset(task)}
        for ids in _blockers_first(now, reset):
            by_state: dict[str, list[int]] = {}
            for odoo_id in ids:
                by_state.setdefault(held[odoo_id], []).append(odoo_id)
            for state, same in by_state.items():
                self._odoo.write_state(same, state)
        intact = {odoo_id for odoo_id, task in now.items() if task.state == held[odoo_id]}
        return {odoo_id: state for odoo_id, state in held.items() if odoo_id in reset | intact}


def _was_reset(task: TaskState) -> bool:
    """Whether Odoo recomputed it in our name, which is all that is undone."""
    return task.state in _COMPUTED and task.by_us


def _blockers_first(
    now: Mapping[int, TaskState], reset: Collection[int]
) -> Iterator[tuple[int, ...]]:
    """Yield the tasks that were reset, in levels: putting one back resets those behind it."""
    sorter = TopologicalSorter(
        {odoo_id: {*now[odoo_id].depends_on}.intersection(reset) for odoo_id in reset}
    )
    try:
        sorter.prepare()
    except CycleError:  # people can make one in Odoo; then any order is as good
        yield tuple(sorted(reset))
        return
    while sorter.is_active():
        level = sorter.get_ready()
        sorter.done(*level)
        yield tuple(sorted(level))
