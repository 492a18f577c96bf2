"""What waits for what, among the tasks that a plan changes, as a drawing of Mermaid's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain

if TYPE_CHECKING:
    from odoo_seed.core.plan import Plan

MOST = 25
"""With more tasks than this, nobody can read it."""

_DONE = {"create": " (new)", "update": " (changed)", "archive": " (archived)"}


def mermaid(plan: Plan) -> str:
    """Return a flowchart of the changed tasks and of what they wait for.

    A task that neither waits nor is waited for has no place in it. Empty when nothing waits, or
    when there are more than `MOST` tasks.
    """
    tasks = {one.external_ref: one for one in plan.changes if one.kind == "task"}
    edges = [
        (before, ref)
        for ref in tasks
        for before in _refs(plan.wanted.get(("task", ref), {}).get("depends_on_refs"))
    ]
    refs = sorted({ref for edge in edges for ref in edge})
    if not edges or len(refs) > MOST:
        return ""
    ids = {ref: f"t{number}" for number, ref in enumerate(refs)}
    lines = ["flowchart LR"]
    for ref in refs:
        wanted = plan.wanted.get(("task", ref), {})
        name = tasks[ref].name if ref in tasks else wanted.get("name") or ""
        done = _DONE[tasks[ref].action] if ref in tasks else ""
        lines.append(f'  {ids[ref]}["{_label(f"{plain(ref, 64)} {plain(name, 40)}")}{done}"]')
    lines += [f"  {ids[before]} --> {ids[after]}" for before, after in sorted(edges)]
    return "\n".join(lines)


def _refs(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _label(text: str) -> str:
    """Text inside a quoted label: all but letters, digits, blanks and dashes as Mermaid's entities.

    Source: https://mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters".
    """
    return re.sub(r"[^\w -]", lambda found: f"#{ord(found[0])};", text.strip())
