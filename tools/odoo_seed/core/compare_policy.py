"""What changes in policy.yaml, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.freeze import Dates
from odoo_seed.core.plan_news import projects_named
from odoo_seed.core.policy import Guards, Workload
from odoo_seed.core.words import count, day

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from odoo_seed.core.calendar import Calendar
    from odoo_seed.core.freeze import Freeze, MonthEnd
    from odoo_seed.core.news import News
    from odoo_seed.core.policy import Policy

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def policy_words(before: Policy, after: Policy, news: News) -> Iterator[str]:
    """Yield a line for every change.

    Args:
        news: Which fields of which projects have another owner now.
    """
    if before.time_zone != after.time_zone:
        zones = f"{plain(before.time_zone)} → {plain(after.time_zone)}"
        yield f"time zone {zones}: a deadline's day and hour are meant there"
    yield from _ownership(before, after, news)
    yield from _guards(before.guards, after.guards)
    yield from _freeze(before.freeze, after.freeze)
    for one in fields(Workload):
        old, new = getattr(before.workload, one.name), getattr(after.workload, one.name)
        if old != new:
            yield f"workload {one.name} {old:g} → {new:g}, for `odoo-seed calendar`"


def _ownership(before: Policy, after: Policy, news: News) -> Iterator[str]:
    for change in news.owner_changes:
        label = BY_KIND[change.kind][change.field].label
        where = projects_named(change.project_refs, news.projects)
        back = "; what people changed in Odoo is put back" if change.new == "git" else ""
        yield f"owner of {change.kind} {label} {change.old} → {change.new} {where}{back}"
    named = [(one.ownership, one.programs, one.projects) for one in (before, after)]
    if named[0] != named[1] and not news.owner_changes:
        yield "ownership is written otherwise; no field of a project that both have changes owner"


def _guards(before: Guards, after: Guards) -> Iterator[str]:
    for guard in fields(Guards):
        old, new = getattr(before, guard.name), getattr(after, guard.name)
        if old != new:
            which = "looser" if new > old else "stricter"
            values = f"{old:.0%} → {new:.0%}" if "share" in guard.name else f"{old} → {new}"
            yield f"guard {guard.name} {values} ({which})"


def _freeze(before: Freeze, after: Freeze) -> Iterator[str]:
    old, new = Counter(map(_window, before.windows)), Counter(map(_window, after.windows))
    yield from (f"freeze comes: {words}" for words in (new - old).elements())
    yield from (f"freeze goes: {words}" for words in (old - new).elements())
    yield from _calendar(before.calendar, after.calendar)


def _window(window: Dates | MonthEnd) -> str:
    name = f"“{plain(window.name)}”"
    if isinstance(window, Dates):
        return f"{name} {_spoken(window.first_day)} to {_spoken(window.last_day)}"
    last, first = window.last_working_days, window.first_working_days
    parts = [f"the last {count(last, 'working day')} of a month"] * bool(last)
    parts += [f"the first {count(first, 'working day')} of the next"] * bool(first)
    only = window.months and f", where {', '.join(_MONTHS[one - 1] for one in window.months)} ends"
    return f"{name} {' to '.join(parts)}{only or ''}"


def _calendar(before: Calendar, after: Calendar) -> Iterator[str]:
    if before.country != after.country:
        yield f"freeze calendar: country {before.country or 'none'} → {after.country or 'none'}"
    if before.weekend != after.weekend:
        weekends = " → ".join(", ".join(one.weekend) or "none" for one in (before, after))
        yield f"freeze calendar: weekend {weekends}"
    for name, label in (("add", "free days"), ("remove", "working days")):
        old, new = set(getattr(before, name)), set(getattr(after, name))
        if told := [*_listed("with", new - old), *_listed("without", old - new)]:
            yield f"freeze calendar: {label} of its own {', '.join(told)}"


def _listed(how: str, days: set[date]) -> Sequence[str]:
    return [f"{how} {', '.join(_spoken(one) for one in sorted(days))}"] if days else []


def _spoken(moment: date) -> str:
    return day(moment.isoformat())
