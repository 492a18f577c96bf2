"""The rows that need no real Odoo: reading, loading, memory, and how all of it grows."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from bench.child import call
from bench.places import sandbox
from bench.seeds import Shape, write_seed
from bench.table import Row, markdown, ratio, seconds, verdict
from bench.workshop import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.workshop import Workshop

ROWS = ("validate", "load", "memory", "growth")
_MEMORY_LIMIT = 400
_STRAIGHT = 1.3
"""A line counts as straight when a task costs at most this much more in the largest seed than in
the middle one."""


def compared(shop: Workshop, name: str, limit: float, other: str) -> Row:
    """Validate or load 10,000 tasks, in turns with what it is compared with."""
    say(f"{name} 10,000 tasks, {shop.rounds * 2 + 1} rounds")
    folder = shop.new_folder()
    write_seed(folder, Shape(100))
    environ = {"SUPABASE_DB_URL": shop.new_database()}
    rounds = shop.rounds * 2 + 1
    found = call(f"local.{name}", environ, seed_dir=str(folder), rounds=rounds)
    ours, theirs = min(found["ours"]), min(found["theirs"])
    middle = median(found["ours"]) / median(found["theirs"])
    return Row(
        f"{name} 10,000 tasks",
        f"≤ {limit:g} × {other}",
        f"{ratio(ours / theirs)} ({seconds(ours)} against {seconds(theirs)}; "
        f"of the medians {ratio(middle)})",
        verdict(ours / theirs, limit),
    )


def memory(shop: Workshop, tasks: int) -> Row:
    """The largest memory of one `odoo-seed run` from YAML to the summary."""
    say(f"Memory of a run of {tasks:,} tasks")
    found = _whole_run(shop, tasks)
    return Row(
        f"Memory, whole seed of {tasks:,} tasks",
        f"≤ {_MEMORY_LIMIT} MB",
        f"{found['megabytes']:.0f} MB in {seconds(found['seconds'])}",
        verdict(found["megabytes"], _MEMORY_LIMIT),
    )


def _whole_run(shop: Workshop, tasks: int) -> dict[str, Any]:
    folder = shop.new_folder()
    write_seed(folder / "seed", Shape(tasks // 100))
    with sandbox() as place:
        environ = {**place.environ, "SUPABASE_DB_URL": shop.new_database()}
        call("peak.peak", environ, words=["migrate"], folder=str(folder))
        words = ["run", "--seed-dir", str(folder / "seed"), "--format", "json"]
        return call("peak.peak", environ, words=words, folder=str(folder))


_VERBS = ("validate", "load", "first seed", "rerun")


def growth(shop: Workshop, sizes: Sequence[int]) -> tuple[Row, str]:
    """Time of each verb by number of tasks, without Odoo's share. Returns the row and a table."""
    measured = {tasks: _times(shop, tasks) for tasks in sizes}
    lines = [
        (
            f"{tasks:,}",
            *(f"{seconds(times[verb])} ({_each(times[verb], tasks)} ms)" for verb in _VERBS),
        )
        for tasks, times in measured.items()
    ]
    *_, middle, largest = sizes
    bends = {
        verb: measured[largest][verb] / largest / (measured[middle][verb] / middle)
        for verb in _VERBS
    }
    told = ", ".join(f"{verb} {ratio(bend)}" for verb, bend in bends.items())
    row = Row(
        f"Growth: cost of a task at {largest:,} against {middle:,}",
        f"straight lines (≤ {_STRAIGHT:g} ×)",
        told,
        verdict(max(bends.values()), _STRAIGHT),
    )
    return row, markdown(("Tasks", *(f"{verb} (a task)" for verb in _VERBS)), lines)


def _each(spent: float, tasks: int) -> str:
    return f"{spent / tasks * 1000:.2f}"


def _times(shop: Workshop, tasks: int) -> dict[str, float]:
    say(f"Growth: {tasks:,} tasks")
    folder = shop.new_folder()
    write_seed(folder, Shape(tasks // 100))
    with sandbox() as place:
        environ = {**place.environ, "SUPABASE_DB_URL": shop.new_database()}
        given = {"seed_dir": str(folder)}
        rounds = 1 if tasks > 20_000 else 3
        return {
            "validate": min(call("local.validate", {}, **given, rounds=rounds)["ours"]),
            "load": min(
                call(
                    "local.load",
                    {"SUPABASE_DB_URL": shop.new_database()},
                    **given,
                    rounds=rounds,
                )["ours"]
            ),
            "first seed": _without_odoo(call("ours.seed", environ, **given, jobs=1)),
            "rerun": _without_odoo(call("ours.seed", environ, **given, jobs=1)),
        }


def _without_odoo(found: dict[str, Any]) -> float:
    """Seconds but those in which the sandbox was at work, which is not what is measured."""
    return float(found["seconds"] - found["waited"])
