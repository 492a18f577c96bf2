"""`rollback` takes a run back through the plan, guards, freeze and lock of a seed."""

from __future__ import annotations

import re
from typing import Any
from unittest.mock import Mock

import pytest
from product import Product, Project, Task, validator

from odoo_seed.edges.postgres.store import PostgresStore


@pytest.fixture
def seeded(product: Product) -> Product:
    """Two runs: the first created everything, the second edited, created and archived."""
    product.policy("guards: {max_archive_share: 1, max_archive_count: 1000}")
    product.ok("run")
    product.write(
        Project(
            "ALPHA",
            tasks=[
                Task("A1", "Renamed", deadline="2026-03-09"),
                Task("A3"),
                Task("A4", depends=["A1"]),
            ],
        )
    )
    product.ok("run")
    return product


def runs(product: Product, verb: str = "seed") -> list[str]:
    """Ids, oldest first."""
    rows = product.rows(
        f"select run_id::text from odoo_seed.sync_runs where verb = '{verb}' order by started_at"
    )
    return [run_id for (run_id,) in rows]


def state(product: Product) -> dict[str, Any]:
    """What a user sees of the tasks, by ref, ids left out."""
    user = product.odoo.as_user()
    fields = ["x_external_ref", "name", "date_deadline", "active", "depend_on_ids", "state"]
    rows = user.call("project.task", "search_read", [], fields, context={"active_test": False})
    refs = {row["id"]: row["x_external_ref"] for row in rows}
    return {
        row["x_external_ref"]: (
            row["name"], row["date_deadline"], row["active"],
            sorted(refs[odoo_id] for odoo_id in row["depend_on_ids"]), row["state"],
        )
        for row in rows
    }  # fmt: skip


def test_the_last_run_is_shown_then_taken_back_and_brought_again(seeded: Product) -> None:
    after = state(seeded)
    seeded.odoo.forget_calls()
    told = seeded.ok("rollback", "last")
    assert seeded.writes() == []
    assert re.search(
        r"^Rollback of seed run \w{8} \(.* UTC, success\).*: 3 to put back, 1 to a", told
    )
    assert "~ task A1 “Renamed”: name “Renamed” → “Task A1”; deadline 9 Mar → 2 Mar" in told
    assert "task A2 “Task A2”: restored from the archive" in told
    assert "task A4 “Task A4”: archived" in told
    assert "Git still wants what the run had written" in told
    assert told.endswith("Nothing was changed. To do it, repeat the command with --yes.\n")
    assert state(seeded) == after

    done = seeded.run("rollback", "last", "--yes", "--format", "json").json("rollback")
    assert (done["ok"], done["status"], done["written"]) == (True, "success", True)
    assert done["reverses"] == runs(seeded)[-1]
    assert done["git_still_wants_it"] is True
    validator("plan").validate(done["plan"])
    assert {item["external_ref"]: item["action"] for item in done["items"]} == {
        "A1": "updated", "A2": "updated", "A3": "updated", "A4": "archived",
    }  # fmt: skip
    now = state(seeded)
    assert now["A1"][:3] == ("Task A1", after["A3"][1], True)
    assert now["A2"][2] is True
    assert now["A3"][3] == ["A1"]
    assert now["A4"][2] is False
    assert seeded.rows(
        "select verb, status, reverses::text, plan_checksum from odoo_seed.sync_runs"
        " where reverses is not null"
    ) == [("rollback", "success", done["reverses"], done["plan"]["checksum"])]
    assert seeded.ok("rollback", "last").endswith("There is nothing to take back.\n" + "")

    plan = seeded.run("plan", "--format", "json").json("plan")  # git still wants it, and says so
    causes = {(c["external_ref"], f["cause"]) for c in plan["changes"] for f in c["fields"]}
    assert causes == {(ref, "git") for ref in ("A1", "A2", "A3", "A4")}

    told = seeded.ok("rollback", done["run_id"][:8], "--yes")  # the rollback of the rollback
    assert "Git still wants" not in told
    assert state(seeded) == after
    assert seeded.run("plan", "--format", "json").json("plan")["empty"]


def test_after_the_commit_is_reverted_too_nothing_is_left_to_do(seeded: Product) -> None:
    seeded.ok("rollback", "last", "--yes")
    seeded.write(Project("ALPHA", tasks=[Task("A1"), Task("A2"), Task("A3", depends=["A1"])]))
    seeded.ok("load")
    plan = seeded.run("plan", "--format", "json").json("plan")
    assert plan["changes"] == []
    assert "OK  target default" in seeded.ok("run")


def test_what_people_changed_since_is_shown_and_kept_unless_forced(seeded: Product) -> None:
    seeded.change_in_odoo("project.task", "A1", name="Theirs")
    seeded.change_in_odoo("project.task", "A4", state="1_done")
    told = seeded.ok("rollback", "last", "--yes")
    assert "Kept: task A1 “Theirs”: name was changed in Odoo, last written by" in told
    assert "with --force: name “Theirs” → “Task A1”" in told
    assert "Not taken back: task A4: people worked on it since (its state)" in told
    now = state(seeded)
    assert (now["A1"][0], now["A4"][2]) == ("Theirs", True)
    assert now["A1"][1] == now["A3"][1]

    first = runs(seeded)[1]
    told = seeded.ok("rollback", first, "--force", "--yes")
    assert "changed since, forced" in told
    now = state(seeded)
    assert (now["A1"][0], now["A4"][2]) == ("Task A1", False)


def test_a_first_run_is_taken_back_leaves_first_and_its_guard_is_heeded(product: Product) -> None:
    product.policy("guards: {min_records: 1}")
    product.ok("run")
    shown = product.run("rollback", "last", "--format", "json")
    assert shown.code == 1
    plan = shown.json("rollback")["plan"]
    (trip,) = [one for one in plan["guards"] if one["guard"] == "archive"]
    assert "7 of 7 managed records would be archived" in trip["message"]
    refused = product.run("rollback", "last", "--yes")
    assert (refused.code, "Guard archive" in refused.err) == (1, True)
    product.odoo.forget_calls()
    product.ok("rollback", "last", "--allow", f"archive={plan['checksum']}", "--yes")
    models = [call.model for call in product.odoo.calls("write")]
    assert models == ["project.task", "project.project"]
    assert not any(task[2] for task in state(product).values())
    assert product.in_odoo("project.project", "ALPHA", "active")["active"] is False
    plan = product.run("plan", "--format", "json").json("plan")
    assert {change["action"] for change in plan["changes"]} == {"update"}
    product.ok("run")
    assert all(task[2] for task in state(product).values())


def test_reviewed_and_closed_states_survive_a_rollback(seeded: Product) -> None:
    seeded.change_in_odoo("project.task", "A1", state="03_approved")
    seeded.change_in_odoo("project.task", "A3", state="1_done")
    seeded.ok("rollback", "last", "--yes")
    now = state(seeded)
    assert (now["A1"][4], now["A3"][4]) == ("03_approved", "1_done")


def test_only_what_a_partial_run_did_is_taken_back(product: Product) -> None:
    product.policy("guards: {max_archive_share: 1, max_archive_count: 1000}")
    product.ok("run")
    product.write(Project("ALPHA", tasks=[Task("A1", "One"), Task("A2", "Two"), Task("A3")]))
    product.odoo.trouble("odoo_error", model="project.task", method="write", message="No.", nth=1)
    assert product.run("run").code == 3
    product.odoo.calm()
    done = [
        ref
        for ref, action in product.rows(
            "select external_ref, action from odoo_seed.sync_run_items join odoo_seed.sync_runs"
            " using (run_id) where verb = 'seed' and action in ('updated', 'failed')"
        )
        if action == "updated"
    ]
    told = product.run("rollback", "last", "--yes", "--format", "json").json("rollback")
    assert sorted(item["external_ref"] for item in told["items"]) == sorted(done)
    assert {ref: task[0] for ref, task in state(product).items()}["A1"] == "Task A1"


def test_records_that_are_gone_or_ambiguous_are_named(seeded: Product) -> None:
    user = seeded.odoo.as_user()
    user.call("project.task", "unlink", [seeded.in_odoo("project.task", "A1", "id")["id"]])
    project = seeded.in_odoo("project.project", "ALPHA", "id")["id"]
    user.call(
        "project.task", "create", [{"name": "x", "project_id": project, "x_external_ref": "A4"}]
    )
    done = seeded.run("rollback", "last", "--yes")
    assert done.code == 3
    told = done.out
    assert "task A3: its dependency A1 is not in Odoo any more" in told
    assert re.search(r"Not taken back: task A1: it was deleted in Odoo, where it was id \d+", told)
    assert re.search(r"task A4: its ref stands on 2 records in Odoo: ids \d+, \d+", told)
    assert state(seeded)["A2"][2] is True


@pytest.mark.parametrize(
    ("which", "code", "told"),
    [
        ("0", 2, "at least 4 characters"),
        ("no run", 2, "at least 4 characters"),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", 2, "There is no run ffffffff"),
        ("shadow", 2, "wrote nothing to Odoo"),
        ("eu", 2, "is of target eu, not of default"),
    ],
)
def test_a_run_that_cannot_be_taken_back_is_refused(
    seeded: Product, which: str, code: int, told: str
) -> None:
    if which == "shadow":
        (which,) = runs(seeded, "shadow")[-1:]
    if which == "eu":
        seeded.rows("update odoo_seed.sync_runs set target = 'eu' returning 1")
        which = runs(seeded)[0]
    done = seeded.run("rollback", which, "--yes")
    assert (done.code, told in done.err) == (code, True), done


def test_a_beginning_that_several_runs_share_names_them(seeded: Product) -> None:
    seeded.rows(
        "insert into odoo_seed.sync_runs (run_id, verb) values"
        " ('aaaaaaaa-0000-4000-8000-000000000001', 'seed'),"
        " ('aaaaaaaa-0000-4000-8000-000000000002', 'seed') returning 1"
    )
    done = seeded.run("rollback", "aaaa")
    assert done.code == 2
    assert done.err.count("aaaaaaaa-0000-4000-8000-00000000000") == 2


def test_nothing_seeded_means_nothing_to_take_back(product: Product) -> None:
    done = product.run("rollback", "last")
    assert (done.code, "No seed run of target default wrote anything" in done.err) == (2, True)


def test_a_killed_run_that_noted_nothing_is_said_to_be_one(seeded: Product) -> None:
    seeded.rows(
        "insert into odoo_seed.sync_runs (run_id, verb, status) values"
        " ('aaaaaaaa-0000-4000-8000-000000000001', 'seed', 'running') returning 1"
    )
    for which in ("aaaaaaaa", "last"):
        _refused_as_killed(seeded, which)
    seeded.ok("shadow")  # whoever comes next calls it failed; what it wrote is still not known
    for which in ("aaaaaaaa", "last"):
        _refused_as_killed(seeded, which)
    before, _ = runs(seeded)[:2]
    assert "to put back" in seeded.run("rollback", before).out


def _refused_as_killed(product: Product, which: str) -> None:
    done = product.run("rollback", which, "--yes")
    assert done.code == 1
    assert "seed run aaaaaaaa" in done.err
    assert "was killed before it could note what it had done" in done.err
    assert "odoo-seed seed" in done.err


def test_a_killed_rollback_is_not_called_running_and_is_repeated(seeded: Product) -> None:
    seeded.rows(
        "insert into odoo_seed.sync_runs (run_id, verb, status) values"
        " ('aaaaaaaa-0000-4000-8000-000000000001', 'rollback', 'running') returning 1"
    )
    seeded.ok("shadow")
    done = seeded.run("rollback", "aaaaaaaa", "--yes")
    assert (done.code, "Repeat that rollback" in done.err) == (1, True)
    assert "failed" in done.err


def test_a_seed_interrupted_before_it_wrote_is_not_taken_for_a_killed_one(
    seeded: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("odoo_seed.pipeline.make_plan", Mock(side_effect=SystemExit(130)))
        assert seeded.run("seed").code == 130
    *_, last = seeded.rows(
        "select status, error, finished_at is null from odoo_seed.sync_runs"
        " where verb = 'seed' order by started_at"
    )
    assert last == ("failed", "interrupted", False)
    assert "to put back" in seeded.run("rollback", "last").out


def test_an_interrupted_shadow_does_not_look_as_if_it_went_on(
    seeded: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("odoo_seed.pipeline.live_query", Mock(side_effect=SystemExit(130)))
        assert seeded.run("shadow").code == 130
    query = "select status, error from odoo_seed.sync_runs where verb = 'shadow'"
    assert seeded.rows(f"{query} order by started_at desc limit 1") == [("failed", "interrupted")]
    assert "the last shadow run failed" in seeded.run("verify").out


def test_a_freeze_and_a_running_seed_stop_a_rollback(seeded: Product) -> None:
    with PostgresStore(seeded.database_url) as store, store.lock("default", "ana@laptop pid 7"):
        done = seeded.run("rollback", "last", "--yes")
        assert (done.code, "ana@laptop pid 7" in done.err) == (1, True)
    seeded.policy("freeze: {dates: [{name: Year end, from: 2000-01-01, to: 2099-12-31}]}")
    seeded.ok("load")
    assert "FREEZE" in seeded.run("rollback", "last").out
    before = state(seeded)
    done = seeded.run("rollback", "last", "--yes")
    assert (done.code, "Freeze: “Year end” is on" in done.err) == (1, True)
    assert state(seeded) == before
    seeded.ok("rollback", "last", "--yes", "--override-freeze", "Wrong dates went out.")
    assert state(seeded) != before


def test_a_rollback_that_broke_off_is_finished_by_the_same_command(seeded: Product) -> None:
    seeded.odoo.trouble("http_error", model="project.task", method="write", nth=2, times=100)
    done = seeded.run("rollback", "last", "--yes", "--format", "json")
    assert (done.code, done.json("rollback")["status"]) == (3, "partial")
    seeded.odoo.calm()
    seeded.ok("rollback", "last", "--yes")
    now = state(seeded)
    assert [now[ref][2] for ref in ("A1", "A2", "A3", "A4")] == [True, True, True, False]
    assert (now["A1"][0], now["A3"][3]) == ("Task A1", ["A1"])


def test_a_stopped_target_can_still_be_rolled_back(seeded: Product) -> None:
    seeded.ok("stop", "--reason", "Wrong dates.", "--yes")
    seeded.ok("rollback", "last", "--yes")
    assert state(seeded)["A2"][2] is True


def test_a_summary_after_a_rollback_does_not_say_that_all_is_well(seeded: Product) -> None:
    assert seeded.ok("summary").startswith("OK")
    seeded.ok("rollback", "last", "--yes")
    told = seeded.ok("summary")
    assert told.startswith("NOT OK")
    assert "a run was rolled back since the last seed" in told
    seeded.ok("run")
    assert seeded.ok("summary").startswith("OK")


@pytest.fixture
def cleared(product: Product) -> Product:
    """Seeded, shown, cleared."""
    product.ok("run")
    product.change_in_odoo("project.task", "B2", name="Theirs")
    told = product.ok("clear-refs")
    assert "Would clear x_external_ref of 2 projects and 5 tasks in target default" in told
    shown = product.run("clear-refs", "--format", "json").json("clear_refs")
    assert (shown["written"], shown["counts"]) == (False, {"project": 2, "task": 5})
    product.odoo.forget_calls()
    assert product.writes() == []
    return product


def refs(product: Product, model: str = "project.task") -> list[str]:
    rows = product.odoo.as_user().call(
        model, "search_read", [], ["x_external_ref"], context={"active_test": False}
    )
    return sorted(row["x_external_ref"] or "" for row in rows)


def test_cleared_refs_leave_the_records_and_no_seed_makes_them_again(cleared: Product) -> None:
    done = cleared.run("clear-refs", "--yes", "--format", "json").json("clear_refs")
    assert (done["status"], len(done["items"])) == ("success", 7)
    assert len(cleared.odoo.calls("write")) == 2
    assert refs(cleared) == [""] * 5
    assert refs(cleared, "project.project") == ["", ""]
    assert cleared.rows("select status from odoo_seed.sync_runs where verb = 'clear-refs'") == [
        ("success",)
    ]
    for verb in ("seed", "run"):
        stopped = cleared.run(verb)
        assert (stopped.code, "x_external_ref was cleared by clear-refs" in stopped.err) == (
            1,
            True,
        )
    cleared.ok("resume")
    plan = cleared.run("plan")
    assert (plan.code, plan.out.count("but its x_external_ref was changed")) == (1, 7)
    cleared.run("seed")
    assert len(refs(cleared)) == 5
    assert cleared.ok("clear-refs") == "No record of target default bears an x_external_ref.\n"


def test_cleared_refs_come_back_by_a_rollback(cleared: Product) -> None:
    before = state(cleared)
    run_id = cleared.run("clear-refs", "--yes", "--format", "json").json("clear_refs")["run_id"]
    assert "7 to put back" in cleared.ok("rollback", run_id)
    told = cleared.ok("rollback", run_id[:8], "--yes")
    assert "success: 7 updated" in told
    assert state(cleared) == before
    cleared.ok("resume")
    cleared.ok("run")
    assert len(refs(cleared)) == 5
    assert state(cleared)["B2"][0] == "Task B2"


def test_refs_that_stand_twice_are_cleared_too(cleared: Product) -> None:
    user = cleared.odoo.as_user()
    user.call("project.task", "create", [{"name": "x", "x_external_ref": "A1"}])
    cleared.ok("clear-refs", "--yes")
    assert refs(cleared) == [""] * 6
