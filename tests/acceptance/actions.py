"""What GitHub's runner does with our workflows: every `run:` is executed, in its order.

Steps that GitHub's own actions do are replaced by functions named here one by one, and so is the
installation; any other is an AssertionError.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from expressions import filled, holds
from tests import warm

if TYPE_CHECKING:
    from collections.abc import Mapping

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = REPOSITORY / "action.yml"
WORKFLOWS = REPOSITORY / ".github/workflows"
INSTALLED = {"Install odoo-seed"}
"""Steps with a `run:` that the environment of the tests stands for."""


@dataclass(frozen=True)
class Event:
    """Why a workflow runs, and for which commit."""

    name: str
    sha: str
    ref: str = "refs/heads/main"
    actor: str = "ana"
    payload: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] | None = None


@dataclass
class Job:
    """What became of a job: the outcome of every step by name, what it said, what it kept."""

    folder: Path
    steps: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    artifacts: dict[str, dict[str, str]] = field(default_factory=dict)
    skipped: bool = False

    @property
    def failed(self) -> bool:
        return "failure" in self.steps.values()

    @property
    def done(self) -> list[str]:
        """The steps that were run."""
        return [name for name, outcome in self.steps.items() if outcome != "skipped"]


@dataclass
class Runner:
    """A machine: `secrets` by environment of the repository, `github` as the double has it."""

    folder: Path
    origin: Path
    github: Mapping[str, str]
    secrets: Mapping[str, Mapping[str, str]]

    def run(self, workflow: str, event: Event) -> dict[str, Job]:
        """Run all jobs of a workflow, in the order of their needs."""
        content = read(WORKFLOWS / workflow)
        self._check_trigger(content[True], event)  # YAML 1.1 reads the key `on` as true
        assert content["permissions"] == {}
        jobs: dict[str, Job] = {}
        for name, job in content["jobs"].items():
            contexts = self._contexts(event, job)
            needed = [jobs[job["needs"]]] if "needs" in job else []
            contexts["failed"] = any(other.failed or other.skipped for other in needed)
            if holds(job.get("if"), contexts):
                jobs[name] = _Work(self, contexts, self.folder / f"{workflow} {name}").do(job)
            else:
                jobs[name] = Job(self.folder, skipped=True)
        return jobs

    def _check_trigger(self, triggers: Mapping[str, Any], event: Event) -> None:
        assert event.name in triggers
        if event.name == "push":
            assert event.ref == f"refs/heads/{triggers['push']['branches'][0]}"

    def _contexts(self, event: Event, job: Mapping[str, Any]) -> dict[str, Any]:
        head = event.payload.get("pull_request", {}).get("head", {}).get("repo", {})
        fork = head.get("full_name", self.github["GITHUB_REPOSITORY"])
        trusted = fork == self.github["GITHUB_REPOSITORY"] and "[bot]" not in event.actor
        writes = "write" in job["permissions"].values()
        return {
            "github": {
                "event": dict(event.payload),
                "event_name": event.name,
                "sha": event.sha,
                "ref": event.ref,
                "actor": event.actor,
                "repository": self.github["GITHUB_REPOSITORY"],
                "token": self.github["GITHUB_TOKEN"] if trusted and writes else "ghs_readonly",
            },
            "inputs": dict(event.inputs or {}),
            "secrets": dict(self.secrets.get(job.get("environment", ""), {})) if trusted else {},
            "vars": {},
            "runner": {},
            "steps": {},
        }


class _Work:
    """One job at work, on a clean machine."""

    def __init__(self, runner: Runner, contexts: dict[str, Any], folder: Path) -> None:
        self._runner, self._contexts, self._folder = runner, contexts, folder
        shutil.rmtree(folder, ignore_errors=True)
        self._workspace, self._temp = folder / "work space", folder / "temp"
        for path in (self._workspace, self._temp, folder / "bin", folder / "home"):
            path.mkdir(parents=True)
        self._contexts["runner"] = {"temp": str(self._temp)}
        self._job = Job(folder)
        for name, words in {"odoo-seed": warm.command(), "python": [sys.executable]}.items():
            program = folder / f"bin/{name}"
            program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
            program.chmod(0o755)

    def do(self, job: Mapping[str, Any]) -> Job:
        self._steps(job["steps"], self._contexts, {})
        return self._job

    def _steps(
        self, steps: list[dict[str, Any]], contexts: dict[str, Any], given: Mapping[str, str]
    ) -> None:
        for step in steps:
            name = step["name"]
            if not holds(step.get("if"), contexts):
                self._note(step, contexts, "skipped", {})
                continue
            env = {
                **given,
                **{key: filled(text, contexts) for key, text in step.get("env", {}).items()},
            }
            if step.get("uses") == "./":
                self._composite(step, contexts, env)
                outcome = "failure" if self._job.failed else "success"
                self._note({**step, "name": f"action {name}"}, contexts, outcome, {})
            elif "uses" in step:
                options = {
                    key: filled(text, contexts) for key, text in step.get("with", {}).items()
                }
                getattr(self, _REPLACED[step["uses"].partition("@")[0]])(options)
                self._note(step, contexts, "success", {})
            elif name in INSTALLED:
                self._note(step, contexts, "success", {})
            else:
                self._bash(step, contexts, env)

    def _composite(
        self, step: dict[str, Any], contexts: dict[str, Any], env: Mapping[str, str]
    ) -> None:
        action = read(ACTION)
        options = {key: filled(text, contexts) for key, text in step.get("with", {}).items()}
        assert options.keys() <= action["inputs"].keys()
        inner = {name: contexts[name] for name in ("github", "runner")}  # no secrets, no vars
        inner["inputs"] = {
            key: options.get(key, filled(about.get("default"), contexts))
            for key, about in action["inputs"].items()
        }
        inner |= {"steps": {}, "failed": False}
        self._steps(action["runs"]["steps"], inner, env)
        contexts["failed"] = contexts["failed"] or inner["failed"]

    def _bash(self, step: dict[str, Any], contexts: dict[str, Any], env: Mapping[str, str]) -> None:
        assert "${{" not in step["run"], step["name"]
        files = {what: self._folder / what for what in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for path in files.values():
            path.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self._workspace,
            env=self._environment() | {what: str(path) for what, path in files.items()} | dict(env),
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        self._job.log += f"\n== {step['name']}\n{done.stdout}{done.stderr}"
        told = files["GITHUB_STEP_SUMMARY"].read_text()
        assert len(told.encode()) < 1 << 20
        self._job.summary += told
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        self._note(step, contexts, "failure" if done.returncode else "success", outputs)

    def _note(
        self, step: dict[str, Any], contexts: dict[str, Any], outcome: str, outputs: dict[str, str]
    ) -> None:
        self._job.steps[step["name"]] = outcome
        if "id" in step:
            contexts["steps"][step["id"]] = {"outcome": outcome, "outputs": outputs}
        contexts["failed"] = contexts["failed"] or outcome == "failure"

    def _environment(self) -> dict[str, str]:
        about = self._contexts["github"]
        ours = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
        return ours | {
            "PATH": f"{self._folder}/bin:{os.environ['PATH']}",
            "HOME": str(self._folder / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(REPOSITORY),
            "GITHUB_API_URL": self._runner.github["GITHUB_API_URL"],
            "GITHUB_EVENT_NAME": about["event_name"],
            "GITHUB_REF": about["ref"],
            "GITHUB_REPOSITORY": about["repository"],
            "GITHUB_RUN_ID": "77",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": about["sha"],
            "RUNNER_TEMP": str(self._temp),
        }

    def check_out(self, options: Mapping[str, str]) -> None:
        assert options["persist-credentials"] == "false"
        depth, sha = options.get("fetch-depth", "1"), self._contexts["github"]["sha"]
        wanted = [f"--depth={depth}", sha]
        if depth == "0":
            wanted = ["+refs/heads/*:refs/remotes/origin/*"]
        origin = f"file://{self._runner.origin}"
        for words in (["init", "-q"], ["fetch", "-q", origin, *wanted],
                      ["checkout", "-q", "--detach", sha]):  # fmt: skip
            subprocess.run(["git", *words], cwd=self._workspace, check=True, capture_output=True)

    def set_up(self, options: Mapping[str, str]) -> None:
        assert options["python-version"]

    def upload(self, options: Mapping[str, str]) -> None:
        files = sorted(Path(options["path"]).iterdir())
        self._job.artifacts[options["name"]] = {path.name: path.read_text() for path in files}


_REPLACED = {
    "actions/checkout": "check_out",
    "actions/setup-python": "set_up",
    "actions/upload-artifact": "upload",
}


def read(path: Path) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
