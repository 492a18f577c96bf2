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
    listing = Listing()

    def refuse(path: Path, code: str, found: str, remedy: str) -> None:
        listing.problems.append(Problem(name(path), 1, 1, code, found, remedy))

    def unreadable(error: OSError) -> None:
        path = Path(error.filename or root)
        refuse(path, "unreadable", f"the folder cannot be read: {why(error)}", _RIGHTS)

    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
    except FileNotFoundError:
        refuse(root, "no-folder", "there is no such folder", "name the seed folder with --seed-dir")
        return listing
    except OSError as error:
        unreadable(error)
        return listing
    if not is_folder:
        refuse(root, "not-a-folder", "this is a file", "name the folder it is in with --seed-dir")
        return listing

    for folder, folders, files in os.walk(root, onerror=unreadable):
        folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
        here = Path(folder)
        for entry in folders:
            if (here / entry).is_symlink():
                refuse(here / entry, "link", "this folder is a link", LINK_REMEDY)
        for entry in sorted(files):
            path = here / entry
            if entry.startswith(".") or not entry.lower().endswith(ENDINGS):
                continue
            if only is not None and path not in only:
                continue
            if path.is_symlink():
                refuse(path, "link", "this file is a link", LINK_REMEDY)
            else:
                listing.files.append((path, name(path)))
    if len(listing.files) > MAX_FILES:
        found = f"{len(listing.files)} files are more than {MAX_FILES}"
        refuse(root, "too-many-files", found, "put more tasks in one file")
        listing.files.clear()
    listing.files.sort(key=lambda entry: entry[1])
    return listing


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
