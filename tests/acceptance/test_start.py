"""A command starts with what it needs, not with what the others need."""

from __future__ import annotations

import json
import subprocess
import sys

import click

from odoo_seed.shells.cli import cli

LATER = {"rich", "openpyxl", "xlsxwriter", "holidays", "procrastinate", "odoo_seed.sandbox"}
LATER |= {f"odoo_seed.shells.{name}" for name in ("sheet", "worker", "doctor", "rollback")}


def test_starting_imports_no_command_that_was_not_asked_for() -> None:
    told = "import json, sys, odoo_seed.shells.cli; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    loaded = set(json.loads(done.stdout))
    assert "odoo_seed.pipeline" in loaded
    assert loaded & LATER == set()


def test_every_command_that_is_listed_is_there_and_says_what_it_does() -> None:
    context = click.Context(cli)
    found = [cli.get_command(context, name) for name in cli.list_commands(context)]
    assert len(found) > 20
    for command, name in zip(found, cli.list_commands(context), strict=True):
        assert command is not None
        assert command.name == name
        assert command.callback is not None
        assert command.get_short_help_str()
