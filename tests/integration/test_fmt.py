"""`odoo-seed fmt` on disk: what it writes, what it only says, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.formatting import files, replace
from odoo_seed.edges.seed_files.formatting.files import SeedFormatter
from odoo_seed.shells.cli import main

if TYPE_CHECKING:
    from odoo_seed.core.problems import Problem

REPOSITORY = Path(__file__).resolve().parents[2]
INVALID = sorted((REPOSITORY / "tests/examples/invalid").iterdir())
VALID = sorted((REPOSITORY / "tests/examples/valid").iterdir())
SCHEMA = json.loads((REPOSITORY / "schemas/fmt.schema.json").read_text(encoding="utf-8"))

LOOSE = """\
projects:
- external_ref:   CLOSE
  name: "January close" # of 2026
  company_name: TBWA\\SMP
"""
TIDY = """\
projects:
  - external_ref: CLOSE
    name: 'January close'  # of 2026
    company_name: TBWA\\SMP
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder whose seed is one untidy and one tidy file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    seed = tmp_path / "supabase/seed/odoo"
    seed.mkdir(parents=True)
    (seed / "loose.yaml").write_text(LOOSE)
    (seed / "tidy.yaml").write_text(TIDY.replace("CLOSE", "OTHER"))
    return seed


@pytest.fixture
def fmt(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run `fmt` and return its exit code and what it printed."""

    def run(*words: str) -> tuple[int, str]:
        code = main(["fmt", *words])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return code, told.out + told.err

    return run


def test_files_are_brought_into_their_form_once(folder: Path, fmt: Any):
    loose = folder / "loose.yaml"
    loose.chmod(0o640)

    assert fmt() == (0, "supabase/seed/odoo/loose.yaml:2: formatted\n2 files: 1 formatted.\n")
    assert loose.read_text() == TIDY
    assert loose.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["loose.yaml", "tidy.yaml"]
    assert fmt() == (0, "2 files: nothing to format.\n")


def test_check_names_the_file_shows_what_would_change_and_writes_nothing(folder: Path, fmt: Any):
    code, told = fmt("--check")

    assert code == 1
    assert (folder / "loose.yaml").read_text() == LOOSE
    assert (
        told
        == """\
supabase/seed/odoo/loose.yaml:2: would be formatted
@@ -2,3 +2,3 @@
-- external_ref:   CLOSE
-  name: "January close" # of 2026
-  company_name: TBWA\\SMP
+  - external_ref: CLOSE
+    name: 'January close'  # of 2026
+    company_name: TBWA\\SMP

2 files: 1 would be formatted.
  → odoo-seed fmt does it
"""
    )
    fmt()
    assert fmt("--check")[0] == 0


def test_check_shortens_and_diff_does_not(folder: Path, fmt: Any):
    tags = "".join(f"  - {number}\n" for number in range(20))
    (folder / "loose.yaml").write_text(f"tag_names:\n{tags}".replace("  - ", "- "))

    code, short = fmt("--check")
    assert (code, "… 29 more lines; --diff shows all" in short) == (1, True)
    code, whole = fmt("--diff")
    assert (code, whole.count("\n-- "), whole.count("\n+  - ")) == (1, 20, 20)
    assert (folder / "loose.yaml").read_text().startswith("tag_names:\n- 0")


def test_only_line_ends_differ(folder: Path, fmt: Any):
    (folder / "loose.yaml").write_bytes(b"\xef\xbb\xbf" + TIDY.replace("\n", "\r\n").encode())

    assert "only line ends, the last one or a byte-order mark" in fmt("--check")[1]
    fmt()
    assert (folder / "loose.yaml").read_bytes() == TIDY.encode()


@pytest.mark.parametrize("words", [[], ["--check"], ["--diff"]])
def test_the_json_keeps_its_schema(words: list[str], folder: Path, fmt: Any):
    (folder / "broken.yaml").write_text("a: [\n")
    code, told = fmt("--format", "json", *words)
    answer = json.loads(told)

    Draft202012Validator(SCHEMA).validate(answer)
    assert code == 2
    assert answer["ok"] is False
    assert answer["written"] is (not words)
    (changed,) = answer["changed"]
    assert (changed["path"], changed["line"]) == ("supabase/seed/odoo/loose.yaml", 2)
    assert (changed["diff"] is not None) == (words == ["--diff"])
    assert [problem["code"] for problem in answer["problems"]] == ["syntax"]


def test_files_and_folders_may_be_named(folder: Path, fmt: Any):
    other = folder.parents[2] / "other"
    other.mkdir()
    (other / "a.yml").write_text(LOOSE)

    code, told = fmt("other", "other/a.yml", str(folder / "tidy.yaml"))

    assert (code, told) == (0, "other/a.yml:2: formatted\n2 files: 1 formatted.\n")
    assert (folder / "loose.yaml").read_text() == LOOSE


def codes(folder: Path) -> list[tuple[str, str, str]]:
    problems = SeedFolder(folder).read().problems
    return sorted((problem.code, problem.found, problem.remedy) for problem in problems)


@pytest.mark.parametrize("example", [*INVALID, *VALID], ids=lambda path: path.name)
def test_every_example_keeps_its_problems_and_its_records(example: Path, tmp_path: Path):
    folder = tmp_path / "example"
    shutil.copytree(example, folder, symlinks=True)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    read = SeedFolder(folder).read()
    told = codes(folder)

    done = SeedFormatter([folder]).run(write=True)

    known = {(p.path, p.line, p.column, p.code, p.found, p.remedy) for p in read.problems}
    for p in done.problems:  # as validate says it, of a file that is as it was
        assert (p.path, p.line, p.column, p.code, p.found, p.remedy) in known
    touched = {path.name for path, content in before.items() if path.read_bytes() != content}
    assert touched == {Path(file.path).name for file in done.changed}
    assert not touched & {Path(problem.path).name for problem in done.problems}
    assert [*_without_lines(codes(folder))] == [*_without_lines(told)]
    again = SeedFolder(folder).read()
    assert _records(again) == _records(read)
    assert SeedFormatter([folder]).run(write=False).changed == []


def _without_lines(told: list[tuple[str, str, str]]) -> Any:
    """Problems that name a line of another record: formatting moves lines."""
    return [tuple(re.sub(r":\d+|line \d+", "", part) for part in problem) for problem in told]


def _records(reading: Any) -> Any:
    if reading.content is None:
        return None
    return [
        dataclasses.replace(record, source=None)
        for kind in ("program", "project", "milestone", "task")
        for record in reading.content.seed.of_kind(kind)
    ]


def test_the_repositorys_own_seed_has_the_form():
    own = [REPOSITORY / "supabase/seed/odoo", REPOSITORY / "tests/acceptance/readme_seed"]

    assert SeedFormatter(own).run(write=False).changed == []


def only(path: Path) -> Problem:
    (problem,) = SeedFormatter([path]).run(write=True).problems
    assert problem.found
    assert problem.remedy
    return problem


def test_what_is_no_yaml_file_of_ones_own_is_refused(folder: Path, tmp_path: Path):
    (tmp_path / "note.txt").write_text("a:   1\n")
    link = folder / "link.yaml"
    link.symlink_to(folder / "loose.yaml")

    assert only(tmp_path / "note.txt").code == "not-yaml"
    assert only(tmp_path / "nowhere").code == "unreadable"
    assert only(link).code == "link"
    assert (tmp_path / "note.txt").read_text() == "a:   1\n"


def test_a_key_of_two_lines_is_refused_rather_than_changed(folder: Path):
    text = "? 'a\n\n  b'\n:   1\n"
    (folder / "loose.yaml").write_text(text)

    assert only(folder / "loose.yaml").code == "not-formatted"
    assert (folder / "loose.yaml").read_text() == text


@pytest.mark.parametrize(
    "wrong",
    [
        TIDY.replace("CLOSE", "CLOSE2"),
        TIDY.replace("  # of 2026", ""),
        TIDY.replace("of 2026", "of 2025"),
        TIDY.replace("'January close'", "January close: 1"),
        TIDY.replace("TBWA\\SMP", "TBWA\\SMP\n    name: x"),
        TIDY.replace("'January close'", "1").replace("CLOSE", "1.0"),
    ],
)
def test_a_mistake_of_ours_is_caught_before_writing(
    wrong: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(files, "lay_out", lambda _text: wrong)

    assert only(folder / "loose.yaml").code == "not-formatted"
    assert (folder / "loose.yaml").read_text() == LOOSE


def test_one_and_one_point_zero_are_not_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "loose.yaml").write_text("planned_hours:   1\n")
    monkeypatch.setattr(files, "lay_out", lambda _text: "planned_hours: 1.0\n")

    assert only(folder / "loose.yaml").code == "not-formatted"


@pytest.mark.parametrize("step", ["fsync", "fchmod"])
def test_a_full_disk_leaves_the_file_and_nothing_else(
    step: str, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replace.os, step, fail)

    problem = only(folder / "loose.yaml")

    assert problem.code == "unwritable"
    assert "no space left on device" in problem.found
    assert (folder / "loose.yaml").read_text() == LOOSE
    assert len(list(folder.iterdir())) == 2


def test_an_interruption_leaves_the_file_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def interrupt(_descriptor: int) -> None:
        raise SystemExit(130)

    monkeypatch.setattr(replace.os, "fsync", interrupt)

    with pytest.raises(SystemExit):
        SeedFormatter([folder]).run(write=True)
    assert (folder / "loose.yaml").read_text() == LOOSE
    assert len(list(folder.iterdir())) == 2


def test_what_somebody_else_writes_meanwhile_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch):
    loose = folder / "loose.yaml"
    monkeypatch.setattr(replace.os, "fsync", lambda _descriptor: loose.write_text("theirs: 1\n"))

    assert only(loose).code == "changed-meanwhile"
    assert loose.read_text() == "theirs: 1\n"


def test_a_read_only_file_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch):
    loose = folder / "loose.yaml"
    loose.chmod(0o444)
    if os.geteuid() == 0:  # who may write everything
        monkeypatch.setattr(replace.os, "access", lambda *_arguments: False)

    problem = only(loose)

    assert (problem.code, problem.found) == (
        "unwritable",
        "the file cannot be written: it is read-only",
    )
    assert loose.read_text() == LOOSE


def test_a_broken_file_does_not_stop_the_others(folder: Path, fmt: Any):
    (folder / "broken.yaml").write_text("a: &x 1\nb: *x\n")

    code, told = fmt()

    assert code == 2
    assert "broken.yaml:2:4: error: the alias *x is not supported" in told
    assert told.endswith("3 files: 1 formatted, 1 with problems, left alone.\n")
    assert (folder / "loose.yaml").read_text() == TIDY


def test_what_a_difference_shows_comes_to_life_nowhere(folder: Path, fmt: Any):
    comment = "#   ::error::boo ##[error]boo \u202e"
    (folder / "loose.yaml").write_text(f"a:    1\n    {comment}\nb:  2\n")

    told = fmt("--diff")[1]

    assert "\u202e" not in told
    assert "##[error]" not in told
    assert not any(line.lstrip().startswith("::") for line in told.splitlines())


def test_tracked_leaves_out_what_git_does_not_know(folder: Path, fmt: Any):
    code, told = fmt("--tracked")
    assert code == 2
    assert "in no git repository" in told
    subprocess.run(["git", "init", "-q"], check=True)
    assert fmt("--tracked")[1] == "0 files: nothing to format.\n"

    subprocess.run(["git", "add", "supabase/seed/odoo/loose.yaml"], check=True)
    (folder / "untracked.yaml").write_text(LOOSE)
    assert fmt("--tracked") == (
        0,
        "supabase/seed/odoo/loose.yaml:2: formatted\n1 file: 1 formatted.\n",
    )
    assert fmt("--tracked", str(folder / "untracked.yaml"))[1] == "0 files: nothing to format.\n"
    assert (folder / "untracked.yaml").read_text() == LOOSE
