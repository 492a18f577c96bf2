"""After a merge: the summary goes to every pull request that was merged since the last one.

Nothing is remembered but what Postgres and GitHub hold: the runs, and the comments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.markers import checksum_in, marker
from odoo_seed.core.told import alone_note, not_seeded, placed, plan_note
from odoo_seed.core.words import count
from odoo_seed.errors import GitHubError, GitHubLockedError, GitHubRefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.summary import Summary
    from odoo_seed.ports import SeedStore
    from odoo_seed.ports_github import GitHub, Written

_MOST_COMMITS = 500
"""A question each to GitHub, which takes a thousand an hour from a workflow."""
_WHY = {
    "unknown": "is not on GitHub",
    "diverged": "is not in the history of this one (a forced push)",
    "behind": "is newer than this one",
}


@dataclass(frozen=True, slots=True)
class Merged:
    """The pull requests that a run is about.

    Attributes:
        note: Why others may be missing, as Markdown; empty where none is.
    """

    numbers: Sequence[int]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of the report: comments, and conversations that are locked."""

    written: Sequence[Written]
    locked: Sequence[GitHubLockedError]


def report(
    store: SeedStore,
    github: GitHub,
    summary: Summary,
    body: str,
    *,
    commit: str | None,
    trigger: str = "cli",
    run_url: str | None = None,
) -> Reported:
    """Write a summary to every pull request merged since the last applied commit.

    Args:
        body: The summary as a comment. Not used where the commit was not seeded at all.
        commit: What was to be applied; None to take the commit of the last seed.
        run_url: Where the run can be read.

    Raises:
        UsageError: No commit is known.
        GitHubError: Not all could be written; the next report tells these again.
    """
    seed = summary.seed
    head, seeded = _head(github, seed.commit if seed else None, commit)
    if not seeded:
        body = not_seeded(summary, head, run_url)
    found = merged_since(store, github, summary.target, head)
    applied = seed.plan_checksum if seed and seeded else None
    done = _tell(github, summary.target, body, found, applied)
    if seed and seeded and seed.status in {"success", "partial"}:
        run_id = store.start_run(summary.target, "report", trigger, head)
        store.finish_run(run_id, "success", counts={"pull_requests": len(done.written)})
    return done


def _tell(github: GitHub, target: str, body: str, found: Merged, applied: str | None) -> Reported:
    """Write the comments; one that is refused does not keep the others from being written."""
    written, locked, refused = [], [], []
    for number in found.numbers:
        try:
            plan = github.read_comment(number, marker("plan", target))
            others = [other for other in found.numbers if other != number]
            note = plan_note(checksum_in(plan) if plan else None, applied, others)
            written.append(github.upsert_comment(number, placed(body, [note, found.note])))
        except GitHubLockedError as error:
            locked.append(error)
        except GitHubRefusedError as error:
            refused.append(error)
    if refused:
        raise GitHubError(
            f"The summary could not be written to {len(refused)} of "
            f"{count(len(found.numbers), 'pull request')}.",
            remedy=refused[0].remedy,
            details=[error.told for error in refused],
        )
    return Reported(written, locked)


def _head(github: GitHub, seeded: str | None, asked: str | None) -> tuple[str, bool]:
    """The commit that is told about, and whether the last seed was of it or a later one."""
    if asked is None:
        if seeded is None:
            raise UsageError(
                "The commit that was applied is not known.", remedy="Set GITHUB_SHA to it."
            )
        return seeded, True
    if seeded is None or seeded == asked:
        return asked, seeded == asked
    later = github.compare(asked, seeded).status == "ahead"
    return (seeded, True) if later else (asked, False)


def merged_since(store: SeedStore, github: GitHub, target: str, head: str) -> Merged:
    """Return the pull requests merged since what was applied, and told, before `head`."""
    base = _base(store, target, head)
    commits = github.compare(base, head) if base else None
    if commits is None or commits.status != "ahead":
        why = _WHY.get(commits.status, "is no commit before this one") if commits else ""
        return Merged(github.pulls_of_commits([head]), alone_note(base, why))
    note = ""
    if len(commits.shas) > _MOST_COMMITS:
        note = f"Only the newest {_MOST_COMMITS} of {len(commits.shas)} commits were looked at."
    return Merged(github.pulls_of_commits(commits.shas[-_MOST_COMMITS:]), note)


def _base(store: SeedStore, target: str, head: str) -> str | None:
    """The commit applied before `head` whose report was made; the last applied where none was.

    A run whose report failed is passed over, so that its pull requests are told with the next one.
    So is `head` itself: a run that is repeated tells the same pull requests again.
    """
    applied = [commit for commit in store.commits(target, "seed") if commit != head]
    reported = set(store.commits(target, "report"))
    return next((commit for commit in applied if commit in reported), next(iter(applied), None))
