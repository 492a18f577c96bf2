"""Changes in people's words: "deadline 9 Jan → 16 Jan (7 days later)"."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from odoo_seed.core.fields import BY_KIND

if TYPE_CHECKING:
    from odoo_seed.core.fields import Field, Value
    from odoo_seed.core.model import Kind
    from odoo_seed.core.plan import FieldChange


def say(kind: Kind, change: FieldChange) -> str:
    """Put one field's change into words."""
    if change.name == "external_ref":
        return f"ref {change.old} → {change.new}"
    field = BY_KIND[kind][change.name]
    old, new = change.old, change.new
    if field.name == "is_active":
        return "restored from the archive" if new else "archived"
    if field.name == "project_external_ref" and old and new:
        return f"moves from project {old} to {new}"
    if field.shape == "html":
        return f"{field.label} {'rewritten' if new else 'cleared'}"
    if field.shape in {"date", "deadline"}:
        return _dates(field, old, new)
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


def _sets(field: Field, old: Value, new: Value) -> str:
    before = set(old) if isinstance(old, tuple) else set()
    after = set(new) if isinstance(new, tuple) else set()
    show = person if field.name == "assignee_emails" else str
    added = ", ".join(show(item) for item in sorted(after - before))
    dropped = ", ".join(show(item) for item in sorted(before - after))
    if field.name == "assignee_emails":
        return (
            f"moves from {dropped or 'nobody'} to {added or 'nobody'}"
            if dropped
            else (f"assigned to {added}")
        )
    if field.name == "depends_on_refs":
        gains, loses = "now waits for", "no longer waits for"
    else:
        gains, loses = f"gets the {field.label[:-1]}", f"loses the {field.label[:-1]}"
    told = [f"{gains} {added}"] * bool(added) + [f"{loses} {dropped}"] * bool(dropped)
    return ", ".join(told)


def _dates(field: Field, old: Value, new: Value) -> str:
    if new is None:
        return f"{field.label} cleared (was {day(str(old))})"
    if old is None:
        return f"{field.label} set to {day(str(new))}"
    before, after = datetime.fromisoformat(str(old)), datetime.fromisoformat(str(new))
    with_year = before.year != after.year
    days = (after.date() - before.date()).days
    if days:
        shift = f"{abs(days)} day{'s' * (abs(days) != 1)} {'later' if days > 0 else 'earlier'}"
    else:
        shift = f"from {before:%H:%M} to {after:%H:%M}"
    return f"{field.label} {day(str(old), with_year)} → {day(str(new), with_year)} ({shift})"


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
