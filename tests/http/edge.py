"""The Edge Functions, served by a real Deno as Supabase would serve them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deno import find_deno_bin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FUNCTIONS = Path(__file__).resolve().parents[2] / "supabase/functions"
CACHE = Path(sys.prefix) / "deno"
"""Packages from npm: downloaded once, beside those from PyPI."""

_VARIABLES = {
    "DENO_DIR": str(CACHE),
    "DENO_NO_UPDATE_CHECK": "1",
    "DENO_TLS_CA_STORE": "system,mozilla",  # a company's own authority is in the system's store
    "NO_COLOR": "1",
}
_KEPT = ("SEED_", "SUPABASE_", "PG")
_LISTENS = re.compile(r"^Listening on (http://127\.0\.0\.1:\d+)/", re.MULTILINE)


def deno(*words: str) -> subprocess.CompletedProcess[str]:
    """Run Deno in the functions' folder, with their settings (deno.jsonc)."""
    return subprocess.run(
        [find_deno_bin(), *words],
        cwd=FUNCTIONS,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        env=os.environ | _VARIABLES,
    )


def fetch_packages() -> None:
    """Have all that deno.lock names in the cache; needs npm's registry the first time alone."""
    done = deno("install", "--frozen", "--entrypoint", *map(str, FUNCTIONS.glob("*/index.ts")))
    assert done.returncode == 0, f"npm's registry is needed once:\n{done.stdout}"


class Served:
    """One function that is being served.

    Attributes:
        url: Of its server, without a path.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self._log = process, log
        deadline = time.monotonic() + 30
        while not (found := _LISTENS.search(self.printed())):
            assert process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.01)
        self.url = found[1]

    def printed(self) -> str:
        """What it wrote until now: its log."""
        return self._log.read_text()


@contextmanager
def served(function: str, variables: Mapping[str, str], log: Path) -> Iterator[Served]:
    """Serve a function; nothing is downloaded, read or run by it, and no file is written."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_KEPT)}
    environment = inherited | _VARIABLES | {"DENO_SERVE_ADDRESS": "tcp:127.0.0.1:0"} | variables
    words = ["run", "--cached-only", "--frozen", "--no-prompt", "--allow-net", "--allow-env"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [find_deno_bin(), *words, f"{function}/index.ts"],
            cwd=FUNCTIONS,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
        )
    try:
        yield Served(process, log)
    finally:
        process.kill()
        process.wait()
