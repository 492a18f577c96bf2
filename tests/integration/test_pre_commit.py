"""The hooks as pre-commit runs them at a commit: they see the whole tree, deletions included."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
OURS = {"odoo-seed-fmt", "odoo-seed-validate"}


def published() -> list[dict[str, Any]]:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == OURS
    return list(hooks)


def own() -> list[dict[str, Any]]:
    config = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    return [hook for repo in config["repos"] for hook in repo["hooks"]]


class Clone:
    """A scratch repository in which pre-commit is installed with our hooks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        self.seed = self.folder / "supabase/seed/odoo"
        (self.seed / "projects").mkdir(parents=True)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("GIT_")
        } | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            **{f"GIT_{who}_{what}": "ana@example.com"
               for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }  # fmt: skip
        self.run("git", "init", "-q")
        # As published, but run by the Python of the tests: installing needs a network.
        hooks = [
            hook | {"language": "system", "entry": _by_this_python(hook["entry"])}
            for hook in published()
        ]
        self.write(
            ".pre-commit-config.yaml", yaml.dump({"repos": [{"repo": "local", "hooks": hooks}]})
        )
        self.run(sys.executable, "-m", "pre_commit", "install")
        self.project("TAX")
        self.project("CLOSE", depends_on="TAX_T1")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "--no-verify", "-m", "A sound seed")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def project(self, ref: str, depends_on: str = "") -> Path:
        needs = f"        depends_on_refs: [{depends_on}]\n" if depends_on else ""
        return self.write(
            f"supabase/seed/odoo/projects/{ref}.yaml",
            f"projects:\n  - external_ref: {ref}\n    name: {ref}\n    company_name: C\n"
            f"    tasks:\n      - external_ref: {ref}_T1\n        name: First\n{needs}",
        )

    def run(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, check=check,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def commit(self, *words: str) -> tuple[bool, str]:
        """Commit, and return whether that was allowed and what the failed hooks said."""
        before = self.head()
        done = self.run("git", "commit", "-q", "-m", "A change", *words, check=False)
        assert (done.returncode == 0) == (self.head() != before)
        assert "Traceback" not in done.stderr
        return done.returncode == 0, done.stderr if done.returncode else ""

    def head(self) -> str:
        return self.run("git", "rev-parse", "--verify", "-q", "HEAD", check=False).stdout


def _by_this_python(entry: str) -> str:
    program, *arguments = shlex.split(entry)
    assert Path(program).name == "odoo-seed"
    return shlex.join([sys.executable, "-m", "odoo_seed", *arguments])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def clone(sound: Clone) -> Iterator[Clone]:
    """The sound seed; what a test does to it is undone."""
    start = sound.head()
    yield sound
    sound.run("git", "reset", "-q", "--hard", start.strip())
    sound.run("git", "clean", "-qfd")


def test_a_commit_that_only_deletes_what_others_depend_on_is_refused(clone: Clone):
    clone.run("git", "rm", "-q", "supabase/seed/odoo/projects/TAX.yaml")

    allowed, said = clone.commit()

    assert not allowed
    assert "projects/CLOSE.yaml:8:27: error:" in said
    assert "unknown-dependency" in said


def test_what_stays_on_disk_but_leaves_git_counts_as_deleted(clone: Clone):
    clone.run("git", "rm", "-q", "--cached", "supabase/seed/odoo/projects/TAX.yaml")
    assert (clone.seed / "projects/TAX.yaml").exists()

    assert "unknown-dependency" in clone.commit()[1]


def test_a_file_that_is_not_added_does_not_count(clone: Clone):
    clone.project("AUDIT")
    clone.project("CLOSE", depends_on="AUDIT_T1")

    allowed, said = clone.commit("-a")
    assert (allowed, "unknown-dependency" in said) == (False, True)
    clone.run("git", "add", "supabase/seed/odoo/projects/AUDIT.yaml")
    assert clone.commit("-a") == (True, "")


def test_an_untidy_file_is_formatted_and_may_then_be_added(clone: Clone):
    path = clone.project("CLOSE")
    tidy = path.read_text(encoding="utf-8")
    path.write_text(tidy.replace("name: CLOSE", 'name:   "CLOSE" # January'), encoding="utf-8")

    allowed, said = clone.commit("-a")

    assert not allowed
    assert "files were modified by this hook" in said
    assert path.read_text(encoding="utf-8") == tidy.replace(
        "name: CLOSE", "name: 'CLOSE'  # January"
    )
    assert clone.commit("-a") == (True, "")


def test_the_repositorys_own_hooks_look_at_as_much_as_the_published_ones():
    mine = {hook["id"]: hook for hook in own()}
    for hook in published():
        same = {key: value for key, value in hook.items() if key not in {"description", "language"}}
        local = mine[hook["id"]] | {"entry": mine[hook["id"]]["entry"].removeprefix(".venv/bin/")}
        assert local == same | {"language": "system"}


def test_every_hook_is_a_program_of_the_pinned_packages():
    names = {"odoo-seed", "ruff"}  # ruff's is a binary
    names |= {point.name for point in distribution("pre-commit-hooks").entry_points}

    for hook in own():
        program = Path(shlex.split(hook["entry"])[0])
        assert (str(program.parent), hook["language"]) == (".venv/bin", "system")
        assert program.name in names


def test_the_example_in_the_docs_names_the_published_hooks():
    text = (REPOSITORY / "docs/pre-commit.md").read_text(encoding="utf-8")
    (repo,) = yaml.safe_load(text.split("```yaml\n")[1].split("```")[0])["repos"]

    assert {hook["id"] for hook in repo["hooks"]} == OURS


def test_pre_commit_accepts_both_files(tmp_path: Path):
    for command, name in (
        ("validate-config", ".pre-commit-config.yaml"),
        ("validate-manifest", ".pre-commit-hooks.yaml"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", command, str(REPOSITORY / name)],
            env=os.environ | {"PRE_COMMIT_HOME": str(tmp_path)},
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (0, "")
