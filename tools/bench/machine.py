"""On what it was measured."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import yaml
from yaml._yaml import get_version_string

from bench import peer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.places import Place
    from bench.workshop import Workshop


def described(shop: Workshop, place: Place | None) -> Iterator[tuple[str, str]]:
    """Yield names and values of what the numbers depend on; without a place, of workers."""
    with psycopg.connect(shop.postgres) as connection:
        postgres = connection.info.server_version
    yield "Date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield "Machine", f"{_cpu()}, {os.cpu_count()} cores, {_memory()}, {platform.system()}"
    yield "Load average", ", ".join(f"{load:.1f}" for load in os.getloadavg())
    yield "odoo-seed", f"{metadata.version('odoo-seed')} at {_commit()}"
    yield "Python", platform.python_version()
    yield "Postgres", f"{postgres // 10000}.{postgres % 10000}, embedded, durable"
    if place is None:
        return
    yield "Odoo", f"{place.name}, {place.protocol}"
    yield "PyYAML", f"{yaml.__version__} with libyaml {get_version_string()}"
    theirs = peer.version(shop.peer_python)
    yield "odoo-import-export-client", theirs or "not installed"


def _cpu() -> str:
    """The processor's name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> str:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 1e9:.0f} GB"


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "an unknown commit"


def python_of_peer() -> str:
    """The Python that is asked for the peer unless another one is named."""
    return os.environ.get("BENCH_PEER_PYTHON") or sys.executable
