"""Workbooks that nobody should send: made for the tests, part by part."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def plain(rows: list[list[object]] | None = None) -> bytes:
    """An honest workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows or [["Task", "Date"], ["Payroll", 1]]:
        sheet.append(row)
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes | str]) -> bytes:
    """A workbook some of whose parts are others, or more."""
    saved = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(saved, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part.filename, old.read(part))
        for name, text in parts.items():
            new.writestr(name, text)
    return saved.getvalue()


def with_rows(rows: str) -> bytes:
    """A workbook whose sheet has this XML between its rows' brackets."""
    size = '<dimension ref="A1:XFD1048576"/>'
    sheet = f'<worksheet xmlns="{_MAIN}">{size}<sheetData>{rows}</sheetData></worksheet>'
    return with_parts(plain(), {_SHEET: sheet})


def zip_bomb() -> bytes:
    """A hundred kilobytes that unpack to more than may be."""
    saved = BytesIO(plain())
    with (
        ZipFile(saved, "a", ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w") as part,
    ):
        for _ in range(120):
            part.write(b" " * 1_000_000)
    return saved.getvalue()


def entity_bomb() -> bytes:
    """Text that grows tenfold with every one of its names."""
    names = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
    )
    sheet = (
        f"<!DOCTYPE worksheet [{names}]>"
        f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t>'
        "</is></c></row></sheetData></worksheet>"
    )
    return with_parts(plain(), {_SHEET: sheet})


def empty_rows() -> bytes:
    """All 1,048,576 rows of a sheet, one filled cell in the first and the last of them."""
    filled = '<row r="{0}"><c r="A{0}"><v>{0}</v></c></row>'
    last = 1_048_576
    return with_rows(f"{filled.format(1)}{'<row/>' * (last - 2)}{filled.format(last)}")


def styled_empty_rows() -> bytes:
    """Rows with a colour, as a column painted to its end leaves them, and nothing in them."""
    blank = '<row><c s="1"/><c s="1"/><c s="1"/></row>'
    return with_rows(blank * 800_000)


def deep() -> bytes:
    """Elements in elements in elements."""
    return with_rows("<row>" * 50_000)


def one_endless_row() -> bytes:
    """Every cell of the file in one row, which is in memory as a whole while it is read."""
    return with_rows(f"<row>{'<c/>' * 2_900_000}</row>")


MAKERS: dict[str, Callable[[], bytes]] = {
    "zip bomb": zip_bomb,
    "entity bomb": entity_bomb,
    "empty rows": empty_rows,
    "styled empty rows": styled_empty_rows,
    "deep": deep,
    "one endless row": one_endless_row,
}
