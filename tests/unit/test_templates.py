"""What templates make, beyond the days of test_close_and_tax_days.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from templating import COMPANY, OMNIA, codes_of, expanded, scheduled, tasks_of

from odoo_seed.core.gathering import Gathering
from odoo_seed.core.model import Due, Instance
from odoo_seed.core.problems import Problem
from odoo_seed.core.recurring import MAX_TASKS

END = {"anchor": "period_end"}


def task(code: str = "A", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"Task {code}", **more}


def due(**keys: Any) -> dict[str, Any]:
    return task(due=keys)


def deadline(data: dict[str, Any]) -> str | None:
    (made,) = tasks_of(data).values()
    return made.deadline


# Anchors and shifts


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        # February 2026 begins on a Sunday and ends on a Saturday.
        ({"anchor": "period_start"}, "2026-02-02"),
        ({"anchor": "period_start", "working_days": 1}, "2026-02-02"),
        ({"anchor": "period_start", "working_days": 2}, "2026-02-03"),
        ({"anchor": "period_start", "shift": "next", "working_days": 1}, "2026-02-03"),
        ({"anchor": "period_start", "shift": "previous"}, "2026-01-30"),
        ({"anchor": "period_start", "shift": "none"}, "2026-02-01"),
        ({"anchor": "period_end"}, "2026-02-27"),
        ({"anchor": "period_end", "shift": "next"}, "2026-03-02"),
        ({"anchor": "period_end", "shift": "previous", "working_days": -1}, "2026-02-26"),
        ({"anchor": "statutory", "rule": {"day": 15}, "working_days": 1}, "2026-03-17"),
        ({"anchor": "statutory", "rule": {"day": 15}, "shift": "none"}, "2026-03-15"),
        ({"anchor": "statutory", "rule": {"day": 15}, "shift": "previous"}, "2026-03-13"),
        ({"anchor": "statutory", "rule": {"day": 31, "months_after": 0}}, "2026-03-02"),
        ({"anchor": "period_end", "time": "17:00"}, "2026-02-27T17:00"),
    ],
)
def test_a_day_is_counted_from_its_anchor(keys: dict[str, Any], wanted: str):
    assert deadline(scheduled(due(**keys), first="2026-02")) == wanted


@pytest.mark.parametrize(
    ("keys", "found", "remedy", "field"),
    [
        (
            {"anchor": "B", "shift": "next"},
            "shift is of no use with a task as the anchor",
            "remove shift: a task's day is a working day already",
            ("shift",),
        ),
        (
            {"anchor": "period_end", "rule": {"day": 10}},
            "a rule is of no use with the anchor period_end",
            "write anchor: statutory, or remove the rule",
            ("rule",),
        ),
        (
            {"anchor": "statutory"},
            "the anchor is statutory, but no rule says the day",
            "add rule: {day: 10}",
            (),
        ),
        (
            {"anchor": "statutory", "rule": {"day": 10, "days_after": 30}},
            "the rule needs either day or days_after",
            "give day (with months_after), or days_after",
            ("rule",),
        ),
        (
            {"anchor": "statutory", "rule": {"months_after": 2}},
            "the rule needs either day or days_after",
            "give day (with months_after), or days_after",
            ("rule",),
        ),
        (
            {"anchor": "statutory", "rule": {"days_after": 30, "months_after": 2}},
            "months_after is of no use with days_after",
            "remove one of the two",
            ("rule", "months_after"),
        ),
        (
            {"anchor": "statutory", "rule": {"days_after": 30, "except": [{"months": [12]}]}},
            "an exception of days_after needs a day",
            "add day: the day of the month in these periods",
            ("rule", "except"),
        ),
    ],
)
def test_a_due_whose_keys_do_not_go_together_is_told_where_it_stands(
    keys: dict[str, Any], found: str, remedy: str, field: tuple[str, ...]
):
    (problem,) = expanded(scheduled(due(**keys), task("B", due=END))).problems
    found += " (in t 2026-01 TBWA\\SMP)"
    assert (problem.code, problem.found, problem.remedy) == ("bad-due", found, remedy)
    assert problem.pointer == ("templates", 0, "tasks", 0, "due", *field)


@pytest.mark.parametrize(
    ("month", "wanted"),
    [("2026-01", "2026-03-02"), ("2026-12", "2027-01-15")],  # 30 days, and as the exception says
)
def test_days_after_a_period_may_be_a_day_of_the_month_in_some(month: str, wanted: str):
    rule = {"days_after": 30, "except": [{"months": [12], "day": 15}]}
    assert deadline(scheduled(due(anchor="statutory", rule=rule), first=month)) == wanted


def test_a_task_may_count_from_another_one_and_from_a_step():
    steps = {"name": "s", "steps": [{"code": "X", "name": "X", "working_days": 3}]}
    made = tasks_of(
        scheduled(
            task("B", due={"anchor": "A", "working_days": 1}),
            task("C", due={"anchor": "A_X"}),
            task("A", due=END | {"working_days": -5}, steps="s"),
            steps=[steps],
        )
    )
    days = {ref[-1]: one.deadline for ref, one in made.items()}
    assert days == {"B": "2026-01-30", "C": "2026-01-29", "A": "2026-01-29", "X": "2026-01-29"}
    count = made["P_2026-01_SMP_B"].due
    assert count == Due("ph", date(2026, 1, 31), None, (-5, 3, 1))


def test_many_tasks_in_a_row_are_told_before_they_fill_the_memory():
    first = task("T0", due=END)
    chain = [task(f"T{n}", due={"anchor": f"T{n - 1}", "working_days": 1}) for n in range(1, 60)]
    assert codes_of(scheduled(first, *chain)) == ["anchor-chain"]
    assert "anchor-chain" in codes_of(scheduled(*reversed(chain), first))


def test_times_of_a_calendar_elsewhere_are_told_in_the_policys_zone():
    tokyo = {"name": "ph", "time_zone": "Asia/Tokyo"}
    keys = due(anchor="period_start", time="00:30")
    assert deadline(scheduled(keys, calendars=[tokyo])) == "2025-12-31T23:30"


def test_a_template_without_a_calendar_knows_no_holidays():
    data = scheduled(due(anchor="period_start"), template={"calendar": "none"})
    del data["templates"][0]["calendar"]
    assert deadline(data) == "2026-01-01"


# Periods


def periods(schedule: dict[str, Any], now: datetime | None = None, **more: Any) -> list[str]:
    made = tasks_of(scheduled(task(), schedule=schedule, **more), now)
    return [one.instance.period for one in made.values() if one.instance]


NOW = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)  # already 1 April in Manila


def test_a_rolling_schedule_reaches_from_its_start_to_the_next_periods():
    found = periods({"rolling": 3}, NOW)
    assert found == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]


def test_a_rolling_schedule_never_drops_a_period():
    before = periods({"rolling": 2}, NOW)
    after = periods({"rolling": 2}, NOW.replace(year=2027))
    assert after[: len(before)] == before


def test_a_rolling_schedule_that_begins_later_makes_nothing_yet():
    assert periods({"rolling": 2}, NOW, first="2027-01") == []
    data = scheduled({"code": "A", "name": "A"}, first="2027-01", schedule={"rolling": 2})
    data["schedules"][0]["closed"] = ["2027-01"]
    (problem,) = expanded(data, NOW).problems
    assert (problem.code, problem.remedy) == ("bad-period", "it has none yet")


@pytest.mark.parametrize(
    ("every", "first", "last", "wanted"),
    [
        ("month", "2025-12", "2026-01", ["2025-12", "2026-01"]),
        ("quarter", "2025-Q4", "2026-Q1", ["2025-Q4", "2026-Q1"]),
        ("year", 2025, "2026", ["2025", "2026"]),
    ],
)
def test_periods_are_months_quarters_or_years(every, first, last, wanted):
    assert periods({}, every=every, first=first, last=last) == wanted


YEAR = "2026 is a year, but the schedule is for every month"


@pytest.mark.parametrize(
    ("keys", "code", "found", "remedy", "field"),
    [
        (
            {"from": "1800-01"}, "bad-period", '"1800-01" is no period',
            "a period is of a year from 1900 to 9998", ("from",),
        ),
        (
            {"closed": ["9999-01"]}, "bad-period", '"9999-01" is no period',
            "a period is of a year from 1900 to 9998", ("closed", 0),
        ),
        (
            {"from": 2026, "to": "2026-03"}, "bad-period", YEAR,
            "write a month like 2026-01", ("from",),
        ),
        (
            {"to": "2025-12"}, "bad-period", "the last period 2025-12 is before the first 2026-01",
            "put from and to in order", ("to",),
        ),
        (
            {"closed": ["2026-01", "2026-04"]}, "bad-period",
            "2026-04 is none of the schedule's periods", "they are 2026-01 to 2026-03",
            ("closed", 1),
        ),
        (
            {"closed": ["2026-Q1"]}, "bad-period",
            "2026-Q1 is none of the schedule's periods", "they are 2026-01 to 2026-03",
            ("closed", 0),
        ),
        (
            {"closed": [{"period": "2026-02", "company": "TBWA"}]}, "unknown-company",
            '"TBWA" is the code of none of the schedule\'s companies', "known: OMNIA, SMP",
            ("closed", 0),
        ),
    ],
)  # fmt: skip
def test_a_schedule_whose_periods_cannot_be_is_told_where_it_stands(
    keys: dict[str, Any], code: str, found: str, remedy: str, field: tuple[str | int, ...]
):
    data = scheduled(task(), last="2026-03", companies=(COMPANY, OMNIA), schedule=keys)
    (problem,) = [one for one in expanded(data).problems if one.severity == "error"]
    assert (problem.code, problem.found, problem.remedy) == (code, found, remedy)
    assert problem.pointer == ("schedules", 0, *field)


def test_parameters_tell_the_period_and_the_company():
    names = "{period} {period_name} {year} {quarter} {month} {month_name} {company} {company_name}"
    around = "{previous_period} {previous_period_name} {next_period} {next_period_name} {project}"
    made = tasks_of(scheduled({"code": "A", "name": f"{names} {around} {{{{x}}}}"}))
    assert made["P_2026-01_SMP_A"].name == (
        "2026-01 January 2026 2026 Q1 01 January SMP TBWA\\SMP"
        " 2025-12 December 2025 2026-02 February 2026 P_2026-01_SMP {x}"
    )


def test_what_a_company_is_called_is_not_read_as_a_parameter():
    company = {"name": "{period}", "code": "X"}
    made = tasks_of(scheduled({"code": "A", "name": "{company_name}"}, companies=(company,)))
    assert made["P_2026-01_X_A"].name == "{period}"


def test_each_month_of_a_quarter_has_its_own_parameters_and_instance():
    form = {"code": "F_{month}", "name": "F {period_name}", "each": "month"}
    made = tasks_of(scheduled(form, every="quarter", first="2026-Q4"))
    assert [(one.name, str(one.instance)) for one in made.values()] == [
        ("F October 2026", "t 2026-10 TBWA\\SMP"),
        ("F November 2026", "t 2026-11 TBWA\\SMP"),
        ("F December 2026", "t 2026-12 TBWA\\SMP"),
    ]


def test_closed_periods_carry_that_and_nothing_else_changes():
    def made(*closed: Any) -> dict[str, Any]:
        schedule = {"closed": list(closed)}
        both = (COMPANY, OMNIA)
        return tasks_of(scheduled(task(), last="2026-03", companies=both, schedule=schedule))

    closed = made("2026-01", {"period": "2026-02", "company": "OMNIA"})
    told = {str(one.instance): one.instance.closed for one in closed.values()}
    assert [name for name, is_closed in told.items() if is_closed] == [
        "t 2026-01 TBWA\\SMP",
        "t 2026-01 Omnia Media",
        "t 2026-02 Omnia Media",
    ]
    opened = {
        ref: replace(one, instance=replace(one.instance, closed=False))
        for ref, one in closed.items()
    }
    assert opened == made()


# People


def roles(**people: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{"name": name, "people": who} for name, who in people.items()]


def test_a_role_is_who_has_it_on_the_day_and_a_companys_own_goes_first():
    people = roles(
        GL=[
            {"email": "a@example.com", "to": "2026-01-30"},
            {"email": "b@example.com", "from": "2026-01-31"},
            {"email": "o@example.com", "company_name": "Omnia Media", "from": "2026-02-01"},
        ]
    )
    monthly = task(due=END, role="GL")
    made = tasks_of(scheduled(monthly, last="2026-02", companies=(COMPANY, OMNIA), roles=people))
    assert [(one.deadline, one.assignee_emails) for one in made.values()] == [
        ("2026-01-30", ("a@example.com",)),
        ("2026-01-30", ("a@example.com",)),
        ("2026-02-27", ("b@example.com",)),
        ("2026-02-27", ("o@example.com",)),
    ]


def test_a_word_means_the_tasks_role_before_the_templates_before_its_own():
    people = roles(A=[{"email": "a@example.com"}], B=[{"email": "b@example.com"}])
    steps = {"name": "s", "steps": [{"code": c, "name": c, "role": r} for c, r in
                                    (("X", "w"), ("Y", "A"), ("Z", "w2"))]}  # fmt: skip
    made = tasks_of(
        scheduled(
            task(steps="s", roles={"w": "B"}),
            template={"roles": {"w": "A", "w2": "A"}},
            roles=people,
            steps=[steps],
        )
    )
    found = {ref[-1]: (one.assignee_emails or ("",))[0][0:1] for ref, one in made.items()}
    assert found == {"A": "", "X": "b", "Y": "a", "Z": "a"}


def test_a_role_that_is_not_there_is_told_where_its_word_stands():
    people = roles(A=[{"email": "a@example.com"}])
    steps = {"name": "s", "steps": [{"code": "X", "name": "X", "role": "preparer"}]}
    misspelled = {"name": "m", "steps": [{"code": "X", "name": "X", "role": "AA"}]}
    tasks = [
        task("A", steps="s", roles={"preparer": "A"}),
        task("B", steps="s"),  # forgets to say who prepares
        task("C", steps="m"),
        task("D", steps="m"),
        task("E", steps="s", roles={"preparer": "AB"}),
    ]
    data = scheduled(*tasks, last="2026-12", roles=people, steps=[steps, misspelled])
    assert [problem.pointer for problem in expanded(data).problems] == [
        ("templates", 0, "tasks", 1, "steps", "preparer"),
        ("steps", 1, "steps", 0, "role"),
        ("templates", 0, "tasks", 4, "roles", "preparer"),
    ]


def test_a_step_without_a_role_is_done_by_the_tasks():
    steps = {"name": "s", "kind": "tasks", "steps": [{"code": "X", "name": "X"}]}
    one = task(
        steps="s", assignee_email="me@example.com", tag_names=["T {period}"], stage_name="Go"
    )
    (made,) = tasks_of(scheduled(one, steps=[steps])).values()
    assert made.assignee_emails == ("me@example.com",)
    assert (made.tag_names, made.stage_name) == (("T 2026-01",), "Go")


def test_a_project_has_the_manager_of_its_last_day():
    people = roles(M=[{"email": "a@example.com", "to": "2026-01-31"}])
    data = scheduled(task(), roles=people)
    data["templates"][0]["project"]["manager_role"] = "M"
    (project,) = expanded(data).content.seed.projects
    assert project.manager_email == "a@example.com"
    assert project.instance == Instance("t", "2026-01", "TBWA\\SMP")
    assert project.company_name == "TBWA\\SMP"


# Dependencies


def test_what_waits_for_a_task_waits_for_the_last_step_in_its_place():
    steps = {
        "name": "s",
        "kind": "tasks",
        "steps": [{"code": "X", "name": "X"}, {"code": "Y", "name": "Y"}],
    }
    made = tasks_of(
        scheduled(
            task("A", steps="s", depends_on=["C"]),
            task("B", depends_on=["A", "A_X", "GONE", "GONE_X", "GONE_TOO"]),
            task("C"),
            task("GONE", only={"months": [12]}, steps="s", tasks=[task("GONE_TOO")]),
            steps=[steps],
        )
    )
    ref = "P_2026-01_SMP_"
    waits = {
        one.removeprefix(ref): [to.removeprefix(ref) for to in found.depends_on_refs or ()]
        for one, found in made.items()
    }
    assert waits == {"A_X": ["C"], "A_Y": ["A_X"], "B": ["A_Y", "A_X"], "C": []}
    assert made[f"{ref}C"].depends_on_refs is None


def test_subtasks_nest_and_belong_to_milestones():
    data = scheduled(task("A", milestone="M", tasks=[task("B", tasks=[task("C")])]))
    milestone = {"code": "M", "name": "M {month_name}", "due": {"anchor": "A"}}
    data["templates"][0]["project"]["milestones"] = [milestone]
    data["templates"][0]["tasks"][0]["due"] = END
    expansion = expanded(data)
    (found,) = expansion.content.seed.milestones
    assert (found.external_ref, found.name, found.deadline) == (
        "P_2026-01_SMP_M",
        "M January",
        date(2026, 1, 30),
    )
    parents = [one.parent_external_ref for one in expansion.content.seed.tasks]
    assert parents == [None, "P_2026-01_SMP_A", "P_2026-01_SMP_B"]
    assert expansion.content.seed.tasks[0].milestone_external_ref == "P_2026-01_SMP_M"


def test_a_former_ref_of_a_project_is_one_of_its_tasks_and_steps_too():
    steps = {"name": "s", "steps": [{"code": "X", "name": "X"}]}
    renamed = task("B", steps="s", previous_refs=["{project}_A"])
    data = scheduled(renamed, steps=[steps])
    data["templates"][0]["project"]["previous_refs"] = ["OLD_{period}"]
    expansion = expanded(data)
    assert expansion.content.seed.projects[0].previous_refs == ("OLD_2026-01",)
    assert [one.previous_refs for one in expansion.content.seed.tasks] == [
        ("P_2026-01_SMP_A", "OLD_2026-01_B"),
        ("P_2026-01_SMP_A_X", "OLD_2026-01_B_X"),
    ]


def test_people_of_a_company_that_no_schedule_names_are_pointed_at():
    people = roles(R=[{"email": "a@example.com", "company_name": "TBWA/SMP"}])
    (problem,) = expanded(scheduled(task(), roles=people)).problems
    assert (problem.severity, problem.remedy) == ("warning", "did you mean TBWA\\SMP?")


def test_a_template_that_makes_nothing_is_pointed_at():
    data = scheduled(task())
    data["schedules"] = []
    (problem,) = expanded(data).problems
    assert (problem.severity, problem.code) == ("warning", "unused-template")


# Overrides


def test_an_override_changes_what_it_names_in_one_month_only():
    override = {
        "external_ref": "P_2026-02_SMP_A",
        "deadline": "2026-02-20T12:00",
        "assignee_email": "z@example.com",
        "tag_names": [],
    }
    one = task(due=END, tag_names=["T"], priority="high")
    plain = tasks_of(scheduled(one, last="2026-03"))
    made = tasks_of(scheduled(one, last="2026-03", overrides=[override]))
    changed = made.pop("P_2026-02_SMP_A")
    before = plain.pop("P_2026-02_SMP_A")
    assert made == plain
    assert changed == replace(
        before,
        deadline="2026-02-20T12:00",
        assignee_emails=("z@example.com",),
        tag_names=(),
        due=None,
    )
    assert changed.source is not None
    assert changed.source.override is not None
    assert changed.source.pointer == ("templates", 0, "tasks", 0)
    assert changed.source.override.pointer == ("overrides", 0)


# Limits


def test_more_than_can_be_held_is_refused_before_it_is_made():
    data = scheduled(task(), last="9998-12", companies=(COMPANY, OMNIA))
    found = expanded(data)
    assert [problem.code for problem in found.problems] == ["too-many-periods"]
    assert found.content.seed.projects == ()
    assert not found.complete


def test_steps_and_months_count_towards_the_limit():
    steps = {"name": "s", "steps": [{"code": f"S{n}", "name": "S"} for n in range(100)]}
    form = task("A_{month}", each="month", steps="s")
    years = MAX_TASKS // (12 * 101)
    enough = scheduled(form, every="year", first=2000, last=2000 + years, steps=[steps])
    assert codes_of(enough) == ["too-many-periods"]
    fewer = scheduled(form, every="year", first=2000, last=2001, steps=[steps])
    assert len(tasks_of(fewer)) == 2 * 12 * 101


def test_long_texts_are_refused_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("odoo_seed.core.kit.MAX_CHARACTERS", 10_000)
    long = task(description="{period}" + "x" * 900)
    assert codes_of(scheduled(long, last="2026-12")) == ["too-much-text"]


def test_a_calendar_without_working_days_is_told_and_never_searched_for_ever():
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    never = {"name": "ph", "weekend": week}
    data = scheduled(due(anchor="period_end", working_days=-5), calendars=[never])
    assert codes_of(data) == ["no-working-day", "no-working-day"]


def test_a_period_at_the_end_of_time_is_told():
    last = scheduled(due(anchor="statutory", rule={"day": 1, "months_after": 13}), first="9998-12")
    assert codes_of(last) == ["year-out-of-range"]


def test_problems_of_one_line_are_told_once():
    gathering = Gathering()
    problem = Problem("a.yaml", 3, 1, "code", "it is wrong", "", ("templates", 0))
    for month in range(1, 4):
        gathering.add(problem, Instance("t", f"2026-0{month}", "C"))
    gathering.add(replace(problem, code="other"), Instance("t", "2026-01", "C"))
    gathering.add(problem)
    assert [one.found for one in gathering.problems] == [
        "it is wrong",
        "it is wrong (in 3 instances, first: t 2026-01 C)",
        "it is wrong (in t 2026-01 C)",
    ]


# The policy


def test_the_freeze_names_a_calendar():
    policy = {"freeze": {"calendar": "ph", "month_ends": [{"name": "M", "last_working_days": 2}]}}
    content = expanded(scheduled(task(), policy=policy)).content
    assert content.policy.freeze.calendar.country == "PH"
    assert [one.name for one in content.calendars] == ["ph"]
