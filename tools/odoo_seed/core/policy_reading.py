"""The key `policy` of the YAML to a Policy, and back into the JSON that the database keeps."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.calendars import read_calendar
from odoo_seed.core.deadlines import parse_date
from odoo_seed.core.freeze import Dates, Freeze, MonthEnd
from odoo_seed.core.policy import DEFAULT_TIME_ZONE, OWNERS, Guards, Policy, TargetPolicy, Workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from odoo_seed.core.model import Source
    from odoo_seed.core.policy import Owner

_GUARDS = {one.name for one in fields(Guards)}
_WORKLOAD = {one.name for one in fields(Workload)}


def read_policy(data: Mapping[str, Any], source: Source | None = None) -> Policy:
    """Return the policy; what this version does not know is left out.

    Of a document that had faults, entries of lists may be None and keys may be missing: a window
    that lacks something is left out.

    Raises:
        AttributeError, TypeError, ValueError: It does not satisfy the schema at all.
    """
    workload = data.get("workload", {}).items()
    return Policy(
        time_zone=data.get("time_zone", DEFAULT_TIME_ZONE),
        ownership=_owners(data.get("ownership", {})),
        guards=Guards(**_limits(data)),
        programs=_overrides(data.get("programs", {})),
        projects=_overrides(data.get("projects", {})),
        freeze=_freeze(data.get("freeze", {})),
        workload=Workload(**{name: float(hours) for name, hours in workload if name in _WORKLOAD}),
        targets={name: _target(of_it) for name, of_it in data.get("targets", {}).items()},
        source=source,
    )


def _limits(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.get("guards", {}).items() if name in _GUARDS}


def _target(data: Mapping[str, Any]) -> TargetPolicy:
    return TargetPolicy(
        _owners(data.get("ownership", {})),
        _limits(data),
        _freeze(data["freeze"]) if "freeze" in data else None,
    )


def _overrides(data: Mapping[str, Any]) -> dict[str, Mapping[str, Mapping[str, Owner]]]:
    return {name: _owners(of_it.get("ownership", {})) for name, of_it in data.items()}


def _owners(data: Mapping[str, Any]) -> dict[str, Mapping[str, Owner]]:
    named: dict[str, Mapping[str, Owner]] = {kind: dict(owners) for kind, owners in data.items()}
    if any(owner not in OWNERS for owners in named.values() for owner in owners.values()):
        raise ValueError("not an owner")
    return named


def _freeze(data: Mapping[str, Any]) -> Freeze:
    calendar = data.get("calendar", {})
    return Freeze(
        # A name is looked up among the calendars afterwards.
        Calendar() if isinstance(calendar, str) else read_calendar(calendar),
        tuple(
            Dates(one["name"], parse_date(one["from"]), parse_date(one["to"]), index)
            for index, one in _whole(data.get("dates", ()), {"name", "from", "to"})
        ),
        tuple(
            MonthEnd(
                one["name"],
                int(one.get("last_working_days", 0)),
                int(one.get("first_working_days", 0)),
                _months(one.get("months")),
                index,
            )
            for index, one in _whole(data.get("month_ends", ()), {"name"})
        ),
    )


def _whole(
    entries: Iterable[Mapping[str, Any] | None], needed: set[str]
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for index, entry in enumerate(entries):
        if entry is not None and needed <= entry.keys():
            yield index, entry


def _months(listed: Iterable[float | None] | None) -> tuple[int, ...] | None:
    return None if listed is None else tuple(int(month) for month in listed if month is not None)


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """Return what `read_policy` reads."""
    return {
        "time_zone": policy.time_zone,
        "ownership": _plain(policy.ownership),
        "guards": asdict(policy.guards),
        "programs": {slug: {"ownership": _plain(it)} for slug, it in policy.programs.items()},
        "projects": {ref: {"ownership": _plain(it)} for ref, it in policy.projects.items()},
        "freeze": _freeze_as_json(policy.freeze),
        "workload": asdict(policy.workload),
        "targets": {name: _target_as_json(it) for name, it in policy.targets.items()},
    }


def _target_as_json(target: TargetPolicy) -> dict[str, Any]:
    told = {"ownership": _plain(target.ownership), "guards": dict(target.guards)}
    return told if target.freeze is None else told | {"freeze": _freeze_as_json(target.freeze)}


def _freeze_as_json(freeze: Freeze) -> dict[str, Any]:
    calendar: dict[str, Any] = {
        "weekend": list(freeze.calendar.weekend),
        "add": [day.isoformat() for day in freeze.calendar.add],
        "remove": [day.isoformat() for day in freeze.calendar.remove],
    }
    if freeze.calendar.country is not None:
        calendar["country"] = freeze.calendar.country
    return {
        "calendar": calendar,
        "dates": [
            {
                "name": window.name,
                "from": window.first_day.isoformat(),
                "to": window.last_day.isoformat(),
            }
            for window in freeze.dates
        ],
        "month_ends": [_month_end(window) for window in freeze.month_ends],
    }


def _month_end(window: MonthEnd) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": window.name,
        "last_working_days": window.last_working_days,
        "first_working_days": window.first_working_days,
    }
    return told if window.months is None else told | {"months": list(window.months)}


def _plain(ownership: Mapping[str, Mapping[str, Owner]]) -> dict[str, dict[str, Owner]]:
    return {kind: dict(owners) for kind, owners in ownership.items()}
