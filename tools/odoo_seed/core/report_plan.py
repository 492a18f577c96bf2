"""A plan as text for a terminal, as Markdown for a pull request, as JSON for programs."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import code, html_code, plain, prose
from odoo_seed.core.guards import is_archival
from odoo_seed.core.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.plan import Change, Plan

_NAMED_CREATES = 5
_SAME_CHANGE = 3
_OPEN_LINES = 30
"""With more lines of changes than this, Markdown folds them by project."""


def headline(plan: Plan) -> str:
    """The verdict and the counts, one line without markup."""
    if plan.refusals:
        return f"{count(len(plan.refusals), 'problem')} must be settled first: {_counts(plan)}"
    if plan.guards:
        return f"Refused by a guard: {_counts(plan)}"
    if plan.empty:
        return f"No changes: Odoo is as git says ({sum(plan.unchanged.values())} records)"
    return _counts(plan)


def _counts(plan: Plan) -> str:
    archived = sum(is_archival(change) for change in plan.changes)
    updated = len(plan.changes) - plan.count("create") - archived
    return (
        f"{plan.count('create')} to create, {updated} to update, {archived} to archive, "
        f"{sum(plan.unchanged.values())} unchanged"
    )


def text(plan: Plan) -> str:
    """The plan for a terminal or a log."""
    lines = [f"Plan for target {plain(plan.target)}: {headline(plan)}"]
    lines += [
        f"  GUARD {trip.guard}: {trip.message}{_how(plan, trip.setting, trip.guard)}"
        for trip in plan.guards
    ]
    for refusal in plan.refusals:
        where = f"{plain(refusal.source, 300)}: " if refusal.source else ""
        remedy = f" → {plain(refusal.remedy, 300)}" if refusal.remedy else ""
        lines.append(f"  ERROR {where}{plain(refusal.message, 300)}{remedy}")
    if plan.blocked:
        lines.append(f"  {count(len(plan.blocked), 'record')} blocked by these")
    for project, told in by_project(plan.changes).items():
        lines += ["", plain(project), *(f"  {line}" for line in told)]
    lines += _closing(plan)
    return "\n".join(lines)


def _how(plan: Plan, setting: str, guard: str) -> str:
    once = f"once only: --allow {guard}={plan.checksum}"
    return f" Change {setting} in policy.yaml, or {once}" if setting else f" To go on {once}"


def _closing(plan: Plan) -> Iterator[str]:
    if plan.new_tags or plan.new_stages:
        yield ""
    if plan.new_tags:
        yield f"New tags: {', '.join(plain(name) for name in plan.new_tags)}"
    if plan.new_stages:
        names = (
            f"{plain(item.stage.name)} in {plain(item.project_ref)}" for item in plan.new_stages
        )
        yield f"New stages: {', '.join(names)}"
    for board in plan.changed_stages:
        fold = ", folded" if board.stage.fold else ""
        where = f"{plain(board.stage.name)} of {board.project_ref}"
        yield f"Stage {where}: place {board.sequence}{fold}"
    if plan.orphans:
        names = (f"{orphan.kind} {plain(orphan.external_ref)}" for orphan in plan.orphans[:5])
        more = f" and {len(plan.orphans) - 5} more" if len(plan.orphans) > 5 else ""
        yield f"In Odoo but not in git, left alone: {', '.join(names)}{more}"
    for item in plan.left_alone:
        yield f"Left alone: {item.kind} {plain(item.external_ref)}: {item.message}"
    if plan.kept:
        fields = Counter(item.change.name for item in plan.kept)
        told = ", ".join(f"{number} {name}" for name, number in sorted(fields.items()))
        yield f"Left to the teams by policy.yaml: {told}"
    if not plan.empty:
        yield f"Checksum {plan.checksum}"


def by_project(changes: Sequence[Change]) -> dict[str, list[str]]:
    """Each project's changes in words, a line each; many that are alike are told once."""
    groups: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        groups[change.project_ref].append(change)
    return {ref: list(_lines(found)) for ref, found in groups.items()}


def _lines(changes: Sequence[Change]) -> Iterator[str]:
    creates = [change for change in changes if change.action == "create"]
    yield from _creates(creates)
    updates = [change for change in changes if change.action == "update"]
    shared = _shared_phrases(updates)
    for phrase, refs in shared.items():
        some = ", ".join(refs[:4]) + (", …" if len(refs) > 4 else "")
        yield f"~ {len(refs)} tasks: {plain(phrase, 300)} ({some})"
    for change in updates:
        phrases = [
            phrase for phrase in phrases_of(change) if phrase not in shared or change.kind != "task"
        ]
        if phrases:
            words = "; ".join([*phrases, *[change.note] * bool(change.note)])
            yield f"~ {change.kind} {_title(change)}: {plain(words, 500)}"
    for change in changes:
        if change.action == "archive":
            yield f"- {change.kind} {_title(change)}: archived, it was removed from the YAML"


def _creates(creates: Sequence[Change]) -> Iterator[str]:
    """A new project in one line with all that is in it; else each record, or their number."""
    by_kind = {
        kind: [change for change in creates if change.kind == kind]
        for kind in ("project", "milestone", "task")
    }
    if by_kind["project"]:
        within = " and ".join(
            count(len(by_kind[kind]), kind) for kind in ("milestone", "task") if by_kind[kind]
        )
        yield f"+ project {_title(by_kind['project'][0])}{' with ' * bool(within)}{within}"
        return
    noted = [change for change in creates if change.note]
    yield from (f"+ {item.kind} {_title(item)}: {plain(item.note)}" for item in noted)
    for kind, all_found in by_kind.items():
        found = [change for change in all_found if not change.note]
        if len(found) > _NAMED_CREATES:
            first = ", ".join(plain(change.name, 50) for change in found[:3])
            yield f"+ {len(found)} {kind}s: {first}, …"
        else:
            yield from (f"+ {kind} {_title(change)}" for change in found)


def _title(change: Change) -> str:
    return f"{plain(change.external_ref)} “{plain(change.name, 70)}”"


def phrases_of(change: Change) -> list[str]:
    """The words of one record's changes; what Odoo's users changed is told apart."""
    words = []
    for item in change.fields:
        phrase = say(change.kind, item)
        if item.cause == "drift":
            phrase += f" (drift: {_who(change)}; git puts it back)"
        elif item.cause == "conflict":
            phrase += f" (conflict: {_who(change)} too; git wins)"
        words.append(phrase)
    return words


def _who(change: Change) -> str:
    if change.written_by and change.written_at:
        return f"changed in Odoo, last written by {change.written_by} at {change.written_at} UTC"
    return "changed in Odoo"


def _shared_phrases(updates: Sequence[Change]) -> dict[str, list[str]]:
    refs: defaultdict[str, list[str]] = defaultdict(list)
    for change in updates:
        if change.kind == "task":
            for item in change.fields:
                if item.cause == "git":
                    refs[say("task", item)].append(change.external_ref)
    return {phrase: found for phrase, found in refs.items() if len(found) >= _SAME_CHANGE}


def markdown(plan: Plan) -> str:
    """The plan for a pull request: verdict, risks, then the changes, folded when they are many."""
    mark = "❌" if plan.refusals or plan.guards else "✅" if plan.empty else "📋"
    lines = [f"### {mark} odoo-seed plan: {headline(plan)}"]
    if warnings := list(_warnings(plan)):
        lines += ["", *warnings]
    groups = by_project(plan.changes)
    many = sum(map(len, groups.values())) > _OPEN_LINES
    if many and (archived := [change for change in plan.changes if is_archival(change)]):
        lines += ["", *(f"- archives {change.kind} {code(_title(change))}" for change in archived)]
    for ref, told in groups.items():
        listed = [f"- {code(line, 600)}" for line in told]
        if many:
            head = f"{html_code(ref)}: {count(len(told), 'line')}"
            lines += ["", f"<details><summary>{head}</summary>", "", *listed, "", "</details>"]
        else:
            lines += ["", f"**{code(ref)}**", "", *listed]
    if closing := [f"- {code(line, 600)}" for line in _closing(plan) if line]:
        lines += ["", *closing]
    return "\n".join(lines)


def _warnings(plan: Plan) -> Iterator[str]:
    for trip in plan.guards:
        words = trip.message + _how(plan, trip.setting, trip.guard)
        yield f"- **Guard {trip.guard}**: {prose(words)}"
    for refusal in plan.refusals:
        where = f"{code(refusal.source, 300)} " if refusal.source else ""
        remedy = f" → {prose(refusal.remedy)}" if refusal.remedy else ""
        what = f"{refusal.kind} {code(refusal.external_ref)}"
        yield f"- {where}{what}: {prose(refusal.message)}{remedy}"
    if plan.blocked:
        yield f"- {count(len(plan.blocked), 'record')} blocked by these"


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan as `schemas/plan.schema.json` describes it."""
    return {
        "schema_version": 1,
        "target": plan.target,
        "checksum": plan.checksum,
        "empty": plan.empty,
        "unchanged": dict(plan.unchanged),
        "changes": [_change_json(change) for change in plan.changes],
        "new_tags": list(plan.new_tags),
        "new_stages": [
            {"project_external_ref": item.project_ref, "name": item.stage.name}
            for item in plan.new_stages
        ],
        "changed_stages": [
            {
                "project_external_ref": item.project_ref,
                "name": item.stage.name,
                "fold": item.stage.fold,
                "sequence": item.sequence,
            }
            for item in plan.changed_stages
        ],
        "guards": [
            {"guard": trip.guard, "message": trip.message, "setting": trip.setting}
            for trip in plan.guards
        ],
        "refusals": [
            {
                "kind": refusal.kind,
                "external_ref": refusal.external_ref,
                "message": refusal.message,
                "remedy": refusal.remedy,
                "source": str(refusal.source) if refusal.source else None,
            }
            for refusal in (*plan.refusals, *plan.blocked)
        ],
        "orphans": [
            {"kind": item.kind, "external_ref": item.external_ref, "odoo_id": item.odoo_id}
            for item in plan.orphans
        ],
        "left_alone": [
            {"kind": item.kind, "external_ref": item.external_ref, "message": item.message}
            for item in plan.left_alone
        ],
        "kept": [
            {"kind": item.kind, "external_ref": item.external_ref, "field": item.change.name}
            for item in plan.kept
        ],
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "kind": change.kind,
        "external_ref": change.external_ref,
        "project_external_ref": change.project_ref,
        "name": change.name,
        "odoo_id": change.odoo_id,
        "source": str(change.source) if change.source else None,
        "fields": [
            {
                "field": item.name,
                "old": item.old,
                "new": item.new,
                "applied": item.applied,
                "cause": item.cause,
                "words": say(change.kind, item) if change.action != "create" else None,
            }
            for item in change.fields
        ],
    }
