from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.html import essence, to_html
from odoo_seed.core.values import canonical, deadline_from_utc, deadline_to_utc, same

DEADLINE = BY_KIND["task"]["deadline"]
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))


@given(st.dates(), st.sampled_from(ZONES))
def test_a_bare_date_is_the_same_day_after_a_round_trip_in_any_zone(day, zone):
    if not 1900 < day.year < 2200:
        return
    text = day.isoformat()
    back = deadline_from_utc(deadline_to_utc(text, zone), zone)
    assert back[:10] == text
    assert same(DEADLINE, text, back)


@given(st.datetimes().filter(lambda moment: 1950 < moment.year < 2100))
def test_a_time_of_day_survives_a_round_trip(moment):
    text = moment.strftime("%Y-%m-%dT%H:%M")
    assert deadline_from_utc(deadline_to_utc(text, "Asia/Manila"), "Asia/Manila") == text


def test_a_manila_deadline_is_the_same_day_for_odoo_users_elsewhere():
    stamp = datetime.fromisoformat(deadline_to_utc("2026-01-09", "Asia/Manila")).replace(tzinfo=UTC)
    for zone in (
        "Pacific/Honolulu",
        "America/New_York",
        "Europe/Berlin",
        "Asia/Tokyo",
        "Pacific/Auckland",
    ):
        assert stamp.astimezone(ZoneInfo(zone)).date().isoformat() == "2026-01-09"


def test_moving_only_the_time_of_a_dated_deadline_is_no_change():
    assert same(DEADLINE, "2026-01-09", "2026-01-09T08:15")
    assert not same(DEADLINE, "2026-01-09T17:00", "2026-01-09T08:15")


def test_sets_compare_without_order_and_case_of_emails():
    field = BY_KIND["task"]["assignee_emails"]
    assert canonical(field, ["B@x.com", "a@X.com"]) == ("a@x.com", "b@x.com")


@pytest.mark.parametrize(
    ("text", "odoo"),
    [
        ("a & b", "<p><span>a &amp; b</span></p>"),
        ("one\n\n- x\n- y", "<p>one</p><ul><li>x</li><li>y</li></ul>"),
        ("line  \nbreak", "<p>line<br>break</p>"),
        ("", "<p><br></p>"),
    ],
)
def test_what_odoo_makes_of_a_description_still_reads_the_same(text, odoo):
    assert same(BY_KIND["task"]["description"], text, odoo)


def test_another_description_differs():
    assert not same(BY_KIND["task"]["description"], "- x\n- y", "<ul><li>x</li><li>z</li></ul>")
    assert not same(BY_KIND["task"]["description"], "- x", "<p>x</p>")


def test_the_echo_settles_what_odoo_made_of_a_description():
    field = BY_KIND["task"]["description"]
    assert same(field, "hello", "<div>something else</div>", echo="<div>something else</div>")


@given(st.text())
def test_html_in_a_description_is_shown_and_never_passed_on(text):
    html = to_html(f"<script>{text}</script><img src=x onerror=y>")
    assert "<script" not in html
    assert "<img" not in html
    essence(html)


def test_a_link_that_runs_code_is_not_made():
    assert "href" not in to_html("[x](javascript:alert(1))")
