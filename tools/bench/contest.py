"""The rows that need an Odoo: ours against the pattern's flow, the peer and Odoo's own shell.

Every contestant gets the same records under refs of its own, must leave all tasks and all
dependencies in Odoo, and is cleaned away before the next one begins. They take turns.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import in_process, peer
from bench.child import call
from bench.cleaning import clean, held
from bench.seeds import EDGES_PER_PROJECT, Edit, Shape, write_seed
from bench.table import Row, ratio, seconds, verdict
from bench.workshop import say
from odoo_seed.apply import CHUNK
from odoo_seed.edges.seed_files import SeedFolder
from odoo_seed.pipeline import content_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bench.places import Place
    from bench.table import Verdict
    from bench.workshop import Workshop

ROWS = ("first", "one", "rerun", "changed", "calls")
EDITS = (Edit(1, 1), Edit(20, 5), Edit(200, 5))
_BASE_CALLS, _CHANGED_CALLS, _RERUN_CALLS = 12, 8, 10


@dataclass(slots=True)
class Results:
    """Measurements by contestant, one entry a round."""

    of: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def best(self, name: str) -> float | None:
        """The smallest number of seconds, or None when it was not measured."""
        return min((found["seconds"] for found in self.of[name]), default=None)

    def middle(self, name: str) -> float:
        """The median of the seconds."""
        return float(median(found["seconds"] for found in self.of[name]))


_TIMED = {"first", "one", "rerun"}
"""Rows that are measured a second time with people on the tasks."""


def rows(shop: Workshop, place: Place, chosen: set[str]) -> list[Row]:
    """The chosen rows, with nobody on the tasks as in the figures they are held against.

    A manager and assignees make Odoo work twice as much (followers, personal stages), for every
    contestant alike: the times with them come below.
    """
    found = Contest(shop, place, chosen, people=False).run()
    if place.is_real and place.people:
        found += Contest(shop, place, chosen & _TIMED, people=True).run()
    return found


class Contest:
    """Runs what the chosen rows need.

    Args:
        people: Whether projects and tasks name somebody.
    """

    def __init__(self, shop: Workshop, place: Place, rows: set[str], *, people: bool) -> None:
        self._shop, self._place, self._rows = shop, place, rows
        self._people: Sequence[str] = place.people if people else ()
        self._case = ", with assignees" if people else ""
        self._results = Results()
        self._bound = 0
        self._has_peer = place.is_real and peer.version(shop.peer_python) is not None

    def run(self) -> list[Row]:
        """Measure round by round, then judge."""
        for number in range(self._shop.rounds):
            say(f"Round {number + 1} of {self._shop.rounds} against {self._place.name}{self._case}")
            if self._rows & {"first", "rerun", "changed"}:
                self._ours("", jobs=None)
            if self._rows & {"one", "calls"}:
                self._ours(", one connection", jobs=1)
            if self._has_peer and self._rows & {"first", "rerun"}:
                self._peer("peer", two_passes=False)
            if self._has_peer and "first" in self._rows:
                self._peer("peer in two passes", two_passes=True)
            if self._shop.odoo_shell and "one" in self._rows:
                self._in_process("in-process", shortcuts=False)
                self._in_process("in-process with shortcuts", shortcuts=True)
        if "first" in self._rows:
            self._pattern()
        judges = {
            "first": self._first,
            "one": self._one_connection,
            "rerun": self._rerun,
            "changed": self._changed,
            "calls": self._calls,
        }
        return [row for name in ROWS if name in self._rows for row in judges[name]()]

    @contextmanager
    def _ground(self) -> Iterator[tuple[Shape, Path]]:
        """A seed with refs of its own, written to a folder; removed from Odoo afterwards."""
        place = self._place
        shape = Shape(10, self._shop.new_prefix(), place.companies, self._people)
        folder = self._shop.new_folder()
        write_seed(folder, shape)
        transport = place.connect()
        try:
            yield shape, folder
            found = held(transport, shape.prefix)
            if found != (shape.tasks, shape.projects * EDGES_PER_PROJECT):
                raise RuntimeError(f"{found} tasks and dependencies in Odoo are not the seed's")
        finally:
            for words in clean(transport, shape.prefix):
                say(f"  left in Odoo: {words}")
            transport.close()

    def _note(self, name: str, found: dict[str, Any]) -> None:
        self._results.of[name].append(found)
        say(f"  {name}: {seconds(found['seconds'])}")

    def _ours(self, label: str, jobs: int | None) -> None:
        with self._ground() as (shape, folder):
            environ = {**self._place.environ, "SUPABASE_DB_URL": self._shop.new_database()}

            def seed() -> dict[str, Any]:
                return call("ours.seed", environ, seed_dir=str(folder), jobs=jobs)

            self._bound = _bound(folder)
            self._note(f"first{label}", seed())
            if jobs is not None:
                return
            self._note("rerun", seed())
            for edit in EDITS if "changed" in self._rows else ():
                write_seed(folder, shape, edit)
                self._note(f"{edit.count} changed", seed())

    def _peer(self, name: str, *, two_passes: bool) -> None:
        with self._ground() as (_, folder):
            csv_folder = self._shop.new_folder()
            files = peer.write_files(csv_folder, folder, self._place, two_passes=two_passes)
            self._note(name, peer.load(self._shop.peer_python, csv_folder, files))
            if "rerun" in self._rows and not two_passes:
                self._note("peer's rerun", peer.load(self._shop.peer_python, csv_folder, files))

    def _in_process(self, name: str, *, shortcuts: bool) -> None:
        with self._ground() as (_, folder):
            login, shell = self._place.environ["ODOO_USER"], self._shop.odoo_shell or ""
            spent = in_process.seed(shell, folder, login, shortcuts=shortcuts)
            self._note(name, {"seconds": spent})

    def _pattern(self) -> None:
        with self._ground() as (_, folder):
            environ = {**self._place.environ, "SUPABASE_DB_URL": self._shop.new_database()}
            self._note("pattern", call("pattern.seed", environ, seed_dir=str(folder)))

    def _compared(self, case: str, mine: str, other: str, limit: float | None, words: str) -> Row:
        """A row on how our time relates to another's. Times are judged on a real server only.

        Args:
            limit: None where nothing is asked: the row only helps to read the one before it.
        """
        must = f"≤ {limit:g} × {words}" if limit else f"beside it: {words}"
        ours, theirs = self._results.best(mine), self._results.best(other)
        if ours is None or theirs is None:
            told = f"{seconds(ours)} alone" if ours else "–"
            return Row(case + self._case, must, told, "not judged")
        measured = (
            f"{ratio(ours / theirs)} ({seconds(ours)} against {seconds(theirs)}; "
            f"of the medians {ratio(self._results.middle(mine) / self._results.middle(other))})"
        )
        judged: Verdict = "not judged"
        if limit and self._place.is_real:
            judged = verdict(ours / theirs, limit)
        return Row(case + self._case, must, measured, judged)

    def _first(self) -> list[Row]:
        return [
            self._compared(
                "First seed", "first", "peer in two passes", 0.30, "odoo-import-export-client"
            ),
            self._compared(
                "First seed", "first", "peer", None, "the same with rows sorted for one pass"
            ),
            self._compared("First seed", "first", "pattern", 0.04, "the pattern document's flow"),
        ]

    def _one_connection(self) -> list[Row]:
        case, mine = "First seed, one connection", "first, one connection"
        return [
            self._compared(case, mine, "in-process", 1.15, "the same creates in-process"),
            self._compared(
                case, mine, "in-process with shortcuts", None, "the same with our two shortcuts"
            ),
        ]

    def _rerun(self) -> list[Row]:
        found = self._results.of["rerun"][0]
        calls, writes = found["calls"], found["writes"]
        case = "Rerun, nothing changed"
        return [
            Row(
                case + self._case,
                f"≤ {_RERUN_CALLS} calls, 0 writes",
                f"{calls} calls, {writes} writes",
                verdict(calls + 1000 * writes, _RERUN_CALLS),
            ),
            self._compared(case, "rerun", "peer's rerun", 0.05, "the peer's rerun"),
        ]

    def _changed(self) -> Iterator[Row]:
        for edit in EDITS:
            found = self._results.of[f"{edit.count} changed"][0]
            extra = found["calls"] - edit.values
            yield Row(
                f"{edit.count} of 1,000 tasks changed, to {edit.values} new values",
                f"≤ {_CHANGED_CALLS} + {edit.values} calls",
                f"{extra} + {edit.values} calls, {found['writes']} of them writes; "
                f"{seconds(self._results.best(f'{edit.count} changed') or 0)}",
                verdict(extra, _CHANGED_CALLS),
            )

    def _calls(self) -> list[Row]:
        calls = self._results.of["first, one connection"][0]["calls"]
        told = f"{calls} calls"
        if side_by_side := self._results.of["first"]:
            told += f" ({side_by_side[0]['calls']} over several connections)"
        must = f"≤ {_BASE_CALLS} + levels × chunks = {_BASE_CALLS + self._bound}"
        judged = verdict(calls, _BASE_CALLS + self._bound)
        return [Row("Calls of a first seed, one connection", must, told, judged)]


def _bound(folder: Path) -> int:
    """The sum over the levels of the chunks that their tasks need."""
    tasks = content_of(SeedFolder(folder).read()).seed.tasks
    return sum(ceil(len(level) / CHUNK) for level in in_process.levels(tasks))
