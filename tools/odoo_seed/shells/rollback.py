"""`odoo-seed rollback` and `odoo-seed clear-refs`: shown first, done with `--yes`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from odoo_seed import rollback as rollbacks
from odoo_seed import wiring
from odoo_seed.core import report_rollback as report
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verb, exit_code, show
from odoo_seed.shells.progress import progress
from odoo_seed.shells.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.plan import Plan
    from odoo_seed.core.runs import Run


@click.command(cls=Verb)
@click.argument("which", metavar="RUN")
@options.target
@click.option("--force", is_flag=True, help="Take back also what was changed since.")
@options.allow
@options.override_freeze
@options.yes
@options.formats("text", "json")
def rollback(
    which: str,
    target: str,
    force: bool,
    allow: Mapping[str, str],
    override_freeze: str | None,
    yes: bool,
    form: str,
) -> None:
    """Take back what a run wrote to Odoo: RUN is its id, the beginning of it, or `last`."""
    settings = settings_of()
    scope = scope_of(target, allow=allow, override_freeze=override_freeze)
    run = None
    with wiring.store(settings) as store:
        if yes:
            with wiring.odoo_writer(settings, target, store) as odoo:
                found, run = rollbacks.rollback(store, odoo, progress(), scope, which, force=force)
        else:
            with wiring.odoo_reader(settings, target, store) as reader:
                found = rollbacks.plan_rollback(store, reader, scope, which, force=force)
    show(
        form,
        text=lambda: report.text(found, run),
        json=lambda: report.rollback_json(found, run),
    )
    sys.exit(_exit(found.plan, run))


@click.command("clear-refs", cls=Verb)
@options.target
@options.override_freeze
@options.yes
@options.formats("text", "json")
def clear_refs(target: str, override_freeze: str | None, yes: bool, form: str) -> None:
    """Empty x_external_ref of every record in Odoo; the records stay."""
    settings = settings_of()
    scope = scope_of(target, override_freeze=override_freeze)
    run = None
    with wiring.store(settings) as store:
        if yes:
            with wiring.odoo_writer(settings, target, store) as odoo:
                made, run = rollbacks.clear_refs(store, odoo, progress(), scope)
        else:
            with wiring.odoo_reader(settings, target, store) as reader:
                made = rollbacks.plan_clearing(store, reader, scope)
    show(
        form,
        text=lambda: report.clearing_text(made, run),
        json=lambda: report.clearing_json(made, run),
    )
    sys.exit(_exit(made, run))


def _exit(made: Plan, run: Run | None) -> int:
    if run is not None:
        return exit_code(run.status)
    return 1 if made.refusals or made.guards else 0
