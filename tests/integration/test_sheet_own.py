"""An exported workbook, edited as with a spreadsheet program, and its way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jsonschema import Draft202012Validator

from odoo_seed.shells.cli import main

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "sheet_import.schema.json").read_text(encoding="utf-8")
)
YAML = """\
# The close, as reviewed in December.
projects:
  - external_ref: P
    name: Close
    company_name: ACME
    tasks:
      - external_ref: A # the first one
        name: First
        deadline: 2026-01-09
      - external_ref: B
        name: Second
        assignee_email: ana@example.com
"""


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    folder = tmp_path / "seed"
    folder.mkdir()
    (folder / "close.yaml").write_text(YAML, encoding="utf-8")
    return folder


def run(*arguments: object) -> int:
    return main([str(one) for one in arguments])


def edited(seed: Path, **cells: Any) -> Path:
    """An export whose sheet Tasks got other values, by place."""
    file = seed.parent / "close.xlsx"
    assert run("sheet", "export", "--seed-dir", seed, "--out", file) == 0
    book = openpyxl.load_workbook(file)
    for place, value in cells.items():
        book["Tasks"][place] = value
    book.save(file)  # with shared strings and another layout than we write
    return file


def test_an_edited_workbook_is_told_and_then_written_with_comments_kept(
    seed: Path, capsys: pytest.CaptureFixture[str]
):
    file = edited(seed, G2="16 Jan 2026", A4="C", B4="P", D4="Third")
    assert run("sheet", "diff", file, "--seed-dir", seed, "--detailed-exitcode") == 2
    told = capsys.readouterr().out
    assert "~ task A “First”: deadline 9 Jan → 16 Jan (7 days later)" in told
    assert "+ task C “Third”" in told
    assert run("sheet", "diff", file, "--seed-dir", seed, "--format", "json") == 0
    answer = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(answer)
    assert (answer["ok"], answer["written"], answer["empty"]) == (True, False, False)

    assert run("sheet", "import", file, "--out", seed) == 0
    text = (seed / "close.yaml").read_text(encoding="utf-8")
    assert text == YAML.replace("2026-01-09", "2026-01-16") + (
        "      - external_ref: C\n        name: Third\n"
    )
    capsys.readouterr()
    assert run("sheet", "import", file, "--out", seed, "--check", "--detailed-exitcode") == 0
    assert "No changes" in capsys.readouterr().out


def test_what_cannot_be_understood_is_told_and_the_rest_is_written(
    seed: Path, capsys: pytest.CaptureFixture[str]
):
    file = edited(seed, G2="02/03/2026", D3="Second, renamed")
    assert run("sheet", "diff", file, "--seed-dir", seed) == 3
    assert run("sheet", "import", file, "--out", seed) == 3
    assert "Tasks!G2: deadline: " in capsys.readouterr().out
    text = (seed / "close.yaml").read_text(encoding="utf-8")
    assert text == YAML.replace("name: Second", "name: Second, renamed")


def test_a_workbook_that_breaks_a_rule_changes_nothing(
    seed: Path, capsys: pytest.CaptureFixture[str]
):
    file = edited(seed, I3="NOWHERE", D3="Renamed")
    assert run("sheet", "import", file, "--out", seed) == 2
    told = capsys.readouterr().out
    assert "Tasks!I3: there is no task NOWHERE" in told
    assert "nothing of it can be written" in told
    assert (seed / "close.yaml").read_text(encoding="utf-8") == YAML


def test_a_foreign_workbook_is_refused_with_the_way_out(
    seed: Path, capsys: pytest.CaptureFixture[str]
):
    file = seed.parent / "foreign.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "Task Category"
    book.save(file)
    assert run("sheet", "diff", file, "--seed-dir", seed) == 2
    assert "`sheet import --profile`" in capsys.readouterr().err


def test_export_knows_its_files_and_projects(seed: Path, capsys: pytest.CaptureFixture[str]):
    assert run("sheet", "export", "--seed-dir", seed, "--out", seed / "a.ods") == 2
    assert run("sheet", "export", "--seed-dir", seed, "--out", "a.csv", "--project", "X") == 2
    told = capsys.readouterr().err
    assert "neither .xlsx nor .csv" in told
    assert "There is no project X in the seed" in told


TEMPLATE = """\
templates:
  - name: close
    project: {external_ref: 'CLOSE_{year}_{month}', name: 'Close of {period_name}'}
    tasks:
      - {code: ACCRUE, name: Accrue, due: {anchor: period_end, working_days: -3}}
      - {code: REPORT, name: Report, due: {anchor: period_end, working_days: 2}}
schedules:
  - template: close
    every: month
    from: 2026-01
    to: 2026-02
    companies: [{name: ACME, code: AC}]
"""


def test_a_changed_row_of_a_template_becomes_an_override(
    seed: Path, capsys: pytest.CaptureFixture[str]
):
    file = seed / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    assert run("validate", "--seed-dir", seed) == 0, capsys.readouterr().out
    export = edited(seed)
    tasks = openpyxl.load_workbook(export)["Tasks"]
    heads = [one.value for one in tasks[1]]
    made = {row[0].value: row for row in tasks.iter_rows(min_row=2) if row[-1].value}
    assert heads[-1] == "from_template"
    assert [row[-1].value for row in made.values()] == [
        "close 2026-01 ACME", "close 2026-01 ACME", "close 2026-02 ACME", "close 2026-02 ACME",
    ]  # fmt: skip
    ref, row = next((ref, row) for ref, row in made.items() if "2026_02" in ref)
    export = edited(seed, **{row[heads.index("deadline")].coordinate: "26 Feb 2026"})
    capsys.readouterr()
    assert run("sheet", "import", export, "--out", seed) == 0
    assert file.read_text(encoding="utf-8") == TEMPLATE
    assert (seed / "overrides.yaml").read_text(encoding="utf-8").split()[-6:] == [
        "overrides:", "-", "external_ref:", ref, "deadline:", "2026-02-26",
    ]  # fmt: skip
    assert run("sheet", "diff", export, "--seed-dir", seed, "--detailed-exitcode") == 0
