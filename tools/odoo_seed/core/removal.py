"""What removing the schema takes away, in words and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import plain
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class SchemaContent:
    """What is in schema `odoo_seed`.

    Attributes:
        place: The database, without password.
        tables: Number of rows by table.
        outside: Views of other schemas that read it, and go with it.
        migrations: Versions that the history has as applied.
        targets: Odoo databases that it tells about.
        queue: Whether schema procrastinate is ours, and goes with it.
    """

    place: str
    tables: Mapping[str, int]
    views: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    migrations: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    queue: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.tables or self.views or self.migrations)


def text(content: SchemaContent, *, removed: bool) -> str:
    """What was removed, or would be."""
    return "\n".join(_lines(content, removed=removed))


def _lines(content: SchemaContent, *, removed: bool) -> Iterator[str]:
    if content.empty:
        yield f"There is no schema odoo_seed in {plain(content.place)}."
        return
    rows = sum(content.tables.values())
    held = f"{count(len(content.tables), 'table')} with {count(rows, 'row')}"
    verb = "Removed" if removed else "Would remove"
    views = count(len(content.views), "view")
    yield f"{verb} schema odoo_seed of {plain(content.place)}: {held}, {views}"
    yield from (
        f"  {plain(name)}: {count(number, 'row')}" for name, number in content.tables.items()
    )
    if content.outside:
        yield f"  With it go, from other schemas: {', '.join(map(plain, content.outside))}"
    if content.queue:
        yield "  With it goes the queue of runs: schema procrastinate"
    if content.migrations:
        versions = ", ".join(map(plain, content.migrations))
        yield f"  Its migrations count as not applied again: {versions}"
    yield "Odoo and git are not touched; Odoo's records keep their x_external_ref."
    if removed:
        yield "To begin again: odoo-seed migrate, then odoo-seed run, which finds Odoo's records."
    else:
        yield "Nothing was changed. To do it, repeat the command with --yes; it cannot be undone."


def as_json(content: SchemaContent, *, removed: bool) -> dict[str, Any]:
    """As `schemas/remove_schema.schema.json` describes it."""
    return {
        "schema_version": 1,
        "ok": True,
        "removed": removed,
        "database": content.place,
        "tables": dict(content.tables),
        "views": list(content.views),
        "outside": list(content.outside),
        "queue": content.queue,
        "migrations": list(content.migrations),
    }
