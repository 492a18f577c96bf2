"""Runs by the clock, and how long a run is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from odoo_seed.core.periodic import Periodic, is_cron
from odoo_seed.core.run_requests import Patience, RunRequest
from odoo_seed.cron_settings import periodic
from odoo_seed.errors import UsageError
from odoo_seed.settings import Settings

NIGHTLY = Periodic("shadow", "default", "0 2 * * *")


def test_it_is_due_at_its_time_in_the_policys_zone_and_for_ten_minutes():
    two_in_manila = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    assert NIGHTLY.due(two_in_manila, "Asia/Manila") == two_in_manila
    assert NIGHTLY.due(two_in_manila + timedelta(minutes=9), "Asia/Manila") == two_in_manila
    assert NIGHTLY.due(two_in_manila + timedelta(minutes=11), "Asia/Manila") is None
    assert NIGHTLY.due(two_in_manila - timedelta(minutes=1), "Asia/Manila") is None
    assert NIGHTLY.due(two_in_manila, "UTC") is None


def test_a_moment_has_one_key_and_every_action_and_target_its_own():
    due = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    others = (NIGHTLY, replace(NIGHTLY, action="drift"), replace(NIGHTLY, target="eu"))
    assert len({one.key(due) for one in others}) == 3
    assert NIGHTLY.key(due) == NIGHTLY.key(due)


def test_every_night_has_its_moment_when_the_clocks_change():
    entry = Periodic("shadow", "default", "30 2 * * *")
    moments = set()
    now = datetime(2026, 3, 27, tzinfo=UTC)  # Europe leaves 02:30 out in the night of the 29th
    while now < datetime(2026, 4, 1, tzinfo=UTC):
        moments.add(entry.due(now, "Europe/Paris"))
        now += timedelta(minutes=5)
    assert len(moments - {None}) >= 4


@pytest.mark.parametrize(
    "text",
    [
        "", "daily", "0 2 * *", "0 2 * * * *", "61 2 * * *", "0 2 * * x",
        "0 0 30 2 *", "0 0 31 4,6,9,11 *",  # days that never come
        "R R * * *",  # another moment at each look
    ],
)  # fmt: skip
def test_what_is_no_cron_is_refused_with_its_name(text: str):
    assert not is_cron(text)
    with pytest.raises(UsageError, match="DRIFT_CRON__EU is not a time") as caught:
        periodic(settings(DRIFT_CRON__EU=text or " "))
    assert "0 2 * * *" in caught.value.remedy


def settings(**values: str) -> Settings:
    return Settings.read(values, Path("/nowhere"))


def test_the_variables_name_action_and_target():
    found = settings(SHADOW_CRON="0 2 * * *", DRIFT_CRON__EU="*/30 * * * *")
    assert periodic(found) == [
        Periodic("shadow", "default", "0 2 * * *"), Periodic("drift", "eu", "*/30 * * * *"),
    ]  # fmt: skip
    assert periodic(found, ["EU"]) == [Periodic("drift", "EU", "*/30 * * * *")]
    assert periodic(settings()) == []


@pytest.mark.parametrize("suffix", ["", "2026", "E U", "EU.", "X" * 41])
def test_a_clock_of_what_can_be_no_target_is_refused_with_its_name(suffix: str):
    with pytest.raises(UsageError, match=f"DRIFT_CRON__{suffix} names no target"):
        periodic(settings(**{f"DRIFT_CRON__{suffix}": "0 2 * * *"}))


REQUEST = RunRequest("id", "seed", "default", None, False, "me", 1)


def pauses(again, seconds):
    return [
        Patience().pause(again, replace(REQUEST, attempt=attempt, age=at))
        for attempt, at in enumerate(seconds, start=1)
    ]


def test_what_could_not_be_reached_is_tried_at_longer_and_longer_pauses_and_given_up():
    told = pauses("unreachable", [1, 10, 30, 60, 120, 300, 800, 899, 900])
    assert told == [5, 10, 20, 40, 80, 120, 120, 120, None]


def test_a_busy_target_is_waited_for_evenly_and_for_an_hour():
    assert pauses("busy", [1, 60, 3599, 3600]) == [5, 5, 5, None]


def test_a_run_whose_workers_always_die_is_not_begun_for_ever():
    assert not Patience().is_lost(replace(REQUEST, age=6 * 3600))
    assert Patience().is_lost(replace(REQUEST, age=6 * 3600 + 1))
