"""The problems of a seed in every format, and in the job summary of a workflow's step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from odoo_seed.core.escape import plain
from odoo_seed.core.problem_markdown import BUDGET, problems_as_markdown
from odoo_seed.core.problem_report import (
    problems_as_annotations,
    problems_as_json,
    problems_as_text,
)

if TYPE_CHECKING:
    from odoo_seed.ports import SeedReading

_WRITERS = {
    "text": problems_as_text,
    "json": problems_as_json,
    "markdown": problems_as_markdown,
    "github": problems_as_annotations,
}


def show_problems(reading: SeedReading, form: str) -> None:
    """Print what `validate` found; for GitHub, append it to the job summary too."""
    seed = reading.content.seed if reading.content else None
    click.echo(_WRITERS[form](reading.problems, len(reading.files), seed), nl=False)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and summary:
        try:
            _append(Path(summary), reading)
        except OSError as error:  # what is wrong with the seed is said all the same
            told = f"The job summary cannot be written: {error.strerror or error}"
            click.echo(plain(told), err=True)


def _append(path: Path, reading: SeedReading) -> None:
    """Add to what the step's other commands wrote; GitHub's limit holds for all together."""
    seed = reading.content.seed if reading.content else None
    with path.open("ab") as file:
        budget = BUDGET - file.tell() - 1
        words = problems_as_markdown(reading.problems, len(reading.files), seed, budget)
        if words:
            file.write(f"{words}\n".encode(errors="backslashreplace"))
