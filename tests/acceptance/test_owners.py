"""Who owns a field, per project, from the YAML through the database to Odoo and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from product import Project, Task

if TYPE_CHECKING:
    from product import Product

DEADLINE = "2026-04-01 10:00:00"


def test_a_deadline_that_one_project_leaves_to_odoo_is_enforced_in_the_other(
    product: Product,
) -> None:
    product.policy("projects: {BETA: {ownership: {task: {deadline: odoo}}}}")
    product.ok("run")
    assert product.in_odoo("project.task", "B1", "date_deadline")["date_deadline"] is False
    for ref in ("A1", "B1"):
        product.change_in_odoo("project.task", ref, date_deadline=DEADLINE)
    product.ok("shadow")
    verified = product.run("verify").out
    assert "task A1" in verified
    assert "B1" not in verified
    drift = product.rows("select external_ref, field from odoo_seed.v_field_drift")
    assert drift == [("A1", "deadline")]
    product.ok("run")
    assert product.in_odoo("project.task", "A1", "date_deadline") != DEADLINE
    kept = product.in_odoo("project.task", "B1", "date_deadline")["date_deadline"]
    assert kept == DEADLINE


def test_a_change_of_owner_shows_until_it_was_seeded(product: Product) -> None:
    product.ok("run")
    product.policy("ownership: {task: {deadline: initial}}")
    product.ok("load")
    line = "Owner since the last seed: task deadline git → initial (all 2 projects)"
    assert line in product.ok("plan")
    assert line in product.ok("plan", "--from", "files", "--format", "markdown")
    (change,) = product.run("plan", "--format", "json").json("plan")["owner_changes"]
    assert (change["old"], change["new"]) == ("git", "initial")
    product.odoo.forget_calls()
    product.ok("seed", "--project", "ALPHA")
    assert product.writes() == []  # only our own memory changed
    assert "task deadline git → initial (BETA)" in product.ok("plan")
    product.ok("seed")
    assert "Owner since" not in product.ok("plan")


def test_a_field_named_for_the_first_time_shows_until_it_was_seeded(product: Product) -> None:
    product.ok("run")
    product.write(
        Project(
            "BETA",
            tasks=[
                Task("B1", assignee="ana@example.com"),
                Task("B2", assignee="beng@example.com"),
            ],
        )
    )
    product.ok("load")
    told = product.ok("plan")
    assert "assigned to beng (new in the YAML)" in told
    assert "New in the YAML: assignees of 1 task (BETA)" in told
    (new,) = product.run("plan", "--format", "json").json("plan")["new_fields"]
    assert (new["field"], new["records"], new["projects"]) == ("assignee_emails", 1, ["BETA"])
    product.ok("seed")
    assert "New in the YAML" not in product.ok("plan")


def test_a_policy_that_names_what_is_not_there_is_not_loaded(product: Product) -> None:
    product.policy("projects: {BETTA: {ownership: {task: {deadline: odoo}}}}")
    done = product.run("validate")
    assert done.code == 2
    assert 'policy.yaml:1:21: error: there is no project "BETTA"' in done.out
    assert "did you mean BETA?" in done.out
    assert product.run("load").code == 2
