"""Load: one transaction, all or nothing, and nothing at all when nothing changed."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from db_content import CONTENT, FILE, TASKS, added, changed, without

from odoo_seed.core.model import KINDS, Program, Project, Seed, SeedAndPolicy, Source, Task
from odoo_seed.core.policy import Policy
from odoo_seed.core.runs import LoadCounts
from odoo_seed.edges.postgres import rows
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLES = ("programs", "projects", "milestones", "tasks", "policy")


@pytest.fixture
def store(database_url: str) -> Iterator[PostgresStore]:
    with PostgresStore(database_url) as opened:
        yield opened


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(database_url, autocommit=True) as opened:
        yield opened


EXAMPLES = Path(__file__).parents[1] / "examples/valid"


def physical(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Everything, down to the versions of the rows and the locks left on them."""
    return contents(connection, "xmax::text,")


def contents(
    connection: psycopg.Connection[tuple[object, ...]], more: str = ""
) -> list[tuple[object, ...]]:
    """Everything; a rolled back change leaves only xmax behind."""
    return [
        row
        for table in TABLES
        for row in connection.execute(
            f"select ctid::text, xmin::text, {more} t::text from odoo_seed.{table} as t"
            " order by ctid".encode()
        )
    ]


def one(connection: psycopg.Connection[tuple[object, ...]], query: str) -> object:
    (value,) = connection.execute(query.encode()).fetchone() or (None,)
    return value


def test_what_was_loaded_is_read_back(store: PostgresStore) -> None:
    store.load(CONTENT, "abc123")
    found = store.read_seed()
    assert found == CONTENT
    assert found.seed.tasks[0].source == Source(FILE, 30, commit="abc123")


def test_what_templates_made_is_read_back_with_why_it_is_due(store: PostgresStore) -> None:
    content = SeedFolder(EXAMPLES / "templates").read().content
    assert content is not None
    store.load(content, "abc123")
    found = store.read_seed()
    for kind in KINDS:
        before = {record.external_ref: record for record in content.seed.of_kind(kind)}
        assert {record.external_ref: record for record in found.seed.of_kind(kind)} == before
    assert (found.policy, found.calendars) == (content.policy, content.calendars)
    by_ref = {task.external_ref: task for task in found.seed.tasks}
    task = by_ref["CLOSE_2026_01_SMP_PAYROLL_REVIEW"]
    assert task.instance is not None
    assert (task.instance.closed, task.due and task.due.working_days) == (True, (-5, 1))
    assert task.source is not None
    assert task.source.instance == task.instance
    assert store.load(content, "abc124")["task"].unchanged == len(by_ref)


def test_an_empty_database_reads_as_an_empty_seed(store: PostgresStore) -> None:
    assert store.read_seed() == SeedAndPolicy(Seed(), Policy())


def test_a_seed_is_read_as_of_one_moment(
    store: PostgresStore, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.load(CONTENT, "c1")
    real = rows.to_program
    other = PostgresStore(database_url)

    def to_program(row: dict[str, object]) -> Program:
        other.load(changed(CONTENT, "T1", name="Loaded meanwhile"), "c2")
        return real(row)

    monkeypatch.setattr(rows, "to_program", to_program)
    with other:
        assert store.read_seed() == CONTENT


@pytest.mark.parametrize(
    "policy",
    [
        '{"guards": 5}',
        '{"ownership": {"task": 1}}',
        '{"ownership": {"task": {"name": "nobody"}}}',
        '{"projects": {"P": 1}}',
        '{"programs": []}',
        '{"time_zone": "Mars/Olympus"}',
        '{"time_zone": "../etc/passwd"}',
        '{"time_zone": 5}',
        '{"freeze": {"calendar": {"country": "ATLANTIS"}}}',
        '{"freeze": {"calendar": {"add": ["2026-02-30"]}}}',
        '{"freeze": {"dates": [{"name": "x", "from": 1, "to": 2}]}}',
        '{"freeze": {"month_ends": [{"name": "x", "last_working_days": "many"}]}}',
        '{"freeze": [1]}',
    ],
)
def test_a_policy_row_that_is_none_is_said(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]], policy: str
) -> None:
    store.load(CONTENT, "c1")
    connection.execute("update odoo_seed.policy set policy = %s", [policy])
    with pytest.raises(DatabaseError, match="not a policy") as caught:
        store.read_seed()
    assert "odoo-seed load" in caught.value.remedy
    store.load(CONTENT, "c2")
    assert store.read_seed() == CONTENT


def test_the_counts_tell_created_updated_unchanged_and_removed(store: PostgresStore) -> None:
    assert store.load(CONTENT, "c1") == {
        "program": LoadCounts(created=2),
        "project": LoadCounts(created=3),
        "milestone": LoadCounts(created=2),
        "task": LoadCounts(created=4),
    }
    edited = changed(without(CONTENT, "T4", "M2"), "T1", name="Reconcile all", planned_hours=8)
    edited = added(edited, Task("T5", "CLOSE", "New", source=Source(FILE, 50)))
    result = store.load(edited, "c2")
    assert list(result) == ["program", "project", "milestone", "task"]
    assert result["program"] == LoadCounts(unchanged=2)
    assert result["milestone"] == LoadCounts(unchanged=1, removed=1)
    assert result["task"] == LoadCounts(created=1, updated=1, unchanged=2, removed=1)


def test_a_second_load_writes_nothing_at_all(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    before = physical(connection)
    result = store.load(CONTENT, "c2")
    assert physical(connection) == before
    assert result["task"] == LoadCounts(unchanged=4)


def test_every_column_that_changes_is_an_update(store: PostgresStore) -> None:
    store.load(CONTENT, "c1")
    edits: dict[str, dict[str, object]] = {
        "fin-close": {
            "name": "x",
            "program_type": "ppm",
            "parent_slug": None,
            "description": None,
            "active": False,
        },
        "CLOSE": {
            "program_slug": None,
            "name": "x",
            "company_name": "x",
            "description": "",
            "manager_email": None,
            "visibility": "portal",
            "allow_dependencies": True,
            "date_start": None,
            "date_end": None,
            "stages": None,
            "tag_names": (),
            "is_active": False,
            "sync_enabled": False,
            "protected": False,
            "previous_refs": (),
        },
        "M1": {"project_external_ref": "NONE", "name": "x", "deadline": None},
        "T1": {
            "project_external_ref": "NONE",
            "name": "x",
            "description": None,
            "stage_name": "x",
            "tag_names": None,
            "assignee_emails": (),
            "depends_on_refs": None,
            "milestone_external_ref": None,
            "deadline": "2026-01-09T00:01",
            "planned_hours": None,
            "sequence": None,
            "priority": None,
            "is_active": False,
            "protected": True,
            "previous_refs": ("X",),
        },
    }
    for ref, values in edits.items():
        for name, value in values.items():
            edited = changed(CONTENT, ref, **{name: value})
            result = store.load(edited, "c2")
            assert sum(counts.updated for counts in result.values()) == 1, (ref, name)
            assert store.read_seed() == edited, (ref, name)
            store.load(CONTENT, "c1")


def test_a_record_that_only_moved_in_its_file_is_unchanged(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    query = "select updated_at from odoo_seed.tasks where external_ref = 'T1'"
    before = one(connection, query)
    result = store.load(changed(CONTENT, "T1", source=Source("moved.yaml", 99)), "c2")
    assert result["task"] == LoadCounts(unchanged=4)
    assert one(connection, query) == before
    (moved,) = [task for task in store.read_seed().seed.tasks if task.external_ref == "T1"]
    assert moved.source == Source("moved.yaml", 99, commit="c1")


def test_a_changed_record_gets_the_commit_that_changed_it(store: PostgresStore) -> None:
    store.load(CONTENT, "c1")
    store.load(changed(CONTENT, "T1", name="Other"), "c2")
    commits = {
        task.external_ref: task.source.commit
        for task in store.read_seed().seed.tasks
        if task.source
    }
    assert commits == {"T1": "c2", "T2": "c1", "T3": "c1", "T4": "c1"}


def test_a_removed_record_gets_a_tombstone_and_loses_it_when_it_comes_back(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    less = without(changed(CONTENT, "T1", depends_on_refs=()), "T2")
    store.load(less, "c2")
    tombstone = (
        "select (removed_at is not null, removed_commit, is_active, protected, source_commit)::text"
        " from odoo_seed.tasks where external_ref = 'T2'"
    )
    assert one(connection, tombstone) == "(t,c2,f,t,c1)"
    assert "T2" not in {task.external_ref for task in store.read_seed().seed.tasks}
    before = physical(connection)
    store.load(less, "c3")
    assert physical(connection) == before
    assert store.load(CONTENT, "c4")["task"] == LoadCounts(updated=2, unchanged=2)
    assert store.read_seed() == CONTENT
    assert one(connection, tombstone) == "(f,,f,t,c4)"


def test_rows_that_came_by_hand_are_kept_and_read(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    connection.execute(
        "insert into odoo_seed.tasks (project_external_ref, external_ref, name, assignee_email)"
        " values ('CLOSE', 'HAND', 'By hand', 'a@example.com')"
    )
    assert store.load(CONTENT, "c2")["task"] == LoadCounts(unchanged=4)
    by_hand = Task("HAND", "CLOSE", "By hand", assignee_emails=("a@example.com",))
    assert store.read_seed().seed.tasks == (*TASKS, by_hand)
    assert store.read_seed().seed.tasks[-1].source is None


def test_a_row_that_came_by_hand_is_taken_over_by_the_file(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    connection.execute(
        "insert into odoo_seed.tasks (project_external_ref, external_ref, name)"
        " values ('CLOSE', 'HAND', 'By hand')"
    )
    written = Task("HAND", "CLOSE", "By hand", source=Source(FILE, 60))
    assert store.load(added(CONTENT, written), "c2")["task"] == LoadCounts(unchanged=5)
    assert store.load(CONTENT, "c3")["task"] == LoadCounts(unchanged=4, removed=1)


def test_a_change_made_by_hand_to_a_loaded_row_is_undone(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    connection.execute("update odoo_seed.tasks set name = 'x' where external_ref = 'T1'")
    assert store.load(CONTENT, "c1")["task"] == LoadCounts(updated=1, unchanged=3)
    assert store.read_seed() == CONTENT


def test_a_renamed_record_keeps_its_row_and_what_points_to_it(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    connection.execute("update odoo_seed.projects set odoo_project_id = 7 where name like 'Month%'")
    query = "select id from odoo_seed.projects where odoo_project_id = 7"
    row = one(connection, query)
    renamed = changed(
        CONTENT, "CLOSE", external_ref="CLOSE_2026", previous_refs=("OLD_CLOSE", "CLOSE")
    )
    for ref in ("M1", "M2", "T1", "T2"):
        renamed = changed(renamed, ref, project_external_ref="CLOSE_2026")
    renamed = changed(renamed, "T3", external_ref="T3B", previous_refs=("T3",))
    renamed = changed(renamed, "T1", depends_on_refs=("T2", "T3B"))
    result = store.load(renamed, "c2")
    assert result["project"] == LoadCounts(updated=1, unchanged=2)
    assert result["task"].created == result["task"].removed == 0
    assert one(connection, query) == row
    assert {t.external_ref for t in store.read_seed().seed.tasks} == {"T1", "T2", "T3B", "T4"}
    before = physical(connection)
    store.load(renamed, "c3")
    assert physical(connection) == before


def test_a_project_and_the_subtasks_in_it_may_be_renamed_at_once(store: PostgresStore) -> None:
    def seed(name: str, *former: str) -> SeedAndPolicy:
        old = tuple(f"{ref}_PAYROLL" for ref in former)
        steps = tuple(
            Task(
                f"{name}_PAYROLL_{step}",
                name,
                step,
                parent_external_ref=f"{name}_PAYROLL",
                previous_refs=tuple(f"{ref}_{step}" for ref in old),
            )
            for step in ("PREP", "REVIEW")
        )
        payroll = Task(f"{name}_PAYROLL", name, "Payroll", previous_refs=old)
        project = Project(name, "Close", "Omnia Media", previous_refs=former)
        # The subtasks came first: their rows are looked at before their parent's.
        return SeedAndPolicy(Seed((), (project,), (), (*steps, payroll)), Policy())

    store.load(seed("CLOSE"), "c1")
    assert store.load(seed("MEC", "CLOSE"), "c2")["task"] == LoadCounts(updated=3)
    read = {task.external_ref: task.parent_external_ref for task in store.read_seed().seed.tasks}
    assert read == {
        "MEC_PAYROLL": None,
        "MEC_PAYROLL_PREP": "MEC_PAYROLL",
        "MEC_PAYROLL_REVIEW": "MEC_PAYROLL",
    }


def test_an_old_ref_that_is_used_again_is_not_renamed(store: PostgresStore) -> None:
    store.load(CONTENT, "c1")
    split = added(CONTENT, Task("T1B", "CLOSE", "Half", previous_refs=("T1",)))
    assert store.load(split, "c2")["task"] == LoadCounts(created=1, unchanged=4)


def test_the_order_of_the_files_is_kept(store: PostgresStore) -> None:
    tasks = tuple(
        Task(f"T{n}", "CLOSE", "x", source=Source(path, line))
        for n, (path, line) in enumerate(
            [("Z.yaml", 1), ("a.yaml", 9), ("a.yaml", 10), ("b.yaml", 1)]
        )
    )
    content = replace(CONTENT, seed=replace(CONTENT.seed, tasks=tuple(reversed(tasks))))
    store.load(content, None)
    assert store.read_seed().seed.tasks == tasks


FAULTY = {
    "a program cycle": (
        changed(CONTENT, "finance", parent_slug="fin-close"),
        "above themselves: program fin-close, program finance",
    ),
    "a program above itself": (
        changed(CONTENT, "finance", parent_slug="finance"),
        "programs_not_own_parent",
    ),
    "a parent cycle": (
        changed(CONTENT, "T1", parent_external_ref="T2"),
        "above themselves: task T1, task T2",
    ),
    "an unknown program": (changed(CONTENT, "CLOSE", program_slug="nowhere"), "nowhere"),
    "an unknown project": (changed(CONTENT, "T3", project_external_ref="NOWHERE"), "NOWHERE"),
    "an unknown milestone": (changed(CONTENT, "T3", milestone_external_ref="NOWHERE"), "NOWHERE"),
    "an unknown parent": (changed(CONTENT, "T3", parent_external_ref="NOWHERE"), "NOWHERE"),
    "an unknown dependency": (
        changed(CONTENT, "T3", depends_on_refs=("T1", "NOWHERE")),
        r"z\.yaml:5: task T3: depends_on_refs names NOWHERE",
    ),
    "a dependency that is removed": (
        without(CONTENT, "T3"),
        r"close\.yaml:30: task T1: depends_on_refs names T3",
    ),
    "a program that is removed": (
        without(changed(CONTENT, "finance", name="x"), "fin-close"),
        "fin-close",
    ),
    "the same ref twice": (added(CONTENT, TASKS[0]), "T1"),
    "a NUL in a name": (changed(CONTENT, "T1", name="a\0b"), "0x00"),
    "half a surrogate pair": (changed(CONTENT, "T1", name="a\ud800b"), "surrogate"),
}


@pytest.mark.parametrize("fault", FAULTY)
@pytest.mark.parametrize("loaded_before", [False, True], ids=["empty", "loaded"])
def test_a_faulty_seed_leaves_the_database_as_it_was(
    store: PostgresStore,
    connection: psycopg.Connection[tuple[object, ...]],
    fault: str,
    *,
    loaded_before: bool,
) -> None:
    content, words = FAULTY[fault]
    if loaded_before:
        store.load(CONTENT, "c1")
    before = contents(connection)
    with pytest.raises(DatabaseError, match=words):
        store.load(content, "c2")
    assert contents(connection) == before
    store.load(CONTENT, "c3")
    assert store.read_seed() == CONTENT


def test_a_task_by_hand_in_a_removed_project_stops_the_load(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    store.load(CONTENT, "c1")
    connection.execute(
        "insert into odoo_seed.tasks (project_external_ref, external_ref, name)"
        " values ('NONE', 'HAND', 'By hand')"
    )
    with pytest.raises(DatabaseError, match="task HAND: project_external_ref names NONE") as caught:
        store.load(without(CONTENT, "NONE", "T4"), "c2")
    assert "by hand" in caught.value.remedy


def test_a_connection_lost_in_the_middle_leaves_the_database_as_it_was(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]], database_url: str
) -> None:
    store.load(CONTENT, "c1")
    before = contents(connection)
    errors: list[DatabaseError] = []

    def run() -> None:
        try:
            store.load(changed(without(CONTENT, "T4"), "CLOSE", name="x"), "c2")
        except DatabaseError as error:
            errors.append(error)

    loading = threading.Thread(target=run)
    with psycopg.connect(database_url) as blocker:
        # Projects are merged by now, tasks not yet: in the middle.
        blocker.execute("lock table odoo_seed.tasks in share mode")
        loading.start()
        backend = wait_for_waiting_backend(connection)
        connection.execute("select pg_terminate_backend(%s)", [backend])
        loading.join()
    assert "was lost" in str(errors[0])
    assert "run it again" in errors[0].remedy
    assert contents(connection) == before
    store.load(CONTENT, "c3")  # connects anew
    assert contents(connection) == before


def wait_for_waiting_backend(connection: psycopg.Connection[tuple[object, ...]]) -> object:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        backend = one(
            connection,
            "select pid from pg_stat_activity where wait_event_type = 'Lock'"
            " and datname = current_database()",
        )
        if backend:
            return backend
        time.sleep(0.02)
    pytest.fail("nobody waits")


def test_two_loads_at_once_do_not_disturb_each_other(database_url: str) -> None:
    results = []
    gate = threading.Barrier(4)

    def run() -> None:
        with PostgresStore(database_url) as store:
            gate.wait()
            results.append(store.load(CONTENT, "c1")["task"])

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results, key=lambda counts: counts.created) == [
        *[LoadCounts(unchanged=4)] * 3,
        LoadCounts(created=4),
    ]


def test_the_number_of_statements_does_not_grow_with_the_seed(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[object] = []
    real = psycopg.Cursor.execute
    real_copy = psycopg.Cursor.copy

    def execute(self: object, query: object, *args: object, **options: object) -> object:
        if threading.current_thread() is threading.main_thread():  # not a server's that still ends
            sent.append(query)
        return real(self, query, *args, **options)  # type: ignore[arg-type]  # passed through

    def copy(self: object, query: object, *args: object, **options: object) -> object:
        sent.append(query)
        return real_copy(self, query, *args, **options)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    monkeypatch.setattr(psycopg.Cursor, "copy", copy)
    store.load(CONTENT, "c0")
    sent.clear()
    store.load(CONTENT, "c1")
    few = sent.copy()
    sent.clear()
    more = [Task(f"X{n}", "CLOSE", f"Task {n}", source=Source(FILE, 100 + n)) for n in range(300)]
    store.load(added(CONTENT, *more), "c2")
    assert sent == few


HOSTILE = [
    "\\N",
    "\\.",
    "tab\tnew\nline\r\n back\\slash",
    "'; drop schema odoo_seed cascade; --",
    '{"a", NULL, "b\\""}',
    "%(commit)s %s %%",
    "שלום \u202e right to left \U0001f4b0",
    "=cmd()|<script>alert(1)</script>",
    "x" * 10_000,
    "\x1b[31mred\x07",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_back_as_it_was(store: PostgresStore, text: str) -> None:
    content = changed(
        CONTENT,
        "T1",
        name=text,
        description=text,
        stage_name=text,
        tag_names=(text, "NULL", ""),
        assignee_emails=(text, "b"),
        source=Source(text, 1),
    )
    content = changed(content, "CLOSE", name=text, tag_names=(text,), company_name=text)
    content = added(content, Program(text, text, description=text, source=Source("z", 1)))
    store.load(content, text)
    found = store.read_seed()
    assert {t.external_ref: t for t in found.seed.tasks} == {
        t.external_ref: t for t in content.seed.tasks
    }
    assert found.seed.projects == content.seed.projects
    assert found.seed.programs == content.seed.programs


@pytest.mark.parametrize("column", ["instance", "due"])
def test_what_is_no_instance_or_count_is_told_with_its_row(
    store: PostgresStore, connection: psycopg.Connection[tuple[object, ...]], column: str
) -> None:
    store.load(CONTENT, None)
    connection.execute(
        f"update odoo_seed.tasks set {column} = '[1]' where external_ref = 'T4'".encode()
    )
    with pytest.raises(DatabaseError, match="The row of T4 says nothing readable"):
        store.read_seed()
