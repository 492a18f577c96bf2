"""The whole chain on a small seed: validate → load → plan → seed → shadow → verify → summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from product import Product, Project, Task

if TYPE_CHECKING:
    import pytest

SEED = [
    Project("ALPHA", tasks=[Task("A1"), Task("A2"), Task("A3", depends=["A1"])]),
    Project("BETA", tasks=[Task("B1", assignee="ana@example.com")]),
]


def test_the_chain_as_processes_with_json_that_keeps_to_its_schemas(fresh: Product) -> None:
    for project in SEED:
        fresh.write(project)

    def told(verb: str, schema: str, *words: str) -> dict[str, object]:
        done = fresh.command(verb, *words, "--format", "json")
        assert (done.code, done.err) == (0, "")
        return done.json(schema)

    assert told("validate", "validate")["records"] == {
        "program": 0, "project": 2, "milestone": 0, "task": 4,
    }  # fmt: skip
    assert fresh.command("migrate").out.startswith("Applied: 20260121")
    created = "Created x_external_ref on project.project and project.task.\n"
    assert fresh.command("prepare").out == created
    kinds = told("load", "load")["kinds"]
    assert isinstance(kinds, dict)
    assert [kind["created"] for kind in kinds.values()] == [0, 2, 0, 4]
    plan = told("plan", "plan")
    assert (plan["empty"], plan["guards"], plan["refusals"]) == (False, [], [])
    answer = told("seed", "seed_run")
    assert answer["checksum"] == plan["checksum"]
    UUID(str(answer["run_id"]))
    assert told("shadow", "shadow_run")["counts"] == {"project": 2, "milestone": 0, "task": 4}
    assert told("verify", "verify")["verdict"] == "agrees"
    assert told("summary", "summary")["headline"] == "Odoo agrees with git: 6 of 6 records"
    done = fresh.command("run", "--format", "json")
    assert (done.code, done.json("summary")["ok"]) == (0, True)
    assert done.err.startswith("programs  ")  # what was loaded; stdout is for the JSON alone


def test_a_seed_answers_in_the_shape_of_the_pattern_document(product: Product) -> None:
    product.ok("load")
    answer = product.run("seed", "--format", "json").json("seed_run")
    assert {name: answer[name] for name in ("ok", "status", "projects_synced", "tasks_synced")} == {
        "ok": True, "status": "success", "projects_synced": 2, "tasks_synced": 5,
    }  # fmt: skip
    ids = {ref: product.in_odoo("project.project", ref, "id")["id"] for ref in ("ALPHA", "BETA")}
    assert answer["results"]["projects"] == [
        {"external_ref": ref, "odoo_id": odoo_id, "action": "created"}
        for ref, odoo_id in ids.items()
    ]
    assert product.rows(
        "select external_ref, odoo_project_id from odoo_seed.projects order by 1"
    ) == list(ids.items())
    assert {task["action"] for task in answer["results"]["tasks"]} == {"created"}
    again = product.run("seed", "--format", "json").json("seed_run")
    assert again["run_id"] != answer["run_id"]
    assert again["tasks_synced"] == 5
    assert {row["action"] for rows in again["results"].values() for row in rows} == {"unchanged"}
    statuses = product.rows("select status from odoo_seed.sync_runs where verb = 'seed'")
    assert statuses == [("success",)] * 2


def test_what_the_verbs_say_to_people(product: Product) -> None:
    assert product.ok("validate").startswith("Valid: 2 files with 0 programs, 2 projects, ")
    assert product.ok("migrate") == "The database is up to date.\n"
    assert product.ok("prepare") == "Odoo is ready.\n"
    assert re.search(
        r"^tasks +5 created +0 updated +0 unchanged +0 removed$", product.ok("load"), re.MULTILINE
    )
    planned = product.ok("plan")
    assert planned.startswith("Plan for target default: 7 to create, 0 to update, 0 to archive, ")
    assert "\nALPHA\n  + project ALPHA “Project Alpha” with 3 tasks\n" in planned
    assert product.ok("seed").startswith("Seed of target default: success: 7 created\nRun ")
    assert product.ok("shadow") == "Shadow of target default: 2 projects, 5 tasks\n"
    assert product.ok("verify") == "Verification of target default: 7 of 7 records agree\n"
    told = product.ok("summary")
    assert told.startswith("OK  target default: Odoo agrees with git: 7 of 7 records\n")
    assert "    + project ALPHA “Project Alpha” with 3 tasks\n" in told


def test_a_rerun_says_so_and_writes_nothing_to_odoo(product: Product) -> None:
    product.ok("run")
    product.odoo.forget_calls()
    again = product.ok("run")
    assert "Last seed: success, nothing to do" in again
    assert product.odoo.calls()
    assert product.writes() == []
    assert product.ok("plan").startswith(
        "Plan for target default: No changes: Odoo is as git says (7 records)"
    )


def test_only_the_difference_is_written_and_told_in_words(product: Product) -> None:
    product.ok("run")
    product.write(Project("BETA", tasks=[Task("B1", deadline="2026-03-09"), Task("B3")]))
    product.ok("load")
    product.odoo.forget_calls()
    planned = product.ok("plan")
    assert product.writes() == []
    assert "  + task B3 “Task B3”\n" in planned
    assert "“Task B1”: moves from ana to nobody; deadline 2 Mar → 9 Mar (7 days later)" in planned
    assert "  - task B2 “Task B2”: archived, it was removed from the YAML\n" in planned
    assert product.run("plan", "--detailed-exitcode").code == 2
    done = product.ok("run")
    for line in re.findall(r"^  [+~-] .*$", planned, re.MULTILINE):
        assert f"  {line}\n" in done
    assert product.in_odoo("project.task", "B2", "active")["active"] is False
    assert product.run("plan", "--detailed-exitcode").code == 0


def test_a_change_made_in_odoo_is_found_named_and_put_back(product: Product) -> None:
    product.ok("run")
    product.change_in_odoo("project.task", "A2", name="Changed by hand")
    product.odoo.as_user().call(
        "project.task", "create", [{"name": "Stray", "x_external_ref": "STRAY", "project_id": 1}]
    )
    product.ok("shadow")
    found = product.run("verify")
    assert found.code == 1
    assert (
        "DRIFT supabase/seed/odoo/projects/ALPHA.yaml:4: task A2: "
        "name “Changed by hand” in Odoo, “Task A2” in git\n"
    ) in found.out
    assert "ORPHAN task STRAY “Stray” (id 6) is not in git\n" in found.out
    told = product.ok("summary", "--format", "markdown")
    assert told.startswith("### ❌ odoo-seed: 6 of 7 records in Odoo agree with git\n")
    assert (
        "**Drift, which the next seed puts back**\n\n"
        "- `supabase/seed/odoo/projects/ALPHA.yaml:4` task `A2` “Task A2”: "
    ) in told
    assert "- task `STRAY` “Stray” (id 6)\n" in told
    assert product.run("run").code == 1  # the stray task is still there
    assert product.in_odoo("project.task", "A2", "name")["name"] == "Task A2"
    assert product.run("verify").out.count("DRIFT") == 0


def test_a_task_that_became_recurring_is_left_alone_and_runs_succeed(product: Product) -> None:
    product.ok("run")
    product.change_in_odoo("project.task", "A2", name="Every month", recurring_task=True)
    product.change_in_odoo("project.task", "B2", recurring_task=True)
    product.write(Project("BETA", tasks=[Task("B1", assignee="ana@example.com")]))
    product.ok("load")
    assert "Left alone: task A2: it is recurring in Odoo\n" in product.ok("plan")
    for _ in range(2):
        told = product.ok("run")
        assert "OK  target default: Odoo agrees with git: 5 of 6 records, 2 left alone\n" in told
        line = "supabase/seed/odoo/projects/ALPHA.yaml:4: task A2: it is recurring in Odoo\n"
        assert f"  LEFT ALONE {line}" in told
    assert product.in_odoo("project.task", "A2", "name")["name"] == "Every month"
    found = product.ok("verify")
    assert found.startswith("Verification of target default: 5 of 6 records agree, 2 left alone\n")
    assert "  LEFT ALONE task B2: it is recurring in Odoo, and it is not in git\n" in found
    done = product.run("verify", "--format", "json").json("verify")
    assert (done["ok"], done["findings"]) == (True, [])
    assert [one["external_ref"] for one in done["left_alone"]] == ["A2", "B2"]
    product.run("summary", "--format", "json").json("summary")
    for view in ("v_field_drift", "v_orphan_in_odoo"):
        assert product.rows(f"select * from odoo_seed.{view}") == []


def test_a_part_of_the_seed_archives_nothing(product: Product) -> None:
    product.ok("run")
    product.write(Project("ALPHA", tasks=[Task("A1", name="Renamed")]))
    product.ok("load")
    assert product.ok("seed", "--project", "BETA").startswith(
        "Seed of target default: success: nothing to do"
    )
    assert product.ok("seed", "--project", "ALPHA").startswith(
        "Seed of target default: success: 1 updated"
    )
    assert product.in_odoo("project.task", "A2", "active")["active"] is True


def test_a_plan_straight_from_files_needs_no_load(product: Product) -> None:
    product.ok("run")
    product.write(Project("BETA", tasks=[Task("B1", assignee="ana@example.com")]))
    assert "1 to archive" in product.ok("plan", "--from", "files")
    assert "No changes" in product.ok("plan")


def test_settings_come_from_a_file_and_a_target_has_its_own(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{name}='{value}'" for name, value in product.variables.items()]
    for name in product.variables:
        monkeypatch.delenv(name)
    file = product.folder / ".env.local"
    file.write_text("\n".join(lines))
    product.ok("load")
    assert "7 to create" in product.ok("plan")
    lines = [line.replace("=", "__STAGING=", 1) if "ODOO" in line else line for line in lines]
    file.write_text("\n".join(lines))
    assert "7 to create" in product.ok("plan", "--target", "staging")
    assert product.run("plan").code == 2
