"""`odoo-seed demo`: shows what it promises and leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from leftovers import assert_nothing_left
from product import REPOSITORY

from odoo_seed.shells.demo import _edit, _Steps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def demo(folder: Path, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo as a process group of its own, as a terminal starts it; `folder` is its TMPDIR."""
    process = subprocess.Popen(
        [sys.executable, "-m", "odoo_seed", "demo"],
        cwd=cwd,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The repository with a part of its seed: one close of one company."""
    seed = tmp_path / "supabase/seed/odoo"
    others = shutil.ignore_patterns("bir.yaml", "AUDIT_FY2025.yaml", "CLOSE_CYCLE_2026.yaml")
    shutil.copytree(REPOSITORY / "supabase/seed/odoo", seed, ignore=others)
    close = seed / "templates/month_close.yaml"
    text = close.read_text(encoding="utf-8").replace("to: 2026-12", "to: 2026-01")
    text = text[: text.index("\noverrides:")]
    close.write_text(text.replace("      - {name: Omnia Media Philippines, code: OMNIA}\n", ""))
    return tmp_path


def test_the_demo_shows_what_it_promises_and_leaves_nothing_behind(
    embedded_home: Path, small: Path
) -> None:
    with demo(embedded_home, small) as process:
        told, _ = process.communicate(timeout=240)
    assert process.returncode == 0, told
    assert "Traceback" not in told
    found = re.search(r"([\d,]+) projects, ([\d,]+) milestones, ([\d,]+) tasks[.;]", told)
    assert found, told
    records = sum(int(number.replace(",", "")) for number in found.groups())
    promised = [
        "$ odoo-seed validate\n",
        "\nValid: ",
        "$ odoo-seed migrate\nApplied: 20260121",
        "$ odoo-seed prepare\nCreated x_external_ref",
        "$ odoo-seed load\nprograms",
        f"$ odoo-seed plan\nPlan for target default: {records} to create, 0 to update",
        f"$ odoo-seed seed\nSeed of target default: success: {records} created",
        "$ odoo-seed shadow\nShadow of target default: ",
        f"$ odoo-seed verify\nVerification of target default: {records} of {records} records agree",
        "$ odoo-seed summary --format markdown\n### ✅ odoo-seed: Odoo agrees with git: ",
        "$ odoo-seed seed\nSeed of target default: success: nothing to do",
        "+      - external_ref: FIN_CLOSE_T900",
        "--project FIN_CLOSE_PROJ\nJanuary 2026: 12 tasks, 1 milestone, ",
        "Brief the preparers on the close calendar · grace.tolentino@example.com · 2 h",
        "Plan for target default: 1 to create, 2 to update, 1 to archive",
        "| 1 | 2 | 1 | 0 | 0 |",
        "DRIFT supabase/seed/odoo/projects/FIN_CLOSE_PROJ.yaml:",
        "task FIN_CLOSE_T006: deadline 30 Jan 2026 18:00 in Odoo, 19 Jan 2026 in git",
        "git puts it back",
        "Left to the teams by policy.yaml: 1 stage_name",
        f"Odoo agrees with git: {records} of {records} records\n",
        "~ task FIN_CLOSE_T006",
        "To point it at your own: set SUPABASE_DB_URL, ODOO_URL, ODOO_DB, ODOO_USER and ",
    ]
    place = 0
    for words in promised:
        assert words in told[place:], f"{words!r} is not in\n{told[place:]}"
        place = told.index(words, place) + len(words)
    assert_nothing_left(embedded_home)


@pytest.mark.parametrize(
    ("number", "whole_group", "moment"),
    [
        (signal.SIGINT, True, "half a minute"),
        (signal.SIGTERM, False, "$ odoo-seed load"),
        (signal.SIGHUP, True, "$ odoo-seed migrate"),
    ],
)
def test_an_interrupted_demo_leaves_nothing_behind(
    embedded_home: Path, small: Path, number: signal.Signals, whole_group: bool, moment: str
) -> None:
    with demo(embedded_home, small) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if moment in line:
                break
        (os.killpg if whole_group else os.kill)(process.pid, number)
        rest, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "Traceback" not in rest
    assert_nothing_left(embedded_home)


def test_a_seed_of_ones_own_is_left_without_the_edit_made_for_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "projects/FIN_CLOSE_PROJ.yaml"
    steps = _Steps(tmp_path, {})
    assert not _edit(steps, tmp_path)
    file.parent.mkdir()
    file.write_text("projects: []\n")
    assert not _edit(steps, tmp_path)
    assert file.read_text() == "projects: []\n"
    assert capsys.readouterr().out.count("the edit and the drift are not shown") == 2


def test_a_demo_without_a_seed_says_where_to_run_it(embedded_home: Path, tmp_path: Path) -> None:
    with demo(embedded_home, tmp_path) as process:
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Run the demo from the top of the repository." in told
    assert_nothing_left(embedded_home)
