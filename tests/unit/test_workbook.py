from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from odoo_seed.core.workbook import Row, Scalar, Sheet, Workbook, cell, letters


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_named_as_spreadsheets_name_them(column: int, name: str) -> None:
    assert letters(column) == name


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Payroll", "text"),
        (3, "number"),
        (0.5, "number"),
        (True, "boolean"),
        (date(2026, 1, 9), "date"),
        (datetime.fromisoformat("2026-01-09T17:30"), "datetime"),
        (timedelta(hours=8), "duration"),
    ],
)
def test_a_cell_knows_its_kind_and_place(value: Scalar, kind: str) -> None:
    made = cell(value, 7, 2)

    assert made is not None
    assert (made.kind, made.value, made.ref) == (kind, value, "B7")


def test_midnight_is_a_date() -> None:
    made = cell(datetime.fromisoformat("2026-01-09"), 1, 1)

    assert made is not None
    assert (made.kind, made.value) == ("date", date(2026, 1, 9))


def test_blanks_are_no_cells_but_a_formula_without_a_value_is_one() -> None:
    uncached = cell(None, 1, 1, "=WORKDAY(A1,1)")

    assert cell(None, 1, 1) is None
    assert cell("  ", 1, 1) is None
    assert uncached is not None
    assert (uncached.kind, uncached.value, uncached.formula) == ("formula", None, "=WORKDAY(A1,1)")


def test_a_sheet_is_found_whatever_its_case() -> None:
    made = cell("x", 3, 2)
    assert made is not None
    row = Row(3, (made,))
    book = Workbook("book.xlsx", (Sheet("Closing Task ", (row,)),))

    found = book.sheet("closing task")

    assert found is not None
    assert found.rows[0].at(2) == made
    assert found.rows[0].at(1) is None
    assert book.sheet("tax") is None
