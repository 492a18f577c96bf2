"""The Odoo module, as far as it can be read without an Odoo.

What it does in Odoo is in its own tests, which Odoo runs: see tools/addons/README.md.
"""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from odoo_seed.edges.odoo import prepare
from odoo_seed.edges.odoo.mapping import REF

MODULE = Path(__file__).resolve().parents[2] / "tools/addons/odoo_seed_ref"
MANIFEST: dict[str, Any] = ast.literal_eval((MODULE / "__manifest__.py").read_text())
MODELS = {"project.project": "project_project.py", "project.task": "project_task.py"}


def test_the_manifest_says_lgpl_3_and_its_text_is_there() -> None:
    assert MANIFEST["license"] == "LGPL-3"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (MODULE / "LICENSE").read_text()


def test_the_version_suits_both_series() -> None:
    # Odoo puts its own series before three numbers; 19 refuses what begins with 18.0.
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])


def test_every_view_is_well_formed_and_installed() -> None:
    views = sorted(path.relative_to(MODULE).as_posix() for path in MODULE.glob("views/*.xml"))
    assert views == sorted(MANIFEST["data"])
    for name in views:
        records = ET.parse(MODULE / name).getroot().findall("record[@model='ir.ui.view']")
        parents = [record.find("field[@name='inherit_id']") for record in records]
        assert parents
        assert all(parent is not None for parent in parents)


def test_the_hooks_of_the_manifest_exist() -> None:
    imported = {
        alias.name
        for node in ast.parse((MODULE / "__init__.py").read_text()).body
        if isinstance(node, ast.ImportFrom) and node.module == "hooks"
        for alias in node.names
    }
    assert imported == {MANIFEST["pre_init_hook"], MANIFEST["uninstall_hook"]}


@pytest.mark.parametrize("model", MODELS)
def test_the_field_is_the_one_that_prepare_makes(model: str) -> None:
    source = ast.parse((MODULE / "models" / MODELS[model]).read_text())
    [made] = [node for node in source.body if isinstance(node, ast.ClassDef)]
    values = {
        node.targets[0].id: node.value
        for node in made.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert ast.literal_eval(values["_inherit"]) == model
    field = values[REF]
    assert isinstance(field, ast.Call)
    assert ast.unparse(field.func) == "fields.Char"
    arguments = {word.arg: ast.literal_eval(word.value) for word in field.keywords}
    prepared = _prepared()
    assert arguments == {
        "string": prepared["field_description"],
        "index": prepared["index"],
        "copy": prepared["copied"],
        "help": prepared["help"],
    }
    assert arguments["copy"] is False


def _prepared() -> dict[str, Any]:
    """The field as `odoo-seed prepare` makes it over RPC."""
    made: list[dict[str, Any]] = []

    class OdooWithoutTheField:
        calls = 0

        def call(self, model: str, method: str, args: Any = (), kwargs: Any = None) -> Any:
            if method == "create":
                made.extend(args[0])
            return {} if method == "fields_get" else [1]

        def version(self) -> str:
            return "18.0"

        def login(self) -> int:
            return 2

        def close(self) -> None:
            pass

    prepare.prepare(OdooWithoutTheField())
    return made[0]
