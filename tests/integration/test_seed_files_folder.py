"""The folder as the disk can have it: unreadable, linked, enormous, without git."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from odoo_seed.edges.seed_files import listing
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.schema import validator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.problems import Problem

SEED = """\
projects:
  - external_ref: CLOSE
    name: January close
    company_name: TBWA\\SMP
    tasks:
      - external_ref: CLOSE_T1
        name: Reconcile the bank
"""
NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A seed folder that every account may reach (pytest's own is closed to others)."""
    path = Path(tempfile.mkdtemp(prefix="seed folder "))
    path.chmod(0o755)
    (path / "seed.yaml").write_text(SEED)
    yield path
    for closed in (path, path / "inner"):  # only root can remove what a test closed
        if closed.is_dir():
            closed.chmod(0o755)
    shutil.rmtree(path)


@pytest.fixture
def as_ordinary_user() -> Iterator[None]:
    """Root ignores permissions, so step down for a while."""
    validator()  # its file may be out of reach afterwards
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    yield
    if root:
        os.seteuid(0)


def problems(path: Path) -> list[Problem]:
    reading = SeedFolder(path).read()
    assert (reading.content is None) == any(p.severity == "error" for p in reading.problems)
    return list(reading.problems)


def only(path: Path) -> Problem:
    (problem,) = problems(path)
    assert problem.remedy
    return problem


def read_closed(path: Path, mode: int, folder: Path, as_user: pytest.FixtureRequest) -> Problem:
    path.chmod(mode)
    as_user.getfixturevalue("as_ordinary_user")
    return only(folder)


def test_a_file_without_read_permission_is_named(folder: Path, request: pytest.FixtureRequest):
    other = folder / "closed.yaml"
    other.write_text(SEED.replace("CLOSE", "OTHER"))

    problem = read_closed(other, 0, folder, request)

    assert problem.code == "unreadable"
    assert problem.path.endswith("closed.yaml")
    assert "permission denied" in problem.found


def test_a_folder_without_read_permission_is_named(folder: Path, request: pytest.FixtureRequest):
    problem = read_closed(folder, 0, folder, request)

    assert problem.code == "unreadable"
    assert "permission denied" in problem.found


def test_a_folder_in_a_closed_folder_is_named(folder: Path, request: pytest.FixtureRequest):
    inner = folder / "inner"
    inner.mkdir()
    folder.chmod(0)
    request.getfixturevalue("as_ordinary_user")

    assert only(inner).code == "unreadable"


def test_a_closed_subfolder_is_named_and_refs_into_it_are_not_called_unknown(
    folder: Path, request: pytest.FixtureRequest
):
    (folder / "seed.yaml").write_text(SEED + "        depends_on_refs: [TAX_T1]\n")
    inner = folder / "inner"
    inner.mkdir()

    problem = read_closed(inner, 0, folder, request)

    assert problem.code == "unreadable"
    assert problem.path.endswith("inner")


def test_a_missing_folder_and_a_file_in_its_place_are_told_apart(folder: Path):
    assert only(folder / "nowhere").code == "no-folder"
    assert only(folder / "seed.yaml").code == "not-a-folder"


def test_a_folder_that_links_to_itself_is_refused(folder: Path):
    loop = folder / "loop"
    loop.symlink_to(loop)

    assert only(loop).code == "unreadable"


def test_links_are_refused_wherever_they_lead(folder: Path):
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    (folder / "around").symlink_to(folder)
    (folder / "secret.yaml").symlink_to("/etc/passwd")

    found = problems(folder)

    assert {problem.code for problem in found} == {"link"}
    assert len(found) == 3
    assert not any("root" in problem.found for problem in found)


def test_the_seed_folder_itself_may_be_a_link(folder: Path, tmp_path: Path):
    link = tmp_path / "seed"
    link.symlink_to(folder)

    assert problems(link) == []


def test_a_pipe_with_a_seeds_name_does_not_block(folder: Path):
    os.mkfifo(folder / "pipe.yaml")

    assert only(folder).code == "not-a-file"


def test_a_file_of_fifty_megabytes_is_refused_without_being_read(folder: Path):
    with (folder / "huge.yaml").open("wb") as file:
        file.write(b"projects:\n")
        file.truncate(50_000_000)

    before = time.process_time()
    problem = only(folder)

    assert problem.code == "file-too-large"
    assert "50.0 MB" in problem.found
    assert time.process_time() - before < 1


def test_a_file_that_vanished_since_it_was_listed_is_named(folder: Path):
    content, problem = listing.read_bytes(folder / "gone.yaml", "gone.yaml")

    assert content == b""
    assert problem is not None
    assert problem.code == "unreadable"


def test_too_many_files_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listing, "MAX_FILES", 2)
    for number in range(3):
        (folder / f"{number}.yaml").write_text(SEED.replace("CLOSE", f"CLOSE{number}"))

    assert only(folder).code == "too-many-files"


def test_yaml_files_are_found_by_any_of_their_endings_and_others_ignored(folder: Path):
    (folder / "seed.yaml").rename(folder / "SEED.YAML")
    (folder / "programs.yml").write_text("programs: [{slug: fin-close, name: Finance close}]\n")
    (folder / ".hidden.yaml").write_text("[")
    (folder / "notes.md").write_text("[")
    (folder / ".git-like").mkdir()
    (folder / ".git-like" / "broken.yaml").write_text("[")

    reading = SeedFolder(folder).read()

    assert not reading.problems
    assert {Path(name).name for name in reading.files} == {"SEED.YAML", "programs.yml"}


def test_a_file_name_cannot_smuggle_a_command_into_a_report(folder: Path):
    (folder / "a\n::error::pwned\x1b[31m.yaml").write_text("[")

    problem = only(folder)

    assert problem.path.isprintable()
    assert "\\n::error::pwned\\x1b[31m.yaml" in problem.path


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_heads_and_paths_start_at_the_repository(folder: Path):
    inner = folder / "supabase/seed"
    inner.mkdir(parents=True)
    (folder / "seed.yaml").rename(inner / "seed.yaml")
    git(folder, "init", "-q")

    assert SeedFolder(inner).read().commit is None  # no commit yet

    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "The January close")
    reading = SeedFolder(inner).read()

    assert reading.commit == git(folder, "rev-parse", "HEAD")
    assert reading.files == ("supabase/seed/seed.yaml",)
    assert reading.content is not None
    task = reading.content.seed.tasks[0]
    assert task.source is not None
    assert (task.source.path, task.source.line, task.source.column, task.source.commit) == (
        "supabase/seed/seed.yaml",
        6,
        9,
        reading.commit,
    )
    assert task.source.pointer == ("projects", 0, "tasks", 0)


def test_without_the_git_program_there_is_just_no_commit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    git(folder, "init", "-q")
    monkeypatch.setenv("PATH", str(folder))

    reading = SeedFolder(folder).read()

    assert reading.commit is None
    assert reading.files == ("seed.yaml",)


def test_a_repository_that_git_refuses_gives_no_commit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "The January close")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # git's own switch for its tests
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)

    reading = SeedFolder(folder).read()

    assert reading.commit is None
    assert not reading.problems


def test_without_git_paths_start_at_the_working_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(folder.parent)

    assert SeedFolder(folder).read().files == (f"{folder.name}/seed.yaml",)
