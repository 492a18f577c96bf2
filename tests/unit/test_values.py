import json
import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo_seed.core.fields import BY_KIND, FIELDS
from odoo_seed.core.html import MAX_NESTING, essence, is_too_deep, to_html
from odoo_seed.core.values import canonical, deadline_from_utc, deadline_to_utc, same
from odoo_seed.edges.postgres.values import from_json

DEADLINE = BY_KIND["task"]["deadline"]
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc"))


YEARS = {"min_value": date(1900, 1, 1), "max_value": date(9998, 12, 31)}


@given(st.dates(**YEARS), st.sampled_from(ZONES))
def test_a_bare_date_is_the_same_day_after_a_round_trip_in_any_zone(day, zone):
    text = day.isoformat()
    back = deadline_from_utc(deadline_to_utc(text, zone), zone)
    assert back[:10] == text
    assert same(DEADLINE, text, back)


@given(st.datetimes().filter(lambda moment: 1950 < moment.year < 2100))
def test_a_time_of_day_survives_a_round_trip(moment):
    text = moment.strftime("%Y-%m-%dT%H:%M")
    assert deadline_from_utc(deadline_to_utc(text, "Asia/Manila"), "Asia/Manila") == text


@given(st.datetimes(), st.sampled_from(ZONES))
@example(datetime.fromisoformat("0001-01-01"), "America/Los_Angeles")
@example(datetime.fromisoformat("9999-12-31T23:59"), "Asia/Manila")
def test_any_time_that_people_set_in_odoo_reads_as_a_time(moment, zone):
    stamp = f"{moment.year}-{moment:%m-%d %H:%M:%S}"  # Odoo writes the year 1 as "1"
    told = deadline_from_utc(stamp, zone)
    assert datetime.fromisoformat(told).strftime("%Y-%m-%dT%H:%M").zfill(16) == told
    assert told == deadline_from_utc(stamp.zfill(19), zone)


VALUES = {
    "text": st.text(), "html": st.text(), "choice": st.text(), "date": st.dates(),
    "deadline": st.dates().map(str), "hours": st.floats(0, 1e6), "integer": st.integers(),
    "boolean": st.booleans(), "names": st.lists(st.text()), "refs": st.lists(st.text()),
}  # fmt: skip


@given(st.sampled_from(FIELDS), st.data())
def test_a_canonical_value_is_canonical_already_and_survives_json(field, data):
    value = canonical(field, data.draw(VALUES[field.shape]))
    assert canonical(field, value) == value
    assert from_json(json.loads(json.dumps(value))) == value
    assert same(field, value, value)


SETS = [field for field in FIELDS if field.shape in {"names", "refs"}]


@given(st.sampled_from(SETS), st.lists(st.text()), st.data())
def test_the_order_and_the_number_of_times_of_names_mean_nothing(field, names, data):
    shuffled = data.draw(st.permutations([*names, *names]))
    assert canonical(field, shuffled) == canonical(field, names)


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


NESTS = {
    "quotes": lambda depth: ">" * depth + " deepest",
    "lists": lambda depth: "- a\n".join("  " * level for level in range(depth + 1)) + "- deepest",
    "numbers": lambda depth: "1. " * depth + "deepest",
    "quotes in lists": lambda depth: "> * " * depth + "deepest",
}  # fmt: skip


@pytest.mark.parametrize("nest", NESTS.values(), ids=NESTS)
def test_a_description_is_called_too_deep_exactly_when_words_of_it_would_be_lost(nest):
    for depth in range(1, MAX_NESTING + 20):
        assert is_too_deep(nest(depth)) == ("deepest" not in to_html(nest(depth))), depth


@pytest.mark.parametrize("mark", ["[", "![", "*a", "_a_", "<", "[a](", "&", ">", "``", "1)", "\\"])
def test_a_long_row_of_marks_takes_no_long_time(mark):
    text = (mark + " ") * (20_000 // (len(mark) + 1))
    before = time.process_time()
    is_too_deep(text)
    essence(to_html(text))
    assert time.process_time() - before < 5
