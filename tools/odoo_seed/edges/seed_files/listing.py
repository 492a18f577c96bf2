"""Which files of a folder are seed files, and their bytes, read with care."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_seed.core.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Container

MAX_BYTES = 5_000_000
"""Of one file: about 15,000 tasks."""

MAX_FILES = 20_000
ENDINGS = (".yaml", ".yml")

LINK_REMEDY = "put the file itself here; a link may lead out of the reviewed folder"


@dataclass(slots=True)
class Listing:
    """Files in a stable order, each with the name that problems use."""

    files: list[tuple[Path, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def list_files(
    root: Path, name: Callable[[Path], str], only: Container[Path] | None = None
) -> Listing:
    """List the YAML files below a folder. Hidden files and other endings are none of ours.

    Links are refused rather than followed or skipped: a followed one can show any file of the
    machine in a problem report, and a skipped one would silently archive what it holds.

    Args:
        root: The folder.
        name: How problems name a path.
        only: Leave out every file that is not among these; None for all.
    """
    walk = _Walk(root, name, only)
    if walk.finds_the_folder():
        walk.take_all()
    return walk.listing


class _Walk:
    """One way through a folder; see `list_files`."""

    def __init__(
        self, root: Path, name: Callable[[Path], str], only: Container[Path] | None
    ) -> None:
        self._root, self._name, self._only = root, name, only
        self.listing = Listing()

    def finds_the_folder(self) -> bool:
        """Whether the root is a folder; if not, that is a problem."""
        try:
            if stat.S_ISDIR(self._root.stat().st_mode):
                return True
        except FileNotFoundError:
            remedy = "name the seed folder with --seed-dir"
            self._refuse(self._root, "no-folder", "there is no such folder", remedy)
        except OSError as error:
            self._unreadable(error)
        else:
            remedy = "name the folder it is in with --seed-dir"
            self._refuse(self._root, "not-a-folder", "this is a file", remedy)
        return False

    def take_all(self) -> None:
        """List what is in the folder and in those below it."""
        for folder, folders, files in os.walk(self._root, onerror=self._unreadable):
            folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
            here = Path(folder)
            for entry in folders:
                if (here / entry).is_symlink():
                    self._refuse(here / entry, "link", "this folder is a link", LINK_REMEDY)
            for entry in sorted(files):
                self._take(here / entry)
        files_found = self.listing.files
        if len(files_found) > MAX_FILES:
            found = f"{len(files_found)} files are more than {MAX_FILES}"
            self._refuse(self._root, "too-many-files", found, "put more tasks in one file")
            files_found.clear()
        files_found.sort(key=lambda entry: entry[1])

    def _take(self, path: Path) -> None:
        if path.name.startswith(".") or not path.name.lower().endswith(ENDINGS):
            return
        if self._only is not None and path not in self._only:
            return
        if path.is_symlink():
            self._refuse(path, "link", "this file is a link", LINK_REMEDY)
        else:
            self.listing.files.append((path, self._name(path)))

    def _refuse(self, path: Path, code: str, found: str, remedy: str) -> None:
        self.listing.problems.append(Problem(self._name(path), 1, 1, code, found, remedy))

    def _unreadable(self, error: OSError) -> None:
        path = Path(error.filename or self._root)
        self._refuse(path, "unreadable", f"the folder cannot be read: {why(error)}", _RIGHTS)


_RIGHTS = "give yourself the right to read it"


def read_bytes(path: Path, name: str) -> tuple[bytes, Problem | None]:
    """Return a file's content, or why there is none. Never reads more than the limit."""

    def refuse(code: str, found: str, remedy: str) -> tuple[bytes, Problem]:
        return b"", Problem(name, 1, 1, code, found, remedy)

    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW
    try:
        with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - pathlib has no flags
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return refuse("not-a-file", "this is no ordinary file", "remove it")
            content = file.read(MAX_BYTES + 1) if status.st_size <= MAX_BYTES else b""
    except OSError as error:
        return refuse("unreadable", f"the file cannot be read: {why(error)}", _RIGHTS)
    size = max(status.st_size, len(content))
    if size > MAX_BYTES:
        return refuse(
            "file-too-large",
            f"the file has {size / 1e6:.1f} MB; the limit is {MAX_BYTES // 10**6} MB",
            "split it into several files, for example one per project",
        )
    return content, None


def why(error: OSError) -> str:
    """Return the system's reason as a clause."""
    return (error.strerror or str(error)).lower()
