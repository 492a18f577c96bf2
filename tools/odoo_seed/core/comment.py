"""The sticky comment on a pull request: the same words as the reports, within GitHub's limits.

What it adds to them: a marker by which it is found again, a size that is kept, a fold a project,
a drawing of the dependencies, and a footer with where to go from here.
"""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_seed.core import report_compare, report_plan, report_rehearsal
from odoo_seed.core import summary as report_summary
from odoo_seed.core.escape import code, html_code, plain
from odoo_seed.core.graph import mermaid
from odoo_seed.core.guards import is_archival
from odoo_seed.core.markers import checksum_line, marker
from odoo_seed.core.plan_lines import by_project
from odoo_seed.core.plan_raw import raw_lines
from odoo_seed.core.problem_markdown import problems_as_markdown
from odoo_seed.core.sections import Section, fit, size
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from odoo_seed.core.compare import Comparison
    from odoo_seed.core.plan import Change, Plan
    from odoo_seed.core.problems import Problem
    from odoo_seed.core.summary import Summary

BUDGET = 60_000
"""Bytes; GitHub refuses more than 65,536 characters."""
_RISKS = 36_000
"""Bytes of the budget that risks may take before anything else."""


@dataclass(frozen=True, slots=True)
class Footer:
    """Where a comment comes from; what is empty is left out.

    Attributes:
        commit: The git commit, 40 or 64 hex digits.
        run_url: The page of the workflow's run, to be trusted as it is; at most 300 characters.
    """

    commit: str = ""
    run_url: str = ""


def plan_comment(plan: Plan, footer: Footer, *, raw: bool = False) -> str:
    """The plan as a comment of at most `BUDGET` bytes.

    The verdict, then guards, refusals and archives in the open, a fold a project, the drawing, and
    last, folded, what was changed in Odoo and git puts back.

    Args:
        raw: Add the raw values of every change, folded.
    """
    told = code(plan.target)
    verdict = (
        f"### {report_plan.mark(plan)} odoo-seed plan for {told}: {report_plan.headline(plan)}"
    )
    archived, ours, drift = _sorted(plan.changes)
    risks = [
        Section("", _rows(report_plan.warnings(plan))),
        Section(f"To archive: {count(len(archived), 'record')}", _coded(_lines(archived))),
    ]
    if plan.rehearsal:
        said, _, *rows = report_rehearsal.markdown(plan.rehearsal)
        risks.append(Section("", (said, *_rows(rows))))
    rest = [
        *_projects(by_project(ours), Counter(one.project_ref for one in ours), _names(plan)),
        Section("Besides", _coded(report_plan.closing(plan)), folded=plan.empty),
        Section(
            f"<b>Drift</b>, which git puts back: {count(len(drift), 'record')}",
            _coded(_lines(drift)),
            folded=True,
        ),
        Section("Raw values", _coded(raw_lines(plan) if raw else ()), folded=True),
    ]
    facts = [f"target {told}", f"plan {code(plan.checksum)}"]
    opening = f"{marker('plan', plan.target)}\n{verdict}\n"
    closing = f"{_footer(footer, facts, _next(plan))}\n\n{checksum_line(plan.checksum)}"
    return _put_together(opening, risks, rest, closing, footer, mermaid(plan))


def compare_comment(compared: Comparison, footer: Footer) -> str:
    """What the YAML changes against its base, as a comment of at most `BUDGET` bytes."""
    plan, base = compared.plan, code(report_compare.base_words(compared.base))
    mark = "✅" if compared.empty else "📋"
    verdict = f"### {mark} odoo-seed compare: {report_compare.headline(compared)}"
    archived, ours, _ = _sorted(plan.changes)
    risks = [
        Section("", _rows(report_compare.warnings(compared))),
        Section(f"To archive: {count(len(archived), 'record')}", _coded(_lines(archived))),
    ]
    rest = [
        *_projects(by_project(ours), Counter(one.project_ref for one in ours), _names(plan)),
        *(
            Section(f"{html.escape(title)}: {count(len(told), 'line')}", _coded(told), folded=True)
            for title, told in report_compare.sections(compared)
        ),
    ]
    opening = f"{marker('compare', 'seed')}\n{verdict}\n"
    step = "nothing is left to do" if compared.empty else _TO_PLAN
    closing = _footer(footer, [f"compared with {base}"], step)
    return _put_together(opening, risks, rest, closing, footer, mermaid(plan))


_TO_PLAN = "review; what this meets in Odoo is told by `odoo-seed plan`"


def problems_comment(problems: Sequence[Problem], files: int, footer: Footer) -> str:
    """What stands in the place of a comparison while the YAML is not valid."""
    opening = f"{marker('compare', 'seed')}\n"
    closing = _footer(footer, [], "correct these lines; every push compares anew")
    left = BUDGET - size(opening) - size(closing)
    return f"{opening}{problems_as_markdown(problems, files, None, left)}{closing}"


def summary_comment(summary: Summary, footer: Footer) -> str:
    """The verification summary as a comment of at most `BUDGET` bytes."""
    minor = [report_summary.FINDINGS[one] for one in ("orphan", "drift", "left_alone")]
    troubles = report_summary.troubles(summary)
    risks = [Section(title, tuple(rows)) for title, rows in troubles.items() if title not in minor]
    changes = report_summary.changes(summary)
    names = {ref: name for (kind, ref), name in summary.names.items() if kind == "project"}
    rest = [
        *_projects(changes, {ref: len(lines) for ref, lines in changes.items()}, names),
        *(
            Section(f"{title}: {len(troubles[title])}", tuple(troubles[title]), folded=True)
            for title in minor
        ),
    ]
    opening = "\n".join([marker("summary", summary.target), *report_summary.opening(summary), ""])
    facts = report_summary.facts(summary)
    if summary.seed and summary.seed.commit:
        footer = replace(footer, commit="")  # what was applied counts, not where this was printed
    steps = "nothing is left to do" if summary.ok else _AGAIN
    return _put_together(opening, risks, rest, _footer(footer, facts, steps), footer)


_AGAIN = "settle what is told above; then run the workflow again, it goes on from there"


def _put_together(
    opening: str,
    risks: Sequence[Section],
    rest: Sequence[Section],
    closing: str,
    footer: Footer,
    drawing: str = "",
) -> str:
    where = f", in [the run]({footer.run_url})" if footer.run_url else ""
    left = BUDGET - size(opening) - size(closing)
    first = fit(risks, min(_RISKS, left), where)
    left -= size(first)
    drawn = f"\n**What waits for what**\n\n```mermaid\n{drawing}\n```\n" if drawing else ""
    whole = fit(rest, left, where)
    if size(whole) + size(drawn) > left:
        drawn = ""
    return f"{opening}{first}{whole}{drawn}{closing}"


def _footer(footer: Footer, facts: Sequence[str], step: str) -> str:
    parts = [
        *([f"commit {code(footer.commit[:12])}"] if footer.commit else []),
        *facts,
        *([f"[run]({footer.run_url})"] if footer.run_url else []),
    ]
    return f"\n<sub>{' · '.join(parts)}</sub>\n\n<sub><b>Next:</b> {step}.</sub>"


def _next(plan: Plan) -> str:
    if plan.refusals or plan.objections:
        return "correct what is told above; every push makes a new plan"
    if plan.guards:
        return "look at what the guard found; correct it, or let this one plan pass as it says"
    if plan.freeze:
        return "review; it can be merged now and seeded when the freeze is over"
    if plan.empty:
        return "nothing is left to do in Odoo"
    return "review and merge; `odoo-seed seed` then writes this to Odoo"


def _sorted(changes: Iterable[Change]) -> tuple[list[Change], list[Change], list[Change]]:
    """What is archived; what git changes; what was only changed in Odoo and is put back."""
    archived, ours, drift = [], [], []
    for change in changes:
        theirs = tuple(one for one in change.fields if one.cause == "drift" and not one.news)
        if is_archival(change):
            archived.append(change)
        elif change.action != "update" or not theirs:
            ours.append(change)
        else:
            mine = tuple(one for one in change.fields if one not in theirs)
            drift.append(replace(change, fields=theirs, note="" if mine else change.note))
            if mine:
                ours.append(replace(change, fields=mine))
    return archived, ours, drift


def _lines(changes: Sequence[Change]) -> list[str]:
    return [line for told in by_project(changes).values() for line in told]


def _coded(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(code(line, 600) for line in lines)


def _rows(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line.removeprefix("- ") for line in lines)


def _names(plan: Plan) -> dict[str, str]:
    """The projects' names by ref."""
    named = {ref: str(of["name"]) for (kind, ref), of in plan.wanted.items() if kind == "project"}
    gone = {one.external_ref: one.name for one in plan.changes if one.kind == "project"}
    return gone | named


def _projects(
    lines: Mapping[str, Sequence[str]], changes: Mapping[str, int], names: Mapping[str, str]
) -> Iterator[Section]:
    """A fold a project, the number of its changed records in its title."""
    for ref, told in lines.items():
        name = f" “{plain(names[ref], 60)}”" if names.get(ref) else ""
        title = f"{html_code(plain(ref, 64) + name)}: {count(changes[ref], 'change')}"
        yield Section(title, _coded(told), folded=True)
