"""Plan, apply, plan: the second plan is empty, for any seed and whatever people did in Odoo."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import TEMPLATE, in_database

from odoo_seed import pipeline
from odoo_seed.core.model import Milestone, Project, Seed, SeedAndPolicy, Source, Stage, Task
from odoo_seed.core.policy import Guards, Policy
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.transport import OdooTarget, open_transport
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.sandbox import SandboxServer
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Source("seed.yaml", 1)
PEOPLE = ("ana@example.com", "Beng.Manalo@example.com", "carlo@example.com")
STAGES = ("To Do", "Doing", "Done")
TAGS = ("GL", "VAT", "Close | <b>", "`tick`")
TEXTS = ("plain", "- a\n- b", "a & b < c", "", "*x* [y](https://example.com)", "\u202e and 🎉")
DEADLINES = ("2026-01-09", "2026-12-31", "2026-03-01T08:30")
PROJECTS = ("P", "Q")
REFS = tuple(f"T{number}" for number in range(7))


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def seeds(draw: st.DrawFn) -> SeedAndPolicy:
    """Two projects and some of seven tasks, whose links always point to earlier ones."""
    order = draw(st.permutations(REFS))[: draw(st.integers(0, len(REFS)))]
    home = {ref: draw(st.sampled_from(PROJECTS)) for ref in order}
    tasks = []
    for place, ref in enumerate(order):
        earlier = list(order[:place])
        siblings = [other for other in earlier if home[other] == home[ref]]
        tasks.append(
            Task(
                ref,
                home[ref],
                draw(st.sampled_from(("Name", "Nom é", "=cmd|'x'!A1", "Nom e\u0301 \u202e🎉"))),
                draw(optional(st.sampled_from(TEXTS))),
                draw(st.sampled_from(STAGES)),
                draw(optional(st.lists(st.sampled_from(TAGS), unique=True).map(tuple))),
                draw(optional(st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple))),
                draw(optional(st.lists(st.sampled_from(earlier or [ref]), unique=True).map(tuple)))
                if earlier
                else None,
                draw(optional(st.sampled_from(siblings))) if siblings else None,
                draw(optional(st.sampled_from((f"{home[ref]}M1", f"{home[ref]}M2")))),
                draw(optional(st.sampled_from(DEADLINES))),
                draw(optional(st.sampled_from((0.0, 1.5, 8.0)))),
                priority=draw(optional(st.sampled_from(("low", "high")))),
                is_active=draw(st.sampled_from((True, True, True, False))),
                source=HERE,
            )
        )
    projects = tuple(
        Project(
            ref, draw(st.sampled_from(("Close", "Tax"))), "My Company",
            description=draw(optional(st.sampled_from(TEXTS))),
            manager_email=draw(optional(st.sampled_from(PEOPLE))),
            visibility=draw(st.sampled_from(("followers", "employees", "portal"))),
            tag_names=draw(optional(st.lists(st.sampled_from(TAGS), unique=True).map(tuple))),
            stages=tuple(map(Stage, STAGES)), is_active=draw(st.sampled_from((True, True, False))),
            source=HERE,
        )
        for ref in PROJECTS
    )  # fmt: skip
    milestones = tuple(
        Milestone(f"{ref}M{n}", ref, f"M{n}", source=HERE) for ref in PROJECTS for n in (1, 2)
    )
    owner = draw(st.sampled_from(("git", "initial")))
    policy = Policy(ownership={"task": {"stage_name": owner}}, guards=Guards(1.0, 1000, 1000))
    return SeedAndPolicy(Seed((), projects, milestones, tuple(tasks)), policy)


edits = st.lists(
    st.tuples(
        st.sampled_from(REFS),
        st.sampled_from(
            [
                {"name": "Theirs"},
                {"date_deadline": "2026-05-05 01:02:03"},
                {"date_deadline": False},
                {"user_ids": [(5, 0, 0)]},
                {"tag_ids": [(0, 0, {"name": "Made in Odoo"})]},
                {"depend_on_ids": [(5, 0, 0)]},
                {"parent_id": False},
                {"milestone_id": False},
                {"state": "1_done"},
                {"state": "03_approved"},
                {"active": False},
                {"priority": "1"},
                {"allocated_hours": 3.25},
                {"description": "<p>Theirs</p>"},
            ]
        ),
    ),
    max_size=5,
)


@pytest.fixture
def world(admin: Any, postgres_url: str) -> Iterator[Any]:
    admin.execute(f"create database converge template {TEMPLATE}")
    with (
        PostgresStore(in_database(postgres_url, "converge")) as store,
        SandboxServer(prepared=True) as server,
        contextlib.closing(
            open_transport(OdooTarget(server.url, "sandbox", "admin", "admin", "jsonrpc"))
        ) as transport,
    ):
        server.populate(users=[(email, email, ["My Company"]) for email in PEOPLE])
        yield store, server, transport


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(content=seeds(), people=edits)
def test_a_plan_after_an_apply_is_empty(world: Any, content: SeedAndPolicy, people: list[Any]):
    store, server, transport = world
    user = server.as_user()
    for ref, values in people:
        found = user.call("project.task", "search", [("x_external_ref", "=", ref)])
        for odoo_id in found:
            with contextlib.suppress(Exception):  # Odoo may refuse what people try
                user.call("project.task", "write", [odoo_id], dict(values))
    states = closed_tasks(user)
    store.load(content, None)
    done = pipeline.seed(store, OdooWriting(transport), SilentProgress(), pipeline.Scope())
    assert done.run.status == "success", [item for item in done.run.items if item.error]
    left = pipeline.plan(store.read_seed(), store, OdooReading(transport), pipeline.Scope())
    assert left.empty, [(item.external_ref, item.fields) for item in left.changes]
    pipeline.shadow(store, OdooReading(transport), pipeline.Scope())
    found = pipeline.verify(store, pipeline.Scope())
    assert found.verdict == "agrees", found.findings
    now = closed_tasks(user)
    assert {key: now[key] for key in states} == states  # nobody's finished task is reopened


def closed_tasks(user: Any) -> dict[int, str]:
    rows = user.call(
        "project.task", "search_read", [("state", "in", ["1_done", "1_canceled"])], ["state"],
        context={"active_test": False},
    )  # fmt: skip
    return {row["id"]: row["state"] for row in rows}
