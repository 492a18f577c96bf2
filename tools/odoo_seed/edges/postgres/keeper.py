"""Keeps a Postgres for the commands that use it, and stops it when the last of them has gone.

Started by `embedded.py` as a process of its own, by its path and without the package, so it uses
the standard library alone. Arguments: the in-use file, the descriptor of the server lock, uid and
gid to run as (-1: no change), then the command line of the server.

Every user of the server holds a shared lock on the in-use file, and the kernel drops it however
the user ends. The exclusive lock that is asked for here is therefore had when nobody is left.
"""

import fcntl
import os
import signal
import subprocess
import sys
from types import FrameType
from typing import Any

PATIENCE = ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))
"""Fast shutdown, immediate shutdown, the end; seconds to wait for each."""


def main() -> None:
    """Run the server until nobody uses it, or it ends."""
    if os.fork():
        os._exit(0)  # whoever started us waits for this, and is then rid of a child
    path, lock, uid, gid = sys.argv[1], *map(int, sys.argv[2:5])
    # Ctrl-C, a closed terminal or a polite kill of the whole job is no reason to leave first.
    # Not SIG_IGN, which the server would inherit: until it has handlers of its own, our SIGINT
    # would be lost on it, and it would live on until the next signal.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stay)
    signal.signal(signal.SIGCHLD, _server_ended)
    account: dict[str, Any] = {} if uid < 0 else {"user": uid, "group": gid, "extra_groups": []}
    server = subprocess.Popen(sys.argv[5:], pass_fds=(lock,), **account)
    # From here on the server alone holds its lock, with all its processes: it is free when,
    # and only when, the last of them has gone.
    os.close(lock)
    in_use = os.open(path, os.O_RDONLY)
    fcntl.flock(in_use, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    stop(server)


def stop(server: "subprocess.Popen[bytes]") -> None:
    """End the server, less and less politely."""
    for number, seconds in PATIENCE:
        server.send_signal(number)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


def _stay(_number: int, _frame: FrameType | None) -> None:
    pass


def _server_ended(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
