"""`calendar`: the schedule of a period, from the YAML alone."""

from __future__ import annotations

import json

import icalendar
import pytest
import vobject
from hostile import HARMLESS, LINES
from product import Product, Project, Task

from odoo_seed.core.escape import plain

PEOPLE = ["=cmd|'x'!a1@example.com", "www.evil&#64$x$@example.com", "_**`b`**_[x]|\\@example.com"]
FORMS = ("text", "markdown", "json", "ical")
MARCH = ("calendar", "--period", "2026-03")


@pytest.fixture
def offline(product: Product, monkeypatch: pytest.MonkeyPatch) -> Product:
    """Neither a database nor an Odoo that could be reached."""
    for name in product.variables:
        monkeypatch.delenv(name)
    return product


def test_it_needs_no_database_and_no_odoo_and_leaves_nothing_behind(offline: Product) -> None:
    before = sorted(offline.folder.rglob("*"))
    for form in FORMS:
        ask = offline.command if form == "ical" else offline.run
        done = ask(*MARCH, "--format", form)
        assert (done.code, done.err) == (0, "")
        assert "A1" in done.out
    assert sorted(offline.folder.rglob("*")) == before
    assert offline.odoo.calls() == []


def test_it_tells_the_days_and_the_people_and_json_is_what_its_schema_says(
    offline: Product,
) -> None:
    told = offline.ok(*MARCH)
    assert told.startswith("March 2026: 5 tasks, 1 person, Mon 2 Mar 2026 to Mon 2 Mar 2026\n")
    assert "  Task B1 · ana@example.com · BETA B1\n" in told
    assert "ana@example.com: 1 task on 1 day\n  Mon 2 Mar   1 h in 1 task\n" in told
    done = offline.run(*MARCH, "--format", "json").json("calendar")
    assert [entry["external_ref"] for entry in done["entries"]] == ["A1", "A2", "A3", "B1", "B2"]
    assert not done["by_deadline"]
    due = offline.run(*MARCH, "--due", "--format", "json").json("calendar")
    assert due == done | {"by_deadline": True}
    assert offline.ok("calendar", "--period", "2026-Q2") == "Q2 2026: 0 tasks\n"


def test_an_overload_is_marked_by_the_limit_of_the_policy_or_of_the_option(
    offline: Product,
) -> None:
    tasks = [Task(f"A{number}", assignee="ana@example.com") for number in range(1, 8)]
    offline.write(Project("ALPHA", tasks=tasks))
    marked = "8 h in 8 tasks  OVERLOAD: 2 h too many"
    assert "OVERLOAD" not in offline.ok(*MARCH)
    assert marked in offline.ok(*MARCH, "--max-hours", "6")
    offline.policy("workload: {max_hours_per_day: 6}")
    assert marked in offline.ok(*MARCH)
    assert "⚠️ 2 h too many" in offline.ok(*MARCH, "--format", "markdown")
    offline.policy("workload: {hours_without_estimate: 2}")
    assert "16 h in 8 tasks  OVERLOAD: 8 h too many" in offline.ok(*MARCH)


def test_it_is_narrowed_down_and_a_misspelt_name_is_told_with_the_nearest(
    offline: Product,
) -> None:
    told = offline.ok(*MARCH, "--project", "beta", "--person", "Ana@example.com")
    assert told.startswith("March 2026: 1 task, 1 person")
    assert offline.ok(*MARCH, "--company", "acme & sons").startswith("March 2026: 5 tasks")
    done = offline.run(*MARCH, "--person", "anna@example.com")
    assert (done.code, done.err) == (
        2,
        "Error: The seed has no person anna@example.com.\n  → Did you mean ana@example.com?\n",
    )
    assert offline.run("calendar", "--period", "January").code == 2
    done = offline.run(*MARCH, "--max-hours", "nan")
    assert (done.code, "'nan' is no number" in done.err) == (2, True)


def test_an_invalid_seed_shows_the_problems_of_validate(offline: Product) -> None:
    offline.write(Project("ALPHA", tasks=[Task("A1", depends=["NOWHERE"])]))
    for form in FORMS:
        done = offline.run(*MARCH, "--format", form)
        assert done.code == 2
        assert "supabase/seed/odoo/projects/ALPHA.yaml" in done.out


def test_hostile_names_break_neither_markdown_nor_icalendar(
    offline: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(LINES.values())
    tasks = [
        Task(f"H{number}", name, assignee=PEOPLE[number % len(PEOPLE)])
        for number, name in enumerate(names)
    ]
    offline.write(Project("ALPHA", name=LINES["table"], company=LINES["html"], tasks=tasks))
    path = offline.file("ALPHA")  # a byte-order mark stands in a file only escaped
    path.write_text(path.read_text(encoding="utf-8").replace("\ufeff", "\\ufeff"), encoding="utf-8")
    for form in ("text", "markdown", "json"):
        done = offline.run(*MARCH, "--format", form)
        assert done.code == 0
        HARMLESS[form](done.out)
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")  # the standard says UTF-8
    told = offline.command(*MARCH, "--format", "ical").out
    shown = {f"H{number}": plain(name, 100) for number, name in enumerate(names)}
    events = {
        str(event["uid"]).removeprefix("task-").removesuffix("@odoo-seed"): event
        for event in icalendar.Calendar.from_ical(told).walk("VEVENT")
    }
    assert {ref: str(events[ref]["summary"]) for ref in shown} == shown
    read = {event.uid.value: event.summary.value for event in vobject.readOne(told).vevent_list}
    assert {ref: read[f"task-{ref}@odoo-seed"] for ref in shown} == shown
    assert len(events) == len(json.loads(offline.run(*MARCH, "--format", "json").out)["entries"])
