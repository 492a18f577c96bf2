"""Whatever people made in a project: it is adopted, and the plan that follows is empty."""

from __future__ import annotations

import itertools
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo_seed import adopt, pipeline
from odoo_seed.core.choosing import Choice
from odoo_seed.edges.odoo.prepare import prepare
from odoo_seed.edges.odoo.transport import OdooTarget, Transport, open_transport
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.edges.seed_files.editing import SeedEditor
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.edges.seed_files.formatting.files import reformat
from odoo_seed.sandbox import SandboxServer
from odoo_seed.shells.progress import SilentProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = st.sampled_from([
    "Close", "Close", "close ", " Close", "two\nlines", "yes", "007", "TBWA\\SMP: x # y", "☃",
    "a\tb", "x" * 200, "[a]", "'", '"', "é\u200b", "- a",
])  # fmt: skip
_HTML = st.sampled_from([
    False, "<p>Plain</p>", "<p>a<br>b</p>", "<ul><li>a &amp; b</li><li>c</li></ul>", "<p><br></p>",
    "<table><tr><td>1</td></tr></table>", "<p># no heading</p><p>1. no list</p>",
    "<pre>x\n  y</pre>", "<p>a <b>b</b> <strong>c</strong></p>", '<p><a href="https://x.ph/?a=1&amp;b=2">l</a></p>',
    "<h2>T</h2><blockquote>q</blockquote>", "<p>-</p><p>---</p><p>`c` *d* _e_ \\f</p>",
])  # fmt: skip
_STAMPS = st.sampled_from([
    False, "2026-01-09 10:00:00", "2026-01-09 16:00:00", "2026-03-01 01:23:45",
    "2031-01-01 00:00:00",
])  # fmt: skip
_TASK = st.fixed_dictionaries({
    "name": _NAMES, "description": _HTML, "date_deadline": _STAMPS,
    "priority": st.sampled_from(["0", "1"]), "sequence": st.sampled_from([10, 3, 0]),
    "allocated_hours": st.sampled_from([0.0, 6.0, 0.33]), "active": st.booleans(),
    "recurring_task": st.sampled_from([False, False, False, True]),
    "state": st.sampled_from(["01_in_progress", "03_approved", "1_done", "1_canceled"]),
    "stage": st.integers(-1, 3), "tags": st.sets(st.integers(0, 1)),
    "users": st.sets(st.integers(0, 3)),
    "parent": st.integers(-3, 5), "needs": st.sets(st.integers(0, 5), max_size=2),
    "milestone": st.integers(-1, 1),
})  # fmt: skip
_PROJECT = st.fixed_dictionaries({
    "name": _NAMES, "description": _HTML,
    "privacy_visibility": st.sampled_from(["followers", "employees", "portal"]),
    "allow_task_dependencies": st.booleans(), "active": st.booleans(),
    "dates": st.sampled_from([("2026-01-01", "2026-01-31"), (False, False)]),
    "user": st.integers(-1, 3), "company": st.booleans(),
    "stages": st.lists(
        st.tuples(st.sampled_from(["To Do", "Done", " Done", "x\ny"]), st.booleans()), max_size=3
    ),
    "milestones": st.lists(st.tuples(_NAMES, st.sampled_from([False, "2026-02-05"])), max_size=2),
})  # fmt: skip


@dataclass
class Place:
    """An Odoo with people, tags and a company, and a database."""

    server: SandboxServer
    transport: Transport
    store: PostgresStore
    people: list[int]
    tags: list[int]
    company: int
    number: Iterator[int]

    def call(self, model: str, method: str, *args: Any, **context: Any) -> Any:
        given = {"active_test": False, "mail_create_nosubscribe": True, **context}
        return self.server.as_user().call(model, method, *args, context=given)


@pytest.fixture
def place(database_url: str) -> Iterator[Place]:
    with SandboxServer() as server:
        server.populate(["ACME"], [("Ana", "ana@x.ph", ["ACME"]), ("Gone", "gone@x.ph", ["ACME"]),
                                   ("Odd", "odd login", ["ACME"])])  # fmt: skip
        target = OdooTarget(server.url, server.database, "admin", "admin")
        with closing(open_transport(target)) as transport, PostgresStore(database_url) as store:
            prepare(transport)
            made = Place(server, transport, store, [], [], 0, itertools.count())
            made.people = made.call("res.users", "search", [])[-4:]
            gone = made.call("res.users", "search", [["login", "=", "gone@x.ph"]])
            made.call("res.users", "write", gone, {"active": False})
            made.tags = made.call("project.tags", "create", [{"name": "GL"}, {"name": " odd\n"}])
            (made.company,) = made.call("res.company", "search", [["name", "=", "ACME"]])
            yield made


def build(place: Place, project: dict[str, Any], tasks: list[dict[str, Any]]) -> int:
    """Make in Odoo what was drawn."""
    values = {
        key: project[key]
        for key in ("name", "description", "privacy_visibility", "allow_task_dependencies")
    }
    values |= dict(zip(("date_start", "date"), project["dates"], strict=True))
    values["user_id"] = place.people[project["user"]] if project["user"] >= 0 else False
    values["company_id"] = place.company if project["company"] else False
    values["type_ids"] = [(0, 0, {"name": name, "fold": fold}) for name, fold in project["stages"]]
    (made,) = place.call("project.project", "create", [{**values, "allow_milestones": True}])
    stages = place.call("project.task.type", "search", [["project_ids", "in", [made]]])
    milestones = place.call(
        "project.milestone", "create",
        [{"name": name, "deadline": day, "project_id": made}
         for name, day in project["milestones"]],
    )  # fmt: skip
    ids: list[int] = []
    for task in tasks:
        plain = {key: task[key] for key in (
            "name", "description", "date_deadline", "priority", "sequence", "allocated_hours",
            "active", "recurring_task",
        )}  # fmt: skip
        plain["project_id"] = made
        plain["stage_id"] = stages[task["stage"]] if 0 <= task["stage"] < len(stages) else False
        plain["tag_ids"] = [(6, 0, [place.tags[n] for n in task["tags"]])]
        plain["user_ids"] = [(6, 0, [place.people[n] for n in task["users"]])]
        plain["depend_on_ids"] = [(6, 0, [ids[n] for n in task["needs"] if n < len(ids)])]
        if 0 <= task["parent"] < len(ids):
            plain["parent_id"] = ids[task["parent"]]
        elif 0 <= task["milestone"] < len(milestones):
            plain["milestone_id"] = milestones[task["milestone"]]
        ids += place.call("project.task", "create", [plain])
        place.call("project.task", "write", ids[-1:], {"state": task["state"]})
    if not project["active"]:
        place.call("project.project", "write", [made], {"active": False})
    return int(made)


def everything(place: Place, project: int) -> dict[str, Any]:
    found = {}
    for model, domain in (
        ("project.project", [["id", "=", project]]),
        ("project.task", [["project_id", "=", project]]),
        ("project.milestone", [["project_id", "=", project]]),
        ("project.task.type", [["project_ids", "in", [project]]]),
    ):
        names = place.call(model, "fields_get", [], ["type"])
        fields = sorted(set(names) - {"x_external_ref", "write_date", "write_uid"})
        ids = place.call(model, "search", domain)
        found[model] = place.call(model, "read", ids, fields)
    return found


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(project=_PROJECT, tasks=st.lists(_TASK, max_size=6))
def test_any_project_is_adopted_and_then_needs_nothing(
    place: Place, project: dict[str, Any], tasks: list[dict[str, Any]]
):
    made = build(place, project, tasks)
    before = everything(place, made)
    choice, scope = Choice(f"X{next(place.number)}", (str(made),)), pipeline.Scope()
    odoo = OdooWriting(place.transport)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "seed"

        done = adopt.adopt(SeedEditor(folder), place.store, odoo, SilentProgress(), scope, choice)

        assert done.run is not None
        assert done.run.status == "success"
        assert everything(place, made) == before
        if not done.adoption.projects:
            assert [item.what for item in done.adoption.left if item.kind == "project"].count("")
            return
        content = SeedFolder(folder).read().content
        for path in folder.rglob("*.yaml"):
            assert list(reformat(path.name, path.read_bytes())) == []
    assert content is not None
    plan = pipeline.plan(content, place.store, odoo, scope)
    assert plan.empty, [(change.key, change.fields) for change in plan.changes]
    assert (plan.refusals, plan.guards) == ((), ())
    bearing = place.call("project.task", "search", [["project_id", "=", made]])
    rows = place.call("project.task", "read", bearing, ["x_external_ref", "name"])
    refs = {task.external_ref for task in content.seed.tasks}
    assert {row["x_external_ref"] for row in rows if row["x_external_ref"]} == refs
    names = {item.name for item in done.adoption.left if not item.what}
    assert all(row["x_external_ref"] or row["name"] in names for row in rows)
