"""`odoo-seed` as a process of its own that need not import everything first.

A server imports the program once and forks for each command; the process that a test starts is a
small client of it, whose directory, environment and streams the forked one takes over. Its exit
code is the client's, and whoever kills the client kills both. Half a second of importing is so
spared per command, which over the suite is minutes.

That the program starts from nothing is shown by tests of their own: test_chain.py, test_demo.py and
test_terminal.py start a new interpreter.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


def command(*words: str) -> list[str]:
    """What `python -m odoo_seed` with these words is, only quicker."""
    return [sys.executable, "-I", "-S", str(HERE / "client.py"), _server(), *words]


@cache
def _server() -> str:
    """Start the server of this test process, which ends with it; return its address."""
    folder = tempfile.TemporaryDirectory(prefix="odoo-seed-warm-")
    address = f"{folder.name}/socket"
    server = subprocess.Popen(
        [sys.executable, "-P", str(HERE / "server.py"), address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    with server.stdout as ready:
        assert ready.readline() == b"ready\n"

    def end() -> None:
        server.stdin.close()
        server.wait()
        folder.cleanup()

    atexit.register(end)
    return address
