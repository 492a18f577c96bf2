"""The largest memory of a command. Imports little: a child counts its parent's pages until exec."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from typing import Any


def peak(words: list[str], folder: str) -> dict[str, Any]:
    """Run `odoo-seed WORDS` in a folder; return its seconds and its largest resident set in MB.

    Servers are other processes and not part of it.

    Raises:
        RuntimeError: It did not end well.
    """
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "odoo_seed", *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"odoo-seed {words[0]} ended with {done.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage: bytes there, kilobytes elsewhere
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    return {"seconds": seconds, "megabytes": largest / 1e6}
