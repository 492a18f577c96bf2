"""What the README says is so, and the blocks of all pages are what the product prints."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from product import REPOSITORY
from readme_block import BLOCK, PAGES, README, with_blocks
from screens import before, blocks

if TYPE_CHECKING:
    from product import Product

TEXT = README.read_text(encoding="utf-8")


def test_the_blocks_of_readme_and_docs_are_what_the_product_prints(fresh: Product) -> None:
    told = blocks(fresh)
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    shown = [block["name"] for text in pages for block in BLOCK.finditer(text)]
    assert sorted(shown) == sorted(told)
    for text in pages:
        assert with_blocks(text, told) == text, "run: python tests/acceptance/readme_block.py"


def example() -> str:
    found = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found[1]


def test_the_example_is_valid_and_what_the_comment_starts_from(product: Product) -> None:
    for ref in ("ALPHA", "BETA"):
        product.file(ref).unlink()
    product.file("FIN_CLOSE_PROJ").write_text(example(), encoding="utf-8")
    assert product.ok("validate") == (
        "Valid: 1 file with 0 programs, 1 project, 0 milestones, 1 task.\n"
    )
    assert before().startswith(example())


def test_the_policy_in_the_readme_is_valid_for_the_repositorys_seed(product: Product) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (policy,) = (block for block in blocks if "freeze:" in block)
    shutil.copytree(REPOSITORY / "supabase/seed/odoo", product.seed_dir, dirs_exist_ok=True)
    (product.seed_dir / "policy.yaml").write_text(policy, encoding="utf-8")
    assert product.ok("validate").startswith("Valid: ")


def test_the_verbs_are_those_of_the_command_and_in_its_order(product: Product) -> None:
    spine = re.search(r"`(validate → [a-z →]+)`", TEXT)
    assert spine
    verbs = spine[1].split(" → ")
    assert re.findall(r"^### (\w+)$", TEXT, re.MULTILINE) == verbs
    listed = re.findall(r"^  ([\w-]+) ", product.ok("--help").split("Commands:")[1], re.MULTILINE)
    assert [verb for verb in listed if verb in verbs] == verbs
    for verb in re.findall(r"`odoo-seed ([\w-]+)", TEXT):
        assert verb in listed


def test_the_folders_of_the_table_are_there() -> None:
    names = [
        name
        for row in re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    ]
    assert len(names) >= 7
    for name in names:
        assert (REPOSITORY / name).is_dir(), name


def test_the_variables_are_those_that_the_settings_read(product: Product) -> None:
    named = set(re.findall(r"`((?:ODOO|SUPABASE)_[A-Z_]+)`", TEXT)) - {"ODOO_URL__STAGING"}
    assert {"SUPABASE_DB_URL", "ODOO_URL", "ODOO_SEED_HOME"} <= named
    source = (REPOSITORY / "tools/odoo_seed/settings.py").read_text(encoding="utf-8")
    assert {name for name in named if f'"{name}"' not in source} == set()
    assert set(re.findall(r'"((?:ODOO|SUPABASE)_[A-Z_]+)"', source)) <= named
    for name in product.variables:
        assert name in named


def test_make_knows_the_two_commands() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    for command in re.findall(r"^make (\w+)", TEXT, re.MULTILINE):
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)
