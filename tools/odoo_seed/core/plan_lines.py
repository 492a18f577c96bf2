"""A plan's changes in words, a line each; what is alike is told once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.core.guards import listed
from odoo_seed.core.words import count, day, say, say_of_many, shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from odoo_seed.core.live import Key
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import Change, FieldChange, Plan

_NAMED_CREATES = 5
_SAME_CHANGE = 3


def elsewhere_lines(plan: Plan) -> Iterator[str]:
    """The projects that are bound to another Odoo, a line for each of these."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for ref, place in sorted(plan.elsewhere.items()):
        found[place].append(ref)
    for place, refs in found.items():
        yield f"Bound to {plain(place)}, not seeded here: {listed(map(plain, refs))}"


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
    told, lines = _together([change for change in updates if change.kind == "task"])
    yield from lines
    for change in updates:
        left = [item for item in change.fields if (change.key, item.name) not in told]
        words = [*phrases_of(change, left), *[change.note] * bool(change.note)]
        if words:
            yield f"~ {change.kind} {title(change)}: {plain('; '.join(words), 500)}"
    for change in changes:
        if change.action == "archive":
            why = "archived, it was removed from the YAML"
            note = f"; {plain(change.note, 500)}" if change.note else ""
            yield f"- {change.kind} {title(change)}: {why}{note}"


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
        by_kind = {}
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


def phrases_of(change: Change, fields: Iterable[FieldChange]) -> list[str]:
    """The words of a record's changes; what Odoo's users changed is told apart."""
    words = []
    for item in fields:
        phrase = _phrase(change.kind, item)
        if item.cause == "drift" and not item.news:
            phrase += f" (drift: {_who(change)}; git puts it back)"
        elif item.cause == "conflict" and not item.news:
            phrase += f" (conflict: {_who(change)} too; git wins)"
        words.append(phrase)
    return words


def _phrase(kind: Kind, item: FieldChange) -> str:
    return say(kind, item) + _news(item)


def _news(item: FieldChange) -> str:
    return _NEWS[item.news] if item.news else ""


_NEWS = {"new-field": " (new in the YAML)", "new-owner": " (policy.yaml gives it to git now)"}


def _who(change: Change) -> str:
    if change.written_by and change.written_at:
        return f"changed in Odoo, last written by {change.written_by} at {change.written_at} UTC"
    return "changed in Odoo"


def _together(updates: Sequence[Change]) -> tuple[set[tuple[Key, str]], list[str]]:
    """What several tasks share, told once: the same change, or a date moved by as many days.

    Returns:
        Record and field of what is told, and the lines.
    """
    told: set[tuple[Key, str]] = set()
    lines = []
    for words_of in (_same_words, _same_shift):
        groups: defaultdict[str, list[tuple[Change, FieldChange]]] = defaultdict(list)
        for change in updates:
            for item in change.fields:
                words = words_of(item) if item.cause == "git" or item.news else ""
                if words and (change.key, item.name) not in told:
                    groups[words].append((change, item))
        for found in groups.values():
            if len(found) >= _SAME_CHANGE:
                told |= {(change.key, item.name) for change, item in found}
                lines.append(_line_of_many(found))
    return told, lines


def _same_words(item: FieldChange) -> str:
    return _phrase("task", item)


def _same_shift(item: FieldChange) -> str:
    return shift(item) + _news(item) if item.name == "deadline" and shift(item) else ""


def _line_of_many(found: Sequence[tuple[Change, FieldChange]]) -> str:
    first = found[0][1]
    phrases = {_phrase("task", item) for _, item in found}
    if len(phrases) == 1:
        words = say_of_many(len(found), "task", first)
        some = [change.external_ref for change, _ in found[:4]]
    else:
        words = f"{count(len(found), 'task')}: deadline {shift(first)}"
        some = [
            f"{change.external_ref} {day(str(item.old), False)} → {day(str(item.new), False)}"
            for change, item in found[:4]
        ]
    more = ", …" if len(found) > len(some) else ""
    return f"~ {plain(words + _news(first), 300)} ({', '.join(map(plain, some))}{more})"
