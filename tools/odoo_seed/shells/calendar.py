"""`odoo-seed calendar`: the schedule of a period; no database, no Odoo."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from odoo_seed import pipeline, wiring_files
from odoo_seed.core import report_agenda as report
from odoo_seed.core.agenda import Choice
from odoo_seed.core.periods import Period, parse_period
from odoo_seed.errors import UsageError
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verb, show
from odoo_seed.shells.problems import show_problems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from odoo_seed.core.model import Seed

_INVALID = 2


def _period(_context: click.Context, _option: click.Parameter, given: str) -> Period:
    try:
        return parse_period(given)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


@click.command(cls=Verb)
@click.option(
    "--period",
    required=True,
    metavar="PERIOD",
    callback=_period,
    help="A month (2026-01), a quarter (2026-Q1) or a year (2026).",
)
@click.option("--company", "companies", multiple=True, help="Only this company (repeatable).")
@click.option("--project", "projects", multiple=True, help="Only this project (repeatable).")
@click.option(
    "--person", "people", multiple=True, help="Only this person's tasks, by e-mail (repeatable)."
)
@click.option(
    "--due",
    "by_deadline",
    is_flag=True,
    help="Whatever has its deadline in the period, such as the close of the month before.",
)
@click.option(
    "--max-hours",
    type=options.Number(min=1, max=24),
    help="More planned hours a day are an overload; by default workload.max_hours_per_day of "
    "policy.yaml, or 8.",
)
@options.seed_dir
@options.formats("text", "markdown", "json", "ical")
def calendar(
    period: Period,
    companies: Sequence[str],
    projects: Sequence[str],
    people: Sequence[str],
    by_deadline: bool,
    max_hours: float | None,
    seed_dir: Path | None,
    form: str,
) -> None:
    """Show what is due in a period, day by day and person by person; offline, changes nothing.

    A task that a template made belongs to its period, any other to the month of its deadline.
    """
    reading = pipeline.validate(wiring_files.seed_files(settings_of(seed_dir)))
    if reading.content is None:
        show_problems(reading, form if form == "json" else "text")
        sys.exit(_INVALID)
    choice = replace(
        _choice(reading.content.seed, companies, people, projects), by_deadline=by_deadline
    )
    agenda = pipeline.calendar(reading.content, period, choice, max_hours)
    if form == "ical":  # bytes: line ends and UTF-8 are those of the standard, everywhere
        from odoo_seed.core.agenda_ical import ical  # noqa: PLC0415 - a quarter of a second

        click.echo(ical(agenda, datetime.now(UTC)), nl=False)
        return
    show(
        form,
        text=lambda: report.text(agenda),
        markdown=lambda: report.markdown(agenda),
        json=lambda: report.as_json(agenda),
    )


def _choice(
    seed: Seed, companies: Sequence[str], people: Sequence[str], projects: Sequence[str]
) -> Choice:
    """What the options mean in this seed.

    Raises:
        UsageError: The seed has nobody, no company or no project of that name.
    """
    known = {project.company_name or "" for project in seed.projects} - {""}
    emails = {email.lower() for task in seed.tasks for email in task.assignee_emails or ()}
    refs = {project.external_ref for project in seed.projects}
    return Choice(
        _known("company", companies, {name.casefold(): name for name in known}),
        _known("person", people, {email.casefold(): email for email in emails}),
        _known("project", projects, {ref.casefold(): ref for ref in refs}),
    )


def _known(what: str, given: Sequence[str], known: Mapping[str, str]) -> list[str]:
    for name in given:
        if name.casefold() not in known:
            close = get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
            raise UsageError(
                f"The seed has no {what} {name}.",
                remedy=f"Did you mean {known[close[0]]}?"
                if close
                else f"Name a {what} of the YAML.",
            )
    return [known[name.casefold()] for name in given]
