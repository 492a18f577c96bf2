"""The git repository around the seed folder, if there is one."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_seed.core.quoting import visible
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Container


@dataclass(frozen=True, slots=True)
class Repository:
    """Names files as people and GitHub know them.

    Attributes:
        base: The work tree's top; without git, the working folder.
        in_git: Whether `base` is a work tree.
    """

    base: Path
    in_git: bool

    @classmethod
    def around(cls, folder: Path) -> Repository:
        """Find the work tree that holds a folder, without asking git: it may be missing."""
        folder = _real(folder)
        for candidate in (folder, *folder.parents):
            if os.path.lexists(candidate / ".git"):
                return cls(candidate, in_git=True)
        return cls(_real(Path()), in_git=False)

    def name(self, path: Path) -> str:
        """Return a path relative to the base, in printable characters."""
        full = _real(path.parent) / path.name if path.name else _real(path)
        if full.is_relative_to(self.base):
            full = full.relative_to(self.base)
        return visible(full.as_posix())

    def commit(self) -> str | None:
        """Return the commit of HEAD; None without git, without commits, or when git refuses."""
        if not self.in_git:
            return None
        command = ["git", "-C", str(self.base), "rev-parse", "--verify", "HEAD"]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
        except (OSError, subprocess.SubprocessError):
            return None
        return answer.stdout.strip() or None

    def tracked(self, folder: Path) -> Container[Path]:
        """Return the paths below a folder, or the file, that git's index holds.

        Raises:
            UsageError: There is no git repository, or git refuses to list it.
        """
        command = ["git", "-C", str(self.base), "ls-files", "-z", "--cached"]
        try:
            if not self.in_git:
                raise UsageError(
                    f"{self.name(folder)} is in no git repository, so git tracks nothing there.",
                    remedy="Leave --tracked out.",
                )
            listed = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
        except (OSError, subprocess.SubprocessError) as error:
            raise UsageError(
                f"git does not tell which files it tracks in {visible(str(self.base))}.",
                remedy="Run `git status` there and follow what it says, or leave --tracked out.",
            ) from error
        return _Tracked(
            frozenset(self.base / os.fsdecode(name) for name in listed.split(b"\0") if name)
        )


@dataclass(frozen=True, slots=True)
class _Tracked:
    """Paths by where they really are: the folder may be named through a link."""

    paths: frozenset[Path]

    def __contains__(self, path: object) -> bool:
        return isinstance(path, Path) and _real(path.parent) / path.name in self.paths


def _real(path: Path) -> Path:
    """`Path.resolve`, which before Python 3.13 raises for a link that leads to itself."""
    return Path(os.path.realpath(path))
