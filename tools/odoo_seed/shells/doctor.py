"""`odoo-seed doctor`: look at everything beforehand, and say how to put right what is not."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from odoo_seed import wiring, wiring_files
from odoo_seed.core import doctor as report
from odoo_seed.core.doctor_bindings import as_bound, examine_bindings
from odoo_seed.core.doctor_database import examine_database
from odoo_seed.core.doctor_odoo import examine_odoo
from odoo_seed.core.doctor_seed import (
    examine_freeze,
    examine_seed,
    examine_seed_in_odoo,
    wanted_of,
)
from odoo_seed.shells import options
from odoo_seed.shells.environment import settings_of
from odoo_seed.shells.frame import Verb, show

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_seed.core.doctor import Check
    from odoo_seed.settings import Settings


@click.command(cls=Verb)
@options.target
@options.seed_dir
@options.formats("text", "json")
def doctor(target: str, seed_dir: Path | None, form: str) -> None:
    """Check database, Odoo and seed beforehand, with a remedy for each; changes nothing."""
    checks = examine(settings_of(seed_dir), target)
    show(form, text=lambda: report.text(checks), json=lambda: report.as_json(checks, target))
    sys.exit(0 if report.healthy(checks) else 1)


def examine(settings: Settings, target: str) -> list[Check]:
    """Return all checks; what fails on one side does not stop the other."""
    reading = wiring_files.seed_files(settings).read()
    read = reading.content
    database = wiring.database_facts(settings, target, read.seed.projects if read else None)
    content = as_bound(read, database.bindings, target) if read else None
    wanted = wanted_of(content.seed, read.seed) if read and content else None
    odoo = wiring.odoo_facts(settings, target, wanted)
    return [
        examine_seed(reading.content, reading.problems, len(reading.files)),
        *examine_freeze(content, datetime.now(UTC)),
        *examine_database(database, reading.commit, odoo.address),
        *examine_odoo(odoo),
        *examine_seed_in_odoo(wanted, odoo),
        *examine_bindings(content, database.bindings, odoo),
    ]
