"""Check the workflows and action.yml: zizmor, GitHub's schemas, and shellcheck on every `run:`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ACTION = ROOT / "action.yml"
# What GitHub's runner sets; any other name that a script uses is to be in its step's `env:`.
RUNNER = (
    "GITHUB_ACTION_PATH",
    "GITHUB_OUTPUT",
    "GITHUB_SHA",
    "GITHUB_STEP_SUMMARY",
    "RUNNER_TEMP",
)


def main() -> int:
    """Return how many of the programs found something."""
    workflows = sorted((ROOT / ".github/workflows").glob("*.y*ml"))
    schema = ["check-jsonschema", "--quiet", "--builtin-schema"]
    found = [
        _run("zizmor", "--offline", "--quiet", "--no-progress", "."),
        _run(*schema, "vendor.github-workflows", *map(str, workflows)),
        _run(*schema, "vendor.github-actions", str(ACTION)),
        _shellcheck([*workflows, ACTION]),
    ]
    return sum(map(bool, found))


def scripts(path: Path) -> list[dict[str, Any]]:
    """Return the steps with a `run:` of a workflow or of a composite action."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts = content["jobs"].values() if "jobs" in content else [content["runs"]]
    return [step for part in parts for step in part["steps"] if "run" in step]


def _shellcheck(paths: list[Path]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for path in paths:
            for step in scripts(path):
                file = Path(folder, f"{path.name}, step “{step['name']}”".replace("/", " "))
                known = " ".join(f"{name}=''" for name in (*RUNNER, *step.get("env", {})))
                # One line, so that a finding's line is one more than that of the script.
                file.write_text(f"set -eo pipefail; export {known}\n{step['run']}", "utf-8")
                files.append(str(file))
        return _run("shellcheck", "--shell=bash", "--enable=check-unassigned-uppercase", *files)


def _run(program: str, *arguments: str) -> int:
    return subprocess.run([str(BIN / program), *arguments], check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
