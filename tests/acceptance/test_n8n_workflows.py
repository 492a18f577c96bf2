"""What the workflows for n8n say; test_n8n.py has a real n8n carry them out."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from product import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FOLDER = REPOSITORY / "integrations/n8n"
NAMES = ("nightly-shadow.json", "seed-on-demand.json")
ENDPOINTS = {"seed-odoo-finance", "shadow-odoo-finance"}
CREDENTIALS = {
    "httpBearerAuth": "odoo-seed run token",
    "smtp": "odoo-seed mail",
    "httpBasicAuth": "odoo-seed form",
}
TRIGGERS = {"scheduleTrigger", "manualTrigger", "formTrigger"}
KNOWN = TRIGGERS | {
    "set", "httpRequest", "if", "switch", "wait", "emailSend", "stopAndError", "noOp", "stickyNote",
}  # fmt: skip
"""None of them runs code or a program, and all come with n8n."""

ENDS = {"emailSend", "stopAndError", "noOp"}

Nodes = dict[str, dict[str, Any]]


@cache
def workflow(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return told


def nodes(name: str) -> Nodes:
    return {node["name"]: node for node in workflow(name)["nodes"]}


def kind(node: dict[str, Any]) -> str:
    text: str = node["type"]
    return text.removeprefix("n8n-nodes-base.")


def of_kind(name: str, wanted: str) -> list[dict[str, Any]]:
    return [node for node in nodes(name).values() if kind(node) == wanted]


def links(name: str) -> Iterator[tuple[str, int, str]]:
    """Node, number of its output, node that it leads to."""
    for start, outputs in workflow(name)["connections"].items():
        assert outputs.keys() == {"main"}
        for number, ends in enumerate(outputs["main"]):
            for end in ends:
                assert (end["type"], end["index"]) == ("main", 0)
                yield start, number, end["node"]


def reached(name: str, without: Collection[tuple[str, int]] = ()) -> set[str]:
    """What the triggers lead to, when these outputs of nodes are cut off."""
    found = {node["name"] for node in nodes(name).values() if kind(node) in TRIGGERS}
    before = 0
    while len(found) > before:
        before = len(found)
        found |= {
            end for start, at, end in links(name) if start in found and (start, at) not in without
        }
    return found


def texts(value: Any) -> Iterator[str]:
    """All strings of a JSON document, the names of its keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])


def settings(name: str) -> dict[str, Any]:
    rows = nodes(name)["Settings"]["parameters"]["assignments"]["assignments"]
    return {row["name"]: row["value"] for row in rows}


def test_every_file_of_the_folder_is_looked_at() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == ["README.md", *NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_every_node_is_known_and_reached(name: str) -> None:
    told = workflow(name)
    assert {kind(node) for node in told["nodes"]} <= KNOWN
    assert len(nodes(name)) == len(told["nodes"]) == len({node["id"] for node in told["nodes"]})
    notes = {node["name"] for node in of_kind(name, "stickyNote")}
    assert reached(name) == nodes(name).keys() - notes
    assert (told["active"], told["pinData"]) == (False, {})


@pytest.mark.parametrize("name", NAMES)
def test_every_way_leads_on_until_somebody_is_told(name: str) -> None:
    used = {(start, at) for start, at, _ in links(name)}
    ends = {node["name"] for node in nodes(name).values()} - {start for start, _ in used}
    assert {kind(nodes(name)[end]) for end in ends} <= {*ENDS, "stickyNote"}
    for node in nodes(name).values():
        outputs = {"if": 2, "httpRequest": 2}.get(kind(node), 1)  # the second one: its errors
        if kind(node) == "switch":
            outputs = len(node["parameters"]["rules"]["values"]) + 1
        if node["name"] not in ends:
            assert {at for start, at in used if start == node["name"]} == set(range(outputs))


@pytest.mark.parametrize("name", NAMES)
def test_expressions_name_nodes_and_settings_that_are_there(name: str) -> None:
    everything = "\n".join(texts(workflow(name)["nodes"]))
    assert set(re.findall(r"\$\('([^']+)'\)", everything)) <= nodes(name).keys()
    used = re.findall(r"\$\('Settings'\)\.first\(\)\.json\.(\w+)", everything)
    assert set(used) <= settings(name).keys()
    assert "$env" not in everything  # n8n 2 keeps the environment from expressions
    assert everything.count("{{") == everything.count("}}")


@pytest.mark.parametrize("name", NAMES)
def test_requests_carry_the_token_as_a_credential_and_a_key(name: str) -> None:
    methods = []
    for node in of_kind(name, "httpRequest"):
        given = node["parameters"]
        methods.append(given["method"])
        assert given["genericAuthType"] == "httpBearerAuth"
        assert given["options"]["redirect"]["redirect"]["followRedirects"] is False
        assert node["onError"] == "continueErrorOutput"
        headers = given.get("headerParameters", {"parameters": []})["parameters"]
        assert [row["name"] for row in headers] == ["Idempotency-Key"] * (given["method"] == "POST")
    assert sorted(methods) == ["GET", "POST"]
    everything = "\n".join(texts(workflow(name)["nodes"]))
    functions = set(re.findall(r"[a-z]+-odoo-finance", everything))
    assert functions
    assert functions <= ENDPOINTS
    assert "/functions/v1/" in everything


@pytest.mark.parametrize("name", NAMES)
def test_no_secret_and_no_address_of_anyones(name: str) -> None:
    for node in workflow(name)["nodes"]:
        for sort, credential in node.get("credentials", {}).items():
            assert credential.keys() == {"id", "name"}
            assert credential["name"] == CREDENTIALS[sort]
    for text in texts(workflow(name)):
        assert not re.search(r"authorization|password|api_?key|secret", text, re.IGNORECASE)
        for host in re.findall(r"(?:https?://|[\w.]+@)([\w.-]+)", text):
            assert host in {"odoo-seed.example.com", "example.com"}
        # Nothing long and random but the ids that n8n gives to nodes.
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
            assert not re.search(r"[0-9A-Fa-f]{24,}|eyJ[\w-]{10,}", text)


def test_nothing_is_seeded_without_an_approval() -> None:
    name = "seed-on-demand.json"
    assert "Seed" in reached(name)
    assert "Seed" not in reached(name, {("Approved?", 0)})
    assert {start for start, _, end in links(name) if end == "Approved?"} == {"Ask the approver"}
    assert nodes(name)["Ask the approver"]["parameters"]["operation"] == "sendAndWait"
    asks = {
        step: {
            row["name"]: row["value"] for row in found["parameters"]["assignments"]["assignments"]
        }
        for step, found in nodes(name).items()
        if step in {"Compare", "Plan", "Seed"}
    }
    assert {step: (one["function"], one["dry_run"]) for step, one in asks.items()} == {
        "Compare": ("shadow-odoo-finance", False),
        "Plan": ("seed-odoo-finance", True),
        "Seed": ("seed-odoo-finance", False),
    }


def test_the_nightly_one_never_asks_for_a_seed() -> None:
    assert not [text for text in texts(workflow("nightly-shadow.json")) if "seed-odoo" in text]


def test_the_page_names_all_that_is_to_be_set() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    own = {"asker", "target", "projects"}
    wanted = {*NAMES, *CREDENTIALS.values(), *(set().union(*map(settings, NAMES)) - own)}
    assert [word for word in sorted(wanted) if f"`{word}`" not in page] == []
