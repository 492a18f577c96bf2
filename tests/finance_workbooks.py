"""Workbooks like those of a finance team, with all their oddities; made for the tests.

Run as a script, it writes them into a folder: python tests/finance_workbooks.py FOLDER
"""

from __future__ import annotations

import re
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.styles import PatternFill

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.working_days import WorkingDays

if TYPE_CHECKING:
    from collections.abc import Mapping

PH = WorkingDays(Calendar("PH"))
TASKS = (
    # phase, category, task, preparer, working days from the period's end for its approval
    (
        "I. Initial and compliance",
        "Payroll & final pay",
        "1. Process payroll and final pay",
        "BMA",
        -5,
    ),
    ("I. Initial and compliance", "Tax & bonus provision", "2. Calculate tax provision", "BMA", -5),
    (
        "II. Accruals and amortization",
        "Rent & leases",
        "3. Accrue rent, net of deposits",
        "RLO",
        -3,
    ),
    ("II. Accruals and amortization", "Rent & leases", "4. Amortize leases", "RLO", -2),
    ("IV. Final close", "Reclassifications", "5. Post GL reclassifications", "JPG", 1),
)
PEOPLE = (
    ("BMA", "Beng Manalo", "BM", "beng.manalo@example.com"),
    ("RLO", "Rey Lopez", "BM", "rey.lopez@example.com"),
    ("JPG", "Jana Garcia", "BM", "Jana.Garcia@example.com"),
    ("GTO", "Grace Tolentino", "SFM", "grace.tolentino@example.com"),
    ("INA", "Isabel Navarro", "FD", "isabel.navarro@example.com"),
)
STEPS = (("Preparation", -2, None), ("Review", -1, "GTO (SFM)"), ("Approval", 0, "INA (FD)"))
HOURS = (8, 4, 4)


def last_day(year: int, month: int) -> date:
    """Last day of a month."""
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)


def due(year: int, month: int, offset: int, step: int) -> date:
    """The day of a step: its task's working day, and its own before that."""
    return PH.step(PH.step(last_day(year, month), offset), step)


def closing_list() -> Workbook:
    """A row a task: merged codes and categories, titles of phases, durations in words."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Closing Task"
    sheet["A1"] = "MONTH-END CLOSING TASKS"
    sheet.merge_cells("A1:H1")
    sheet.append([])
    sheet.append([])
    sheet.append(
        ["Employee Code", "Task Category", "Detailed Monthly Tasks", "Reviewed by", "Approved by",
         "Preparation", "Review", "Approval"]
    )  # fmt: skip
    phase = category = person = None
    for its_phase, its_category, task, code, _ in TASKS:
        if its_phase != phase:
            sheet.append([])
            sheet.append([its_phase])
            category = person = None
        sheet.append(
            [
                code if code != person else None,
                its_category if its_category != category else None,
                task,
                "GTO (SFM)" if code != person else None,
                "INA (FD)" if code != person else None,
                "1 Day",
                "0.5 Day",
                "½ Day" if task.startswith("9") else "0.5 day",
            ]
        )
        if code == person:
            row = sheet.max_row
            sheet.merge_cells(start_row=row - 1, end_row=row, start_column=1, end_column=1)
        phase, category, person = its_phase, its_category, code
    sheet["XA1000"] = "x"
    people(book)
    holidays(book)
    return book


def closing_schedule(
    months: tuple[tuple[int, int], ...] = ((2026, 1),),
    *,
    repeated: bool = True,
    titled: bool = True,
) -> Workbook:
    """A row an activity, a sheet a month, with the painted Gantt to the right.

    Args:
        repeated: Whether the task's name stands on all its rows, or on the first alone.
        titled: Whether the sheet says which month it is.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for year, month in months:
        sheet = book.create_sheet(f"{date(year, month, 1):%b %Y}" if titled else f"Gantt {month}")
        sheet.append(["Closing schedule"])
        sheet.append(["Task Category", "Detailed Task", "Activity", "Employee", "Date", "Email"])
        phase = None
        for its_phase, category, task, code, offset in TASKS:
            if its_phase != phase:
                sheet.append([its_phase])
            phase = its_phase
            for (activity, step, person), first in zip(STEPS, (True, False, False), strict=True):
                shown = first or repeated
                who = person or code
                email = next(one[3] for one in PEOPLE if one[0] == who[:3])
                day = due(year, month, offset, step)
                row = [
                    category if first else None,
                    task if shown else None,
                    activity,
                    who,
                    day,
                    email,
                ]
                sheet.append(row)
                painted = PatternFill("solid", fgColor="FF8800")
                sheet.cell(sheet.max_row, 8 + day.day).fill = painted
        sheet["AZ3"] = "."
    return book


def people(book: Workbook) -> None:
    """A sheet of codes."""
    sheet = book.create_sheet("Employees")
    sheet.append(["Code", "Name", "Role", "Email Address"])
    for row in PEOPLE:
        sheet.append(list(row))


def holidays(book: Workbook) -> None:
    """A sheet of free days: two that everybody knows, one that is local."""
    sheet = book.create_sheet("Holidays")
    sheet.append(["Date", "Holiday"])
    sheet.append([date(2026, 1, 1), "New Year"])
    sheet.append(["June 12, 2026", "Independence Day"])
    sheet.append([date(2026, 6, 24), "Araw ng Maynila"])


def tax() -> Workbook:
    """Filings; the first's year is wrong and a deadline is text, as in the team's own."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "BIR Calendar"
    sheet.append([None, "BIR tax calendar"])
    sheet.append([])
    sheet.append(
        [None, "BIR Form", "Period Covered", "Deadline", "1. Prep. & File Request (BM)",
         "2. Report Approval (SFM)", "3. Payment Approval (FD)"]
    )  # fmt: skip
    for form, period, day in (
        ("1601-C", date(2026, 1, 1), date(2025, 2, 10)),  # the wrong year
        (None, date(2026, 2, 1), date(2026, 3, 10)),
        (None, "March 2026", "Apr 10 (Apr 9 is Thu)"),
        ("0619-E", "Sep 2026", "Oct 12 (Oct 10 is Sat)"),
        ("2550Q", "Q1 2026", date(2026, 4, 25)),  # a Saturday
        ("1702-RT", "Annual 2025", date(2026, 4, 15)),
    ):
        known = day if isinstance(day, date) else date(2026, 4, 10)
        if day == "Oct 12 (Oct 10 is Sat)":
            known = date(2026, 10, 12)
        before = [PH.step(known, number) for number in (-4, -2, -1)]
        sheet.append([None, form, period, day, *before])
    people(book)
    return book


def saved(book: Workbook) -> bytes:
    """A workbook's bytes."""
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def with_formulas(content: bytes, cells: Mapping[str, tuple[str, str | None]]) -> bytes:
    """Cells of the first sheet as formulas, each with the value last seen, or none.

    openpyxl writes no such values, so they are put into the XML.
    """
    target = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                for ref, (formula, value) in cells.items():
                    inner = f"<f>{formula}</f>" + (f"<v>{value}</v>" if value else "")
                    text, found = re.subn(
                        rf'<c r="{ref}"( s="\d+")?[^>]*>.*?</c>'.encode(),
                        rf'<c r="{ref}"\1>{inner}</c>'.encode(),
                        text,
                    )
                    assert found == 1, ref
            new.writestr(part.filename, text)
    return target.getvalue()


def main(folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    quarter = ((2026, 1), (2026, 2), (2026, 3))
    for name, book in {
        "closing-list": closing_list(),
        "closing-schedule": closing_schedule(),
        "closing-quarter": closing_schedule(quarter),
        "tax": tax(),
    }.items():
        (folder / f"{name}.xlsx").write_bytes(saved(book))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
