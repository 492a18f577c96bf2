"""Make `.venv` hold exactly requirements.txt and this project. Safe to run by several at once."""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"


def main() -> None:
    """Create or refresh the environment under a lock, unless it is up to date."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the caller's Python may be older
        sys.exit("odoo-seed needs Python 3.11 or later; set PYTHON=/path/to/python3.11")
    pins = ROOT / "requirements.txt"
    digest = hashlib.sha256()
    for part in (pins.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(VENV).encode()):
        digest.update(part)
    wanted = digest.hexdigest()
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        print("Setting up .venv (once) …", flush=True)  # noqa: T201 - a script for people
        venv.create(VENV, clear=True, with_pip=True)
        pip = [
            str(VENV / "bin/python"),
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "-q",
        ]
        subprocess.run([*pip, "-r", str(pins)], check=True)
        subprocess.run([*pip, "--no-deps", "-e", str(ROOT)], check=True)
        STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
