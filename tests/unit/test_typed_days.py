"""Dates as people type them."""

from __future__ import annotations

import pytest

from odoo_seed.core.typed_days import typed_day, typed_deadline


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-01-09", "2026-01-09"),
        ("2026/1/9", "2026-01-09"),
        ("9 Jan 2026", "2026-01-09"),
        ("09-Jan-2026", "2026-01-09"),
        ("January 9, 2026", "2026-01-09"),
        ("Fri, 9 January 2026", "2026-01-09"),
        ("Sept. 3, 2026", "2026-09-03"),
        ("31.12.2026", "2026-12-31"),
        ("13/01/2026", "2026-01-13"),
        ("01/13/2026", "2026-01-13"),
        ("05/05/2026", "2026-05-05"),
        (" 2026-01-09 00:00:00 ", "2026-01-09"),
        ("2026-01-09 15:30", "2026-01-09T15:30"),
        ("2026-01-09T15:30:00", "2026-01-09T15:30"),
        ("9 Jan 2026 3 pm", "2026-01-09T15:00"),
        ("9 Jan 2026, 9:15 a.m.", "2026-01-09T09:15"),
    ],
)
def test_a_date_is_understood(typed: str, meant: str):
    assert typed_deadline(typed) == meant


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("02/03/2026", "2 March 2026 or 3 February 2026"),
        ("30 Feb 2026", "no such day"),
        ("next Friday", "no date that can be read"),
        ("Oct 12", "no date that can be read"),
        ("9 Jan 2026 25:00", "2026-01-09"),
        ("9 Jan 2026 12 am", "midnight is ambiguous"),
        ("", "no date"),
    ],
)
def test_a_date_is_not_guessed(typed: str, told: str):
    with pytest.raises(ValueError, match=told):
        typed_deadline(typed)


def test_where_only_a_day_belongs_a_time_is_refused():
    assert typed_day("9 Jan 2026").isoformat() == "2026-01-09"
    with pytest.raises(ValueError, match="without a time"):
        typed_day("9 Jan 2026 15:00")
