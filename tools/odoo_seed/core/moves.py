"""Deadlines that move because the calendar did: "new holiday 2 Nov 2026: 14 deadlines of …"."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from odoo_seed.core import free_days
from odoo_seed.core.calendar import Calendar
from odoo_seed.core.escape import plain
from odoo_seed.core.kept import FREE_DAYS
from odoo_seed.core.periods import parse_period
from odoo_seed.core.words import count, day
from odoo_seed.core.working_days import NoWorkingDayError, WorkingDays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from odoo_seed.core.fields import Value
    from odoo_seed.core.model import Due
    from odoo_seed.core.plan import Change, FieldChange
    from odoo_seed.core.scope import Scope

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarMove:
    """Deadlines of one template and period that move for the same reason and as far.

    Attributes:
        calendar: Its name.
        free: Days that are free now, each with its name, or an empty text.
        working: Days on which people work now.
        working_days: By how many the deadlines move; negative for earlier.
        tasks: How many deadlines.
    """

    calendar: str
    free: tuple[tuple[date, str], ...]
    working: tuple[date, ...]
    template: str
    period: str
    working_days: int
    tasks: int = 1


def calendar_moves(changes: Iterable[Change], scope: Scope) -> tuple[CalendarMove, ...]:
    """Return why deadlines move that nobody changed, as far as the calendar is why."""
    finder = _Finder(scope)
    found: Counter[CalendarMove] = Counter()
    for change in changes:
        if change.kind == "task" and change.action == "update":
            for item in change.fields:
                if item.name == "deadline" and (move := finder.move(change, item)):
                    found[move] += 1
    told = (
        CalendarMove(
            one.calendar, one.free, one.working, one.template, one.period, one.working_days, number
        )
        for one, number in found.items()
    )
    return tuple(sorted(told, key=lambda one: (one.period, one.template, one.working_days)))


def words(moves: Sequence[CalendarMove]) -> Iterator[str]:
    """A line for each."""
    for move in moves:
        causes = [
            f"new holiday {day(str(one))}{f' ({plain(name)})' if name else ''}"
            for one, name in move.free
        ]
        causes += [f"{day(str(one))} is a working day now" for one in move.working]
        deadlines = count(move.tasks, "deadline")
        verb = "moves" if move.tasks == 1 else "move"
        far = abs(move.working_days)
        how_far = "one working day" if far == 1 else f"{far} working days"
        where = f"{plain(move.template)} {parse_period(move.period).name}"
        side = "later" if move.working_days > 0 else "earlier"
        yield f"{', '.join(causes)}: {deadlines} of {where} {verb} {how_far} {side}"


def as_json(moves: Sequence[CalendarMove]) -> list[dict[str, object]]:
    """As the schemas describe it."""
    return [
        {
            "calendar": move.calendar,
            "free": [{"date": str(one), "name": name} for one, name in move.free],
            "working": list(map(str, move.working)),
            "template": move.template,
            "period": move.period,
            "working_days": move.working_days,
            "tasks": move.tasks,
        }
        for move in moves
    ]


class _Finder:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._named = {one.name: one for one in scope.calendars}
        self._now: dict[str, WorkingDays] = {}
        self._kept: dict[Value, dict[str, WorkingDays]] = {}

    def move(self, change: Change, item: FieldChange) -> CalendarMove | None:
        task = self._scope.index.tasks.get(change.external_ref)
        project = self._scope.applied.get(("project", change.project_ref))
        if task is None or task.due is None or task.instance is None or project is None:
            return None
        due = task.due
        before = self._before(project.values.get(FREE_DAYS)).get(due.calendar)
        now = self._today(due.calendar)
        if before is None:
            return None
        try:
            old, new = before.day_of(due), now.day_of(due)
        except NoWorkingDayError:
            return None
        if old == new or not _same_count(item, old, new):
            return None
        free, working = self._differing(due, before, now, old, new)
        return CalendarMove(
            due.calendar,
            tuple((one, self._name(due.calendar, one)) for one in free),
            tuple(working),
            task.instance.template,
            task.instance.period,
            _steps(now, old, new),
        )

    def _before(self, kept: Value) -> Mapping[str, WorkingDays]:
        if kept not in self._kept:
            today = {name: one.calendar for name, one in self._named.items()}
            self._kept[kept] = {
                name: WorkingDays(calendar)
                for name, calendar in free_days.from_value(kept, today).items()
            }
        return self._kept[kept]

    def _today(self, name: str) -> WorkingDays:
        if name not in self._now:
            known = self._named.get(name)
            self._now[name] = WorkingDays(known.calendar if known else Calendar())
        return self._now[name]

    def _name(self, calendar: str, free: date) -> str:
        known = self._named.get(calendar)
        return known.names.get(str(free)) or known.calendar.holiday(free) if known else ""

    @staticmethod
    def _differing(
        due: Due, before: WorkingDays, now: WorkingDays, old: date, new: date
    ) -> tuple[list[date], list[date]]:
        """The days between anchor and deadline that became free, and that people work on now."""
        free: list[date] = []
        working: list[date] = []
        one, last = min(due.base, old, new), max(due.base, old, new)
        while one <= last:
            was, works = before.is_working_day(one), now.is_working_day(one)
            if was != works:
                (working if works else free).append(one)
            one += _DAY
        return free, working


def _same_count(item: FieldChange, old: date, new: date) -> bool:
    """Whether both deadlines are what was counted.

    A time of the day may be on the day before or after by the clock of the policy's zone.
    """
    if not (item.applied and item.new):
        return False
    was, becomes = (date.fromisoformat(str(one)[:10]) for one in (item.applied, item.new))
    return abs(was - old) <= _DAY and was - old == becomes - new


def _steps(days: WorkingDays, old: date, new: date) -> int:
    """So many working days from one to the other."""
    first, last = min(old, new), max(old, new)
    steps = 0
    # The nearer end does not count: it is where the deadline stands, or where it cannot stand.
    one = first + _DAY if new > old else first
    while one <= (last if new > old else last - _DAY):
        steps += days.is_working_day(one)
        one += _DAY
    return steps if new > old else -steps
