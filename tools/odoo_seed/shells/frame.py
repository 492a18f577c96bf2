"""What every command has in common: how it prints, how it fails and how it is interrupted."""

from __future__ import annotations

import io
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from odoo_seed.core.escape import harmless, json_text, plain
from odoo_seed.errors import OdooSeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from odoo_seed.core.runs import Status

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LONGEST = 2000


class Verb(click.Command):
    """A command whose errors are told as JSON too, when JSON was asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see click."""
        try:
            return super().invoke(ctx)
        except OdooSeedError as error:
            if ctx.params.get("form") == "json":
                told = {"schema_version": 1, "ok": False, "error": error.told}
                details = {"details": list(error.details)} if error.details else {}
                click.echo(json_text(told | details | {"remedy": error.remedy}))
            raise


class _Later(click.Command):
    """Keeps the place of a command that is not imported yet."""

    def __init__(self, module: str, name: str) -> None:
        super().__init__(name)
        self._module = module

    def imported(self) -> click.Command:
        """Return the command itself, which its module names as Python can."""
        attribute = str(self.name).replace("-", "_")
        found: click.Command = getattr(import_module(self._module), attribute)
        return found


class Verbs(click.Group):
    """Lists the verbs in the order of the pipeline."""

    command_class = Verb

    def add_later(self, module: str, *names: str) -> None:
        """Add commands of a module that is imported when one of them is first wanted.

        Half of what a command takes to start would else be the import of all the others.
        """
        for name in names:
            self.add_command(_Later(module, name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, importing it; see click."""
        found = super().get_command(ctx, cmd_name)
        if isinstance(found, _Later):
            found = self.commands[cmd_name] = found.imported()
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of their definition."""
        return list(self.commands)


def show(form: str, **writers: Callable[[], Any]) -> None:
    """Print in the format asked for; `writers` has a function for each."""
    shown = writers[form]()
    click.echo(json_text(shown) if form == "json" else harmless(shown))


def exit_code(status: Status) -> int:
    """The exit code of a command whose run ended so."""
    return {"success": 0, "partial": 3}.get(status, 1)


def run_command(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command line and return its exit code; errors are told in words.

    SIGINT, SIGTERM and SIGHUP end it through every `finally`, so that nothing is left behind.
    """
    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or in the background
            signal.signal(number, _end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack a character of ours
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(command, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _run(command: click.Command, arguments: Sequence[str] | None) -> int:
    try:
        command.main(args=arguments, prog_name="odoo-seed", standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        click.echo(harmless(told.getvalue()), err=True, nl=False)  # it quotes what was typed
        return error.exit_code
    except OdooSeedError as error:
        click.echo(f"Error: {plain(error.told, _LONGEST)}", err=True)
        for detail in error.details:
            click.echo(f"  {plain(detail, _LONGEST)}", err=True)
        if error.remedy:
            click.echo(f"  → {plain(error.remedy, _LONGEST)}", err=True)
        return error.exit_code
    return 0


def _end(number: int, _frame: FrameType | None) -> None:
    for ending in _ENDINGS:  # a second Ctrl-C must not stop the first one's cleaning up
        signal.signal(ending, signal.SIG_IGN)
    if number == signal.SIGINT:
        click.echo("Interrupted.", err=True)
    sys.exit(128 + number)
