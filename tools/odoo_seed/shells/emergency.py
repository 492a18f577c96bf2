"""What stops everything, or takes it away: `stop`, `resume`, `remove-schema`.

Each shows first what it would do; `--yes` does it.
"""

from __future__ import annotations

import click

from odoo_seed import wiring
from odoo_seed.core import removal, stops
from odoo_seed.core.escape import plain
from odoo_seed.core.stops import Stop
from odoo_seed.errors import UsageError
from odoo_seed.shells import options
from odoo_seed.shells.environment import holder, settings_of
from odoo_seed.shells.frame import Verb, show

_LONGEST_REASON = 500


@click.command(cls=Verb)
@options.target
@click.option("--reason", required=True, help="Why; everybody who is refused reads it.")
@options.yes
@options.formats("text", "json")
def stop(target: str, reason: str, yes: bool, form: str) -> None:
    """Let `seed` and `run` refuse to write to a target, until `resume`."""
    if not plain(reason) or len(reason) > _LONGEST_REASON:
        raise UsageError(
            f"The reason has {len(reason)} characters.",
            remedy=f"Say it in 1 to {_LONGEST_REASON}: --reason TEXT.",
        )
    found = Stop(target, holder(), reason)
    if yes:
        with wiring.store(settings_of()) as store:
            found = store.stop(target, found.by, reason)
    show(
        form,
        text=lambda: stops.stop_text(found),
        json=lambda: stops.as_json(target, found, stopped=yes),
    )


@click.command(cls=Verb)
@options.target
@options.formats("text", "json")
def resume(target: str, form: str) -> None:
    """Let a target be seeded again after `stop`."""
    with wiring.store(settings_of()) as store:
        found = store.resume(target)
    show(
        form,
        text=lambda: stops.resume_text(target, found),
        json=lambda: stops.as_json(target, found, stopped=False),
    )


@click.command("remove-schema", cls=Verb)
@options.yes
@options.formats("text", "json")
def remove_schema(yes: bool, form: str) -> None:
    """Drop schema odoo_seed from the database, with everything in it; Odoo is not touched."""
    settings = settings_of()
    if yes:
        content = wiring.remove_schema(settings, holder())
    else:
        content = wiring.survey_schema(settings)
    show(
        form,
        text=lambda: removal.text(content, removed=yes),
        json=lambda: removal.as_json(content, removed=yes),
    )
