"""Odoo tries a plan and takes it back: what it objects to, and that nothing stays behind."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from odoo_seed import pipeline
from odoo_seed.core.model import Milestone, SeedAndPolicy, Source
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Policy
from odoo_seed.core.rehearsal import LINK, NEW_MILESTONE, NEW_STAGE, STAND_IN, WAITS
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.rehearse import OdooRehearsing
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.pipeline import live_query
from odoo_seed.rehearse import rehearse
from odoo_seed.shells.progress import SilentProgress
from tests.contract.sync import SOURCE, Sync

if TYPE_CHECKING:
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.rehearsal import Rehearsal
    from odoo_seed.edges.odoo.transport import Transport
    from tests.contract.conftest import World

KEPT = (
    "project.project", "project.task", "project.task.type", "project.milestone", "project.tags",
    "mail.message", "mail.mail", "mail.followers", "mail.notification", "base_import.mapping",
    "res.users", "res.partner", "ir.model.fields",
)  # fmt: skip
"""What is compared where nobody says how to reach Odoo's own database."""

NOT_OURS = {"base_import_import", "ir_cron", "ir_cron_progress", "ir_cron_trigger"}
"""The emptied import, looked at apart; and what Odoo's own clock writes meanwhile."""


def everything(world: World) -> dict[str, Any]:
    """All of Odoo's tables with a digest of all rows (ODOO_DB_URL), or the models that matter."""
    url = os.environ.get("ODOO_DB_URL")
    if world.server.sandbox is not None or not url:
        return {model: content(world, model) for model in KEPT}
    digest = (
        "select count(*), md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) "
        "from {} t"
    )
    with psycopg.connect(url) as odoo:
        tables = odoo.execute(
            "select table_name from information_schema.tables "
            "where table_schema = 'public' and table_type = 'BASE TABLE'"
        ).fetchall()
        return {
            name: odoo.execute(sql.SQL(digest).format(sql.Identifier(name))).fetchone()
            for (name,) in tables
        }


def content(world: World, model: str) -> Any:
    ids = world.call(model, "search", [], order="id")
    if not model.startswith("project."):
        return ids
    # What is computed anew at every reading may count seconds, such as the time in each stage.
    fields = world.call(model, "fields_get", [], ["type", "store"])
    kept = {name: field for name, field in fields.items() if field.get("store")}
    kept.pop("stage_id" if model == "project.project" else "", None)  # not everybody may read it
    names = [name for name, field in kept.items() if field["type"] not in {"binary", "one2many"}]
    return world.call(model, "read", ids, sorted(names), load="")


class Watched:
    """A transport that lets through what a rehearsal may call, and nothing else."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def call(self, model: str, method: str, args: Any = (), kwargs: Any = None) -> Any:
        assert model == "base_import.import"
        assert method in {"create", "write", "execute_import"}
        assert method != "execute_import" or kwargs["dryrun"] is True
        return self._transport.call(model, method, args, kwargs)


def rehearsed(sync: Sync, plan: Plan) -> Rehearsal:
    with closing(OdooRehearsing(Watched(sync.world.server.transport))) as odoo:
        return rehearse(plan, odoo)


def unchecked(sync: Sync, seed: SeedAndPolicy) -> Plan:
    """A plan of a seed that `validate` would not let pass."""
    live = OdooReading(sync.world.server.transport).read_live(live_query(seed, {}))
    mine = replace(live, records={k: v for k, v in live.records.items() if sync.run in k[1]})
    return make_plan(seed, {}, mine, "default")


def objected(sync: Sync, found: Rehearsal) -> dict[str, str]:
    return {item.external_ref.removeprefix(sync.run): item.message for item in found.objections}


def left_out(sync: Sync, found: Rehearsal) -> dict[str, set[str]]:
    return {item.what: {ref.removeprefix(sync.run) for ref in item.refs} for item in found.left_out}


def big_seed(sync: Sync) -> SeedAndPolicy:
    milestone = Milestone(sync.ref("M1"), sync.ref("P"), "Closed", date(2026, 2, 5), source=SOURCE)
    project = sync.project(
        description="Closing\n\n- a & b", manager_email=sync.email("manager"),
        date_start=date(2026, 1, 5), date_end=date(2026, 12, 31), tag_names=(f"Tag {sync.run}",),
    )  # fmt: skip
    tasks = [
        sync.task("T0", name='=cmd() "Zoë", 🎉\\n', deadline="2026-01-09", planned_hours=6.5,
                  assignee_emails=(sync.email("assignee"), sync.email("colleague"))),
        sync.task("T1", depends_on_refs=("T0",), priority="high", milestone_external_ref="M1",
                  stage_name="Doing", tag_names=(f"Tag {sync.run}", f"Second {sync.run}")),
        sync.task("T2", depends_on_refs=("T0", "T1")),
        sync.task("T3", parent_external_ref="T2"),
    ]  # fmt: skip
    return sync.content(*tasks, project=project, milestones=(milestone,))


def test_a_new_project_is_tried_whole_and_leaves_nothing_behind(sync: Sync):
    plan = unchecked(sync, big_seed(sync))
    before, mails = everything(sync.world), sync.world.mails()
    imports = sync.world.call("base_import.import", "search", [])
    found = rehearsed(sync, plan)
    left = set(sync.world.call("base_import.import", "search", [])) - set(imports)
    after = everything(sync.world)
    assert {name for name in after if after[name] != before[name]} <= NOT_OURS
    assert sync.world.mails() == mails
    assert (found.objections, found.tried) == ((), 6)
    assert left_out(sync, found) == {
        STAND_IN: {"M1", "T0", "T1", "T2", "T3"},
        NEW_STAGE: {"T0", "T1", "T2", "T3"},
        NEW_MILESTONE: {"T1"},
    }
    # Nobody may delete an import; what is left of it holds nothing, and Odoo's vacuum takes it.
    rows = sync.world.call("base_import.import", "read", list(left), ["file", "res_model"])
    assert [(row["file"], row["res_model"]) for row in rows] == [(False, False)]


def test_changes_of_all_kinds_are_tried_and_leave_nothing_behind(sync: Sync):
    seed = big_seed(sync)
    sync.seed(seed)
    t0, t1, t2, t3 = seed.seed.tasks
    tasks = (
        replace(t0, deadline="2026-02-02", tag_names=(f"Newer {sync.run}",)),
        replace(t1, depends_on_refs=(sync.ref("T4"), sync.ref("T0")), planned_hours=2),
        replace(t2, name="Renamed", depends_on_refs=(sync.ref("T0"),), is_active=False),
        replace(t3, parent_external_ref=None, assignee_emails=(sync.email("assignee"),)),
        sync.task("T4", depends_on_refs=("T0",), milestone_external_ref="M1", stage_name="Doing"),
        sync.task("T5", depends_on_refs=("T4", "T0")),
    )
    (project,), (milestone,) = seed.seed.projects, seed.seed.milestones
    changed = sync.content(
        *tasks,
        project=replace(project, date_end=date(2026, 11, 30), visibility="employees"),
        milestones=(replace(milestone, deadline=date(2026, 2, 6)),),
    )
    sync.store.load(changed, None)
    plan = sync.plan()
    before, mails = everything(sync.world), sync.world.mails()
    found = rehearsed(sync, plan)
    after = everything(sync.world)
    assert {name for name in after if after[name] != before[name]} <= NOT_OURS
    assert sync.world.mails() == mails
    assert (found.objections, found.tried) == ((), 8)
    assert left_out(sync, found) == {LINK: {"T1", "T4", "T5"}}
    sync.seed(changed)


def test_only_those_are_named_that_odoo_refuses_and_all_of_them(sync: Sync):
    seed = sync.content(
        sync.task("T0"),
        sync.task("T1", name=""),
        sync.task("T2", depends_on_refs=("T1",)),
        sync.task("T3", depends_on_refs=("T0",)),
        sync.task("T4", name="", depends_on_refs=("T0", "T3")),
        sync.task("T5", depends_on_refs=("T3",)),
        sync.task("T6", parent_external_ref="T2"),
    )
    found = rehearsed(sync, unchecked(sync, seed))
    words = objected(sync, found)
    assert words.keys() == {"T1", "T4"}
    assert all("Title" in text for text in words.values())
    assert all(item.source == SOURCE for item in found.objections)
    assert left_out(sync, found)[WAITS] == {"T2", "T6"}
    assert found.tried == 1 + 5


def test_what_waits_for_a_refused_project_is_not_tried(sync: Sync):
    wrong = {"date_start": date(2026, 3, 1), "date_end": date(2026, 1, 1)}
    project, source = sync.project(), Source("other.yaml", 12)
    projects = (
        project,
        replace(project, external_ref=sync.ref("Q"), source=source, **wrong),
        replace(project, external_ref=sync.ref("R")),
        replace(project, external_ref=sync.ref("S"), **wrong),
    )
    tasks = [sync.task(f"T{one}", project=one) for one in "PQRS"]
    found = rehearsed(sync, unchecked(sync, sync.content(*tasks, projects=projects)))
    words = objected(sync, found)
    assert words.keys() == {"Q", "S"}
    assert words["Q"].strip("'") == "The project's start date must be before its end date."
    assert source in {item.source for item in found.objections}
    assert left_out(sync, found)[WAITS] == {"TQ", "TS"}
    assert found.tried == 4 + 2


def test_many_refusals_are_told_until_there_are_too_many(sync: Sync):
    tasks = [sync.task(f"T{n:02}", name="" if n % 2 else "ok") for n in range(30)]
    found = rehearsed(sync, unchecked(sync, sync.content(*tasks)))
    assert objected(sync, found).keys() == {f"T{n:02}" for n in range(1, 30, 2)}
    assert found.tried == 31


def test_what_people_did_in_odoo_can_make_it_object(sync: Sync):
    policy = Policy(ownership={"project": {"date_start": "initial"}})
    project = sync.project(date_start=date(2026, 1, 5), date_end=date(2026, 6, 30))
    sync.seed(sync.content(sync.task("T1"), project=project, policy=policy))
    sync.world.write_project(sync.id_of("P", "project.project"), date_start="2026-06-15")
    sooner = replace(project, date_end=date(2026, 5, 31))
    sync.store.load(sync.content(sync.task("T1"), project=sooner, policy=policy), None)
    words = objected(sync, rehearsed(sync, sync.plan()))
    assert words["P"].strip("'") == "The project's start date must be before its end date."


def test_a_user_who_may_not_create_projects_is_told_so(sync: Sync):
    person = sync.world.as_person("colleague")
    plan = unchecked(sync, sync.content(sync.task("T1")))
    with closing(OdooRehearsing(person.server.transport)) as odoo:
        found = rehearse(plan, odoo)
    assert "You are not allowed to create" in objected(sync, found)["P"]
    assert left_out(sync, found)[WAITS] == {"T1"}


def test_what_was_rehearsed_without_objection_is_seeded_without_one(sync: Sync):
    seed = big_seed(sync)
    sync.store.load(seed, None)
    transport = sync.world.server.transport
    with closing(OdooRehearsing(transport)) as odoo:
        plan = pipeline.plan(seed, sync.store, OdooReading(transport), sync.scope, odoo)
    assert plan.rehearsal is not None
    assert not plan.unsettled
    done = pipeline.seed(sync.store, OdooWriting(transport), SilentProgress(), sync.scope)
    assert (done.run.status, done.plan.checksum) == ("success", plan.checksum)
