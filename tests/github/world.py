"""A repository on GitHub as its REST API shows it, kept in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.github.spec import example

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WHEN = "2026-01-06T01:20:00Z"


@dataclass(frozen=True)
class Account:
    """Somebody who writes. The token of an App (`installation`) may not ask who it is."""

    login: str
    id: int
    kind: str = "User"
    installation: bool = False

    def shown(self) -> dict[str, Any]:
        user: dict[str, Any] = example("issue-comment")["user"]
        text = {
            name: value.replace("octocat", self.login) if isinstance(value, str) else value
            for name, value in user.items()
        }
        return text | {"login": self.login, "id": self.id, "type": self.kind}


ACTIONS = Account("github-actions[bot]", 41898282, "Bot", installation=True)


@dataclass
class Comment:
    """A comment on a pull request or an issue."""

    id: int
    number: int
    author: Account | None
    body: str

    def shown(self, repository: str) -> dict[str, Any]:
        page = f"https://github.com/{repository}/pull/{self.number}#issuecomment-{self.id}"
        api = f"https://api.github.com/repos/{repository}/issues"
        return example("issue-comment") | {
            "id": self.id,
            "body": self.body,
            "user": self.author.shown() if self.author else None,
            "html_url": page,
            "url": f"{api}/comments/{self.id}",
            "issue_url": f"{api}/{self.number}",
            "created_at": WHEN,
            "updated_at": WHEN,
        }


@dataclass
class Issue:
    """An issue, or the side of a pull request that is one."""

    number: int
    author: Account
    title: str = ""
    body: str | None = ""
    state: str = "open"
    reason: str | None = None
    locked: bool = False
    is_pull: bool = False

    def shown(self, repository: str) -> dict[str, Any]:
        page = f"https://github.com/{repository}/issues/{self.number}"
        found: dict[str, Any] = example("issue") | {
            "id": 1000 + self.number,
            "number": self.number,
            "title": self.title,
            "body": self.body,
            "state": self.state,
            "state_reason": self.reason,
            "locked": self.locked,
            "user": self.author.shown(),
            "html_url": page,
            "closed_at": WHEN if self.state == "closed" else None,
        }
        if not self.is_pull:
            found.pop("pull_request", None)
        return found


@dataclass
class Pull:
    """A pull request that brought commits into a branch."""

    number: int
    base: str
    commits: frozenset[str]
    merged: bool
    repository: str
    default_branch: str

    def shown(self) -> dict[str, Any]:
        found: dict[str, Any] = example("pull-request-simple-items")[0]
        found["requested_teams"] = []  # in the example they lack what the description demands
        found["base"]["ref"] = self.base
        found["base"]["repo"] |= {
            "full_name": self.repository,
            "default_branch": self.default_branch,
        }
        return found | {
            "number": self.number,
            "state": "closed",
            "merged_at": WHEN if self.merged else None,
        }


@dataclass
class World:
    """The repository: its history, its pull requests, its issues and all comments."""

    repository: str = "acme/finance"
    default_branch: str = "main"
    commits: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pulls: list[Pull] = field(default_factory=list)
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    _last_id: int = 0

    def commit(self, *parents: str, sha: str | None = None) -> str:
        """Push a commit and return its name."""
        made = sha or hashlib.sha1(f"{parents}{len(self.commits)}".encode()).hexdigest()
        self.commits[made] = parents
        return made

    def merge(
        self,
        number: int,
        commits: str | Iterable[str],
        *,
        base: str | None = None,
        merged: bool = True,
        repository: str | None = None,
    ) -> Issue:
        """Add a pull request with commits: those of its branch, and the one that merged it."""
        shas = frozenset([commits] if isinstance(commits, str) else commits)
        where = repository or self.repository
        self.pulls.append(
            Pull(number, base or self.default_branch, shas, merged, where, self.default_branch)
        )
        return self.pull(number)

    def pull(self, number: int) -> Issue:
        """Add the conversation of a pull request."""
        state = Issue(number, Account("ana", 7), f"Change {number}", is_pull=True)
        return self.issues.setdefault(number, state)

    def comment(self, number: int, body: str, author: Account | None) -> Comment:
        """Write a comment as somebody."""
        self._last_id += 1
        made = Comment(self._last_id, number, author, body)
        self.comments.append(made)
        return made

    def open_issue(self, author: Account, title: str, body: str | None) -> Issue:
        """Open an issue as somebody."""
        number = max(self.issues, default=0) + 1
        self.issues[number] = Issue(number, author, title, body)
        return self.issues[number]

    def bodies(self, number: int) -> Sequence[str]:
        """What stands on a pull request or an issue, the oldest first."""
        return [item.body for item in self.comments if item.number == number]

    def history(self, sha: str) -> set[str]:
        """A commit and all before it."""
        found: set[str] = set()
        waiting = [sha]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.commits[name]
        return found

    def between(self, base: str, head: str) -> tuple[str, list[str], int]:
        """Status, the commits that head has and base has not (the oldest first), how many base has.

        Commits come in the order in which they were pushed, which is never a child's before its
        parent's.
        """
        old, new = self.history(base), self.history(head)
        ahead = [sha for sha in self.commits if sha in new - old]
        behind = len(old - new)
        if ahead:
            status = "diverged" if behind else "ahead"
        else:
            status = "behind" if behind else "identical"
        return status, ahead, behind
