"""Who has how much on which day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.working_days import NoWorkingDayError, WorkingDays

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

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
        days: The working days of those who do it.
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
    days: WorkingDays = field(default_factory=lambda: WorkingDays(Calendar()), compare=False)


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
    entries: Iterable[Entry], chosen: Collection[int], limit: float
) -> dict[str, dict[date, Load]]:
    """Who has how much on which day, for the days on which one of the chosen tasks is worked on.

    A task of more hours than the limit takes as many working days, up to its deadline, as it needs.

    Args:
        chosen: Ids of the entries that are meant; those of the others only count.
        limit: Hours a day.
    """
    loads: dict[str, dict[date, Load]] = defaultdict(lambda: defaultdict(Load))
    for entry in entries:
        if entry.kind != "task" or not (entry.hours or entry.people):
            continue
        people = entry.people or ("",)
        for day, hours in _spread(entry.hours / len(people), limit, entry):
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


def _spread(hours: float, limit: float, entry: Entry) -> Iterator[tuple[date, float]]:
    """A task's work back from its deadline; at most the limit a day while there is room."""
    day, left = entry.day, hours
    if day is None:
        return
    for _ in range(_LONGEST_TASK - 1):
        if left <= limit:
            break
        try:
            before = entry.days.step(day, -1)
        except NoWorkingDayError:
            break
        yield day, limit
        left -= limit
        day = before
    yield day, left
