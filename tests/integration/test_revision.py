"""The base of a comparison as git gives it out, whatever the repository holds."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.listing import MAX_BYTES
from odoo_seed.edges.seed_files.revision import read_base
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SEED = """
projects:
  - external_ref: P
    name: Close
    company_name: ACME
    tasks:
      - {external_ref: P_T1, name: First}
"""


class Repository:
    """A scratch repository with a seed in its first commit."""

    def __init__(self, top: Path) -> None:
        self.top, self.seed = top, top / "supabase/seed/odoo"
        self.git("init", "-q", "-b", "main")
        self.write("projects/P.yaml", SEED)
        self.commit()

    def write(self, name: str, text: str) -> None:
        path = self.seed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self.git("rev-parse", "HEAD")

    def hand_made(self, *names: str) -> str:
        """A commit that no git would make, whose seed folder holds files of these names."""
        blob = bytes.fromhex(self.git("hash-object", "-w", "--stdin", given=SEED.encode()))
        tree = b"".join(f"100644 {name}\0".encode() + blob for name in names)
        for folder in ("odoo", "seed", "supabase"):
            made = self.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=tree)
            tree = f"40000 {folder}\0".encode() + bytes.fromhex(made)
        top = self.git("hash-object", "-w", "-t", "tree", "--stdin", given=tree)
        return self.git("commit-tree", top, "-m", "x")

    def git(self, *words: str, given: bytes = b"") -> str:
        who = {
            f"GIT_{who}_{what}": "ana@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        nowhere = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", "-C", str(self.top), *words],
            input=given,
            capture_output=True,
            check=True,
            env={k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | who | nowhere,
        )
        return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    top = tmp_path / "a b"
    top.mkdir()
    return Repository(top)


def test_a_revision_is_read_as_it_was_committed(repository: Repository) -> None:
    commit = repository.git("rev-parse", "HEAD")
    repository.write("projects/P.yaml", SEED.replace("First", "Changed"))
    for name in ("HEAD", "main", commit, commit[:10]):
        base = read_base(repository.seed, name)
        assert (base.name, base.commit, base.trouble) == (name, commit, "")
        assert base.content is not None
        assert [task.name for task in base.content.seed.tasks] == ["First"]


def test_attributes_of_the_repository_hide_nothing(repository: Repository) -> None:
    (repository.top / ".gitattributes").write_text("supabase export-ignore\n*.yaml filter=x\n")
    repository.commit()
    content = read_base(repository.seed, "HEAD").content
    assert content is not None
    assert len(content.seed.tasks) == 1


def test_the_seed_may_be_the_top_of_the_repository(repository: Repository) -> None:
    top = repository.top / "other"
    top.mkdir()
    other = Repository(top)
    other.seed = top
    other.git("rm", "-rq", "supabase")
    other.write("P.yaml", SEED)
    other.commit()
    content = read_base(top, "HEAD").content
    assert content is not None
    assert len(content.seed.tasks) == 1


def test_a_base_without_the_folder_says_so(repository: Repository) -> None:
    repository.git("rm", "-rq", "supabase")
    repository.commit()
    repository.write("projects/P.yaml", SEED)
    base = read_base(repository.seed, "HEAD")
    assert base.content is None
    assert base.trouble == "HEAD has no supabase/seed/odoo"


@pytest.mark.parametrize(
    ("name", "text", "trouble"),
    [
        ("projects/P.yaml", "project: []", "projects/P.yaml:1:"),
        ("big.yaml", " " * (MAX_BYTES + 10), "the file has 5.0 MB"),
    ],
)
def test_an_invalid_base_says_where(
    repository: Repository, name: str, text: str, trouble: str
) -> None:
    repository.write(name, text)
    repository.commit()
    base = read_base(repository.seed, "HEAD")
    assert base.content is None
    assert "the seed of HEAD is not valid (1 problem, the first in supabase/seed/odoo/" in (
        base.trouble
    )
    assert trouble in base.trouble
    assert "/tmp" not in base.trouble


def test_a_link_in_the_base_is_never_followed(repository: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("secret: hunter2\n")
    (repository.seed / "link.yaml").symlink_to(secret)
    repository.commit()
    base = read_base(repository.seed, "HEAD")
    assert base.content is None
    assert "link.yaml:1:1: this file is a link" in base.trouble


def test_a_tree_with_a_path_that_leads_out_is_refused(
    repository: Repository, tmp_path: Path
) -> None:
    commit = repository.hand_made(f"../../{'../' * 9}{tmp_path}/out.yaml")
    with pytest.raises(UsageError, match="The base holds a file named"):
        read_base(repository.seed, commit)
    assert not (tmp_path / "out.yaml").exists()


@pytest.mark.parametrize("names", [["x.yaml", "x.yaml/y.yaml"], ["x" * 300 + ".yaml"]])
def test_a_tree_that_no_folder_can_hold_is_refused(
    repository: Repository, names: list[str]
) -> None:
    with pytest.raises(UsageError, match="cannot be put into a temporary folder"):
        read_base(repository.seed, repository.hand_made(*names))


def test_a_clone_that_lacks_a_file_says_so(repository: Repository) -> None:
    blob = repository.git("rev-parse", "HEAD:supabase/seed/odoo/projects/P.yaml")
    (repository.top / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(UsageError, match="git does not give out what the base holds"):
        read_base(repository.seed, "HEAD")


def test_without_room_for_temporary_files_it_says_so(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(repository.top / "nowhere"))
    with pytest.raises(UsageError, match="cannot be put into a temporary folder: no such file"):
        read_base(repository.seed, "HEAD")


@pytest.mark.parametrize(
    "name",
    [
        "--output=owned",
        "-x",
        "",
        "no-such-branch",
        "HEAD:supabase",
        "HEAD\nHEAD",
        "HEAD\0",
        "$(touch owned)",
        "; touch owned",
        "HEAD..HEAD",
        "^HEAD",
        "x" * 5000,
        "::error::owned",
        "\udcff",
    ],
)
def test_what_is_no_revision_is_refused(repository: Repository, name: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_base(repository.seed, name)
    assert refused.value.remedy
    assert len(str(refused.value)) < 300
    assert not list(repository.top.rglob("owned"))


def test_a_shallow_clone_without_the_revision_says_how_to_get_it(
    repository: Repository, tmp_path: Path
) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.commit()
    clone = tmp_path / "clone"
    address = repository.top.as_uri()
    repository.git("clone", "-q", "--depth", "1", address, str(clone))
    with pytest.raises(UsageError, match="which is shallow") as refused:
        read_base(clone / "supabase/seed/odoo", first)
    assert "fetch-depth: 0" in refused.value.remedy


def test_a_folder_and_a_checkout_are_bases_too(repository: Repository, tmp_path: Path) -> None:
    other = tmp_path / "checkout"
    repository.git("worktree", "add", "-q", "--detach", str(other))
    repository.write("projects/P.yaml", SEED.replace("First", "Changed"))
    for folder in (other, other / "supabase/seed/odoo"):
        base = read_base(repository.seed, str(folder))
        assert (base.name, base.commit) == (str(folder), None)
        assert base.content is not None
        assert base.content.seed.tasks[0].name == "First"


def test_without_a_repository_only_a_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    with pytest.raises(UsageError, match="is in no git repository"):
        read_base(tmp_path / "seed", "HEAD")


def test_a_git_that_refuses_is_quoted(repository: Repository) -> None:
    (repository.top / ".git/HEAD").write_text("nonsense\n")
    with pytest.raises(UsageError, match="git does not give out what the base holds: fatal"):
        read_base(repository.seed, "HEAD")


def test_a_machine_without_git_says_so(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UsageError, match="git does not answer"):
        read_base(repository.seed, "HEAD")


ROLLING = """\
templates:
  - name: t
    project: {external_ref: 'P_{period}', name: P}
schedules:
  - template: t
    every: month
    from: 2026-01
    rolling: 2
    companies: [{name: C, code: C}]
"""


def test_both_sides_roll_from_the_same_day(repository: Repository) -> None:
    repository.write("projects/P.yaml", ROLLING)
    repository.commit()
    now = datetime(2026, 2, 28, 16, tzinfo=UTC)  # in Manila it is March
    content = read_base(repository.seed, "HEAD", now).content
    assert content is not None
    assert [project.external_ref for project in content.seed.projects] == [
        "P_2026-01",
        "P_2026-02",
        "P_2026-03",
        "P_2026-04",
    ]
    assert SeedFolder(repository.seed, now=now).read().content == content
