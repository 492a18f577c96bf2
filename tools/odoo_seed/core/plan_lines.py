"""A plan's changes in words, a line each; what is alike is told once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.core.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Change, FieldChange

_NAMED_CREATES = 5
_SAME_CHANGE = 3


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
        some = ", ".join(map(plain, refs[:4])) + (", …" if len(refs) > 4 else "")
        yield f"~ {len(refs)} tasks: {plain(phrase, 300)} ({some})"
    for change in updates:
        phrases = [
            phrase for phrase in phrases_of(change) if phrase not in shared or change.kind != "task"
        ]
        if phrases:
            words = "; ".join([*phrases, *[change.note] * bool(change.note)])
            yield f"~ {change.kind} {title(change)}: {plain(words, 500)}"
    for change in changes:
        if change.action == "archive":
            yield f"- {change.kind} {title(change)}: archived, it was removed from the YAML"


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
        yield f"+ project {title(by_kind['project'][0])}{' with ' * bool(within)}{within}"
        return
    noted = [change for change in creates if change.note]
    yield from (f"+ {item.kind} {title(item)}: {plain(item.note)}" for item in noted)
    for kind, all_found in by_kind.items():
        found = [change for change in all_found if not change.note]
        if len(found) > _NAMED_CREATES:
            first = ", ".join(plain(change.name, 50) for change in found[:3])
            yield f"+ {len(found)} {kind}s: {first}, …"
        else:
            yield from (f"+ {kind} {title(change)}" for change in found)


def title(change: Change) -> str:
    """A record's ref and name."""
    return f"{plain(change.external_ref)} “{plain(change.name, 70)}”"


def phrases_of(change: Change) -> list[str]:
    """The words of one record's changes; what Odoo's users changed is told apart."""
    words = []
    for item in change.fields:
        phrase = _phrase(change.kind, item)
        if item.cause == "drift" and not item.news:
            phrase += f" (drift: {_who(change)}; git puts it back)"
        elif item.cause == "conflict" and not item.news:
            phrase += f" (conflict: {_who(change)} too; git wins)"
        words.append(phrase)
    return words


def _phrase(kind: Kind, item: FieldChange) -> str:
    return say(kind, item) + (_NEWS[item.news] if item.news else "")


_NEWS = {"new-field": " (new in the YAML)", "new-owner": " (policy.yaml gives it to git now)"}


def _who(change: Change) -> str:
    if change.written_by and change.written_at:
        return f"changed in Odoo, last written by {change.written_by} at {change.written_at} UTC"
    return "changed in Odoo"


def _shared_phrases(updates: Sequence[Change]) -> dict[str, list[str]]:
    refs: defaultdict[str, list[str]] = defaultdict(list)
    for change in updates:
        if change.kind == "task":
            for item in change.fields:
                if item.cause == "git" or item.news:
                    refs[_phrase("task", item)].append(change.external_ref)
    return {phrase: found for phrase, found in refs.items() if len(found) >= _SAME_CHANGE}
