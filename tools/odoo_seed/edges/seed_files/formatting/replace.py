"""A file's content exchanged for another, wholly or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from odoo_seed.edges.seed_files.listing import read_bytes


class ChangedMeanwhileError(Exception):
    """The file no longer holds what was read from it."""


def replace_content(path: Path, before: bytes, after: bytes) -> None:
    """Write a file anew, with its mode and owner, by renaming a finished one onto it.

    Raises:
        OSError: It cannot be written; it is as it was.
        ChangedMeanwhileError: Somebody else wrote it; it is as they left it.
    """
    status = path.lstat()
    if not os.access(path, os.W_OK):  # renaming would pass over that
        raise PermissionError(None, "it is read-only", str(path))
    # Hidden and without the ending of a seed file: what a kill leaves behind is read by nobody.
    descriptor, name = tempfile.mkstemp(prefix=".odoo-seed-fmt-", dir=path.parent)
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - pathlib opens no descriptors
            with contextlib.suppress(PermissionError):  # only root may give files away
                os.fchown(descriptor, status.st_uid, status.st_gid)
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
            file.write(after)
            file.flush()
            os.fsync(descriptor)
        _must_still_hold(path, before)
        temporary.replace(path)
    except BaseException:  # an interruption too leaves nothing behind
        temporary.unlink(missing_ok=True)
        raise


def _must_still_hold(path: Path, content: bytes) -> None:
    if read_bytes(path, path.name) != (content, None):
        raise ChangedMeanwhileError
