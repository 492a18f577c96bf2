"""`odoo-seed github`: what is told on GitHub: comments, the report after a merge, drift."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from odoo_seed import pipeline, reporting, wiring
from odoo_seed.core.comment import summary_comment
from odoo_seed.core.escape import plain
from odoo_seed.core.markers import marker
from odoo_seed.core.told import DRIFT_TITLE, drift_body, farewell, posted
from odoo_seed.errors import UsageError
from odoo_seed.shells import options
from odoo_seed.shells.environment import footer, run_url, settings_of
from odoo_seed.shells.frame import Verbs

if TYPE_CHECKING:
    from odoo_seed.ports_github import Written

_LARGEST = 1024 * 1024
_LONG = 600
_file = click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="Markdown to be written, as `--format comment` prints it.",
)


@click.group("github", cls=Verbs)
def github() -> None:
    """Tell it on GitHub: needs GITHUB_TOKEN and GITHUB_REPOSITORY."""


@github.command()
@click.option("--pr", type=click.IntRange(1), required=True, help="Number of the pull request.")
@_file
def comment(pr: int, file: Path | None) -> None:
    """Write a comment on a pull request, or bring the one with the same marker up to date."""
    body = _read(_needed(file))
    with wiring.github(settings_of()) as client:
        _tell(client.upsert_comment(pr, body), "comment")


@github.command()
@options.target
@_file
def report(target: str, file: Path | None) -> None:
    """Write the summary to every pull request merged since the last applied commit."""
    settings = settings_of()
    with wiring.github(settings) as client, wiring.store(settings) as store:
        told = pipeline.summary(store, pipeline.Scope(target))
        body = summary_comment(told, footer()) if file is None else _read(file)
        done = reporting.report(
            store,
            client,
            told,
            body,
            commit=os.environ.get("GITHUB_SHA") or None,
            trigger="github" if os.environ.get("GITHUB_ACTIONS") == "true" else "cli",
            run_url=run_url(),
        )
    for written in done.written:
        _tell(written, "summary")
    for error in done.locked:
        click.echo(f"Warning: {plain(error.told, _LONG)} {plain(error.remedy, _LONG)}", err=True)
    click.echo(posted(len(done.written)))


@github.command()
@options.target
@_file
@click.option("--none", is_flag=True, help="There is no drift: close the issue, if one is open.")
def drift(target: str, file: Path | None, none: bool) -> None:
    """Keep one issue while there is drift: opened, updated in place, closed."""
    if none == (file is not None):
        raise UsageError(
            "It takes either --file or --none.",
            remedy="--file FILE says what differs; --none that nothing does.",
        )
    body = None if file is None else drift_body(_read(file))
    with wiring.github(settings_of()) as client:
        name = marker("drift", target)
        done = client.set_issue(name, DRIFT_TITLE.format(target), body, farewell(target))
    if done is None:
        click.echo("There is no drift, and no issue about it is open.")
    else:
        _tell(done, "drift issue")


def _tell(written: Written, what: str) -> None:
    click.echo(f"#{written.number}: {what} {written.action} ({plain(written.url, _LONG)})")


def _needed(file: Path | None) -> Path:
    if file is None:
        raise UsageError("--file is missing.", remedy="Name the file with the comment.")
    return file


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UsageError(
                f"{path} is larger than any comment: more than 1 MB.", remedy="Shorten it."
            )
        return content.decode("utf-8")
    except (OSError, ValueError) as error:  # ValueError: NUL in the name, or not UTF-8
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise UsageError(
            f"{path} cannot be read: {why}.",
            remedy="Make it first: `odoo-seed plan --format comment > FILE`.",
        ) from None
