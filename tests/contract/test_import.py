"""Odoo's own import, as far as a rehearsal uses it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from odoo_seed.errors import OdooAccessError

if TYPE_CHECKING:
    from tests.contract.conftest import World

OPTIONS = {
    "encoding": "utf-7",
    "separator": ",",
    "quoting": '"',
    "has_headers": False,
    "date_format": "%Y-%m-%d",
    "datetime_format": "%Y-%m-%d %H:%M:%S",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "skip": 0,
}


def upload(world: World, model: str, rows: list[list[str]]) -> int:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    vals = {
        "res_model": model,
        "file": text.getvalue().encode("utf-7").decode("ascii"),
        "file_name": "contract.csv",
        "file_type": "text/csv",
    }
    made: int = world.call("base_import.import", "create", [vals])[0]
    return made


def load(
    world: World, model: str, fields: list[str], rows: list[list[str]], **more: Any
) -> dict[str, Any]:
    dryrun = more.pop("dryrun", True)
    headers = more.pop("headers", [])
    options = {**OPTIONS, **more, "has_headers": bool(headers)}
    one = upload(world, model, [headers, *rows] if headers else rows)
    answer: dict[str, Any] = world.call(
        "base_import.import", "execute_import", [one], fields, headers, options, dryrun=dryrun
    )
    return answer


def blamed(answer: dict[str, Any]) -> list[int]:
    return [item["rows"]["from"] for item in answer["messages"] if item["type"] == "error"]


def with_utc(world: World) -> World:
    return world.with_context(**world.context, tz="UTC")


def test_a_dry_run_says_which_ids_it_would_make_and_makes_none(world: World) -> None:
    project = world.project()
    fields = ["id", "name", "project_id/.id", "depend_on_ids/id", "parent_id/id", "user_ids/.id"]
    key, name = world.unique("__import__.x").replace(" ", "_"), world.unique('Zoë 🎉 "x",\ny')
    rows = [
        [f"{key}1", name, str(project), "", "", ""],
        [f"{key}2", name, str(project), f"{key}1", f"{key}1", str(world.person("assignee"))],
        [f"{key}3", name, str(project), f"{key}1,{key}2", "", ""],
    ]
    answer = load(world, "project.task", fields, rows)
    assert answer["messages"] == []
    assert len(answer["ids"]) == 3
    assert world.call("project.task", "search", [("name", "=", name)]) == []
    assert load(world, "project.task", fields, rows)["messages"] == []


def test_without_a_dry_run_the_same_file_stays(world: World) -> None:
    project, name = world.project(), world.unique("Zoë 🎉")
    fields = ["name", "project_id/.id", "date_deadline", "allocated_hours", "priority"]
    rows = [[name, str(project), "2026-01-09 10:00:00", "1,006.5", "1"]]
    answer = load(with_utc(world), "project.task", fields, rows, dryrun=False)
    assert answer["messages"] == []
    row = world.call("project.task", "read", answer["ids"], ["name", "date_deadline",
                     "allocated_hours", "priority", "project_id"], load="")[0]  # fmt: skip
    assert row == {
        "id": answer["ids"][0], "name": name, "date_deadline": "2026-01-09 10:00:00",
        "allocated_hours": 1006.5, "priority": "1", "project_id": project,
    }  # fmt: skip


def test_an_existing_record_is_found_by_its_id_and_an_empty_cell_clears(world: World) -> None:
    project = world.project()
    one, other = world.task(project), world.task(project)
    world.write(one, depend_on_ids=[(6, 0, [other])], allocated_hours=3)
    fields = [".id", "depend_on_ids/.id", "allocated_hours"]
    load(world, "project.task", fields, [[str(one), "", "5"]])
    assert (world.get(one, "depend_on_ids"), world.get(one, "allocated_hours")) == ([other], 3)
    load(world, "project.task", fields, [[str(one), "", "5"]], dryrun=False)
    assert (world.get(one, "depend_on_ids"), world.get(one, "allocated_hours")) == ([], 5)


def test_what_a_cell_names_must_be_there(world: World) -> None:
    project = world.project()
    fields = ["name", "project_id/.id", "parent_id/id", "user_ids/.id", "priority"]
    answer = load(
        world,
        "project.task",
        fields,
        [
            ["a", str(project), "__import__.no_such", "", "1"],
            ["b", "999999999", "", "", "1"],
            ["c", str(project), "", "x", "1"],
            ["d", str(project), "", "", "nine"],
            ["e", str(project), "", "", "1"],
        ],
    )
    told = {(item["rows"]["from"], item["message"], item["field"]) for item in answer["messages"]}
    assert told == {
        (0, "No matching record found for external id '__import__.no_such' in field 'Parent Task'",
         "parent_id"),
        (1, "No matching record found for database id '999999999' in field 'Project'",
         "project_id"),
        (2, "Invalid database id 'x' for the field 'Assignees'", "user_ids"),
        (3, "Value 'nine' not found in selection field 'Priority'", "priority"),
    }  # fmt: skip
    assert answer["ids"] is False
    gone = load(world, "project.task", [".id", "name"], [["999999999", "x"]])
    assert gone["messages"][0]["message"] == "Unknown database identifier '999999999'"


def test_a_project_can_be_made_by_name_for_the_tasks_in_it(world: World) -> None:
    name = world.unique("Stand-in")
    fields, rows = ["name", "project_id"], [["a", name], ["b", name]]
    refused = load(world, "project.task", fields, rows)
    assert blamed(refused) == [0, 1]
    company = world.server.companies["own"]
    ready = world.with_context(**world.context, default_company_id=company)
    answer = load(ready, "project.task", fields, rows, name_create_enabled_fields={"project_id": 1})
    assert answer["messages"] == []
    assert world.call("project.project", "search", [("name", "=", name)]) == []


def test_tags_go_by_name_and_new_ones_are_made(world: World) -> None:
    project, tag = world.project(), world.unique("Tag")
    fields, rows = ["name", "project_id/.id", "tag_ids"], [["a", str(project), f"{tag},{tag}2"]]
    made = {"name_create_enabled_fields": {"tag_ids": True}}
    assert load(world, "project.task", fields, rows, **made)["messages"] == []
    assert world.call("project.tags", "search", [("name", "=like", f"{tag}%")]) == []


def test_a_wrong_row_is_named_with_its_reason(world: World) -> None:
    dates = "The project's start date must be before its end date."
    fields = ["name", "date_start", "date"]
    answer = load(world, "project.project", fields, [["a", "2026-02-01", "2026-01-01"]])
    assert [item["message"].strip("'") for item in answer["messages"]] == [dates]
    answer = load(world, "project.task", ["name", "project_id/.id"], [["", str(world.project())]])
    assert blamed(answer) == [0]
    words = "Missing required value for the field 'Title' (name)"
    assert answer["messages"][0]["message"].startswith(words)


def test_after_a_wrong_row_what_needs_it_is_blamed_too(world: World) -> None:
    project = str(world.project())
    fields = ["id", "name", "project_id/.id", "parent_id/id"]
    key = world.unique("__import__.x").replace(" ", "_")
    rows = [
        [f"{key}1", "right", project, ""],
        [f"{key}2", "", project, f"{key}1"],
        [f"{key}3", "needs the wrong one", project, f"{key}2"],
    ]
    assert blamed(load(world, "project.task", fields, rows)) == [1, 2]


def test_headers_are_remembered_even_by_a_dry_run(world: World) -> None:
    header = world.unique("Header")
    domain = [("column_name", "=", header)]
    load(world, "project.project", ["name"], [["a"]])
    assert world.call("base_import.mapping", "search_count", domain) == 0
    load(world, "project.project", ["name"], [["a"]], headers=[header])
    found = world.call("base_import.mapping", "search", domain)
    assert len(found) == 1
    world.call("base_import.mapping", "unlink", found)


def test_an_import_can_be_emptied_but_not_deleted(world: World) -> None:
    one = upload(world, "project.project", [["a"]])
    with pytest.raises(OdooAccessError, match="delete"):
        world.call("base_import.import", "unlink", [one])
    world.call("base_import.import", "write", [one], {"file": False, "res_model": False})
    assert not world.read("base_import.import", one, "file")


def test_rows_must_be_as_wide_as_the_fields(world: World) -> None:
    fields, rows = ["name", "active"], [["a"]]
    answer = load(world, "project.project", fields, rows)
    if world.protocol == "xmlrpc":
        assert answer is None  # it holds a None, which XML-RPC cannot say
        return
    assert "rows should be of the same size" in answer["messages"][0]["message"]
    assert "rows" not in answer["messages"][0]


def test_people_without_the_right_are_told_by_row(world: World) -> None:
    person = world.as_person("colleague")
    answer = load(person, "project.project", ["name"], [["a"]])
    assert blamed(answer) == [0]
    assert "You are not allowed to create" in answer["messages"][0]["message"]
