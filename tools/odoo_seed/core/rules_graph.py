"""Cycles among programs and among tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.cycles import disjoint_cycles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.findings import Findings

MAX_CYCLES = 20
MAX_NAMED = 50


def check_cycles(findings: Findings) -> None:
    """No program is its own ancestor; no task waits, through parents or dependencies, for itself.

    Odoo refuses cycles of either kind. A cycle made of both (a task that depends on its own
    subtask) it would take, but neither of the two could then be created first.
    """
    programs = findings.programs
    parents = {slug: [program.parent_slug or ""] for slug, program in programs.items()}
    for cycle in disjoint_cycles(parents, MAX_CYCLES):
        found = f"the program is part of itself: {_way(cycle)}"
        remedy = "remove one parent_slug of these"
        findings.add(programs[cycle[0]], ("parent_slug",), "program-cycle", found, remedy)
    tasks = findings.tasks
    needs = {
        ref: [*(task.depends_on_refs or ()), task.parent_external_ref or ""]
        for ref, task in tasks.items()
    }
    for cycle in disjoint_cycles(needs, MAX_CYCLES):
        _report(findings, cycle)


def _report(findings: Findings, cycle: Sequence[str]) -> None:
    tasks = findings.tasks
    steps = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    waits = [to in (tasks[ref].depends_on_refs or ()) for ref, to in steps]
    first, to = steps[0]
    if all(waits):
        code, remedy = "dependency-cycle", "remove one of these dependencies"
        found = f"the task waits for itself: {_way(cycle)}"
        if len(cycle) == 1:
            found, remedy = f"the task {first} depends on itself", "remove this dependency"
    elif not any(waits):
        code, remedy = "parent-cycle", "remove one parent_external_ref of these"
        found = f"the task is part of itself: {_way(cycle)}"
    else:
        code = "parent-dependency-cycle"
        words = [
            f"{'depends on' if wait else 'is a subtask of'} {ref}"
            for wait, (_, ref) in zip(waits, steps, strict=True)
        ]
        found = f"{first} {', which '.join(words[:MAX_NAMED])}"
        remedy = "remove one of these dependencies: a task is done after its subtasks anyway"
    depends = tasks[first].depends_on_refs or ()
    field = ("depends_on_refs", depends.index(to)) if waits[0] else ("parent_external_ref",)
    findings.add(tasks[first], field, code, found, remedy)


def _way(cycle: Sequence[str]) -> str:
    shown = [*cycle[:MAX_NAMED], cycle[0]]
    if len(cycle) > MAX_NAMED:
        shown.insert(MAX_NAMED, f"… ({len(cycle) - MAX_NAMED} more)")
    return " → ".join(shown)
