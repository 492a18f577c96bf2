"""`adopt`: what people made in Odoo becomes YAML, gets refs, and then needs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from product import COMPANY, Product

from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.seed_files.editing.editor import SeedEditor
from odoo_seed.edges.seed_files.formatting.files import reformat

if TYPE_CHECKING:
    from collections.abc import Callable

HTML = "<p>Pay <em>before</em> noon:</p><ul><li>BDO &amp; BPI</li></ul>"
TABLE = "<table><tbody><tr><td>1</td></tr></tbody></table>"
ALL = ("adopt", "--prefix", "OPS")


def create(product: Product, model: str, **values: Any) -> int:
    """Somebody makes a record in Odoo."""
    context = {"mail_create_nosubscribe": True}
    (made,) = product.odoo.as_user().call(model, "create", [values], context=context)
    return int(made)


@pytest.fixture
def lived_in(product: Product) -> Product:
    """An Odoo in which a team works, beside the seed's own two projects."""
    product.ok("run")
    user = product.odoo.as_user()
    people = {
        row["login"]: row["id"] for row in user.call("res.users", "search_read", [], ["login"])
    }
    company = user.call("res.company", "search", [["name", "=", COMPANY]])[0]
    tag = create(product, "project.tags", name="Month-end")
    project = create(
        product, "project.project",
        name="Bank & Cash", company_id=company, user_id=people["ana@example.com"],
        privacy_visibility="employees", allow_task_dependencies=True, allow_milestones=True,
        description=HTML, date_start="2026-01-05", date="2026-12-31",
        type_ids=[(0, 0, {"name": name, "sequence": place, "fold": name == "Done"})
                  for place, name in enumerate(["New", "Doing", "Done"])],
    )  # fmt: skip
    stages = {
        row["name"]: row["id"]
        for row in user.call(
            "project.task.type", "search_read", [["project_ids", "in", [project]]], ["name"]
        )
    }
    milestone = create(product, "project.milestone", name="Closed", project_id=project)

    def task(name: str, **values: Any) -> int:
        return create(
            product, "project.task",
            **{"name": name, "project_id": project, "stage_id": stages["New"]}
            | {"user_ids": []} | values,
        )  # fmt: skip

    first = task(
        "Reconcile BDO", description=HTML, tag_ids=[(6, 0, [tag])], priority="1",
        user_ids=[(6, 0, [people["ana@example.com"], people["beng@example.com"]])],
        date_deadline="2026-01-09 07:30:00", allocated_hours=6.5, milestone_id=milestone,
    )  # fmt: skip
    second = task(
        "Reconcile BDO", depend_on_ids=[(6, 0, [first])], stage_id=stages["Doing"], sequence=7,
        date_deadline="2026-01-12 10:00:00", description=TABLE,
    )  # fmt: skip
    task("Count the petty cash", parent_id=second)
    task("Ångström: 100 % – ☃", active=False)
    task("Stand-up", recurring_task=True)
    create(product, "project.project", name="Another", company_id=company)
    return product


def everything(product: Product) -> dict[str, Any]:
    """All of Odoo's projects, tasks, milestones, stages and tags, without their refs."""
    user = product.odoo.as_user()
    found = {}
    for model in ("project.project", "project.task", "project.milestone", "project.task.type"):
        fields = [
            name
            for name in user.call(model, "fields_get", [], ["type"])
            if name not in {"x_external_ref", "write_date", "write_uid", "__last_update"}
        ]
        rows = user.call(model, "search_read", [], fields, context={"active_test": False})
        found[model] = {row["id"]: row for row in rows}
    return found


def refs(product: Product) -> dict[str, str]:
    user = product.odoo.as_user()
    return {
        row["x_external_ref"]: row["name"]
        for model in ("project.project", "project.task")
        for row in user.call(
            model, "search_read", [["x_external_ref", "=like", "OPS%"]],
            ["x_external_ref", "name"], context={"active_test": False},
        )
    }  # fmt: skip


YAML = """\
projects:
  - external_ref: OPS_BANK_CASH
    name: Bank & Cash
    company_name: Acme & Sons
    description: |
      Pay *before* noon:

      - BDO & BPI
    manager_email: ana@example.com
    date_start: 2026-01-05
    date_end: 2026-12-31
    stages: [New, Doing, {name: Done, fold: true}]
    milestones:
      - external_ref: OPS_BANK_CASH_M_CLOSED
        name: Closed
    tasks:
      - external_ref: OPS_BANK_CASH_RECONCILE_BDO
        name: Reconcile BDO
        description: |
          Pay *before* noon:

          - BDO & BPI
        stage_name: New
        tag_names: [Month-end]
        assignee_emails: [ana@example.com, beng@example.com]
        deadline: 2026-01-09T15:30
        planned_hours: 6.5
        priority: high
        milestone_external_ref: OPS_BANK_CASH_M_CLOSED
      - external_ref: OPS_BANK_CASH_RECONCILE_BDO_2
        name: Reconcile BDO
        stage_name: Doing
        deadline: 2026-01-12
        sequence: 7
        depends_on_refs: [OPS_BANK_CASH_RECONCILE_BDO]
        tasks:
          - external_ref: OPS_BANK_CASH_COUNT_THE_PETTY_CASH
            name: Count the petty cash
            stage_name: New
      - external_ref: OPS_BANK_CASH_ANGSTROM_100
        name: 'Ångström: 100 % – ☃'
        stage_name: New
        is_active: false
"""


def test_what_lives_in_odoo_is_shown_then_adopted_and_then_needs_nothing(lived_in: Product):
    before = everything(lived_in)
    lived_in.odoo.forget_calls()

    told = lived_in.ok(*ALL, "--project", "Bank & Cash")

    assert lived_in.writes() == []
    assert not lived_in.file("OPS_BANK_CASH").exists()
    assert told.startswith(
        "Would adopt 1 project, 1 milestone, 4 tasks from target default, and set 5 refs in Odoo.\n"
    )
    assert "task “Stand-up” (id " in told
    assert "it is recurring in Odoo" in told
    assert "task OPS_BANK_CASH_RECONCILE_BDO_2 “Reconcile BDO”: description: it has what" in told
    assert told.endswith("Nothing was changed. To do it, repeat the command with --yes.\n")

    done = lived_in.run(*ALL, "--project", "Bank & Cash", "--yes", "--format", "json").json("adopt")

    assert (done["ok"], done["status"], done["written"]) == (True, "success", True)
    text = lived_in.file("OPS_BANK_CASH").read_text()
    assert text == YAML
    assert list(reformat("new.yaml", text.encode())) == []
    assert everything(lived_in) == before
    assert len(refs(lived_in)) == 5
    assert lived_in.rows(
        "select status, counts ->> 'updated' from odoo_seed.sync_runs where verb = 'adopt'"
    ) == [("success", "5")]
    assert "No changes: Odoo is as git says" in lived_in.ok("plan", "--from", "files")
    lived_in.ok("run")
    assert everything(lived_in) == before


def test_without_a_name_every_active_project_without_a_ref_is_adopted_once(lived_in: Product):
    lived_in.ok(*ALL, "--yes")
    after = everything(lived_in)
    lived_in.odoo.forget_calls()

    assert sorted(ref for ref in refs(lived_in) if ref.count("_") < 3) == [
        "OPS_ANOTHER", "OPS_BANK_CASH",
    ]  # fmt: skip
    assert "no project to adopt" in lived_in.ok(*ALL, "--yes")
    assert lived_in.writes() == []
    lived_in.ok("run")
    assert everything(lived_in) == after


def test_refs_never_collide_with_the_seed_s(lived_in: Product):
    lived_in.odoo.as_user()
    create(lived_in, "project.project", name="Alpha")
    file = lived_in.seed_dir / "projects/mine.yaml"
    file.write_text(
        "projects:\n  - {external_ref: ops_another, name: Mine, company_name: Acme & Sons}\n"
    )

    lived_in.ok(*ALL, "--project", "Another", "--yes")

    assert "OPS_ANOTHER_2" in refs(lived_in)


@pytest.mark.parametrize("call", [1, 3])
def test_an_adoption_killed_at_any_write_can_be_run_again(
    lived_in: Product, monkeypatch: pytest.MonkeyPatch, call: int
):
    before = everything(lived_in)
    write: Callable[..., Any] = OdooWriting._write
    calls = []

    def killed(self: OdooWriting, *words: Any) -> Any:
        calls.append(words)
        if len(calls) == call:
            raise SystemExit(9)
        return write(self, *words)

    with monkeypatch.context() as patch:
        patch.setattr(OdooWriting, "_write", killed)
        assert lived_in.run(*ALL, "--project", "Bank & Cash", "--yes").code == 9
    _still_harmless(lived_in, before)

    lived_in.ok(*ALL, "--yes", "--project", "Bank & Cash")

    assert lived_in.file("OPS_BANK_CASH").read_text() == YAML
    assert len(refs(lived_in)) == 5
    lived_in.ok("run")
    assert everything(lived_in) == before


def _still_harmless(product: Product, before: dict[str, Any]) -> None:
    """Whoever seeds now makes nothing a second time, and archives nothing."""
    assert "sync_enabled: false" in product.file("OPS_BANK_CASH").read_text()
    product.run("run")
    assert everything(product) == before


def test_an_adoption_killed_before_its_last_step_can_be_run_again(
    lived_in: Product, monkeypatch: pytest.MonkeyPatch
):
    before = everything(lived_in)
    save: Callable[..., Any] = SeedEditor.save
    calls = []

    def killed(self: SeedEditor) -> None:
        calls.append(self)
        if len(calls) == 2:
            raise SystemExit(9)
        save(self)

    with monkeypatch.context() as patch:
        patch.setattr(SeedEditor, "save", killed)
        assert lived_in.run(*ALL, "--project", "Bank & Cash", "--yes").code == 9
    _still_harmless(lived_in, before)

    lived_in.ok(*ALL, "--yes", "--project", "Bank & Cash")

    assert lived_in.file("OPS_BANK_CASH").read_text() == YAML
    lived_in.ok("run")
    assert everything(lived_in) == before


def test_refs_without_yaml_are_left_alone_by_a_seed_that_never_heard_of_them(lived_in: Product):
    before = everything(lived_in)
    lived_in.ok(*ALL, "--yes")
    for path in lived_in.seed_dir.glob("projects/OPS*"):
        path.unlink()

    assert "ORPHAN" in lived_in.run("run").out

    assert everything(lived_in) == before


def test_a_stop_and_a_freeze_hold_an_adoption_too(lived_in: Product):
    lived_in.ok("stop", "--reason", "audit", "--yes")
    assert "audit" in lived_in.run(*ALL, "--yes").err
    lived_in.ok("resume")
    lived_in.policy("freeze: {dates: [{name: Audit, from: 2020-01-01, to: 2099-12-31}]}")
    lived_in.ok("load")

    done = lived_in.run(*ALL, "--yes")

    assert done.code == 1
    assert "Freeze: “Audit” is on" in done.err
    assert refs(lived_in) == {}
    assert not lived_in.file("OPS_ANOTHER").exists()
    lived_in.ok(*ALL, "--yes", "--override-freeze", "agreed with Grace")


def test_what_cannot_be_meant_is_told(lived_in: Product):
    create(lived_in, "project.project", name="Another")

    assert (
        "2 projects in Odoo are called “Another”" in lived_in.run(*ALL, "--project", "Another").err
    )
    assert "There is no project “None”" in lived_in.run(*ALL, "--project", "None").err
    assert "is in the seed already" in lived_in.run(*ALL, "--project", "Project Alpha").err
    assert "cannot begin a ref" in lived_in.run("adopt", "--prefix", "1 x").err
    assert "--prefix is missing" in lived_in.run("adopt").err
    assert "There is no program x" in lived_in.run(*ALL, "--program", "x").err


def test_files_for_review_elsewhere_count_as_the_seed_s(lived_in: Product):
    out = lived_in.folder / "review"

    lived_in.ok(*ALL, "--project", "Bank & Cash", "--out", str(out), "--yes")

    assert (out / "OPS_BANK_CASH.yaml").read_text() == YAML
    assert not lived_in.file("OPS_BANK_CASH").exists()
    assert "OPS_BANK_CASH" in refs(lived_in)


def test_a_project_joins_the_program_whose_tag_it_has(lived_in: Product):
    (lived_in.seed_dir / "programs.yaml").write_text(
        "programs:\n  - {slug: fin, name: Month-end}\n"
    )
    told = lived_in.ok(*ALL, "--project", "Another", "--program", "fin")
    assert "does not have the program's tag “Month-end” in Odoo" in told
    user = lived_in.odoo.as_user()
    (project,) = user.call("project.project", "search", [["name", "=", "Another"]])
    (tag,) = user.call("project.tags", "search", [["name", "=", "Month-end"]])
    user.call("project.project", "write", [project], {"tag_ids": [(6, 0, [tag])]})

    lived_in.ok(*ALL, "--project", "Another", "--program", "fin", "--yes")

    text = lived_in.file("OPS_ANOTHER").read_text()
    assert "program_slug: fin\n" in text
    assert "tag_names" not in text
    assert "No changes: Odoo is as git says" in lived_in.ok("plan", "--from", "files")
