"""What GitHub's refusals mean, and what can be done about each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.errors import GitHubError, GitHubLockedError, GitHubRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEEDED = re.compile(r"[a-z_]+=(?:read|write)(?:[,;] ?[a-z_]+=(?:read|write))*")


class UnknownCommitError(GitHubRefusedError):
    """The repository on GitHub has no such commit."""


def refusal(status: int, says: str, headers: Mapping[str, str], what: str) -> GitHubError:
    """Return the error for an answer that is neither success nor a limit of the rate.

    Args:
        says: GitHub's own words, printable.
        what: What was asked for, such as ``pull request #7 of acme/finance``.
    """
    quoted = f" (“{says}”)" if says else ""
    if status == 401:
        return GitHubError(
            f"GitHub does not accept GITHUB_TOKEN{quoted}.",
            remedy="Set it to a token that is valid: in a workflow ${{ github.token }}.",
        )
    if status == 403 and "locked" in says.lower():
        return GitHubLockedError(
            f"The conversation of {what} is locked{quoted}.",
            remedy="Unlock it on GitHub, then run this again.",
        )
    if status == 403:
        return _forbidden(quoted, headers, what)
    if status in {404, 410}:
        return GitHubRefusedError(
            f"There is no {what}, or GITHUB_TOKEN may not see it{quoted}.",
            remedy="Check GITHUB_REPOSITORY and the number; a job needs `permissions: contents: "
            "read` and `pull-requests: write`, or `issues: write` and issues switched on.",
        )
    if status == 422 and "no commit found" in says.lower():
        return UnknownCommitError(f"There is no {what}{quoted}.", remedy="Push it to GitHub.")
    if status == 422:
        return GitHubRefusedError(
            f"GitHub does not take the text for {what}{quoted}.",
            remedy="Its limit is 65,536 characters: shorten the text.",
        )
    if 300 <= status < 400:
        return GitHubError(
            f"GitHub has moved {what}: the repository was renamed or transferred.",
            remedy="Set GITHUB_REPOSITORY to its new owner and name.",
        )
    return GitHubError(f"GitHub refuses {what}: HTTP {status}{quoted}.")


def _forbidden(quoted: str, headers: Mapping[str, str], what: str) -> GitHubError:
    needed = headers.get("X-Accepted-GitHub-Permissions", "")
    told = f" GitHub says it needs {needed}." if _NEEDED.fullmatch(needed) else ""
    return GitHubError(
        f"GITHUB_TOKEN has no right to {what}{quoted}.{told}",
        remedy="Give the job `permissions: contents: read` and `pull-requests: write` (for the "
        "drift issue `issues: write`), or the token of your own these rights on the repository.",
    )
