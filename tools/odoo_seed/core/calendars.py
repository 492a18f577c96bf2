"""The key `calendars`: which days people work, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.calendar import WEEKDAYS, Calendar
from odoo_seed.core.deadlines import parse_date
from odoo_seed.core.definitions import Entry
from odoo_seed.core.kit import NamedCalendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from odoo_seed.core.documents import Document
    from odoo_seed.core.documents import Mapping as Node
    from odoo_seed.core.freeze import Freeze
    from odoo_seed.core.gathering import Gathering
    from odoo_seed.core.kit import Kit
    from odoo_seed.core.model import Pointer
    from odoo_seed.core.policy import Policy


def read_calendar(data: Mapping[str, Any]) -> Calendar:
    """Return the calendar; what was faulty is left out."""
    weekend = data.get("weekend", Calendar().weekend)
    return Calendar(
        country=data.get("country"),
        weekend=tuple(day for day in weekend if day is not None),
        add=_days(data.get("add", ())),
        remove=_days(data.get("remove", ())),
    )


def named_calendar(entry: Entry) -> NamedCalendar:
    """Return an entry of `calendars`."""
    names = {
        one["date"]: one["name"]
        for key in ("add", "remove")
        for one in entry.get(key, ())
        if isinstance(one, dict) and one.get("date") and one.get("name")
    }
    zone = entry.get("time_zone")
    return NamedCalendar(entry.text("name"), read_calendar(entry.item), zone, names)


def check_calendar(entry: Entry, calendar: Calendar, gathering: Gathering) -> None:
    """Note what is wrong with a calendar."""
    if set(WEEKDAYS) <= set(calendar.weekend):
        found, remedy = "every day is one of the weekend", "leave out the days people work on"
        gathering.add(entry.problem("no-working-day", found, remedy, "weekend"))
    for day in sorted({*calendar.add} & {*calendar.remove}):
        found = f"{day} is added and removed"
        remedy = "keep it in one of the two lists"
        gathering.add(entry.problem("added-and-removed", found, remedy, "remove"))


def with_named_calendar(policy: Policy, document: Document | None, kit: Kit) -> Policy:
    """Return the policy with the calendars that its freeze, and that of a target, name."""
    if document is None:
        return policy
    data = document.data["policy"]

    def filled(freeze: Freeze, it: Node, place: Pointer) -> Freeze:
        if not isinstance(it.get("calendar"), str):
            return freeze
        named = kit.named_calendar(Entry(it, document, place))
        return replace(freeze, calendar=named.calendar if named else Calendar(), named=True)

    targets = {
        name: target
        if target.freeze is None
        else replace(
            target,
            freeze=filled(
                target.freeze,
                data["targets"][name]["freeze"],
                ("policy", "targets", name, "freeze"),
            ),
        )
        for name, target in policy.targets.items()
    }
    if "freeze" in data:
        policy = replace(policy, freeze=filled(policy.freeze, data["freeze"], ("policy", "freeze")))
    return replace(policy, targets=targets)


def _days(listed: Iterable[Any]) -> tuple[date, ...]:
    texts = (one.get("date") if isinstance(one, dict) else one for one in listed)
    return tuple(parse_date(text) for text in texts if text)
