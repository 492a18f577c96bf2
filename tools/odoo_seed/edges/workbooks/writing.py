"""Writing workbooks: XLSX with XlsxWriter, CSV; a file whole or not at all.

Nothing that comes from the data becomes a formula, a link or a number: XlsxWriter is told so, and
in CSV, where only the text can say it, `core.workbook_cells.guarded` does.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from odoo_seed.core.workbook_cells import guarded
from odoo_seed.edges.workbooks.chart import write_gantt
from odoo_seed.edges.workbooks.pages import Pen, write_about, write_lists, write_page
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_seed.core.workbook_pages import Book, Page, Written

MOST_ROWS = 1_048_576


def write_excel(path: Path, book: Book) -> None:
    """Write a workbook.

    Raises:
        UsageError: It has more rows than a sheet can hold, or the file cannot be written.
    """
    longest = max((len(page.rows) for page in book.pages), default=0)
    if longest + 2 > MOST_ROWS or len(book.gantt.rows) + 2 > MOST_ROWS:
        raise UsageError(
            f"A sheet holds {MOST_ROWS:,} rows; there are more records.",
            remedy="Export one project (--project), or write a .csv file.",
        )
    _put(path, excel_bytes(book))


def excel_bytes(book: Book) -> bytes:
    """Return the content of an .xlsx file."""
    import xlsxwriter  # noqa: PLC0415 - it takes a tenth of a second that no other command needs

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as workbook:
        pen = Pen(workbook, book.lists)
        for page in book.pages:
            write_page(pen, page)
        write_gantt(pen, book.gantt)
        write_lists(pen)
        write_about(pen, book.about)
    return buffer.getvalue()


def write_csv(path: Path, page: Page) -> None:
    """Write one page as CSV in UTF-8, with the mark by which spreadsheets know that.

    Raises:
        UsageError: The file cannot be written.
    """
    _put(path, csv_bytes(page))


def csv_bytes(page: Page) -> bytes:
    """Return the content of a .csv file."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(heading.text for heading in page.headings)
    writer.writerows([_text(value) for value in row] for row in page.rows)
    return buffer.getvalue().encode("utf-8-sig")


def _text(value: Written) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else repr(value)


def _put(path: Path, content: bytes) -> None:
    temporary = ""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is not a file.", remedy="Name a file for the workbook.")
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with open(handle, "wb") as file:  # noqa: PTH123 - the open handle
            file.write(content)
        os.chmod(temporary, mode)  # noqa: PTH101 - the name may hold anything
        os.replace(temporary, path)  # noqa: PTH105 - as above
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - as above
        raise UsageError(
            f"The workbook cannot be written to {path}: "
            f"{getattr(error, 'strerror', None) or error}.",
            remedy="Name a file in a folder that exists and that you may write to; "
            "close it in other programs.",
        ) from None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
