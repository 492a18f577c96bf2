"""`adopt --drift`: what people changed in Odoo becomes a change to the YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from product import Product

YAML = """\
# Owned by Grace.
projects:
  - external_ref: CASH
    name: Cash   # both banks
    company_name: Acme & Sons
    date_start: 2026-01-05
    date_end: 2026-12-31
    tasks:
      # Preparation
      - external_ref: C1
        name: Reconcile
        description: Look.
        assignee_email: ana@example.com
        tag_names: [GL, # ledger
          Month-end]
        deadline: 2026-03-02  # BIR

      - external_ref: C2
        name: Review
        planned_hours: 4
        depends_on_refs: [C1]
"""
TEMPLATE = """\
templates:
  - name: close
    project: {external_ref: 'CLOSE_{year}_{month}', name: 'Close {period_name}'}
    tasks:
      - {code: BANK, name: Bank, due: {anchor: period_end, working_days: 3}}
schedules:
  - {template: close, every: month, from: 2026-01, to: 2026-01,
     companies: [{name: Acme & Sons, code: ACME}]}
"""


@pytest.fixture
def drifted(product: Product) -> Product:
    """Git's seed is in Odoo, and people changed something there."""
    product.file("CASH").write_text(YAML)
    (product.seed_dir / "close.yaml").write_text(TEMPLATE)
    product.ok("run")
    product.change_in_odoo("project.task", "C1", date_deadline="2026-03-09 10:00:00")
    return product


def test_drift_is_shown_then_taken_over_and_then_the_plan_is_empty(drifted: Product):
    drifted.change_in_odoo(
        "project.task", "C1", name="Reconcile BDO", user_ids=[(6, 0, [])],
        description="<p>Look <em>twice</em>.</p>", tag_ids=[(6, 0, [])],
    )  # fmt: skip
    drifted.change_in_odoo("project.task", "C2", allocated_hours=6.5, depend_on_ids=[(6, 0, [])])
    drifted.change_in_odoo("project.project", "CASH", name="Cash and banks")
    drifted.odoo.forget_calls()

    told = drifted.ok("adopt", "--drift")

    assert "Would adopt 8 changes that people made in default:" in told
    assert "task C1 “Reconcile”: deadline 2 Mar → 9 Mar (7 days later)" in told
    assert drifted.file("CASH").read_text() == YAML

    done = drifted.run("adopt", "--drift", "--yes", "--format", "json").json("adopt_drift")

    assert (done["written"], len(done["changes"]), done["left"]) == (True, 8, [])
    assert drifted.writes() == []
    assert drifted.file("CASH").read_text() == (
        YAML.replace("name: Cash  ", "name: Cash and banks  ")
        .replace("name: Reconcile", "name: Reconcile BDO")
        .replace("description: Look.", "description: Look *twice*.")
        .replace("assignee_email: ana@example.com", "assignee_emails: []")
        .replace(
            "tag_names: [GL, # ledger\n          Month-end]", "tag_names: []\n        # ledger"
        )
        .replace("2026-03-02", "2026-03-09")
        .replace("planned_hours: 4", "planned_hours: 6.5")
        .replace("depends_on_refs: [C1]", "depends_on_refs: []")
    )
    assert "No changes: Odoo is as git says" in drifted.ok("plan", "--from", "files")
    drifted.ok("run")
    assert "Nothing that people changed" in drifted.ok("adopt", "--drift")


def test_a_task_that_a_template_made_is_changed_under_overrides(drifted: Product):
    ref = "CLOSE_2026_01_BANK"
    drifted.change_in_odoo("project.task", ref, date_deadline="2026-02-10 10:00:00")
    drifted.change_in_odoo("project.project", "CLOSE_2026_01", name="Another name")

    told = drifted.ok("adopt", "--drift", "--project", "CLOSE_2026_01", "--yes")

    assert "the template in" in told
    assert "close.yaml:3 says it; change it there" in told
    assert (drifted.seed_dir / "close.yaml").read_text() == TEMPLATE
    assert (drifted.seed_dir / "overrides.yaml").read_text() == (
        f"overrides:\n  - external_ref: {ref}\n    deadline: 2026-02-10\n"
    )
    assert drifted.file("CASH").read_text() == YAML
    assert ref not in drifted.ok("plan", "--from", "files", "--project", "CLOSE_2026_01")


def test_what_git_changed_too_is_left_to_a_person(drifted: Product):
    both = YAML.replace("2026-03-02", "2026-03-04")
    drifted.file("CASH").write_text(both)

    told = drifted.ok("adopt", "--drift", "--yes")

    assert "deadline: git changed it as well; settle it in the YAML" in told
    assert drifted.file("CASH").read_text() == both


def test_what_the_yaml_cannot_say_stays_in_odoo(drifted: Product):
    drifted.change_in_odoo(
        "project.task", "C1", date_deadline="2027-03-09 10:00:00",
        description="<table><tbody><tr><td>1</td></tr></tbody></table>",
    )  # fmt: skip

    told = drifted.ok("adopt", "--drift", "--yes")

    assert "description: Markdown cannot say what it has now" in told
    assert "task C1 “Reconcile”: deadline: " in told  # it is outside its project
    assert drifted.file("CASH").read_text() == YAML


def test_only_options_that_mean_something(drifted: Product):
    assert "There is no project NONE" in drifted.run("adopt", "--drift", "--project", "NONE").err
    assert "Leave --company" in drifted.run("adopt", "--drift", "--prefix", "X").err
