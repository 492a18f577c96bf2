"""Cycles: found when there are any, real, and each named once."""

from __future__ import annotations

import time
from graphlib import CycleError, TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.cycles import disjoint_cycles

NODES = st.sampled_from("abcdefg")
GRAPHS = st.dictionaries(NODES, st.lists(NODES, max_size=4), max_size=7)


def has_cycle(edges: dict[str, list[str]]) -> bool:
    try:
        TopologicalSorter(edges).prepare()
    except CycleError:
        return True
    return False


def steps(cycle: list[str]) -> list[tuple[str, str]]:
    return list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))


@given(GRAPHS)
def test_a_cycle_is_found_exactly_when_there_is_one(edges: dict[str, list[str]]):
    assert bool(disjoint_cycles(edges, 1)) == has_cycle(edges)


@given(GRAPHS)
def test_cycles_are_made_of_edges_that_no_other_cycle_uses(edges: dict[str, list[str]]):
    used = [step for cycle in disjoint_cycles(edges, 100) for step in steps(cycle)]

    assert len(used) == len(set(used))
    assert all(to in edges[node] for node, to in used)


@given(GRAPHS)
def test_without_the_cycles_found_none_is_left(edges: dict[str, list[str]]):
    used = {step for cycle in disjoint_cycles(edges, 100) for step in steps(cycle)}
    left = {
        node: [to for to in targets if (node, to) not in used] for node, targets in edges.items()
    }

    assert not has_cycle(left)


def test_one_wrong_edge_gives_one_cycle_however_many_ways_lead_round_it():
    edges = {"first": ["a", "b", "c"], "a": ["last"], "b": ["last"], "c": ["last"]}

    assert disjoint_cycles({**edges, "last": ["first"]}, 20) == [["first", "a", "last"]]


def test_two_wrong_edges_give_two_cycles():
    edges = {"a": ["b"], "b": ["c", "a"], "c": ["d"], "d": ["c"]}

    assert sorted(disjoint_cycles(edges, 20)) == [["a", "b"], ["c", "d"]]


def test_a_loop_of_many_thousand_tasks_is_found_in_time():
    size = 20_000
    before = time.process_time()

    (cycle,) = disjoint_cycles({str(n): [str((n + 1) % size)] for n in range(size)}, 20)

    assert len(cycle) == size
    assert time.process_time() - before < 5


def test_a_knot_of_all_edges_stops_at_the_limit():
    names = [str(n) for n in range(200)]
    before = time.process_time()

    assert len(disjoint_cycles(dict.fromkeys(names, names), 20)) == 20
    assert time.process_time() - before < 5
