"""Workbooks that people worked in: what they ask for, and what is doubtful in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from builders import PROJECT, content, task

from odoo_seed.core.compare import Base, compare
from odoo_seed.core.doubts import Doubt
from odoo_seed.core.model import Due, Instance, Milestone, Program, SeedAndPolicy, Source, Stage
from odoo_seed.core.plan_lines import by_project
from odoo_seed.core.workbook import Row, Sheet, Workbook, cell
from odoo_seed.core.workbook_export import book_of, part_of
from odoo_seed.core.workbook_merge import Merged, merge
from odoo_seed.core.workbook_rows import record_rows
from odoo_seed.edges.seed_files.data_faults import data_faults

if TYPE_CHECKING:
    from collections.abc import Callable

Grid = list[list[Any]]

OTHER = replace(PROJECT, external_ref="Q", name="Other")
BASE = content(
    task("A", name="First", deadline="2026-01-09", planned_hours=6.0, tag_names=("GL",)),
    task("B", name="Second", deadline="2026-01-12", depends_on_refs=("A",)),
    task("C", name="Third", project_external_ref="Q"),
    project=replace(
        PROJECT, program_slug="fin", date_start=date(2026, 1, 5), date_end=date(2026, 2, 27),
        stages=(Stage("To Do"), Stage("Done", fold=True)),
    ),
    milestones=(Milestone("M", "P", "Closed", date(2026, 2, 2)),),
)  # fmt: skip
BASE = replace(
    BASE,
    seed=replace(
        BASE.seed, programs=(Program("fin", "Finance"),), projects=(*BASE.seed.projects, OTHER)
    ),
)


def grids(base: SeedAndPolicy = BASE, only: tuple[str, ...] = ()) -> dict[str, Grid]:
    """The sheets of an export as people see them: headings, then rows."""
    book = book_of(part_of(base.seed, only) if only else base.seed, only)
    found: dict[str, Grid] = {
        page.name: [[one.text for one in page.headings], *map(list, page.rows)]
        for page in book.pages
    }
    return found | {"About": [list(row) for row in book.about]}


def workbook(sheets: dict[str, Grid]) -> Workbook:
    made = []
    for name, grid in sheets.items():
        rows = []
        for number, values in enumerate(grid, start=1):
            cells = [cell(value, number, place) for place, value in enumerate(values, start=1)]
            if found := tuple(one for one in cells if one):
                rows.append(Row(number, found))
        made.append(Sheet(name, tuple(rows)))
    return Workbook("close.xlsx", tuple(made))


def merged(sheets: dict[str, Grid], base: SeedAndPolicy = BASE) -> Merged:
    return merge(record_rows(workbook(sheets)), base, data_faults)


def edited(edit: Callable[[Grid], None], sheet: str = "Tasks") -> Merged:
    sheets = grids()
    edit(sheets[sheet])
    return merged(sheets)


def lines(found: Merged, base: SeedAndPolicy = BASE) -> list[str]:
    plan = compare(Base("main", content=base), found.content).plan
    return [line for told in by_project(plan.changes).values() for line in told]


def put(grid: Grid, ref: str, key: str, value: Any) -> None:
    row = next(row for row in grid if row[0] == ref)
    row[grid[0].index(key)] = value


def told(found: Merged) -> list[tuple[str, str]]:
    return [(doubt.place, doubt.code) for doubt in found.doubts]


def test_an_untouched_workbook_asks_for_nothing():
    found = merged(grids())
    assert found.content == BASE
    assert found.doubts == ()


def move_around(grid: Grid) -> None:
    grid[0][grid[0].index("planned_hours")] = "Planned Hours"
    grid[0][grid[0].index("assignee_emails")] = " ASSIGNEES "
    for row in grid:
        row.reverse()
        row.insert(2, "my note")
    grid[1:] = grid[:0:-1]
    grid.insert(3, [])
    grid.insert(0, ["Close of January", "as of today"])
    grid.append([None, None, "only a note of mine"])


def test_rows_and_columns_may_be_sorted_moved_renamed_and_added():
    found = edited(move_around)
    assert found.content == BASE
    assert found.doubts == ()


def test_edits_are_told_in_the_words_of_the_plan():
    def edit(grid: Grid) -> None:
        put(grid, "A", "deadline", "Fri, 16 Jan 2026")
        put(grid, "A", "assignee_emails", "ana@example.com, bo@example.com")
        put(grid, "B", "planned_hours", "2,5 h")
        put(grid, "B", "depends_on_refs", None)
        put(grid, "C", "is_active", "No")

    found = edited(edit)
    assert found.doubts == ()
    assert lines(found) == [
        (
            "~ task A “First”: assigned to ana, bo (new in the YAML); "
            "deadline 9 Jan → 16 Jan (7 days later)"
        ),
        "~ task B “Second”: planned hours 0 h → 2.5 h (new in the YAML); no longer waits for A",
        "~ task C “Third”: archived",
    ]


def test_new_and_deleted_rows_are_new_and_removed_records():
    def edit(grid: Grid) -> None:
        del grid[2]
        grid.append(["D", "P", None, "Fourth", None, None, date(2026, 1, 20)])

    found = edited(edit)
    assert [one.external_ref for one in found.content.seed.tasks] == ["A", "C", "D"]
    assert found.content.seed.tasks[2] == task("D", name="Fourth", deadline="2026-01-20")
    assert found.valid


def test_what_the_workbook_does_not_speak_of_stays():
    def edit(grid: Grid) -> None:
        place = grid[0].index("tag_names")
        for row in grid:
            del row[place]

    sheets = grids()
    edit(sheets["Tasks"])
    del sheets["Milestones"], sheets["Programs"]
    assert merged(sheets).content == BASE


@pytest.mark.parametrize("about", [True, False])
def test_a_part_of_the_seed_removes_nothing_elsewhere(about: bool):
    sheets = grids(only=("P",))
    del sheets["Tasks"][2]
    if not about:
        del sheets["About"]
    seed = merged(sheets).content.seed
    assert [one.external_ref for one in seed.tasks] == ["A", "C"]
    assert seed.projects == BASE.seed.projects


def test_one_sheet_by_any_name_is_enough():
    sheets = {"Copy of tasks": grids()["Tasks"], "Notes": [["what", "ever"]]}
    put(sheets["Copy of tasks"], "A", "name", "Renamed")
    found = merged(sheets)
    assert lines(found) == ["~ task A “Renamed”: name “First” → “Renamed”"]
    assert told(found) == [("Notes row 1", "unknown-sheet")]


def test_a_doubtful_cell_is_told_with_its_place_and_leaves_the_field_alone():
    def edit(grid: Grid) -> None:
        put(grid, "A", "deadline", "02/03/2026")
        put(grid, "A", "planned_hours", "1e999")
        put(grid, "B", "deadline", 46031)
        put(grid, "C", "deadline", datetime.fromisoformat("9999-12-31T23:59:59"))
        put(grid, "B", "is_active", "perhaps")
        put(grid, "B", "assignee_emails", "ana")
        put(grid, "C", "priority", "urgent")
        put(grid, "C", "name", None)

    found = edited(edit)
    assert found.content == BASE
    assert told(found) == [
        ("Tasks!G2", "unreadable-deadline"),
        ("Tasks!H2", "unreadable-number"),
        ("Tasks!G3", "unreadable-deadline"),
        ("Tasks!O3", "unreadable-yes-no"),
        ("Tasks!F3", "bad-email"),
        ("Tasks!G4", "unreadable-deadline"),
        ("Tasks!D4", "missing-value"),
        ("Tasks!L4", "not-allowed"),
    ]
    assert all(doubt.severity == "error" for doubt in found.doubts)
    assert "it may be 2 March 2026 or 3 February 2026" in found.doubts[0].found


def test_a_row_that_cannot_be_taken_is_told_and_takes_nothing_else_along():
    def edit(grid: Grid) -> None:
        grid.append([None, "P", None, "Second"])
        grid.append(["A", "P", None, "First again"])
        grid.append(["E", None, None, "Nowhere"])
        grid.append(["9bad", "P", None, "Bad ref"])

    found = edited(edit)
    assert found.content == BASE
    assert [(doubt.place, doubt.code) for doubt in found.doubts] == [
        ("Tasks!A5", "missing-ref"),
        ("Tasks!A6", "duplicate-ref"),
        ("Tasks!B7", "missing-value"),
        ("Tasks!A8", "bad-ref"),
    ]
    assert found.doubts[0].remedy.startswith("if it is B, write that")
    assert found.doubts[1].found == "the task A stands in Tasks row 2 already"


def test_formulas_give_their_value_or_a_doubt():
    sheets = workbook(grids())
    tasks = next(sheet for sheet in sheets.sheets if sheet.name == "Tasks")
    row = tasks.rows[1]
    cells = [
        replace(one, kind="formula", value=None) if one.column == 7 else one for one in row.cells
    ]
    changed = replace(
        tasks, rows=(tasks.rows[0], replace(row, cells=tuple(cells)), *tasks.rows[2:])
    )
    others = tuple(one for one in sheets.sheets if one is not tasks)
    found = merge(record_rows(replace(sheets, sheets=(changed, *others))), BASE, data_faults)
    assert found.content == BASE
    assert [(doubt.place, doubt.found) for doubt in found.doubts] == [
        ("Tasks!G2", "deadline: the formula has no value; put the value itself there")
    ]


@pytest.mark.parametrize(
    ("form", "third", "said"),
    [
        ("{0.month}/{0.day}/{0.year}", "1/21/2026", "02/03/2026 is 3 February"),
        ("{0.day:02}/{0.month:02}/{0.year}", "21/01/2026", "02/03/2026 is 2 March"),
    ],
)
def test_dates_of_a_table_that_a_program_saved_again_are_the_same_days(
    form: str, third: str, said: str
):
    sheets = grids()
    days = {"A": date(2026, 1, 9), "B": date(2026, 1, 12)}
    for ref, day in days.items():
        put(sheets["Tasks"], ref, "deadline", form.format(day))

    assert told(merged(sheets)) == [("Tasks!G2", "unreadable-deadline"),
                                    ("Tasks!G3", "unreadable-deadline")]  # fmt: skip

    put(sheets["Tasks"], "C", "deadline", third)
    found = merged(sheets)

    assert told(found) == []
    assert [one.deadline for one in found.content.seed.tasks] == [
        "2026-01-09", "2026-01-12", "2026-01-21",
    ]  # fmt: skip
    assert said in found.notes[0]


def test_the_rules_of_the_seed_speak_at_the_cells():
    def edit(grid: Grid) -> None:
        put(grid, "C", "depends_on_refs", "NOWHERE")
        put(grid, "C", "stage_name", "To Do")
        put(grid, "A", "stage_name", "Dnoe")

    found = edited(edit)
    assert not found.valid
    assert [(doubt.place, doubt.severity) for doubt in found.doubts] == [
        ("Tasks!E2", "error"),
        ("Tasks!I4", "error"),
    ]


def test_a_dangling_end_of_a_deleted_row_is_told_at_the_row_that_needs_it():
    found = edited(lambda grid: grid.pop(1))
    assert told(found) == [("Tasks!I2", "unknown-dependency")]


def test_a_day_that_somebody_sets_is_no_longer_counted():
    made = Instance("month_close", "2026-01", "ACME")
    due = Due("ph", date(2026, 1, 31), working_days=(-5,))
    base = content(task("A", deadline="2026-01-26", instance=made, due=due))
    sheets = grids(base)
    assert sheets["Tasks"][1][-1] == "month_close 2026-01 ACME"
    put(sheets["Tasks"], "A", "deadline", date(2026, 1, 27))
    sheets["Tasks"][1][-1] = "whatever"
    (one,) = merged(sheets, base).content.seed.tasks
    assert (one.deadline, one.due, one.instance) == ("2026-01-27", None, made)


def test_of_what_a_template_made_only_single_fields_of_tasks_change():
    made = Instance("month_close", "2026-01", "ACME")
    source = Source("templates.yaml", 3, instance=made)
    base = content(
        task("A", planned_hours=2.0, deadline="2026-01-26", source=source, instance=made),
        task("B", source=source, instance=made),
        project=replace(PROJECT, source=source, instance=made),
        milestones=(Milestone("M", "P", "Closed", source=source),),
    )
    sheets = grids(base)
    put(sheets["Tasks"], "A", "deadline", "27 Jan 2026")
    put(sheets["Tasks"], "A", "planned_hours", None)
    del sheets["Tasks"][2], sheets["Milestones"][1]
    sheets["Tasks"].append(["C", "P", None, "New"])
    put(sheets["Projects"], "P", "name", "Other")
    found = merged(sheets, base)
    seed = found.content.seed
    assert (seed.projects, seed.milestones) == (base.seed.projects, base.seed.milestones)
    first, second = seed.tasks
    assert (first.deadline, first.planned_hours) == ("2026-01-27", 2.0)
    assert second == replace(base.seed.tasks[1], is_active=False)
    assert [(doubt.place, doubt.code) for doubt in found.doubts] == [
        ("Tasks!H2", "template-made"),
        ("Tasks!A3", "template-made"),
        ("Projects!B2", "template-made"),
        ("Milestones row 1", "template-made"),
    ]
    assert found.valid


def test_a_workbook_older_than_the_seed_says_so():
    assert not merged(grids()).outdated
    renamed = replace(BASE.seed.tasks[0], name="Renamed since")
    newer = replace(BASE, seed=replace(BASE.seed, tasks=(renamed, *BASE.seed.tasks[1:])))
    assert merged(grids(), newer).outdated
    assert not merged(grids(only=("Q",)), newer).outdated
    assert not merged({"Tasks": grids()["Tasks"]}, newer).outdated  # it does not say


def test_a_picture_of_odoo_says_so():
    sheets = grids()
    sheets["About"][1] = ["holds", "shadow"]
    assert record_rows(workbook(sheets)).holds == "shadow"


def test_a_csv_table_needs_a_kind_in_every_row():
    grid: Grid = [
        ["Kind", "external_ref", "project_external_ref", "name"],
        ["Task", "A", "P", "First, renamed"],
        ["thing", "X", "P", "What"],
        [None, "Y", "P", "What"],
    ]
    found = merged({"close": grid})
    assert found.content.seed.tasks[0].name == "First, renamed"
    assert found.doubts == (
        Doubt("close", 3, "A3", "unknown-kind", '"thing" is no kind of record',
              "write program, project, milestone or task", "error"),
        Doubt("close", 4, "", "unknown-kind", "the row has no kind",
              "write program, project, milestone or task", "error"),
    )  # fmt: skip
