"""`sheet import` on real files: what is written, what is told, with which exit code."""

from __future__ import annotations

import json
import re
import resource
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from tests import finance_workbooks as made

from odoo_seed.core import importing
from odoo_seed.edges.schemas import schema
from odoo_seed.edges.seed_files import SeedFolder
from odoo_seed.shells.cli import main

if TYPE_CHECKING:
    from odoo_seed.core.model import Seed

COMPANY = ("--company", "TBWA\\SMP")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "seed"


def run(tmp_path: Path, content: bytes, *arguments: str, name: str = "book.xlsx") -> int:
    path = tmp_path / name
    path.write_bytes(content)
    return main(["sheet", "import", str(path), "--out", str(tmp_path / "seed"), *arguments])


def closing(tmp_path: Path, content: bytes, *arguments: str) -> int:
    return run(tmp_path, content, "--profile", "closing", *COMPANY, *arguments)


def seed_in(folder: Path) -> Seed:
    reading = SeedFolder(folder).read()
    assert reading.content is not None, reading.problems
    return reading.content.seed


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema("sheet_import")).validate(found)
    return dict(found)


@pytest.mark.parametrize("titled", [True, False])
@pytest.mark.parametrize("repeated", [True, False])
def test_a_schedule_with_a_row_an_activity_is_read_in_both_its_versions(
    tmp_path: Path, folder: Path, repeated: bool, titled: bool
) -> None:
    book = made.closing_schedule(repeated=repeated, titled=titled)

    assert closing(tmp_path, made.saved(book)) == 0

    seed = seed_in(folder)
    assert list(written(folder)) == ["projects/CLOSE_2026_01.yaml"]
    days = {one.external_ref: one.deadline for one in seed.tasks}
    people = {one.external_ref: one.assignee_emails for one in seed.tasks}
    for _, _, task, code, offset in made.TASKS:
        (parent,) = (one for one in seed.tasks if one.name == task.split(". ")[1])
        for (_, step, _), end in zip(made.STEPS, ("PREP", "REVIEW", "APPROVE"), strict=True):
            ref = f"{parent.external_ref}_{end}"
            assert days[ref] == made.due(2026, 1, offset, step).isoformat()
        email = next(one[3].lower() for one in made.PEOPLE if one[0] == code)
        assert people[f"{parent.external_ref}_PREP"] == (email,)
    assert len(seed.tasks) == 4 * len(made.TASKS)


def test_a_list_with_a_row_a_task_has_durations_and_people_from_another_sheet(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert closing(tmp_path, made.saved(made.closing_list()), "--period", "2026-01") == 0

    steps = [one for one in seed_in(folder).tasks if one.parent_external_ref is not None]
    assert [one.planned_hours for one in steps] == [8, 4, 4] * len(made.TASKS)
    assert all(one.assignee_emails for one in steps)
    out = capsys.readouterr().out
    assert "1 cell beside the table left aside, the first is XA1000" in out
    assert "2026-06-24" in out


def test_filings_are_read_and_the_wrong_year_is_found(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(
        tmp_path, made.saved(made.tax()), "--profile", "bir-tax", *COMPANY, "--format", "json"
    )

    assert code == 0
    found = told(capsys)
    assert found["ok"] is True
    assert {(one["code"], one["cell"]) for one in found["doubts"]} == {
        ("no-email", "E3"),  # two people are BM
        ("due-before-period", "D4"),
        ("due-before-period", "E4"),
        ("due-before-period", "F4"),
        ("due-before-period", "G4"),
        ("due-on-free-day", "D8"),
    }
    deadlines = {one.external_ref: one.deadline for one in seed_in(folder).tasks}
    assert deadlines["BIR_2026_1601_C_2026_03"] == "2026-04-10"
    assert deadlines["BIR_2026_0619_E_2026_09"] == "2026-10-12"
    assert deadlines["BIR_2026_2550Q_2026_Q1_PREP"] == "2026-04-21"
    assert deadlines["BIR_2025_1702_RT_2025"] == "2026-04-15"


def test_formulas_count_by_the_value_last_seen_and_are_doubted_without_one(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    serial = str((date(2026, 3, 10) - date(1899, 12, 30)).days)
    cells = {"D5": ("WORKDAY(C5,26)", serial), "E5": ("WORKDAY(D5,-4)", None)}
    content = made.with_formulas(made.saved(made.tax()), cells)

    run(tmp_path, content, "--profile", "bir-tax", *COMPANY, "--format", "json")

    assert ("no-cached-value", "E5") in {
        (one["code"], one["cell"]) for one in told(capsys)["doubts"]
    }
    deadlines = {one.external_ref: one.deadline for one in seed_in(folder).tasks}
    assert deadlines["BIR_2026_1601_C_2026_02_FILE"] == "2026-03-10"
    assert deadlines["BIR_2026_1601_C_2026_02_PREP"] is None


def test_again_nothing_is_written_and_one_change_changes_one_line(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months = ((2026, 1), (2026, 2))
    book = made.closing_schedule(months)
    closing(tmp_path, made.saved(book))
    path = folder / "projects" / "CLOSE_2026_01.yaml"
    path.write_text(f"# Kept\n{path.read_text()}".replace("2026-01-22", "2026-01-22  # agreed"))
    before = written(folder)
    capsys.readouterr()

    assert closing(tmp_path, made.saved(book), "--format", "json") == 0
    again = told(capsys)
    assert (again["files"], again["empty"]) == ([], True)
    assert written(folder) == before

    sheet = book["Feb 2026"]
    sheet["E4"] = made.PH.step(sheet["E4"].value, 1)
    assert closing(tmp_path, made.saved(book), "--check", "--detailed-exitcode") == 2
    assert "1 day later" in capsys.readouterr().out
    assert written(folder) == before
    assert closing(tmp_path, made.saved(book)) == 0

    after = written(folder)
    assert [name for name in after if after[name] != before[name]] == [
        "projects/CLOSE_2026_02.yaml"
    ]
    old, new = (files["projects/CLOSE_2026_02.yaml"].splitlines() for files in (before, after))
    assert sum(one != other for one, other in zip(old, new, strict=True)) == 1


def test_months_alike_become_a_template_that_the_workbook_agrees_with(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = made.closing_schedule(((2026, 1), (2026, 2), (2026, 3)))
    file = folder / "close.yaml"

    assert closing(tmp_path, made.saved(book), "--template", str(file), "--check") == 0
    assert "--template FILE" not in capsys.readouterr().out
    assert not file.exists()
    assert closing(tmp_path, made.saved(book), "--template", str(tmp_path / "book.xlsx")) == 2
    assert "no name of a YAML file" in capsys.readouterr().err
    (tmp_path / "there.yaml").touch()
    assert closing(tmp_path, made.saved(book), "--template", str(tmp_path / "there.yaml")) == 2
    assert "is there already" in capsys.readouterr().err
    assert closing(tmp_path, made.saved(book), "--template", str(file)) == 0
    assert closing(tmp_path, made.saved(book), "--template", str(file)) == 2
    assert "a template makes it already" in capsys.readouterr().err

    assert list(written(folder)) == ["close.yaml"]
    assert len(seed_in(folder).projects) == 3
    assert closing(tmp_path, made.saved(book), "--check", "--format", "json") == 0
    again = told(capsys)
    assert (again["empty"], again["files"]) == (True, [])
    assert again["recurring"] == {"tasks": 0, "periods": 0}  # they are a template already

    moved = made.PH.step(book["Feb 2026"]["E4"].value, 1)
    book["Feb 2026"]["E4"] = moved
    assert closing(tmp_path, made.saved(book)) == 0
    assert f"deadline: {moved}" in written(folder)["overrides.yaml"].decode()


def test_a_template_that_cannot_be_written_whole_is_not_there(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = made.saved(made.closing_schedule(((2026, 1), (2026, 2))))
    file, limits = folder / "new" / "close.yaml", resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "book.xlsx").write_bytes(content)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))  # as when the disk is full
    try:
        code = main(["sheet", "import", str(tmp_path / "book.xlsx"), "--profile", "closing",
                     *COMPANY, "--out", str(folder), "--template", str(file)])  # fmt: skip
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert code != 0
    assert "cannot be written" in capsys.readouterr().err
    assert not file.parent.exists()


def test_no_template_is_made_of_one_month(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = made.saved(made.closing_schedule())

    assert closing(tmp_path, content, "--template", str(tmp_path / "t.yaml")) == 2
    assert "comes again" in capsys.readouterr().err


def test_a_row_that_is_not_understood_is_told_and_the_exit_code_says_so(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = made.closing_schedule()
    book["Jan 2026"]["C4"] = "Sing"

    assert closing(tmp_path, made.saved(book)) == 3

    assert 'Jan 2026!C4: "Sing" is no step of the profile' in capsys.readouterr().out
    assert len(seed_in(folder).tasks) == 4 * len(made.TASKS) - 1


def test_csv_is_read_by_the_same_profile(tmp_path: Path, folder: Path) -> None:
    lines = (
        "Task Category;Detailed Task;Activity;Employee;Date;Email\r\n"
        "Rent;1. Accrue rent;Preparation;ABC;2026-01-28;Ana@example.com\r\n"
        ";;Review;DEF;Jan 29;dan@example.com\r\n"
    )

    code = run(tmp_path, lines.encode("cp1252"), "--profile", "closing", *COMPANY,
               "--period", "2026-01", name="close.csv")  # fmt: skip

    assert code == 0
    assert [one.deadline for one in seed_in(folder).tasks] == [
        "2026-01-29", "2026-01-28", "2026-01-29",
    ]  # fmt: skip


def test_a_profile_of_ones_own_is_read_and_its_mistakes_have_file_and_line(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "mine.yaml"
    good = (
        "profile: mine\n"
        "project: {external_ref: 'MINE_{year}', name: 'Mine {year}', every: year}\n"
        "people: [{code: ABC, email: ana@example.com}]\n"
        "tables:\n"
        "  - kind: tasks\n"
        "    columns:\n"
        "      - {field: task, names: [Was], required: true}\n"
        "      - {field: person, names: [Wer]}\n"
        "      - {field: date, names: [Bis]}\n"
    )
    profile.write_text(good)
    content = b"Was,Wer,Bis\nRent,ABC,2026-01-28\n"
    arguments = ("--profile", str(profile), *COMPANY, "--period", "2026")

    assert run(tmp_path, content, *arguments, name="mine.csv") == 0
    (task,) = seed_in(folder).tasks
    assert (task.external_ref, task.assignee_emails) == ("MINE_2026_RENT", ("ana@example.com",))

    for wrong, said in (
        (good.replace("every: year", "every: decade"), "mine.yaml:2:"),
        (good.replace("field: date", "feild: date"), "mine.yaml:9:"),
        (good.replace("names: [Bis]", "names: [Bis], step: X"), "among the steps"),
        (good.replace("MINE_{year}", "MINE_{day}"), "{day}"),
        ("profile: [", "mine.yaml:2:"),
        ("", "holds nothing"),
    ):
        profile.write_text(wrong)
        assert run(tmp_path, content, *arguments, name="mine.csv") == 2
        assert said in capsys.readouterr().err


PAGE = (Path(__file__).parents[2] / "docs/sheets.md").read_text(encoding="utf-8")


def test_the_profile_of_the_page_reads_a_workbook(tmp_path: Path, folder: Path) -> None:
    profile = tmp_path / "rent.yaml"
    profile.write_text(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0])
    content = (
        "Site,Contract,Prepared by,Reviewed by,Due,Days\nManila,1. Head office,SFM,,1/28/2026,2\n"
    )

    code = run(tmp_path, content.encode(), "--profile", str(profile), *COMPANY, "--period",
               "2026-01", name="Rent 2026.csv")  # fmt: skip

    assert code == 0
    prepare = next(one for one in seed_in(folder).tasks if one.parent_external_ref)
    assert prepare.external_ref == "RENT_2026_01_HEAD_OFFICE_PREP"
    assert (prepare.deadline, prepare.planned_hours) == ("2026-01-28", 16)
    assert prepare.assignee_emails == ("grace.tolentino@example.com",)


def test_the_page_explains_every_doubt() -> None:
    sources = Path(importing.__file__).parent.glob("*.py")
    told = {
        code
        for source in sources
        for code in re.findall(r'\.(?:doubt|unread)\(\s*"([a-z-]+)"', source.read_text())
    }

    assert len(told) >= 15
    table = PAGE.split("### Doubts")[1].split("###")[0]
    assert told == set(re.findall(r"`([a-z]+-[a-z-]+)`", table))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--profile", "none"), "There is no profile none"),
        (("--profile", "bir-tax"), "“BIR Form” and “Period” and “Deadline”"),
        (("--profile", "closing"), "needs a company"),
        (("--profile", "closing", "--period", "May"), "2026-01"),
        (("--profile", "closing", "--prefix", "1"), "begins with a letter"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert run(tmp_path, made.saved(made.closing_schedule()), *arguments) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "seed").exists()
