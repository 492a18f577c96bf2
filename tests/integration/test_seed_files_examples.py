"""Every folder of tests/examples is a test: what a user reads stands in its expected.txt."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from odoo_seed.core.problem_report import (
    problems_as_annotations,
    problems_as_json,
    problems_as_text,
)
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.schema import FORMATS, seed_schema, validator
from odoo_seed.edges.seed_files.text import decode
from odoo_seed.edges.seed_files.yaml_events import parse

if TYPE_CHECKING:
    from odoo_seed.ports import SeedReading

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests/examples"
INVALID = sorted(path for path in (EXAMPLES / "invalid").iterdir())
VALID = sorted(path for path in (EXAMPLES / "valid").iterdir())
YAML_FILES = sorted(
    path for path in EXAMPLES.rglob("*.y*ml") if not path.name.startswith(".") and path.is_file()
)

SEVERAL_FAULTS = {
    "billion_laughs": 10,
    "description_nested_too_deeply": 2,
    "escapes_and_controls_in_quotes": 15,
    "tag_too_long": 4,
    "years_out_of_range": 5,
}
"""Examples in which one fault cannot stand alone."""


@cache
def read(folder: Path) -> SeedReading:
    """Every example is looked at from several sides: once is enough to read it."""
    return SeedFolder(folder).read()


def report(folder: Path) -> tuple[str, str, str]:
    """What a user reads, a program parses, GitHub shows."""
    reading = read(folder)
    seed = reading.content.seed if reading.content else None
    given = (reading.problems, len(reading.files), seed)
    return problems_as_text(*given), problems_as_json(*given), problems_as_annotations(*given)


@pytest.mark.parametrize("folder", INVALID, ids=lambda path: path.name)
def test_an_invalid_example_gives_its_one_problem_and_nothing_else(folder: Path):
    reading = read(folder)

    assert reading.content is None
    assert len(reading.problems) == SEVERAL_FAULTS.get(folder.name, 1)
    assert report(folder)[0] == (folder / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", INVALID, ids=lambda path: path.name)
def test_every_problem_points_into_its_file_and_says_what_to_do(folder: Path):
    for problem in read(folder).problems:
        assert problem.found
        assert problem.remedy
        path = ROOT / problem.path
        if path.is_dir() or problem.code in {"not-utf-8", "empty-file"}:
            assert (problem.line, problem.column) == (1, 1) or problem.code == "not-utf-8"
            continue
        lines = [*path.read_bytes().decode("utf-8-sig").splitlines(), ""]
        assert problem.column <= len(lines[problem.line - 1]) + 1


@pytest.mark.parametrize("folder", VALID, ids=lambda path: path.name)
def test_a_valid_example_is_accepted(folder: Path):
    reading = read(folder)

    assert reading.content is not None
    assert {problem.severity for problem in reading.problems} <= {"warning"}
    assert report(folder)[0] == (folder / "expected.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [*INVALID, *VALID], ids=lambda path: path.name)
def test_the_json_keeps_its_schema(folder: Path):
    schema = json.loads((ROOT / "schemas/validate.schema.json").read_text(encoding="utf-8"))
    answer = json.loads(report(folder)[1])

    Draft202012Validator(schema).validate(answer)
    assert answer["ok"] is (folder.parent.name == "valid")
    assert (answer["records"] is not None) is answer["ok"]


@pytest.mark.parametrize("folder", [*INVALID, *VALID], ids=lambda path: path.name)
def test_no_line_for_github_is_a_command_but_our_own(folder: Path):
    for line in report(folder)[2].splitlines():
        assert "##[" not in line
        if line.lstrip().startswith("::"):
            assert re.match(
                r"::(error|warning) file=[^:,]+,line=\d+,col=\d+,title=[a-z0-9-]+::", line
            )


def test_a_second_library_judges_every_example_alike():
    """jsonschema_rs decides in production; jsonschema is the older and slower witness."""
    formats = FormatChecker(formats=())
    for name, check in FORMATS.items():
        formats.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    witness = Draft202012Validator(seed_schema(), format_checker=formats)
    verdicts = set()
    for path in YAML_FILES:
        text, fault = decode(path.read_bytes())
        root = parse(text).root
        if fault is None and root is not None:
            verdict = validator().is_valid(root)
            assert witness.is_valid(root) == verdict, path
            verdicts.add(verdict)
    assert verdicts == {True, False}


def test_there_are_enough_examples():
    assert len(INVALID) >= 45
    assert len(VALID) >= 12
    assert not {path.name for path in INVALID} - {
        path.parent.name for path in EXAMPLES.glob("invalid/*/expected.txt")
    }


def test_a_valid_example_says_in_its_first_line_what_it_shows():
    for folder in VALID:
        texts = [path.read_text(encoding="utf-8-sig") for path in sorted(folder.glob("*.yaml"))]
        assert folder.name == "json" or any(text.startswith("# ") for text in texts), folder
