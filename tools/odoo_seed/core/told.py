"""What is told on GitHub beside the summary itself: on which plan it rests, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.escape import code, prose
from odoo_seed.core.markers import marker, marker_of
from odoo_seed.core.summary import headline
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.summary import Summary

_NAMED = 20


def plan_note(reviewed: str | None, applied: str | None, others: Sequence[int]) -> str:
    """Say whether what was applied is the plan that the reviewers saw, as one line of Markdown.

    Args:
        reviewed: Checksum of the plan on the pull request; None where there is no plan.
        applied: Checksum of the plan that was applied; None where it did not come to that.
        others: Pull requests that were applied together with this one.
    """
    if reviewed is None or applied is None:
        return ""
    if reviewed == applied:
        return f"The plan of this run is exactly the one that was reviewed here, {code(applied)}."
    told = (
        f"⚠️ What was applied is not the plan that was reviewed here: reviewed {code(reviewed)}, "
        f"applied {code(applied)}."
    )
    if others:
        return f"{told} It holds {_pulls(others)} as well: they were applied together."
    return f"{told} Odoo or the seed changed in between; what was done stands below."


def _pulls(numbers: Sequence[int]) -> str:
    """Pull requests by number, in code: a link would tell each of them that it was mentioned."""
    named = ", ".join(code(f"#{number}") for number in numbers[:_NAMED])
    more = len(numbers) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def alone_note(base: str | None, why: str) -> str:
    """Say that only the newest commit's own pull request is told, and why."""
    alone = "so this is told on the newest commit's pull request alone."
    if base is None:
        return f"No earlier seed is known, {alone}"
    return f"The last applied commit, {code(base[:12])}, {why}, {alone}"


def placed(body: str, notes: Sequence[str]) -> str:
    """Put notes under the heading of a comment, or at its top where it has none."""
    told = [note for note in notes if note]
    if not told:
        return body
    lines = body.split("\n")
    at = 1 if marker_of(body) else 0
    at += any(line.startswith("#") for line in lines[at : at + 1])
    block = [part for note in told for part in ("", note)]
    return "\n".join(
        [*lines[:at], *block, *([""] if lines[at:] and lines[at] else []), *lines[at:]]
    )


def not_seeded(summary: Summary, commit: str, run_url: str | None) -> str:
    """The comment for a commit that did not come as far as Odoo."""
    lines = [
        marker("summary", summary.target),
        f"### ❌ odoo-seed: commit {code(commit[:12])} was not brought to Odoo",
        "",
    ]
    where = f"[See what the run says]({run_url})." if run_url else "See what the run says."
    lines.append(f"It ended before the seed began, so nothing of it is in Odoo. {where}")
    if summary.seed:
        last = f" of commit {code(summary.seed.commit[:12])}" if summary.seed.commit else ""
        lines += ["", f"The last seed{last}: {prose(headline(summary), 600)}"]
    return "\n".join([*lines, "", f"<sub>target {code(summary.target)}</sub>"])


DRIFT_TITLE = "odoo-seed: Odoo differs from git (target {})"


def drift_body(text: str) -> str:
    """The words of the drift issue: a comment of ours without its marker, or any Markdown."""
    return text.partition("\n")[2] if marker_of(text) else text


def farewell(target: str) -> str:
    """The comment with which the drift issue is closed."""
    return f"{marker('agrees', target)}\n✅ Odoo is as git says again. New drift opens a new issue."


def posted(found: int) -> str:
    """What `github report` did, in a line."""
    return f"The summary stands on {count(found, 'pull request')}."
