"""The policy: it speaks of programs and projects that are there, and of windows that can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.calendar import WEEKDAYS
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.findings import Findings
    from odoo_seed.core.freeze import Freeze
    from odoo_seed.core.model import Pointer
    from odoo_seed.core.policy import Policy


def check_policy(findings: Findings, policy: Policy) -> None:
    """Names, and the windows of the freeze."""
    _check_names(findings, policy, "program", policy.programs, findings.programs)
    _check_names(findings, policy, "project", policy.projects, findings.projects)
    _check_freeze(findings, policy, policy.freeze, ("freeze",))
    for name, target in policy.targets.items():
        if target.freeze is not None:
            _check_freeze(findings, policy, target.freeze, ("targets", name, "freeze"))


def _check_freeze(findings: Findings, policy: Policy, freeze: Freeze, place: Pointer) -> None:
    if not freeze.named:
        _check_calendar(findings, policy, freeze, place)
    _check_windows(findings, policy, freeze, place)


def _check_names(
    findings: Findings,
    policy: Policy,
    kind: str,
    named: Mapping[str, object],
    known: Mapping[str, object],
) -> None:
    for name in named:
        if name in known or name in findings.unsure:
            continue
        remedy = findings.suggestion(name, known, f"name a {kind} of the seed, or remove it")
        found = f"there is no {kind} {quoted(name)}"
        field = (f"{kind}s", name)
        findings.add(policy, field, f"unknown-{kind}", found, remedy, key=True)


def _check_calendar(findings: Findings, policy: Policy, freeze: Freeze, at: Pointer) -> None:
    calendar = freeze.calendar
    if set(WEEKDAYS) <= set(calendar.weekend):
        field = (*at, "calendar", "weekend")
        found, remedy = "every day is one of the weekend", "leave out the days people work on"
        findings.add(policy, field, "no-working-day", found, remedy)
    for day in sorted({*calendar.add} & {*calendar.remove}):
        field = (*at, "calendar", "remove")
        found = f"{day} is added and removed"
        findings.add(policy, field, "added-and-removed", found, "keep it in one of the two lists")


def _check_windows(findings: Findings, policy: Policy, freeze: Freeze, at: Pointer) -> None:
    for dated in freeze.dates:
        if dated.last_day < dated.first_day:
            found = f"the window ends on {dated.last_day}, before it starts on {dated.first_day}"
            field = (*at, *dated.place, "to")
            findings.add(policy, field, "dates-out-of-order", found, "put from and to in order")
    for month_end in freeze.month_ends:
        place = (*at, *month_end.place)
        if month_end.months == ():
            found, remedy = "the window has no month", "name months, or remove the key for all"
            findings.add(policy, (*place, "months"), "empty-window", found, remedy)
        elif not (month_end.last_working_days or month_end.first_working_days):
            silent = all(
                findings.is_silent(policy, *place, key)
                for key in ("last_working_days", "first_working_days")
            )
            if silent:
                found = "the window has no day"
                remedy = "give last_working_days, first_working_days or both"
                findings.add(policy, place, "empty-window", found, remedy)
    told: set[str] = set()
    for window in freeze.windows:
        if window.name in told:
            field = (*at, *window.place, "name")
            found = f"two windows are called {quoted(window.name)}"
            remedy = "give each a name of its own: messages and the log tell it"
            findings.add(policy, field, "duplicate-window", found, remedy)
        told.add(window.name)
