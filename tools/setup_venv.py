"""Make `.venv` hold exactly requirements.txt and this project. Safe to run by several at once."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
PINS = ROOT / "requirements.txt"


def main() -> None:
    """Create or refresh the environment under a lock, unless it is up to date."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the caller's Python may be older
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"odoo-seed needs Python 3.11 or later, and {sys.executable} is {found}.\n"
            "  → make PYTHON=/path/to/python3.11 …"
        )
    # Leave by SystemExit, so that pip is ended too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        with (ROOT / ".venv.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            python, pins = _python(), _pins()
            found = STAMP.read_text().splitlines() if STAMP.exists() else []
            if found == [python, pins]:
                return
            # Somebody may be working in it: it is made anew only when it is of no use.
            _install(anew=found[:1] != [python])
            STAMP.write_text(f"{python}\n{pins}\n")
    except OSError as error:
        sys.exit(
            f"{error.filename or ROOT}: {error.strerror}.\n"
            "  → Is this clone somebody else's? Then use one of your own."
        )
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _python() -> str:
    """What an environment cannot survive a change of: its Python, and its place."""
    return f"{sys.version_info[0]}.{sys.version_info[1]} {sys.base_prefix} {VENV}"


def _pins() -> str:
    return hashlib.sha256(PINS.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()


def _install(*, anew: bool) -> None:
    print("Setting up .venv (once) …", flush=True)  # noqa: T201 - a script for people
    STAMP.unlink(missing_ok=True)
    try:
        if anew:
            venv.create(VENV, clear=True, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit(
            "This Python cannot make virtual environments: it comes without ensurepip.\n"
            "  → On Debian and Ubuntu: apt install python3-venv. Elsewhere: make PYTHON=/another …"
        )
    _pip("-r", str(PINS))
    _pip("--no-deps", "-e", str(ROOT))


def _pip(*arguments: str) -> None:
    # Isolated: what PYTHONPATH shows would count as installed. PIP_USER has no place in a venv.
    command = [str(VENV / "bin/python"), "-I", "-m", "pip", "--disable-pip-version-check"]
    pip = subprocess.Popen(
        [*command, "install", "-q", *arguments], env={**os.environ, "PIP_USER": "0"}
    )
    try:
        code = pip.wait()
    except BaseException:  # whatever ends us; pip then removes its temporary folders
        pip.send_signal(signal.SIGINT)
        pip.wait()
        raise
    if code:
        sys.exit(
            "The packages could not be installed; see above.\n"
            "  → A package registry must be reachable; behind a mirror or a proxy set "
            "PIP_INDEX_URL or HTTPS_PROXY."
        )


if __name__ == "__main__":
    main()
