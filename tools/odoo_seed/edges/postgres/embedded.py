"""A Postgres of one's own under ODOO_SEED_HOME, for as long as a command uses it.

Who may do what is settled by three files in the home, locked with flock, which the kernel releases
however a process ends:

- `postgres.start`: exclusive while somebody looks whether a server runs, and starts one.
- `postgres.in-use`: shared by every user of the server. Who can have it exclusively is the last
  one and stops the server; `keeper.py` waits for that, for users who were killed.
- `postgres.server`: held by the server's own processes, so that it tells without guessing about
  process ids whether any of them lives.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg

from odoo_seed.edges.postgres.data_folder import NAME, environment, make_data
from odoo_seed.edges.postgres.programs import REMEDY, account, programs
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from types import TracebackType

KEEPER = Path(__file__).with_name("keeper.py")
"""The program that outlives the command that starts the server."""

_START_SECONDS = 60
_POLL_SECONDS = 0.02
_ATTEMPTS = 4
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedPostgres:
    """A context manager; inside it, `url` answers. Several may share one home, at the same time.

    Args:
        home: Folder of the data, the password and the log; made when missing.
        durable: False gives up surviving a power cut, for tests.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self._home = home.absolute()
        self._durable = durable
        self._data = self._home / "pg"
        self._password = self._home / "postgres.password"
        self._in_use = -1
        self._port = 0

    @property
    def url(self) -> str:
        """Connection string with the password in it: never show it."""
        password = self._password.read_text()
        # A PGSSLMODE in the environment is about other servers.
        return f"postgresql://{NAME}:{password}@127.0.0.1:{self._port}/{NAME}?sslmode=disable"

    def __enter__(self) -> Self:
        """Find the running server or start one.

        Raises:
            DatabaseError: The folder cannot be used, or Postgres does not start.
        """
        try:
            self._prepare_home()
            with ExitStack() as until_ready, ExitStack() as on_failure:
                start = self._open("start")
                until_ready.callback(os.close, start)
                fcntl.flock(start, fcntl.LOCK_EX)
                self._in_use = self._open("in-use")
                on_failure.callback(os.close, self._in_use)
                fcntl.flock(self._in_use, fcntl.LOCK_SH)
                self._port = self._running_port()
                on_failure.pop_all()
        except OSError as error:
            raise DatabaseError(
                f"The embedded Postgres cannot use {error.filename or self._home}: "
                f"{error.strerror}.",
                remedy=REMEDY,
            ) from error
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave; the last one stops the server."""
        try:
            fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The home may have been removed meanwhile; then it is left to the keeper.
            with suppress(OSError):
                self._stop()
        except BlockingIOError:
            # Others use it, or whoever left with us is stopping it: then wait for that.
            fcntl.flock(self._in_use, fcntl.LOCK_SH)
        finally:
            os.close(self._in_use)

    def _prepare_home(self) -> None:
        self._home.mkdir(parents=True, exist_ok=True)
        ignore = self._home / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")

    def _open(self, name: str) -> int:
        # For reading only: then root and the owner of the home can use each other's files.
        return os.open(self._home / f"postgres.{name}", os.O_RDONLY | os.O_CREAT, 0o644)

    def _running_port(self) -> int:
        deadline = time.monotonic() + _START_SECONDS
        attempts = 0
        while time.monotonic() < deadline:
            lock = self._server_lock()
            if lock is not None:
                attempts += 1
                try:
                    if attempts > _ATTEMPTS:
                        break
                    self._start(lock)
                finally:
                    os.close(lock)
            port = self._ready_port()
            if port and self._answers(port):
                return port
            time.sleep(_POLL_SECONDS)
        raise DatabaseError(
            f"The embedded Postgres in {self._home} did not start. Its last words: "
            f"{self._last_words()}",
            remedy=f"Look into {self._home / 'postgres.log'}. {REMEDY}",
        )

    def _server_lock(self) -> int | None:
        """Take the lock that the server's processes hold; None while any of them lives."""
        lock = self._open("server")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        return lock

    def _start(self, lock: int) -> None:
        """Start the keeper, and through it the server. It takes the lock over."""
        if not self._data.exists():
            make_data(self._home, self._data, self._password, durable=self._durable)
        runner = account(self._data)
        # No server lives, so a file that says otherwise was left by a crash.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        options = [
            "listen_addresses=127.0.0.1",
            f"port={_free_port()}",
            "unix_socket_directories=",
            "timezone=UTC",
            "log_timezone=UTC",
            *(() if self._durable else _QUICK),
        ]
        # Not self._data itself: behind a link, the account may reach the target but not the link.
        server = [str(programs(runner) / "postgres"), "-D", str(self._data.resolve())]
        for option in options:
            server += ["-c", option]
        keeper = [sys.executable, "-I", "-S", str(KEEPER)]
        who = (runner.uid, runner.gid) if runner.switch else (-1, -1)
        in_use = str(self._home / "postgres.in-use")
        with (self._home / "postgres.log").open("wb") as log:
            subprocess.run(  # ends at once: the keeper detaches itself
                [*keeper, in_use, str(lock), *map(str, who), *server],
                check=False,
                pass_fds=(lock,),
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(),
            )

    def _pid_file(self) -> list[str]:
        """Lines of postmaster.pid: process id first, port fourth, `ready` eighth."""
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _ready_port(self) -> int | None:
        lines = self._pid_file()
        return int(lines[3]) if len(lines) == 8 and lines[7].strip() == "ready" else None

    def _answers(self, port: int) -> bool:
        """Whether the server lets us in; makes the database at the first time."""
        try:
            with psycopg.connect(
                host="127.0.0.1",
                port=port,
                user=NAME,
                password=self._password.read_text(),
                dbname="postgres",
                sslmode="disable",
                connect_timeout=5,
                autocommit=True,
            ) as connection:
                found = connection.execute(
                    "select from pg_catalog.pg_database where datname = %s", [NAME]
                ).fetchone()
                if found is None:
                    connection.execute(f"create database {NAME}")
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise DatabaseError(
                    f"{self._password} does not hold the password of the data beside it.",
                    remedy=f"Put the file back, or remove {self._data} to begin anew.",
                ) from error
            return False
        except FileNotFoundError as error:
            raise DatabaseError(
                f"{self._password} is gone, and with it the password of the data beside it.",
                remedy=f"Put the file back, or remove {self._data} to begin anew.",
            ) from error
        return True

    def _stop(self) -> None:
        """End the server as its last user."""
        for number in (signal.SIGINT, signal.SIGQUIT):
            lines = self._pid_file()
            lock = self._server_lock()
            if lock is None and lines:
                os.kill(int(lines[0]), number)
            elif lock is not None:
                os.close(lock)
                return
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                if (lock := self._server_lock()) is not None:
                    os.close(lock)
                    return
                time.sleep(_POLL_SECONDS)

    def _last_words(self) -> str:
        log = self._home / "postgres.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return " / ".join(lines[-4:]) or "none"


def _free_port() -> int:
    """A port that is free now; if somebody is quicker, the start is tried again with another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
