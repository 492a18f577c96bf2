"""Changes in people's words: "deadline 9 Jan → 16 Jan (7 days later)"."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from odoo_seed.core.fields import BY_KIND

if TYPE_CHECKING:
    from odoo_seed.core.fields import Field, Value
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import FieldChange


def say_of_many(number: int, kind: Kind, change: FieldChange) -> str:
    """Put a change that several records share into words: ``3 tasks move from Beng to Ana``."""
    phrase = say(kind, change)
    field = BY_KIND[kind].get(change.name)
    if field is None:
        return f"{count(number, kind)}: {phrase}"
    if field.shape in {"names", "refs"}:
        return f"{count(number, kind)} {_sets(field, change.old, change.new, many=True)}"
    if field.name == "is_active":
        return f"{count(number, kind)} are {phrase}"
    if phrase.startswith("moves "):
        return f"{count(number, kind)} move {phrase.removeprefix('moves ')}"
    return f"{count(number, kind)}: {phrase}"


def shift(change: FieldChange) -> str:
    """How far a date moves, such as ``7 days later``; empty when it is no move of days."""
    if not change.old or not change.new:
        return ""
    before, after = (datetime.fromisoformat(str(value)) for value in (change.old, change.new))
    days = (after.date() - before.date()).days
    return f"{count(abs(days), 'day')} {'later' if days > 0 else 'earlier'}" if days else ""


def say(kind: Kind, change: FieldChange) -> str:
    """Put one field's change into words."""
    if change.name == "external_ref":
        return f"ref {change.old} → {change.new}"
    old, new = change.old, change.new
    if change.name == "stages":  # of a new project, as is `protected`
        return f"stages {', '.join(new) if isinstance(new, tuple) else 'none'}"
    if change.name == "protected":
        return "protected"
    field = BY_KIND[kind][change.name]
    if field.name == "is_active":
        return "restored from the archive" if new else "archived"
    if field.name == "project_external_ref" and old and new:
        return f"moves from project {old} to {new}"
    if field.shape == "html":
        return f"{field.label} {'rewritten' if new else 'cleared'}"
    if field.shape in {"date", "deadline"}:
        return _dates(field, change)
    if field.shape in {"names", "refs"}:
        return _sets(field, old, new)
    if field.shape == "boolean":
        return f"{field.label} {'on' if new else 'off'}"
    if new is None:
        return f"{field.label} cleared (was {_value(field, old)})"
    if old is None:
        return f"{field.label} set to {_value(field, new)}"
    return f"{field.label} {_value(field, old)} → {_value(field, new)}"


def _value(field: Field, value: Value) -> str:
    if field.shape == "hours" and isinstance(value, float):
        return f"{value:g} h"
    return f"“{value}”" if field.name == "name" else str(value)


def person(email: str) -> str:
    """The part of an e-mail by which people know each other."""
    return email.split("@", 1)[0]


def _sets(field: Field, old: Value, new: Value, *, many: bool = False) -> str:
    """Say what a set gains and loses, of one record or of many."""
    before = set(old) if isinstance(old, tuple) else set()
    after = set(new) if isinstance(new, tuple) else set()
    show = person if field.name == "assignee_emails" else str
    added = ", ".join(show(item) for item in sorted(after - before))
    dropped = ", ".join(show(item) for item in sorted(before - after))
    s = "" if many else "s"
    if field.name == "assignee_emails":
        if not dropped:
            return f"{'are ' * many}assigned to {added}"
        return f"move{s} from {dropped} to {added or 'nobody'}"
    if field.name == "depends_on_refs":
        gains, loses = f"now wait{s} for", f"no longer wait{s} for"
    else:
        gains, loses = f"get{s} the {field.label[:-1]}", f"lose{s} the {field.label[:-1]}"
    told = [f"{gains} {added}"] * bool(added) + [f"{loses} {dropped}"] * bool(dropped)
    return ", ".join(told)


def _dates(field: Field, change: FieldChange) -> str:
    old, new = change.old, change.new
    if new is None:
        return f"{field.label} cleared (was {day(str(old))})"
    if old is None:
        return f"{field.label} set to {day(str(new))}"
    before, after = datetime.fromisoformat(str(old)), datetime.fromisoformat(str(new))
    with_year = before.year != after.year
    moved = shift(change) or f"from {before:%H:%M} to {after:%H:%M}"
    return f"{field.label} {day(str(old), with_year)} → {day(str(new), with_year)} ({moved})"


def day(value: str, with_year: bool = True) -> str:
    """``2026-01-09`` as ``9 Jan 2026``."""
    moment = datetime.fromisoformat(value)
    return f"{moment.day} {moment:%b}" + (f" {moment.year}" if with_year else "")


def count(number: int, noun: str) -> str:
    """``1 task``, ``2 tasks``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def minutes(seconds: float) -> str:
    """How long something may take: ``40 s``, ``2 min``."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
