"""What the instances of all templates share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.quoting import quoted
from odoo_seed.core.working_days import WorkingDays

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.gathering import Gathering
    from odoo_seed.core.nearest import Nearest
    from odoo_seed.core.people import Role

MAX_CHARACTERS = 50_000_000
"""Of all texts in which parameters were filled in."""


class TooMuchError(Exception):
    """The texts of all instances together would fill the memory."""


@dataclass(frozen=True, slots=True)
class NamedCalendar:
    """A calendar with a name.

    Attributes:
        name: Empty for the one of templates that name none.
        time_zone: IANA name of the zone of its times; None for the policy's.
        names: What the days that were added or removed are called.
    """

    name: str
    calendar: Calendar
    time_zone: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(slots=True)
class Kit:
    """Definitions by name, and where problems go.

    Attributes:
        unsure: Words of what could not be read: never called unknown.
        role_words: Words that templates and tasks translate into roles.
        guessed: Whether such a word was needed, so that something may be missing.
    """

    calendars: Mapping[str, NamedCalendar]
    roles: Mapping[str, Role]
    steps: Mapping[str, Entry]
    gathering: Gathering
    nearest: Nearest
    time_zone: str
    commit: str | None
    counting: dict[str, WorkingDays] = field(default_factory=dict)
    spent: int = 0
    unsure: Container[str] = ()
    role_words: Container[str] = ()
    guessed: bool = False

    def excuses(self, name: str) -> bool:
        """Whether what is not known by this name may stand in what could not be read."""
        words = _WORD.findall(name) or [name]
        excused = all(word in self.unsure for word in words)
        self.guessed = self.guessed or excused
        return excused

    def named_calendar(self, user: Entry) -> NamedCalendar | None:
        """Return the calendar that an entry names, if any; one that is not there is noted."""
        name = user.text("calendar")
        calendar = self.calendars.get(name)
        if name and calendar is None and not self.excuses(name):
            known = f"known: {', '.join(sorted(self.calendars)) or 'none yet'}"
            remedy = self.nearest.suggestion(name, self.calendars, known)
            found = f"there is no calendar {quoted(name)}"
            self.gathering.add(user.problem("unknown-calendar", found, remedy, "calendar"))
        return calendar

    def working_days(self, calendar: str) -> WorkingDays:
        """Return the count in a calendar, by its name."""
        if calendar not in self.counting:
            known = self.calendars.get(calendar)
            self.counting[calendar] = WorkingDays(known.calendar if known else Calendar())
        return self.counting[calendar]

    def spend(self, characters: int) -> None:
        """Note that a text was made; raises TooMuchError when there are too many."""
        self.spent += characters
        if self.spent > MAX_CHARACTERS:
            raise TooMuchError
