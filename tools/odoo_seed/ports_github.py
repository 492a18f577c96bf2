"""What reporting needs of GitHub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class CommitRange:
    """What one commit has that another has not.

    Attributes:
        status: ``ahead`` and ``identical`` where the base is in the head's history; ``behind``,
            ``diverged``; ``unknown`` where there is no such commit.
        shas: Commits of the head that the base lacks.
    """

    status: str
    shas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a comment or an issue."""

    action: Literal["created", "updated", "unchanged", "closed"]
    number: int
    url: str


class GitHub(Protocol):
    """One repository on GitHub, as one account.

    Every method raises GitHubError; GitHubRefusedError where only this one comment or issue cannot
    be written (locked, gone, too long).
    """

    def read_comment(self, number: int, marker: str) -> str | None:
        """Return our comment with this first line on a pull request; None where there is none."""
        ...

    def upsert_comment(self, number: int, body: str) -> Written:
        """Write a comment, or update ours with the same marker; the same text writes nothing."""
        ...

    def pulls_of_commits(self, shas: Sequence[str]) -> Sequence[int]:
        """Return the numbers of the pull requests merged into the default branch with commits."""
        ...

    def compare(self, base: str, head: str) -> CommitRange:
        """Return how `head` follows on `base`."""
        ...

    def set_issue(self, marker: str, title: str, body: str | None, farewell: str) -> Written | None:
        """Keep one open issue of ours with this marker: opened, updated in place, or closed.

        Args:
            body: None where there is nothing to tell: an open issue is closed with the comment
                `farewell`, which begins with a marker of its own.
        """
        ...
