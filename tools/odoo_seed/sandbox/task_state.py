"""When Odoo recomputes a task's state, and to what (project_task.py, _compute_state)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.sandbox.schema import CLOSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from odoo_seed.sandbox.environment import Env


def recompute_states(env: Env, ids: Iterable[int], *, keep: set[int]) -> None:
    """Recompute the state of these tasks and of everything that depends on them.

    Odoo marks all transitive dependents at once, whether or not a state in between changes: that
    is how an approved task far down loses its approval.

    Args:
        keep: Tasks whose state was written in the same call.
    """
    links = env.db.links["task_dependencies_rel"]
    marked: set[int] = set()
    waiting = list(ids)
    while waiting:
        one = waiting.pop()
        if one not in marked:
            marked.add(one)
            waiting += links.of(1, one)
    rows = env.db.rows["project.task"]
    model = env["project.task"]
    done: set[int] = set()
    for start in sorted(marked - keep):
        stack = [start]
        while stack:
            one = stack[-1]
            first = [b for b in links.of(0, one) if b in marked and b not in done | keep]
            if first and one not in done:
                stack.extend(first)
                continue
            stack.pop()
            if one in done:
                continue
            done.add(one)
            state = rows[one]["state"]
            if state in CLOSED:
                continue
            blocked = model.compute_allow_task_dependencies(one) and any(
                rows[other]["state"] not in CLOSED for other in links.of(0, one)
            )
            new = "04_waiting_normal" if blocked else "01_in_progress"
            model.compute(one, "state", new)


def reaches_itself(start: int, ahead: Callable[[int], Iterable[int]]) -> bool:
    """Say whether following `ahead` from a record leads back to it."""
    seen: set[int] = set()
    waiting = [one for one in ahead(start) if one]
    while waiting:
        one = waiting.pop()
        if one == start:
            return True
        if one not in seen:
            seen.add(one)
            waiting += [other for other in ahead(one) if other]
    return False
