"""Hostile text in workbooks: it comes back as it was, and is shown without harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import yaml
from hostile import LINES, TEXTS, assert_harmless, assert_harmless_json, assert_harmless_markdown

if TYPE_CHECKING:
    from product import Product

SHOWN = {
    "text": assert_harmless,
    "markdown": assert_harmless_markdown,
    "json": assert_harmless_json,
}


def test_hostile_text_goes_into_a_workbook_and_back_and_its_edits_are_shown_without_harm(
    product: Product,
) -> None:
    tasks = [
        {"external_ref": f"L{number}", "name": line, "stage_name": line, "tag_names": [line[:500]]}
        for number, line in enumerate(LINES.values())
        if line[:500] == line[:500].strip()
    ]
    tasks += [
        {"external_ref": f"T{number}", "name": "T", "description": text}
        for number, text in enumerate(TEXTS.values())
    ]
    body = {"external_ref": "ALPHA", "name": "A", "company_name": "ACME", "tasks": tasks}
    for file in product.seed_dir.rglob("*.yaml"):
        file.unlink()
    text = yaml.safe_dump({"projects": [body]}, default_style='"')
    product.file("ALPHA").write_text(text, encoding="utf-8")
    for name in ("seed.xlsx", "seed.csv"):
        product.ok("sheet", "export", "--out", str(product.folder / name))
        assert "No changes" in product.ok("sheet", "diff", str(product.folder / name))

    file = str(product.folder / "seed.xlsx")
    book = openpyxl.load_workbook(file)
    for row, line in enumerate(LINES.values(), start=2):
        if openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(line) is None:
            book["Tasks"].cell(row, 4).value = "New " + line
            book["Tasks"].cell(row, 7).value = line
            book["Tasks"].cell(row, 4).data_type = book["Tasks"].cell(row, 7).data_type = "s"
    book["Projects"].title = "@x <b> \u202e"
    book.save(file)
    for form, assert_shown in SHOWN.items():
        done = product.run("sheet", "diff", file, "--format", form)
        assert done.code == 3
        assert "unreadable-deadline" in done.out or form == "markdown"
        assert_shown(done.out)
