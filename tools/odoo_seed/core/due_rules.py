"""The key `due`: an anchor, its rule and shift, and working days from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from odoo_seed.core.calendar import days_in
from odoo_seed.core.model import Due

if TYPE_CHECKING:
    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.periods import Period

ANCHORS = ("period_start", "period_end", "statutory")


class BadDueError(ValueError):
    """A `due` that says nothing, or contradicts itself: what was found, what is right, where."""

    def __init__(self, found: str, remedy: str, *field: str) -> None:
        super().__init__(found)
        self.found = found
        self.remedy = remedy
        self.field = field


@dataclass(frozen=True, slots=True)
class DueRule:
    """What the YAML says.

    Attributes:
        anchor: One of ANCHORS, or the code of a task, parameters not filled in.
        rule: As in the YAML; None without one.
        shift: None when the YAML says nothing.
        time: ``HH:MM``, or None.
    """

    anchor: str
    rule: Entry | None
    shift: Literal["next", "previous", "none"] | None
    working_days: int
    time: str | None

    @property
    def on_task(self) -> bool:
        """Whether it counts from another task."""
        return self.anchor not in ANCHORS


def read_due(entry: Entry) -> DueRule | None:
    """Return the rule; None when a value that it needs has a fault, which is told already.

    Raises:
        BadDueError: Its keys do not go together.
    """
    rule = entry.below("rule")
    due = DueRule(
        entry.text("anchor"),
        rule,
        entry.get("shift"),
        int(entry.get("working_days") or 0),
        entry.get("time"),
    )
    if not due.anchor:
        return None
    if due.on_task and due.shift is not None:
        remedy = "remove shift: a task's day is a working day already"
        raise BadDueError("shift is of no use with a task as the anchor", remedy, "shift")
    if due.anchor != "statutory":
        if rule is not None:
            remedy = "write anchor: statutory, or remove the rule"
            raise BadDueError(f"a rule is of no use with the anchor {due.anchor}", remedy, "rule")
        return due
    if rule is not None:
        return due if _complete(rule) else None
    if entry.lacks("rule"):
        found = "the anchor is statutory, but no rule says the day"
        raise BadDueError(found, "add rule: {day: 10}")
    return None


def _complete(rule: Entry) -> bool:
    """Whether a rule says a day; raises BadDueError when it does so in two ways, or in none."""
    by_day, by_days = not rule.lacks("day"), not rule.lacks("days_after")
    if by_day == by_days:
        remedy = "give day (with months_after), or days_after"
        raise BadDueError("the rule needs either day or days_after", remedy, "rule")
    if by_days and "months_after" in rule.item:
        found = "months_after is of no use with days_after"
        raise BadDueError(found, "remove one of the two", "rule", "months_after")
    for exception in rule.entries("except"):
        if by_days and exception.lacks("day"):
            remedy = "add day: the day of the month in these periods"
            raise BadDueError("an exception of days_after needs a day", remedy, "rule", "except")
    return rule.get("day") is not None or rule.get("days_after") is not None


def counted(due: DueRule, period: Period, calendar: str) -> Due:
    """Return the count of a rule whose anchor is no task.

    Raises:
        ValueError, OverflowError: The day is in no year that a date can have.
    """
    steps = (due.working_days,) if due.working_days else ()
    if due.anchor == "statutory":
        shift = due.shift or "next"
        base = _statutory(due.rule, period) if due.rule else period.last_day
    else:
        at_start = due.anchor == "period_start"
        base = period.first_day if at_start else period.last_day
        shift = due.shift or ("none" if steps else "next" if at_start else "previous")
    return Due(calendar, base, None if shift == "none" else shift, steps)


def _statutory(rule: Entry, period: Period) -> date:
    exception = next(
        (one for one in rule.entries("except") if period.last_month in one.get("months", ())), None
    )
    if exception is None and (days := rule.get("days_after")) is not None:
        return period.last_day + timedelta(days=int(days))
    day = int(_either(exception, rule, "day", 1))
    months = int(_either(exception, rule, "months_after", 1))
    count = period.year * 12 + period.last_month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day, days_in(year, month)))


def _either(exception: Entry | None, rule: Entry, key: str, default: int) -> Any:
    value = exception.get(key) if exception else None
    return value if value is not None else rule.get(key, default)
