"""The workbook that people get: typed, guided, and with nothing in it that comes to life."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from builders import PROJECT, task

from odoo_seed.core.model import Milestone, Program, Seed, Stage
from odoo_seed.core.workbook_export import book_of, one_page, part_of, tables_of
from odoo_seed.edges.workbooks.excel import read_excel
from odoo_seed.edges.workbooks.writing import csv_bytes, excel_bytes, write_excel
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SEED = Seed(
    programs=(Program("fin", "Finance"), Program("other", "Other")),
    projects=(
        replace(PROJECT, program_slug="fin", stages=(Stage("To Do"), Stage("Done", fold=True))),
        replace(PROJECT, external_ref="Q", program_slug="other"),
    ),
    milestones=(Milestone("M", "P", "Closed", date(2026, 1, 12)),),
    tasks=(
        task(
            "A",
            name='=HYPERLINK("http://evil.example","x")',
            description="http://link.example",
            deadline="2026-01-09",
            planned_hours=6.5,
            sequence=-3,
            assignee_emails=("ana@example.com", "bo@example.com"),
        ),
        task("B", deadline="2026-01-12T15:30", planned_hours=0.1 + 0.2, tag_names=()),
        task("C", project_external_ref="Q"),
    ),
)


moment = datetime.fromisoformat


def opened(seed: Seed = SEED, **more: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(excel_bytes(book_of(seed, **more))))


def cell(sheet: Any, ref: str, key: str) -> Any:
    keys = [one.value for one in sheet[1]]
    row = next(row for row in sheet.iter_rows() if row[0].value == ref)
    return row[keys.index(key)]


def test_columns_are_typed():
    tasks = opened()["Tasks"]
    assert cell(tasks, "A", "deadline").value == moment("2026-01-09")
    assert cell(tasks, "A", "deadline").number_format == "yyyy-mm-dd"
    assert cell(tasks, "B", "deadline").value == moment("2026-01-12T15:30")
    assert cell(tasks, "B", "deadline").number_format == "yyyy-mm-dd hh:mm"
    assert cell(tasks, "A", "planned_hours").value == 6.5
    assert cell(tasks, "B", "planned_hours").value == "0.30000000000000004"  # XlsxWriter rounds
    assert cell(tasks, "A", "sequence").value == -3
    assert cell(tasks, "A", "assignee_emails").value == "ana@example.com; bo@example.com"
    assert cell(tasks, "A", "tag_names").value is None
    assert cell(tasks, "B", "tag_names").value == "(none)"
    assert cell(tasks, "A", "is_active").value == "yes"
    assert cell(opened()["Projects"], "P", "stages").value == "To Do; Done (folded)"


def test_nothing_of_the_data_is_a_formula_or_a_link():
    book = opened()
    kinds = {one.data_type for sheet in book for row in sheet.iter_rows() for one in row}
    assert kinds <= {"s", "n", "d"}
    assert not any(one.hyperlink for row in book["Tasks"].iter_rows() for one in row)
    assert cell(book["Tasks"], "A", "name").value == SEED.tasks[0].name


def test_headings_stay_and_filter_and_people_choose_from_lists():
    book = opened()
    tasks = book["Tasks"]
    assert (tasks.freeze_panes, tasks.auto_filter.ref) == ("B2", "A1:R4")
    rules = {str(one.sqref).split(":")[0]: one for one in tasks.data_validations.dataValidation}
    offered = {tasks[f"{ref[0]}1"].value: rule.formula1 for ref, rule in rules.items()}
    assert offered["stage_name"] == "Lists!$B$2:$B$3"
    assert offered["assignee_emails"] == "Lists!$A$2:$A$4"
    assert offered["priority"] == '"low,high"'
    lists = book["Lists"]
    assert [one.value for one in lists["B"] if one.value] == ["stages", "To Do", "Done"]
    assert lists.sheet_state == "hidden"
    visible = {
        str(one.sqref)[0]: one.formula1
        for one in book["Projects"].data_validations.dataValidation
        if one.showErrorMessage and one.type == "list"
    }
    assert '"followers,employees,portal"' in visible.values()


def test_the_gantt_sheet_has_bars_over_real_dates():
    gantt = opened()["Gantt"]
    axis = {one.value: one.column for one in gantt[2][6:]}
    assert moment("2026-01-09") in axis
    rows = {row[1].value: row for row in gantt.iter_rows(min_row=3)}
    bars = {
        ref: [day.day for day, column in axis.items() if row[column - 1].fill.fgColor.rgb in
              {"FF6FA8DC", "FF1F3864"}]
        for ref, row in rows.items()
    }  # fmt: skip
    assert bars == {"P": [9, 10, 11, 12], "M": [], "A": [9], "B": [12], "Q": [], "C": []}
    assert rows["M"][axis[moment("2026-01-12")] - 1].value == "◆"
    assert gantt["G1"].value == "Jan 2026"


def test_a_part_of_the_seed_is_said_to_be_one():
    part = part_of(SEED, ["P"])
    assert [one.slug for one in part.programs] == ["fin"]
    assert [one.external_ref for one in part.tasks] == ["A", "B"]
    about = opened(part, only=["P"], commit="abc")["About"]
    assert [row[0].value for row in about.iter_rows(min_row=5, max_row=5)] == ["checksum"]
    assert [(row[0].value, row[1].value) for row in about.iter_rows(max_row=4)] == [
        ("odoo-seed workbook", "1"), ("holds", "seed"), ("projects", "P"), ("commit", "abc"),
    ]  # fmt: skip


def test_csv_holds_all_kinds_and_no_formula():
    content = csv_bytes(one_page(tables_of(SEED)))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["kind"] for row in rows] == ["program"] * 2 + ["project"] * 2 + ["milestone"] + [
        "task"
    ] * 3
    assert rows[5]["name"] == "'" + SEED.tasks[0].name
    assert rows[5]["sequence"] == "-3"
    assert rows[6]["deadline"] == "2026-01-12T15:30"


def test_what_spreadsheets_write_for_a_carriage_return_is_read_as_one():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Notes")
        for row, text in enumerate(["one\r\ntwo", "_xD83D_", "x_x00_"]):
            sheet.write_string(row, 0, text)
    (found,) = read_excel(buffer.getvalue(), "notes.xlsx").sheets
    texts = [row.cells[0].value for row in found.rows]
    assert texts == ["one\r\ntwo", "_xD83D_", "x_x00_"]


def test_what_cannot_be_written_is_told_and_what_was_there_stays(tmp_path: Path):
    with pytest.raises(UsageError, match="No such file"):
        write_excel(tmp_path / "none" / "a.xlsx", book_of(SEED))
    with pytest.raises(UsageError, match="is not a file"):
        write_excel(tmp_path, book_of(SEED))
    write_excel(tmp_path / "a.xlsx", book_of(SEED))
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]
