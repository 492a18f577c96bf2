"""The schedule of a period: what belongs to it, and who has how much on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import icalendar
import vobject

from odoo_seed.core import report_agenda
from odoo_seed.core.agenda import Agenda, Choice, make_agenda
from odoo_seed.core.agenda_ical import ical
from odoo_seed.core.calendar import Calendar
from odoo_seed.core.freeze import Freeze
from odoo_seed.core.kit import NamedCalendar
from odoo_seed.core.model import Due, Instance, Milestone, Project, Seed, SeedAndPolicy, Task
from odoo_seed.core.periods import parse_period
from odoo_seed.core.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

ANA, BENG = "ana@example.com", "beng@example.com"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLOSE = Project("CLOSE", "Close", r"TBWA\SMP")
OTHER = Project("OTHER", "Other", "Omnia")
JANUARY = Instance("close", "2026-01", r"TBWA\SMP")
MADE = Project("MADE", "Made", r"TBWA\SMP", instance=JANUARY)


def task(ref: str, deadline: str | None, *people: str, **more: Any) -> Task:
    return Task(ref, more.pop("project", "CLOSE"), f"Task {ref}", deadline=deadline,
                assignee_emails=people or None, **more)  # fmt: skip


def agenda(
    *tasks: Task, period: str = "2026-01", milestones: Iterable[Milestone] = (), **choice: Any
) -> Agenda:
    seed = Seed((), (CLOSE, OTHER, MADE), tuple(milestones), tasks)
    policy = Policy(freeze=Freeze(Calendar("PH")))
    named = NamedCalendar("six days", Calendar(weekend=("sun",)))
    content = SeedAndPolicy(seed, policy, (named,))
    return make_agenda(content, parse_period(period), Choice(**choice), 8.0)


def refs(made: Agenda) -> list[str]:
    return [entry.external_ref for entry in made.entries]


def loads(made: Agenda, person: str) -> dict[str, float]:
    return {day.isoformat(): load.hours for day, load in made.loads.get(person, {}).items()}


def test_tasks_come_by_day_and_time_and_only_those_of_the_period():
    made = agenda(
        task("T3", "2026-01-09T15:00"),
        task("T2", "2026-01-09"),
        task("T1", "2026-01-31"),
        task("FEB", "2026-02-01"),
        task("NEVER", None),
        task("GONE", "2026-01-09", is_active=False),
        milestones=[Milestone("M", "CLOSE", "Books closed", date(2026, 1, 9))],
    )
    assert refs(made) == ["M", "T2", "T3", "T1"]
    assert refs(agenda(task("FEB", "2026-02-01"), period="2026-Q1")) == ["FEB"]
    assert refs(agenda(task("FEB", "2026-02-01"), period="2026")) == ["FEB"]


def test_what_a_template_made_belongs_to_its_period_whenever_it_is_due():
    tasks = (
        task("SIGN", "2026-02-06", project="MADE", instance=JANUARY),
        task("FILE", "2027-01-15", instance=Instance("bir", "2026-Q4", r"TBWA\SMP")),
    )
    booked = Milestone("M", "MADE", "Books closed", date(2026, 2, 4))
    made = [
        agenda(*tasks, milestones=[booked], period=period)
        for period in ("2026-01", "2026-02", "2026-Q1", "2026-Q4", "2026-12", "2026", "2027")
    ]
    both = ["M", "SIGN"]
    assert [refs(one) for one in made] == [both, [], both, ["FILE"], [], [*both, "FILE"], []]
    assert refs(agenda(*tasks, milestones=[booked], period="2026-02", by_deadline=True)) == both
    due = agenda(*tasks, period="2027", by_deadline=True)
    assert refs(due) == ["FILE"]
    assert report_agenda.text(due).startswith("Due in 2027: 1 task, Fri 15 Jan 2027")


def test_companies_people_and_projects_narrow_it_down():
    tasks = task("A", "2026-01-09", ANA), task("B", "2026-01-09", BENG, project="OTHER")
    milestones = [Milestone("M", "CLOSE", "Books closed", date(2026, 1, 9))]
    assert refs(agenda(*tasks, companies=["Omnia"])) == ["B"]
    assert refs(agenda(*tasks, projects=["CLOSE"])) == ["A"]
    made = agenda(*tasks, milestones=milestones, people=[ANA])
    assert (refs(made), list(made.loads)) == (["A"], [ANA])


def test_planned_hours_above_the_limit_of_a_day_are_an_overload():
    tasks = [task(f"T{hours}", "2026-01-09", ANA, planned_hours=hours) for hours in (3.0, 5.0)]
    assert agenda(*tasks).overloads() == 0
    made = agenda(*tasks, task("MORE", "2026-01-09", ANA, BENG, planned_hours=1))
    assert (loads(made, ANA), loads(made, BENG)) == ({"2026-01-09": 8.5}, {"2026-01-09": 0.5})
    assert made.overloads() == 1
    assert "Fri 9 Jan   8.5 h in 3 tasks  OVERLOAD: 0.5 h too many" in report_agenda.text(made)


def test_an_address_in_capital_letters_is_the_same_person():
    tasks = task("A", "2026-01-09", ANA), task("B", "2026-01-09", ANA.upper())
    made = agenda(*tasks, people=[ANA])
    assert (refs(made), loads(made, ANA)) == (["A", "B"], {"2026-01-09": 2})


def test_tasks_without_hours_count_too_but_not_those_whose_work_is_in_their_subtasks():
    tasks = [task(f"T{number}", "2026-01-09", ANA) for number in range(9)]
    assert agenda(*tasks).overloads() == 1
    child = task("CHILD", "2026-01-08", BENG, parent_external_ref="T0")
    assert agenda(*tasks, child).overloads() == 0


def test_a_day_counts_what_is_not_in_the_list_too():
    made = agenda(
        task("HERE", "2026-01-09", ANA, planned_hours=6),
        task("THERE", "2026-01-09", ANA, planned_hours=4, project="OTHER"),
        task("LATER", "2026-01-12", ANA, planned_hours=20, project="OTHER"),
        projects=["CLOSE"],
    )
    assert loads(made, ANA) == {"2026-01-09": 18.0}  # LATER takes the 12th, the 9th and the 8th
    assert "18 h in 3 tasks (2 of them not in this list)" in report_agenda.text(made)


def test_a_long_task_takes_the_working_days_before_its_deadline():
    made = agenda(task("LONG", "2026-01-05", ANA, planned_hours=20))
    # Before Monday the 5th: Friday the 2nd, and, since 30 and 31 December and 1 January are
    # holidays, Monday, 29 December.
    assert loads(made, ANA) == {"2025-12-29": 4.0, "2026-01-02": 8.0, "2026-01-05": 8.0}
    assert made.overloads() == 0


def test_the_working_days_of_a_templates_task_are_those_of_its_calendar():
    due = Due("six days", date(2026, 1, 5))
    made = agenda(task("LONG", "2026-01-05", ANA, planned_hours=16, due=due))
    assert loads(made, ANA) == {"2026-01-03": 8.0, "2026-01-05": 8.0}  # from Saturday on


def test_a_calendar_without_working_days_leaves_all_hours_on_the_deadline():
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    seed = Seed((), (CLOSE,), (), (task("T", "2026-01-05", ANA, planned_hours=16),))
    content = SeedAndPolicy(seed, Policy(freeze=Freeze(Calendar(weekend=week))))
    made = make_agenda(content, parse_period("2026-01"), Choice(), 8.0)
    assert loads(made, ANA) == {"2026-01-05": 16.0}


def test_a_task_longer_than_a_quarter_ends_in_one_overloaded_day():
    made = agenda(task("ENDLESS", "2026-01-30", ANA, planned_hours=1e6))
    assert len(made.loads[ANA]) == 60
    assert made.overloads() == 1


def test_work_that_is_nobodys_is_told_last_and_is_no_overload():
    made = agenda(task("N", "2026-01-09", planned_hours=8), task("A", "2026-01-09", ANA))
    assert list(made.loads) == [ANA, ""]
    assert "nobody: 1 task on 1 day" in report_agenda.text(made)
    assert made.overloads() == 0


TEXT = """\
January 2026: 2 tasks, 1 milestone, 2 people, Fri 9 Jan 2026 to Mon 12 Jan 2026

Fri 9 Jan 2026
  ◆ Books closed · CLOSE M
  15:00 Task TOP › Task SUB · ana@example.com, beng@example.com · 6 h · CLOSE SUB

Mon 12 Jan 2026
  Task TOP · CLOSE TOP

ana@example.com: 1 task on 1 day
  Fri 9 Jan   3 h in 1 task

beng@example.com: 1 task on 1 day
  Fri 9 Jan   3 h in 1 task"""


def small() -> Agenda:
    return agenda(
        task("TOP", "2026-01-12"),
        task("SUB", "2026-01-09T15:00", ANA, BENG, parent_external_ref="TOP", planned_hours=6),
        milestones=[Milestone("M", "CLOSE", "Books closed", date(2026, 1, 9))],
    )


def test_the_schedule_as_text():
    assert report_agenda.text(small()) == TEXT


def test_a_parents_name_that_the_tasks_own_repeats_and_a_ref_that_names_the_project_stand_once():
    made = agenda(
        task("OTHER_AP", None, project="OTHER"),
        task("OTHER_AP_R", "2026-01-09", project="OTHER", parent_external_ref="OTHER_AP"),
    )
    assert "\n  Task OTHER_AP_R · OTHER_AP_R\n" in report_agenda.text(made)


def test_an_empty_period_says_so_in_every_format():
    made = agenda()
    assert report_agenda.text(made) == "January 2026: 0 tasks"
    assert report_agenda.markdown(made) == "### January 2026: 0 tasks"
    assert icalendar.Calendar.from_ical(ical(made, NOW)).walk("VEVENT") == []


def test_icalendar_is_read_by_another_library():
    told = ical(small(), NOW)
    assert b"\n" not in told.replace(b"\r\n", b"")
    assert max(map(len, told.split(b"\r\n"))) <= 75
    whole = vobject.readOne(told.decode())
    assert whole.validate(raiseException=True)
    milestone, sub, top = whole.vevent_list
    assert (top.summary.value, top.dtstart.value) == ("Task TOP", date(2026, 1, 12))
    assert (milestone.dtstart.value, milestone.dtend.value) == (date(2026, 1, 9), date(2026, 1, 10))
    assert sub.summary.value == "Task TOP › Task SUB"
    assert sub.dtstart.value == datetime(2026, 1, 9, 7, 0, tzinfo=UTC)  # 15:00 in Manila
    assert sub.description.value.split("\n") == [
        r"Close (TBWA\SMP)", "Who: ana@example.com, beng@example.com", "Planned: 6 h", "Ref: SUB",
    ]  # fmt: skip


def test_the_uid_of_a_ref_stays_whatever_else_changes():
    def uids(made: Agenda) -> set[str]:
        events = icalendar.Calendar.from_ical(ical(made, NOW)).walk("VEVENT")
        return {str(event["uid"]) for event in events}

    moved = agenda(task("TOP", "2026-01-20", ANA), task("SUB", "2026-01-05"))
    assert uids(moved) < uids(small())
    assert uids(moved) == {"task-TOP@odoo-seed", "task-SUB@odoo-seed"}
