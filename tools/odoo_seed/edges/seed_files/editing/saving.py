"""Several files replaced, all of them or none."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_seed.edges.seed_files.formatting.replace import ChangedMeanwhileError
from odoo_seed.edges.seed_files.listing import read_bytes, why
from odoo_seed.errors import SeedEditError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.edges.seed_files.editing.files import EditedFile


@dataclass(slots=True)
class _Staged:
    """A finished file beside the one that it is to replace."""

    file: EditedFile
    temporary: Path
    backup: Path | None = None
    done: bool = False


def save_all(files: Sequence[EditedFile]) -> None:
    """Put all files in place. Whatever fails, every file is as it was.

    All are written beside their places first; what is left then is to rename each. Only a kill
    between two renames can leave some new and some old ones, each whole.

    Raises:
        SeedEditError: One cannot be written, or somebody changed it meanwhile.
    """
    staged: list[_Staged] = []
    made: list[Path] = []
    current = ""
    try:
        for file in files:
            current = file.name
            made += _make_folder(file.path.parent)
            staged.append(_stage(file))
        for item in staged:
            current = item.file.name
            _put(item)
    except OSError as error:
        _undo(staged, made)
        raise SeedEditError(
            f"{current} cannot be written: {why(error)}. No file was changed.",
            remedy="Give yourself the right to write it, and run the command again.",
        ) from error
    except ChangedMeanwhileError:
        _undo(staged, made)
        raise SeedEditError(
            f"Somebody changed {current} meanwhile. No file was changed.",
            remedy="Run the command again.",
        ) from None
    except BaseException:  # an interruption too leaves every file as it was
        _undo(staged, made)
        raise
    for item in staged:
        if item.backup:
            item.backup.unlink(missing_ok=True)


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder that is missing, and return what was made, the outermost first."""
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    for path in reversed(missing):
        path.mkdir()
    if folder.is_symlink():
        raise NotADirectoryError(None, "its folder is a link", str(folder))
    return missing[::-1]


def _stage(file: EditedFile) -> _Staged:
    before = file.before
    mode = _new_mode() if before is None else stat.S_IMODE(file.path.lstat().st_mode)
    if before is not None and not os.access(file.path, os.W_OK):  # renaming would pass over that
        raise PermissionError(None, "it is read-only", str(file.path))
    temporary = _beside(file.path, file.after, mode)
    if before is not None:
        with contextlib.suppress(PermissionError):  # only root may give files away
            status = file.path.lstat()
            os.chown(temporary, status.st_uid, status.st_gid)
            temporary.chmod(mode)
    return _Staged(file, temporary)


def _beside(path: Path, content: bytes, mode: int) -> Path:
    """Write a file that no reader of the seed takes for one of its own."""
    descriptor, name = tempfile.mkstemp(prefix=".odoo-seed-edit-", dir=path.parent)
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - pathlib opens no descriptors
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _new_mode() -> int:
    """The mode that the system gives new files; asking for the mask is to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _put(item: _Staged) -> None:
    path, before = item.file.path, item.file.before
    if before is None:
        _name_as(item.temporary, path)
        item.done = True
        item.temporary.unlink(missing_ok=True)
        return
    if read_bytes(path, path.name) != (before, None):
        raise ChangedMeanwhileError
    backup = path.with_name(f"{item.temporary.name}-before")
    try:
        os.link(path, backup)
    except OSError:  # not every file system has second names; then its content is written back
        backup.write_bytes(before)
        shutil.copymode(path, backup)
    item.backup = backup
    item.temporary.replace(path)
    item.done = True


def _name_as(temporary: Path, path: Path) -> None:
    """Give a finished file its name; never that of a file or link that is there by now."""
    try:
        os.link(temporary, path)
    except OSError:  # the same
        if os.path.lexists(path):
            raise
        temporary.rename(path)


def _undo(staged: Sequence[_Staged], made: Sequence[Path]) -> None:
    for item in staged:
        with contextlib.suppress(OSError):
            if item.done and item.backup is not None:
                item.backup.replace(item.file.path)
            elif item.done:
                item.file.path.unlink()
        for leftover in (item.temporary, item.backup):
            if leftover is not None:
                with contextlib.suppress(OSError):
                    leftover.unlink(missing_ok=True)
    for folder in reversed(made):
        with contextlib.suppress(OSError):  # not ours alone any more
            folder.rmdir()
