"""The plan tells why deadlines move that nobody changed: the calendar did."""

from __future__ import annotations

from datetime import date

from tests.unit.builders import directory, plan_of
from tests.unit.templating import PH, expanded, scheduled

from odoo_seed.core import calendar
from odoo_seed.core.compare import Base, compare
from odoo_seed.core.live import AppliedRecord, Live, LiveRecord
from odoo_seed.core.plan_json import warnings
from odoo_seed.core.planning import make_plan
from odoo_seed.core.report_plan import notes

FLOOD = {"add": [{"date": "2026-11-03", "name": "Flood in Makati"}]}


def content(calendar=None, second=1, closed=()):
    data = scheduled(
        {"code": "A", "name": "First", "due": {"anchor": "period_end", "working_days": 1}},
        {"code": "B", "name": "Second", "due": {"anchor": "A", "working_days": second}},
        {"code": "C", "name": "Before", "due": {"anchor": "period_end", "working_days": -3}},
        first="2026-10",
        last="2026-11",
        template={"name": "close"},
        schedule={"template": "close", "closed": list(closed)},
        calendars=[PH | (calendar or {})],
    )
    return expanded(data).content


def compared(before, after):
    return compare(Base("main", content=before), after).plan


def told(before, after):
    return list(notes(compared(before, after)))


def test_a_new_holiday_is_told_with_its_name_and_what_it_moves():
    assert told(content(), content(FLOOD)) == [
        (
            "new holiday 3 Nov 2026 (Flood in Makati): 2 deadlines of close October 2026 move one "
            "working day later"
        )
    ]


def test_a_holiday_before_the_anchor_moves_what_comes_before_it_to_an_earlier_day():
    assert told(content(), content({"add": ["2026-10-29"]})) == [
        "new holiday 29 Oct 2026: 1 deadline of close October 2026 moves one working day earlier"
    ]


def test_a_time_that_is_another_day_in_the_policys_zone_is_told_all_the_same():
    def nightly(*holidays):
        due = {"anchor": "period_end", "working_days": 1, "time": "17:00"}
        data = scheduled(
            {"code": "A", "name": "First", "due": due},
            first="2026-10",
            calendars=[PH | {"time_zone": "America/New_York", "add": list(holidays)}],
            policy={"time_zone": "Asia/Manila"},
        )
        return expanded(data).content

    assert nightly("2026-11-03").seed.tasks[0].deadline == "2026-11-05T06:00"
    assert told(nightly(), nightly("2026-11-03")) == [
        "new holiday 3 Nov 2026: 1 deadline of t October 2026 moves one working day later"
    ]


def test_a_holiday_on_which_people_work_is_told():
    assert told(content(), content({"remove": ["2026-11-02"]})) == [
        (
            "2 Nov 2026 is a working day now: 2 deadlines of close October 2026 move one working "
            "day earlier"
        )
    ]


def test_a_date_that_git_moves_is_not_put_down_to_the_calendar():
    plan = compared(content(), content(second=2))
    assert plan.moves == ()
    assert plan.count("update") == 2


def test_a_date_that_both_move_is_told_for_what_the_calendar_alone_moves():
    assert told(content(), content(FLOOD, second=2)) == [
        (
            "new holiday 3 Nov 2026 (Flood in Makati): 1 deadline of close October 2026 moves one "
            "working day later"
        )
    ]


def test_programs_are_told_the_same():
    told = warnings(compared(content(), content(FLOOD)))["calendar_moves"]
    assert told == [
        {
            "calendar": "ph",
            "free": [{"date": "2026-11-03", "name": "Flood in Makati"}],
            "working": [],
            "template": "close",
            "period": "2026-10",
            "working_days": 1,
            "tasks": 2,
        }
    ]


def test_a_library_that_knows_a_new_holiday_moves_dates_as_well(monkeypatch):
    """What is kept with an applied project is days, not how they were found."""
    before = content()
    plan = plan_of(before)
    public = calendar._public_holidays("PH", 2026)
    monkeypatch.setattr(
        calendar, "_public_holidays", lambda *_: public | {date(2026, 11, 3): "Proclaimed late"}
    )
    applied = {key: AppliedRecord(*key, 1, values) for key, values in plan.wanted.items()}
    records = {key: LiveRecord(*key, 1, values) for key, values in plan.wanted.items()}
    later = make_plan(content(), applied, Live(records, directory()), "default")
    assert next(notes(later)) == (
        "new holiday 3 Nov 2026 (Proclaimed late): 2 deadlines of close October 2026 move one "
        "working day later"
    )
