"""`plan --rehearse`: what a user sees of it, and what it can never do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from product import Product

RECORDS = ("project.project", "project.task", "project.task.type", "mail.message", "mail.mail")


def counts(product: Product) -> dict[str, int]:
    odoo = product.odoo.as_user()
    context = {"active_test": False}
    return {
        model: len(odoo.call(model, "search", [], context=context))
        for model in (*RECORDS, "base_import.mapping")
    }


def test_a_plan_that_odoo_accepts(product: Product) -> None:
    product.ok("load")
    plain, before = product.ok("plan"), counts(product)
    told = product.ok("plan", "--rehearse")
    lines = told.splitlines()
    (line,) = [line for line in lines if line.startswith("Odoo's rehearsal")]
    records = product.run("plan", "--format", "json").json("plan")["changes"]
    assert line == f"Odoo's rehearsal: {len(records)} records tried and taken back, no objection"
    rest = [text for text in lines if text != line and "not rehearsed: " not in text]
    assert [text for text in rest if text] == [text for text in plain.splitlines() if text]
    assert counts(product) == before


def test_what_odoo_refuses_is_named_with_file_and_line_and_the_exit_code_is_1(
    product: Product,
) -> None:
    product.ok("load")
    product.odoo.forget_rights("project.task", "create")
    done = product.run("plan", "--rehearse")
    assert (done.code, done.err) == (1, "")
    named = [line for line in done.out.splitlines() if line.startswith("  OBJECTION")]
    assert named
    for line in named:
        assert re.search(r"projects/(ALPHA|BETA)\.yaml:\d+: task [AB]\d: ", line)
        assert "You are not allowed to create 'Task'" in line
    assert done.out.splitlines()[0].startswith("Plan for target default: Odoo objects to ")
    told = product.run("plan", "--rehearse", "--format", "json").json("plan")["rehearsal"]
    assert len(told["objections"]) == len(named)
    assert all(item["source"].rpartition(":")[2].isdigit() for item in told["objections"])
    markdown = product.run("plan", "--rehearse", "--format", "markdown")
    assert markdown.code == 1
    assert markdown.out.startswith("### ❌ ")
    assert markdown.out.count("- ❌ ") == len(named)


def test_all_it_ever_calls_is_the_dry_run_of_an_import(product: Product) -> None:
    product.ok("load")
    product.ok("seed")
    product.change_in_odoo("project.task", "A1", name="changed in Odoo")
    product.odoo.forget_calls()
    product.ok("plan", "--rehearse")
    calls = [call for call in product.odoo.calls() if call.model == "base_import.import"]
    assert [call.method for call in calls] == ["create", "execute_import", "write"]
    assert product.writes() == [f"base_import.import.{call.method}" for call in calls]
    assert product.in_odoo("project.task", "A1", "name")["name"] == "changed in Odoo"


def test_without_the_option_nothing_but_reading_happens(product: Product) -> None:
    product.ok("load")
    before = product.writes()
    product.ok("plan")
    assert product.writes() == before


def test_a_user_who_may_not_import_is_told_what_it_takes(product: Product) -> None:
    product.ok("load")
    product.odoo.forget_rights("base_import.import", "create")
    done = product.run("plan", "--rehearse")
    assert (done.code, done.out) == (1, "")
    assert "does not let this user rehearse" in done.err
    assert "Importing is for internal users" in done.err


def test_an_odoo_that_cannot_import_is_told_apart(product: Product) -> None:
    product.ok("load")
    product.odoo.uninstall("base_import.import")
    done = product.run("plan", "--rehearse")
    assert (done.code, done.out) == (1, "")
    assert "Odoo cannot rehearse: Odoo has no model base_import.import." in done.err
    assert "Install its module Base import" in done.err


def test_a_rehearsal_without_an_answer_says_that_nothing_was_written(product: Product) -> None:
    product.ok("load")
    product.odoo.trouble("drop_after", method="execute_import")
    done = product.run("plan", "--rehearse")
    assert done.code == 1
    assert "Nothing was written, it was a dry run" in done.err
    rows: Any = product.odoo.as_user().call("base_import.import", "search_read", [], ["file"])
    assert [row["file"] for row in rows] == [False]
