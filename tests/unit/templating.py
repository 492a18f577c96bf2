"""Templates as Python data, for tests without files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.documents import Document, Mapping
from odoo_seed.core.templates import expand
from odoo_seed.edges.seed_files.schema import validator

if TYPE_CHECKING:
    from datetime import datetime

    from odoo_seed.core.model import Pointer, Task
    from odoo_seed.core.templates import Expansion

COMPANY = {"name": "TBWA\\SMP", "code": "SMP"}
OMNIA = {"name": "Omnia Media", "code": "OMNIA"}
PH = {"name": "ph", "country": "PH"}


def expanded(data: dict[str, Any], now: datetime | None = None) -> Expansion:
    """Expand data that satisfies the schema."""
    assert validator().is_valid(data), list(validator().iter_errors(data))
    found: Mapping = _mapping(data)
    return expand([Document("seed.yaml", found, _nowhere)], now=now)


def scheduled(
    *tasks: dict[str, Any],
    every: str = "month",
    first: str | int = "2026-01",
    last: str | int | None = None,
    companies: tuple[dict[str, str], ...] = (COMPANY,),
    template: dict[str, Any] | None = None,
    schedule: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A seed of one template with these tasks and one schedule."""
    project = {"external_ref": "P_{period}_{company}", "name": "P {period_name}"}
    ends = {} if schedule and "rolling" in schedule else {"to": first if last is None else last}
    return {
        "calendars": [PH],
        "templates": [
            {"name": "t", "calendar": "ph", "project": project, "tasks": list(tasks)}
            | (template or {})
        ],
        "schedules": [
            {"template": "t", "every": every, "from": first, "companies": list(companies)}
            | ends
            | (schedule or {})
        ],
    } | more


def tasks_of(data: dict[str, Any], now: datetime | None = None) -> dict[str, Task]:
    """The tasks by their refs, when nothing is wrong."""
    expansion = expanded(data, now)
    assert [problem.found for problem in expansion.problems] == []
    return {task.external_ref: task for task in expansion.content.seed.tasks}


def codes_of(data: dict[str, Any]) -> list[str]:
    """What is wrong, by code."""
    return [problem.code for problem in expanded(data).problems]


def _mapping(value: Any) -> Any:
    if isinstance(value, dict):
        made = Mapping()
        made.update({key: _mapping(one) for key, one in value.items()})
        return made
    return [_mapping(one) for one in value] if isinstance(value, list) else value


def _nowhere(_pointer: Pointer, *, key: bool = False) -> tuple[int, int]:
    return (1, 1 + key)
