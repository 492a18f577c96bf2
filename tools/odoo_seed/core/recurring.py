"""Templates and schedules to records: definitions by name first, then instance by instance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from odoo_seed.core.calendars import check_calendar, named_calendar, with_named_calendar
from odoo_seed.core.definitions import Entry, by_name
from odoo_seed.core.kit import Kit
from odoo_seed.core.made import Made
from odoo_seed.core.nearest import Nearest
from odoo_seed.core.people import Role
from odoo_seed.core.periods import MONTHS
from odoo_seed.core.quoting import quoted
from odoo_seed.core.schedules import read_schedule

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from datetime import datetime

    from odoo_seed.core.documents import Document
    from odoo_seed.core.gathering import Gathering
    from odoo_seed.core.periods import Every
    from odoo_seed.core.policy import Policy
    from odoo_seed.core.schedules import Schedule

MAX_TASKS = 100_000
"""That all schedules together may make; more is a slip of the pen in `to` or `from`."""

RECURRING = frozenset({"calendars", "roles", "steps", "templates", "schedules", "overrides"})
"""Keys of the YAML by which records are made that do not stand in it."""


class Recurring:
    """Collects what templates are made of, and makes their records."""

    def __init__(self) -> None:
        self.lists: dict[str, list[Entry]] = {name: [] for name in RECURRING}

    def add(self, document: Document) -> None:
        """Note a document's definitions."""
        root = Entry(document.data, document, ())
        for name in RECURRING:
            if name in document.data:
                self.lists[name].extend(root.entries(name))

    def make(
        self,
        policy: Policy,
        policy_document: Document | None,
        commit: str | None,
        now: datetime | None,
        gathering: Gathering,
        unsure: Container[str],
    ) -> Made:
        """Make the records of all schedules; what is wrong is noted."""
        kit = self._kit(policy, commit, gathering)
        kit.unsure = unsure
        kit.role_words = {word for one in self.lists["templates"] for word in _role_words(one)}
        needed = (*self.lists["templates"], *self.lists["schedules"], *self.lists["steps"])
        kit.guessed = any(entry.document.faulty for entry in needed)
        policy = with_named_calendar(policy, policy_document, kit)
        made = Made(kit, policy, self.lists["overrides"])
        templates = by_name(self.lists["templates"], "template", gathering)
        for template in templates.values():
            kit.named_calendar(template)
        schedules = [self._schedule(one, templates, kit, now) for one in self.lists["schedules"]]
        given = [one for one in schedules if one is not None]
        if not kit.unsure:
            self._check_used(templates, gathering)
            self._check_companies(kit)
        if _small_enough(given, templates, kit):
            made.make(given, templates)
        return made

    def _kit(self, policy: Policy, commit: str | None, gathering: Gathering) -> Kit:
        lists = self.lists
        calendars = {}
        for name, entry in by_name(lists["calendars"], "calendar", gathering).items():
            calendars[name] = named_calendar(entry)
            check_calendar(entry, calendars[name].calendar, gathering)
        roles = {
            name: Role(entry, gathering)
            for name, entry in by_name(lists["roles"], "role", gathering).items()
        }
        steps = by_name(lists["steps"], "list of steps", gathering)
        return Kit(calendars, roles, steps, gathering, Nearest(), policy.time_zone, commit)

    def _check_used(self, templates: Mapping[str, Entry], gathering: Gathering) -> None:
        used = {entry.text("template") for entry in self.lists["schedules"]}
        if not used <= templates.keys():
            return  # one of them is meant by a name that is misspelled
        for name, template in templates.items():
            if name not in used:
                found = f"no schedule names the template {quoted(name)}: it makes nothing"
                problem = template.problem("unused-template", found, "add it to schedules", "name")
                gathering.add(replace(problem, severity="warning"))

    def _check_companies(self, kit: Kit) -> None:
        """Somebody who has a role for a company that no schedule names is never asked."""
        companies = {
            company.text("name")
            for schedule in self.lists["schedules"]
            for company in schedule.entries("companies")
        }
        for role in self.lists["roles"]:
            for person in role.entries("people"):
                name = person.text("company_name")
                if name and companies and name not in companies:
                    known = f"known: {', '.join(sorted(companies)[:20])}"
                    remedy = kit.nearest.suggestion(name, companies, known)
                    found = f"no schedule is for the company {quoted(name)}"
                    problem = person.problem("unknown-company", found, remedy, "company_name")
                    kit.gathering.add(replace(problem, severity="warning"))

    def _schedule(
        self,
        entry: Entry,
        templates: dict[str, Entry],
        kit: Kit,
        now: datetime | None,
    ) -> Schedule | None:
        name = entry.text("template")
        template = templates.get(name)
        if template is None:
            if name and not kit.excuses(name):
                known = f"known: {', '.join(sorted(templates)) or 'none yet'}"
                remedy = kit.nearest.suggestion(name, templates, known)
                found = f"there is no template {quoted(name)}"
                kit.gathering.add(entry.problem("unknown-template", found, remedy, "template"))
            return None
        calendar = kit.calendars.get(template.text("calendar"))
        zone = (calendar.time_zone if calendar else None) or kit.time_zone
        today = now.astimezone(ZoneInfo(zone)).date() if now else date.min
        return read_schedule(entry, today, kit.gathering)


def _role_words(holder: Entry) -> Iterator[str]:
    """Yield the words that a template, or a task, and all tasks in it translate into roles."""
    yield from holder.get("roles") or ()
    for task in holder.entries("tasks"):
        yield from _role_words(task)


def _size(holder: Entry, kit: Kit, months: int) -> int:
    """How many records one instance can have: the tasks, their steps and subtasks, and itself.

    Args:
        months: How long the period is.
    """
    size = 1
    for task in holder.entries("tasks"):
        length = min(MONTHS.get(task.get("each"), months), months)
        steps = kit.steps.get(task.text("steps"))
        many = len(steps.get("steps", ())) if steps else 0
        size += months // length * (many + _size(task, kit, length))
    return size


def _small_enough(schedules: Sequence[Schedule], templates: Mapping[str, Entry], kit: Kit) -> bool:
    """Whether all schedules together make no more than can be held; counted, not tried."""
    total = 0
    sizes: dict[tuple[str, Every], int] = {}
    for schedule in schedules:
        name, every = schedule.entry.text("template"), schedule.first.every
        if (name, every) not in sizes:
            sizes[name, every] = _size(templates[name], kit, MONTHS[every])
        size = schedule.size * sizes[name, every]
        total += size
        if total > MAX_TASKS:
            found = f"the schedule makes {schedule.size:,} projects with up to {size:,} records"
            remedy = f"all schedules together may make {MAX_TASKS:,}; name fewer periods"
            key = "to" if "to" in schedule.entry.item else "rolling"
            kit.gathering.add(schedule.entry.problem("too-many-periods", found, remedy, key))
            return False
    return True
