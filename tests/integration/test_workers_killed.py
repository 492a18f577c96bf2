"""Several workers, several targets, and SIGKILL: small here, in full `python -m bench`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import workers

if TYPE_CHECKING:
    from pathlib import Path


def test_runs_of_killed_workers_are_taken_over_and_each_ends_once_without_a_duplicate(
    empty_database_url: str, tmp_path: Path
) -> None:
    contest = workers.Contest(
        2,
        4,
        12,
        kills=3,
        between=(0.3, 1.0),
        command=(*workers.WORKER, "--quick"),
        time_limit=3,
        patience=90.0,
    )
    found = workers.run(contest, empty_database_url, tmp_path)
    log = (tmp_path / "workers.log").read_text()
    assert found.troubles(contest) == [], log
    assert found.kills >= 2, log
    assert max(found.tries) > 1, log  # they were in the middle of a run
    assert "Traceback" not in log
