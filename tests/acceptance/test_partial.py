"""Runs that go through in part: others go on, failures are named, the next run heals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from product import Product, Project, Task

from odoo_seed import pipeline

if TYPE_CHECKING:
    from odoo_seed.core.runs import Run

ALPHA = "supabase/seed/odoo/projects/ALPHA.yaml"
BETA = "supabase/seed/odoo/projects/BETA.yaml"
ERRORS = (
    "select external_ref, sync_error from odoo_seed.projects where sync_error is not null "
    "union all select external_ref, sync_error from odoo_seed.tasks where sync_error is not null"
)

LAST_RUN = (
    "select status, error from odoo_seed.sync_runs where verb = 'seed' "
    "order by started_at desc limit 1"
)


def test_a_project_of_an_unknown_company_does_not_stop_the_others(product: Product) -> None:
    product.write(Project("BETA", company="Nope & Co", tasks=[Task("B1")]))
    planned = product.run("plan", "--from", "files")
    assert planned.code == 1
    assert f"ERROR {BETA}:2: company “Nope & Co” is not in Odoo" in planned.out
    assert "the bot sees: “Acme & Sons”, “My Company”\n" in planned.out
    assert "1 record blocked by these\n" in planned.out
    done = product.run("run")
    assert done.code == 3
    assert "Last seed: partial, 4 created, 1 failed, 1 blocked" in done.out
    assert f"FAILED {BETA}:2: project BETA: company “Nope & Co” is not in Odoo" in done.out
    assert f"BLOCKED {BETA}:3: task B1: waits for project BETA\n" in done.out
    assert product.in_odoo("project.task", "A3", "name")
    assert {ref for ref, _ in product.rows(ERRORS)} == {"BETA", "B1"}
    told = product.ok("summary", "--format", "markdown")
    assert told.startswith(
        "### ❌ odoo-seed: 4 of 6 records in Odoo agree with git; 2 records could not be written\n"
    )
    assert f"- `{BETA}:2` project `BETA` “Project Beta”: company “Nope &amp; Co” is not in" in told
    assert f"**Waiting for these**\n\n- `{BETA}:3` task `B1` “Task B1”: waits for" in told
    assert "Missing in Odoo" not in told  # said above already

    product.write(Project("BETA", tasks=[Task("B1")]))
    assert "Odoo agrees with git: 6 of 6 records" in product.ok("run")
    assert product.rows(ERRORS) == []


def test_a_refused_stage_or_tag_stops_only_what_needs_it(product: Product) -> None:
    product.ok("run")
    product.odoo.trouble("odoo_error", model="project.task.type", method="create", times=9)
    product.odoo.trouble("odoo_error", model="project.tags", method="create", times=9)
    product.policy("ownership: {task: {stage_name: git}}")
    for ref, old, new in (
        ("ALPHA", "Task A1", '"Task A1", "stage_name": "Waiting room"'),
        ("ALPHA", "Task A2", '"Task A2", "tag_names": ["GL"]'),
        ("BETA", "Task B1", '"Renamed"'),
    ):
        path = product.file(ref)
        path.write_text(path.read_text().replace(f'"{old}"', new))
    done = product.run("run")
    assert (done.code, "Last seed: partial, 1 updated, 3 failed" in done.out) == (3, True), done
    assert f"FAILED {ALPHA}:2: project ALPHA: stage Waiting room: " in done.out
    assert f"FAILED {ALPHA}:3: task A1: stage Waiting room: " in done.out
    assert f"FAILED {ALPHA}:4: task A2: tag GL: " in done.out
    assert product.in_odoo("project.task", "B1", "name")["name"] == "Renamed"
    product.odoo.calm()
    assert "Odoo agrees with git" in product.ok("run")
    assert product.rows(ERRORS) == []


def test_a_seed_that_was_cut_short_is_told_with_its_reason(product: Product) -> None:
    product.ok("run")
    product.odoo.trouble("http_error", model="project.task", method="write", times=99)
    path = product.file("ALPHA")
    path.write_text(path.read_text().replace("Task A1", "Renamed"))
    done = product.run("run")
    assert done.code == 3
    assert "; the seed was cut short: Could not reach Odoo: " in done.out


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_odoo_that_goes_away_for_good_in_a_run_leaves_untold_nothing_that_was_written(
    product: Product, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    real = pipeline.shadow

    def shadow(*given: Any) -> Run:
        product.odoo.stop()
        return real(*given)

    product.ok("run")
    monkeypatch.setattr(pipeline, "shadow", shadow)
    product.odoo.trouble("http_error", model="project.task", method="write", times=99)
    path = product.file("ALPHA")
    path.write_text(path.read_text().replace("Task A1", "Renamed"))
    done = product.run("run", "--format", form)
    assert done.code == 1
    assert f"Error: Could not reach Odoo: {product.odoo.url} refuses" in done.err
    told = "\n".join(done.json("error")["details"]) if form == "json" else done.err
    for line in ("Seed of target default: partial: ", "ERROR Could not reach Odoo: "):
        assert line in told
    summed_up = product.run("summary").out
    assert "not verified yet; the seed was cut short: Could not reach Odoo: " in summed_up


def test_people_nobody_knows_are_all_named_where_they_stand(product: Product) -> None:
    tasks = [Task("B1", assignee="who@example.com"), Task("B2", assignee="else@example.com")]
    product.write(Project("BETA", tasks=tasks))
    product.ok("load")
    planned = product.run("plan")
    assert planned.code == 1
    answer = product.run("seed", "--format", "json")
    assert answer.code == 3
    told = answer.json("seed_run")
    assert (told["ok"], told["status"], told["projects_synced"]) == (False, "partial", 1)
    rows = {row["external_ref"]: row for row in told["results"]["projects"]}
    assert rows["ALPHA"]["action"] == "created"
    assert rows["BETA"]["action"] == "failed"
    summarised = product.ok("summary")
    for place, email in ((f"{BETA}:3", "who@example.com"), (f"{BETA}:4", "else@example.com")):
        line = f"ERROR {place}: no Odoo user has the login {email} → create the user, or correct"
        assert line in planned.out
        assert f"{place}: " in summarised
        for said in (str(rows["BETA"]), summarised):
            assert f"no Odoo user has the login {email}" in said
            assert place in said


def test_a_task_that_odoo_refuses_is_named_and_heals(product: Product) -> None:
    product.ok("run")
    names = [Task("A1", "One"), Task("A2", "Two"), Task("A3", "Three", depends=["A1"])]
    product.write(Project("ALPHA", tasks=names))
    product.odoo.trouble("odoo_error", model="project.task", method="write", nth=2, message="No.")
    done = product.run("run")
    assert done.code == 3
    assert "Last seed: partial, 2 updated, 1 failed" in done.out
    (place,) = re.findall(
        r"FAILED (\S+): task A2: Odoo refused write on project.task: No\.", done.out
    )
    assert place == f"{ALPHA}:4"
    assert [ref for ref, _ in product.rows(ERRORS)] == ["A2"]
    assert "1 updated" in product.ok("run")
    assert product.rows(ERRORS) == []


def test_an_error_is_gone_once_the_record_needs_nothing_any_more(product: Product) -> None:
    product.ok("run")
    product.write(Project("BETA", tasks=[Task("B1", assignee="who@example.com"), Task("B2")]))
    assert product.run("run").code == 3
    assert {ref for ref, _ in product.rows(ERRORS)} == {"BETA", "B1"}
    product.write(Project("BETA", tasks=[Task("B1", assignee="ana@example.com"), Task("B2")]))
    assert "nothing to do" in product.ok("run")
    assert product.rows(ERRORS) == []


def test_an_error_goes_with_a_record_that_never_came_to_odoo(product: Product) -> None:
    product.odoo.trouble("odoo_error", model="project.task", method="create", times=9)
    assert product.run("run").code == 3
    assert {ref for ref, _ in product.rows(ERRORS)} == {"A1", "A2", "A3", "B1", "B2"}
    product.odoo.calm()
    product.write(Project("ALPHA", tasks=[Task("A1"), Task("A3", depends=["A1"])]))
    product.ok("run")
    assert product.rows(ERRORS) == []


@pytest.mark.parametrize("healed_by", ["us", "people"])
def test_an_error_of_a_removed_record_stands_until_it_is_archived(
    product: Product, healed_by: str
) -> None:
    product.ok("run")
    product.write(Project("ALPHA", tasks=[Task("A1"), Task("A3", depends=["A1"])]))
    product.odoo.trouble("odoo_error", model="project.task", method="write", message="No.")
    assert product.run("run").code == 3
    assert [ref for ref, _ in product.rows(ERRORS)] == ["A2"]
    product.odoo.calm()
    product.ok("seed", "--project", "BETA")
    assert [ref for ref, _ in product.rows(ERRORS)] == ["A2"]  # nobody looked at it
    if healed_by == "people":
        product.change_in_odoo("project.task", "A2", active=False)
    product.ok("seed")
    assert product.rows(ERRORS) == []
    assert product.in_odoo("project.task", "A2", "active")["active"] is False


def test_an_odoo_that_goes_away_is_told_from_one_that_refuses(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_TIME_LIMIT", "1")
    product.ok("load")
    for kind, error, told in (
        ("http_error", "Could not reach Odoo: http", "ERROR Could not reach Odoo: "),
        ("odoo_error", None, "task A1: Odoo refused create on project.task: "),
    ):
        product.odoo.trouble(kind, model="project.task", method="create", status=503, times=99)
        product.odoo.trouble(kind, model="project.task", method="search_read", status=503, times=99)
        done = product.run("seed")
        product.odoo.calm()
        assert done.code == 3
        assert told in done.out
        assert "5 records not tried." in done.out or kind == "odoo_error"
        ((status, recorded),) = product.rows(LAST_RUN)
        assert status == "partial"
        assert str(recorded).startswith(error or "None")
    port = product.odoo.url
    product.odoo.stop()
    done = product.run("seed")
    assert (done.code, done.err.startswith(f"Error: Could not reach Odoo: {port} refuses")) == (
        1,
        True,
    )
    ((status, recorded),) = product.rows(LAST_RUN)
    assert status == "failed"
    assert str(recorded).startswith("Could not reach Odoo: ")


def test_a_guard_names_its_setting_and_an_override_for_this_plan_alone(product: Product) -> None:
    product.write(Project("ALPHA", tasks=[Task(f"A{number}") for number in range(16)]))
    product.ok("run")
    product.write(Project("ALPHA", tasks=[Task(f"A{number}") for number in range(9)]))
    product.ok("load")
    planned = product.run("plan")
    assert planned.code == 1
    assert "GUARD archive: 7 of 20 managed records would be archived (35%)" in planned.out
    assert "Change policy.guards.max_archive_share in policy.yaml, or once only: " in planned.out
    (allow,) = re.findall(r"--allow (archive=[0-9a-f]{16})", planned.out)
    product.odoo.forget_calls()
    for words in (["seed"], ["seed", "--allow", "archive=0123456789abcdef"]):
        refused = product.run(*words)
        assert refused.code == 1
        assert "Guard archive: 7 of 20 managed records" in refused.err
        assert f"--allow {allow}" in refused.err
    assert product.writes() == []
    assert "the seed failed: Guard archive" in product.ok("summary")
    assert "7 archived" in product.ok("seed", "--allow", allow)

    product.write(Project("ALPHA", tasks=[Task("A0")]))  # 8 of 13: another plan, refused anew
    product.ok("load")
    assert product.run("seed", "--allow", allow).code == 1
    product.policy("guards: {max_archive_share: 0.7}")
    assert "8 archived" in product.ok("run")


def test_a_seed_that_was_emptied_archives_nothing(product: Product) -> None:
    product.ok("run")
    for ref in ("ALPHA", "BETA"):
        product.file(ref).write_text("projects: []\n")
    product.odoo.forget_calls()
    done = product.run("run")
    assert done.code != 0
    assert product.writes() == []
    assert product.in_odoo("project.task", "A1", "active")["active"] is True
