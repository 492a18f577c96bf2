"""Synthetic seeds of any size: the same numbers give the same YAML, byte for byte."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

TASKS_PER_PROJECT = 100
EDGES_PER_PROJECT = 171
LEVELS = 8
"""Of the dependency graph, of 12 or 13 tasks each; all but the first wait for the one before."""

STAGES = ("To Do", "In Progress", "For Review", "Done")
TAGS = ("GL", "AP", "AR", "Payroll", "Tax", "Treasury", "Audit", "Interco")
PEOPLE = tuple(
    f"{name}@example.com"
    for name in (
        "ana.santos", "ben.cruz", "carla.reyes", "dan.lim", "ella.tan", "franz.go", "grace.yu",
        "henry.ong", "irene.sy", "jose.uy", "kim.chua", "leo.dy",
    )
)  # fmt: skip
COMPANIES = ("Acme Manila", "Acme Cebu")
_VERBS = ("Reconcile", "Prepare", "Review", "Post", "Approve", "Collect", "File", "Archive")
_THINGS = ("bank statements", "accruals", "payroll", "input VAT", "fixed assets", "prepayments")
_START = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a seed is like.

    Attributes:
        projects: Number of projects; each has 100 tasks and 171 dependencies within it.
        prefix: Begins every ref and every tag, so that runs never meet.
        companies: Names to choose from, exactly as Odoo has them.
        people: Logins to choose from; nobody is assigned when empty.
    """

    projects: int = 10
    prefix: str = "BENCH"
    companies: Sequence[str] = COMPANIES
    people: Sequence[str] = PEOPLE

    @property
    def tasks(self) -> int:
        """Number of tasks."""
        return self.projects * TASKS_PER_PROJECT

    @property
    def refs(self) -> list[str]:
        """Refs of the projects."""
        return [f"{self.prefix}_P{number:03d}" for number in range(1, self.projects + 1)]


@dataclass(frozen=True, slots=True)
class Edit:
    """The first `count` tasks get new planned hours, of `values` different ones."""

    count: int = 0
    values: int = 1


def write_seed(folder: Path, shape: Shape, edit: Edit | None = None) -> None:
    """Write the YAML of a seed: a policy, and one file a project."""
    projects = folder / "projects"
    projects.mkdir(parents=True, exist_ok=True)
    (folder / "policy.yaml").write_text("policy:\n  time_zone: Asia/Manila\n", encoding="utf-8")
    left = edit.count if edit else 0
    for number, ref in enumerate(shape.refs):
        here = min(left, TASKS_PER_PROJECT)
        left -= here
        text = "\n".join(_project(shape, number, ref, here, edit.values if edit else 1))
        (projects / f"{ref}.yaml").write_text(text + "\n", encoding="utf-8")


def _project(shape: Shape, number: int, ref: str, edited: int, values: int) -> Iterator[str]:
    pick = random.Random(f"project {number}")  # noqa: S311 - reproducible, not secret
    end = _START + timedelta(days=89)
    yield "projects:"
    yield f"  - external_ref: {ref}"
    yield f"    name: Month-end close, entity {number + 1}"
    yield f"    company_name: {json.dumps(shape.companies[number % len(shape.companies)])}"
    yield f"    description: Close of the books of entity {number + 1}, **working day** by day."
    if shape.people:
        yield f"    manager_email: {json.dumps(shape.people[number % len(shape.people)])}"
    yield "    visibility: employees"
    yield f"    date_start: {_START}"
    yield f"    date_end: {end}"
    yield f"    stages: [{', '.join(STAGES)}]"
    yield "    tasks:"
    links = _dependencies(pick)
    for index in range(TASKS_PER_PROJECT):
        change = index % values + 1 if index < edited else 0
        yield from _task(shape, ref, index, links[index], change, pick)


def _task(
    shape: Shape, project: str, index: int, needed: Sequence[int], change: int, pick: random.Random
) -> Iterator[str]:
    level = _level(index)
    tags = ", ".join(f"{shape.prefix} {tag}" for tag in pick.sample(TAGS, pick.randint(1, 2)))
    yield f"      - external_ref: {_ref(project, index)}"
    yield f"        name: {pick.choice(_VERBS)} {pick.choice(_THINGS)}, step {index + 1}"
    if index % 4 == 0:
        yield "        description: |"
        yield f"          Compare ledger and statement of step {index + 1}."
        yield ""
        yield "          - list what differs"
        yield "          - ask the **owner** of each difference"
    yield f"        stage_name: {STAGES[0]}"
    yield f"        tag_names: [{tags}]"
    if shape.people:
        yield f"        assignee_email: {json.dumps(pick.choice(shape.people))}"
    yield f"        deadline: {_START + timedelta(days=10 * level + index % 10)}"
    hours = pick.randint(1, 16)
    yield f"        planned_hours: {100 + change if change else hours}"
    if needed:
        yield f"        depends_on_refs: [{', '.join(_ref(project, other) for other in needed)}]"


def _ref(project: str, index: int) -> str:
    return f"{project}_T{index + 1:03d}"


def _level(index: int) -> int:
    return index * LEVELS // TASKS_PER_PROJECT


def _dependencies(pick: random.Random) -> list[list[int]]:
    """For each task the tasks it waits for: one of the level before, and most a second one."""
    levels: list[list[int]] = [[] for _ in range(LEVELS)]
    for index in range(TASKS_PER_PROJECT):
        levels[_level(index)].append(index)
    links = [
        [pick.choice(levels[_level(index) - 1])] if _level(index) else []
        for index in range(TASKS_PER_PROJECT)
    ]
    waiting = [index for index in range(TASKS_PER_PROJECT) if links[index]]
    for index in pick.sample(waiting, EDGES_PER_PROJECT - len(waiting)):
        earlier = [other for other in range(levels[_level(index)][0]) if other not in links[index]]
        links[index].append(pick.choice(earlier))
    return links
