"""What looks renamed, with the line that keeps its history: once for what a template makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.plan import LikelyRename


def rename_words(items: Sequence[LikelyRename]) -> Iterator[str]:
    """A line for each record, or for all that one line of a template makes."""
    made: dict[str, list[LikelyRename]] = {}
    anew = {_template(item) for item in items if item.kind == "project"} - {""}
    for item in items:
        if item.kind == "milestone" or not _template(item):
            yield _line(item, _keep(item))
        elif item.kind == "project" or _template(item) not in anew:  # its tasks follow a project
            made.setdefault(_step(item) or str(item.source), []).append(item)
    for first, *others in made.values():
        more = f"; so do {len(others)} more of its template" if others else ""
        yield _line(first, f"{_keep_all(first)}{more}")


def _template(item: LikelyRename) -> str:
    instance = item.source.instance if item.source else None
    return instance.template if instance else ""


def _step(item: LikelyRename) -> str:
    """The old code of a step, of a task that keeps its own; empty for anything else."""
    task = f"{item.parent_ref}_"
    is_step = item.parent_ref and item.old_ref.startswith(task) and item.new_ref.startswith(task)
    return item.old_ref.removeprefix(task) if is_step else ""


def _line(item: LikelyRename, keep: str) -> str:
    where = f"{item.source}: " if item.source else ""
    what = f"{item.kind} {item.old_ref} → {item.new_ref} “{item.name}”"
    return plain(f"{where}{what} looks like a rename; to keep its history {keep}", 500)


def _keep(item: LikelyRename) -> str:
    if item.kind == "milestone":
        return f"keep external_ref: {item.old_ref}, or the old name for one run"
    return f"add previous_refs: [{item.old_ref}]"


def _keep_all(item: LikelyRename) -> str:
    """In a template the old ref stands with its parameters."""
    if code := _step(item):
        return f"keep the code {code} of the step"
    before = f"{item.project_ref}_"
    if item.kind == "task" and item.old_ref.startswith(before):
        return f"add previous_refs: ['{{project}}_{item.old_ref.removeprefix(before)}']"
    return f"add previous_refs with the ref it had in the template, here {item.old_ref}"
