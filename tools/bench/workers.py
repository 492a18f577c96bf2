"""Workers on one queue: killed at random, and how much more several do than one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from bench.child import clean_environ
from bench.sandboxes import sandboxes
from bench.seeds import TASKS_PER_PROJECT, Shape, write_seed
from bench.table import Row, markdown, seconds
from bench.workshop import say
from odoo_seed import pipeline, wiring, wiring_files
from odoo_seed.edges.postgres.requests import PostgresRunRequests
from odoo_seed.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bench.workshop import Workshop

LATENCY = 0.03
"""Seconds that a call to a sandbox takes besides: the way to a server and back."""

WORKER = (sys.executable, "-m", "bench.worker")


@dataclass(frozen=True, slots=True)
class Contest:
    """What is done.

    Attributes:
        kills: How many workers are killed, each replaced at once.
        between: Seconds from one kill to the next, at least and at most.
        command: That starts a worker.
        time_limit: Seconds after which an Odoo counts as not busy any more with a call that was
            sent; what a killed worker sent is waited for that long.
        patience: Seconds after which what is not done is given up.
    """

    workers: int
    targets: int
    runs: int
    kills: int = 0
    between: tuple[float, float] = (1.0, 3.0)
    command: Sequence[str] = WORKER
    time_limit: int = 8
    patience: float = 900.0

    @property
    def projects(self) -> int:
        """Projects of the seed: each run of a target seeds another one."""
        return -(-self.runs // self.targets)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it.

    Attributes:
        statuses: Number of runs by HTTP status of their answers; all of them, or it gave up.
        tries: Number of runs by how often they were begun.
        odoos: Of each target what bench.sandboxes tells.
        slowest: Seconds from the first try to the answer of the run that took longest.
    """

    seconds: float
    kills: int
    statuses: Counter[int]
    tries: Counter[int]
    odoos: Sequence[dict[str, int]]
    slowest: float

    def troubles(self, contest: Contest) -> list[str]:
        """What should not be, in words."""
        told = []
        if self.statuses != Counter({200: contest.runs}):
            told.append(f"answers {dict(self.statuses)} instead of {contest.runs} times 200")
        for number, odoo in enumerate(self.odoos):
            mine = len(range(number, contest.runs, contest.targets))
            wanted = {"projects": mine, "tasks": mine * TASKS_PER_PROJECT, "duplicates": 0}
            wrong = {name: odoo[name] for name in wanted if odoo[name] != wanted[name]}
            if wrong or odoo["at_once"] > 1:
                told.append(f"target t{number}: {odoo} instead of {wanted}")
        return told


def run(contest: Contest, url: str, folder: Path) -> Found:
    """Do it, in an empty database, with a folder of one's own."""
    shape = Shape(contest.projects)
    write_seed(folder / "seed", shape)
    with ExitStack() as stack:
        odoos = stack.enter_context(sandboxes(contest.targets, LATENCY))
        environ = _environ(url, odoos.urls, contest.time_limit)
        settings = Settings.read(environ, folder, folder / "seed")
        wiring.migrate(settings)
        with wiring.store(settings) as store:
            pipeline.load(wiring_files.seed_files(settings), store)
        requests = stack.enter_context(closing(PostgresRunRequests(url)))
        for number in range(contest.runs):
            requests.ask(
                "seed", f"t{number % contest.targets}",
                projects=[shape.refs[number // contest.targets]], requested_by="bench",
                in_line=True,
            )  # fmt: skip
        begun = time.monotonic()
        with _workers(contest, clean_environ() | environ, folder) as crew:
            kills = _until_done(contest, crew, url)
        spent = time.monotonic() - begun
        statuses, tries, slowest = _outcome(url)
        return Found(spent, kills, statuses, tries, odoos.held(), slowest)


def _environ(url: str, urls: Sequence[str], time_limit: int) -> dict[str, str]:
    environ = {"SUPABASE_DB_URL": url}
    for number, odoo in enumerate(urls):
        given = {"URL": odoo, "DB": "sandbox", "USER": "admin", "PASSWORD": "admin",
                 "TIME_LIMIT": str(time_limit), "PROTOCOL": "jsonrpc"}  # fmt: skip
        environ |= {f"ODOO_{name}__T{number}": value for name, value in given.items()}
    return environ


class _Crew:
    """The workers' processes."""

    def __init__(self, command: Sequence[str], environ: dict[str, str], folder: Path) -> None:
        self._command, self._environ, self._folder = command, environ, folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def add(self) -> None:
        with (self._folder / "workers.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    list(self._command), env=self._environ, cwd=self._folder, stdout=log, stderr=log
                )
            )

    def kill_one(self, at_work: set[int]) -> bool:
        """Kill a worker in the middle of a run; False when none is."""
        candidates = [process for process in self.processes if process.pid in at_work]
        if not candidates:
            return False
        process = random.choice(candidates)  # noqa: S311 - a bench
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.processes.remove(process)
        return True


@contextmanager
def _workers(contest: Contest, environ: dict[str, str], folder: Path) -> Iterator[_Crew]:
    crew = _Crew(contest.command, environ, folder)
    try:
        for _ in range(contest.workers):
            crew.add()
        yield crew
    finally:
        for process in crew.processes:
            process.terminate()
        for process in crew.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _until_done(contest: Contest, crew: _Crew, url: str) -> int:
    kills, deadline = 0, time.monotonic() + contest.patience
    strike = time.monotonic() + random.uniform(*contest.between)  # noqa: S311 - a bench
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < deadline:
            row = connection.execute(
                "select count(*) from odoo_seed.run_requests where status <> 'done'"
            ).fetchone()
            if row == (0,):
                break
            late = time.monotonic() > strike
            if late and kills < contest.kills and crew.kill_one(_at_work(connection)):
                crew.add()
                kills += 1
                strike = time.monotonic() + random.uniform(*contest.between)  # noqa: S311 - a bench
            time.sleep(0.05)
    return kills


def _at_work(connection: psycopg.Connection[Any]) -> set[int]:
    """The process ids of those that hold a target's lock."""
    rows = connection.execute(
        "select substring(holder from 'pid ([0-9]+)')::int from odoo_seed.locks"
    ).fetchall()
    return {row[0] for row in rows}


def _outcome(url: str) -> tuple[Counter[int], Counter[int], float]:
    with psycopg.connect(url) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(
            "select http_status, attempts,"
            " coalesce(extract(epoch from finished_at - started_at), 0)::float8"
            " from odoo_seed.run_requests"
        ).fetchall()
    return (
        Counter(row[0] for row in rows),
        Counter(row[1] for row in rows),
        max(row[2] for row in rows),
    )


def rows(shop: Workshop, *, quick: bool) -> tuple[list[Row], str]:
    """Kill workers; then time 1, 2 and 4 of them. Returns the row and a table."""
    size = (2, 4, 12, 4) if quick else (4, 20, 200, 40)
    contest = Contest(*size)
    say(f"{contest.workers} workers, {contest.targets} targets, {contest.runs} runs, killed")
    found = _in(shop, contest)
    troubles = found.troubles(contest)
    told = (
        f"{found.statuses[200]} ended once and well, {found.kills} workers killed, runs by number "
        f"of tries {dict(sorted(found.tries.items()))}, slowest {seconds(found.slowest)}; "
        f"at most {max(odoo['at_once'] for odoo in found.odoos)} writer at once on a target, "
        f"{sum(odoo['duplicates'] for odoo in found.odoos)} duplicates; {seconds(found.seconds)}"
    )
    row = Row(
        f"{contest.runs} runs of {contest.targets} targets by {contest.workers} workers, killed "
        "at random",
        "every run ends once, one at a time on a target, no duplicate",
        "; ".join([told, *troubles]),
        "missed" if troubles else "reached",
    )
    return [row], _throughput(shop, quick=quick)


def _throughput(shop: Workshop, *, quick: bool) -> str:
    lines = []
    one = 0.0
    for workers in (1, 2, 4):
        contest = Contest(workers, 4 if quick else 20, 8 if quick else 60)
        say(f"{contest.runs} runs by {workers} workers")
        found = _in(shop, contest)
        a_minute = contest.runs / found.seconds * 60
        one = one or a_minute
        lines.append((str(workers), f"{a_minute:.0f}", f"{a_minute / one:.2f} ×"))
    return markdown(("Workers", "Runs a minute", "Against one"), lines)


def _in(shop: Workshop, contest: Contest) -> Found:
    folder = shop.new_folder()
    folder.mkdir()
    return run(contest, shop.new_database(), folder)
