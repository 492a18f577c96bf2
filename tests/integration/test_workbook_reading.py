from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from tests import hostile_workbooks as hostile

from odoo_seed.edges.workbooks.reading import MAX_BYTES, read_workbook
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_seed.core.workbook import Workbook

MEGABYTES = 400
"""What reading may need at most, the interpreter and the libraries included."""


def read(tmp_path: Path, content: bytes, name: str = "book.xlsx") -> Workbook:
    path = tmp_path / name
    path.write_bytes(content)
    return read_workbook(path)


def values(book: Workbook, sheet: int = 0) -> dict[str, object]:
    return {one.ref: one.value for row in book.sheets[sheet].rows for one in row.cells}


def refusal(tmp_path: Path, content: bytes, name: str = "book.xlsx") -> str:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, content, name)
    assert caught.value.remedy
    return str(caught.value)


def test_values_come_with_their_kinds_and_places(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"], sheet["C2"], sheet["D2"] = "Payroll", 2, 0.5
    sheet["B4"], sheet["C4"] = (
        datetime.fromisoformat("2026-01-09"),
        datetime.fromisoformat("2026-01-09T17:30"),
    )
    sheet["D4"], sheet["E4"], sheet["F4"] = True, timedelta(hours=4), "  "
    sheet["G4"] = "=not a formula"
    sheet["G4"].data_type = "s"
    sheet["B5"] = "#REF!"
    book.create_sheet("Hidden").sheet_state = "hidden"
    saved = BytesIO()
    book.save(saved)

    found = read(tmp_path, saved.getvalue())

    cells = {one.ref: (one.kind, one.value) for row in found.sheets[0].rows for one in row.cells}
    assert cells == {
        "B2": ("text", "Payroll"),
        "C2": ("number", 2),
        "D2": ("number", 0.5),
        "B4": ("date", date(2026, 1, 9)),
        "C4": ("datetime", datetime.fromisoformat("2026-01-09T17:30")),
        "D4": ("boolean", True),
        "E4": ("duration", timedelta(hours=4)),
        "G4": ("text", "=not a formula"),
        "B5": ("error", "#REF!"),
    }
    assert [row.number for row in found.sheets[0].rows] == [2, 4, 5]
    assert [(sheet.name, sheet.hidden) for sheet in found.sheets] == [
        ("Sheet", False),
        ("Hidden", True),
    ]


def test_a_formula_has_its_cached_value_or_says_that_it_has_none(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>WORKDAY(B1,1)</f><v>46031</v></c>'
        '<c r="B1"><f>TODAY()</f></c><c r="C1" t="str"><f>B2&amp;""</f><v>ABC</v></c></row>'
    )

    found = read(tmp_path, hostile.with_rows(rows)).sheets[0].rows[0].cells

    assert [(one.kind, one.value, one.formula) for one in found] == [
        ("number", 46031, "=WORKDAY(B1,1)"),
        ("formula", None, "=TODAY()"),
        ("text", "ABC", '=B2&""'),
    ]


@pytest.mark.parametrize("name", ["empty rows", "one endless row"])
def test_memory_is_bounded_whatever_a_workbook_holds(tmp_path: Path, name: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(hostile.MAKERS[name]())
    # A small process starts the reader, since a process counts what its parent had when it forked.
    reader = (
        "import resource, sys; from pathlib import Path\n"
        "from odoo_seed.edges.workbooks.reading import read_workbook\n"
        "from odoo_seed.errors import UsageError\n"
        "try: print(sum(len(sheet.rows) for sheet in read_workbook(Path(sys.argv[1])).sheets))\n"
        "except UsageError as error: print('refused')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    starter = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]], check=True)"
    )

    done = subprocess.run(
        [sys.executable, "-c", starter, reader, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )

    rows, megabytes = done.stdout.split()
    assert rows == {"empty rows": "2", "one endless row": "refused"}[name]
    assert int(megabytes) < MEGABYTES


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("zip bomb", "would unpack to 120 MB"),
        ("entity bomb", "defines entities"),
        ("styled empty rows", "too large to be read safely"),
        ("deep", "cannot be read as a workbook"),
    ],
)
def test_what_would_explode_is_refused(tmp_path: Path, name: str, said: str) -> None:
    assert said in refusal(tmp_path, hostile.MAKERS[name]())


def test_an_entity_bomb_in_another_encoding_does_not_go_off(tmp_path: Path) -> None:
    text = (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE w [<!ENTITY a "lol">]>'
        "<worksheet>&a;</worksheet>"
    )
    content = hostile.with_parts(
        hostile.plain(), {"xl/worksheets/sheet1.xml": text.encode("utf-16")}
    )

    assert "cannot be read as a workbook" in refusal(tmp_path, content)


def test_macros_are_not_run_and_links_not_followed_and_both_are_told(tmp_path: Path) -> None:
    parts = {
        "xl/vbaProject.bin": hostile.OLE,
        "xl/externalLinks/externalLink1.xml": "<externalLink/>",
    }

    book = read(tmp_path, hostile.with_parts(hostile.plain(), parts), "book.xlsm")

    assert values(book) == {"A1": "Task", "B1": "Date", "A2": "Payroll", "B2": 1}
    assert [note.split(";")[0] for note in book.notes] == [
        "it holds macros",
        "it links to other workbooks",
    ]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (
            hostile.OLE + "EncryptedPackage".encode("utf-16-le"),
            "a.xlsx",
            "protected with a password",
        ),
        (hostile.OLE + b"Workbook", "a.xls", "old format .xls"),
        (b"Task,Date\nPayroll,1\n", "a.xlsx", "called a workbook, but is none"),
        (b"<html><table><tr><td>Task", "a.xls", "web page"),
        (b"%PDF-1.7", "a.csv", "is a PDF"),
        (b"PK\x03\x04 and nothing else", "a.xlsx", "broken or protected zip"),
        (hostile.plain()[:3000], "a.xlsx", "broken or protected zip"),
        (b"", "a.csv", "is empty"),
        (b"Task\x00Date", "a.csv", "neither a workbook nor text"),
        (b"x" * (MAX_BYTES + 1), "a.csv", "the limit is 30 MB"),
        (b'Task,Date\n"Payroll' + b"x" * 200_000, "a.csv", "no comma-separated text"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(
    tmp_path: Path, content: bytes, name: str, said: str
) -> None:
    assert said in refusal(tmp_path, content, name)


def test_another_kind_of_zip_file_is_no_workbook(tmp_path: Path) -> None:
    content = hostile.plain().replace(b"xl/workbook.xml", b"xl/workbook.bin")

    assert "no .xlsx workbook" in refusal(tmp_path, content)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
@pytest.mark.parametrize("text", ["", "<a>", "<worksheet><sheetData><row r='x'><c r='?'/></row>"])
def test_a_broken_part_is_told_in_words(tmp_path: Path, part: str, text: str) -> None:
    content = hostile.with_parts(hostile.plain(), {part: text})

    assert "book.xlsx" in refusal(tmp_path, content)


@pytest.mark.parametrize("ref", ["A99999999999", "ZZZZZ1"])
def test_a_cell_outside_any_sheet_is_refused(tmp_path: Path, ref: str) -> None:
    rows = f'<row r="{ref.lstrip("AZ")}"><c r="{ref}"><v>1</v></c></row>'

    assert "cannot be read" in refusal(tmp_path, hostile.with_rows(rows))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: no such file"):
        read_workbook(tmp_path / "none.xlsx")
    with pytest.raises(UsageError, match="is no file"):
        read_workbook(tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_in_every_usual_form(tmp_path: Path, delimiter: str, encoding: str) -> None:
    lines = [
        ["Task", "Date", "Who"],
        ["“Año” closing", "2026-01-09", "ABC"],
        [],
        ['"Rent, ""net""; two\nlines | of it"', "Oct 12 (Oct 10 is Sat)", "DEF"],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)

    book = read(tmp_path, content, "close.csv")

    assert values(book) == {
        "A1": "Task", "B1": "Date", "C1": "Who",
        "A2": "“Año” closing", "B2": "2026-01-09", "C2": "ABC",
        "A4": 'Rent, "net"; two\nlines | of it', "B4": "Oct 12 (Oct 10 is Sat)", "C4": "DEF",
    }  # fmt: skip
    assert book.sheets[0].name == "close"
    assert bool(book.notes) == (encoding == "cp1252")
