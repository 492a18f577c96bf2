"""A proposed template, expanded and held against the workbook it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.documents import Document, Mapping
from odoo_seed.core.templates import expand

if TYPE_CHECKING:
    from odoo_seed.core.importing.workbooks import Imported
    from odoo_seed.core.model import Task

Data = dict[str, Any]


_SINGLE = ("name", "description", "deadline", "planned_hours")
_LISTS = ("tag_names", "assignee_emails")


def overrides_for(data: dict[str, list[Data]], done: Imported) -> tuple[list[Data], int]:
    """What single tasks of single periods have otherwise than the template says.

    Also how many have from the template what the workbook leaves blank: no override takes it away.
    """
    document = Document("template", mapping_of(data), lambda pointer, key=False: (1, 1))  # noqa: ARG005 - a Locate
    made = {one.external_ref: one for one in expand([document]).content.seed.tasks}
    refs = set(done.refs)
    wanted = {one.external_ref: one for one in done.seed.tasks if one.project_external_ref in refs}
    found, filled = [], 0
    for ref, task in made.items():
        other = wanted.get(ref)
        entry: Data = {"external_ref": ref}
        entry |= {"is_active": False} if other is None else _differences(task, other)
        if len(entry) > 1:
            found.append(entry)
        filled += other is not None and any(
            getattr(other, key) is None and getattr(task, key) is not None
            for key in (*_SINGLE, *_LISTS)
        )
    return found, filled


def _differences(task: Task, wanted: Task) -> Data:
    found: Data = {}
    for key in _SINGLE:
        value = getattr(wanted, key)
        if value is not None and value != getattr(task, key):
            found[key] = value
    for key in _LISTS:
        value = getattr(wanted, key)
        if value is not None and set(value) != set(getattr(task, key) or ()):
            found[key] = list(value)
    waits = wanted.depends_on_refs or ()  # a step less, and the next one waits for another
    if set(waits) != set(task.depends_on_refs or ()):
        found["depends_on_refs"] = list(waits)
    return found


def mapping_of(value: Any) -> Any:
    """Plain data as a document has it."""
    if isinstance(value, dict):
        made = Mapping()
        made.update({key: mapping_of(item) for key, item in value.items()})
        return made
    return [mapping_of(item) for item in value] if isinstance(value, list) else value
