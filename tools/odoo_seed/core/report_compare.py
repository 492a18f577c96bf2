"""A comparison of two seeds as text, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core import plan_json
from odoo_seed.core.escape import code, plain, prose
from odoo_seed.core.plan_lines import by_project
from odoo_seed.core.report_plan import board_lines, change_lines, counts, notes
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.compare import Base, Comparison
    from odoo_seed.core.plan import GuardTrip

_LONG = 10_000
_COMMIT_SHOWN = 12

INITIAL = "Written only when a record is created (initial), so what is in Odoo stays"
ODOO = "Left to Odoo's users (odoo), so never written"


def headline(compared: Comparison) -> str:
    """The counts, one line without markup."""
    if compared.empty:
        records = sum(compared.plan.unchanged.values())
        return f"No changes: the seed says what its base says ({count(records, 'record')})"
    if not compared.plan.changes:
        records = sum(compared.plan.unchanged.values())
        return f"No record in Odoo changes ({records}), but see below"
    return counts(compared.plan)


def base_words(base: Base) -> str:
    """The base as it was named, with its commit where that says more."""
    name = plain(base.name)
    if base.commit is None or base.commit.startswith(base.name):
        return name
    return f"{name} ({base.commit[:_COMMIT_SHOWN]})"


def trouble_words(base: Base) -> str:
    """Why everything counts as new; empty when it does not."""
    return f"{base.trouble}; so everything here counts as new" if base.trouble else ""


def guard_words(trip: GuardTrip) -> str:
    """What a guard will say to the plan of this."""
    setting = f"; its limit is {trip.setting} in policy.yaml" if trip.setting else ""
    return f"{plain(trip.message, _LONG)} `plan` refuses such changes unless allowed{setting}"


def sections(compared: Comparison) -> Iterator[tuple[str, list[str]]]:
    """What there is beside the plan's changes: a heading each, and lines without markup."""
    for heading, changes in ((INITIAL, compared.initial), (ODOO, compared.odoo)):
        if changes:
            yield heading, [line for told in by_project(changes).values() for line in told]
    gone = [
        f"- milestone {plain(ref)} “{plain(name, 70)}”: removed from the YAML; Odoo cannot "
        "archive a milestone, so delete it there"
        for ref, name in compared.gone_milestones
    ]
    if beside := [*gone, *compared.besides, *board_lines(compared.plan)]:
        yield "Besides", beside
    if compared.policy:
        yield "policy.yaml", list(compared.policy)


def text(compared: Comparison) -> str:
    """The comparison for a terminal or a log."""
    plan = compared.plan
    lines = [f"Compared with {base_words(compared.base)}: {headline(compared)}"]
    if words := trouble_words(compared.base):
        lines.append(f"  NOTE {plain(words, _LONG)}")
    lines += [f"  GUARD {trip.guard}: {guard_words(trip)}" for trip in plan.guards]
    lines += [f"  NOTE {line}" for line in notes(plan)]
    for heading, told in (*by_project(plan.changes).items(), *sections(compared)):
        lines += ["", plain(heading), *(f"  {line}" for line in told)]
    return "\n".join(lines)


def markdown(compared: Comparison) -> str:
    """The comparison for a pull request: counts, risks, then the changes, folded when many."""
    plan = compared.plan
    mark = "✅" if compared.empty else "📋"
    lines = [f"### {mark} odoo-seed compare: {headline(compared)}"]
    lines += ["", f"Compared with {code(base_words(compared.base))}"]
    if found := list(warnings(compared)):
        lines += ["", *found]
    lines += change_lines(plan.changes)
    for heading, told in sections(compared):
        lines += ["", f"**{prose(heading)}**", "", *(f"- {code(line, 600)}" for line in told)]
    return "\n".join(lines)


def warnings(compared: Comparison) -> Iterator[str]:
    """The rows of a Markdown list: what a reviewer must see before the changes."""
    if words := trouble_words(compared.base):
        yield f"- {prose(words, 1000)}"
    for trip in compared.plan.guards:
        yield f"- **Guard {trip.guard}**: {prose(guard_words(trip), _LONG)}"
    yield from (f"- {code(line, 600)}" for line in notes(compared.plan))


def as_json(compared: Comparison) -> dict[str, Any]:
    """As `schemas/compare.schema.json` describes it."""
    plan, base = compared.plan, compared.base
    return {
        "schema_version": 1,
        "base": {"name": base.name, "commit": base.commit, "trouble": base.trouble},
        "empty": compared.empty,
        "unchanged": dict(plan.unchanged),
        "changes": [plan_json.change(change) for change in plan.changes],
        "initial": [plan_json.change(change) for change in compared.initial],
        "odoo": [plan_json.change(change) for change in compared.odoo],
        "gone_milestones": [
            {"external_ref": ref, "name": name} for ref, name in compared.gone_milestones
        ],
        **plan_json.warnings(plan),
        "boards": list(board_lines(plan)),
        "besides": list(compared.besides),
        "policy": list(compared.policy),
    }
