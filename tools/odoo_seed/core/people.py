"""Roles: who does what for which company, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from odoo_seed.core.deadlines import parse_date

if TYPE_CHECKING:
    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.gathering import Gathering


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has a role from one day to another, both included.

    Attributes:
        company: The Odoo company's name; None for all companies.
    """

    email: str
    company: str | None = None
    first_day: date = date.min
    last_day: date = date.max


class Role:
    """A role and its people."""

    def __init__(self, entry: Entry, gathering: Gathering) -> None:
        self.name = entry.text("name")
        self.people: list[Person] = []
        places: list[Entry] = []
        for place in entry.entries("people"):
            person = _read(place)
            if person.last_day < person.first_day:
                found = f"the last day {person.last_day} is before the first {person.first_day}"
                problem = place.problem(
                    "dates-out-of-order", found, "put from and to in order", "to"
                )
                gathering.add(problem)
                continue
            self._check(person, place, places, gathering)
            self.people.append(person)
            places.append(place)

    def _check(
        self, person: Person, place: Entry, places: list[Entry], gathering: Gathering
    ) -> None:
        for other, at in zip(self.people, places, strict=True):
            same = person.company == other.company
            if same and person.first_day <= other.last_day and other.first_day <= person.last_day:
                whom = "all companies" if person.company is None else person.company
                found = f"{person.email} and {other.email} ({at.where}) are both {self.name}"
                day = max(person.first_day, other.first_day)
                since = f" on {day}" if day != date.min else ""
                gathering.add(
                    place.problem(
                        "role-taken-twice",
                        f"{found} for {whom}{since}",
                        "give the first one a last day (to) before the other's first (from)",
                    )
                )
                return

    def person_on(self, day: date, company: str) -> str | None:
        """Return the e-mail address of who has the role; one for the company goes first."""
        for whom in (company, None):
            for person in self.people:
                if person.company == whom and person.first_day <= day <= person.last_day:
                    return person.email or None
        return None


def _read(place: Entry) -> Person:
    first, last = place.text("from"), place.text("to")
    return Person(
        place.text("email"),
        place.get("company_name"),
        parse_date(first) if first else date.min,
        parse_date(last) if last else date.max,
    )
