"""The verification views, held against the core's own idea of a difference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest
from db_content import MILESTONES, PROJECTS, TASKS, added, changed, without
from db_content import OPEN as CONTENT

from odoo_seed.core.diff import diff_record
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.live import AppliedRecord, Directory, Live, LiveRecord
from odoo_seed.core.model import Instance, Milestone, Program, Project, Seed, Task
from odoo_seed.core.ownership import Ownership
from odoo_seed.core.policy import OWNERS, Policy
from odoo_seed.core.values import SeedIndex, canonical, wanted_values
from odoo_seed.core.verify import verify
from odoo_seed.edges.postgres.store import PostgresStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Key
    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.policy import Owner
    from odoo_seed.core.verify import Verification

Rows = list[dict[str, object]]


class Database:
    """Loads and mirrors, and asks the views."""

    def __init__(self, url: str) -> None:
        self.store = PostgresStore(url)
        self.connection = psycopg.connect(url, autocommit=True, row_factory=psycopg.rows.dict_row)

    def ask(self, view: str) -> Rows:
        return self.connection.execute(
            f"select * from odoo_seed.{view} order by 1, 2, 3, 4".encode()
        ).fetchall()

    def refs(self, view: str) -> set[object]:
        return {row["external_ref"] for row in self.ask(view)}

    def mirror(self, records: Mapping[Key, LiveRecord], **more: object) -> None:
        self.store.replace_shadow("default", Live(records, Directory(), **more))  # type: ignore[arg-type]  # duplicates


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.store.close()
    opened.connection.close()


def live_of(content: SeedAndPolicy) -> dict[Key, LiveRecord]:
    """What Odoo holds once the seed was written to it, silent fields at Odoo's own defaults."""
    index = SeedIndex(content.seed)
    records: dict[Key, LiveRecord] = {}
    everything = (*content.seed.projects, *content.seed.milestones, *content.seed.tasks)
    for number, record in enumerate(everything, start=1):
        kind = type(record).__name__.lower()
        values: dict[str, Value] = dict(wanted_values(record, index))
        if kind == "task":
            values = {"tag_names": (), "planned_hours": 0.0, "priority": "low"} | values
            if isinstance(values.get("deadline"), str) and len(str(values["deadline"])) == 10:
                values["deadline"] = f"{values['deadline']}T18:00"
        if values.get("description"):
            values["description"] = f"<p>{values['description']}</p>"
        records[kind, record.external_ref] = LiveRecord(  # type: ignore[index]  # a Kind
            kind,  # type: ignore[arg-type]  # a Kind
            record.external_ref,
            number,
            values,
        )
    return records


def applied_of(content: SeedAndPolicy) -> list[AppliedRecord]:
    index = SeedIndex(content.seed)
    live = live_of(content)
    everything = (*content.seed.projects, *content.seed.milestones, *content.seed.tasks)
    records = []
    for record in everything:
        kind = type(record).__name__.lower()
        found = live[kind, record.external_ref]  # type: ignore[index]  # a Kind
        echo = {"description": str(found.values["description"])} if record_text(record) else {}
        values = wanted_values(record, index)
        records.append(AppliedRecord(found.kind, found.external_ref, found.odoo_id, values, echo))
    return records


def record_text(record: object) -> str | None:
    return getattr(record, "description", None)


# What somebody did in Odoo: kind, ref, field, value.
EDITS: list[tuple[str, str, str, Value]] = [
    ("project", "CLOSE", "name", "Other"),
    ("project", "CLOSE", "description", "<p>Other</p>"),
    ("project", "CLOSE", "description", None),
    ("project", "CLOSE", "company_name", "Other"),
    ("project", "CLOSE", "manager_email", "REY@example.com"),
    ("project", "CLOSE", "manager_email", None),
    ("project", "CLOSE", "visibility", "portal"),
    ("project", "CLOSE", "allow_dependencies", True),
    ("project", "CLOSE", "date_start", "2026-01-06"),
    ("project", "CLOSE", "date_end", None),
    ("project", "CLOSE", "tag_names", ("Finance Close", "GL", "AP")),
    ("project", "CLOSE", "tag_names", ("AP", "GL")),
    ("project", "CLOSE", "is_active", False),
    ("project", "SILENT", "description", "<p>Somebody's</p>"),
    ("project", "SILENT", "manager_email", "a@example.com"),
    ("project", "SILENT", "tag_names", ("Theirs",)),
    ("project", "NONE", "tag_names", ("Theirs",)),
    ("project", "NONE", "tag_names", None),
    ("milestone", "M1", "name", "Other"),
    ("milestone", "M1", "deadline", "2026-02-06"),
    ("milestone", "M1", "project_external_ref", "NONE"),
    ("milestone", "M2", "deadline", "2026-02-06"),
    ("task", "T1", "name", "Other"),
    ("task", "T1", "project_external_ref", "NONE"),
    ("task", "T1", "description", "<p>Other</p>"),
    ("task", "T1", "stage_name", "Done"),
    ("task", "T1", "tag_names", ()),
    ("task", "T1", "assignee_emails", ("BENG@EXAMPLE.COM",)),
    ("task", "T1", "assignee_emails", ("beng@example.com", "x@example.com")),
    ("task", "T2", "assignee_emails", ("b@example.com", "a@example.com")),
    ("task", "T2", "assignee_emails", ("a@example.com",)),
    ("task", "T1", "planned_hours", 6.2501),
    ("task", "T1", "planned_hours", 6.5),
    ("task", "T1", "planned_hours", None),
    ("task", "T1", "deadline", "2026-01-09T23:59"),
    ("task", "T1", "deadline", "2026-01-10T00:00"),
    ("task", "T1", "deadline", None),
    ("task", "T2", "deadline", "2026-01-09T14:31"),
    ("task", "T1", "sequence", 11),
    ("task", "T1", "priority", "low"),
    ("task", "T1", "priority", None),
    ("task", "T1", "depends_on_refs", ("T2",)),
    ("task", "T1", "depends_on_refs", ("T2", "T3", "odoo:77")),
    ("task", "T2", "parent_external_ref", None),
    ("task", "T2", "parent_external_ref", "odoo:7"),
    ("task", "T1", "milestone_external_ref", "M2"),
    ("task", "T2", "is_active", True),
    ("task", "T3", "deadline", "2026-01-01T10:00"),
    ("task", "T3", "assignee_emails", ("theirs@example.com",)),
    ("task", "T4", "assignee_emails", ("theirs@example.com",)),
    ("task", "T4", "depends_on_refs", ("T1",)),
]


def test_every_edit_in_odoo_is_drift_exactly_when_the_core_would_heal_it(
    database: Database,
) -> None:
    content = replace(CONTENT, policy=Policy())
    database.store.load(content, "c1")
    database.store.save_applied("default", applied_of(content))
    index = SeedIndex(content.seed)
    ownership = Ownership(content.policy, index)
    applied = database.store.read_applied("default")
    records = {
        (type(r).__name__.lower(), r.external_ref): r for r in (*PROJECTS, *MILESTONES, *TASKS)
    }
    clean = live_of(content)
    database.mirror(clean)
    assert database.ask("v_field_drift") == []
    for kind, ref, field, value in EDITS:
        key: Key = (kind, ref)  # type: ignore[assignment]  # a Kind
        edited = replace(clean[key], values={**clean[key].values, field: value})
        database.mirror({**clean, key: edited})
        as_read = canonical(BY_KIND[edited.kind][field], value)
        edited = replace(edited, values={**edited.values, field: as_read})
        changes, _ = diff_record(
            wanted_values(records[key], index), applied[key], edited, ownership.of("CLOSE")
        )
        expected = [(kind, ref, change.name) for change in changes]
        found = [(r["kind"], r["external_ref"], r["field"]) for r in database.ask("v_field_drift")]
        assert found == expected, (key, field, value)


def test_a_field_that_git_does_not_own_is_no_drift(database: Database) -> None:
    database.store.load(CONTENT, "c1")  # its policy: sequence is git's, name is initial
    records = live_of(CONTENT)
    task = records["task", "T1"]
    values = {**task.values, "name": "x", "stage_name": "x", "sequence": 99}
    database.mirror({**records, ("task", "T1"): replace(task, values=values)})
    drift = {row["field"] for row in database.ask("v_field_drift") if row["external_ref"] == "T1"}
    assert drift == {"sequence", "description"}  # no description was applied yet
    assert database.ask("v_name_drift") == []


@pytest.mark.parametrize(
    ("whole", "above", "program", "project", "owner"),
    [
        (None, None, None, None, "initial"),
        ("git", None, None, None, "git"),
        ("git", "odoo", None, None, "odoo"),
        ("git", "odoo", "initial", None, "initial"),
        ("odoo", "odoo", "odoo", "git", "git"),
        (None, "git", None, None, "git"),
        (None, None, "git", "odoo", "odoo"),
    ],
)
def test_the_database_and_the_core_agree_on_who_owns_a_stage(
    database: Database,
    whole: Owner | None,
    above: Owner | None,
    program: Owner | None,
    project: Owner | None,
    owner: Owner,
) -> None:
    """`CLOSE` is in `fin-close`, which stands under `finance`."""

    def named(given: Owner | None) -> dict[str, dict[str, Owner]]:
        return {"task": {"stage_name": given}} if given else {}

    policy = Policy(
        ownership=named(whole),
        programs={"finance": named(above), "fin-close": named(program)},
        projects={"CLOSE": named(project), "SILENT": named("git")},
    )
    content = replace(CONTENT, policy=policy)
    database.store.load(content, "c1")
    read = database.store.read_seed()
    assert read == content
    owners = Ownership(read.policy, SeedIndex(read.seed)).of("CLOSE")
    assert owners["task", "stage_name"] == owner
    row = database.connection.execute(
        "select odoo_seed.field_owner('task', 'stage_name', 'CLOSE') as owner"
    ).fetchone()
    assert row == {"owner": owner}
    records = live_of(content)
    task = records["task", "T1"]
    records["task", "T1"] = replace(task, values={**task.values, "stage_name": "Elsewhere"})
    database.mirror(records)
    drift = {(row["external_ref"], row["field"]) for row in database.ask("v_field_drift")}
    assert (("T1", "stage_name") in drift) == (owner == "git")


def test_programs_above_each_other_in_a_ring_do_not_hang_the_database(database: Database) -> None:
    database.store.load(CONTENT, "c1")
    database.connection.execute(
        "update odoo_seed.programs set parent_slug = 'fin-close' where slug = 'finance'"
    )
    row = database.connection.execute(
        "select odoo_seed.field_owner('task', 'name', 'CLOSE') as owner"
    ).fetchone()
    assert row is not None
    assert row["owner"] in OWNERS


def test_name_drift_shows_both_names_and_the_source(database: Database) -> None:
    database.store.load(CONTENT, "c1")
    records = live_of(CONTENT)
    project = records["project", "CLOSE"]
    records["project", "CLOSE"] = replace(project, values={**project.values, "name": "Other"})
    database.mirror(records)
    assert database.ask("v_name_drift") == [
        {
            "target": "default",
            "kind": "project",
            "external_ref": "CLOSE",
            "seed_name": "Month-end close",
            "odoo_name": "Other",
            "odoo_id": 1,
            "source_path": PROJECTS[0].source.path if PROJECTS[0].source else None,
            "source_line": 2,
        }
    ]


def test_missing_is_what_a_complete_reading_did_not_find(database: Database) -> None:
    database.store.load(CONTENT, "c1")
    records = live_of(CONTENT)
    assert database.refs("v_missing_in_odoo") == {ref for _, ref in records}
    assert {row["seen_at"] for row in database.ask("v_missing_in_odoo")} == {None}
    database.mirror(records)
    assert database.ask("v_missing_in_odoo") == []
    del records["task", "T3"], records["milestone", "M1"]
    database.mirror(records)
    assert database.refs("v_missing_in_odoo") == {"T3", "M1"}
    assert None not in {row["seen_at"] for row in database.ask("v_missing_in_odoo")}


def test_what_is_not_synced_or_was_removed_is_not_missing(database: Database) -> None:
    content = changed(CONTENT, "NONE", sync_enabled=False)
    database.store.load(content, "c1")
    database.store.load(without(changed(content, "T1", depends_on_refs=()), "T3"), "c2")
    database.mirror({})
    assert database.refs("v_missing_in_odoo") == {"CLOSE", "SILENT", "M1", "M2", "T1", "T2"}


def test_each_target_has_its_own_missing_records(database: Database) -> None:
    database.store.load(CONTENT, "c1")
    records = live_of(CONTENT)
    database.mirror(records)
    del records["task", "T1"]
    database.store.replace_shadow("staging", Live(records, Directory()))
    found = [(row["target"], row["external_ref"]) for row in database.ask("v_missing_in_odoo")]
    assert found == [("staging", "T1")]


def test_an_orphan_is_active_in_odoo_and_not_in_the_seed(database: Database) -> None:
    database.store.load(CONTENT, "c1")
    database.store.load(without(changed(CONTENT, "T1", depends_on_refs=()), "T3", "T4"), "c2")
    records = live_of(CONTENT)
    archived = records["task", "T4"]
    records["task", "T4"] = replace(archived, values={**archived.values, "is_active": False})
    for kind in ("project", "milestone", "task"):
        values: dict[str, Value] = {"name": "x", "is_active": True, "project_external_ref": "CLOSE"}
        records[kind, "STRAY"] = LiveRecord(kind, "STRAY", 99, values)
    database.mirror(records)
    found = [(row["kind"], row["external_ref"]) for row in database.ask("v_orphan_in_odoo")]
    assert found == [
        ("milestone", "STRAY"),
        ("project", "STRAY"),
        ("task", "STRAY"),
        ("task", "T3"),
    ]


def verified(database: Database) -> Verification:
    """What `verify` finds, which the views must list, no more and no less."""
    store = database.store
    found = verify(
        store.read_seed(), store.read_applied("default"), store.read_shadow("default"), "default"
    )
    assert found.verdict != "stale"
    for action, view in (("drift", "v_field_drift"), ("orphan", "v_orphan_in_odoo")):
        listed = {(row["kind"], row["external_ref"]) for row in database.ask(view)}
        found_keys = {(i.kind, i.external_ref) for i in found.findings if i.action == action}
        assert listed == found_keys, view
    return found


def test_what_people_made_recurring_or_private_is_neither_drift_nor_orphan(
    database: Database,
) -> None:
    content = replace(CONTENT, policy=Policy())
    after = without(changed(content, "T1", depends_on_refs=("T2",)), "T3")
    database.store.load(content, "c1")
    database.store.load(after, "c2")
    database.store.save_applied("default", applied_of(content))
    records = live_of(content) | live_of(after)
    edits: dict[str, dict[str, Value]] = {
        "T1": {"name": "Theirs"}, "T3": {}, "T4": {"project_external_ref": None}
    }  # fmt: skip
    for ref, values in edits.items():
        task = records["task", ref]
        records["task", ref] = replace(task, values={**task.values, **values})
    database.mirror(records)
    found = [(item.action, item.external_ref) for item in verified(database).findings]
    assert found == [("drift", "T1"), ("drift", "T4"), ("orphan", "T3")]
    for ref in edits:
        records["task", ref] = replace(records["task", ref], left_alone="it is recurring in Odoo")
    database.mirror(records)
    seen = verified(database)
    assert (seen.verdict, seen.findings) == ("agrees", [])
    assert [item.external_ref for item in seen.left_alone] == ["T1", "T4", "T3"]
    assert database.ask("v_name_drift") == []
    assert database.ask("v_missing_in_odoo") == []


@pytest.mark.parametrize("by", ["the YAML", "its tasks"])
def test_a_closed_period_is_neither_drift_nor_missing_nor_an_orphan(
    database: Database, by: str
) -> None:
    instance = Instance("close", "2026-10", "ACME", closed=by == "the YAML")
    before = replace(
        CONTENT,
        seed=replace(
            CONTENT.seed,
            projects=tuple(replace(one, instance=instance) for one in CONTENT.seed.projects),
        ),
        policy=Policy(),
    )
    after = without(changed(before, "T1", name="Renamed"), "T4")
    database.store.load(before, "c1")
    database.store.load(after, "c2")
    database.store.save_applied("default", applied_of(before))
    records = live_of(before)
    del records["task", "T2"]
    database.mirror(records)
    if by == "its tasks":
        open_ones = {(item.action, item.external_ref) for item in verified(database).findings}
        assert open_ones == {("drift", "T1"), ("orphan", "T4"), ("missing", "T2")}
        assert database.refs("v_missing_in_odoo") == {"T2"}
        for key, record in records.items():
            if key[0] == "task":
                records[key] = replace(record, state="1_done")
        database.mirror(records)
    seen = verified(database)
    assert (seen.verdict, seen.findings) == ("agrees", [])
    assert {item.external_ref for item in seen.left_alone} == {"T1", "T4"}
    assert database.ask("v_missing_in_odoo") == database.ask("v_name_drift") == []


@pytest.mark.parametrize(
    ("project", "twice", "orphans"),
    [
        ("active", False, [("milestone", "GONE_M"), ("project", "GONE")]),
        ("archived", False, []),
        ("active", True, []),
        ("not there", False, []),
    ],
)
def test_a_milestone_is_an_orphan_where_its_project_is_in_sight(
    database: Database, project: str, *, twice: bool, orphans: list[tuple[str, str]]
) -> None:
    content = replace(CONTENT, policy=Policy())
    database.store.load(content, "c1")
    database.store.save_applied("default", applied_of(content))
    records = live_of(content)
    milestone: dict[str, Value] = {"name": "x", "project_external_ref": "GONE"}
    records["milestone", "GONE_M"] = LiveRecord("milestone", "GONE_M", 98, milestone)
    if project != "not there":
        values: dict[str, Value] = {"name": "x", "is_active": project == "active"}
        records["project", "GONE"] = LiveRecord("project", "GONE", 99, values)
        database.mirror(records)
    if twice:
        del records["project", "GONE"]
    database.mirror(records, duplicates={("project", "GONE"): (99, 100)} if twice else {})
    found = verified(database).findings
    assert sorted((item.kind, item.external_ref) for item in found) == orphans


def test_a_ref_that_stands_twice_is_ambiguous_not_missing(database: Database) -> None:
    database.store.load(CONTENT, "c1")
    records = live_of(CONTENT)
    database.mirror(records)
    del records["task", "T1"]
    database.mirror(records, duplicates={("task", "T1"): (7, 8)})
    assert database.ask("v_missing_in_odoo") == []
    assert database.ask("v_duplicate_refs") == [
        {"target": "default", "kind": "task", "external_ref": "T1", "odoo_ids": [7, 8]}
    ]
    database.mirror(live_of(CONTENT))
    assert database.ask("v_duplicate_refs") == []


def test_an_inactive_program_makes_all_below_it_inactive(database: Database) -> None:
    content = changed(CONTENT, "finance", active=False)
    database.store.load(content, "c1")
    database.mirror(live_of(CONTENT))
    drift = {
        (row["external_ref"], row["seed_value"], row["odoo_value"])
        for row in database.ask("v_field_drift")
        if row["field"] == "is_active"
    }
    assert drift == {("CLOSE", "false", "true"), ("T1", "false", "true")}


def test_progress_adds_up_over_the_programs_below(database: Database) -> None:
    content = replace(
        CONTENT,
        seed=replace(
            CONTENT.seed,
            programs=(
                Program("top", "Top", "portfolio"),
                Program("a", "A", parent_slug="top"),
                Program("idle", "Idle"),
            ),
            projects=(
                Project("PA", "PA", "C", program_slug="a"),
                Project("PT", "PT", "C", program_slug="top"),
            ),
            milestones=(Milestone("MA", "PA", "m"),),
            tasks=(
                Task("LATE", "PA", "x", deadline="2020-01-01", planned_hours=1),
                Task("LATER", "PA", "x", deadline="9999-01-01", planned_hours=2),
                Task("DONE", "PA", "x", deadline="2020-01-01", planned_hours=4),
                Task("CANCELED", "PA", "x", deadline="2020-01-01"),
                Task("OFF", "PA", "x", is_active=False, planned_hours=99),
                Task("TOP", "PT", "x", planned_hours=8),
            ),
        ),
    )
    database.store.load(content, "c1")
    states = {"DONE": "1_done", "CANCELED": "1_canceled"}
    records = {
        key: replace(record, state=states.get(key[1], "01_in_progress"))
        for key, record in live_of(content).items()
    }
    database.mirror(records)
    found = {row["slug"]: row for row in database.ask("v_program_progress")}
    columns = (
        *("projects", "tasks", "done_tasks", "canceled_tasks", "overdue_tasks"),
        *("planned_hours", "done_hours"),
    )
    figures = {slug: tuple(row[name] for name in columns) for slug, row in found.items()}
    assert figures == {
        "a": (1, 4, 1, 1, 1, 7, 4),
        "top": (2, 5, 1, 1, 1, 15, 4),
        "idle": (0, 0, 0, 0, 0, 0, 0),
    }
    assert str(found["a"]["next_deadline"]) == "2020-01-01 18:00:00"


def test_a_project_counts_in_the_progress_of_the_odoo_that_it_is_bound_to(
    database: Database,
) -> None:
    close = Project("HERE", "Close", "C", program_slug="fin")
    seed = Seed(
        programs=(Program("fin", "Finance"),),
        projects=(close, replace(close, external_ref="EU"), replace(close, external_ref="BOTH")),
        tasks=(
            Task("T1", "HERE", "x", planned_hours=1, deadline="2020-01-01"),
            Task("T2", "EU", "x", planned_hours=2, deadline="2020-01-02"),
            Task("T3", "EU", "x", planned_hours=4, deadline="9999-01-01"),
            Task("T4", "BOTH", "x", planned_hours=8, deadline="9999-01-01"),
        ),
    )
    content = replace(CONTENT, seed=seed, policy=Policy())
    database.store.load(content, "c1")
    database.connection.execute(
        "insert into ops.odoo_bindings (project, target) values ('HERE', 'default'), ('EU', 'eu')"
    )
    records = live_of(content)
    done = replace(records["task", "T2"], state="1_done")
    for target, refs in (("default", {"HERE", "BOTH"}), ("eu", {"EU", "BOTH"})):
        own = {
            key: done if key[1] == "T2" else record
            for key, record in records.items()
            if record.values.get("project_external_ref", key[1]) in refs
        }
        database.store.replace_shadow(target, Live(own, Directory()))
    columns = ("projects", "tasks", "done_tasks", "overdue_tasks", "planned_hours", "done_hours")
    rows = database.ask("v_program_progress")
    assert {row["target"]: tuple(row[name] for name in columns) for row in rows} == {
        "default": (2, 2, 0, 1, 9, 0),
        "eu": (2, 3, 1, 0, 14, 2),
    }
    assert database.ask("v_missing_in_odoo") == []


def test_a_task_that_is_due_today_is_not_yet_overdue(database: Database) -> None:
    (now,) = database.connection.execute(
        "select to_char(now() at time zone 'Asia/Manila', 'YYYY-MM-DD') as today"
    ).fetchall()
    content = added(
        replace(CONTENT, policy=Policy()), Task("NOW", "CLOSE", "x", deadline=str(now["today"]))
    )
    content = without(content, "T4")
    content = changed(content, "T1", deadline=None)
    database.store.load(content, "c1")
    database.mirror(live_of(content))
    found = {row["slug"]: row["overdue_tasks"] for row in database.ask("v_program_progress")}
    assert found == {"finance": 0, "fin-close": 0}


def test_views_end_even_when_programs_stand_in_a_circle(database: Database) -> None:
    database.store.load(CONTENT, "c1")
    database.connection.execute(
        "update odoo_seed.programs set parent_slug = 'fin-close' where slug = 'finance'"
    )
    assert len(database.ask("v_program_progress")) == 2
    assert database.refs("v_missing_in_odoo") == {ref for _, ref in live_of(CONTENT)}
    database.connection.execute("update odoo_seed.programs set active = false")
    database.mirror(live_of(CONTENT))
    drift = [row for row in database.ask("v_field_drift") if row["field"] == "is_active"]
    assert [row["external_ref"] for row in drift] == ["CLOSE", "T1"]


def test_orders_of_sets_do_not_matter(database: Database) -> None:
    row = database.connection.execute(
        "select odoo_seed.canonical_set('{b,a,b}') = odoo_seed.canonical_set('{a,b}') as same,"
        " odoo_seed.canonical_set('{}') as empty, odoo_seed.canonical_set(null) as silent"
    ).fetchone()
    assert row == {"same": True, "empty": "[]", "silent": None}
