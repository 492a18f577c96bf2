"""A workbook to be written, as data: pages of typed columns, a chart, and what drop-downs offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.gantt import Gantt
    from odoo_seed.core.workbook_columns import Choices, Column

Written = str | int | float | date | datetime | None
"""What a cell is given; text is text, whatever it looks like."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a page: its heading, and the column whose values it holds."""

    text: str
    column: Column


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet with a heading row and a row a record.

    Attributes:
        marks: What a reader should see about a cell, by place (row and column from 0, without the
            heading row).
    """

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Written, ...], ...]
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook.

    Attributes:
        lists: What drop-downs offer.
        about: Two columns for people, and for whoever reads the workbook back.
    """

    pages: tuple[Page, ...]
    lists: Mapping[Choices, tuple[str, ...]]
    gantt: Gantt
    about: tuple[tuple[str, str], ...]
