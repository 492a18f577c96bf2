"""Reading: domains, orders, archived records, x2many, groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contract.conftest import World


@pytest.fixture
def three(world: World) -> dict[str, int]:
    """Tasks a and b, and c which depends on both and is assigned."""
    project = world.project(name="search me")
    a = world.task(project, name="a", sequence=1, date_deadline="2026-01-09 10:00:00")
    b = world.task(project, name="b", sequence=2, x_external_ref="")
    c = world.task(
        project, name="c", sequence=3, priority="1", x_external_ref=f"REF{a}", parent_id=a,
        depend_on_ids=[(6, 0, [a, b])], user_ids=[(6, 0, [world.person("assignee")])],
    )  # fmt: skip
    return {"project": project, "a": a, "b": b, "c": c}


def names(world: World, three: dict[str, int], domain: list[Any]) -> str:
    known = {key: value for key, value in three.items() if len(key) == 1}
    every = ["&", ("id", "in", list(known.values())), *domain] if domain else []
    found = world.call("project.task", "search", every, order="id")
    return "".join(key for key, value in known.items() if value in found)


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ([("name", "=", "a")], "a"),
        ([("name", "!=", "a")], "bc"),
        ([("name", "in", ["a", "b"])], "ab"),
        ([("name", "not in", ["a"])], "bc"),
        ([("name", "like", "A")], ""),
        ([("name", "ilike", "A")], "a"),
        ([("name", "not ilike", "A")], "bc"),
        ([("name", "=like", "a%")], "a"),
        ([("name", "=ilike", "A")], "a"),
        ([("name", "=?", False)], "abc"),
        ([("sequence", "<", 2)], "a"),
        ([("sequence", "<=", 2)], "ab"),
        ([("sequence", ">", 2)], "c"),
        ([("sequence", ">=", 2)], "bc"),
        ([("date_deadline", "<", "2026-01-10")], "a"),
        ([("date_deadline", ">=", "2026-01-09 10:00:00")], "a"),
        ([("date_deadline", "=", False)], "bc"),
        ([("x_external_ref", "=", False)], "ab"),
        ([("x_external_ref", "=", "")], "ab"),
        ([("x_external_ref", "!=", False)], "c"),
        ([("x_external_ref", "!=", "other")], "abc"),
        ([("x_external_ref", "not in", [False, ""])], "c"),
        ([("x_external_ref", "not in", ["other"])], "abc"),
        ([("x_external_ref", "in", ["other", False])], "ab"),
        ([("x_external_ref", "=like", "REF%")], "c"),
        ([("parent_id", "=", False)], "ab"),
        ([("parent_id", "!=", False)], "c"),
        ([("parent_id.name", "=", "a")], "c"),
        ([("parent_id", "=", "a")], "c"),
        ([("project_id.name", "=", "search me")], "abc"),
        ([("project_id", "ilike", "SEARCH")], "abc"),
        ([("user_ids", "=", False)], "ab"),
        ([("user_ids", "!=", False)], "c"),
        ([("user_ids.name", "=", "assignee")], "c"),
        ([("depend_on_ids", "!=", False)], "c"),
        ([("depend_on_ids.name", "=", "b")], "c"),
        ([("depend_on_ids", "any", [("name", "=", "b")])], "c"),
        ([("priority", "=", "1")], "c"),
        ([("state", "in", ["01_in_progress", "1_done"])], "abc"),
        ([("active", "=", True)], "abc"),
        (["|", ("name", "=", "a"), ("name", "=", "c")], "ac"),
        (["!", ("name", "=", "a")], "bc"),
        (["&", ("name", "=", "a"), ("sequence", "=", 1)], "a"),
        (["!", "|", ("name", "=", "a"), ("name", "=", "b")], "c"),
        ([(1, "=", 1)], "abc"),
        ([(0, "=", 1)], ""),
    ],
)
def test_domains(world: World, three: dict[str, int], domain: list[Any], found: str) -> None:
    assert names(world, three, domain) == found


def test_domains_by_id(world: World, three: dict[str, int]) -> None:
    a, b, assignee = three["a"], three["b"], world.person("assignee")
    assert names(world, three, [("id", ">", a)]) == "bc"
    assert names(world, three, [("id", "child_of", a)]) == "ac"
    assert names(world, three, [("parent_id", "child_of", a)]) == "ac"
    assert names(world, three, [("project_id", "in", [three["project"], False])]) == "abc"
    assert names(world, three, [("depend_on_ids", "in", [b])]) == "c"
    assert names(world, three, [("depend_on_ids", "not in", [b])]) == "ab"
    assert names(world, three, [("dependent_ids", "=", three["c"])]) == "ab"
    assert names(world, three, [("user_ids", "in", assignee)]) == "c"


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("name", "abc"), ("name desc", "cba"), ("sequence, id desc", "abc"), ("id desc", "cba"),
        ("priority desc, name", "cab"), ("date_deadline, id", "abc"),
        ("date_deadline desc, id", "bca"), ("project_id, id desc", "cba"), (None, "cab"),
    ],
)  # fmt: skip
def test_orders(world: World, three: dict[str, int], order: str | None, found: str) -> None:
    options = {"order": order} if order else {}
    ids = [three[key] for key in "abc"]
    rows = world.call("project.task", "search_read", [("id", "in", ids)], ["name"], **options)
    assert "".join(row["name"] for row in rows) == found


@pytest.mark.parametrize(
    ("arguments", "name", "words"),
    [
        ({"domain": [("nowhere", "=", 1)]}, "ValueError", ["Invalid field"]),
        ({"domain": [("name", "~", "a")]}, "ValueError", ["Invalid leaf", "Invalid operator"]),
        (
            {"domain": ["&", ("id", "=", 1)]},
            "ValueError", ["is syntactically not correct", "malformed domain"],
        ),
        ({"domain": [], "order": "nowhere"}, "ValueError", ["Invalid field"]),
        ({"domain": [], "order": "user_ids"}, "ValueError", ["Cannot convert"]),
        (
            {},
            "TypeError",
            ["missing 1 required positional argument: 'domain'",
             "missing a required argument: 'domain'"],
        ),
    ],
)  # fmt: skip
def test_senseless_searches_are_refused(
    world: World, arguments: dict[str, Any], name: str, words: list[str]
) -> None:
    with world.refused(f"builtins.{name}", *words):
        world.call("project.task", "search", **arguments)


def test_limit_and_offset(world: World, three: dict[str, int]) -> None:
    domain = [("project_id", "=", three["project"])]
    page = world.call("project.task", "search", domain, order="id", limit=1, offset=1)
    assert page == [three["b"]]
    assert world.call("project.task", "search_count", domain) == 3
    assert world.call("project.task", "search_count", domain, limit=2) == 2


def test_archived_records_hide_unless_asked_for(world: World, three: dict[str, int]) -> None:
    world.write(three["a"], active=False)
    plain = world.with_context()
    assert names(plain, three, [("name", "!=", "x")]) == "bc"
    assert names(world, three, [("name", "!=", "x")]) == "abc"
    assert names(plain, three, [("active", "=", False)]) == "a"
    assert names(plain, three, [("active", "in", [True, False])]) == "abc"
    assert plain.get(three["c"], "depend_on_ids") == [three["b"]]
    assert set(world.get(three["c"], "depend_on_ids")) == {three["a"], three["b"]}


def test_search_read_hides_archived_dependencies_even_when_asked_for(
    world: World, three: dict[str, int]
) -> None:
    world.write(three["a"], active=False)
    domain = [("id", "in", [three["a"], three["c"]])]
    rows = world.call("project.task", "search_read", domain, ["depend_on_ids"], order="id")
    assert [row["id"] for row in rows] == [three["a"], three["c"]]
    assert rows[1]["depend_on_ids"] == [three["b"]]


def test_a_task_of_an_archived_project_is_found_through_it(
    world: World, three: dict[str, int]
) -> None:
    world.write_project(three["project"], active=False)
    plain = world.with_context()
    condition = [("active", "in", [True, False])]
    assert names(plain, three, ["&", ("project_id.name", "=", "search me"), *condition]) == "abc"


def test_assignees_show_even_when_archived(world: World, three: dict[str, int]) -> None:
    person = world.person("assignee")
    world.call("res.users", "write", [person], {"active": False})
    assert world.with_context().get(three["c"], "user_ids") == [person]
    world.call("res.users", "write", [person], {"active": True})


def test_x2many_values_come_in_the_order_of_their_model(
    world: World, three: dict[str, int]
) -> None:
    tags = world.call("project.tags", "create", [{"name": world.unique(x)} for x in "zym"])
    people = [world.person("manager"), world.person("assignee")]
    world.write(three["c"], tag_ids=[(6, 0, tags)], user_ids=[(6, 0, people)])
    assert world.get(three["c"], "tag_ids") == tags[::-1]
    assert world.get(three["c"], "user_ids") == people[::-1]
    assert world.get(three["c"], "depend_on_ids") == [three["a"], three["b"]]
    world.call("project.tags", "unlink", tags)


@pytest.mark.parametrize(
    ("commands", "found"),
    [
        ([(4, "b")], "ab"), ([(4, "b", 0)], "ab"), ([(3, "a")], ""), ([(3, "b")], "a"),
        ([(5,)], ""), ([(5, 0, 0)], ""), ([(6, 0, ["b"])], "b"), ([(5, 0, 0), (4, "b")], "b"),
        (["b"], "b"), ([], "a"), (False, ""), ([(2, "a")], ""), ([(1, "a", {"name": "a"})], "a"),
    ],
)  # fmt: skip
def test_commands(world: World, three: dict[str, int], commands: Any, found: str) -> None:
    def resolve(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [resolve(item) for item in value]
        return three.get(value, value) if isinstance(value, str) else value

    task = world.task(three["project"], depend_on_ids=[(4, three["a"])])
    world.write(task, depend_on_ids=resolve(commands))
    assert set(world.get(task, "depend_on_ids")) == {three[key] for key in found}


def test_children_can_be_created_by_command(world: World, three: dict[str, int]) -> None:
    vals = {"name": "kid", "project_id": three["project"], "user_ids": []}
    world.write(three["b"], child_ids=[(0, 0, vals)])
    (kid,) = world.get(three["b"], "child_ids")
    assert world.get(kid, "parent_id") == three["b"]


def test_read_leaves_out_what_does_not_exist_and_keeps_the_order(
    world: World, three: dict[str, int]
) -> None:
    ids = [three["c"], 99999999, three["a"]]
    rows = world.call("project.task", "read", ids, ["name"])
    assert [row["id"] for row in rows] == [three["c"], three["a"]]
    assert world.call("project.task", "read", [], ["name"]) == []


def test_load_decides_whether_names_come_along(world: World, three: dict[str, int]) -> None:
    read = world.call("project.task", "read", [three["c"]], ["parent_id", "stage_id"])[0]
    assert (read["parent_id"], read["stage_id"]) == ([three["a"], "a"], False)
    assert world.get(three["c"], "parent_id") == three["a"]


def test_tags_know_no_load(world: World) -> None:
    with world.refused("builtins.TypeError", "unexpected keyword argument 'load'"):
        world.call("project.tags", "search_read", [], ["name"], load="")


def test_duplicate_refs_show_in_read_group(world: World, three: dict[str, int]) -> None:
    world.write([three["a"], three["b"]], x_external_ref="TWICE")
    groups = world.call(
        "project.task", "read_group", [("project_id", "=", three["project"])],
        ["x_external_ref"], ["x_external_ref"], lazy=False,
    )  # fmt: skip
    counts = {group["x_external_ref"]: group["__count"] for group in groups}
    assert counts == {"TWICE": 2, f"REF{three['a']}": 1}


def test_read_group_sums_and_names(world: World, three: dict[str, int]) -> None:
    world.write([three["a"], three["b"]], allocated_hours=1.5)
    (group,) = world.call(
        "project.task", "read_group", [("project_id", "=", three["project"])],
        ["allocated_hours:sum"], ["project_id"],
    )  # fmt: skip
    assert group["project_id"] == [three["project"], "search me"]
    assert (group["project_id_count"], group["allocated_hours"]) == (3, 3.0)


def test_name_search_finds_by_part(world: World, three: dict[str, int]) -> None:
    found = world.call("project.project", "name_search", "SEARCH", [["id", "=", three["project"]]])
    assert found == [[three["project"], "search me"]]
