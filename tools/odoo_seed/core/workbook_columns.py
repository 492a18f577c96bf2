"""The columns of the product's own workbook: the keys of the YAML, in an order that people like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.model import PROGRAM_TYPES, VISIBILITIES
from odoo_seed.core.workbook_cells import NO, YES

if TYPE_CHECKING:
    from odoo_seed.core.model import Kind

Holds = Literal[
    "text", "prose", "list", "stages", "date", "deadline", "number", "whole", "yes_no", "one_of",
    "note",
]  # fmt: skip
"""What the cells of a column hold. `prose` has lines, and blanks that matter; a `note` is for
people and never read back."""

Choices = Literal["people", "stages", "programs", "projects", "milestones", "companies"]
"""A drop-down with what the seed knows."""

SHEETS: dict[Kind, str] = {
    "program": "Programs",
    "project": "Projects",
    "milestone": "Milestones",
    "task": "Tasks",
}
GANTT, LISTS, ABOUT = "Gantt", "Lists", "About"
KIND = "kind"
"""The first column of a CSV file, which holds all kinds."""

FROM_TEMPLATE = "from_template"
"""What a template made a record for; changes of it go to `overrides`."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: As in the YAML.
        width: In characters.
        choices: Of a drop-down: the words themselves, or what the seed has of a sort.
        strict: Whether only what the drop-down offers is right.
    """

    key: str
    holds: Holds = "text"
    width: int = 16
    choices: tuple[str, ...] | Choices = ()
    strict: bool = False


_MADE = Column(FROM_TEMPLATE, "note", 30)
_YES_NO = (YES, NO)


def _switch(key: str) -> Column:
    return Column(key, "yes_no", 12, _YES_NO, strict=True)


COLUMNS: dict[Kind, tuple[Column, ...]] = {
    "program": (
        Column("slug", width=20),
        Column("name", width=44),
        Column("program_type", "one_of", 14, PROGRAM_TYPES, strict=True),
        Column("parent_slug", width=20, choices="programs"),
        Column("description", "prose", 60),
        _switch("active"),
    ),
    "project": (
        Column("external_ref", width=24),
        Column("name", width=44),
        Column("program_slug", width=18, choices="programs"),
        Column("company_name", width=22, choices="companies"),
        Column("tenant", width=14),
        Column("account", width=14),
        Column("tenant", width=14),
        Column("account", width=14),
        Column("manager_email", width=28, choices="people"),
        Column("date_start", "date", 12),
        Column("date_end", "date", 12),
        Column("visibility", "one_of", 12, VISIBILITIES, strict=True),
        _switch("allow_dependencies"),
        Column("stages", "stages", 40),
        Column("tag_names", "list", 20),
        Column("description", "prose", 60),
        _switch("is_active"),
        _switch("sync_enabled"),
        _switch("protected"),
        Column("previous_refs", "list", 20),
        _MADE,
    ),
    "milestone": (
        Column("external_ref", width=24),
        Column("project_external_ref", width=24, choices="projects"),
        Column("name", width=44),
        Column("deadline", "date", 12),
        _MADE,
    ),
    "task": (
        Column("external_ref", width=24),
        Column("project_external_ref", width=24, choices="projects"),
        Column("parent_external_ref", width=24),
        Column("name", width=48),
        Column("stage_name", width=16, choices="stages"),
        Column("assignee_emails", "list", 30, choices="people"),
        Column("deadline", "deadline", 17),
        Column("planned_hours", "number", 10),
        Column("depends_on_refs", "list", 28),
        Column("milestone_external_ref", width=22, choices="milestones"),
        Column("tag_names", "list", 20),
        Column("priority", "one_of", 10, ("low", "high"), strict=True),
        Column("sequence", "whole", 10),
        Column("description", "prose", 60),
        _switch("is_active"),
        _switch("protected"),
        Column("previous_refs", "list", 20),
        _MADE,
    ),
}

FIELDS: dict[Kind, tuple[Column, ...]] = {
    kind: tuple(column for column in columns if column.holds != "note")
    for kind, columns in COLUMNS.items()
}
"""The columns that are read back."""

KEYS: dict[Kind, str] = {kind: "slug" if kind == "program" else "external_ref" for kind in COLUMNS}
"""The column that names a record of a kind."""


def continued(key: str, part: int) -> str:
    """The heading of the column in which a long text goes on; part 1 is the column itself."""
    return key if part == 1 else f"{key} ({part})"
