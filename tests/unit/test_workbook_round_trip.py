"""Export → import → no difference, for any seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from builders import content, task
from hypothesis import HealthCheck, Phase, given, settings
from seeds import SEEDS

from odoo_seed.core.gantt import gantt_of
from odoo_seed.core.model import Due, Instance, Seed, SeedAndPolicy
from odoo_seed.core.policy import Policy
from odoo_seed.core.workbook_export import book_of, one_page, tables_of
from odoo_seed.core.workbook_merge import merge
from odoo_seed.core.workbook_rows import record_rows
from odoo_seed.edges.seed_files.data_faults import data_faults
from odoo_seed.edges.workbooks.comma_separated import read_csv
from odoo_seed.edges.workbooks.excel import read_excel
from odoo_seed.edges.workbooks.writing import csv_bytes, excel_bytes

if TYPE_CHECKING:
    from odoo_seed.core.workbook import Workbook


def read_back(form: str, seed: Seed) -> Workbook:
    if form == "csv":
        return read_csv(csv_bytes(one_page(tables_of(seed))), "seed.csv")
    book = replace(book_of(seed), gantt=gantt_of(Seed()))  # which is not read back
    return read_excel(excel_bytes(book), "seed.xlsx")


@pytest.mark.parametrize(("form", "examples"), [("xlsx", 25), ("csv", 100)])
def test_every_field_of_every_record_comes_back_as_it_was(form: str, examples: int):
    # To shrink an example takes minutes, as every try writes and reads a workbook.
    @settings(
        max_examples=examples,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(SEEDS)
    def check(seed: Seed) -> None:
        rows = record_rows(read_back(form, seed))
        assert rows.doubts == []
        assert merge(rows, SeedAndPolicy(Seed(), Policy()), data_faults).content.seed == seed

    check()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_no_column_holds_stays(form: str):
    made = Instance("month_close", "2026-01", "ACME")
    due = Due("ph", date(2026, 1, 31), working_days=(-5,))
    seed = content(
        task("A", deadline="2026-01-26", instance=made, due=due, description="x" * 70_000),
        task("B", deadline="2026-01-26", instance=made, due=due),
    )
    found = merge(record_rows(read_back(form, seed.seed)), seed, data_faults)
    assert found.content == seed
    assert found.doubts == ()
    assert found.valid
