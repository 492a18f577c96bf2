"""Cycles in a graph of refs, each named once and as short as it goes."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Graph = dict[str, list[str]]


def disjoint_cycles(edges: Mapping[str, Iterable[str]], limit: int) -> list[list[str]]:
    """Return cycles that share no edge, as lists of nodes; ``a → b → a`` is ``[a, b]``.

    One wrong edge gives one cycle however many ways lead round it, and two wrong edges give
    two. Each cycle starts at its node that comes first in `edges`; the cycles themselves
    come in no special order.

    Args:
        edges: Node to the nodes it points to; those that are no keys are ignored.
        limit: Stop at so many cycles: each costs a walk over the whole graph.
    """
    graph = {node: [to for to in targets if to in edges] for node, targets in edges.items()}
    cycles: list[list[str]] = []
    knots = _knots(graph)
    while knots and len(cycles) < limit:
        knot = knots.pop(0)
        inside = set(knot)
        part = {
            node: [to for to in graph[node] if to in inside] for node in graph if node in inside
        }
        cycle = _shortest_cycle(part, next(iter(part)))
        cycles.append(cycle)
        for node, to in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
            part[node] = graph[node] = [other for other in graph[node] if other != to]
        knots = [*_knots({node: [t for t in part[node] if t in inside] for node in part}), *knots]
    return cycles


def _shortest_cycle(graph: Graph, start: str) -> list[str]:
    came_from: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for to in graph[node]:
            if to == start:
                path = [node]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if to not in came_from:
                came_from[to] = node
                queue.append(to)
    raise AssertionError(f"{start} is in no cycle")


def _knots(graph: Graph) -> list[Sequence[str]]:
    """Return the sets of nodes that all reach each other (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    knots: list[Sequence[str]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, targets = work[-1]
            for to in targets:
                if to not in index:
                    index[to] = low[to] = len(index)
                    stack.append(to)
                    on_stack.add(to)
                    work.append((to, iter(graph[to])))
                    break
                if to in on_stack:
                    low[node] = min(low[node], index[to])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node) if stack[-1] != node else len(stack) - 1
                    knot = stack[cut:]
                    del stack[cut:]
                    on_stack.difference_update(knot)
                    if len(knot) > 1 or node in graph[node]:
                        knots.append(knot)
    return knots
