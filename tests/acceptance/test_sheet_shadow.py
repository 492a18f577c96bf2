"""What Odoo holds as a workbook, with the drift marked."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from product import Product


def test_the_shadow_as_a_workbook_marks_what_differs_from_git(product: Product) -> None:
    product.ok("load")
    product.ok("seed")
    file = str(product.folder / "odoo.xlsx")
    done = product.run("sheet", "export", "--shadow", "--out", file)
    assert done.code == 2
    assert "Run `odoo-seed shadow`" in done.err

    product.change_in_odoo(
        "project.task", "A1", name="=Renamed()", date_deadline="2026-04-01 10:00:00"
    )
    product.change_in_odoo("project.task", "A2", x_external_ref="STRAY")
    product.ok("shadow")
    told = product.ok("sheet", "export", "--shadow", "--out", file)
    assert told.strip().endswith("1 record with drift, marked.")
    book = openpyxl.load_workbook(file)
    tasks = book["Tasks"]
    heads = [one.value for one in tasks[1]]
    found = {row[0].value: dict(zip(heads, row, strict=True)) for row in tasks.iter_rows(min_row=2)}
    status = {ref: row["status"].value for ref, row in found.items()}
    assert status == {
        "A1": "drift", "A2": "missing", "A3": "agrees", "B1": "agrees", "B2": "agrees",
        "STRAY": "orphan",
    }  # fmt: skip
    assert found["A1"]["name"].value == "=Renamed()"
    assert found["A1"]["name"].data_type == "s"
    assert found["A1"]["name"].comment.text == "git → Odoo: name “Task A1” → “=Renamed()”"
    assert "deadline" in found["A1"]["drift"].value
    assert found["A1"]["deadline"].value.isoformat()[:10] == "2026-04-01"
    assert found["A3"]["name"].comment is None
    assert "Gantt" in book.sheetnames

    done = product.run("sheet", "diff", file)
    assert done.code == 2
    assert "odoo-seed adopt --drift" in done.err

    table = product.folder / "odoo.csv"
    product.ok("sheet", "export", "--shadow", "--out", str(table), "--project", "BETA")
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"), newline="")))
    assert [(row["kind"], row["external_ref"]) for row in rows] == [
        ("project", "BETA"), ("task", "B1"), ("task", "B2"),
    ]  # fmt: skip
