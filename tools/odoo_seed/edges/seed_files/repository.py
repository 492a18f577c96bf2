"""The git repository around the seed folder, if there is one."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from odoo_seed.core.quoting import visible


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
        folder = folder.resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / ".git").exists():
                return cls(candidate, in_git=True)
        return cls(Path.cwd().resolve(), in_git=False)

    def name(self, path: Path) -> str:
        """Return a path relative to the base, in printable characters."""
        full = path.parent.resolve() / path.name if path.name else path.resolve()
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
