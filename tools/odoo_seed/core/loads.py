"""Who has how much on which day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date

    from odoo_seed.core.calendar import Calendar
    from odoo_seed.core.model import Project

_LONGEST_TASK = 60
"""Working days over which a long task is spread at most: a quarter."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A task or a milestone and its day; None for a task of the period without a deadline.

    Attributes:
        names: The name, after those of the tasks it is a part of.
        time: ``HH:MM`` in the policy's time zone; empty for the whole day.
        people: E-mail addresses; empty for nobody's.
        hours: Of work; those of a task that says none are `Workload.hours_without_estimate`.
        estimated: Whether the seed says the hours.
    """

    kind: str
    external_ref: str
    names: tuple[str, ...]
    project: Project
    day: date | None
    time: str = ""
    people: tuple[str, ...] = ()
    hours: float = 0.0
    estimated: bool = False


@dataclass(slots=True)
class Load:
    """What one person has on one day.

    Attributes:
        hours: All of them, of tasks outside the choice too: they are the same person's day.
        entries: Tasks of the choice that are worked on that day.
        elsewhere: How many other tasks there are.
    """

    hours: float = 0.0
    entries: list[Entry] = field(default_factory=list)
    elsewhere: int = 0


def loads_of(
    entries: Iterable[Entry], chosen: Collection[int], limit: float, calendar: Calendar
) -> dict[str, dict[date, Load]]:
    """Who has how much on which day, for the days on which one of the chosen tasks is worked on."""
    working = _once(calendar.is_working_day)
    loads: dict[str, dict[date, Load]] = defaultdict(lambda: defaultdict(Load))
    for entry in entries:
        if entry.day is None or entry.kind != "task" or not (entry.hours or entry.people):
            continue
        people = entry.people or ("",)
        for day, hours in _spread(entry.hours / len(people), limit, entry.day, working):
            for person in people:
                load = loads[person][day]
                load.hours += hours
                if id(entry) in chosen:
                    load.entries.append(entry)
                else:
                    load.elsewhere += 1
    return {
        person: kept
        for person in sorted(loads, key=lambda address: (not address, address))
        if (kept := {day: load for day, load in sorted(loads[person].items()) if load.entries})
    }


def _once(is_working_day: Callable[[date], bool]) -> Callable[[date], bool]:
    """Remember the answers: the same few days are asked for thousands of times."""
    known: dict[date, bool] = {}

    def answer(day: date) -> bool:
        if day not in known:
            known[day] = is_working_day(day)
        return known[day]

    return answer


def _spread(
    hours: float, limit: float, due: date, is_working_day: Callable[[date], bool]
) -> Iterator[tuple[date, float]]:
    """A task's work back from its deadline; at most the limit a day while there is room."""
    day, left = due, hours
    for _ in range(_LONGEST_TASK - 1):
        if left <= limit:
            break
        yield day, limit
        left -= limit
        day = _working_day_before(day, is_working_day)
    yield day, left


def _working_day_before(day: date, is_working_day: Callable[[date], bool]) -> date:
    before = day - timedelta(days=1)
    for back in range(14):  # longer holidays than that are no holidays
        if is_working_day(before - timedelta(days=back)):
            return before - timedelta(days=back)
    return before
