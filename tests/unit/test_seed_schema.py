"""The schema that editors use says the same as the model."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from odoo_seed.core import model
from odoo_seed.core.calendar import WEEKDAYS, Calendar
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.policy import DEFAULT_INITIAL, OWNERS, Guards, Policy
from odoo_seed.edges.seed_files.schema import seed_schema, validator

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = seed_schema()
DEFINITIONS = SCHEMA["$defs"]

ONLY_IN_YAML = {
    "project": {"milestones", "tasks"},
    "task": {"assignee_email", "tasks"},
}
"""Keys that become other records or another field."""

ONLY_IN_MODEL = {
    "instance",
    "due",
    "source",
    "project_external_ref",
    "partner_name",
    "analytic_account_name",
    "elsewhere",
}
"""What a record gets from where it stands."""


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, item in node.get("properties", {}).items():
            yield f"{path}/{name}", item
        for name, item in node.items():
            yield from properties(item, f"{path}/{name}")


@pytest.mark.parametrize(
    ("path", "node"), list(properties(SCHEMA)), ids=lambda value: str(value)[:60]
)
def test_every_key_has_a_description(path: str, node: dict[str, Any]):
    assert len(node.get("description", "")) > 8, path


def test_every_definition_has_a_description():
    assert all(node.get("description") for node in DEFINITIONS.values())


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", ["program", "project", "milestone", "task", "stage"])
def test_the_keys_are_the_models_fields(kind: str):
    record = getattr(model, kind.capitalize())
    fields = {field.name for field in dataclasses.fields(record)} - ONLY_IN_MODEL

    assert DEFINITIONS[kind]["properties"].keys() - ONLY_IN_YAML.get(kind, set()) == fields


@pytest.mark.parametrize("kind", ["program", "project", "task", "stage"])
def test_the_defaults_are_the_models(kind: str):
    record = getattr(model, kind.capitalize())
    defaults = {field.name: field.default for field in dataclasses.fields(record)}

    for name, node in DEFINITIONS[kind]["properties"].items():
        if "default" in node:
            assert node["default"] == defaults[name]
            if not isinstance(node["default"], bool):
                assert f"Default: {node['default']}." in node["description"]
        else:
            silent = (None, (), dataclasses.MISSING)
            assert defaults.get(name) in silent, name


def test_the_choices_are_the_models():
    assert DEFINITIONS["program"]["properties"]["program_type"]["enum"] == list(model.PROGRAM_TYPES)
    assert DEFINITIONS["project"]["properties"]["visibility"]["enum"] == list(model.VISIBILITIES)
    assert DEFINITIONS["owner"]["enum"] == list(OWNERS)


def test_every_managed_field_can_be_owned():
    owned = DEFINITIONS["ownership"]["properties"]

    assert {kind: set(node["properties"]) for kind, node in owned.items()} == {
        kind: set(fields) for kind, fields in BY_KIND.items()
    }
    for kind, name in DEFAULT_INITIAL:
        assert "Default: initial." in owned[kind]["properties"][name]["description"]


def test_the_policys_defaults_are_the_models():
    policy = DEFINITIONS["policy"]["properties"]
    guards = {name: node["default"] for name, node in DEFINITIONS["guards"]["properties"].items()}

    assert policy["time_zone"]["default"] == Policy().time_zone
    for name in ("calendar_or_name", "named_calendar"):
        weekend = DEFINITIONS[name]["properties"]["weekend"]
        assert weekend["default"] == list(Calendar().weekend)
        assert weekend["items"]["enum"] == list(WEEKDAYS)
    assert guards == dataclasses.asdict(Guards())


def test_editors_find_the_schema():
    root = Path(__file__).resolve().parents[2]
    settings = json.loads((root / ".vscode/settings.json").read_text(encoding="utf-8"))

    ((schema, globs),) = settings["yaml.schemas"].items()
    assert json.loads((root / schema).read_text(encoding="utf-8")) == SCHEMA
    for glob in globs:
        folder, pattern = glob.split("/**/")
        assert (root / folder).is_dir()
        assert pattern in {"*.yaml", "*.yml"}


def test_every_example_in_the_schema_is_valid():
    for node in _nodes(SCHEMA):
        target = {**node, "$defs": DEFINITIONS, "$schema": SCHEMA["$schema"]}
        for example in node.get("examples", []):
            Draft202012Validator(target).validate(example)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for item in node.values():
            yield from _nodes(item)


def task_with(**values: Any) -> dict[str, Any]:
    task = {"external_ref": "A", "name": "a", **values}
    return {"projects": [{"external_ref": "P", "name": "p", "company_name": "c", "tasks": [task]}]}


@pytest.mark.parametrize("ref", ["A\n", "A ", "É", "1A", "", "A" * 65, "A/B", "Ａ"])
def test_a_ref_is_plain_to_its_very_end(ref: str):
    assert not validator().is_valid(task_with(external_ref=ref))
    assert not validator().is_valid(task_with(depends_on_refs=[ref]))


@pytest.mark.parametrize("ref", ["A", "z9", "FIN_CLOSE_T001", "a.b-c_d", "A" * 64, "e5", "NaN"])
def test_refs_as_people_write_them_are_accepted(ref: str):
    assert validator().is_valid(task_with(external_ref=ref))


@pytest.mark.parametrize(
    "name",
    ["", " a", "a ", "a\n", "a\nb", "a\tb", "\u00a0a", "a\x00", "\x7f", "a\u2028b", "a" * 10001],
)
def test_a_name_is_one_trimmed_line(name: str):
    assert not validator().is_valid(task_with(name=name))
    assert not validator().is_valid(task_with(tag_names=[name]))


@pytest.mark.parametrize(
    "name", ["a", "TBWA\\SMP", "月次", "📅", "a" * 10000, "x\u202ey", "<b>=1+1"]
)
def test_a_name_may_hold_any_script_and_sign(name: str):
    assert validator().is_valid(task_with(name=name))


@pytest.mark.parametrize(
    "email",
    [
        "a",
        "a@b",
        "@b.com",
        "a@",
        "a b@c.com",
        "a@b..com",
        "a@-b.com",
        "a@b.com\n",
        "a,b@c.com",
        "<a@b.com>",
    ],
)
def test_what_is_no_e_mail_address_is_refused(email: str):
    assert not validator().is_valid(task_with(assignee_email=email))


@pytest.mark.parametrize("email", ["rey.meran@tbwa-smp.com", "o'neil+x@mail.example.co", "ü@x.ph"])
def test_e_mail_addresses_as_odoo_logins_have_them_are_accepted(email: str):
    assert validator().is_valid(task_with(assignee_email=email))
