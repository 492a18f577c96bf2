"""A plan as text for a terminal, and as Markdown for a pull request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from odoo_seed.core import moves, report_rehearsal
from odoo_seed.core.escape import code, html_code, plain, prose
from odoo_seed.core.guards import allow_options, is_archival
from odoo_seed.core.plan_lines import by_project, elsewhere_lines, title
from odoo_seed.core.plan_news import freeze_words, news_lines
from odoo_seed.core.plan_raw import raw_lines
from odoo_seed.core.rename_words import rename_words
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from odoo_seed.core.plan import Change, GuardTrip, Plan, Refusal

_LONG = 10_000
_OPEN_LINES = 30
"""With more lines of changes than this, Markdown folds them by project."""


def headline(plan: Plan) -> str:
    """The verdict and the counts, one line without markup."""
    if plan.refusals:
        return f"{count(len(_problems(plan)), 'problem')} must be settled first: {counts(plan)}"
    if plan.guards:
        return f"Refused by a guard: {counts(plan)}"
    if objections := plan.objections:
        return f"Odoo objects to {count(len(objections), 'record')}: {counts(plan)}"
    if plan.empty:
        return f"No changes: Odoo is as git says ({sum(plan.unchanged.values())} records)"
    return counts(plan)


def _problems(plan: Plan) -> list[list[Refusal]]:
    """What must be settled: one problem for all that one line of a template made."""
    found: dict[tuple[str, str, str], list[Refusal]] = {}
    for number, one in enumerate(plan.refusals):
        where = str(one.source or number)
        found.setdefault((where, one.message, one.remedy), []).append(one)
    return list(found.values())


def counts(plan: Plan) -> str:
    """How many records change, and how."""
    archived = sum(is_archival(change) for change in plan.changes)
    updated = len(plan.changes) - plan.count("create") - archived
    return (
        f"{plan.count('create')} to create, {updated} to update, {archived} to archive, "
        f"{sum(plan.unchanged.values())} unchanged"
    )


def text(plan: Plan, *, raw: bool = False) -> str:
    """The plan for a terminal or a log.

    Args:
        raw: Add the raw values of every change.
    """
    lines = [f"Plan for target {plain(plan.target)}: {headline(plan)}"]
    lines += [f"  FREEZE {freeze_words(plan)}"] if plan.freeze else []
    lines += [
        f"  GUARD {trip.guard}: {plain(trip.message, _LONG)}{how(plan, trip)}"
        for trip in plan.guards
    ]
    if len(plan.guards) > 1:
        lines.append(f"  All of these at once: {allow_options(plan, plan.guards)}")
    for refusal, *others in _problems(plan):
        where = f"{plain(refusal.source, 300)}: " if refusal.source else ""
        remedy = f" → {plain(refusal.remedy, 300)}" if refusal.remedy else ""
        many = f" ({len(others) + 1} times, first: {plain(refusal.external_ref)})" if others else ""
        lines.append(f"  ERROR {where}{plain(refusal.message, 300)}{many}{remedy}")
    if plan.blocked:
        lines.append(f"  {count(len(plan.blocked), 'record')} blocked by these")
    lines += [f"  NOTE {line}" for line in notes(plan)]
    if plan.rehearsal:
        lines += ["", *report_rehearsal.text(plan.rehearsal)]
    for project, told in by_project(plan.changes).items():
        lines += ["", plain(project), *(f"  {line}" for line in told)]
    lines += _closing(plan)
    if raw and plan.changes:
        lines += ["", "Raw values", *(f"  {line}" for line in raw_lines(plan))]
    return "\n".join(lines)


def how(plan: Plan, trip: GuardTrip, show: Callable[[str], str] = str) -> str:
    """How to let a plan pass a guard."""
    once = f"once only: {show(allow_options(plan, [trip]))}"
    if trip.setting:
        return f" Change {show(trip.setting)} in policy.yaml, or {once}"
    return f" To go on {once}"


def notes(plan: Plan) -> Iterator[str]:
    """What a reviewer should look into, though it stops nothing."""
    yield from moves.words(plan.moves)
    for period in plan.closed:
        what = f"{plain(period.instance)} is closed ({period.why}) and stays as it is"
        yield f"{what}; {count(period.differing, 'record')} would change otherwise"
    yield from rename_words(plan.likely_renames)
    for kind, ref in plan.unprotected:
        yield f"{kind} {plain(ref)} would no longer be protected"
    for words in plan.not_looked_at:
        yield f"Not looked at on what would be archived: {plain(words, 300)}"


def _closing(plan: Plan) -> Iterator[str]:
    if plan.new_tags or plan.new_stages or list(news_lines(plan.news)):
        yield ""
    yield from closing(plan)
    if not plan.empty:
        yield f"Checksum {plan.checksum}"


def closing(plan: Plan) -> Iterator[str]:
    """What there is to say besides the changes of records, a line each, without markup."""
    yield from news_lines(plan.news)
    yield from board_lines(plan)
    if plan.orphans:
        names = (f"{orphan.kind} {plain(orphan.external_ref)}" for orphan in plan.orphans[:5])
        more = f" and {len(plan.orphans) - 5} more" if len(plan.orphans) > 5 else ""
        yield f"In Odoo but not in git, left alone: {', '.join(names)}{more}"
        if any(orphan.kind == "milestone" for orphan in plan.orphans):
            yield "Odoo cannot archive a milestone: delete it there"
    yield from elsewhere_lines(plan)
    for item in plan.left_alone:
        yield f"Left alone: {item.kind} {plain(item.external_ref)}: {plain(item.message, 300)}"
    if plan.kept:
        fields = Counter(item.change.name for item in plan.kept)
        told = ", ".join(f"{number} {name}" for name, number in sorted(fields.items()))
        yield f"Left to the teams by policy.yaml: {told}"


def board_lines(plan: Plan) -> Iterator[str]:
    """Tags and stages that come, and stages that move."""
    if plan.new_tags:
        yield f"New tags: {', '.join(plain(name) for name in plan.new_tags)}"
    if plan.new_stages:
        names = (
            f"{plain(item.stage.name)} in {plain(item.project_ref)}{', folded' * item.stage.fold}"
            for item in plan.new_stages
        )
        yield f"New stages: {', '.join(names)}"
    for board in plan.changed_stages:
        fold = ", folded" if board.stage.fold else ""
        where = f"{plain(board.stage.name)} of {plain(board.project_ref)}"
        yield f"Stage {where}: place {board.sequence}{fold}"


def markdown(plan: Plan, *, raw: bool = False) -> str:
    """The plan for a pull request: verdict, risks, then the changes, folded when they are many.

    Args:
        raw: Add the raw values of every change, folded.
    """
    lines = [f"### {mark(plan)} odoo-seed plan: {headline(plan)}"]
    if found := list(warnings(plan)):
        lines += ["", *found]
    if plan.rehearsal:
        lines += ["", *report_rehearsal.markdown(plan.rehearsal)]
    lines += change_lines(plan.changes)
    if last := [f"- {code(line, 600)}" for line in _closing(plan) if line]:
        lines += ["", *last]
    if raw and plan.changes:
        listed = [f"- {code(line, 1000)}" for line in raw_lines(plan)]
        lines += ["", "<details><summary>Raw values</summary>", "", *listed, "", "</details>"]
    return "\n".join(lines)


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """The changes as Markdown, by project; folded when they are many, but for what is archived."""
    groups = by_project(changes)
    many = sum(map(len, groups.values())) > _OPEN_LINES
    if many and (archived := [change for change in changes if is_archival(change)]):
        yield ""
        yield from (f"- archives {change.kind} {code(title(change))}" for change in archived)
    for ref, told in groups.items():
        listed = [f"- {code(line, 600)}" for line in told]
        if many:
            head = f"{html_code(ref)}: {count(len(told), 'line')}"
            yield from ("", f"<details><summary>{head}</summary>", "", *listed, "", "</details>")
        else:
            yield from ("", f"**{code(ref)}**", "", *listed)


def mark(plan: Plan) -> str:
    """The sign before a plan's verdict."""
    return "❌" if plan.unsettled else "✅" if plan.empty else "📋"


def warnings(plan: Plan) -> Iterator[str]:
    """The rows of a Markdown list: what a reviewer must see before the changes."""
    if plan.freeze:
        yield f"- 🧊 **Freeze** {prose(freeze_words(plan))}"
    for trip in plan.guards:
        words = f"{prose(trip.message, _LONG)}{how(plan, trip, code)}"
        yield f"- **Guard {trip.guard}**: {words}"
    if len(plan.guards) > 1:
        yield f"- All of these at once: {code(allow_options(plan, plan.guards), 1000)}"
    for refusal, *others in _problems(plan):
        where = f"{code(refusal.source, 300)} " if refusal.source else ""
        remedy = f" → {prose(refusal.remedy)}" if refusal.remedy else ""
        more = f" and {len(others)} more" if others else ""
        what = f"{refusal.kind} {code(refusal.external_ref)}{more}"
        yield f"- {where}{what}: {prose(refusal.message)}{remedy}"
    if plan.blocked:
        yield f"- {count(len(plan.blocked), 'record')} blocked by these"
    yield from (f"- {code(line, 600)}" for line in notes(plan))
