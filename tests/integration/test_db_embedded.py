"""The embedded Postgres: up in a moment, shared, and never left behind."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.conftest import make_home

from odoo_seed.edges.postgres import data_folder, embedded, programs
from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A command that uses the server until its standard input ends.
COMMAND = """
import sys
from pathlib import Path
from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def made_home() -> Iterator[Path]:
    """A home whose server was once started."""
    home = make_home()
    with EmbeddedPostgres(home, durable=False):
        pass
    yield home
    shutil.rmtree(home)


@pytest.fixture
def ready_home(embedded_home: Path, made_home: Path) -> Path:
    """A copy of it, for what is not about the making, which takes a second."""
    subprocess.run(["cp", "-a", f"{made_home}/.", embedded_home], check=True)
    return embedded_home


def start_command(home: Path, *prefix: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", COMMAND, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def url_of(command: subprocess.Popen[str]) -> str:
    assert command.stdout is not None
    return command.stdout.readline().strip()


def end(command: subprocess.Popen[str]) -> int:
    command.communicate(timeout=30)
    return command.returncode


def kill(command: subprocess.Popen[str], number: signal.Signals) -> None:
    command.send_signal(number)
    command.communicate(timeout=30)


def wait_until_gone(home: Path) -> None:
    """Until no process of the server lives: all of them hold this lock together."""
    deadline = time.monotonic() + 10
    with (home / "postgres.server").open() as file:
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.02)
            else:
                return
    pytest.fail("the server is still there")


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def test_the_server_listens_on_loopback_only_and_asks_for_the_password(ready_home: Path) -> None:
    with EmbeddedPostgres(ready_home, durable=False) as server:
        (addresses,) = rows(server.url, "select current_setting('listen_addresses')")
        (sockets,) = rows(server.url, "select current_setting('unix_socket_directories')")
        parts = conninfo_to_dict(server.url)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url.replace(str(parts["password"]), "guess"))
    assert addresses == ("127.0.0.1",)
    assert sockets == ("",)
    assert (ready_home / "postgres.password").stat().st_mode & 0o777 == 0o600
    assert (ready_home / ".gitignore").read_text() == "*\n"


def test_the_data_survive_the_command_and_the_server_does_not(embedded_home: Path) -> None:
    with EmbeddedPostgres(embedded_home) as server:
        rows(server.url, "create table public.kept as select 42 as n")
        url = server.url
    wait_until_gone(embedded_home)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)
    with EmbeddedPostgres(embedded_home) as server:
        assert rows(server.url, "select n from public.kept") == [(42,)]


def test_a_warm_start_takes_about_a_tenth_of_a_second(ready_home: Path) -> None:
    with EmbeddedPostgres(ready_home, durable=False):
        pass
    took = []
    for _ in range(3):
        begun = time.monotonic()
        with EmbeddedPostgres(ready_home, durable=False):
            took.append(time.monotonic() - begun)
    assert min(took) < 1  # about 0.07 s; generous, for a machine that is busy with other tests


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_killed_leaves_no_server(
    ready_home: Path, number: signal.Signals
) -> None:
    command = start_command(ready_home)
    url = url_of(command)
    kill(command, number)
    wait_until_gone(ready_home)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)


def test_a_command_killed_while_the_server_starts_leaves_no_server(embedded_home: Path) -> None:
    for seconds in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7):
        command = start_command(embedded_home)
        time.sleep(seconds)
        kill(command, signal.SIGKILL)
    if (embedded_home / "postgres.server").exists():
        wait_until_gone(embedded_home)
    with EmbeddedPostgres(embedded_home, durable=False) as server:
        assert rows(server.url, "select 1") == [(1,)]
    wait_until_gone(embedded_home)


def test_a_server_that_does_not_listen_yet_ends_at_once(embedded_home: Path) -> None:
    """sleep has no handlers, as Postgres in its first milliseconds: nothing is ignored for it."""
    in_use, server = embedded_home / "postgres.in-use", embedded_home / "postgres.server"
    in_use.touch()  # and nobody has it in use
    with server.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        number = str(lock.fileno())
        command = [sys.executable, embedded.KEEPER, in_use, number, "-1", "-1", "sleep", "60"]
        subprocess.run(command, check=True, pass_fds=(lock.fileno(),))
    wait_until_gone(embedded_home)


def test_commands_share_a_server_until_the_last_one_leaves(ready_home: Path) -> None:
    first = start_command(ready_home)
    url = url_of(first)
    with EmbeddedPostgres(ready_home, durable=False) as second:
        assert second.url == url
        assert end(first) == 0
        assert rows(second.url, "select 1") == [(1,)]
    wait_until_gone(ready_home)


def test_a_killed_command_does_not_take_the_server_from_the_others(ready_home: Path) -> None:
    first, second = start_command(ready_home), start_command(ready_home)
    url = url_of(first)
    assert url_of(second) == url
    kill(first, signal.SIGKILL)
    time.sleep(0.3)
    assert rows(url, "select 1") == [(1,)]
    assert end(second) == 0
    wait_until_gone(ready_home)


def test_many_that_start_at_once_make_one_server(embedded_home: Path) -> None:
    urls, gate, done = [], threading.Barrier(6), threading.Barrier(6)

    def use() -> None:
        gate.wait()
        with EmbeddedPostgres(embedded_home, durable=False) as server:
            urls.append(server.url)
            done.wait(timeout=60)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 6
    assert len(set(urls)) == 1
    wait_until_gone(embedded_home)


def test_two_homes_are_two_servers(embedded_home: Path) -> None:
    with (
        EmbeddedPostgres(embedded_home / "one", durable=False) as first,
        EmbeddedPostgres(embedded_home / "two", durable=False) as second,
    ):
        rows(first.url, "create table public.only_here ()")
        assert rows(second.url, "select to_regclass('public.only_here')") == [(None,)]


def test_a_crashed_server_is_started_again(ready_home: Path) -> None:
    command = start_command(ready_home)
    url = url_of(command)
    rows(url, "create table public.kept as select 42 as n")
    rows(url, "checkpoint")  # the test's server does not write at every commit
    pid_file = ready_home / "pg" / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
    kill(command, signal.SIGKILL)
    wait_until_gone(ready_home)
    # What is left names a process that lives, but is not the server.
    left = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *left[1:]]) + "\n")
    with EmbeddedPostgres(ready_home, durable=False) as server:
        assert rows(server.url, "select n from public.kept") == [(42,)]


def test_a_port_that_somebody_just_took_is_given_up_for_another(
    ready_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = embedded._free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = iter([taken.getsockname()[1]])
        monkeypatch.setattr(embedded, "_free_port", lambda: next(ports, None) or real())
        with EmbeddedPostgres(ready_home, durable=False) as server:
            assert rows(server.url, "select 1") == [(1,)]


def test_the_environment_does_not_reach_the_server(
    embedded_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PGSSLMODE": "require",
        "PGPORT": "1",
        "PGDATA": "/nonexistent",
        "LC_ALL": "xx_YY.nonsense",
    }.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(embedded_home, durable=False) as server:
        assert rows(server.url, "select current_setting('timezone')") == [("UTC",)]


def test_a_home_that_is_removed_while_in_use_leaves_no_server(embedded_home: Path) -> None:
    home = embedded_home / "removed"
    with EmbeddedPostgres(home, durable=False) as server:
        url = server.url
        shutil.rmtree(home)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.05)
    pytest.fail("the server is still there")


def test_a_lost_password_is_said_with_its_remedy(ready_home: Path) -> None:
    with EmbeddedPostgres(ready_home, durable=False):
        pass
    (ready_home / "postgres.password").unlink()
    with pytest.raises(DatabaseError, match=r"postgres\.password is gone") as caught:
        EmbeddedPostgres(ready_home, durable=False).__enter__()
    assert "Put the file back" in caught.value.remedy
    wait_until_gone(ready_home)


def test_damaged_data_are_said_with_the_servers_own_words(ready_home: Path) -> None:
    with EmbeddedPostgres(ready_home, durable=False):
        pass
    (ready_home / "pg" / "PG_VERSION").unlink()
    with pytest.raises(DatabaseError, match="is not a valid data directory") as caught:
        EmbeddedPostgres(ready_home).__enter__()
    assert "postgres.log" in caught.value.remedy
    wait_until_gone(ready_home)


def test_root_leaves_a_users_home_to_the_user(embedded_home: Path) -> None:
    if os.geteuid() == 0:
        os.chown(embedded_home, 65534, 65534)
    with EmbeddedPostgres(embedded_home, durable=False):
        pass
    owner = embedded_home.stat().st_uid
    assert (embedded_home / "pg").stat().st_uid == owner
    assert (embedded_home / "postgres.password").stat().st_uid == owner


def test_a_home_that_is_a_file_is_said_with_its_remedy(embedded_home: Path) -> None:
    (embedded_home / "file").touch()
    with pytest.raises(DatabaseError, match=r"cannot use .*file: File exists") as caught:
        EmbeddedPostgres(embedded_home / "file").__enter__()
    assert "ODOO_SEED_HOME" in caught.value.remedy


def test_an_ordinary_user_has_a_server_of_their_own(embedded_home: Path) -> None:
    home = embedded_home / "theirs"
    home.mkdir()
    command = start_command(home, *as_ordinary_user(home))
    assert rows(url_of(command), "select 1") == [(1,)]
    owner = (home / "pg").stat().st_uid
    assert owner == home.stat().st_uid != 0
    if os.geteuid() == 0:  # root may join, and leaves everything to its owner
        with EmbeddedPostgres(home, durable=False) as server:
            assert rows(server.url, "select 1") == [(1,)]
    assert end(command) == 0
    wait_until_gone(home)
    with EmbeddedPostgres(home, durable=False) as server:
        assert rows(server.url, "select 1") == [(1,)]
    assert (home / "pg").stat().st_uid == owner


def as_ordinary_user(home: Path) -> list[str]:
    """The start of a command line that gives up root; nothing when we are not root."""
    if os.geteuid() != 0:
        return []
    os.chown(home, 65534, 65534)
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    tried = subprocess.run([*drop, sys.executable, "-c", ""], check=False, capture_output=True)
    if tried.returncode == 0:
        return drop
    # The interpreter lies in a closed folder: lend the right to pass it, still not root.
    return [*drop, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def test_a_home_in_a_closed_folder_works_and_the_folder_stays_closed(
    embedded_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "PRIVATE", embedded_home / "private")
    closed = embedded_home / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        with EmbeddedPostgres(closed / "home", durable=False) as server:
            rows(server.url, "create table if not exists public.kept ()")
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "home" / "pg").is_symlink() == (os.geteuid() == 0)


def test_data_kept_apart_go_when_their_home_is_gone(
    embedded_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = embedded_home / "private"
    monkeypatch.setattr(programs, "PRIVATE", private)
    monkeypatch.setattr(data_folder, "account", lambda _data: unable)
    me = programs.account(embedded_home)

    class Unable(programs.Account):
        """Whoever cannot reach what does not lie in the private folder."""

        def can_reach(self, path: Path) -> bool:
            return path.is_relative_to(private)

    unable = Unable(me.uid, me.gid, me.switch)
    monkeypatch.setattr(data_folder, "programs", lambda _runner: programs.programs(me))
    kept, removed = embedded_home / "kept", embedded_home / "removed"
    for home in (kept, removed):
        with EmbeddedPostgres(home, durable=False):
            pass
    shutil.rmtree(removed)
    assert len(list(private.iterdir())) == 2
    with EmbeddedPostgres(embedded_home / "next", durable=False):
        pass
    left = {path / "pg" for path in private.iterdir()}
    assert left == {(kept / "pg").resolve(), (embedded_home / "next" / "pg").resolve()}
    # On another disk than it was, and now not there: perhaps only not mounted.
    note = (kept / "pg").resolve().parent / "home"
    note.write_bytes(b"0 " + os.fsencode(kept))
    shutil.rmtree(kept)
    with EmbeddedPostgres(embedded_home / "last", durable=False):
        pass
    assert note.exists()


def test_programs_in_a_closed_folder_are_copied_once(
    embedded_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "PRIVATE", embedded_home / "private")
    closed = embedded_home / "closed"
    closed.mkdir(mode=0o700)
    someone = programs.Account(65534, 65534, switch=True)
    real = programs._sources
    monkeypatch.setattr(programs, "_sources", lambda package: [*real(package), closed])
    folders = {programs.programs(someone) for _ in range(2)}
    (folder,) = folders
    assert folder.is_relative_to(embedded_home / "private")
    assert someone.can_reach(folder / "postgres")
    version = subprocess.check_output([folder / "postgres", "--version"], text=True)
    assert version.startswith("postgres (PostgreSQL) 16.")
    with EmbeddedPostgres(embedded_home / "home", durable=False) as server:
        assert rows(server.url, "select 1") == [(1,)]
