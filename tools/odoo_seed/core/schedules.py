"""The key `schedules`: which projects a template makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from odoo_seed.core.model import Instance
from odoo_seed.core.periods import FORMS, Every, Period, parse_period, period_of
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.gathering import Gathering


@dataclass(frozen=True, slots=True)
class Company:
    """A company of a schedule: its name in Odoo and its short code."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """Periods and companies of one template.

    Attributes:
        first: Its first period.
        many: How many periods there are.
        closed: Closed periods with the company's code, or with None for all companies.
    """

    entry: Entry
    first: Period
    many: int
    companies: tuple[Company, ...]
    closed: frozenset[tuple[Period, str | None]]

    @property
    def size(self) -> int:
        """How many projects it makes."""
        return self.many * len(self.companies)

    def instances(self) -> Iterator[tuple[Period, Company, Instance]]:
        """Yield them by period."""
        template = self.entry.text("template")
        for index in range(self.many):
            period = self.first.moved(index)
            for company in self.companies:
                closed = bool(self.closed & {(period, None), (period, company.code)})
                yield period, company, Instance(template, str(period), company.name, closed)


def read_schedule(entry: Entry, today: date, gathering: Gathering) -> Schedule | None:
    """Return the schedule, or None when it is wrong: that is noted then.

    Args:
        today: The day from which a rolling schedule rolls.
    """
    every = cast("Every", entry.text("every"))
    first = _period(entry, "from", every, gathering)
    if first is None or every not in FORMS:
        return None
    many = _many(entry, first, today, gathering)
    companies = _companies(entry, gathering)
    if many is None or not companies:
        return None
    closed = frozenset(_closed(entry, every, (first, many), companies, gathering))
    return Schedule(entry, first, many, companies, closed)


def _period(entry: Entry, key: str, every: Every, gathering: Gathering) -> Period | None:
    written = entry.get(key)
    if written is None:
        return None
    try:
        period = parse_period(written)
    except ValueError as error:
        problem = entry.problem("bad-period", f"{quoted(written)} is no period", str(error), key)
        gathering.add(problem)
        return None
    if period.every != every and every in FORMS:
        found = f"{quoted(written)} is a {period.every}, but the schedule is for every {every}"
        remedy = f"write a {every} like {FORMS[every]}"
        gathering.add(entry.problem("bad-period", found, remedy, key))
        return None
    return period


def _many(entry: Entry, first: Period, today: date, gathering: Gathering) -> int | None:
    rolling = entry.get("rolling")
    if "to" in entry.item:
        if rolling is not None:
            remedy = "keep one: to ends the schedule, rolling goes on with today"
            found = "both to and rolling are given"
            gathering.add(entry.problem("bad-period", found, remedy, "rolling", key=True))
            return None
        last = _period(entry, "to", first.every, gathering)
        if last is None:
            return None
        if last.number < first.number:
            found = f"the last period {last} is before the first {first}"
            gathering.add(entry.problem("bad-period", found, "put from and to in order", "to"))
            return None
        return last.number - first.number + 1
    if rolling is None:
        if not entry.lacks("to", "rolling"):
            return None
        remedy = "add to: with the last period, or rolling: with a number of periods"
        found = "the schedule has no end"
        gathering.add(entry.problem("bad-period", found, remedy, "from"))
        return None
    last = period_of(today, first.every).moved(int(rolling) - 1)
    return max(0, last.number - first.number + 1)


def _companies(entry: Entry, gathering: Gathering) -> tuple[Company, ...]:
    found: dict[str, Company] = {}
    names: set[str] = set()
    for place in entry.entries("companies"):
        company = Company(place.text("name"), place.text("code"))
        if not company.name or not company.code:
            continue
        if company.code in found or company.name in names:
            key = "code" if company.code in found else "name"
            twice = f"the company {quoted(getattr(company, key))} stands here twice"
            remedy = "name each company once, with a code of its own"
            gathering.add(place.problem("duplicate-company", twice, remedy, key))
            continue
        found[company.code] = company
        names.add(company.name)
    if not found and entry.get("companies") == []:
        remedy = "add - {name: …, code: …}"
        problem = entry.problem("no-company", "the schedule is for no company", remedy, "companies")
        gathering.add(problem)
    return tuple(found.values())


def _closed(
    entry: Entry,
    every: Every,
    periods: tuple[Period, int],
    companies: tuple[Company, ...],
    gathering: Gathering,
) -> Iterator[tuple[Period, str | None]]:
    first, many = periods
    codes = {company.code for company in companies}
    for index, one in enumerate(entry.get("closed", ())):
        if one is None:
            continue
        code = one.get("company") if isinstance(one, dict) else None
        written = one.get("period") if isinstance(one, dict) else one
        if written is None:
            continue
        field: tuple[str | int, ...] = ("closed", index)
        try:
            period = parse_period(written)
        except ValueError as error:
            found = f"{quoted(written)} is no period"
            gathering.add(entry.problem("bad-period", found, str(error), *field))
            continue
        if period.every != every or not 0 <= period.number - first.number < many:
            found = f"{period} is none of the schedule's periods"
            ends = f"they are {first} to {first.moved(many - 1)}" if many else "it has none yet"
            gathering.add(entry.problem("bad-period", found, ends, *field))
        elif code is not None and code not in codes:
            found = f"{quoted(code)} is the code of none of the schedule's companies"
            known = ", ".join(sorted(codes))
            gathering.add(entry.problem("unknown-company", found, f"known: {known}", *field))
        else:
            yield period, code
