"""The repository on GitHub whose workflows are run: branches, merges, and what was told."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from actions import Event
from tests.github.double import TOKEN

if TYPE_CHECKING:
    from actions import Job, Runner
    from product import Product, Project
    from tests.github.double import GitHubDouble

SEED = "seed-odoo-finance.yml"
SUMMARY = "<!-- odoo-seed:summary:default -->"


class Repository:
    """The repository on GitHub: a folder with git, and the same commits in the double."""

    def __init__(self, product: Product, github: GitHubDouble, runner: Runner) -> None:
        self.product, self.github, self._runner = product, github, runner
        self._git("init", "-q", "-b", "main")
        self._git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.product.ok("fmt")
        self.head = self._commit("The seed")

    def _git(self, *words: str) -> str:
        who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
        command = ["git", *who, *words]
        done = subprocess.run(command, cwd=self.product.folder, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def _commit(self, title: str) -> str:
        self._git("add", "supabase")
        self._git("commit", "-q", "--allow-empty", "-m", title)
        sha, *parents = self._git("log", "-1", "--format=%H %P").split()
        return self.github.world.commit(*parents, sha=sha)

    def branch(
        self, number: int, *projects: Project, fork: bool = False, formatted: bool = True
    ) -> Event:
        """A pull request with changed projects; GitHub makes up the commit that merges it."""
        self._git("checkout", "-q", "-b", f"change-{number}")
        for project in projects:
            self.product.write(project)
        if formatted:
            self.product.run("fmt")
        head = self._commit(f"Change {number}")
        self._git("checkout", "-q", "--detach", "main")
        self._git("merge", "-q", "--no-ff", "-m", "Made up", head)
        merge = self._git("rev-parse", "HEAD")
        self._git("update-ref", f"refs/pull/{number}/merge", merge)
        self._git("checkout", "-q", "main")
        self.github.world.pull(number)
        name = "mallory/finance" if fork else self.github.world.repository
        about = {
            "number": number,
            "user": {"login": "mallory" if fork else "ana"},
            "head": {"sha": head, "repo": {"full_name": name}},
        }
        payload = {"pull_request": about}
        return Event("pull_request", merge, f"refs/pull/{number}/merge", payload=payload)

    def merge(self, number: int, *projects: Project) -> Event:
        """Merge a pull request with changed projects into main, as GitHub squashes it."""
        for project in projects:
            self.product.write(project)
        self.head = self._commit(f"Change {number} (#{number})")
        self.github.world.merge(number, self.head)
        return Event("push", self.head)

    def dispatch(self, action: str, **inputs: str) -> Event:
        """Somebody starts the workflow by hand."""
        return Event("workflow_dispatch", self.head, inputs={"action": action, **inputs})

    def run(self, workflow: str, event: Event) -> dict[str, Job]:
        """Run a workflow; nothing secret and no traceback is in what it leaves behind."""
        jobs = self._runner.run(workflow, event)
        for job in jobs.values():
            told = f"{job.log}{job.summary}{job.artifacts}"
            assert "Traceback" not in told
            for secret in (*self.product.secrets(), TOKEN):
                assert secret not in told
        return jobs

    def apply(self, event: Event) -> Job:
        return self.run(SEED, event)["apply"]

    def told(self, number: int, marker: str = SUMMARY) -> str:
        """Our one comment on a pull request."""
        (body,) = [one for one in self.github.world.bodies(number) if one.startswith(marker)]
        return body
