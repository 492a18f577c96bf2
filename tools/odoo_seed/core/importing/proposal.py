"""A template for tasks that come again period after period, with what was different as overrides.

What it says is proved: expanded, it gives the very tasks that the workbook has, with what the
workbook leaves blank in single periods filled in from the others.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.importing.offsets import most_common_offset, statutory_rule, step_offset
from odoo_seed.core.importing.proving import overrides_for
from odoo_seed.core.importing.refs import code_of
from odoo_seed.core.periods import MONTHS, period_of
from odoo_seed.core.working_days import WorkingDays
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from odoo_seed.core.importing.drafts import Draft, DraftStep
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.importing.workbooks import Imported
    from odoo_seed.core.model import Project
    from odoo_seed.core.periods import Every, Period

Data = dict[str, Any]
_Series = tuple[str, "Every"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A template and what belongs to it.

    Attributes:
        data: By top-level key of the YAML, in the order to be written.
        tasks: How many tasks it says once.
        periods: How often they come.
        left: How many tasks of other projects, in which nothing comes again, are not in it.
        filled: How many have from it what the workbook leaves blank.
    """

    data: dict[str, list[Data]]
    tasks: int
    periods: int
    left: int = 0
    filled: int = 0


def recurring(done: Imported, profile: Profile) -> tuple[int, int]:
    """How many tasks come again, and in how many periods; (0, 0) when none do.

    None does that a template makes already.
    """
    made = {one.external_ref for one in done.seed.projects if one.instance is not None}
    if made.intersection(done.refs):
        return 0, 0
    series = _series(done.drafts, profile)
    again = [found for found in series.values() if len(found) > 1]
    return len(again), max(map(len, again), default=0)


def propose(done: Imported, profile: Profile) -> Proposal | None:
    """Return a template of the workbook's tasks; None when none of them comes again.

    Raises:
        UsageError: The schedule needs a company.
    """
    tasks, periods = recurring(done, profile)
    if not tasks:
        return None
    builder = _Builder(done, profile)
    data = builder.data()
    overrides, filled = overrides_for(data, done)
    if overrides:
        data["overrides"] = overrides
    return Proposal(data, tasks, periods, builder.left, filled)


def _series(drafts: Iterable[Draft], profile: Profile) -> dict[_Series, dict[Period, Draft]]:
    """The tasks by what their refs are made from, and by how long their periods are."""
    found: dict[_Series, dict[Period, Draft]] = {}
    for draft in drafts:
        if draft.period is not None and MONTHS[draft.period.every] <= MONTHS[profile.every]:
            series = found.setdefault((_code(draft, profile), draft.period.every), {})
            series.setdefault(draft.period, draft)
    return found


class _Builder:
    def __init__(self, done: Imported, profile: Profile) -> None:
        self.done, self.profile = done, profile
        series = _series(done.drafts, profile)
        homes = {
            period_of(period.last_day, profile.every)
            for found in series.values()
            for period in found
            if len(found) > 1
        }
        self.periods = sorted(homes, key=lambda period: period.number)
        self.series = {
            name: kept
            for name, found in series.items()
            if (
                kept := {
                    p: d for p, d in found.items() if period_of(p.last_day, profile.every) in homes
                }
            )
        }
        self.left = sum(map(len, series.values())) - sum(map(len, self.series.values()))
        self.working_days = WorkingDays(done.calendar)
        self.roles: dict[str, str] = {}
        self.step_lists: dict[tuple[tuple[Any, ...], ...], str] = {}

    def data(self) -> dict[str, list[Data]]:
        tasks = [self._task(found) for found in self.series.values()]
        calendar, name = self.done.calendar, self.profile.name
        days: Data = {"name": name}
        if calendar.country is not None:
            days["country"] = calendar.country
        if calendar.weekend != ("sat", "sun"):
            days["weekend"] = list(calendar.weekend)
        if calendar.add:
            days["add"] = [day.isoformat() for day in calendar.add]
        roles = [
            {"name": role, "people": [{"email": email}]}
            for role, email in sorted(self.roles.items())
        ]
        steps = [
            {"name": label, "steps": [self._step(one) for one in steps]}
            for steps, label in self.step_lists.items()
        ]
        company = self.done.choices.company_name or self._first().company_name
        if company is None:
            raise UsageError(
                "A template's schedule needs a company.",
                remedy="Name it with --company, as it is called in Odoo.",
            )
        template = {"name": name, "calendar": name, "project": self._project(), "tasks": tasks}
        companies = [{"name": company, "code": code_of(company)}]
        schedules = [
            {
                "template": name,
                "every": self.profile.every,
                "from": str(first),
                "to": str(last),
                "companies": companies,
            }
            for first, last in self._runs()
        ]
        return {
            "calendars": [days],
            **({"roles": roles} if roles else {}),
            **({"steps": steps} if steps else {}),
            "templates": [template],
            "schedules": schedules,
        }

    def _runs(self) -> list[tuple[Period, Period]]:
        """First and last of the periods that follow one another without a gap."""
        runs: list[tuple[Period, Period]] = []
        for period in self.periods:
            if runs and runs[-1][1].moved(1) == period:
                runs[-1] = (runs[-1][0], period)
            else:
                runs.append((period, period))
        return runs

    def _first(self) -> Project:
        """The first of the projects."""
        known = {one.external_ref: one for one in self.done.seed.projects}
        return known[self.done.refs[0]]

    def _project(self) -> Data:
        made: Data = {
            "external_ref": self.done.choices.prefix
            + _in_full(self.profile.project_ref, self.periods[0]),
            "name": self.profile.project_name,
        }
        for key in ("program_slug", "manager_email"):
            if (value := getattr(self._first(), key)) is not None:
                made[key] = value
        return made

    def _task(self, found: dict[Period, Draft]) -> Data:
        first = next(iter(found.values()))
        name = self.profile.task_name.replace("{task}", _braces(first.name))
        name = name.replace("{form}", _braces(first.form or first.name))
        some = next(iter(found))
        made: Data = {"code": _in_full(_code(first, self.profile), some), "name": name}
        if some.every != self.profile.every:
            made["each"] = some.every
        every = {part for period in self.periods for part in period.parts(some.every)}
        if set(found) != every and some.every != "year":
            quarterly = some.every == "quarter"
            numbers = {one.quarter if quarterly else one.last_month for one in found}
            made["only"] = {"quarters" if quarterly else "months": sorted(numbers)}
        if first.category:
            made["tag_names"] = [_braces(first.category)]
        if first.description:
            made["description"] = _braces(first.description)
        ends = {period: _last_day(draft) for period, draft in found.items()}
        due = self._due(ends)
        if due is not None:
            made["due"] = due
        made |= self._people(found, ends, counting=due is not None)
        return made

    def _due(self, ends: dict[Period, date | None]) -> Data | None:
        if self.profile.due == "after_period":
            rule = statutory_rule(ends, self.working_days)
            return None if rule is None else {"anchor": "statutory", "rule": rule}
        offset = most_common_offset(ends, self.working_days)
        if offset is None:
            return None
        return {"anchor": "period_end"} | ({"working_days": offset} if offset else {})

    def _people(
        self, found: dict[Period, Draft], ends: dict[Period, date | None], *, counting: bool
    ) -> Data:
        """Who does it, in which steps."""
        codes = {code for draft in found.values() for code in draft.steps}
        if codes <= {None}:
            steps = [draft.steps[None] for draft in found.values() if None in draft.steps]
            own: Data = {"role": self._role(steps), "planned_hours": _hours(steps)}
            return {key: value for key, value in own.items() if value is not None}
        rows, words = [], {}
        for rule in self.profile.steps:
            steps = [draft.steps[rule.code] for draft in found.values() if rule.code in draft.steps]
            if not steps:
                continue
            days = [
                (ends[period], draft.steps[rule.code].day)
                for period, draft in found.items()
                if rule.code in draft.steps
            ]
            role = self._role(steps)
            if role is not None:
                words[rule.code.lower()] = role
            offset = step_offset(days, self.working_days) if counting else None
            rows.append((rule.code, offset or None, _hours(steps), role is not None))
        label = self.step_lists.setdefault(tuple(rows), self._label())
        return {"steps": label} | ({"roles": words} if words else {})

    def _label(self) -> str:
        number = len(self.step_lists) + 1
        return f"{self.profile.name}-{number}" if number > 1 else self.profile.name

    def _step(self, row: tuple[Any, ...]) -> Data:
        code, offset, hours, has_role = row
        rule = self.profile.steps[self.profile.place(code)]
        made = {
            "code": code,
            "name": rule.name,
            "role": code.lower() if has_role else None,
            "working_days": offset,
            "planned_hours": hours,
        }
        return {key: value for key, value in made.items() if value is not None}

    def _role(self, steps: Sequence[DraftStep]) -> str | None:
        """The role of most of these, by the code that the workbook has for a person."""
        people = [step.people[0] for step in steps if step.people and step.people[0].email]
        if not people:
            return None
        code, email = Counter((one.code, str(one.email)) for one in people).most_common(1)[0][0]
        label = " ".join(code.replace("{", " ").replace("}", " ").split())[:90] or email
        while self.roles.setdefault(label, email) != email:
            label += "'"
        return label


def _code(draft: Draft, profile: Profile) -> str:
    """What its ref is made from, whatever its period."""
    code = profile.task_code.replace("{task}", code_of(draft.name))
    return code.replace("{form}", code_of(draft.form or draft.name)) + draft.mark


def _last_day(draft: Draft) -> date | None:
    return max((step.day for step in draft.steps.values() if step.day is not None), default=None)


def _hours(steps: Sequence[DraftStep]) -> float | None:
    known = [step.hours for step in steps if step.hours is not None]
    return Counter(known).most_common(1)[0][0] if known else None


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _in_full(ref: str, period: Period) -> str:
    """A ref whose period is written without the hyphen that ours do without."""
    parts = {"month": "{year}_{month}", "quarter": "{year}_{quarter}", "year": "{year}"}
    return ref.replace("{period}", parts[period.every]).replace("-", "_")
