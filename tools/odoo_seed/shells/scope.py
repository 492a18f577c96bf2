"""What a run is about, as the command line and the environment say it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from odoo_seed import wiring_files
from odoo_seed.core.escape import plain
from odoo_seed.core.planned import refuse_other_target
from odoo_seed.errors import UsageError
from odoo_seed.shells.environment import holder
from odoo_seed.write import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


_LONGEST = 2000


def scope_of(
    target: str,
    only: Sequence[str] = (),
    allow: Mapping[str, str] | None = None,
    jobs: int | None = None,
    override_freeze: str | None = None,
    *,
    wait: float = 600,
) -> Scope:
    """What a run is about, as the command line says it."""
    trigger = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "cli"
    projects = tuple(only) or None
    return Scope(
        target, projects, allow, trigger, holder(), jobs,
        override_freeze=override_freeze, wait=wait, tell=_tell,
    )  # fmt: skip


def _tell(text: str) -> None:
    """Say on stderr what a run waits for."""
    click.echo(plain(text, _LONGEST), err=True)


def planned(scope: Scope, plan_file: Path | None) -> Scope:
    """The scope of a plan file, where there is one."""
    if plan_file is None:
        return scope
    if scope.only:
        raise UsageError(
            "A plan file has its own projects.", remedy="Leave out either --plan or --project."
        )
    found = wiring_files.read_plan(plan_file)
    refuse_other_target(found, scope.target)
    return replace(scope, planned=found, only=found.plan.only)
