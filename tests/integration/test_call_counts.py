"""How many requests Odoo gets does not depend on the machine; so it is promised, and held here.

Counted are all requests on the wire, the two of a first login (version, authenticate) included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.conftest import TEMPLATE

from odoo_seed import apply, pipeline, wiring
from odoo_seed.core.model import Milestone, Project, Seed, SeedAndPolicy, Stage, Task
from odoo_seed.core.policy import Policy
from odoo_seed.edges.odoo import reading
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.sandbox import SandboxServer
from odoo_seed.settings import Settings
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOGIN, VERSION = 2, 1
READS = 7
"""Projects, tasks (their ids, then their fields), milestones, tags, users, stages."""

READS_OF_AN_EMPTY_ODOO = 5
"""Projects, ids of tasks, tags, users, and companies, whose names no project tells yet."""

RERUN = VERSION + READS
FIRST = LOGIN + READS_OF_AN_EMPTY_ODOO + 4
"""Tags, projects, their stages read, and to follow no task; then come the levels of tasks."""

FIRST_WRITES = 3
"""Of these, all but the reading of the stages."""

WITH_MILESTONES = 2
"""Shown in the projects, then created."""

LOOK, LOOK_INTO_PROJECTS = 3, 1
"""Timesheets, files and messages of what would be archived; the tasks of archived projects."""

DESCRIPTIONS = 1
"""What Odoo made of the tasks' HTML is read back; the projects' comes with their stages."""

READ_ONLY = {"search", "read", "search_read", "search_count", "read_group", "fields_get"}


@dataclass(frozen=True)
class Traffic:
    calls: int
    writes: int


class World:
    """One sandbox and one database; every seeding says what it cost."""

    def __init__(self, server: SandboxServer, store: PostgresStore) -> None:
        self.server, self.store = server, store

    def seed(self, content: SeedAndPolicy, jobs: int = 1) -> Traffic:
        self.store.load(content, None)
        self.server.forget_calls()
        settings = Settings.read(self.environ, Path(), Path())
        with wiring.odoo_writer(settings, "default", self.store) as odoo:
            done = pipeline.seed(self.store, odoo, SilentProgress(), pipeline.Scope(jobs=jobs))
            assert done.run.status == "success", done.run.items
            writes = [call for call in self.server.calls() if call.method not in READ_ONLY]
            return Traffic(odoo.calls, len(writes))

    @property
    def environ(self) -> dict[str, str]:
        return {
            "ODOO_URL": self.server.url,
            "ODOO_DB": "sandbox",
            "ODOO_USER": "admin",
            "ODOO_PASSWORD": "admin",
        }


@pytest.fixture
def new_world(new_database: Callable[[str], str]) -> Iterator[Callable[[], World]]:
    opened: list[tuple[SandboxServer, PostgresStore]] = []

    def make() -> World:
        server = SandboxServer(prepared=True)
        store = PostgresStore(new_database(TEMPLATE))
        opened.append((server, store))
        people = [(f"person{number}@example.com",) * 2 for number in range(12)]
        server.populate(users=[(*names, ["My Company"]) for names in people])
        return World(server, store)

    yield make
    for server, store in opened:
        store.close()
        server.stop()


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    return new_world()


def content(
    *,
    projects: int = 2,
    levels: int = 3,
    width: int = 5,
    tags: int = 3,
    stages: int = 4,
    people: int = 3,
    milestones: bool = False,
    descriptions: bool = False,
) -> SeedAndPolicy:
    """Projects whose tasks stand in levels of `width`, each task on one of the level before."""
    text = "Some *words*." if descriptions else None

    def task(project: str, number: int) -> Task:
        return Task(
            f"{project}_T{number}",
            project,
            f"Task {number}",
            description=text,
            stage_name=f"Stage {number % stages}",
            tag_names=(f"Tag {number % tags}",),
            assignee_emails=(f"person{number % people}@example.com",),
            depends_on_refs=(f"{project}_T{number - width}",) if number >= width else (),
            milestone_external_ref=f"{project}_M" if milestones else None,
            planned_hours=1,
        )

    names = [f"P{number}" for number in range(projects)]
    board = tuple(Stage(f"Stage {number}") for number in range(stages))
    seed = Seed(
        projects=tuple(
            Project(name, name, "My Company", stages=board, description=text) for name in names
        ),
        milestones=tuple(Milestone(f"{name}_M", name, "Done") for name in names if milestones),
        tasks=tuple(task(name, number) for name in names for number in range(levels * width)),
    )
    return SeedAndPolicy(seed, Policy())


def with_hours(seeded: SeedAndPolicy, hours: dict[int, float]) -> SeedAndPolicy:
    """The same, with the n-th task's hours changed."""
    tasks = [
        replace(task, planned_hours=hours.get(number, task.planned_hours))
        for number, task in enumerate(seeded.seed.tasks)
    ]
    return replace(seeded, seed=replace(seeded.seed, tasks=tuple(tasks)))


@pytest.mark.parametrize("projects", [1, 20])
def test_a_rerun_is_eight_calls_and_no_write_whatever_its_size(world, projects):
    seeded = content(projects=projects, milestones=True, descriptions=True)
    world.seed(seeded)
    assert world.seed(seeded) == Traffic(RERUN, 0)
    assert RERUN <= 8


def test_tasks_beyond_a_page_cost_one_call_a_page(world, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 10)
    seeded = content(projects=3, levels=2, width=4)
    world.seed(seeded)
    assert world.seed(seeded) == Traffic(RERUN - 1 + ceil(24 / 10), 0)


@pytest.mark.parametrize(
    ("hours", "sets"),
    [
        ({4: 7}, 1),
        (dict.fromkeys(range(25), 7), 1),
        ({number: 2 + number % 3 for number in range(25)}, 3),
    ],
    ids=["one task", "25 tasks to one value", "25 tasks to three values"],
)
def test_changed_tasks_cost_one_call_for_each_set_of_new_values(world, hours, sets):
    seeded = content()
    world.seed(seeded)
    assert world.seed(with_hours(seeded, hours)) == Traffic(RERUN + sets, sets)


def test_changed_descriptions_cost_one_more_call_to_read_them_back(world):
    seeded = content(descriptions=True)
    world.seed(seeded)
    tasks = [replace(task, description="Other words.") for task in seeded.seed.tasks]
    changed = replace(seeded, seed=replace(seeded.seed, tasks=tuple(tasks)))
    assert world.seed(changed) == Traffic(RERUN + 1 + DESCRIPTIONS, 1)


@pytest.mark.parametrize("number", [1, 5])
def test_a_look_before_archiving_costs_three_calls_however_many_tasks(world, number):
    seeded = content()
    world.seed(seeded)
    tasks = seeded.seed.tasks
    off = [replace(task, is_active=False) for task in tasks[-number:]]
    fewer = replace(seeded, seed=replace(seeded.seed, tasks=(*tasks[:-number], *off)))
    assert world.seed(fewer) == Traffic(RERUN + LOOK + 1, 1)
    assert world.seed(fewer) == Traffic(RERUN, 0)


def test_a_look_into_projects_that_are_archived_costs_one_call_more(world):
    seeded = content(projects=5, levels=1, width=1)
    world.seed(seeded)
    first, *others = seeded.seed.projects
    projects = (replace(first, is_active=False), *others)
    fewer = replace(seeded, seed=replace(seeded.seed, projects=projects))
    assert world.seed(fewer) == Traffic(RERUN + LOOK + LOOK_INTO_PROJECTS + 2, 2)


@pytest.mark.parametrize("levels", [1, 6])
def test_a_first_seed_costs_one_call_a_level(world, levels):
    assert world.seed(content(levels=levels)) == Traffic(FIRST + levels, FIRST_WRITES + levels)
    assert FIRST + DESCRIPTIONS <= 12


def test_a_first_seed_costs_as_many_calls_with_more_tags_stages_and_people(new_world):
    few = new_world().seed(content(tags=1, stages=1, people=1))
    many = new_world().seed(content(tags=14, stages=15, people=12))
    assert few == many


def test_a_first_seed_costs_as_many_calls_with_more_projects(new_world):
    assert new_world().seed(content(projects=1)) == new_world().seed(content(projects=15))


def test_milestones_and_descriptions_cost_a_fixed_number_of_calls(world):
    found = world.seed(content(milestones=True, descriptions=True))
    more = WITH_MILESTONES + DESCRIPTIONS
    assert found == Traffic(FIRST + 3 + more, FIRST_WRITES + 3 + WITH_MILESTONES)


def test_a_level_larger_than_a_chunk_costs_a_call_a_chunk(world, monkeypatch):
    monkeypatch.setattr(apply, "CHUNK", 12)
    found = world.seed(content(projects=5, levels=2, width=6))
    assert found.calls == FIRST + 2 * ceil(5 * 6 / 12)


def test_connections_side_by_side_share_the_login_and_cost_few_calls_a_level(world):
    """How many depends on which is free first: two projects a call at best, one at worst."""
    found = world.seed(content(projects=6), jobs=3)
    assert FIRST + 3 * 3 <= found.calls <= FIRST + 3 * 6
    assert found.calls - FIRST == found.writes - FIRST_WRITES
