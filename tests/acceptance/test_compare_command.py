"""`compare`: what the YAML changes against another revision, without database, Odoo or secret."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hostile import HARMLESS, LINES
from product import Product, Project, Task

if TYPE_CHECKING:
    from pathlib import Path

NAMES = "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"


def git(folder: Path, *words: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment |= dict.fromkeys(NAMES, "ana@example.com")
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return done.stdout.strip()


def commit(product: Product) -> str:
    git(product.folder, "init", "-q", "-b", "main")
    git(product.folder, "add", "-A")
    git(product.folder, "commit", "-q", "--allow-empty", "-m", "x")
    return git(product.folder, "rev-parse", "HEAD")


@pytest.fixture
def offline(product: Product, monkeypatch: pytest.MonkeyPatch) -> Product:
    """A committed seed, and neither a database nor an Odoo that could be reached."""
    commit(product)
    for name in product.variables:
        monkeypatch.delenv(name)
    return product


def edit(product: Product) -> None:
    """A task moves, one leaves, one gets a new ref, one comes, people change."""
    tasks = [Task("A1", deadline="2026-03-09"), Task("A4"), Task("A5", name="New one")]
    product.write(Project("ALPHA", tasks=tasks))
    text = product.file("ALPHA").read_text()
    product.file("ALPHA").write_text(text.replace('"A4",', '"A4", "previous_refs": ["A2"],'))
    product.write(Project("BETA", tasks=[Task("B1", assignee="beng@example.com"), Task("B2")]))


COUNTS = "1 to create, 3 to update, 1 to archive, 3 unchanged"
EDITED = """\
ALPHA
  + task A5 “New one”
  ~ task A1 “Task A1”: deadline 2 Mar → 9 Mar (7 days later)
  ~ task A4 “Task A4”: ref A2 → A4; name “Task A2” → “Task A4”
  - task A3 “Task A3”: archived, it was removed from the YAML

BETA
  ~ task B1 “Task B1”: moves from ana to beng
"""


def test_it_tells_in_the_words_of_the_plan_what_the_plan_will_tell(product: Product) -> None:
    head = commit(product)
    product.ok("run")
    edit(product)
    told = product.ok("compare", "--base", "main")
    first, rest = told.split("\n\n", 1)
    assert first == f"Compared with main ({head[:12]}): {COUNTS}"
    assert rest == EDITED
    planned = product.ok("plan", "--from", "files")
    assert EDITED in planned
    assert COUNTS in planned


def test_it_needs_no_database_no_odoo_and_leaves_nothing_behind(offline: Product) -> None:
    edit(offline)
    before = sorted(offline.folder.rglob("*"))
    for form in ("text", "json", "markdown"):
        offline.ok("compare", "--base", "main", "--format", form)
    assert sorted(offline.folder.rglob("*")) == before
    assert offline.odoo.calls() == []


def test_json_is_what_its_schema_says(offline: Product) -> None:
    edit(offline)
    policy = "time_zone: UTC, ownership: {task: {planned_hours: odoo}}"
    offline.policy(policy)
    done = offline.run("compare", "--base", "HEAD", "--format", "json").json("compare")
    assert [one["action"] for one in done["changes"]] == [
        "update", "archive", "update", "create", "update",
    ]  # fmt: skip
    assert done["base"]["commit"] == git(offline.folder, "rev-parse", "HEAD")
    assert done["policy"][0].startswith("time zone Asia/Manila → UTC")
    assert not done["empty"]


def test_the_exit_code_tells_of_differences_only_when_asked(offline: Product) -> None:
    words = ("compare", "--base", "HEAD")
    assert offline.run(*words, "--detailed-exitcode").code == 0
    assert "No changes: the seed says what its base says (7 records)" in offline.ok(*words)
    edit(offline)
    assert offline.run(*words).code == 0
    assert offline.run(*words, "--detailed-exitcode").code == 2


@pytest.mark.parametrize("form", ["text", "json", "markdown", "comment"])
def test_an_invalid_seed_shows_the_problems_of_validate(offline: Product, form: str) -> None:
    offline.write(Project("ALPHA", tasks=[Task("A1", depends=["NOWHERE"])]))
    done = offline.run("compare", "--base", "HEAD", "--format", form)
    assert done.code == 2
    assert "supabase/seed/odoo/projects/ALPHA.yaml" in done.out
    assert "NOWHERE" in done.out
    if form == "json":
        assert done.json("validate")["errors"] == 1
    if form == "comment":
        HARMLESS[form](done.out)


def test_a_base_that_is_not_valid_makes_all_new(offline: Product) -> None:
    whole = offline.file("BETA").read_text()
    offline.file("BETA").write_text("projects: [")
    commit(offline)
    offline.file("BETA").write_text(whole)
    told = offline.ok("compare", "--base", "HEAD")
    assert "7 to create, 0 to update" in told
    assert "NOTE the seed of HEAD is not valid (1 problem, the first in supabase/" in told
    assert "so everything here counts as new" in told


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "HEAD:x", "::error::owned"])
def test_a_base_that_is_none_ends_with_a_remedy(offline: Product, name: str) -> None:
    done = offline.run("compare", f"--base={name}", "--format", "json")
    assert done.code == 2
    assert done.json("error")["remedy"]
    assert "\n  → " in done.err


@pytest.mark.parametrize("form", ["text", "json", "markdown", "comment"])
def test_hostile_text_of_both_seeds_is_shown_without_harm(offline: Product, form: str) -> None:
    def seed(names: list[str]) -> None:
        tasks = [
            Task(f"H{n}", name=name[:5000].strip(), deadline="2026-03-03")
            for n, name in enumerate(names)
        ]
        offline.write(Project("ALPHA", name=names[0][:5000], tasks=tasks))

    names = [name for name in LINES.values() if name.isprintable()]
    offline.policy(
        "freeze: {dates: [{name: '::error::owned @ana #1', from: 2026-01-01, to: 2026-01-02}]}"
    )
    seed(names)
    commit(offline)
    offline.policy("time_zone: UTC")
    seed([*names[1:], names[0]])
    done = offline.run("compare", "--base", "HEAD", "--format", form)
    assert done.code == 0
    HARMLESS[form](done.out)


def test_many_changes_are_folded_with_archives_outside(offline: Product) -> None:
    offline.write(Project("ALPHA", tasks=[Task(f"A{n}", name=f"Name {n}") for n in range(60)]))
    commit(offline)
    tasks = [Task(f"A{n}", name=f"Other {n} word") for n in range(59)]
    offline.write(Project("ALPHA", tasks=tasks))
    told = offline.ok("compare", "--base", "HEAD", "--format", "markdown")
    assert told.index("- archives task `A59 “Name 59”`") < told.index("<details>")
    HARMLESS["markdown"](told)


def test_it_works_from_any_folder(offline: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(offline)
    monkeypatch.chdir(offline.seed_dir / "projects")
    told: Any = offline.ok("compare", "--base", "main", "--seed-dir", "..")
    assert told.endswith(EDITED)
