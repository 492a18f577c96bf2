"""What templates leave on records, and their calendars, as the JSON that the database keeps."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.kit import NamedCalendar
from odoo_seed.core.model import Due, Instance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def instance_as_json(instance: Instance) -> dict[str, Any]:
    """Return ``{template, period, company, closed}``."""
    return {
        "template": instance.template,
        "period": instance.period,
        "company": instance.company,
        "closed": instance.closed,
    }


def instance_from_json(stored: Mapping[str, Any] | None) -> Instance | None:
    """Return what `instance_as_json` was given."""
    if stored is None:
        return None
    return _instance(
        str(stored["template"]), str(stored["period"]), str(stored["company"]), stored["closed"]
    )


@lru_cache(maxsize=4096)
def _instance(template: str, period: str, company: str, closed: bool) -> Instance:
    """The many tasks of an instance share one."""
    return Instance(template, period, company, closed)


def due_as_json(due: Due) -> dict[str, Any]:
    """Return ``{calendar, base, shift, working_days}``."""
    return {
        "calendar": due.calendar,
        "base": due.base.isoformat(),
        "shift": due.shift,
        "working_days": list(due.working_days),
    }


def due_from_json(stored: Mapping[str, Any] | None) -> Due | None:
    """Return what `due_as_json` was given."""
    if stored is None:
        return None
    base = date.fromisoformat(stored["base"])
    return Due(stored["calendar"], base, stored["shift"], tuple(stored["working_days"]))


def calendars_as_json(calendars: Sequence[NamedCalendar]) -> list[dict[str, Any]]:
    """Return the calendars as the YAML has them, names of days apart."""
    return [
        {
            "name": named.name,
            "country": named.calendar.country,
            "weekend": list(named.calendar.weekend),
            "add": [day.isoformat() for day in named.calendar.add],
            "remove": [day.isoformat() for day in named.calendar.remove],
            "time_zone": named.time_zone,
            "names": dict(named.names),
        }
        for named in calendars
    ]


def calendars_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[NamedCalendar, ...]:
    """Return what `calendars_as_json` was given.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: It is something else.
    """
    return tuple(
        NamedCalendar(
            one["name"],
            Calendar(
                one["country"],
                tuple(one["weekend"]),
                tuple(map(date.fromisoformat, one["add"])),
                tuple(map(date.fromisoformat, one["remove"])),
            ),
            one["time_zone"],
            one["names"],
        )
        for one in stored
    )
