"""Hostile text in every place: carried to Odoo and back as it is, and shown without harm.

Every value of `hostile` stands in every place that takes it, through YAML, Postgres and Odoo, and
is looked at in every output.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hostile import FROM_ODOO, HARMLESS, LINES, TEXTS, assert_harmless
from product import BOT, PASSWORD, Outcome, Product
from psycopg import sql

from odoo_seed.core.html import to_html
from odoo_seed.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PEOPLE = ["=cmd|'x'!a1@example.com", "www.evil&#64$x$@example.com", "_**`b`**_[x]|\\@example.com"]
MAX_TAG = 500
TWO = ["text", "json"]
ODOO_LIMIT = {"company_name": 10_000, "tag_names": MAX_TAG}
TEXT = {**LINES, **TEXTS}
REFS = {name: f"H{number}" for number, name in enumerate(TEXT)}


def line_of(name: str, longest: int = 10_000) -> str:
    return LINES.get(name, f"Name of {name}")[:longest].strip()


@pytest.fixture
def odoo() -> Iterator[SandboxServer]:
    """An Odoo whose companies and people have hostile names."""
    companies = [line_of(name) for name in TEXT]
    with SandboxServer(login=BOT, password=PASSWORD) as server:
        server.populate(companies, [(email, email, companies) for email in PEOPLE])
        yield server


def project(name: str, ref: str) -> dict[str, Any]:
    """Everything that takes text holds this one value."""
    line, tag = line_of(name), line_of(name, MAX_TAG)
    return {
        "external_ref": ref,
        "program_slug": ref.lower(),
        "name": line,
        "company_name": line,
        "description": TEXT[name],
        "manager_email": PEOPLE[0],
        "tag_names": [tag],
        "stages": [line, "Done"],
        "milestones": [{"external_ref": f"{ref}_M", "name": line}],
        "tasks": [
            {
                "external_ref": f"{ref}_T1",
                "name": line,
                "description": TEXT[name],
                "stage_name": line,
                "tag_names": [tag],
                "assignee_emails": PEOPLE,
                "milestone_external_ref": f"{ref}_M",
            },
            {
                "external_ref": f"{ref}_T2",
                "name": f"T2 {line}"[:10_000],
                "stage_name": "Done",
                "depends_on_refs": [f"{ref}_T1"],
            },
        ],
    }


def write(product: Product, ref: str, body: dict[str, Any]) -> Path:
    """JSON is YAML too; what may not stand in a file as it is stands there escaped."""
    text = re.sub("[\x7f-\x9f\ufeff\ufffe\uffff]", _escaped, json.dumps(body, ensure_ascii=False))
    path = product.file(ref)
    path.write_text(text, encoding="utf-8")
    return path


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


@pytest.fixture
def hostile(product: Product) -> Product:
    """A seed of which every text is hostile, in place of the product's own."""
    for path in product.seed_dir.glob("projects/*"):
        path.unlink()
    for name, ref in REFS.items():
        program = {"slug": ref.lower(), "name": line_of(name, MAX_TAG), "description": TEXT[name]}
        body = {"programs": [program], "projects": [project(name, ref)]}
        write(product, ref, body)
    product.policy("guards: {max_archive_share: 1, max_archive_count: 1000}")
    return product


def look(product: Product, verb: str, *words: str, code: int = 0) -> dict[str, Outcome]:
    """Run a verb in every format it has; each output must be harmless."""
    formats = {
        "validate": ["text", "json", "github"],
        "doctor": ["text", "json"],
        "plan": ["text", "json", "markdown", "comment"],
        "summary": ["text", "json", "markdown", "comment"],
        **dict.fromkeys(("rollback", "clear-refs", "stop", "resume", "remove-schema"), TWO),
    }
    told = {}
    for form in formats.get(verb, ["text", "json", "markdown"]):
        told[form] = done = product.run(verb, *words, "--format", form)
        assert done.code == code, done
        HARMLESS[form](done.out)
        assert_harmless(done.err)
    return told


def everything_in_odoo(product: Product) -> dict[str, Any]:
    """By ref, what Odoo holds of each project and of its parts."""
    user = product.odoo.as_user().call

    def rows(model: str, *fields: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = user(model, "search_read", [], list(fields))
        return found

    def names(model: str) -> dict[int, str]:
        return {row["id"]: row["name"] for row in rows(model, "name")}

    tags, stages, companies = map(names, ("project.tags", "project.task.type", "res.company"))
    held: dict[str, Any] = {}
    refs = {}
    fields = ("x_external_ref", "name", "description", "tag_ids")
    for row in rows("project.project", *fields, "type_ids", "company_id"):
        if row["x_external_ref"] not in REFS.values():
            continue  # an orphan
        refs[row["id"]] = row["x_external_ref"]
        held[row["x_external_ref"]] = {
            "name": row["name"],
            "company": companies[row["company_id"][0]],
            "tags": {tags[tag] for tag in row["tag_ids"]},
            "stages": [stages[stage] for stage in row["type_ids"]],
            "description": row["description"],
        }
    for row in rows("project.milestone", "name", "project_id"):  # only ours have any
        held[refs[row["project_id"][0]]]["milestone"] = row["name"]
    for row in rows("project.task", *fields, "stage_id"):
        held[row["x_external_ref"]] = {
            "name": row["name"],
            "tags": {tags[tag] for tag in row["tag_ids"]},
            "stage": row["stage_id"] and stages[row["stage_id"][0]],
            "description": row["description"],
        }
    return held


def test_every_value_in_every_place_reaches_odoo_unchanged_and_every_output_is_harmless(
    hostile: Product,
) -> None:
    told = look(hostile, "validate")
    assert json.loads(told["json"].out)["ok"]
    hostile.ok("load")
    assert_held_in_database(hostile)
    told = look(hostile, "plan")
    plan = told["json"].json("plan")
    names = {change["external_ref"]: change["name"] for change in plan["changes"]}
    assert {name: names[ref] for name, ref in REFS.items()} == {
        name: line_of(name) for name in TEXT
    }
    assert {line_of(name, MAX_TAG) for name in TEXT} == set(plan["new_tags"])
    done = hostile.run("seed", "--format", "json")
    assert done.json("seed_run")["status"] == "success", done.out[:3000]
    HARMLESS["json"](done.out)
    assert_held_in_odoo(hostile)
    told = look(hostile, "plan")
    assert told["json"].json("plan")["empty"], told["text"].out
    hostile.ok("shadow")
    assert look(hostile, "verify")["json"].json("verify")["verdict"] == "agrees"
    look(hostile, "summary")["json"].json("summary")
    look(hostile, "run")
    assert hostile.writes().count("project.project.create") == 1
    for done in look(hostile, "doctor").values():
        assert done.code == 0
    for words in (["rollback", "last"], ["clear-refs"], ["remove-schema"]):
        look(hostile, *words)  # shown, not done
    for text in TEXT.values():
        if "\0" not in text and text.strip():
            hostile.run("stop", "--yes", "--reason", text[:500])
    for verb in ("stop", "resume"):
        look(hostile, *([verb, "--reason", "x"] if verb == "stop" else [verb]))
    assert_bindings_are_harmless(hostile)


def assert_bindings_are_harmless(product: Product) -> None:
    """Names that Odoo does not have, and databases that are others."""
    with psycopg.connect(product.database_url, autocommit=True) as connection:
        for column in ("partner_name", "analytic_account_name", "odoo_database"):
            connection.execute("delete from ops.odoo_bindings")
            for name, ref in REFS.items():
                query = sql.SQL("insert into ops.odoo_bindings (project, {}) values (%s, %s)")
                connection.execute(query.format(sql.Identifier(column)), [ref, line_of(name)])
            told = look(product, "plan", code=0 if column == "odoo_database" else 1)
            field = "elsewhere" if column == "odoo_database" else "refusals"
            assert len(told["json"].json("plan")[field]) >= len(REFS)


def assert_held_in_database(product: Product) -> None:
    query = (
        "select external_ref, name, company_name, description, tag_names from odoo_seed.projects"
    )
    held = {ref: found for ref, *found in product.rows(query)}
    for name, ref in REFS.items():
        line = line_of(name)
        assert held[ref] == [line, line, TEXT[name], [line_of(name, MAX_TAG)]]


def assert_held_in_odoo(product: Product) -> None:
    held = everything_in_odoo(product)
    for name, ref in REFS.items():
        line, tag = line_of(name), line_of(name, MAX_TAG)
        project, task = held[ref], held[f"{ref}_T1"]
        assert (project["name"], project["company"], project["milestone"]) == (line, line, line)
        assert (project["tags"], project["stages"]) == ({tag}, [line, "Done"])
        assert (task["name"], task["tags"], task["stage"]) == (line, {tag}, line)
        for record in (project, task):
            assert "<script" not in record["description"]
            assert to_html(TEXT[name])[:3] == record["description"][:3]


def test_what_people_wrote_into_odoo_is_shown_without_harm_and_healed(hostile: Product) -> None:
    hostile.ok("load")
    hostile.ok("seed")
    user = hostile.odoo.as_user().call
    values = list({**FROM_ODOO, **LINES}.values())
    for number, ref in enumerate(REFS.values()):
        value = values[number % len(values)]
        tag = user("project.tags", "create", [{"name": f"{value[:400]} theirs"}])
        hostile.change_in_odoo("project.project", ref, name=f"{value} theirs", description=value)
        hostile.change_in_odoo("project.task", f"{ref}_T1", name=value, tag_ids=[(6, 0, tag)])
        orphan = {"name": value, "x_external_ref": f"{value[:200]} {number}"}
        user("project.task", "create", [orphan])
        user("project.project", "create", [orphan])
    again = {"name": "twice", "x_external_ref": f"{REFS['html']}_T2"}
    (twin,) = user("project.task", "create", [again])
    hostile.change_in_odoo("project.project", "H0", date_start="0001-01-01", date="9999-12-31")
    hostile.change_in_odoo("project.task", "H0_T1", date_deadline="0001-01-01 00:00:00")
    hostile.change_in_odoo("project.task", "H1_T1", date_deadline="9999-12-31 23:59:59")
    hostile.ok("shadow")
    found = look(hostile, "verify", code=1)["json"].json("verify")
    assert {finding["action"] for finding in found["findings"]} >= {"drift", "orphan"}
    look(hostile, "plan", code=1)
    look(hostile, "doctor", code=1)
    look(hostile, "summary")
    look(hostile, "run", code=1)  # a ref stands twice
    user("project.task", "unlink", [twin])
    look(hostile, "run", code=1)  # the orphans are left alone
    assert_held_in_odoo(hostile)


def test_what_odoo_says_is_shown_without_harm(hostile: Product) -> None:
    hostile.ok("load")
    others = ("fold", "mentions", "links", "images", "issues", "commits", "formulas", "fence")
    said = [*FROM_ODOO.values(), *(LINES[name] for name in others)]
    for message in said:
        hostile.odoo.trouble(
            "odoo_error", model="project.project", method="create", message=message, times=100
        )
        done = hostile.run("seed", "--project", "H0", "--format", "text")
        assert done.code == 1
        assert_harmless(done.everything)
        look(hostile, "summary")
        hostile.odoo.calm()


def test_a_company_that_is_not_in_odoo_is_named_without_harm(hostile: Product) -> None:
    for name, ref in REFS.items():
        body = project(name, ref) | {"company_name": f"No {line_of(name)}"[:10_000]}
        del body["program_slug"]
        write(hostile, ref, {"projects": [body]})
    hostile.ok("load")
    told = look(hostile, "plan", code=1)
    assert len(told["json"].json("plan")["refusals"]) >= len(REFS)
    look(hostile, "doctor", code=1)
    look(hostile, "run", code=1)


def test_what_cannot_be_carried_is_refused_with_its_place_and_shown_without_harm(
    hostile: Product,
) -> None:
    for number, value in enumerate(
        [*FROM_ODOO.values(), "nul\0", " lead", "trail\u00a0", "\uffff"]
    ):
        body = project("html", "BAD") | {"name": value, "stages": [value], "tag_names": [value]}
        path = write(hostile, f"BAD\u202e{number}\x1b[31m", {"projects": [body]})
        for done in look(hostile, "validate", code=2).values():
            assert re.search(r"BAD\\+u202e", done.out)
        report = json.loads(hostile.run("validate", "--format", "json").out)
        places = {problem["place"] for problem in report["problems"] if problem["remedy"]}
        assert {"projects[0].name", "projects[0].tag_names[0]"} <= places
        path.unlink()


@pytest.mark.parametrize("word", ["\x1b[31m--x", "--\x1b]0;x\x07", "::error::x", "\u202everify"])
def test_what_was_typed_is_told_without_harm(product: Product, word: str) -> None:
    for words in ([word], ["plan", word], ["plan", "--target", word], ["plan", "--format", word]):
        done = product.run(*words)
        assert done.code == 2
        assert_harmless(done.everything)
