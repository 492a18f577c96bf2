"""The repository on GitHub: `ports_github.GitHub` over REST."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from odoo_seed.core.escape import plain
from odoo_seed.core.markers import marker_of, same_lines
from odoo_seed.edges.github.http import Http, ReplyLostError, not_github
from odoo_seed.edges.github.refusals import UnknownCommitError
from odoo_seed.errors import GitHubError, GitHubLockedError, UsageError
from odoo_seed.ports_github import CommitRange, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from odoo_seed.edges.github.http import Reply
    from odoo_seed.edges.github.target import GitHubTarget

_ACTIONS = "github-actions[bot]"
"""As whom the token of a workflow writes."""
_TRIES = 4


@dataclass(frozen=True, slots=True)
class _Text:
    """A comment or an issue. `author` is a login, or empty where the account is gone."""

    id: int
    number: int
    title: str
    body: str
    author: str
    url: str

    @classmethod
    def of(cls, item: Any) -> _Text:
        """Read GitHub's JSON; raises GitHubError for what is none of GitHub's."""
        try:
            author = item["user"]["login"] if item.get("user") else ""
            return cls(
                int(item["id"]),
                int(item.get("number") or 0),
                str(item.get("title") or ""),
                same_lines(str(item.get("body") or "")),
                str(author),
                plain(item["html_url"], 300),
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            raise not_github(200) from None


class GitHubClient:
    """Writes as one account, and touches only what that account wrote."""

    def __init__(
        self, target: GitHubTarget, sleep: Callable[[float], object] | None = None
    ) -> None:
        self._http = Http(target, sleep)
        self._told_login = target.login
        self._repository = target.repository
        self._repo = f"/repos/{target.repository}"

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    @cached_property
    def _login(self) -> str:
        """As whom the token writes. The token of an App may not ask; a workflow's is one."""
        if self._told_login:
            return self._told_login
        reply = self._http.call("GET", "/user")
        if reply.status == 403:
            return _ACTIONS
        found = self._http.done(reply, f"{self._repository}").json()
        if not isinstance(found, dict) or not isinstance(found.get("login"), str):
            raise not_github(reply.status)
        return str(found["login"])

    def read_comment(self, number: int, marker: str) -> str | None:
        """Return our comment with this marker on a pull request; None where there is none."""
        what = f"pull request #{number} of {self._repository}"
        ours = self._ours(self._comments(number, what), marker)
        return next((text.body for text in ours), None)

    def upsert_comment(self, number: int, body: str) -> Written:
        """Write a comment, or bring the one with the same marker up to date."""
        what = f"pull request #{number} of {self._repository}"
        return self._upsert(number, same_lines(body), _marker(body), what)

    def _upsert(self, number: int, body: str, marker: str, what: str) -> Written:
        def write(repeated: bool) -> Written:
            ours = list(self._ours(self._comments(number, what), marker))
            if ours:
                return self._updated(number, ours, body, what, repeated=repeated)
            path = f"{self._repo}/issues/{number}/comments"
            made = self._created(self._http.call("POST", path, {"body": body}), what)
            return Written("created", number, made.url)

        return self._until_known(write)

    def _until_known(self, write: Callable[[bool], Written]) -> Written:
        """Write until GitHub says what became of it; `write` looks before it creates anything.

        It is told whether it has been tried before.
        """
        attempt = 1
        while True:
            try:
                return write(attempt > 1)
            except (ReplyLostError, _GoneError):
                if attempt == _TRIES:
                    raise
            self._http.pause(attempt)
            attempt += 1

    def _updated(
        self, number: int, ours: Sequence[_Text], body: str, what: str, *, repeated: bool
    ) -> Written:
        kept, *surplus = ours
        same = kept.body == body
        if not same:
            self._change(f"{self._repo}/issues/comments/{kept.id}", {"body": body}, what)
        for item in surplus:  # two runs wrote at the same moment
            reply = self._http.call("DELETE", f"{self._repo}/issues/comments/{item.id}")
            if reply.status != 404:
                self._http.done(reply, what)
        return Written(_action(same=same, repeated=repeated), number, kept.url)

    def _change(self, path: str, body: object, what: str) -> None:
        reply = self._http.call("PATCH", path, body)
        if reply.status == 404:
            raise _GoneError(f"What was to be updated for {what} is deleted again and again.")
        self._http.done(reply, what)

    def _created(self, reply: Reply, what: str) -> _Text:
        """Read what was made, and make sure that the next run will know it as ours."""
        made = _Text.of(self._http.done(reply, what).json())
        if made.author.lower() != self._login.lower():
            author = plain(made.author)
            raise UsageError(
                f"It was written to {what}, but as {author}, not as {plain(self._login)}: the next "
                "run would not know it and write another.",
                remedy=f"Set GITHUB_LOGIN={author}, and delete what was written.",
            )
        return made

    def _comments(self, number: int, what: str) -> Iterator[_Text]:
        return map(_Text.of, self._http.pages(f"{self._repo}/issues/{number}/comments", what))

    def _ours(self, texts: Iterator[_Text], marker: str) -> Iterator[_Text]:
        """Those with the marker that we wrote: others may quote it."""
        for text in texts:
            if marker_of(text.body) == marker and text.author.lower() == self._login.lower():
                yield text

    def pulls_of_commits(self, shas: Sequence[str]) -> Sequence[int]:
        """Return the pull requests that brought commits into the default branch, by number."""
        found: set[int] = set()
        for sha in shas:
            what = f"commit {sha[:12]} of {self._repository}"
            path = f"{self._repo}/commits/{quote(sha, safe='')}/pulls"
            try:
                found |= {
                    number
                    for item in self._http.pages(path, what)
                    if (number := self._merged(item)) is not None
                }
            except UnknownCommitError:
                continue  # it came by no pull request
        return sorted(found)

    def _merged(self, item: Any) -> int | None:
        """The number of a pull request that is merged into the default branch of this repository.

        A fork's commits are also those of the pull requests of what it was forked from.
        """
        try:
            base = item["base"]
            here = str(base["repo"]["full_name"]).lower() == self._repository.lower()
            merged = item["merged_at"] and base["ref"] == base["repo"]["default_branch"]
            return int(item["number"]) if here and merged else None
        except (KeyError, TypeError, ValueError):
            raise not_github(200) from None

    def compare(self, base: str, head: str) -> CommitRange:
        """Return what is in `head` and not in `base`; see ports_github.GitHub."""
        shas: list[str] = []
        page, total, status = 1, 1, "unknown"
        while len(shas) < total:
            path = f"{self._repo}/compare/{quote(f'{base}...{head}', safe='')}"
            reply = self._http.call("GET", f"{path}?per_page=100&page={page}")
            if reply.status in {404, 422}:
                return CommitRange("unknown")
            found = self._http.done(reply, f"commits of {self._repository}").json()
            try:
                status, total = str(found["status"]), int(found["total_commits"])
                more = [str(commit["sha"]) for commit in found["commits"]]
            except (KeyError, TypeError, ValueError):
                raise not_github(reply.status) from None
            if not more:
                break
            shas += more
            page += 1
        return CommitRange(status, tuple(shas))

    def set_issue(self, marker: str, title: str, body: str | None, farewell: str) -> Written | None:
        """Keep one open issue with this marker, or none; see ports_github.GitHub."""
        what = f"the drift issue of {self._repository}"
        if body is None:
            return self._close(self._issues(marker, what), farewell, what)
        text = same_lines(f"{marker}\n{body}")

        def write(repeated: bool) -> Written:
            ours = self._issues(marker, what)
            if ours:
                return self._revised(ours[0], title, text, what, repeated=repeated)
            given = {"title": title, "body": text}
            made = self._created(self._http.call("POST", f"{self._repo}/issues", given), what)
            return Written("created", made.number, made.url)

        return self._until_known(write)

    def _issues(self, marker: str, what: str) -> list[_Text]:
        """Our open issues with this marker, the oldest first.

        All are looked through: a label may be taken off, or never set for lack of rights.
        """
        found = self._http.pages(f"{self._repo}/issues?state=open&direction=asc", what)
        issues = (item for item in found if isinstance(item, dict) and "pull_request" not in item)
        return list(self._ours(map(_Text.of, issues), marker))

    def _revised(
        self, issue: _Text, title: str, body: str, what: str, *, repeated: bool
    ) -> Written:
        same = (issue.title, issue.body) == (title, body)
        if not same:
            path = f"{self._repo}/issues/{issue.number}"
            self._http.done(self._http.call("PATCH", path, {"title": title, "body": body}), what)
        return Written(_action(same=same, repeated=repeated), issue.number, issue.url)

    def _close(self, issues: Sequence[_Text], farewell: str, what: str) -> Written | None:
        for issue in issues:
            with suppress(GitHubLockedError):  # then it is closed without a word
                self._upsert(issue.number, same_lines(farewell), _marker(farewell), what)
            path = f"{self._repo}/issues/{issue.number}"
            change = {"state": "closed", "state_reason": "completed"}
            self._http.done(self._http.call("PATCH", path, change), what)
        return Written("closed", issues[0].number, issues[0].url) if issues else None


def _action(*, same: bool, repeated: bool) -> Literal["created", "updated", "unchanged"]:
    """What was done: the same text after a lost answer is what we had just written."""
    if not same:
        return "updated"
    return "created" if repeated else "unchanged"


class _GoneError(GitHubError):
    """What was to be updated is not there any more."""


def _marker(body: str) -> str:
    found = marker_of(body)
    if found is None:
        raise UsageError(
            "The text is no comment of odoo-seed: its first line is not a marker.",
            remedy="Make it with `odoo-seed plan --format comment` (or compare, or summary).",
        )
    return found
