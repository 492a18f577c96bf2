"""The schedule of a period as text, as Markdown and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import plain, prose
from odoo_seed.core.words import count, day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from odoo_seed.core.agenda import Agenda
    from odoo_seed.core.loads import Entry, Load

SCHEMA_VERSION = 1
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAME = 100
NOBODY = "nobody"


def headline(agenda: Agenda) -> str:
    """What there is, one line without markup."""
    tasks = [entry for entry in agenda.entries if entry.kind == "task"]
    milestones = len(agenda.entries) - len(tasks)
    said = [count(len(tasks), "task")]
    if milestones:
        said.append(count(milestones, "milestone"))
    if people := len({person for entry in tasks for person in entry.people}):
        said.append("1 person" if people == 1 else f"{people} people")
    days = [entry.day for entry in agenda.entries if entry.day is not None]
    when = f", {spoken(min(days), year=True)} to {spoken(max(days), year=True)}" if days else ""
    found = agenda.overloads()
    over = f"; {count(found, 'overload')} (more than {agenda.limit:g} h a day)" if found else ""
    what = "Due in " * agenda.by_deadline + agenda.period.name
    return f"{what}: {', '.join(said)}{when}{over}"


def spoken(moment: date, *, year: bool = False) -> str:
    """``Fri 9 Jan``, or with the year."""
    return f"{_WEEKDAYS[moment.weekday()]} {day(moment.isoformat(), year)}"


def title(entry: Entry) -> str:
    """Its name after those of the tasks it is a part of, without markup; of one line.

    A name that a later one repeats says nothing more: ``Review: AP aging`` is a part of AP aging.
    """
    names = entry.names
    told = [
        name for at, name in enumerate(names) if not any(name in one for one in names[at + 1 :])
    ]
    return " › ".join(plain(name, _NAME) for name in told)


def amount(entry: Entry) -> str:
    """The planned hours; empty where the seed says none."""
    return f"{entry.hours:g} h" if entry.estimated else ""


def load_words(agenda: Agenda, person: str, load: Load) -> str:
    """``9 h in 3 tasks``, and how far that is above the limit."""
    told = f"{_hours(load.hours)} in {count(len(load.entries) + load.elsewhere, 'task')}"
    if load.elsewhere:
        told += f" ({load.elsewhere} of them not in this list)"
    if agenda.is_overload(person, load):
        told += f"  OVERLOAD: {_hours(load.hours - agenda.limit)} too many"
    return told


def _hours(number: float) -> str:
    return f"{round(number, 2):g} h"


def text(agenda: Agenda) -> str:
    """The schedule for a terminal."""
    lines = [headline(agenda)]
    for moment, entries in agenda.days().items():
        lines += ["", spoken(moment, year=True), *(f"  {_line(entry)}" for entry in entries)]
    if agenda.undated:
        lines += ["", "Without a deadline", *(f"  {_line(entry)}" for entry in agenda.undated)]
    for person, days in agenda.loads.items():
        lines += ["", f"{plain(person) or NOBODY}: {_total(days.values())}"]
        lines += [
            f"  {spoken(at):<10}  {load_words(agenda, person, it)}" for at, it in days.items()
        ]
    return "\n".join(lines)


def _line(entry: Entry) -> str:
    mark = "◆ " if entry.kind == "milestone" else ""
    home, ref = entry.project.external_ref, entry.external_ref
    parts = [
        f"{mark}{entry.time} {title(entry)}".replace("  ", " ").strip(),
        ", ".join(map(plain, entry.people)),
        amount(entry),
        plain(ref if ref.startswith(home) else f"{home} {ref}"),
    ]
    return " · ".join(filter(None, parts))


def _total(loads: Collection[Load]) -> str:
    tasks = {id(entry) for load in loads for entry in load.entries}
    return f"{count(len(tasks), 'task')} on {count(len(loads), 'day')}"


def markdown(agenda: Agenda) -> str:
    """The schedule for a page: a table a day, and one of the people."""
    lines = [f"### {prose(headline(agenda))}"]
    for moment, entries in agenda.days().items():
        lines += ["", f"**{spoken(moment, year=True)}**", "", *_table(entries)]
    if agenda.undated:
        lines += ["", "**Without a deadline**", "", *_table(agenda.undated)]
    if agenda.loads:
        lines += [
            "",
            "**Who has how much**",
            "",
            "| Who | Day | Work | |",
            "| --- | --- | --- | --- |",
        ]
    for person, days in agenda.loads.items():
        who = prose(person) or NOBODY
        for moment, load in days.items():
            words, _, over = load_words(agenda, person, load).partition("  OVERLOAD: ")
            lines.append(f"| {who} | {spoken(moment)} | {words} | {over and f'⚠️ {over}'} |")
            who = ""
    return "\n".join(lines)


def _table(entries: Sequence[Entry]) -> Iterator[str]:
    yield "| Task | Who | Hours | Project | Ref |"
    yield "| --- | --- | ---: | --- | --- |"
    for entry in entries:
        what = f"{'◆ ' * (entry.kind == 'milestone')}{entry.time} {title(entry)}".strip()
        who = ", ".join(map(plain, entry.people))
        cells = (
            prose(what, 500),
            prose(who, 500),
            f"{entry.hours:g}" if entry.estimated else "",
            prose(entry.project.name, _NAME),
            prose(entry.external_ref),
        )
        yield f"| {' | '.join(cells)} |"


def as_json(agenda: Agenda) -> dict[str, Any]:
    """As `schemas/calendar.schema.json` describes it."""
    period = agenda.period
    return {
        "schema_version": SCHEMA_VERSION,
        "period": str(period),
        "from": period.first_day.isoformat(),
        "to": period.last_day.isoformat(),
        "by_deadline": agenda.by_deadline,
        "time_zone": agenda.time_zone,
        "max_hours_per_day": agenda.limit,
        "overloads": agenda.overloads(),
        "entries": [_entry_json(entry) for entry in agenda.entries],
        "people": [
            {
                "email": person or None,
                "days": [
                    {
                        "date": moment.isoformat(),
                        "hours": round(load.hours, 2),
                        "overload": agenda.is_overload(person, load),
                        "tasks": [entry.external_ref for entry in load.entries],
                        "other_tasks": load.elsewhere,
                    }
                    for moment, load in days.items()
                ],
            }
            for person, days in agenda.loads.items()
        ],
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "external_ref": entry.external_ref,
        "names": list(entry.names),
        "project_external_ref": entry.project.external_ref,
        "company_name": entry.project.company_name,
        "date": entry.day.isoformat() if entry.day else None,
        "time": entry.time or None,
        "people": list(entry.people),
        "planned_hours": entry.hours if entry.estimated else None,
    }
