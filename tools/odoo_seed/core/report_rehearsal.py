"""What Odoo said of a plan when it tried it, as text, as Markdown and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import code, plain, prose
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.plan import Refusal
    from odoo_seed.core.rehearsal import LeftOut, Rehearsal

_NAMED = 3


def headline(rehearsal: Rehearsal) -> str:
    """The counts, one line without markup."""
    said = count(len(rehearsal.objections), "objection") if rehearsal.objections else "no objection"
    return f"Odoo's rehearsal: {count(rehearsal.tried, 'record')} tried and taken back, {said}"


def text(rehearsal: Rehearsal) -> Iterator[str]:
    """Lines for a terminal or a log."""
    yield headline(rehearsal)
    for item in rehearsal.objections:
        where = f"{plain(item.source, 300)}: " if item.source else ""
        what = f"{item.kind} {plain(item.external_ref)}"
        yield f"  OBJECTION {where}{what}: {plain(item.message, 500)} → {item.remedy}"
    yield from (f"  not rehearsed: {_left_out(item)}" for item in rehearsal.left_out)


def markdown(rehearsal: Rehearsal) -> Iterator[str]:
    """Lines for a pull request."""
    yield f"**{headline(rehearsal)}**"
    yield ""
    for item in rehearsal.objections:
        where = f"{code(item.source, 300)} " if item.source else ""
        what = f"{item.kind} {code(item.external_ref)}"
        yield f"- ❌ {where}{what}: {prose(item.message, 500)} → {prose(item.remedy)}"
    yield from (f"- not rehearsed: {prose(_left_out(item), 600)}" for item in rehearsal.left_out)


def _left_out(item: LeftOut) -> str:
    some = ", ".join(plain(ref) for ref in item.refs[:_NAMED])
    more = ", …" if len(item.refs) > _NAMED else ""
    return f"{plain(item.what, 400)} ({len(item.refs)}: {some}{more})"


def as_json(rehearsal: Rehearsal | None) -> dict[str, Any] | None:
    """The part `rehearsal` of `schemas/plan.schema.json`."""
    if rehearsal is None:
        return None
    return {
        "tried": rehearsal.tried,
        "objections": [_objection(item) for item in rehearsal.objections],
        "left_out": [
            {"what": item.what, "external_refs": list(item.refs)} for item in rehearsal.left_out
        ],
    }


def _objection(item: Refusal) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "external_ref": item.external_ref,
        "message": item.message,
        "remedy": item.remedy,
        "source": str(item.source) if item.source else None,
    }
