"""A verification as text, JSON and Markdown, and its findings in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import code, plain, prose
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.report_run import listed
from odoo_seed.core.targets import option
from odoo_seed.core.words import count, day, person

if TYPE_CHECKING:
    from odoo_seed.core.fields import Field, Value
    from odoo_seed.core.runs import ItemChange, RunItem
    from odoo_seed.core.verify import Verification


def verify_text(found: Verification) -> str:
    """The verdict, then each finding."""
    lines = [f"Verification of target {plain(found.target)}: {verdict(found)}"]
    if found.verdict == "stale":
        lines.append(
            f"  → `odoo-seed shadow{option(found.target)}` reads Odoo anew; then verify again."
        )
    for items in (found.findings, found.left_alone):
        lines += listed(f"  {finding_words(item)}" for item in items)
    return "\n".join(lines)


def verdict(found: Verification) -> str:
    """One line without markup."""
    if found.verdict == "stale":
        return f"cannot tell: {found.reason}"
    told = f"{found.agreeing} of {count(found.checked, 'record')} agree"
    names = {"missing": "missing in Odoo", "drift": "drifted", "orphan": "only in Odoo"}
    for action, words in names.items():
        if number := found.count(action):
            told += f", {number} {words}"
    told += left_alone_words(len(found.left_alone))
    if found.kept:
        told += f" ({count(found.kept, 'field')} left to the teams)"
    return told


def left_alone_words(number: int) -> str:
    """The end of a verdict; empty when nothing was left alone."""
    return f", {number} left alone" if number else ""


def finding_words(item: RunItem) -> str:
    """One finding, in words, without markup."""
    where = f"{plain(item.source, 300)}: " if item.source else ""
    title = f"{item.kind} {plain(item.external_ref)}"
    if item.action == "drift":
        return f"DRIFT {where}{title}: {drift_words(item)}"
    if item.action == "orphan":
        return f"ORPHAN {title} “{plain(item.error)}” (id {item.odoo_id}) is not in git"
    if item.action == "left_alone":
        return f"LEFT ALONE {where}{title}: {plain(item.error)}"
    return f"MISSING {where}{title} {plain(item.error)}"


def drift_words(item: RunItem) -> str:
    """How each field of a record reads in Odoo, and how in git."""
    fields = BY_KIND[item.kind]
    told = [_differs(fields[one.field], one) for one in item.changes if one.field in fields]
    return plain("; ".join(told), 600)


def _differs(field: Field, change: ItemChange) -> str:
    """`change.old` is git's value, `change.new` Odoo's."""
    if field.name == "is_active":
        return "active in Odoo, archived in git" if change.new else "archived in Odoo"
    if field.shape == "html":
        return f"{field.label} differs"
    return f"{field.label} {_held(field, change.new)} in Odoo, {_held(field, change.old)} in git"


def _held(field: Field, value: Value) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(person, value) if field.name == "assignee_emails" else value)
    if field.shape in {"date", "deadline"}:
        clock = str(value)[11:]
        return f"{day(str(value))} {clock}".rstrip()
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g} h" if isinstance(value, float) else f"“{value}”"


def verify_json(found: Verification) -> dict[str, Any]:
    """As `schemas/verify.schema.json` describes it."""
    return {
        "schema_version": 1,
        "ok": found.verdict == "agrees",
        "target": found.target,
        "verdict": found.verdict,
        "reason": found.reason or None,
        "checked": found.checked,
        "agreeing": found.agreeing,
        "kept": found.kept,
        "findings": [
            {
                "action": item.action,
                "kind": item.kind,
                "external_ref": item.external_ref,
                "odoo_id": item.odoo_id,
                "source": str(item.source) if item.source else None,
                "fields": [
                    {"field": change.field, "git": change.old, "odoo": change.new}
                    for change in item.changes
                ],
            }
            for item in found.findings
        ],
        "left_alone": [
            {
                "kind": item.kind,
                "external_ref": item.external_ref,
                "odoo_id": item.odoo_id,
                "source": str(item.source) if item.source else None,
                "message": item.error,
            }
            for item in found.left_alone
        ],
    }


def verify_markdown(found: Verification) -> str:
    """The verdict first, then the findings, then what was left alone."""
    mark = {"agrees": "✅", "differs": "⚠️", "stale": "❔"}[found.verdict]
    lines = [f"### {mark} odoo-seed: {prose(verdict(found))}"]
    if found.findings:
        lines += [
            "",
            *listed((f"- {finding_markdown(item)}" for item in found.findings), margin="- "),
        ]
    if found.left_alone:
        told = (f"- {finding_markdown(item)}" for item in found.left_alone)
        lines += ["", "**Left alone**", "", *listed(told, margin="- ")]
    return "\n".join(lines)


def finding_markdown(item: RunItem, name: str = "") -> str:
    """One finding for a list in Markdown, its kind of finding not said again."""
    title = record_markdown(item, name or (item.error or "" if item.action == "orphan" else ""))
    if item.action == "drift":
        return f"{title}: {prose(drift_words(item), 600)}"
    if item.action == "orphan":
        return f"{title} (id {item.odoo_id})"
    if item.action == "left_alone":
        return f"{title}: {prose(item.error)}"
    return f"{title} {prose(item.error)}"


def record_markdown(item: RunItem, name: str = "") -> str:
    """Where a record stands in git, its kind, ref and name."""
    where = f"{code(item.source, 300)} " if item.source else ""
    told = f" “{prose(name, 80)}”" if name else ""
    return f"{where}{item.kind} {code(item.external_ref)}{told}"
