"""A proposed template, expanded and held against the workbook it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.documents import Document, Mapping
from odoo_seed.core.templates import expand

if TYPE_CHECKING:
    from odoo_seed.core.importing.workbooks import Imported
    from odoo_seed.core.model import Task

Data = dict[str, Any]


def overrides_for(data: dict[str, list[Data]], done: Imported) -> list[Data]:
    """What single tasks of single periods have otherwise than the template says."""
    document = Document("template", mapping_of(data), lambda pointer, key=False: (1, 1))  # noqa: ARG005
    made = {one.external_ref: one for one in expand([document]).content.seed.tasks}
    refs = set(done.refs)
    wanted = {one.external_ref: one for one in done.seed.tasks if one.project_external_ref in refs}
    found = []
    for ref, task in made.items():
        other = wanted.get(ref)
        entry: Data = {"external_ref": ref}
        entry |= {"is_active": False} if other is None else _differences(task, other)
        if len(entry) > 1:
            found.append(entry)
    return found


def _differences(task: Task, wanted: Task) -> Data:
    found: Data = {}
    for key in ("name", "description", "deadline", "planned_hours"):
        value = getattr(wanted, key)
        if value is not None and value != getattr(task, key):
            found[key] = value
    for key in ("tag_names", "assignee_emails"):
        value = getattr(wanted, key)
        if value is not None and set(value) != set(getattr(task, key) or ()):
            found[key] = list(value)
    return found


def mapping_of(value: Any) -> Any:
    """Plain data as a document has it."""
    if isinstance(value, dict):
        made = Mapping()
        made.update({key: mapping_of(item) for key, item in value.items()})
        return made
    return [mapping_of(item) for item in value] if isinstance(value, list) else value
