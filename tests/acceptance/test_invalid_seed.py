"""An invalid seed ends with 2 and changes nothing anywhere."""

from __future__ import annotations

import pytest
from product import Product, Project, Task

INVALID = {
    "a dangling dependency": '{"projects": [{"external_ref": "BETA", "name": "B", '
    '"company_name": "C", "tasks": [{"external_ref": "B9", "name": "x", '
    '"depends_on_refs": ["NOWHERE"]}]}]}',
    "broken YAML": "projects: [",
    "binary": "\x00\x01",
}
TABLES = ("programs", "projects", "tasks", "milestones", "applied", "sync_runs", "shadow_tasks")


def contents(product: Product) -> list[object]:
    return [product.rows(f"select t::text from odoo_seed.{table} t order by 1") for table in TABLES]


@pytest.fixture
def settled(product: Product) -> Product:
    product.ok("run")
    product.odoo.forget_calls()
    return product


@pytest.mark.parametrize("fault", INVALID)
@pytest.mark.parametrize("words", ["load", "run", "plan --from files", "run --format json"])
def test_an_invalid_seed_changes_nothing_and_calls_nobody(
    settled: Product, words: str, fault: str
) -> None:
    before = contents(settled)
    settled.write(Project("GAMMA", tasks=[Task("C1")]))
    settled.file("BETA").write_text(INVALID[fault])
    done = settled.run(*words.split())
    assert done.code == 2
    assert "Error: The seed has 1 problem; nothing was changed.\n" in done.err
    assert "→ Run `odoo-seed validate` to see each with file and line." in done.err
    assert contents(settled) == before
    assert settled.odoo.calls() == []
    if "json" in words:
        assert done.json("error")["error"] == "The seed has 1 problem; nothing was changed."


def test_validate_names_file_line_column_found_and_right(product: Product) -> None:
    product.file("BETA").write_text(INVALID["a dangling dependency"])
    done = product.run("validate")
    assert done.code == 2
    assert "supabase/seed/odoo/projects/BETA.yaml:1:" in done.out
    assert "NOWHERE" in done.out
    assert done.out.endswith("Invalid: 1 error in 2 files.\n")
    told = product.run("validate", "--format", "json").json("validate")
    assert (told["ok"], told["problems"][0]["line"]) == (False, 1)
    annotated = product.run("validate", "--format", "github").out
    assert annotated.startswith("::error file=supabase/seed/odoo/projects/BETA.yaml,line=1,col=")


def test_validate_needs_neither_database_nor_odoo(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_DB_URL", "nonsense")
    monkeypatch.setenv("ODOO_URL", "nonsense")
    assert product.ok("validate").startswith("Valid: ")
    assert not (product.folder / ".odoo-seed").exists()


def test_a_folder_that_is_not_there_is_said(product: Product) -> None:
    done = product.run("validate", "--seed-dir", "elsewhere")
    assert done.code == 2
    assert "there is no such folder" in done.out
    assert product.run("load", "--seed-dir", "elsewhere").code == 2
