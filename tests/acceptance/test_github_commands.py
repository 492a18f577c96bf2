"""What stands on GitHub after `odoo-seed github …`, from a real database and a real Odoo."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from product import Product, Project, Task
from tests.github.double import TOKEN, GitHubDouble

from odoo_seed.core.markers import marker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.github.world import World

PLAN = marker("plan", "default")
SUMMARY = marker("summary", "default")


@pytest.fixture
def github(product: Product, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubDouble]:
    """The repository that the product's folder is a clone of."""
    secrets = [*product.secrets(), TOKEN]
    monkeypatch.setattr(Product, "secrets", lambda _: secrets)
    monkeypatch.setattr("time.sleep", lambda _: None)
    git(product, "init", "--quiet", "--initial-branch=main")
    with GitHubDouble() as double:
        for name, value in double.variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
        monkeypatch.setenv("GITHUB_RUN_ID", "77")
        yield double


@pytest.fixture
def world(github: GitHubDouble) -> World:
    return github.world


@pytest.fixture
def main(product: Product, world: World, monkeypatch: pytest.MonkeyPatch) -> Main:
    return Main(product, world, monkeypatch)


def git(product: Product, *words: str) -> str:
    who = ["-c", "user.name=ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *who, *words], cwd=product.folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


class Main:
    """The branch main: pull requests are merged into it, and workflows run for it."""

    def __init__(self, product: Product, world: World, patch: pytest.MonkeyPatch) -> None:
        self.product, self.world, self._patch = product, world, patch
        self._number = 0

    def merge(self, pull: int | None, after: str | None = None) -> str:
        """Change the seed, as pull request `pull` does; None is a direct push."""
        self._number += 1
        self.product.write(Project("BETA", f"Beta {self._number}", tasks=[Task("B1")]))
        git(self.product, "add", "supabase")
        if after:
            git(self.product, "reset", "--quiet", "--soft", after)
        git(self.product, "commit", "--quiet", "--message", f"Change {self._number}")
        sha, *parents = git(self.product, "log", "-1", "--format=%H %P").split()
        self.world.commit(*parents, sha=sha)
        if pull is not None:
            self.world.merge(pull, sha)
        self._patch.setenv("GITHUB_SHA", sha)
        return sha

    def workflow(self, *options: str) -> str:
        """What runs after a merge."""
        self.product.ok("run")
        return self.product.ok("github", "report", *options)

    def review(self, number: int) -> str:
        """Put the plan on a pull request and return its checksum."""
        file = self.product.folder / "comment.md"
        file.write_text(self.product.ok("plan", "--from", "files", "--format", "comment"))
        self.product.ok("github", "comment", "--pr", str(number), "--file", str(file))
        planned = self.product.run("plan", "--from", "files", "--format", "json").json("plan")
        return str(planned["checksum"])

    def told(self, number: int) -> str:
        """The summary on a pull request."""
        (found,) = [body for body in self.world.bodies(number) if body.startswith(SUMMARY)]
        return found


def test_the_summary_goes_to_every_pull_request_merged_since_the_last_run(
    main: Main, world: World
) -> None:
    main.merge(1)
    main.workflow()
    for number in (2, 3, None, 4):
        main.merge(number)
    told = main.workflow()
    assert "The summary stands on 3 pull requests." in told
    assert [line.partition(" (")[0] for line in told.splitlines()[:-1]] == [
        "#2: summary created",
        "#3: summary created",
        "#4: summary created",
    ]
    for number in (2, 3, 4):
        assert "odoo-seed: Odoo agrees with git" in main.told(number)
        assert "Beta 5" in main.told(number)
    assert "Beta 1" in main.told(1)
    assert "Beta 5" not in main.told(1)


def test_a_train_of_three_that_runs_one_by_one_tells_each_its_own(main: Main) -> None:
    main.merge(1)
    main.workflow()
    for number in (2, 3, 4):
        main.merge(number)
        assert f"#{number}: summary created" in main.workflow()
    for number in (2, 3, 4):
        assert f"Beta {number}" in main.told(number)


def test_the_first_run_tells_its_own_pull_request_and_says_so(main: Main, world: World) -> None:
    main.merge(1)
    main.merge(2)
    main.workflow()
    assert world.bodies(1) == []
    assert "No earlier seed is known" in main.told(2)


def test_a_pull_request_whose_run_failed_is_told_again_with_the_next(
    main: Main, product: Product
) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    product.odoo.trouble("odoo_error", model="project.task", message="Odoo is full")
    assert product.run("run").code == 1
    product.odoo.calm()
    product.ok("github", "report")
    assert "❌ odoo-seed: the seed failed" in main.told(2)
    main.merge(3)
    told = main.workflow()
    assert "#2: summary updated" in told
    assert "✅ odoo-seed: Odoo agrees" in main.told(2)
    assert "✅ odoo-seed: Odoo agrees" in main.told(3)


def test_a_failure_that_was_settled_by_hand_is_told_with_the_next_run(
    main: Main, product: Product
) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    product.odoo.trouble("odoo_error", model="project.task", message="Odoo is full")
    assert product.run("run").code == 1
    product.odoo.calm()
    product.ok("github", "report")
    product.ok("run")  # somebody repeats it, and tells nobody
    main.merge(3)
    assert "#2: summary updated" in main.workflow()
    assert "✅ odoo-seed: Odoo agrees" in main.told(2)


def test_a_partial_run_counts_as_applied(main: Main, product: Product) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    product.odoo.trouble("odoo_error", model="project.project", method="write", message="no")
    assert product.run("run").code == 3
    product.odoo.calm()
    product.ok("github", "report")
    assert "❌" in main.told(2)
    main.merge(3)
    assert "#2:" not in main.workflow()


def test_a_report_that_failed_is_made_up_for_by_the_next_run(
    main: Main, product: Product, github: GitHubDouble
) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    product.ok("run")
    github.trouble("GET", "/issues/2/comments", status=503, times=5)
    failed = product.run("github", "report")
    assert (failed.code, "GitHub answers with HTTP 503" in failed.err) == (1, True)
    main.merge(3)
    told = main.workflow()
    assert "#2: summary created" in told
    assert "#3: summary created" in told


def test_a_report_made_twice_writes_nothing_new(main: Main, product: Product) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    main.workflow()
    assert "#2: summary unchanged" in product.ok("github", "report")


def test_a_commit_that_did_not_come_as_far_as_a_seed_is_told_so(
    main: Main, product: Product, world: World
) -> None:
    main.merge(1)
    main.workflow()
    sha = main.merge(2)
    product.ok("stop", "--reason", "audit", "--yes")
    assert product.run("run").code == 1
    product.ok("github", "report")
    assert f"### ❌ odoo-seed: commit `{sha[:12]}` was not brought to Odoo" in main.told(2)
    assert "(https://github.com/acme/finance/actions/runs/77)" in main.told(2)
    assert "Beta 1" in main.told(1)
    product.ok("resume")
    main.merge(3)
    main.workflow()
    assert "✅ odoo-seed: Odoo agrees" in main.told(2)


def test_a_commit_that_came_in_with_a_later_one_is_told_of_that(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    main.merge(1)
    main.workflow()
    sha = main.merge(2)
    main.merge(3)
    monkeypatch.setenv("GITHUB_SHA", sha)  # an earlier workflow, which checked out main's head
    main.workflow()
    for number in (2, 3):
        assert "Beta 3" in main.told(number)


def test_after_a_forced_push_the_newest_pull_request_alone_is_told_and_says_so(
    main: Main, world: World
) -> None:
    first = main.merge(1)
    main.workflow()
    gone = main.merge(2)
    main.workflow()
    main.merge(3, after=first)
    main.workflow()
    assert "in the history of this one (a forced push)" in main.told(3)
    assert gone[:12] in main.told(3)
    assert "Beta 2" in main.told(2)


def test_what_was_applied_from_a_commit_that_is_not_on_github_is_said(
    main: Main, world: World
) -> None:
    main.merge(1)
    lost = main.merge(2)
    main.workflow()
    main.merge(3)
    world.commits.pop(lost)
    world.commits = {
        sha: tuple(one for one in parents if one != lost) for sha, parents in world.commits.items()
    }
    main.workflow()
    assert f"`{lost[:12]}`, is not on GitHub" in main.told(3)


def test_a_direct_push_has_nobody_to_tell(main: Main, world: World) -> None:
    main.merge(1)
    main.workflow()
    main.merge(None)
    before = len(world.comments)
    assert main.workflow() == "The summary stands on 0 pull requests.\n"
    assert len(world.comments) == before


def test_reviewers_learn_whether_their_plan_was_applied(main: Main, product: Product) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    seen = main.review(2)
    main.workflow()
    assert f"is exactly the one that was reviewed here, `{seen}`." in main.told(2)

    main.merge(3)
    seen = main.review(3)
    product.change_in_odoo("project.task", "B1", name="Changed in Odoo")
    main.workflow()
    heading, blank, note, *_ = main.told(3).split("\n")[1:]
    assert heading.startswith("### ✅")
    assert blank == ""
    assert note.startswith("⚠️ What was applied is not the plan that was reviewed here")
    assert f"reviewed `{seen}`, applied `" in note
    assert "Odoo or the seed changed in between" in note


def test_a_plan_applied_together_with_others_is_told_as_such(main: Main) -> None:
    main.merge(1)
    main.workflow()
    for number in (2, 3):
        main.merge(number)
        main.review(number)
    main.workflow()
    assert "It holds `#3` as well: they were applied together." in main.told(2)
    assert "is exactly the one that was reviewed here" in main.told(3)  # it was made last


def test_a_locked_pull_request_does_not_keep_the_others_from_being_told(
    main: Main, product: Product, world: World
) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    main.merge(3)
    world.issues[2].locked = True
    product.ok("run")
    done = product.run("github", "report")
    assert done.code == 0
    assert "Warning: The conversation of pull request #2 of acme/finance is locked" in done.err
    assert "The summary stands on 1 pull request." in done.out
    assert "Beta 3" in main.told(3)
    main.merge(4)
    assert "#3:" not in main.workflow()


def test_a_refusal_that_can_be_settled_is_told_and_made_up_for(
    main: Main, product: Product, github: GitHubDouble
) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    main.merge(3)
    product.ok("run")
    github.trouble("GET", "/issues/2/comments", status=404, message="Not Found")
    done = product.run("github", "report")
    assert done.code == 1
    assert "could not be written to 1 of 2 pull requests" in done.err
    assert "no pull request #2 of acme/finance" in done.err
    assert "pull-requests: write" in done.err
    assert "Beta 3" in main.told(3)
    main.merge(4)
    told = main.workflow()
    assert "#2: summary created" in told
    assert "#3: summary updated" in told


def test_a_file_takes_the_summary_s_place(main: Main, product: Product, tmp_path: Path) -> None:
    main.merge(1)
    file = tmp_path / "summary.md"
    file.write_text(f"{SUMMARY}\n### Mine\n\nWords")
    main.workflow("--file", str(file))
    heading, _, note, _, words = main.told(1).split("\n")[1:]
    assert (heading, words) == ("### Mine", "Words")
    assert note.startswith("No earlier seed is known")


def test_a_comment_is_kept_on_a_pull_request(
    product: Product, world: World, tmp_path: Path
) -> None:
    world.pull(5)
    file = tmp_path / "plan.md"
    file.write_text(f"{PLAN}\n### one")
    told = product.ok("github", "comment", "--pr", "5", "--file", str(file))
    assert told == ("#5: comment created (https://github.com/acme/finance/pull/5#issuecomment-1)\n")
    file.write_text(f"{PLAN}\n### two")
    assert "#5: comment updated" in product.ok(
        "github", "comment", "--pr", "5", "--file", str(file)
    )
    assert world.bodies(5) == [f"{PLAN}\n### two"]


def test_one_issue_is_kept_while_there_is_drift(
    product: Product, world: World, tmp_path: Path
) -> None:
    file = tmp_path / "drift.md"
    file.write_text(f"{SUMMARY}\n### One task drifted")
    assert "#1: drift issue created" in product.ok("github", "drift", "--file", str(file))
    issue = world.issues[1]
    assert issue.title == "odoo-seed: Odoo differs from git (target default)"
    assert issue.body == f"{marker('drift', 'default')}\n### One task drifted"
    assert "unchanged" in product.ok("github", "drift", "--file", str(file))
    assert "#2: drift issue created" in product.ok(
        "github", "drift", "--target", "eu", "--file", str(file)
    )
    assert "#1: drift issue closed" in product.ok("github", "drift", "--none")
    assert [issue.state for issue in world.issues.values()] == ["closed", "open"]
    assert "Odoo is as git says again" in world.bodies(1)[0]
    assert "no issue about it is open" in product.ok("github", "drift", "--none")
    assert "#3: drift issue created" in product.ok("github", "drift", "--file", str(file))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["comment", "--pr", "5"], "--file is missing"),
        (["comment", "--pr", "0", "--file", "x"], "0 is not in the range"),
        (["comment", "--pr", "5", "--file", "none.md"], "none.md cannot be read: No such file"),
        (["comment", "--pr", "5", "--file", "."], "cannot be read: Is a directory"),
        (["comment", "--pr", "5", "--file", "latin.md"], "it is not UTF-8"),
        (["comment", "--pr", "5", "--file", "large.md"], "more than 1 MB"),
        (["comment", "--pr", "5", "--file", "plain.md"], "first line is not a marker"),
        (["drift"], "either --file or --none"),
        (["drift", "--none", "--file", "plain.md"], "either --file or --none"),
    ],
)
def test_what_cannot_be_written_is_said_in_words(
    github: GitHubDouble, product: Product, words: list[str], told: str
) -> None:
    (product.folder / "plain.md").write_text("Hello")
    (product.folder / "latin.md").write_bytes(b"\xe9")
    (product.folder / "large.md").write_text("x" * 1024 * 1025)
    done = product.run("github", *words)
    assert done.code == 2
    assert told in done.err
    assert github.world.comments == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("GITHUB_TOKEN", "", "GITHUB_TOKEN is not set"),
        ("GITHUB_TOKEN", f"{TOKEN}\n", "GITHUB_TOKEN holds characters"),
        ("GITHUB_TOKEN", f"é{TOKEN}", "GITHUB_TOKEN holds characters"),
        ("GITHUB_REPOSITORY", "", "GITHUB_REPOSITORY is not set"),
        ("GITHUB_REPOSITORY", "acme/../user", "GITHUB_REPOSITORY is not owner/name"),
        ("GITHUB_REPOSITORY", "acme/..", "GITHUB_REPOSITORY is not owner/name"),
        ("GITHUB_API_URL", "http://github.example.com", "GITHUB_API_URL is not https"),
    ],
)
def test_a_wrong_setting_is_named(
    github: GitHubDouble,
    product: Product,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    told: str,
) -> None:
    monkeypatch.setenv(name, value)
    done = product.run("github", "drift", "--none")
    assert done.code == 2
    assert told in done.err
    assert github.asked == []


def test_the_token_stands_in_no_output(github: GitHubDouble, product: Product, main: Main) -> None:
    main.merge(1)
    main.workflow()
    for status in (401, 403, 404, 422, 500, 200):
        github.trouble("GET", "/issues", status=status, message=f"no {TOKEN} here",
                       body=None if status > 200 else TOKEN.encode(), times=5)  # fmt: skip
        done = product.run("github", "drift", "--none")
        assert done.code == 1
        assert TOKEN not in done.everything
    assert [one.headers["Authorization"] for one in github.asked[:1]] == [f"Bearer {TOKEN}"]
    for text in (item.body for item in github.world.comments):
        assert TOKEN not in text


def test_git_itself_is_not_needed_to_find_the_pull_requests(main: Main, product: Product) -> None:
    main.merge(1)
    main.workflow()
    main.merge(2)
    main.merge(3)
    product.ok("run")
    shutil.rmtree(product.folder / ".git")  # as good as a shallow clone
    assert "The summary stands on 2 pull requests." in product.ok("github", "report")
