"""How far a verb has come, for a log and for a terminal."""

from __future__ import annotations

import io
import re
import sys
import threading
import time
from contextlib import redirect_stderr, suppress

import pytest

from odoo_seed.shells import progress
from odoo_seed.shells.progress import LineProgress
from odoo_seed.shells.progress_bar import BarProgress

OFTEN = 0.01


class Terminal(io.StringIO):
    """A stderr that is a terminal."""

    def isatty(self) -> bool:
        return True


def wait_for(pattern: str, stream: io.StringIO) -> None:
    deadline = time.monotonic() + 10
    while not re.search(pattern, stream.getvalue(), re.MULTILINE):
        assert time.monotonic() < deadline, stream.getvalue()
        time.sleep(OFTEN)


@pytest.fixture(autouse=True)
def _xterm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def test_a_log_gets_a_line_by_the_clock_though_nothing_is_done_yet() -> None:
    with redirect_stderr(io.StringIO()) as log, LineProgress(OFTEN).step("records", 3793):
        wait_for(r"(^0 of 3793 records\n){2}", log)


def test_a_line_says_how_much_is_done_how_fast_and_how_long_the_rest_takes() -> None:
    with redirect_stderr(io.StringIO()) as log:
        lines = LineProgress(OFTEN)
        with lines.step("records", 3793):
            for _ in range(3):
                lines.advance(100)
            wait_for(r"^300 of 3793 records, \d+/s, \d+ (s|min) left\n", log)


def test_after_the_step_nothing_is_said_however_it_ended() -> None:
    with redirect_stderr(io.StringIO()) as log:
        lines = LineProgress(OFTEN)
        with suppress(KeyboardInterrupt), lines.step("records", 2):
            wait_for("^0 of 2", log)
            raise KeyboardInterrupt
        said = log.getvalue()
        time.sleep(3 * OFTEN)
        assert log.getvalue() == said
        assert "progress" not in {thread.name for thread in threading.enumerate()}


def test_a_second_step_begins_anew() -> None:
    with redirect_stderr(io.StringIO()) as log:
        lines = LineProgress(OFTEN)
        with lines.step("records", 5):
            lines.advance(5)
        with lines.step("records", 7):
            wait_for("^0 of 7 records$", log)


def test_what_several_threads_have_done_adds_up() -> None:
    with redirect_stderr(io.StringIO()) as log:
        lines = LineProgress(OFTEN)

        def work() -> None:
            for _ in range(1000):
                lines.advance(1)

        with lines.step("records", 8000):
            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            wait_for(r"^8000 of 8000 records, \d+/s, 0 s left$", log)


@pytest.mark.parametrize(
    ("done", "total", "seconds", "told"),
    [
        (0, 500, 5, ""),
        (100, 500, 10, "10/s, 40 s left"),
        (99, 198, 10, "9.9/s, 10 s left"),
        (1, 301, 3, "0.3/s, 15 min left"),
        (500, 500, 0, "500000/s, 0 s left"),
    ],
)
def test_how_fast_it_goes_and_how_long_the_rest_takes(
    done: int, total: int, seconds: float, told: str
) -> None:
    assert progress.pace(done, total, seconds) == told


def test_a_terminal_gets_a_bar_with_the_same_figures_that_goes_away() -> None:
    with redirect_stderr(Terminal()) as terminal:
        bar = progress.progress()
        assert isinstance(bar, BarProgress)
        with bar.step("records", 3793):
            bar.advance(300)
            wait_for(r"Writing records .*300/3793\S* \d+/s, \d+ s left", terminal)
        assert terminal.getvalue().endswith("\x1b[2K")
        bar.advance(1)  # nothing to advance any more


def test_what_a_run_waits_for_stands_above_the_bar() -> None:
    with redirect_stderr(Terminal()) as terminal:
        bar = progress.progress()
        with bar.step("records", 10):
            print("Waiting for Odoo.", file=sys.stderr)
        assert "Waiting for Odoo." in terminal.getvalue()


def test_a_log_gets_no_bar() -> None:
    with redirect_stderr(io.StringIO()) as log:
        assert isinstance(progress.progress(), LineProgress)
        assert log.getvalue() == ""
