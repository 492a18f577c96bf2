"""What a command may not leave behind."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that have the folder in their arguments or environment."""
    if not Path("/proc/self/environ").exists():
        listed = subprocess.check_output(["ps", "-axwwE", "-o", "command"], text=True)
        return [line for line in listed.splitlines() if str(folder) in line]
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            known = command + (entry / "environ").read_bytes()
        except OSError:  # gone, or somebody else's
            continue
        if os.fsencode(folder) in known:
            found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found


def assert_no_process_left(folder: Path) -> None:
    deadline = time.monotonic() + 10
    while (left := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == []


def assert_nothing_left(folder: Path) -> None:
    assert_no_process_left(folder)
    assert list(folder.iterdir()) == []
