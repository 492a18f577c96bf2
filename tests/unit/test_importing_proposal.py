from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_seed.core.calendar import Calendar
from odoo_seed.core.documents import Document
from odoo_seed.core.importing.offsets import most_common_offset
from odoo_seed.core.importing.profile import profile_of
from odoo_seed.core.importing.proposal import Proposal, propose, recurring
from odoo_seed.core.importing.proving import mapping_of
from odoo_seed.core.importing.records import Choices
from odoo_seed.core.importing.workbooks import Imported, import_workbook
from odoo_seed.core.model import Seed
from odoo_seed.core.periods import parse_period
from odoo_seed.core.templates import expand
from odoo_seed.core.workbook import Row, Scalar, Sheet, Workbook, cell
from odoo_seed.core.working_days import WorkingDays
from odoo_seed.edges.profiles import read_profile
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.core.model import Task

CLOSING, TAX = (read_profile(Path(name)) for name in ("closing", "bir-tax"))
HEADINGS = ("Detailed Task", "Activity", "Employee", "Date", "Email")
PH = WorkingDays(Calendar("PH"))


def imported(
    months: Mapping[str, list[tuple[str, str, str, date | str]]], company: str | None = "TBWA\\SMP"
) -> Imported:
    sheets = []
    for name, rows in months.items():
        lines = [HEADINGS, *((*row, f"{row[2].lower()}@example.com") for row in rows)]
        sheets.append(sheet(name, lines))
    return import_workbook(Workbook("b", tuple(sheets)), CLOSING, Choices(company), Seed())


def sheet(name: str, lines: Sequence[Sequence[Scalar]]) -> Sheet:
    made = [
        Row(number, tuple(found for column, value in enumerate(line, start=1)
                          if (found := cell(value, number, column)) is not None))
        for number, line in enumerate(lines, start=1)
    ]  # fmt: skip
    return Sheet(name, tuple(made))


def rows(month: str, offset: int, *, who: str = "ABC") -> list[tuple[str, str, str, date]]:
    end = PH.step(parse_period(month).last_day, offset)
    return [
        ("1. Accrue {rent}", "Preparation", who, PH.step(end, -2)),
        ("1. Accrue {rent}", "Review", "DEF", end),
    ]


def expanded(made: Proposal) -> dict[str, Task]:
    document = Document("t", mapping_of(made.data), lambda pointer, key=False: (1, 1))
    found = expand([document])
    assert found.problems == []
    return {one.external_ref: bare(one) for one in found.content.seed.tasks}


def bare(task: Task) -> Task:
    return replace(task, source=None, instance=None, due=None)


def wanted(done: Imported) -> dict[str, Task]:
    return {one.external_ref: bare(one) for one in done.seed.tasks}


def test_tasks_that_come_again_become_a_template_with_working_days() -> None:
    done = imported({"Jan 2026": rows("2026-01", -3), "Feb 2026": rows("2026-02", -3)})

    made = propose(done, CLOSING)

    assert made is not None
    assert recurring(done, CLOSING) == (made.tasks, made.periods) == (1, 2)
    (task,) = made.data["templates"][0]["tasks"]
    assert task["due"] == {"anchor": "period_end", "working_days": -3}
    assert task["roles"] == {"prep": "ABC", "review": "DEF"}
    assert made.data["steps"][0]["steps"][0]["working_days"] == -2
    assert "overrides" not in made.data
    assert expanded(made) == wanted(done)


def test_what_was_otherwise_in_one_month_is_an_override() -> None:
    months = {f"2026-0{month}": rows(f"2026-0{month}", 2) for month in (1, 2, 3)}
    months["2026-02"] = rows("2026-02", 3, who="XYZ")

    done = imported(months)
    made = propose(done, CLOSING)

    assert made is not None
    assert made.data["templates"][0]["tasks"][0]["due"]["working_days"] == 2
    others = {one["external_ref"]: one for one in made.data["overrides"]}
    assert all(ref.startswith("CLOSE_2026_02_") for ref in others)
    assert others["CLOSE_2026_02_ACCRUE_RENT_PREP"]["assignee_emails"] == ["xyz@example.com"]
    assert expanded(made) == wanted(done)


def test_tasks_of_one_name_are_all_in_the_template() -> None:
    months = {
        f"2026-{month}": [*rows(f"2026-{month}", -5), *rows(f"2026-{month}", -3, who="XYZ")]
        for month in ("01", "02")
    }
    done = imported(months)

    made = propose(done, CLOSING)

    assert made is not None
    assert made.tasks == 2
    assert expanded(made) == wanted(done)


def test_a_step_less_in_one_month_breaks_no_chain_and_blanks_are_filled_in_and_counted() -> None:
    january = rows("2026-01", -3)
    approval = ("1. Accrue {rent}", "Approval", "GHI", PH.step(january[1][3], 1))
    half = [january[0], (*january[1][:3], ""), approval]
    months = {"Jan 2026": [*january, approval], "Feb 2026": half}
    months["Mar 2026"] = [january[0], approval]
    done = imported(months)

    made = propose(done, CLOSING)

    assert made is not None
    found = expanded(made)
    assert found["CLOSE_2026_03_ACCRUE_RENT_APPROVE"].depends_on_refs == (
        "CLOSE_2026_03_ACCRUE_RENT_PREP",
    )
    assert made.filled == 1
    assert found["CLOSE_2026_02_ACCRUE_RENT_REVIEW"].deadline
    assert wanted(done)["CLOSE_2026_02_ACCRUE_RENT_REVIEW"].deadline is None


def test_a_task_of_some_months_comes_in_these_only() -> None:
    extra = ("Quarterly report", "Preparation", "ABC", date(2026, 3, 30))
    done = imported(
        {
            "Jan 2026": rows("2026-01", -1),
            "Feb 2026": rows("2026-02", -1),
            "Mar 2026": [*rows("2026-03", -1), extra],
        }
    )

    made = propose(done, CLOSING)

    assert made is not None
    assert [one.get("only") for one in made.data["templates"][0]["tasks"]] == [
        None,
        {"months": [3]},
    ]
    assert expanded(made) == wanted(done)


def test_a_schedule_needs_a_company() -> None:
    done = imported({"Jan 2026": rows("2026-01", -1), "Feb 2026": rows("2026-02", -1)})
    nameless = tuple(replace(one, company_name=None) for one in done.seed.projects)
    done = replace(done, choices=Choices(), seed=replace(done.seed, projects=nameless))

    with pytest.raises(UsageError, match="needs a company"):
        propose(done, CLOSING)


def test_one_month_alone_is_no_template() -> None:
    assert propose(imported({"Jan 2026": rows("2026-01", -1)}), CLOSING) is None


def test_other_months_tell_what_a_free_last_day_leaves_open() -> None:
    # 31 January 2026 is a Saturday: the 30th is the last working day and the one before the 31st.
    january, march = parse_period("2026-01"), parse_period("2026-03")

    days = {january: date(2026, 1, 30)}

    assert most_common_offset(days, PH) == 0
    assert most_common_offset(days | {march: date(2026, 3, 30)}, PH) == -1
    assert most_common_offset({january: None}, PH) is None


OWN = profile_of(
    {
        "profile": "own",
        "project": {
            "external_ref": "OWN_{year}_{month}", "name": "Own {period_name}", "every": "month",
            "program_slug": "fin", "manager_email": "rey@example.com",
        },
        "calendar": {"weekend": ["fri", "sat"]},
        "tables": [
            {
                "kind": "tasks",
                "columns": [
                    {"field": "task", "names": ["Task"], "required": True},
                    {"field": "person", "names": ["Who"]},
                    {"field": "date", "names": ["Due"]},
                    {"field": "duration", "names": ["Hours"]},
                    {"field": "description", "names": ["Notes"]},
                ],
            },
            {
                "kind": "holidays",
                "columns": [
                    {"field": "date", "names": ["Date"], "required": True},
                    {"field": "name", "names": ["Holiday"], "required": True},
                ],
            },
        ],
    }
)  # fmt: skip


def test_a_template_of_tasks_without_steps_has_their_people_hours_notes_and_free_days() -> None:
    def month(*days: date) -> list[list[Scalar]]:
        return [
            ["Task", "Who", "Due", "Hours", "Notes"],
            ["Pay {rent}", "ABC <ana@example.com>", days[0], "2 h", "By {contract}"],
            ["File", "ABC <ben@example.com>", days[1], None, None],
        ]

    free = [["Date", "Holiday"], [date(2026, 2, 26), "Founders"]]
    # Both months end on a Saturday: the last working day is a Thursday, in February a Wednesday.
    january, february = (
        (date(2026, 1, 29), date(2026, 1, 28)),
        (date(2026, 2, 25), date(2026, 2, 24)),
    )
    book = Workbook(
        "b", (sheet("Jan 2026", month(*january)), sheet("Feb 2026", month(*february)),
              sheet("Free", free)),
    )  # fmt: skip
    done = import_workbook(book, OWN, Choices("ACME"), Seed())

    made = propose(done, OWN)

    assert made is not None
    assert made.data["calendars"] == [
        {"name": "own", "weekend": ["fri", "sat"], "add": ["2026-02-26"]}
    ]
    (template,) = made.data["templates"]
    assert template["project"] == {
        "external_ref": "OWN_{year}_{month}", "name": "Own {period_name}",
        "program_slug": "fin", "manager_email": "rey@example.com",
    }  # fmt: skip
    assert template["tasks"] == [
        {
            "code": "PAY_RENT", "name": "Pay {{rent}}", "description": "By {{contract}}",
            "due": {"anchor": "period_end"}, "role": "ABC", "planned_hours": 2.0,
        },
        {
            "code": "FILE", "name": "File", "due": {"anchor": "period_end", "working_days": -2},
            "role": "ABC'",
        },
    ]  # fmt: skip
    assert made.data["roles"] == [
        {"name": "ABC", "people": [{"email": "ana@example.com"}]},
        {"name": "ABC'", "people": [{"email": "ben@example.com"}]},
    ]
    assert "steps" not in made.data
    assert expanded(made) == wanted(done)


def test_a_month_that_is_not_there_gets_no_project() -> None:
    done = imported({"Jan 2026": rows("2026-01", -1), "Mar 2026": rows("2026-03", -1)})

    made = propose(done, CLOSING)

    assert made is not None
    assert [(one["from"], one["to"]) for one in made.data["schedules"]] == [
        ("2026-01", "2026-01"),
        ("2026-03", "2026-03"),
    ]
    assert expanded(made) == wanted(done)


def filings(year: int = 2026) -> Imported:
    lines: list[list[Scalar]] = [["BIR Form", "Period Covered", "Deadline", "1. Prep"]]

    def add(form: str, period: Scalar, law: date) -> None:
        day = PH.shifted(law, "next")
        lines.append([form, period, day, PH.step(day, -4)])

    for month in range(1, 13):
        after = date(year + month // 12, month % 12 + 1, 15 if month == 12 else 10)
        add("1601-C", date(year, month, 1), after)
        if month % 3:
            add("0619-E", date(year, month, 1), after)
    for quarter, month in enumerate((4, 7, 10, 13), start=1):
        end = parse_period(f"{year + month // 13}-{(month - 1) % 12 + 1:02}").last_day
        add("1601-EQ", f"Q{quarter} {year}", end)
    add("1702-RT", f"Annual {year - 1}", date(year, 4, 15))
    book = Workbook("b", (sheet("BIR", lines),))
    return import_workbook(book, TAX, Choices("TBWA\\SMP"), Seed())


def test_filings_become_a_template_with_the_days_of_the_law() -> None:
    done = filings()

    made = propose(done, TAX)

    assert made is not None
    tasks = {one["code"]: one for one in made.data["templates"][0]["tasks"]}
    december = {"day": 10, "except": [{"months": [12], "day": 15}]}
    assert {code: (one["each"], one["due"]["rule"]) for code, one in tasks.items()} == {
        "1601_C_{year}_{month}": ("month", december),
        "0619_E_{year}_{month}": ("month", {"day": 10}),
        "1601_EQ_{year}_{quarter}": ("quarter", {"day": 31}),
    }
    assert tasks["0619_E_{year}_{month}"]["only"] == {"months": [1, 2, 4, 5, 7, 8, 10, 11]}
    assert made.left == 1  # 1702-RT is of BIR_2025, where nothing comes again
    assert "overrides" not in made.data
    rest = {ref: one for ref, one in wanted(done).items() if not ref.startswith("BIR_2025")}
    assert expanded(made) == rest


DAYS = st.integers(-12, 12)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 6),
        st.lists(st.tuples(st.sampled_from(["A", "B {x}", "C"]), DAYS, DAYS, st.sampled_from("PQ")),
                 max_size=4, unique_by=lambda one: one[0]),
        min_size=2,
    )
)  # fmt: skip
def test_expanded_a_template_gives_the_very_tasks_of_the_workbook(
    months: dict[int, list[tuple[str, int, int, str]]],
) -> None:
    sheets = {}
    for month, tasks in months.items():
        end = parse_period(f"2026-0{month}").last_day
        sheets[f"2026-0{month}"] = [
            (
                name,
                activity,
                who if activity == "Preparation" else "DEF",
                end + timedelta(days=days),
            )
            for name, one, two, who in tasks
            for activity, days in (("Preparation", min(one, two)), ("Review", max(one, two)))
        ]
    done = imported(sheets)
    made = propose(done, CLOSING)

    if made is not None:
        found = {ref: one for ref, one in expanded(made).items() if one.is_active}
        homes = {one.project_external_ref for one in found.values()}
        rest = {ref: one for ref, one in wanted(done).items() if one.project_external_ref in homes}
        left = [one for ref, one in wanted(done).items() if ref not in rest]
        assert found == rest
        assert made.left == sum(one.parent_external_ref is None for one in left)
