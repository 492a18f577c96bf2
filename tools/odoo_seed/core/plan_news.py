"""What a plan says besides its changes: a freeze, other owners, fields that are new in the YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.news import News
    from odoo_seed.core.plan import Plan

_NAMED = 3


def news_lines(news: News) -> Iterator[str]:
    """A line for each field, without markup."""
    for change in news.owner_changes:
        label = BY_KIND[change.kind][change.field].label
        where = projects_named(change.project_refs, news.projects)
        what = f"{change.kind} {label} {change.old} → {change.new}"
        yield f"Owner since the last seed: {what} {where}"
    for new in news.new_fields:
        label = BY_KIND[new.kind][new.field].label
        where = projects_named(new.project_refs, news.projects)
        yield f"New in the YAML: {label} of {count(new.records, new.kind)} {where}"


def projects_named(refs: Sequence[str], of: int) -> str:
    """Some projects in brackets; `of` is how many there are in all."""
    if len(refs) == of > 1:
        return f"(all {of} projects)"
    named = ", ".join(plain(ref) for ref in refs[:_NAMED])
    more = f" and {count(len(refs) - _NAMED, 'project')} more" if len(refs) > _NAMED else ""
    return f"({named}{more})"


def freeze_words(plan: Plan) -> str:
    """That a freeze is on, and until when; empty when none is."""
    if plan.freeze is None:
        return ""
    name, end = plain(plan.freeze.name), plan.freeze.end
    return f"“{name}” is on {end}: `seed` refuses, except with --override-freeze REASON"
