"""What a verification finds, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from builders import applied_of, content, in_odoo, task

from odoo_seed.core import summary as report_summary
from odoo_seed.core import summary_json
from odoo_seed.core.comment import Footer, summary_comment
from odoo_seed.core.live import Shadow
from odoo_seed.core.model import Seed, Source
from odoo_seed.core.report_verify import verify_json, verify_markdown, verify_text
from odoo_seed.core.runs import Run
from odoo_seed.core.summary import Summary
from odoo_seed.core.verify import verify

RECURRING = "it is recurring in Odoo"
PRIVATE = "it is somebody's private task in Odoo"
HERE = Source("close.yaml", 14)
SEEDED = content(task("T1", source=HERE), task("T2"))
AT = datetime(2026, 1, 5, 3, 22, tzinfo=UTC)


def found_in(odoo, left_alone, wanted=SEEDED):
    """The verification of `wanted` once `SEEDED` was applied; `left_alone` gives words by ref."""
    records = {
        key: replace(record, left_alone=left_alone.get(record.external_ref, ""))
        for key, record in odoo.records.items()
    }
    return verify(wanted, applied_of(SEEDED), Shadow(records), "default")


def in_words(found):
    return [(item.action, item.external_ref, item.error) for item in found.left_alone]


def test_a_recurring_task_that_was_changed_is_left_alone_and_no_failure():
    odoo = in_odoo(SEEDED, T1={"name": "Theirs"})
    found = found_in(odoo, {"T1": RECURRING})

    assert (found.verdict, found.findings) == ("agrees", [])
    assert (found.checked, found.agreeing) == (3, 2)
    assert in_words(found) == [("left_alone", "T1", RECURRING)]
    assert [item.action for item in found_in(odoo, {}).findings] == ["drift"]


def test_a_private_task_is_left_alone_with_every_field_of_it():
    odoo = in_odoo(SEEDED, T1={"project_external_ref": None, "stage_name": None, "name": "Theirs"})
    found = found_in(odoo, {"T1": PRIVATE})

    assert (found.verdict, in_words(found)) == ("agrees", [("left_alone", "T1", PRIVATE)])


def test_a_recurring_task_that_is_as_git_says_agrees_like_any_other():
    found = found_in(in_odoo(SEEDED), {"T1": RECURRING})

    assert (found.verdict, found.agreeing, found.left_alone) == ("agrees", 3, [])


def test_a_recurring_task_that_left_git_is_no_orphan():
    odoo = in_odoo(SEEDED)
    found = found_in(odoo, {"T2": RECURRING}, content(task("T1")))

    assert (found.verdict, found.checked, found.agreeing) == ("agrees", 2, 2)
    assert in_words(found) == [("left_alone", "T2", f"{RECURRING}, and it is not in git")]
    assert [item.action for item in found_in(odoo, {}, content(task("T1"))).findings] == ["orphan"]


def test_an_archived_recurring_task_that_left_git_is_not_told():
    odoo = in_odoo(SEEDED, T2={"is_active": False})

    assert found_in(odoo, {"T2": RECURRING}, content(task("T1"))).left_alone == []


def test_what_is_left_alone_hides_no_drift_of_others():
    found = found_in(in_odoo(SEEDED, T1={"name": "x"}, T2={"name": "y"}), {"T1": RECURRING})

    assert (found.verdict, found.agreeing) == ("differs", 1)
    assert [(item.action, item.external_ref) for item in found.findings] == [("drift", "T2")]
    assert [item.external_ref for item in found.left_alone] == ["T1"]


def test_a_verification_tells_what_was_left_alone_and_why():
    found = found_in(in_odoo(SEEDED, T1={"name": "x"}), {"T1": RECURRING})

    assert verify_text(found).splitlines() == [
        "Verification of target default: 2 of 3 records agree, 1 left alone",
        "  LEFT ALONE close.yaml:14: task T1: it is recurring in Odoo",
    ]
    assert verify_markdown(found).splitlines() == [
        "### ✅ odoo-seed: 2 of 3 records agree, 1 left alone",
        "",
        "**Left alone**",
        "",
        "- `close.yaml:14` task `T1`: it is recurring in Odoo",
    ]
    told = verify_json(found)
    assert (told["ok"], told["findings"]) == (True, [])
    assert told["left_alone"] == [
        {
            "kind": "task",
            "external_ref": "T1",
            "odoo_id": 11,
            "source": "close.yaml:14",
            "message": RECURRING,
        }
    ]


def test_a_summary_is_good_and_tells_what_was_left_alone_and_why():
    found = found_in(in_odoo(SEEDED, T1={"name": "x"}), {"T1": RECURRING})
    seeded = Run("s", "default", "seed", "success", AT)
    counts = {"checked": 3, "agreeing": 2, "left_alone": 1}
    checked = Run("v", "default", "verify", "success", AT, counts=counts, items=found.left_alone)
    told = Summary("default", seeded, checked, {("task", "T1"): "Reconcile"})

    assert told.ok
    assert report_summary.text(told).startswith(
        "OK  target default: Odoo agrees with git: 2 of 3 records, 1 left alone\n"
    )
    assert "  LEFT ALONE close.yaml:14: task T1: it is recurring in Odoo" in (
        report_summary.text(told)
    )
    row = "- `close.yaml:14` task `T1` “Reconcile”: it is recurring in Odoo"
    title = "Left alone, being recurring or private in Odoo"
    assert f"**{title}**\n\n{row}\n" in report_summary.markdown(told)
    assert summary_json.as_json(told)["verify"]["items"][0]["error"] == RECURRING
    comment = summary_comment(told, Footer())
    assert f"{title}: 1" in comment
    assert row in comment
    assert "nothing is left to do" in comment


def test_an_empty_seed_leaves_a_recurring_task_alone_too():
    empty = replace(SEEDED, seed=Seed())
    found = found_in(in_odoo(SEEDED), {"T1": RECURRING, "T2": RECURRING}, empty)

    assert [item.external_ref for item in found.findings] == ["P"]
    assert [item.external_ref for item in found.left_alone] == ["T1", "T2"]
