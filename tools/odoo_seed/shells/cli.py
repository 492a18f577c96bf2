"""The command line: one subcommand a verb, in the order of the pipeline."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from odoo_seed import __version__, pipeline, wiring, wiring_files
from odoo_seed.core import comment, plan_json, report_plan, report_run, report_verify, summary_json
from odoo_seed.core import summary as report_summary
from odoo_seed.core.escape import harmless
from odoo_seed.errors import OdooSeedError, UsageError
from odoo_seed.shells import options
from odoo_seed.shells.by_hand import queries_by_hand
from odoo_seed.shells.environment import footer, settings_of
from odoo_seed.shells.frame import Verbs, exit_code, run_command, show
from odoo_seed.shells.problems import show_problems
from odoo_seed.shells.progress import progress
from odoo_seed.shells.scope import planned, scope_of
from odoo_seed.write import refuse_stopped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


_CHANGES = 2


@click.group(
    cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="odoo-seed")
def cli() -> None:
    """Projects and tasks as reviewed YAML: loaded into Supabase, synced to Odoo, verified.

    In order: validate, load, plan, seed, shadow, verify, summary; `run` does load to summary.
    """


@cli.command()
@options.seed_dir
@options.tracked
@options.formats("text", "json", "github")
def validate(seed_dir: Path | None, tracked: bool, form: str) -> None:
    """Check every YAML file; offline, changes nothing."""
    reading = pipeline.validate(wiring_files.seed_files(settings_of(seed_dir), tracked=tracked))
    show_problems(reading, form)
    sys.exit(0 if reading.content is not None else 2)


@cli.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    done = wiring.migrate(settings_of())
    click.echo(f"Applied: {', '.join(done)}" if done else "The database is up to date.")


@cli.command()
@options.target
def prepare(target: str) -> None:
    """Create the field x_external_ref in Odoo, where it is missing."""
    done = wiring.prepare_odoo(settings_of(), target)
    click.echo(f"Created x_external_ref on {' and '.join(done)}." if done else "Odoo is ready.")


for name in ("doctor", "fmt", "compare", "calendar", "sheet"):
    cli.add_later(f"odoo_seed.shells.{name}", name)


@cli.command()
@options.seed_dir
@options.formats("text", "json")
def load(seed_dir: Path | None, form: str) -> None:
    """Bring the YAML into the database, all or nothing."""
    settings = settings_of(seed_dir)
    files = wiring_files.seed_files(settings)
    with wiring.store(settings) as store:
        done = pipeline.load(files, store)
    show(form, text=lambda: report_run.load_text(done), json=lambda: report_run.load_json(done))


@cli.command()
@options.target
@options.seed_dir
@options.project
@click.option(
    "--from",
    "origin",
    type=click.Choice(["database", "files"]),
    default="database",
    show_default=True,
    help="Take the seed from the database, or straight from the YAML.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there are changes.")
@click.option("--raw", is_flag=True, help="Show the raw values of every change besides the words.")
@options.out
@options.rehearse
@options.formats("text", "json", "markdown", "comment")
def plan(
    target: str,
    seed_dir: Path | None,
    only: Sequence[str],
    origin: str,
    detailed_exitcode: bool,
    raw: bool,
    out: Path | None,
    rehearsed: bool,
    form: str,
) -> None:
    """Say what `seed` would change in Odoo; writes nothing."""
    settings = settings_of(seed_dir)
    scope = scope_of(target, only)
    with (
        wiring.store(settings) as store,
        wiring.odoo_reader(settings, target, store) as odoo,
        wiring.odoo_rehearser(settings, target, store) if rehearsed else nullcontext() as rehearser,
    ):
        if origin == "files":
            content = pipeline.content_of(wiring_files.seed_files(settings).read())
        else:
            content = store.read_seed()
        made = pipeline.plan(content, store, odoo, scope, rehearser)
    if out is not None:
        wiring_files.write_plan(out, made)
    show(
        form,
        text=lambda: report_plan.text(made, raw=raw),
        json=lambda: plan_json.as_json(made),
        markdown=lambda: report_plan.markdown(made, raw=raw),
        comment=lambda: comment.plan_comment(made, footer(), raw=raw),
    )
    if made.unsettled:
        sys.exit(1)
    sys.exit(_CHANGES if detailed_exitcode and not made.empty else 0)


@cli.command()
@options.target
@options.project
@options.plan_file
@options.allow
@options.override_freeze
@options.jobs
@options.formats("text", "json")
def seed(
    target: str,
    only: Sequence[str],
    plan_file: Path | None,
    allow: Mapping[str, str],
    override_freeze: str | None,
    jobs: int | None,
    form: str,
) -> None:
    """Write the difference to Odoo."""
    scope = planned(scope_of(target, only, allow, jobs, override_freeze), plan_file)
    settings = settings_of()
    with (
        wiring.store(settings) as store,
        wiring.odoo_writer(settings, target, store) as odoo,
    ):
        done = pipeline.seed(store, odoo, progress(), scope)
    show(form, text=lambda: report_run.seed_text(done), json=lambda: report_run.seed_json(done))
    sys.exit(exit_code(done.run.status))


@cli.command()
@options.target
@options.wait
@options.formats("text", "json")
def shadow(target: str, wait: float, form: str) -> None:
    """Mirror what Odoo really holds."""
    settings = settings_of()
    with wiring.store(settings) as store, wiring.odoo_reader(settings, target, store) as odoo:
        run = pipeline.shadow(store, odoo, scope_of(target, wait=wait))
    show(form, text=lambda: report_run.shadow_text(run), json=lambda: report_run.shadow_json(run))


@cli.command()
@options.target
@options.wait
@click.option(
    "--sql", "by_hand", is_flag=True, help="Only print queries to run by hand, on both sides."
)
@click.option(
    "--project", "only", multiple=True, help="With --sql: only this project (repeatable)."
)
@options.formats("text", "json", "markdown")
def verify(target: str, wait: float, by_hand: bool, only: Sequence[str], form: str) -> None:
    """Say whether Odoo, as last mirrored, holds what git says."""
    if by_hand:
        click.echo(queries_by_hand(settings_of(), target, only))
        return
    if only:
        raise UsageError(
            "verify looks at all projects.", remedy="--project goes with --sql; leave one out."
        )
    with wiring.store(settings_of()) as store:
        found = pipeline.verify(store, scope_of(target, wait=wait))
    show(
        form,
        text=lambda: report_verify.verify_text(found),
        json=lambda: report_verify.verify_json(found),
        markdown=lambda: report_verify.verify_markdown(found),
    )
    sys.exit(0 if found.verdict == "agrees" else 1)


@cli.command()
@options.target
@click.option("--no-html", is_flag=True, help="Markdown alone: long lists are not folded.")
@options.formats("text", "json", "markdown", "comment")
def summary(target: str, no_html: bool, form: str) -> None:
    """Tell a reviewer how the last run went."""
    with wiring.store(settings_of()) as store:
        told = pipeline.summary(store, scope_of(target))
    show(
        form,
        text=lambda: report_summary.text(told),
        json=lambda: summary_json.as_json(told),
        markdown=lambda: report_summary.markdown(told, html=not no_html),
        comment=lambda: comment.summary_comment(told, footer()),
    )


@cli.command()
@options.target
@options.seed_dir
@options.plan_file
@options.allow
@options.override_freeze
@options.jobs
@options.formats("text", "json", "markdown")
def run(
    target: str,
    seed_dir: Path | None,
    plan_file: Path | None,
    allow: Mapping[str, str],
    override_freeze: str | None,
    jobs: int | None,
    form: str,
) -> None:
    """Load, seed, shadow, verify and summarise in one go."""
    settings = settings_of(seed_dir)
    settings.odoo(target)  # what is missing is said before anything is loaded
    scope = scope_of(target, allow=allow, jobs=jobs, override_freeze=override_freeze)
    scope = planned(scope, plan_file)
    files = wiring_files.seed_files(settings)
    with wiring.store(settings) as store:
        refuse_stopped(store, target)
        if scope.planned is not None:  # all or nothing: another plan is told before the load
            with wiring.odoo_reader(settings, target, store) as reader:
                pipeline.plan(pipeline.content_of(files.read()), store, reader, scope)
        loaded = pipeline.load(files, store, scope.trigger)
        click.echo(harmless(report_run.load_text(loaded)), err=form != "text")
        with wiring.odoo_writer(settings, target, store) as odoo:
            done = pipeline.seed(store, odoo, progress(), scope)
        status, seeded = done.run.status, report_run.seed_text(done)
        del done  # the plan of a large seed takes the memory that the rest needs
        try:
            with wiring.odoo_reader(settings, target, store) as reader:
                pipeline.shadow(store, reader, scope)
            pipeline.verify(store, scope)
            told = pipeline.summary(store, scope)
        except OdooSeedError as error:  # what was written must not go untold
            error.details += tuple(seeded.splitlines())
            raise
    show(
        form,
        text=lambda: report_summary.text(told),
        json=lambda: summary_json.as_json(told),
        markdown=lambda: report_summary.markdown(told),
    )
    sys.exit(exit_code(status) or (0 if told.ok else 1))


for module, *names in (
    ("adopt", "adopt"),
    ("serve", "serve"),
    ("worker", "worker"),
    ("github", "github"),
    ("rollback", "rollback"),
    ("emergency", "stop", "resume"),
    ("rollback", "clear-refs"),
    ("emergency", "remove-schema"),
    ("sandbox", "sandbox", "demo"),
):
    cli.add_later(f"odoo_seed.shells.{module}", *names)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors are told in words."""
    return run_command(cli, arguments)
