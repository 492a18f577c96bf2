"""The models and fields of the sandbox, as Odoo 18 declares them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CLOSED = ("1_done", "1_canceled")
STATES = (
    ("01_in_progress", "In Progress"),
    ("02_changes_requested", "Changes Requested"),
    ("03_approved", "Approved"),
    ("1_done", "Done"),
    ("1_canceled", "Cancelled"),
    ("04_waiting_normal", "Waiting"),
)
VISIBILITIES = (
    ("followers", "Invited internal users (private)"),
    ("employees", "All internal users"),
    ("portal", "Invited portal users and all internal users (public)"),
)
MANY = ("many2many", "one2many")


@dataclass(slots=True)
class Field:
    """One field.

    Attributes:
        default: A value; what depends on the caller is in the model's `default_get`.
        table: Of a many2many: the table of links.
        side: Of a many2many: 0 or 1, which end of a link this model is.
        inverse: Of a one2many: the many2one that points here.
        computed: Not stored: the model's method `compute_<name>` gives it.
        any_active: A many2many that shows archived records whatever the context says.
        keeps_div: Of HTML: a single `div` around everything stays.
        translated: Every language has a value of its own; see `Env.column`.
    """

    name: str
    type: str
    string: str
    relation: str = ""
    default: Any = False
    required: bool = False
    readonly: bool = False
    copied: bool = True
    tracked: bool = False
    selection: tuple[tuple[str, str], ...] = ()
    table: str = ""
    side: int = 0
    inverse: str = ""
    computed: bool = False
    any_active: bool = False
    keeps_div: bool = False
    translated: bool = False
    manual: bool = False


@dataclass(slots=True)
class ModelDef:
    """One model. `unique` holds pairs of a field and the message of its constraint."""

    name: str
    label: str
    order: str
    fields: dict[str, Field] = field(default_factory=dict)
    unique: tuple[tuple[str, str], ...] = ()
