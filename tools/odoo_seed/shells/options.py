"""The options that several commands share."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from odoo_seed.core.targets import DEFAULT_TARGET

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def formats(*names: str) -> Callable[[Any], Any]:
    """`--format`; the first name is the default."""
    choice = click.Choice(names)
    return click.option("--format", "form", type=choice, default=names[0], show_default=True)


class Number(click.FloatRange):
    """A number in a range; ``nan`` is in none, though no comparison finds it outside."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number, or fail in words."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


def _target_name(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", name):
        raise click.BadParameter("a target is named with letters, digits, - and _.")
    return name


def _guards(
    _context: click.Context, _option: click.Parameter, given: Sequence[str]
) -> dict[str, str]:
    for item in given:
        if not re.fullmatch(r"[a-z-]+=[0-9a-f]+", item):
            raise click.BadParameter("it takes the GUARD=CHECKSUM that `plan` prints.")
    return dict(item.split("=") for item in given)


target = click.option(
    "--target",
    default=DEFAULT_TARGET,
    show_default=True,
    callback=_target_name,
    help="Which Odoo database is meant.",
)
targets = click.option(
    "--target",
    "targets",
    multiple=True,
    callback=lambda context, option, names: tuple(
        _target_name(context, option, name) for name in names
    ),
    help="Only runs of this target (repeatable).",
)


def concurrency(default: int) -> Callable[[Any], Any]:
    """`--concurrency` of what takes runs from the queue."""
    return click.option(
        "--concurrency",
        type=click.IntRange(1, 32),
        default=default,
        show_default=True,
        help="Runs at the same time, each of another target.",
    )


allow = click.option(
    "--allow",
    multiple=True,
    metavar="GUARD=CHECKSUM",
    callback=_guards,
    help="Pass this guard once, for the plan with this checksum.",
)
override_freeze = click.option(
    "--override-freeze",
    metavar="REASON",
    help="Seed though a freeze of policy.yaml is on; the reason is kept with the run.",
)
seed_dir = click.option(
    "--seed-dir",
    type=click.Path(path_type=Path),
    help="Folder of the YAML; by default supabase/seed/odoo.",
)
project = click.option(
    "--project", "only", multiple=True, help="Only this project (repeatable); archives nothing."
)
yes = click.option("--yes", is_flag=True, help="Do it; without this, only show what would be done.")
jobs = click.option(
    "--jobs",
    type=click.IntRange(1, 32),
    help="Connections to Odoo at the same time; by default chosen by its answer times.",
)
out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Also write the plan to this file, for `seed --plan`.",
)
rehearse = click.option(
    "--rehearse",
    "rehearsed",
    is_flag=True,
    help="Also let Odoo try the changes and take them back; exit 1 when it objects.",
)
plan_file = click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    help="Apply exactly the plan of this file (from `plan --out`), or nothing.",
)
wait = click.option(
    "--wait",
    type=Number(min=0),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a run that is at work on the target.",
)
tracked = click.option(
    "--tracked",
    is_flag=True,
    help="Only files that git tracks: what a commit would hold, not what lies around.",
)
