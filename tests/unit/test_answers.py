"""What whoever asked for a run is told: the pattern document's shape, or a problem."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import jsonschema
import pytest
from builders import applied_of, content, in_odoo, plan_of, task

from odoo_seed.core import answers
from odoo_seed.core.freeze import Frozen
from odoo_seed.core.live import Shadow
from odoo_seed.core.model import Seed
from odoo_seed.core.plan import GuardTrip, Refusal
from odoo_seed.core.report_run import SeedResult
from odoo_seed.core.runs import Run, RunItem
from odoo_seed.core.verify import verify
from odoo_seed.errors import OdooLoginError, OdooUnreachableError

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "run_answer.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
AT = datetime(2026, 1, 5, 3, 22, tzinfo=UTC)
RUN_ID, REQUEST_ID = str(uuid4()), str(uuid4())
SEEDED = content(task("T1"), task("T2"))
DOCUMENT = {
    "ok": True,
    "run_id": "uuid",
    "status": "success",
    "projects_synced": 5,
    "tasks_synced": 42,
    "results": {
        "projects": [{"external_ref": "FIN_CLOSE_PROJ", "odoo_id": 123, "action": "created"}]
    },
}
"""The pattern document's response."""


def run(*items: RunItem, status="success", **more):
    return Run(RUN_ID, "default", "seed", status, AT, AT, items=items, **more)


def created(kind, ref, odoo_id):
    return RunItem(kind, ref, "created", odoo_id)


def checked(answer):
    VALIDATOR.validate(answer)
    return answer


ALL = (created("project", "P", 10), created("task", "T1", 11), created("task", "T2", 12))


def test_a_seed_that_went_well_answers_in_the_documents_shape_and_nothing_else():
    told = checked(answers.seeded(SeedResult(run(*ALL), plan_of(SEEDED))))
    assert told == DOCUMENT | {
        "run_id": RUN_ID,
        "projects_synced": 1,
        "tasks_synced": 2,
        "results": {"projects": [{"external_ref": "P", "odoo_id": 10, "action": "created"}]},
    }
    assert list(told) == list(DOCUMENT)
    assert list(told["results"]["projects"][0]) == list(DOCUMENT["results"]["projects"][0])


def test_a_seed_with_nothing_to_do_names_every_project_as_unchanged():
    told = checked(answers.seeded(SeedResult(run(), plan_of(SEEDED, SEEDED))))
    assert told["results"]["projects"] == [
        {"external_ref": "P", "odoo_id": 10, "action": "unchanged"}
    ]
    assert (told["projects_synced"], told["tasks_synced"]) == (1, 2)


def test_what_was_not_written_is_told_besides():
    failed = RunItem("task", "T2", "failed", error="Odoo refuses it.")
    told = checked(
        answers.seeded(SeedResult(run(*ALL[:2], failed, status="partial"), plan_of(SEEDED)))
    )
    assert (told["ok"], told["status"], told["tasks_synced"]) == (False, "partial", 1)
    assert told["failures"] == [{"kind": "task", "external_ref": "T2", "error": "Odoo refuses it."}]


def test_both_tells_whether_odoo_now_holds_what_git_says():
    found = verify(SEEDED, applied_of(SEEDED), Shadow(in_odoo(SEEDED).records), "default")
    told = checked(answers.seeded(SeedResult(run(*ALL), plan_of(SEEDED)), found))
    assert (told["ok"], told["verification"]["verdict"]) == (True, "agrees")
    stale = replace(found, verdict="stale", reason="Nothing was read.")
    told = checked(answers.seeded(SeedResult(run(*ALL), plan_of(SEEDED)), stale))
    assert (told["ok"], told["status"]) == (False, "success")


def shadow_of(odoo, *, drift_fails=False, wanted=SEEDED):
    shadow = Shadow(odoo.records)
    found = verify(wanted, applied_of(SEEDED), shadow, "default")
    return checked(answers.shadowed(run(), shadow, found, drift_fails=drift_fails))


def test_a_shadow_counts_what_it_mirrored_and_compares_the_projects():
    told = shadow_of(in_odoo(SEEDED))
    assert told == DOCUMENT | {
        "run_id": RUN_ID,
        "projects_synced": 1,
        "tasks_synced": 2,
        "results": {"projects": [{"external_ref": "P", "odoo_id": 10, "action": "unchanged"}]},
        "verification": {
            "verdict": "agrees", "words": "3 of 3 records agree",
            "missing": 0, "drift": 0, "orphan": 0,
        },
    }  # fmt: skip


def test_a_difference_is_no_failure_of_a_shadow_but_of_a_look_for_drift():
    odoo = in_odoo(SEEDED, P={"name": "Theirs"})
    assert shadow_of(odoo)["ok"] is True
    told = shadow_of(odoo, drift_fails=True)
    assert (told["ok"], told["verification"]["drift"]) == (False, 1)
    assert told["results"]["projects"][0]["action"] == "drift"


def test_a_shadow_names_missing_and_orphaned_projects():
    told = shadow_of(in_odoo(SEEDED), wanted=replace(SEEDED, seed=Seed()))
    assert [row["action"] for row in told["results"]["projects"]] == ["orphan"]
    odoo = in_odoo(SEEDED)
    odoo = replace(odoo, records={})
    (row,) = shadow_of(odoo)["results"]["projects"]
    assert row == {"external_ref": "P", "odoo_id": None, "action": "missing"}


def test_a_dry_run_answers_what_would_be_done():
    told = checked(answers.planned(plan_of(SEEDED), REQUEST_ID))
    assert told == DOCUMENT | {
        "run_id": REQUEST_ID,
        "status": "planned",
        "projects_synced": 1,
        "tasks_synced": 2,
        "results": {"projects": [{"external_ref": "P", "odoo_id": None, "action": "created"}]},
    }
    told = checked(answers.planned(plan_of(SEEDED, SEEDED), REQUEST_ID))
    assert told["results"]["projects"][0]["action"] == "unchanged"
    assert told["tasks_synced"] == 2


def test_a_dry_run_tells_guards_and_what_would_be_refused():
    made = replace(
        plan_of(SEEDED),
        guards=(GuardTrip("archive", "Too much.", "policy.guards.max_archive_count"),),
        refusals=(Refusal("project", "Q", "No such company."),),
        only=("P", "Q"),
    )
    told = checked(answers.planned(made, REQUEST_ID))
    assert told["ok"] is False
    assert told["error"] == (
        "Guard archive: Too much. Change policy.guards.max_archive_count in policy.yaml, or once "
        "only: an operator runs `odoo-seed seed --target default --project P --project Q "
        f"--allow archive={made.checksum}` with the worker's settings."
    )
    assert told["failures"] == [
        {"kind": "project", "external_ref": "Q", "error": "No such company."}
    ]
    assert told["projects_synced"] == 1


def test_a_dry_run_in_a_freeze_says_that_a_seed_would_be_refused():
    frozen = Frozen("Audit", date(2026, 1, 1), date(2026, 1, 9), "Asia/Manila")
    told = checked(answers.planned(replace(plan_of(SEEDED), freeze=frozen), REQUEST_ID))
    assert not told["ok"]
    assert told["error"] == (
        "Freeze: “Audit” is on until the end of 9 Jan 2026 (Asia/Manila). Wait for its end, or "
        "now, and on record: an operator runs `odoo-seed seed --target default "
        '--override-freeze "REASON"` with the worker\'s settings.'
    )


@pytest.mark.parametrize("remedy", ["", "Wait."])
def test_a_problem_is_what_rfc_9457_has(remedy):
    error = OdooUnreachableError("connection refused", remedy=remedy)
    told = checked(answers.error_problem(503, "Could not reach Odoo", error, REQUEST_ID))
    assert told["detail"] == "Could not reach Odoo: connection refused"
    assert (told["type"], told["status"], told["run_id"]) == ("about:blank", 503, REQUEST_ID)
    assert told.get("remedy", "") == remedy


def test_the_schema_is_closed():
    told = answers.seeded(SeedResult(run(*ALL), plan_of(SEEDED)))
    for wrong in (told | {"more": 1}, told | {"status": "done"}, {**told, "ok": "yes"}):
        assert list(VALIDATOR.iter_errors(wrong))
    problem = answers.error_problem(422, "Refused", OdooLoginError("no"), REQUEST_ID)
    assert list(VALIDATOR.iter_errors(problem | {"stack": "…"}))


def test_keys_stand_in_the_order_of_the_pattern_document_at_every_depth() -> None:
    told = answers.in_order(
        {"results": {"projects": [{"action": "created", "odoo_id": 1, "external_ref": "A"}]},
         "b": 1, "a": 2, "status": "success", "run_id": "r", "tasks_synced": 2, "ok": True}
    )  # fmt: skip
    assert list(told) == ["ok", "run_id", "status", "tasks_synced", "results", "a", "b"]
    assert list(told["results"]["projects"][0]) == ["external_ref", "odoo_id", "action"]
