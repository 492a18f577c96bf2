"""What GitHub answers to each of the requests that we know, as its world stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.github.spec import example

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.github.world import Account, World

_LONGEST = 65_536
_DOCS = "https://docs.github.com/rest"


@dataclass
class Answer:
    """An answer; `items` is a whole list, of which a page is to be shown.

    Attributes:
        foreign: Not GitHub's, but of something in between.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    items: list[Any] | None = None
    foreign: bool = False


def error(status: int, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A failure in GitHub's form."""
    told = {"message": message, "documentation_url": _DOCS, "status": str(status)}
    return _json(status, told, headers)


def _json(status: int, value: object, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(value).encode(), headers or {})


@dataclass(frozen=True)
class _Call:
    world: World
    who: Account
    args: tuple[str, ...]
    query: Mapping[str, str]
    body: Any

    @property
    def number(self) -> int:
        return int(self.args[0])


def answer_to(
    world: World, who: Account, method: str, path: str, query: Mapping[str, str], body: Any
) -> Answer:
    """Carry out a request."""
    repo = f"/repos/{world.repository}"
    for verb, pattern, handle in _ROUTES:
        found = re.fullmatch(pattern.replace("{repo}", re.escape(repo)), path)
        if verb == method and found:
            return handle(_Call(world, who, found.groups(), query, body))
    return error(404, "Not Found")


def _user(call: _Call) -> Answer:
    if call.who.installation:
        return error(403, "Resource not accessible by integration")
    name = "private-user-response-with-public-and-private-profile-information"
    shown = example(name) | {"login": call.who.login, "id": call.who.id}
    return _json(200, shown | {"user_view_type": "private"})


def _list_comments(call: _Call) -> Answer:
    if call.number not in call.world.issues:
        return error(404, "Not Found")
    here = [item for item in call.world.comments if item.number == call.number]
    return Answer(200, items=[item.shown(call.world.repository) for item in here])


def _add_comment(call: _Call) -> Answer:
    issue = call.world.issues.get(call.number)
    if issue is None:
        return error(404, "Not Found")
    if issue.locked:
        return error(403, "Unable to create comment because issue is locked.")
    if len(call.body["body"]) > _LONGEST:
        return _too_long("IssueComment")
    made = call.world.comment(call.number, call.body["body"], call.who)
    return _json(201, made.shown(call.world.repository))


def _too_long(resource: str) -> Answer:
    problem = {
        "resource": resource,
        "code": "unprocessable",
        "field": "data",
        "message": f"Body is too long (maximum is {_LONGEST} characters)",
    }
    told = {"message": "Validation Failed", "errors": [problem], "documentation_url": _DOCS}
    return _json(422, told)


def _change_comment(call: _Call) -> Answer:
    for item in call.world.comments:
        if item.id == call.number:
            if item.author != call.who:
                return error(403, "Resource not accessible by integration")
            if len(call.body["body"]) > _LONGEST:
                return _too_long("IssueComment")
            item.body = call.body["body"]
            return _json(200, item.shown(call.world.repository))
    return error(404, "Not Found")


def _delete_comment(call: _Call) -> Answer:
    for item in call.world.comments:
        if item.id == call.number:
            call.world.comments.remove(item)
            return Answer(204)
    return error(404, "Not Found")


def _list_issues(call: _Call) -> Answer:
    state = call.query.get("state", "open")
    newest_first = call.query.get("direction", "desc") == "desc"
    found = [item for item in call.world.issues.values() if state in {item.state, "all"}]
    found.sort(key=lambda item: item.number, reverse=newest_first)
    return Answer(200, items=[item.shown(call.world.repository) for item in found])


def _add_issue(call: _Call) -> Answer:
    if len(call.body.get("body") or "") > _LONGEST:
        return _too_long("Issue")
    made = call.world.open_issue(call.who, call.body["title"], call.body.get("body"))
    return _json(201, made.shown(call.world.repository))


def _change_issue(call: _Call) -> Answer:
    issue = call.world.issues.get(call.number)
    if issue is None:
        return error(404, "Not Found")
    issue.title = call.body.get("title", issue.title)
    issue.body = call.body.get("body", issue.body)
    issue.state = call.body.get("state", issue.state)
    issue.reason = call.body.get("state_reason", issue.reason)
    return _json(200, issue.shown(call.world.repository))


def _pulls_of_commit(call: _Call) -> Answer:
    (sha,) = call.args
    if sha not in call.world.commits:
        return error(422, f"No commit found for SHA: {sha}")
    return Answer(200, items=[pull.shown() for pull in call.world.pulls if sha in pull.commits])


def _compare(call: _Call) -> Answer:
    base, head = call.args
    world = call.world
    if base not in world.commits or head not in world.commits:
        return error(404, "Not Found")
    status, ahead, behind = world.between(base, head)
    size, page = int(call.query.get("per_page", "250")), int(call.query.get("page", "1"))
    shown: dict[str, Any] = example("commit-comparison")
    commit = shown["commits"][0]
    told = [
        commit | {"sha": sha, "parents": [{**commit["parents"][0], "sha": one}
                                          for one in world.commits[sha]]}
        for sha in ahead[(page - 1) * size : page * size]
    ]  # fmt: skip
    return _json(200, shown | {
        "status": status, "ahead_by": len(ahead), "behind_by": behind,
        "total_commits": len(ahead), "commits": told, "files": [],
    })  # fmt: skip


_ROUTES: list[tuple[str, str, Callable[[_Call], Answer]]] = [
    ("GET", "/user", _user),
    ("GET", r"{repo}/issues/(\d+)/comments", _list_comments),
    ("POST", r"{repo}/issues/(\d+)/comments", _add_comment),
    ("PATCH", r"{repo}/issues/comments/(\d+)", _change_comment),
    ("DELETE", r"{repo}/issues/comments/(\d+)", _delete_comment),
    ("GET", "{repo}/issues", _list_issues),
    ("POST", "{repo}/issues", _add_issue),
    ("PATCH", r"{repo}/issues/(\d+)", _change_issue),
    ("GET", r"{repo}/commits/([^/]+)/pulls", _pulls_of_commit),
    ("GET", r"{repo}/compare/(\w+)\.\.\.(\w+)", _compare),
]
