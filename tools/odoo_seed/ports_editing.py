"""What changes the YAML folder. The edge `seed_files.editing` implements it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.model import Kind, Seed, SeedAndPolicy


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What would become of one file.

    Attributes:
        path: As problems name it.
        before: Its content; None for a new file.
    """

    path: str
    before: bytes | None
    after: bytes


class SeedEditing(Protocol):
    """The YAML folder, to be changed: what stays keeps its comments, order and layout."""

    def current(self) -> SeedAndPolicy:
        """Return what the folder says; raises InvalidSeedError when it is not valid."""
        ...

    def allows(self, kind: Kind, key: str, value: Any) -> bool:
        """Whether the YAML may have this value for a key of a project, milestone or task."""
        ...

    def edit(self, wanted: Seed) -> Sequence[FileEdit]:
        """Work out, without writing, what the files must say to hold these records.

        Records are found by their refs. A new project gets a file of its own, new tasks and
        milestones stand behind the one that comes before them in `wanted`. The result has been
        read back: it says what is wanted, and is valid. Files that need no change are left out.

        Raises:
            SeedEditError: A record cannot be changed there.
            InvalidSeedError: The folder is not valid, or would not be.
        """
        ...

    def save(self) -> None:
        """Save what was worked out last: all files or none.

        Raises:
            SeedEditError: A file cannot be written, or somebody changed it meanwhile.
        """
        ...
