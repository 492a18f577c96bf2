"""Makes the data folder of the embedded Postgres, with a password of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.postgres.programs import REMEDY, account, private_folder, programs
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from odoo_seed.edges.postgres.programs import Account

NAME = "odoo_seed"
"""Both the user and the database."""


def make_data(home: Path, data: Path, password: Path, *, durable: bool) -> None:
    """Run initdb beside the final place, so that a crash leaves nothing half made there.

    Where the server's account cannot reach the home, `data` becomes a link to a folder it can.

    Raises:
        DatabaseError: initdb failed, with its words.
    """
    runner = account(data)
    data.unlink(missing_ok=True)  # a link whose target was removed
    for left in home.glob("new-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = _draft(home, runner)
    if not runner.can_reach(draft):
        draft.rmdir()
        _sweep(private_folder())
        draft = _draft(private_folder(), runner)
    _initialise(runner, draft, password, durable=durable)
    if draft.parent == home:
        (draft / "pg").rename(data)
        draft.rmdir()
    else:
        data.symlink_to(draft / "pg")
        (draft / "home").write_bytes(b"%d %s" % (home.stat().st_dev, os.fsencode(home)))


def _sweep(folder: Path) -> None:
    """Remove data kept apart whose home was removed; a disk that is not mounted may come back."""
    for note in folder.glob("new-*/home"):
        device, name = note.read_bytes().split(b" ", 1)
        home = Path(os.fsdecode(name))
        there = next(path for path in (home, *home.parents) if path.exists())
        linked = (home / "pg").resolve() == note.parent / "pg"
        if not linked and there.stat().st_dev == int(device):
            shutil.rmtree(note.parent, ignore_errors=True)


def _draft(parent: Path, runner: Account) -> Path:
    draft = Path(tempfile.mkdtemp(dir=parent, prefix="new-"))
    runner.own(draft)
    return draft


def _initialise(runner: Account, draft: Path, password: Path, *, durable: bool) -> None:
    secret = secrets.token_urlsafe(24)
    for path in (draft / "password", password):
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret)
    runner.own(draft / "password")
    if runner.switch:  # the kept one belongs to whom the home belongs to
        os.chown(password, password.parent.stat().st_uid, password.parent.stat().st_gid)
    command = [
        str(programs(runner) / "initdb"),
        f"--pgdata={draft / 'pg'}",
        f"--username={NAME}",
        f"--pwfile={draft / 'password'}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        *(() if durable else ("--no-sync",)),
    ]
    options: dict[str, Any] = runner.popen_options
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd="/",
        env=environment(),
        **options,
    )
    (draft / "password").unlink()
    if done.returncode:
        raise DatabaseError(
            f"The embedded Postgres could not be set up in {draft.parent}: "
            f"{done.stderr.strip()[-500:]}",
            remedy=REMEDY,
        )


def environment() -> dict[str, str]:
    """Nothing of the user's PG* variables or locale reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
