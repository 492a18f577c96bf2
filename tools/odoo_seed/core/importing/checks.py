"""Doubts about tasks that could be read: days, people and their order."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from odoo_seed.core.importing.words import normal
from odoo_seed.core.quoting import quoted
from odoo_seed.core.words import day as spoken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.drafts import Draft, DraftStep
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.periods import Period
    from odoo_seed.core.working_days import WorkingDays

_LATE = timedelta(days=400)


def check(
    drafts: Iterable[Draft], profile: Profile, working_days: WorkingDays, doubts: Doubts
) -> None:
    """Doubt what can hardly be meant."""
    for draft in drafts:
        steps = sorted(draft.steps.values(), key=lambda step: profile.place(step.code))
        for step in steps:
            _check_day(draft, step, profile, working_days, doubts, last=step is steps[-1])
        _check_order(steps, profile, doubts)
        _check_people(draft, profile, doubts)


def _check_day(
    draft: Draft,
    step: DraftStep,
    profile: Profile,
    working_days: WorkingDays,
    doubts: Doubts,
    *,
    last: bool,
) -> None:
    day, cell, period = step.day, step.day_cell, draft.period
    if day is None or cell is None or period is None:
        return
    remedy = f"check the year: the period is {period.first_day} to {period.last_day}"
    said = f"{quoted(draft.name)} of {period.name} is due {spoken(day.isoformat())}"
    if day < _earliest(period, profile, last=last):
        when = "before its period" if day < period.first_day else "before its period is over"
        doubts.doubt("due-before-period", step.sheet, cell, f"{said}, {when}", remedy)
    elif day > period.last_day + _LATE:
        doubts.doubt("due-long-after-period", step.sheet, cell, f"{said}, long after it", remedy)
    if not working_days.is_working_day(day):
        free = f"{quoted(draft.name)} is due on {day:%A}, {spoken(day.isoformat())}, a free day"
        after = working_days.shifted(day, "next")
        remedy = f"the next working day is {spoken(after.isoformat())}"
        doubts.doubt("due-on-free-day", step.sheet, cell, free, remedy)


def _earliest(period: Period, profile: Profile, *, last: bool) -> date:
    if profile.due == "after_period" and last:
        return period.last_day + timedelta(days=1)
    return period.first_day


def _check_order(steps: list[DraftStep], profile: Profile, doubts: Doubts) -> None:
    before: DraftStep | None = None
    for step in steps:
        if step.day is None or step.day_cell is None:
            continue
        if before is not None and before.day is not None and step.day < before.day:
            names = [profile.steps[profile.place(one.code)].code for one in (step, before)]
            found = f"{names[0]} is due {step.day}, before {names[1]} on {before.day}"
            remedy = "a step is due after the one before it"
            doubts.doubt("steps-out-of-order", step.sheet, step.day_cell, found, remedy)
        before = step


def _check_people(draft: Draft, profile: Profile, doubts: Doubts) -> None:
    for rule in profile.steps:
        step = draft.steps.get(rule.code)
        for code in rule.apart_from if step is not None else ():
            other = draft.steps.get(code)
            same = _who(step) & _who(other)
            if step is None or not step.people or not same:
                continue
            found = f"{quoted(draft.name)}: the same person does {code} and {rule.code}"
            remedy = f"let somebody else do {rule.code}"
            doubts.doubt("same-person", step.sheet, step.people[0].cell, found, remedy)


def _who(step: DraftStep | None) -> set[str]:
    if step is None:
        return set()
    return {person.email or normal(person.code) for person in step.people or ()}
