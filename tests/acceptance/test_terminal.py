"""On a terminal, in a pipe, in a log: what goes where."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from leftovers import assert_no_process_left
from product import Product, Project, Task

from odoo_seed.shells import progress

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

COMMAND = [sys.executable, "-m", "odoo_seed"]


def test_a_terminal_gets_a_bar_on_stderr_and_stdout_stays_clean(product: Product) -> None:
    product.ok("load")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "seed"],
        cwd=product.folder,
        env=os.environ | {"TERM": "xterm-256color"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other side has closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"Writing records" in shown
    assert b"\x1b[" in shown
    assert out.startswith("Seed of target default: success: 7 created\nRun ")
    assert "\x1b" not in out


def test_a_log_gets_lines_with_rate_and_time_left(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_LINE_SECONDS", 0.1)
    product.odoo.trouble("delay", model="project.task", method="create", before=1.0)
    product.ok("load")
    done = product.run("seed")
    assert done.code == 0
    lines = done.err.splitlines()
    assert any(re.fullmatch(r"[1-6] of 7 records, [\d.]+/s, \d+ s left", line) for line in lines)
    assert all(re.match(r"\d of 7 records", line) for line in lines)


def test_a_quick_run_says_nothing_about_progress_in_a_log(product: Product) -> None:
    product.ok("load")
    assert product.run("seed").err == ""


def test_a_reader_that_goes_away_ends_the_command_quietly(product: Product) -> None:
    product.ok("load")
    process = subprocess.Popen(
        [*COMMAND, "plan"],
        cwd=product.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=30) == 1


def test_an_output_that_lacks_a_character_of_ours_breaks_nothing(product: Product) -> None:
    product.write(Project("ALPHA", name="経理", tasks=[Task("A1")]))
    product.ok("load")
    done = product.command("plan", env={"PYTHONIOENCODING": "latin-1"})
    assert done.code == 0
    assert "\\u201c\\u7d4c\\u7406\\u201d" in done.out


def test_the_embedded_postgres_is_shared_by_commands_and_gone_with_them(
    product: Product, embedded_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPABASE_DB_URL")
    monkeypatch.setenv("ODOO_SEED_HOME", str(embedded_home / "home"))
    assert product.ok("migrate").startswith("Applied: 20260121")
    assert product.command("load").out.startswith("programs  ")
    assert "7 created" in product.command("seed").out
    assert "nothing to do" in product.ok("seed")
    assert_no_process_left(embedded_home)


def test_the_sandbox_knows_the_seed_and_prints_what_to_set(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = subprocess.Popen(
        [*COMMAND, "sandbox", "--port", "0"],
        cwd=product.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if "Ctrl-C" in line:
            break
    exports = dict(re.findall(r"^  export (\w+)=(\S+)$", told, re.MULTILINE))
    assert set(exports) == {"ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_PASSWORD"}
    for name, value in exports.items():
        monkeypatch.setenv(name, value)
    product.ok("prepare")
    assert "Odoo agrees with git: 7 of 7 records" in product.ok("run")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "Interrupted.\n")
    assert product.run("plan").code == 1


def test_a_port_that_is_taken_is_said(product: Product) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = product.run("sandbox", "--port", str(port))
    assert done.code == 2
    assert f"Error: Port {port} cannot be used: Address already in use" in done.err
    assert "--port" in done.err


def test_help_lists_the_verbs_in_the_order_of_the_pipeline(product: Product) -> None:
    told = product.ok("--help")
    verbs = re.findall(r"^  (\w+) ", told.split("Commands:")[1], re.MULTILINE)
    spine = ["validate", "load", "plan", "seed", "shadow", "verify", "summary", "run"]
    assert [verb for verb in verbs if verb in spine] == spine
    for verb in verbs:
        assert product.ok(verb, "--help").startswith(f"Usage: odoo-seed {verb} ")
