"""Import the program once, and fork for every command that a client brings; see __init__.py."""

from __future__ import annotations

import gc
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
from contextlib import suppress

import click

from odoo_seed.shells.cli import cli


def main() -> None:
    words = next_command(sys.argv[1])
    if words is not None:
        sys.argv = ["odoo-seed", *words]
        runpy.run_module("odoo_seed", run_name="__main__", alter_sys=False)


def next_command(address: str) -> list[str] | None:
    """Serve; return in a forked process that is to run a command, or None at the end."""
    context = click.Context(cli)
    for name in cli.list_commands(context):
        cli.get_command(context, name)  # imports it
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    gc.collect()
    gc.freeze()  # a collection in a child then copies no pages
    os.write(1, b"ready\n")
    while True:
        found, _, _ = select.select([listener, 0], [], [])
        if 0 in found:  # the test process has ended
            return None
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            return watched(connection)
        connection.close()
        with suppress(ChildProcessError):  # there are none
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass  # somebody who watched has ended


def watched(connection: socket.socket) -> list[str]:
    """Return in the process that is to run the command; the one before it tells how it ended."""
    length, streams, _, _ = socket.recv_fds(connection, 10, 3)
    request = b""
    while len(request) < int(length):
        request += connection.recv(1 << 16)
    child = os.fork()
    if child == 0:
        connection.close()
        return take_over(request.split(b"\0"), streams)
    for stream in streams:
        os.close(stream)

    def end_with_client() -> None:
        with suppress(OSError):  # it has just ended by itself
            if not connection.recv(1):
                os.kill(child, signal.SIGKILL)

    threading.Thread(target=end_with_client, daemon=True).start()
    _, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):
        connection.sendall(b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def take_over(parts: list[bytes], streams: list[int]) -> list[str]:
    """Become what the client would have been; return the arguments."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    # What Python opened at its start knows the server's files, and whether they can be sought in.
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # noqa: SIM115 - they stay open
    sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # noqa: SIM115 - as above
    sys.stderr = sys.__stderr__ = open(  # noqa: SIM115 - as above
        2, "w", buffering=1, errors="backslashreplace", closefd=False
    )
    folder, count, *rest = parts
    os.chdir(folder)
    os.environb.clear()
    os.environb.update(part.split(b"=", 1) for part in rest[int(count) :])  # type: ignore[arg-type] # pairs
    time.tzset()
    return [os.fsdecode(word) for word in rest[: int(count)]]


main()
