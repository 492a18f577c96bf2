"""Roles: who does what for which company, and since when."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
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
    """A role and its people.

    Attributes:
        unsure: Whether an entry of its people has a fault, which is told already.
    """

    def __init__(self, entry: Entry, gathering: Gathering) -> None:
        self.name = entry.text("name")
        self.unsure = None in entry.get("people", [None])
        by_company: dict[str | None, list[tuple[date, int, Person, Entry]]] = {}
        for place in entry.entries("people"):
            person = _read(place)
            complete = person.email and not (place.misses("from", "to", "company_name"))
            self.unsure = self.unsure or not complete
            if person.last_day < person.first_day:
                found = f"the last day {person.last_day} is before the first {person.first_day}"
                remedy = "put from and to in order"
                gathering.add(place.problem("dates-out-of-order", found, remedy, "to"))
                self.unsure = True
                continue
            listed = by_company.setdefault(person.company, [])
            listed.append((person.first_day, len(listed), person, place))
        self._by_company: dict[str | None, list[Person]] = {}
        for company, listed in by_company.items():
            listed.sort(key=lambda one: one[:2])
            if not self.unsure:
                self._check(listed, gathering)
            self._by_company[company] = [person for _, _, person, _ in listed]

    def _check(self, listed: list[tuple[date, int, Person, Entry]], gathering: Gathering) -> None:
        """Note people of one company, by their first days, who have the role at one time."""
        for (_, _, before, at), (_, _, person, place) in pairwise(listed):
            if person.first_day > before.last_day:
                continue
            whom = "all companies" if person.company is None else person.company
            day = person.first_day
            since = f" on {day}" if day != date.min else ""
            found = f"{person.email} and {before.email} ({at.where}) are both {self.name}"
            remedy = "give the first one a last day (to) before the other's first day (from)"
            problem = place.problem("role-taken-twice", f"{found} for {whom}{since}", remedy)
            gathering.add(problem)

    def person_on(self, day: date, company: str) -> str | None:
        """Return the e-mail address of who has the role; one for the company goes first."""
        for whom in (company, None):
            people = self._by_company.get(whom, [])
            index = bisect_right(people, day, key=lambda person: person.first_day) - 1
            if index >= 0 and day <= people[index].last_day:
                return people[index].email or None
        return None


def _read(place: Entry) -> Person:
    first, last = place.text("from"), place.text("to")
    return Person(
        place.text("email"),
        place.get("company_name"),
        parse_date(first) if first else date.min,
        parse_date(last) if last else date.max,
    )
