"""Comments and the drift issue on GitHub, over HTTP, each exchange as GitHub describes it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.github.double import NOW, TOKEN, GitHubDouble
from tests.github.world import ACTIONS, Account

from odoo_seed.core.markers import marker
from odoo_seed.edges.github.client import GitHubClient
from odoo_seed.edges.github.http import Http
from odoo_seed.edges.github.target import GitHubTarget
from odoo_seed.errors import GitHubError, GitHubRefusedError, OdooSeedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAN = marker("plan", "default")
BODY = f"{PLAN}\n### 📋 odoo-seed plan: 1 to create"
ANA = Account("ana", 7)
OTHER_BOT = Account("renovate[bot]", 29139614, "Bot", installation=True)
COMMENTS = "/issues/7/comments"


class Pauses(list[float]):
    """The pauses that were made, none of which took any time."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def github() -> Iterator[GitHubDouble]:
    with GitHubDouble() as double:
        double.world.pull(7)
        yield double


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def client_of(double: GitHubDouble, pauses: Pauses, **given: object) -> GitHubClient:
    what = {"repository": double.world.repository, "token": TOKEN} | given
    return GitHubClient(GitHubTarget(double.url, **what), pauses)  # type: ignore[arg-type] # a dict


@pytest.fixture
def client(github: GitHubDouble, pauses: Pauses) -> Iterator[GitHubClient]:
    with closing(client_of(github, pauses)) as opened:
        yield opened


def test_a_comment_is_written_once_and_then_updated_in_place(
    github: GitHubDouble, client: GitHubClient
) -> None:
    assert client.upsert_comment(7, BODY).action == "created"
    assert client.upsert_comment(7, f"{BODY}, 2 to update").action == "updated"
    github.asked.clear()
    done = client.upsert_comment(7, f"{BODY}, 2 to update\n")
    assert (done.action, done.number) == ("unchanged", 7)
    assert done.url == "https://github.com/acme/finance/pull/7#issuecomment-1"
    assert github.calls() == [f"GET {COMMENTS}"]
    assert github.world.bodies(7) == [f"{BODY}, 2 to update"]


def test_each_marker_has_a_comment_of_its_own(github: GitHubDouble, client: GitHubClient) -> None:
    for name in ("plan", "summary"):
        for target in ("default", "eu"):
            client.upsert_comment(7, f"{marker(name, target)}\nx")
    assert len(github.world.bodies(7)) == 4


def test_our_comment_is_found_behind_hundreds_of_others(
    github: GitHubDouble, client: GitHubClient
) -> None:
    for number in range(120):
        github.world.comment(7, f"Look {number}", ANA)
    ours = github.world.comment(7, BODY, ACTIONS)
    for number in range(90):
        github.world.comment(7, f"Look again {number}", ANA)
    assert client.upsert_comment(7, f"{PLAN}\nnew").action == "updated"
    assert ours.body == f"{PLAN}\nnew"
    assert len(github.world.bodies(7)) == 211
    pages = [one.query for one in github.asked if one.method == "GET" and one.path != "/user"]
    assert [query.get("page") for query in pages] == [None, "2", "3"]
    assert {query["per_page"] for query in pages} == {"100"}


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (BODY, ANA),
        (BODY, OTHER_BOT),
        (BODY, None),  # the account is gone
        (f"> {BODY}", ACTIONS),
        (f"See:\n{BODY}", ACTIONS),
        (f"{marker('plan', 'eu')}\nx", ACTIONS),
        ("", ACTIONS),
    ],
)
def test_what_is_not_ours_is_left_alone(
    github: GitHubDouble, client: GitHubClient, body: str, author: Account | None
) -> None:
    github.world.comment(7, body, author)
    assert client.read_comment(7, PLAN) is None
    assert client.upsert_comment(7, f"{PLAN}\nnew").action == "created"
    assert github.world.bodies(7) == [body, f"{PLAN}\nnew"]


def test_a_comment_that_a_person_edited_is_put_right(
    github: GitHubDouble, client: GitHubClient
) -> None:
    ours = github.world.comment(7, BODY.replace("\n", "\r\n"), ACTIONS)
    assert client.upsert_comment(7, BODY).action == "unchanged"  # other ends of lines alone
    ours.body = BODY.replace("1 to create", "nothing at all").replace("\n", "\r\n")
    assert client.upsert_comment(7, BODY).action == "updated"
    assert github.world.bodies(7) == [BODY]


def test_two_comments_of_ours_become_one(github: GitHubDouble, client: GitHubClient) -> None:
    for _ in range(3):
        github.world.comment(7, BODY, ACTIONS)
    assert client.upsert_comment(7, f"{PLAN}\nnew").action == "updated"
    assert github.world.bodies(7) == [f"{PLAN}\nnew"]


@pytest.mark.parametrize("what", [{"status": 502}, {"status": 500}, {"cut": True}])
def test_a_comment_that_was_made_though_the_answer_is_lost_is_not_doubled(
    github: GitHubDouble, client: GitHubClient, pauses: Pauses, what: dict[str, object]
) -> None:
    github.trouble("POST", COMMENTS, after=True, **what)
    assert client.upsert_comment(7, BODY).action == "created"
    assert github.world.bodies(7) == [BODY]
    assert pauses == [1]


@pytest.mark.parametrize("what", [{"status": 503}, {"cut": True}])
def test_a_comment_that_was_not_made_is_made_again(
    github: GitHubDouble, client: GitHubClient, pauses: Pauses, what: dict[str, object]
) -> None:
    github.trouble("POST", COMMENTS, times=2, **what)
    assert client.upsert_comment(7, BODY).action == "created"
    assert github.world.bodies(7) == [BODY]
    assert pauses == [1, 2]


def test_a_comment_deleted_between_list_and_update_is_written_anew(
    github: GitHubDouble, client: GitHubClient
) -> None:
    github.world.comment(7, BODY, ACTIONS)
    github.trouble("PATCH", r"/comments/\d+", action=github.world.comments.clear)
    assert client.upsert_comment(7, f"{PLAN}\nnew").action == "created"
    assert github.world.bodies(7) == [f"{PLAN}\nnew"]


@pytest.mark.parametrize(
    ("status", "headers", "message", "waited"),
    [
        (403, {"Retry-After": "17"}, "You have exceeded a secondary rate limit", [17]),
        (429, {"Retry-After": "3"}, "Too many requests", [3]),
        (429, {"Retry-After": "Wed, 21 Oct"}, "Too many requests", [60]),
        (429, {}, "Too many requests", [60]),
        (403, {}, "You have exceeded a secondary rate limit", [60]),
        (
            403,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW + 120)},
            "API rate limit exceeded",
            [121],
        ),
        (
            429,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(NOW - 5)},
            "API rate limit exceeded",
            [1],
        ),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", COMMENTS), ("GET", COMMENTS)])
def test_a_limit_of_the_rate_is_waited_for(
    github: GitHubDouble,
    client: GitHubClient,
    pauses: Pauses,
    status: int,
    headers: dict[str, str],
    message: str,
    waited: list[float],
    method: str,
    path: str,
) -> None:
    github.trouble(method, path, status=status, headers=headers, message=message)
    assert client.upsert_comment(7, BODY).action == "created"
    assert pauses == waited
    assert github.world.bodies(7) == [BODY]


def test_pauses_grow_and_end(github: GitHubDouble, client: GitHubClient, pauses: Pauses) -> None:
    github.trouble("POST", COMMENTS, status=429, times=99)
    with pytest.raises(GitHubError, match="limits the rate") as caught:
        client.upsert_comment(7, BODY)
    assert pauses == [60, 120, 240, 480]
    assert "again after that time" in caught.value.remedy


def test_a_limit_that_lasts_too_long_is_not_waited_for(
    github: GitHubDouble, client: GitHubClient, pauses: Pauses
) -> None:
    github.trouble("GET", COMMENTS, status=403, headers={"Retry-After": "3000"})
    with pytest.raises(GitHubError, match="3000 seconds"):
        client.upsert_comment(7, BODY)
    assert pauses == []


@pytest.mark.parametrize("what", [{"status": 500}, {"cut": True}])
def test_what_only_reads_or_replaces_is_tried_again_and_given_up_in_the_end(
    github: GitHubDouble, client: GitHubClient, pauses: Pauses, what: dict[str, object]
) -> None:
    github.world.comment(7, BODY, ACTIONS)
    github.trouble("GET", COMMENTS, times=2, **what)
    github.trouble("PATCH", r"/comments/\d+", times=1, **what)
    assert client.upsert_comment(7, f"{PLAN}\nnew").action == "updated"
    assert pauses == [1, 2, 1]
    github.trouble("GET", COMMENTS, times=99, **what)
    with pytest.raises(GitHubError) as caught:
        client.upsert_comment(7, BODY)
    assert "later" in caught.value.remedy or "GITHUB_API_URL" in caught.value.remedy
    assert pauses[3:] == [1, 2, 4, 8]


def test_a_create_that_fails_for_good_is_told(
    github: GitHubDouble, client: GitHubClient, pauses: Pauses
) -> None:
    github.trouble("POST", COMMENTS, status=500, times=99)
    with pytest.raises(GitHubError, match="HTTP 500"):
        client.upsert_comment(7, BODY)
    assert github.calls().count(f"POST {COMMENTS}") == 4
    assert pauses == [1, 2, 4]
    assert github.world.bodies(7) == []


def test_a_text_that_is_too_long_is_refused_by_its_name(client: GitHubClient) -> None:
    with pytest.raises(GitHubRefusedError, match="Body is too long") as caught:
        client.upsert_comment(7, f"{PLAN}\n{'x' * 65_536}")
    assert "shorten" in caught.value.remedy


def test_a_locked_pull_request_is_named(github: GitHubDouble, client: GitHubClient) -> None:
    github.world.issues[7].locked = True
    with pytest.raises(GitHubRefusedError, match="#7 of acme/finance is locked") as caught:
        client.upsert_comment(7, BODY)
    assert "Unlock" in caught.value.remedy


def test_a_pull_request_that_is_not_there_is_named(client: GitHubClient) -> None:
    with pytest.raises(GitHubRefusedError, match="no pull request #8 of acme/finance"):
        client.upsert_comment(8, BODY)


def test_a_token_without_rights_names_the_permission(
    github: GitHubDouble, client: GitHubClient
) -> None:
    needed = {"X-Accepted-GitHub-Permissions": "issues=write; pull_requests=write"}
    message = "Resource not accessible by integration"
    github.trouble("POST", COMMENTS, status=403, message=message, headers=needed)
    with pytest.raises(GitHubError, match=r"needs issues=write; pull_requests=write") as caught:
        client.upsert_comment(7, BODY)
    assert "pull-requests: write" in caught.value.remedy


def test_a_token_that_is_not_valid_is_told_and_never_shown(
    github: GitHubDouble, pauses: Pauses
) -> None:
    with closing(client_of(github, pauses, token="ghp_wrong")) as client:
        with pytest.raises(GitHubError, match="does not accept GITHUB_TOKEN") as caught:
            client.upsert_comment(7, BODY)
        assert "ghp_wrong" not in repr(caught.value) + caught.value.remedy
    assert "ghp_wrong" not in repr(GitHubTarget("https://x", "a/b", "ghp_wrong"))


def test_a_token_that_an_answer_repeats_is_blotted_out(
    github: GitHubDouble, client: GitHubClient
) -> None:
    github.trouble("POST", COMMENTS, status=403, message=f"no {TOKEN} here")
    with pytest.raises(GitHubError, match=r"no \*\*\* here") as caught:
        client.upsert_comment(7, BODY)
    assert TOKEN not in str(caught.value)


def test_a_person_s_token_writes_as_that_person(github: GitHubDouble, pauses: Pauses) -> None:
    github.accounts["ghp_ana"] = ANA
    github.world.comment(7, BODY, ACTIONS)
    with closing(client_of(github, pauses, token="ghp_ana")) as client:
        assert client.upsert_comment(7, BODY).action == "created"
        assert client.upsert_comment(7, BODY).action == "unchanged"
    assert [item.author for item in github.world.comments] == [ACTIONS, ANA]
    assert github.calls().count("GET /user") == 1


def test_an_app_s_token_must_be_named_once(github: GitHubDouble, pauses: Pauses) -> None:
    github.accounts["ghs_app"] = OTHER_BOT
    with (
        closing(client_of(github, pauses, token="ghs_app")) as client,
        pytest.raises(UsageError, match=r"as renovate\[bot\]") as caught,
    ):
        client.upsert_comment(7, BODY)
    assert "GITHUB_LOGIN=renovate[bot]" in caught.value.remedy
    with closing(client_of(github, pauses, token="ghs_app", login="renovate[bot]")) as client:
        assert client.upsert_comment(7, BODY).action == "unchanged"
    assert len(github.world.bodies(7)) == 1


def test_a_text_without_a_marker_is_none_of_ours(client: GitHubClient) -> None:
    with pytest.raises(UsageError, match="first line is not a marker"):
        client.upsert_comment(7, "Hello")


def test_a_renamed_repository_is_told(github: GitHubDouble, client: GitHubClient) -> None:
    moved = {"Location": "https://api.github.com/repositories/1/issues/7/comments"}
    github.trouble("GET", COMMENTS, status=301, headers=moved, body=b"{}")
    with pytest.raises(GitHubError, match="renamed") as caught:
        client.upsert_comment(7, BODY)
    assert "GITHUB_REPOSITORY" in caught.value.remedy


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"{}", b"[1]", b'[{"id": "x"}]', b"["])
def test_what_is_not_github_is_told(
    github: GitHubDouble, client: GitHubClient, body: bytes
) -> None:
    github.trouble("GET", COMMENTS, status=200, body=body)
    with pytest.raises(GitHubError, match="not GitHub's REST API"):
        client.upsert_comment(7, BODY)


def test_the_token_follows_no_link_to_elsewhere(github: GitHubDouble, client: GitHubClient) -> None:
    link = {"Link": '<http://127.0.0.1:1/next>; rel="next"'}
    github.trouble("GET", COMMENTS, status=200, body=b"[]", headers=link)
    with pytest.raises(GitHubError, match="not GitHub's REST API"):
        client.upsert_comment(7, BODY)


@pytest.mark.parametrize(
    "url",
    [
        "http://github.example.com/api/v3",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "https://user:hunter2@github.example.com",
        "https://github.example.com?x=1",
        "github.example.com",
        "https://[::1",
    ],
)
def test_the_token_is_sent_nowhere_but_over_https(url: str) -> None:
    with pytest.raises(UsageError, match="GITHUB_API_URL") as caught:
        GitHubClient(GitHubTarget(url, "acme/finance", TOKEN))
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_not_there_is_told(pauses: Pauses) -> None:
    target = GitHubTarget("http://127.0.0.1:1", "acme/finance", TOKEN)
    with (
        closing(GitHubClient(target, pauses)) as client,
        pytest.raises(OdooSeedError, match="cannot be reached"),
    ):
        client.upsert_comment(7, BODY)


def test_netrc_does_not_take_the_token_s_place(
    github: GitHubDouble,
    client: GitHubClient,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(netrc))
    client._http._session.trust_env = True  # as it is anywhere but on loopback
    assert client.upsert_comment(7, BODY).action == "created"


# The drift issue ---------------------------------------------------------------------------------

DRIFT = marker("drift", "default")
BYE = f"{marker('agrees', 'default')}\n✅ Gone."


def test_the_drift_issue_is_opened_updated_and_closed(
    github: GitHubDouble, client: GitHubClient
) -> None:
    def keep(body: str | None) -> tuple[str, int] | None:
        done = client.set_issue(DRIFT, "Drift", body, BYE)
        return (done.action, done.number) if done else None

    assert keep(None) is None
    assert keep("one task") == ("created", 8)
    assert keep("one task") == ("unchanged", 8)
    assert keep("two tasks") == ("updated", 8)
    issue = github.world.issues[8]
    assert (issue.title, issue.body) == ("Drift", f"{DRIFT}\ntwo tasks")
    assert keep(None) == ("closed", 8)
    assert (issue.state, issue.reason) == ("closed", "completed")
    assert github.world.bodies(8) == [BYE]
    assert keep(None) is None
    assert github.world.bodies(8) == [BYE]
    assert keep("again") == ("created", 9)


def test_each_target_has_an_issue_of_its_own(github: GitHubDouble, client: GitHubClient) -> None:
    for target in ("default", "eu"):
        client.set_issue(marker("drift", target), target, "x", BYE)
    client.set_issue(marker("drift", "eu"), "eu", None, BYE)
    assert [issue.state for issue in github.world.issues.values()] == ["open", "open", "closed"]


def test_issues_of_others_and_pull_requests_are_left_alone(
    github: GitHubDouble, client: GitHubClient
) -> None:
    body = f"{DRIFT}\nmine"
    github.world.open_issue(ANA, "Drift", body)
    github.world.open_issue(OTHER_BOT, "Drift", body)
    github.world.issues[7].author = ACTIONS
    github.world.issues[7].body = body
    assert client.set_issue(DRIFT, "Drift", None, BYE) is None
    done = client.set_issue(DRIFT, "Drift", "ours", BYE)
    assert done is not None
    assert (done.action, done.number) == ("created", 10)


def test_the_drift_issue_is_found_among_hundreds(
    github: GitHubDouble, client: GitHubClient
) -> None:
    for number in range(110):
        github.world.open_issue(ANA, f"Question {number}", None)
    assert (client.set_issue(DRIFT, "Drift", "x", BYE) or BYE) != BYE
    done = client.set_issue(DRIFT, "Drift", "y", BYE)
    assert done is not None
    assert (done.action, done.number) == ("updated", 118)


@pytest.mark.parametrize("what", [{"status": 502}, {"cut": True}])
def test_an_issue_that_was_made_though_the_answer_is_lost_is_not_doubled(
    github: GitHubDouble, client: GitHubClient, what: dict[str, object]
) -> None:
    github.trouble("POST", "/issues", after=True, **what)
    done = client.set_issue(DRIFT, "Drift", "x", BYE)
    assert done is not None
    assert done.action == "created"
    assert len(github.world.issues) == 2


def test_a_farewell_is_said_once_though_the_closing_failed(
    github: GitHubDouble, client: GitHubClient
) -> None:
    client.set_issue(DRIFT, "Drift", "x", BYE)
    github.trouble("PATCH", "/issues/8", status=403, message="no")
    with pytest.raises(GitHubError, match="no right to the drift issue"):
        client.set_issue(DRIFT, "Drift", None, BYE)
    client.set_issue(DRIFT, "Drift", None, BYE)
    assert github.world.bodies(8) == [BYE]
    assert github.world.issues[8].state == "closed"


def test_a_locked_drift_issue_is_closed_without_a_word(
    github: GitHubDouble, client: GitHubClient
) -> None:
    client.set_issue(DRIFT, "Drift", "x", BYE)
    github.world.issues[8].locked = True
    done = client.set_issue(DRIFT, "Drift", None, BYE)
    assert done is not None
    assert (done.action, github.world.issues[8].state) == ("closed", "closed")


def test_issues_that_are_switched_off_are_told(github: GitHubDouble, client: GitHubClient) -> None:
    github.trouble("POST", "/issues", status=410, message="Issues are disabled for this repo")
    with pytest.raises(GitHubRefusedError, match="Issues are disabled") as caught:
        client.set_issue(DRIFT, "Drift", "x", BYE)
    assert "issues switched on" in caught.value.remedy


# Which pull requests -----------------------------------------------------------------------------


def test_pull_requests_are_found_by_the_commits_that_they_brought(
    github: GitHubDouble, client: GitHubClient
) -> None:
    world = github.world
    shas = [world.commit() for _ in range(6)]
    world.merge(11, shas[:2])
    world.merge(12, shas[2])
    world.merge(13, shas[2], base="release")
    world.merge(14, shas[3], merged=False)
    world.merge(15, shas[3], repository="upstream/finance")
    assert client.pulls_of_commits(shas) == [11, 12]
    assert client.pulls_of_commits(["f" * 40, shas[2]]) == [12]


def test_a_repository_that_the_token_may_not_see_is_not_one_without_pull_requests(
    github: GitHubDouble, client: GitHubClient
) -> None:
    github.trouble("GET", "/pulls", status=404, message="Not Found")
    with pytest.raises(GitHubRefusedError, match="GITHUB_TOKEN may not see it"):
        client.pulls_of_commits([github.world.commit()])


def test_commits_between_two_are_read_whole(github: GitHubDouble, client: GitHubClient) -> None:
    world = github.world
    base = last = world.commit()
    shas = [last := world.commit(last) for _ in range(230)]
    found = client.compare(base, last)
    assert (found.status, list(found.shas)) == ("ahead", shas)
    assert client.compare(last, base).status == "behind"
    assert client.compare(last, last).status == "identical"
    assert client.compare(world.commit(base), last).status == "diverged"
    assert client.compare("f" * 40, last).status == "unknown"


# The double itself -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", COMMENTS, {"text": "x"}, "'body' is a required property"),
        ("POST", "/issues", {"title": ["x"]}, "is not valid under any of the given schemas"),
        ("GET", f"{COMMENTS}?perpage=100", None, "unknown parameters"),
        ("GET", f"{COMMENTS}?per_page=many", None, "per_page"),
        ("GET", "/issue", None, "Path not found"),
    ],
)
def test_what_github_does_not_describe_is_found_out(
    pauses: Pauses, method: str, path: str, body: object, told: str
) -> None:
    double = GitHubDouble()
    double.world.pull(7)
    target = GitHubTarget(double.url, "acme/finance", TOKEN)
    with double, closing(Http(target, pauses)) as http:
        assert http.call(method, f"/repos/acme/finance{path}", body).status == 422
        (fault,) = double.faults
        double.faults.clear()
    assert told in fault


def test_an_answer_that_github_would_not_give_is_found_out(pauses: Pauses) -> None:
    with GitHubDouble() as double:
        double.world.open_issue(ANA, 7, None)  # type: ignore[arg-type] # that is what is tested
        with closing(client_of(double, pauses)) as client:
            client.set_issue(DRIFT, "Drift", None, BYE)
        (fault,) = double.faults
        double.faults.clear()
    assert "7 is not of type 'string'" in fault


def test_what_was_found_out_fails_the_test() -> None:
    double = GitHubDouble()
    double.faults.append("boo")
    with pytest.raises(AssertionError, match="boo"), double:
        pass
