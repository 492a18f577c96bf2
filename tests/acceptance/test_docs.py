"""The pages for project managers, reviewers and operators: what they name is there."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
import psycopg
import pytest
import yaml
from product import REPOSITORY
from reader import reader
from readme_block import GUIDES, README

from odoo_seed.shells.cli import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from product import Product

WORKFLOWS = REPOSITORY / ".github/workflows"
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in GUIDES}
LINKING = [
    README,
    REPOSITORY / "CHANGELOG.md",
    REPOSITORY / "integrations/n8n/README.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
]
TWO_SCREENS = 120


def said(name: str) -> list[str]:
    """The code spans of a page, each on one line, without its blocks."""
    text = re.sub(r"```.*?```", "", TEXTS[name], flags=re.DOTALL)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)]


def commands(program: str) -> Iterator[list[str]]:
    for name in TEXTS:
        for span in said(name):
            if span.startswith(f"{program} "):
                yield shlex.split(span)[1:]


@pytest.mark.parametrize("name", TEXTS)
def test_a_page_fits_on_two_screens(name: str) -> None:
    assert len(TEXTS[name].splitlines()) <= TWO_SCREENS


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_page_for_a_reader_is_linked_from_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in TEXTS if f"](docs/{name})" not in text] == []


def test_every_command_of_the_pages_is_one_that_the_product_understands() -> None:
    known = 0
    for words in commands("odoo-seed"):
        if words[0].startswith("--"):
            continue
        command = cli.get_command(click.Context(cli), words[0])
        assert command, words
        with suppress(click.MissingParameter):  # where only the command is named
            command.make_context(words[0], list(words[1:]))
        known += 1
    assert known >= 10


def test_every_option_of_the_pages_belongs_to_a_command() -> None:
    context = click.Context(cli)
    commands = [cli.get_command(context, name) for name in cli.list_commands(context)]
    options = {"--help"} | {
        option
        for command in filter(None, commands)
        for param in command.params
        for option in param.opts
    }
    named = [word for name in TEXTS for word in said(name) if re.fullmatch(r"--[a-z-]+", word)]
    assert set(named) <= options


def test_the_errors_that_are_explained_are_errors_of_the_product() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "tools/odoo_seed").rglob("*.py")
    )
    errors = [
        error
        for row in re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", TEXTS["pm.md"], re.MULTILINE)
        for error in re.findall(r"`([a-z-]+)`", row)
    ]
    assert len(errors) >= 8
    kinds = json.loads((REPOSITORY / "schemas/seed.schema.json").read_text())["$defs"]
    known = {f"bad-{kind}" for kind in kinds} | set(re.findall(r'"([a-z-]+)"', sources))
    assert set(errors) <= known


def test_the_task_that_project_managers_copy_is_valid(product: Product) -> None:
    (task,) = re.findall(r"```yaml\n(.*?)```", TEXTS["pm.md"], re.DOTALL)
    first = task[: task.index("        depends_on_refs")].replace("_T001", "_T000")
    head = "projects:\n  - external_ref: ALPHA\n    name: A\n    company_name: Acme & Sons\n"
    text = f"{head}    tasks:\n{first}{task}"
    product.file("ALPHA").write_text(text, encoding="utf-8")
    assert product.ok("validate").startswith("Valid: ")


def workflow(name: str) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    return content


def test_every_workflow_of_the_pages_takes_what_is_given_to_it() -> None:
    started = list(commands("gh workflow run"))
    assert len(started) >= 3
    for _, _, name, *fields in started:
        inputs = workflow(name)[True]["workflow_dispatch"]["inputs"]  # YAML 1.1: `on` is true
        for field in fields[1::2]:
            key, value = field.split("=", 1)
            assert key in inputs
            assert value in inputs[key].get("options", [value])


def test_the_secrets_and_environments_of_the_operator_are_those_of_the_workflows() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS.glob("*.yml"))
    operator = TEXTS["operator.md"]
    header, *rows = re.findall(r"^\| (.+) \|$", operator.split("2. Give both")[1], re.MULTILINE)
    table = " ".join(row.split(" | ")[0] for row in rows[1:4])
    assert set(re.findall(r"`(\w+)`", table)) == set(re.findall(r"secrets\.(\w+)", sources))
    environments = set(re.findall(r"environment: (\S+)", sources))
    assert set(re.findall(r"`([\w-]+)`", header)) == environments
    for name in re.findall(r"vars\.(\w+)", sources):
        assert f"`{name}`" in operator


def test_the_steps_of_the_operator_are_those_of_the_action() -> None:
    steps = {
        step["name"]
        for step in yaml.safe_load((REPOSITORY / "action.yml").read_text())["runs"]["steps"]
    }
    table = TEXTS["operator.md"].split("| Red |")[1].split("\n\n")[0]
    first = "".join(re.findall(r"^\| (.+?) \|", table, re.MULTILINE))
    named = re.findall(r"\*([A-Z][\w ]+)\*", first)
    assert len(named) >= 8
    assert set(named) <= steps


def test_the_login_of_the_operators_page_plans_as_the_owner_does_and_writes_nothing(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.ok("run")
    product.change_in_odoo("project.task", "B1", name="Theirs")
    product.file("ALPHA").unlink()
    words = ("plan", "--from", "files", "--format", "comment")
    owners = product.run(*words)
    assert "Theirs" in owners.out
    with reader(product.database_url) as url:
        monkeypatch.setenv("SUPABASE_DB_URL", url)
        assert product.run(*words) == owners
        stored = product.run("load")
        assert (stored.code, "Error: " in stored.err) == (1, True)
        with (
            psycopg.connect(url) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("delete from odoo_seed.applied")
