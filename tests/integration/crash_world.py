"""A seed of sixty records, an edit of it, and what Odoo holds after both: for tests of crashes."""

from __future__ import annotations

import contextlib
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.conftest import TEMPLATE, in_database

from odoo_seed import pipeline
from odoo_seed.core.live import LiveQuery
from odoo_seed.core.model import (
    Milestone,
    Program,
    Project,
    Seed,
    SeedAndPolicy,
    Source,
    Stage,
    Task,
)
from odoo_seed.core.policy import Policy
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.sandbox import SandboxServer
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Source("seed.yaml", 1)
MODELS = (
    "project.project",
    "project.task",
    "project.milestone",
    "project.task.type",
    "project.tags",
)
"""What a seed creates."""


class Killed(BaseException):
    """The process died here."""


def seeds() -> tuple[SeedAndPolicy, SeedAndPolicy]:
    """Sixty records, and the same after an edit that creates, updates and archives."""
    projects = [
        Project(
            f"P{number}", f"Close {number}", "My Company", "fin", f"About *{number}*",
            date_start=date(2026, 1, 1), date_end=date(2026, 12, 31),
            stages=(Stage("To Do"), Stage("Done", fold=True)), source=HERE,
        )
        for number in range(4)
    ]  # fmt: skip
    milestones = [
        Milestone(f"M{number}", f"P{number}", "Closed", source=HERE) for number in range(4)
    ]
    tasks = [
        Task(
            f"P{number}T{place}", f"P{number}", f"Task {place}", f"Text {place}",
            tag_names=("GL", f"Tag {place % 3}"), deadline=f"2026-02-{place + 1:02}",
            depends_on_refs=(f"P{number}T{place - 1}",) if place % 4 else (),
            parent_external_ref=f"P{number}T0" if place == 9 else None,
            milestone_external_ref=f"M{number}" if place % 2 else None, source=HERE,
        )
        for number in range(4)
        for place in range(13)
    ]  # fmt: skip
    program = Program("fin", "Finance", source=HERE)
    first = Seed((program,), tuple(projects), tuple(milestones), tuple(tasks))
    edited = [
        Task(
            task.external_ref, task.project_external_ref, task.name + " (new)" * (place % 5 == 0),
            task.description, tag_names=("VAT",) if place % 7 == 0 else task.tag_names,
            deadline=task.deadline, depends_on_refs=task.depends_on_refs,
            milestone_external_ref=task.milestone_external_ref, source=HERE,
        )
        for place, task in enumerate(tasks)
        if place % 13 != 12
    ]  # fmt: skip
    edited.append(Task("P0NEW", "P0", "New", stage_name="Review", source=HERE))
    stages = (Stage("To Do"), Stage("Review"), Stage("Done", fold=True))
    projects[0] = Project("P0", "Close 0", "My Company", "fin", stages=stages, source=HERE)
    second = Seed((program,), tuple(projects), tuple(milestones), tuple(edited))
    return SeedAndPolicy(first, Policy()), SeedAndPolicy(second, Policy())


FIRST, SECOND = seeds()


@contextlib.contextmanager
def odoo() -> Iterator[tuple[SandboxServer, Transport]]:
    with SandboxServer(prepared=True) as server:
        target = OdooTarget(server.url, "sandbox", "admin", "admin", "jsonrpc")
        transport = open_transport(target, pauses=(0.01, 0.01))
        with contextlib.closing(transport):
            yield server, transport


def run(
    store: PostgresStore, transport: Any, content: SeedAndPolicy, patience: float = 0.05
) -> str:
    """Seed; the server is never busy for longer than `patience` seconds, unless told otherwise."""
    store.load(content, None)
    writer = OdooWriting(transport, patience)
    return pipeline.seed(store, writer, SilentProgress(), pipeline.Scope()).run.status


def people_review(server: SandboxServer) -> None:
    """The edit writes to T9, which makes Odoo forget the reviews of T10 and T11 behind it."""
    for ref, value in (
        ("P0T4", "1_done"),
        ("P1T10", "03_approved"),
        ("P2T11", "02_changes_requested"),
    ):
        user = server.as_user()
        task = user.call("project.task", "search", [("x_external_ref", "=", ref)])
        blockers = user.call("project.task", "read", task, ["depend_on_ids"])[0]["depend_on_ids"]
        user.call("project.task", "write", blockers, {"state": "1_done"})
        user.call("project.task", "write", task, {"state": value})


def state(server: SandboxServer, transport: Transport) -> Any:
    """Everything that a user could see, without ids."""
    live = OdooReading(transport).read_live(LiveQuery(milestones=FIRST.seed.milestones))
    values = {key: (record.values, record.state) for key, record in live.records.items()}
    admin = server.as_user()
    counts = {
        model: admin.call(model, "search_count", [], context={"active_test": False})
        for model in (*MODELS, "mail.followers")
    }
    assert not live.duplicates
    return values, counts


def telling(calls: list[tuple[str, str]]) -> list[int]:
    """Numbers of the calls that can leave behind what no other does; the first is 1.

    That is every call that writes, but the first and the last of several alike in a row, and the
    reads just before one: other reads change nothing, neither in Odoo nor in the database.
    """
    found = []
    for number, call in enumerate(calls, start=1):
        before = calls[number - 2] if number > 1 else None
        after = calls[number] if number < len(calls) else None
        if _writes(call):
            if call != before or call != after:
                found.append(number)
        elif after is not None and _writes(after):
            found.append(number)
    return found


def _writes(call: tuple[str, str]) -> bool:
    return call[1] not in {"search", "search_read", "search_count", "read"}


def wipe(store: PostgresStore) -> None:
    """A database as after `migrate`, quicker than a new one."""
    tables = (
        "programs", "projects", "milestones", "tasks", "applied", "sync_runs", "sync_run_items",
        "intents", "following",
    )  # fmt: skip
    names = ", ".join(f"odoo_seed.{table}" for table in tables)
    with store._transaction() as connection:
        connection.execute(f"truncate {names} cascade")


def clean_states(
    admin: Any, postgres_url: str, name: str
) -> list[tuple[Any, list[tuple[str, str]]]]:
    """The final states of two uninterrupted runs, and the models and methods that each calls."""
    admin.execute(f"create database {name} template {TEMPLATE}")
    found = []
    with (
        PostgresStore(in_database(postgres_url, name)) as store,
        odoo() as (server, transport),
    ):
        for content in (FIRST, SECOND):
            if content is SECOND:
                people_review(server)
            server.forget_calls()
            assert run(store, transport, content) == "success"
            calls = [(call.model, call.method) for call in server.calls()]
            found.append((state(server, transport), calls))
    return found
