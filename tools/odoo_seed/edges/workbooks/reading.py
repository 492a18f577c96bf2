"""Spreadsheet files to `core.workbook`, whatever they hold: safely, or not at all.

What a file is, its first bytes decide, never its name. Nothing in it is run or followed: macros
and links to other workbooks are left aside, formulas give the value that was last seen in them.
"""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from odoo_seed.edges.workbooks.comma_separated import read_csv
from odoo_seed.edges.workbooks.excel import read_excel
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_seed.core.workbook import Workbook

MAX_BYTES = 30_000_000
"""Of one file; a workbook of 50,000 tasks has about 5 MB."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXCEL_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")
_AS_XLSX = "save it as an Excel workbook (.xlsx)"


def read_workbook(path: Path) -> Workbook:
    """Read an .xlsx or .csv file.

    Raises:
        UsageError: It is not there, is none, is protected, or is too large to be read safely.
    """
    name = path.name
    content = _content(path)
    if content.startswith(_ZIP):
        return read_excel(content, name)
    if content.startswith(_OLE):
        raise _refused_ole(content, name)
    start = content[:1024].lstrip().lower()
    if start.startswith(b"%pdf"):
        raise UsageError(f"{name} is a PDF, not a workbook", remedy=_AS_XLSX + " where it was made")
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise UsageError(
            f"{name} is a web page or XML, not a workbook", remedy=f"open it and {_AS_XLSX}"
        )
    if name.lower().endswith(_EXCEL_ENDINGS):
        raise UsageError(
            f"{name} is called a workbook, but is none",
            remedy=f"open it and {_AS_XLSX}; if it is comma-separated text, name it .csv",
        )
    return read_csv(content, name)


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{path.name} is no file", remedy="name an .xlsx or .csv file")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(
            f"{path.name} cannot be read: {why}", remedy="name an .xlsx or .csv file"
        ) from error
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"{path.name} has {status.st_size / 1e6:.0f} MB; the limit is {MAX_BYTES // 10**6} MB",
            remedy="remove pictures and sheets that are not needed, or split it",
        )
    if not content:
        raise UsageError(f"{path.name} is empty", remedy="name an .xlsx or .csv file")
    return content


def _refused_ole(content: bytes, name: str) -> UsageError:
    """Microsoft's older container: an old workbook, or a new one under a password."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return UsageError(
            f"{name} is protected with a password",
            remedy="open it, remove the password (File, Info, Protect Workbook) and save it",
        )
    return UsageError(f"{name} is of the old format .xls", remedy=f"open it and {_AS_XLSX}")
