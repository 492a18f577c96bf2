"""Dates and deadlines as people write them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.deadlines import parse_date, parse_deadline


@given(st.dates())
def test_every_day_is_read(day: date):
    assert parse_date(day.isoformat()) == day
    assert parse_deadline(day.isoformat()) == day.isoformat()


@given(st.datetimes().filter(lambda moment: (moment.hour, moment.minute) != (0, 0)))
def test_a_time_may_follow_a_t_or_a_blank(moment: datetime):
    canonical = moment.strftime("%H:%M")
    day = moment.date().isoformat()

    assert parse_deadline(f"{day}T{canonical}") == f"{day}T{canonical}"
    assert parse_deadline(f"{day} {canonical}") == f"{day}T{canonical}"


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("2026-02-30", "no such day"),
        ("2026-13-01T10:00", "no such day"),
        ("0000-01-01", "no such day"),
        ("20260109", "a deadline is a date like"),
        ("2026-W02-5", "a date is written like"),
        ("2026-01-09T00:00", "write 2026-01-09"),
        ("2026-01-09T24:00", "a deadline is a date like"),
        ("2026-01-09T9:00", "a deadline is a date like"),
        ("2026-01-09T09:00:00", "a deadline is a date like"),
        ("2026-01-09T09:00Z", "a deadline is a date like"),
        ("2026-01-09T09:00\n", "a deadline is a date like"),
        ("２０２６-01-09", "a date is written like"),
    ],
)
def test_what_is_no_deadline_is_refused_with_a_reason(text: str, clause: str):
    with pytest.raises(ValueError, match=clause):
        parse_deadline(text)
