"""`validate --format github`: annotations, the job summary, and no command that is not ours."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hostile import HARMLESS, LINES, assert_harmless
from product import Product, Project, Task

if TYPE_CHECKING:
    from pathlib import Path

FILE = "supabase/seed/odoo/projects/ALPHA.yaml"
LIMIT = 1024 * 1024
COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)


@pytest.fixture
def checkout(product: Product) -> Product:
    (product.folder / ".git").mkdir()
    return product


@pytest.fixture
def summary(checkout: Product, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which GitHub's runner takes a step's summary."""
    path = checkout.folder / "step summary"
    path.write_text("Before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    return path


def break_it(product: Product, number: int) -> None:
    """As many dangling dependencies, one on a line."""
    tasks = [Task(f"A{n}", depends=[f"GONE{n}"]) for n in range(number)]
    product.write(Project("ALPHA", tasks=tasks))


def annotations(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("::")]


def test_paths_are_those_of_the_repository_wherever_one_stands(
    checkout: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it(checkout, 1)
    monkeypatch.chdir(checkout.seed_dir)
    done = checkout.run("validate", "--seed-dir", ".", "--format", "github")
    assert done.code == 2
    (first,) = annotations(done.out)
    assert re.match(rf"::error file={FILE},line=3,col=\d+,title=unknown-dependency::.*GONE0", first)


def test_ten_are_annotated_and_all_are_in_the_job_summary(checkout: Product, summary: Path) -> None:
    break_it(checkout, 25)
    done = checkout.run("validate", "--format", "github")
    assert (done.code, len(annotations(done.out))) == (2, 10)
    told = summary.read_text()
    assert told.startswith("Before\n### ❌ odoo-seed validate: Invalid: 25 errors in 2 files.\n\n")
    for number in range(25):
        assert f"- ❌ `{FILE}:{number + 3}:" in told
    HARMLESS["markdown"](told)


def test_a_valid_seed_is_said_in_the_job_summary_too(checkout: Product, summary: Path) -> None:
    assert annotations(checkout.ok("validate", "--format", "github")) == []
    assert "### ✅ odoo-seed validate: Valid: 2 files with " in summary.read_text()


def test_the_job_summary_stays_below_githubs_limit(checkout: Product, summary: Path) -> None:
    break_it(checkout, 9000)
    checkout.run("validate", "--format", "github")
    first = summary.read_bytes()
    assert 900_000 < len(first) < LIMIT
    rows = first.decode().count("\n- ❌ ")
    assert f"\n\n{9000 - rows:,} more problems: see the log of this step.\n" in first.decode()
    # Another command of the same step: the limit holds for both together.
    checkout.run("validate", "--format", "github")
    assert len(summary.read_bytes()) < LIMIT
    assert summary.read_bytes().startswith(first)


def test_a_job_summary_that_cannot_be_written_hides_nothing(
    checkout: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(checkout.folder))
    done = checkout.run("validate", "--format", "github")
    assert (done.code, done.err) == (0, "The job summary cannot be written: Is a directory\n")
    break_it(checkout, 1)
    done = checkout.run("validate", "--format", "github")
    assert (done.code, len(annotations(done.out))) == (2, 1)


@pytest.mark.parametrize("form", ["text", "json"])
def test_other_formats_leave_the_job_summary_alone(
    checkout: Product, summary: Path, form: str
) -> None:
    checkout.run("validate", "--format", form)
    assert summary.read_text() == "Before\n"


@pytest.mark.parametrize("name", ["  ::error::x.yaml", "::error::a, b%0A.yaml", "##[error]x.yaml"])
def test_a_hostile_file_at_the_top_of_the_repository_commands_nothing(
    checkout: Product, summary: Path, name: str
) -> None:
    (checkout.folder / name).write_text("projects: [")
    done = checkout.run("validate", "--seed-dir", ".", "--format", "github")
    HARMLESS["github"](done.out)
    assert_harmless(checkout.run("validate", "--seed-dir", ".").out)
    HARMLESS["markdown"](summary.read_text())


def test_hostile_keys_and_values_command_nothing(checkout: Product, summary: Path) -> None:
    for number, text in enumerate(LINES.values()):
        if text.isprintable():
            task = {"external_ref": text, text: text, "deadline": text, "depends_on_refs": [text]}
            project = {"external_ref": f"X{number}", "name": "x", "company_name": "x"}
            body = {"projects": [project | {"tasks": [task]}]}
            checkout.file(f"X{number}").write_text(json.dumps(body))
    done = checkout.run("validate", "--format", "github")
    assert done.code == 2
    assert len(annotations(done.out)) == 10
    HARMLESS["github"](done.out)
    HARMLESS["markdown"](summary.read_text())


def test_no_verb_prints_a_line_that_is_a_command(
    checkout: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    evil = "::error::owned ##[error]owned"
    tasks = [Task("A1", name=evil), Task("A2", name=f"  {evil}")]
    checkout.write(Project("ALPHA", name=evil, tasks=tasks))
    window = f"{{name: '{evil}', from: 1999-01-01, to: 1999-01-02}}"
    checkout.policy(f"freeze: {{dates: [{window}]}}")
    checkout.file("BETA").write_text(checkout.file("BETA").read_text() + f"\n# {evil}\n\n\n")
    other = checkout.folder / "other"
    other.mkdir()
    (other / "x.yaml").write_text(f"programs: [{{slug: x, name: '{evil}'}}]\n")
    for words in (
        "validate", "fmt --check", "fmt --diff", "doctor", f"compare --base {other}",
        f"compare --base {other} --format markdown", "load", "plan --raw",
        "plan --raw --format markdown", "run", "summary", "verify", "shadow",
        "rollback last", "rollback last --yes", "seed", "clear-refs", "remove-schema", "resume",
    ):  # fmt: skip
        done = checkout.run(*words.split())
        assert not COMMAND.search(done.everything), (words, done)
    for words in (["stop", "--reason", evil], ["seed"], ["rollback", evil], [evil], ["plan", evil]):
        done = checkout.run(*words)
        assert not COMMAND.search(done.everything), (words, done)
