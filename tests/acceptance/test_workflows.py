"""The workflows, step by step: real commands, a real database and Odoo, and GitHub's double."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from actions import ACTION, INSTALLED, REPOSITORY, WORKFLOWS, Event, Runner, read
from product import Product, Project, Task
from reader import reader
from repository import SEED, Repository
from tests.github.double import GitHubDouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLAN = "<!-- odoo-seed:plan:default -->"
README = REPOSITORY / "README.md"
SETTINGS = ("SUPABASE_DB_URL", "ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_PASSWORD")
APPLIED = ["Migrate", "Keep the order of commits", "Load", "Seed", "Shadow", "Verify", "Summary"]


@pytest.fixture
def github() -> Iterator[GitHubDouble]:
    with GitHubDouble() as double:
        yield double


@pytest.fixture
def repository(
    product: Product, github: GitHubDouble, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Repository]:
    known = product.variables
    folder = tmp_path_factory.mktemp("runner")
    with reader(product.database_url) as reading:
        environments = {"odoo": known, "odoo-plan": {**known, "SUPABASE_DB_URL": reading}}
        runner = Runner(folder, product.folder, github.variables, environments)
        yield Repository(product, github, runner)


def alpha(number: int, **more: Any) -> Project:
    tasks = [Task("A1", f"Name {number}"), Task("A2"), Task("A3", depends=["A1"])]
    return Project("ALPHA", tasks=tasks, **more)


def test_a_pull_request_gets_the_check_and_one_plan_that_every_push_updates(
    repository: Repository,
) -> None:
    repository.product.ok("run")
    jobs = repository.run("validate-seed.yml", repository.branch(7, alpha(1)))
    assert not jobs["check"].failed, jobs["check"].log
    assert "Name 1" in jobs["check"].summary
    assert not jobs["plan"].failed, jobs["plan"].log
    assert "Name 1" in repository.told(7, PLAN)
    assert jobs["plan"].summary.startswith(PLAN)
    writes = len(repository.product.writes())
    event = repository.branch(8, alpha(1))
    event.payload["pull_request"]["number"] = 7
    again = repository.run("validate-seed.yml", event)
    assert not again["plan"].failed, again["plan"].log
    assert event.payload["pull_request"]["head"]["sha"][:12] in repository.told(7, PLAN)
    assert len(repository.github.world.bodies(7)) == 1
    assert len(repository.product.writes()) == writes
    repository.apply(repository.merge(7, alpha(1)))
    assert "exactly the one that was reviewed here" in repository.told(7)


@pytest.mark.parametrize("who", ["fork", "dependabot"])
def test_a_fork_gets_the_check_and_nothing_that_needs_a_secret(
    repository: Repository, who: str
) -> None:
    event = repository.branch(7, alpha(1), fork=who == "fork")
    if who == "dependabot":
        event.payload["pull_request"]["user"]["login"] = "dependabot[bot]"
    jobs = repository.run("validate-seed.yml", event)
    assert not jobs["check"].failed, jobs["check"].log
    assert not jobs["layout"].failed, jobs["layout"].log
    assert "Name 1" in jobs["check"].summary
    assert jobs["plan"].skipped
    assert repository.github.asked == []
    assert repository.product.odoo.calls() == []


def test_another_layout_is_red_and_planned_all_the_same(repository: Repository) -> None:
    repository.product.ok("run")
    event = repository.branch(7, alpha(1), formatted=False)
    jobs = repository.run("validate-seed.yml", event)
    assert jobs["layout"].failed
    assert not jobs["check"].failed
    assert not jobs["plan"].failed


def test_a_broken_seed_is_told_on_its_line_and_nothing_is_planned(repository: Repository) -> None:
    jobs = repository.run("validate-seed.yml", repository.branch(7, alpha(1, company="")))
    assert jobs["check"].steps["Validate"] == "failure"
    assert "::error file=supabase/seed/odoo/projects/ALPHA.yaml,line=" in jobs["check"].log
    assert "ALPHA.yaml" in jobs["check"].summary
    assert jobs["plan"].skipped


def test_a_guard_fails_the_plan_and_stands_in_its_comment(repository: Repository) -> None:
    tasks = [Task(f"G{number}") for number in range(12)]
    repository.merge(5, Project("GAMMA", tasks=tasks))
    repository.product.ok("run")
    jobs = repository.run("validate-seed.yml", repository.branch(7, Project("GAMMA", tasks=[])))
    assert jobs["plan"].steps["Plan"] == "failure"
    assert jobs["plan"].steps["Comment on the pull request"] == "success"
    (allow,) = re.findall(r"--allow ([\w-]+=[0-9a-f]+)", repository.told(7, PLAN))[:1]
    merged = repository.apply(repository.merge(7, Project("GAMMA", tasks=[])))
    assert merged.steps["Seed"] == "failure"
    assert repository.product.in_odoo("project.task", "G1", "active")["active"]
    done = repository.apply(repository.dispatch("both", allow=allow))
    assert not done.failed, done.log
    kept = done.artifacts["odoo-seed-apply-default"]["summary.md"]
    assert "task G11" in kept
    assert not re.search(r"</?[a-z]", kept)
    assert not repository.product.in_odoo("project.task", "G1", "active")["active"]


def test_a_merge_is_applied_verified_and_told_on_its_pull_request(repository: Repository) -> None:
    job = repository.apply(repository.merge(7, alpha(1)))
    assert not job.failed, job.log
    assert [name for name in job.done if name in APPLIED] == APPLIED
    assert repository.product.in_odoo("project.task", "A1", "name")["name"] == "Name 1"
    assert "odoo-seed: Odoo agrees with git" in repository.told(7)
    assert "odoo-seed: Odoo agrees with git" in job.summary
    kept = job.artifacts["odoo-seed-apply-default"]
    assert set(kept) == {"summary.json", "summary.md"}
    assert json.loads(kept["summary.json"])["ok"] is True
    assert kept["summary.md"] in job.summary


def test_what_is_typed_into_the_form_is_never_run(repository: Repository) -> None:
    repository.product.ok("run")
    typed = "'\"; touch owned; $(touch${IFS}owned) `touch owned` *"
    done = repository.apply(repository.dispatch("seed", allow=f"mass-archive=0a {typed}"))
    assert (done.steps["Load"], done.steps["Seed"]) == ("success", "failure")
    assert "GUARD=CHECKSUM" in done.log
    done = repository.apply(repository.dispatch("seed", override_freeze=typed))
    assert not done.failed, done.log
    assert not list(done.folder.rglob("owned"))


@pytest.mark.parametrize(
    ("action", "without"),
    [("seed", {"Shadow", "Verify"}), ("shadow", {"Keep the order of commits", "Load", "Seed"})],
)
def test_a_dispatch_does_what_was_chosen(
    repository: Repository, action: str, without: set[str]
) -> None:
    repository.product.ok("run")
    job = repository.apply(repository.dispatch(action))
    assert not job.failed, job.log
    assert [name for name in job.done if name in APPLIED] == [
        name for name in APPLIED if name not in without
    ]
    assert ("Report to the pull requests" in job.done) == (action == "seed")


def test_a_dispatch_from_another_branch_does_nothing(repository: Repository) -> None:
    inputs = {"action": "both"}
    event = Event("workflow_dispatch", repository.head, "refs/heads/mine", inputs=inputs)
    assert repository.apply(event).skipped
    assert repository.run("drift.yml", event)["drift"].skipped


def test_a_train_of_three_tells_each_its_own_and_an_old_run_takes_nothing_back(
    repository: Repository,
) -> None:
    repository.product.ok("run")
    train = [repository.merge(number, alpha(number)) for number in (1, 2, 3)]
    for event in train:
        job = repository.apply(event)
        assert not job.failed, job.log
    told = {number: repository.told(number) for number in (1, 2, 3)}
    for number, body in told.items():
        assert f"Name {number}" in body
        assert f"Name {number + 1}" not in body
    old = repository.apply(train[0])
    assert not old.failed, old.log
    assert "which came first" in old.log
    assert repository.product.in_odoo("project.task", "A1", "name")["name"] == "Name 3"
    assert {number: repository.told(number) for number in (1, 2, 3)} == told


def test_a_train_whose_middle_never_ran_is_told_whole(repository: Repository) -> None:
    repository.product.ok("run")
    for number in (1, 2):
        repository.merge(number, alpha(number))
    job = repository.apply(repository.merge(3, alpha(3)))
    assert not job.failed, job.log
    for number in (1, 2, 3):
        assert "Name 3" in repository.told(number)


def test_a_partial_run_is_red_and_told(repository: Repository) -> None:
    odoo = repository.product.odoo
    odoo.trouble("odoo_error", model="project.task", method="create", message="No.", times=9)
    job = repository.apply(repository.merge(7, alpha(1)))
    assert (job.steps["Seed"], job.steps["Verify"]) == ("failure", "failure")
    assert job.steps["Report to the pull requests"] == "success"
    assert "❌" in repository.told(7).splitlines()[1]
    assert json.loads(job.artifacts["odoo-seed-apply-default"]["summary.json"])["ok"] is False


def test_an_invalid_seed_on_main_is_red_and_told(repository: Repository) -> None:
    repository.product.ok("run")
    job = repository.apply(repository.merge(7, alpha(1, company="")))
    assert (job.steps["Load"], job.steps["Seed"]) == ("failure", "skipped")
    assert "was not brought to Odoo" in repository.told(7)


def test_drift_opens_one_issue_and_closes_it(repository: Repository) -> None:
    repository.product.ok("run")
    tick = Event("schedule", repository.head)
    repository.product.change_in_odoo("project.task", "A1", name="Theirs")
    for _ in range(2):
        job = repository.run("drift.yml", tick)["drift"]
        assert not job.failed, job.log
    (issue,) = repository.github.world.issues.values()
    assert (issue.state, "Theirs" in (issue.body or "")) == ("open", True)
    repository.product.change_in_odoo("project.task", "A1", name="Task A1")
    assert not repository.run("drift.yml", tick)["drift"].failed
    (issue,) = repository.github.world.issues.values()
    assert issue.state == "closed"


def test_drift_that_cannot_be_told_is_red_and_leaves_the_issue(repository: Repository) -> None:
    repository.product.ok("run")
    repository.product.odoo.trouble("odoo_error", model="project.task", message="No.", times=9)
    job = repository.run("drift.yml", Event("schedule", repository.head))["drift"]
    assert (job.steps["Shadow"], job.steps["Drift"]) == ("failure", "skipped")
    assert repository.github.asked == []


def test_the_triggers_are_those_of_the_pattern_document() -> None:
    triggers = read(WORKFLOWS / SEED)[True]
    assert triggers["workflow_dispatch"]["inputs"]["action"]["options"] == [
        "seed",
        "shadow",
        "both",
    ]
    assert triggers["push"]["branches"] == ["main"]
    assert {
        "supabase/migrations/20260121_odoo_seed_schema.sql", "supabase/seed/odoo/**",
    } <= set(triggers["push"]["paths"])  # fmt: skip
    assert read(WORKFLOWS / SEED)["concurrency"]["queue"] == "max"
    assert set(read(WORKFLOWS / "validate-seed.yml")[True]) == {"pull_request"}


@pytest.mark.parametrize("path", [ACTION, *sorted(WORKFLOWS.glob("*.yml"))], ids=lambda p: p.name)
def test_actions_are_pinned_with_their_version_beside(path: Path) -> None:
    for used in re.findall(r"uses: (.+)", path.read_text(encoding="utf-8")):
        assert used == "./" or re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)


def test_only_jobs_with_an_environment_have_secrets_and_none_reaches_a_script() -> None:
    for path in sorted(WORKFLOWS.glob("*.yml")):
        for job in read(path)["jobs"].values():
            assert ("secrets." in json.dumps(job)) == ("environment" in job)
            for step in job["steps"]:
                assert "secrets." not in json.dumps(step) or step["uses"] == "./"
    names = {step["name"] for step in read(ACTION)["runs"]["steps"]}
    assert names >= INSTALLED
    assert "secrets." not in ACTION.read_text(encoding="utf-8")


def test_the_settings_of_the_jobs_are_those_that_the_product_reads() -> None:
    for name, job in (("validate-seed.yml", "plan"), (SEED, "apply"), ("drift.yml", "drift")):
        env = read(WORKFLOWS / name)["jobs"][job]["steps"][-1]["env"]
        assert env == {one: f"${{{{ secrets.{one} }}}}" for one in SETTINGS} | {
            "ODOO_PROTOCOL": "${{ vars.ODOO_PROTOCOL }}"
        }


def test_the_ten_lines_of_the_readme_are_a_workflow_for_another_repository() -> None:
    (block,) = re.findall(
        r"```yaml\n(on: pull_request\n.*?)```", README.read_text("utf-8"), re.DOTALL
    )
    assert len(block.splitlines()) == 10
    (job,) = yaml.safe_load(block)["jobs"].values()
    own = read(WORKFLOWS / "validate-seed.yml")["jobs"]["check"]
    checkout, action = job["steps"]
    assert checkout["uses"] == own["steps"][0]["uses"]
    assert checkout["with"] == own["steps"][0]["with"]
    assert action["with"] == own["steps"][1]["with"]
