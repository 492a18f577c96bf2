"""From YAML text to data and positions."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.documents import Mapping
from odoo_seed.edges.seed_files import yaml_events
from odoo_seed.edges.seed_files.yaml_events import MAX_DEPTH, parse, positions

PRINTABLE = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff"
    ),
    max_size=20,
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | PRINTABLE
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4),
    max_leaves=20,
)


def codes(text: str) -> list[str]:
    return [fault.code for fault in parse(text).faults]


def places(value: Any, pointer: tuple[str | int, ...] = ()) -> Any:
    yield pointer, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*pointer, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*pointer, index))


@given(JSON.filter(lambda value: "<<" not in json.dumps(value)))
def test_json_means_the_same_as_yaml(value: Any):
    parsed = parse(json.dumps(value, ensure_ascii=False))

    assert parsed.faults == []
    assert parsed.root == value


@given(st.dictionaries(PRINTABLE.filter(lambda key: key != "<<"), JSON, min_size=1, max_size=4))
def test_every_value_is_found_where_it_stands(value: dict[str, Any]):
    text = json.dumps(value, ensure_ascii=False, indent=1)
    # Lines as libyaml counts them: it knows three more line ends than JSON has.
    lines = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n").split("\n")
    if "<<" in text or len(lines) != len(text.split("\n")):
        return
    found = positions(text)

    for pointer, item in places(value):
        line, column = found[pointer][1]
        first = json.dumps(item, ensure_ascii=False, indent=1).split("\n")[0]
        assert lines[line - 1][column - 1 :].startswith(first)
        if pointer and isinstance(pointer[-1], str):
            line, column = found[pointer][0]
            key = json.dumps(pointer[-1], ensure_ascii=False)
            assert lines[line - 1][column - 1 :].startswith(key)


def test_a_mapping_remembers_where_its_first_key_stands():
    root = parse("projects:\n  - # close\n    name: x\n    stages: [{name: y}]\n").root

    project = root["projects"][0]
    stage = project["stages"][0]
    assert (root.line, root.column) == (1, 1)
    assert (project.line, project.column) == (3, 5)
    assert (stage.line, stage.column) == (4, 14)
    assert type(stage) is Mapping


def test_columns_count_characters_not_bytes():
    assert positions("{é: 1, 漢字: 2}")["漢字",] == ((1, 8), (1, 12))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        "{a: " * 200_000,
        "- " * 1_000_000 + "a",
        "? " * 1_000_000,
        "\n".join(" " * n + "a:" for n in range(2000)),
    ],
)
def test_a_million_levels_are_refused_at_once(text: str):
    before = time.process_time()

    assert codes(text)[-1] in {"too-deep", "complex-key"}
    assert time.process_time() - before < 2


def test_the_deepest_allowed_nesting_is_read():
    assert codes("[" * MAX_DEPTH + "]" * MAX_DEPTH) == []
    assert codes("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)) == ["too-deep"]


def test_more_values_than_anyone_writes_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(yaml_events, "MAX_VALUES", 100)

    assert codes(f"[{'1,' * 100}]") == []
    assert codes(f"[[{'1,' * 99}], [2]]") == ["too-many-values"]


def test_aliases_are_one_problem_a_file_and_never_expanded():
    laughs = "a: &a [x, x]\n" + "".join(f"b{n}: [{'*a, ' * 100}]\n" for n in range(100))

    (fault,) = parse(laughs).faults

    assert (fault.code, fault.line, fault.column) == ("alias", 2, 6)
    assert "9999 more" in fault.found


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("a: *b\nc: 1\n", {"c": 1}),
        ("*b : 1\nc: 1\n", {"c": 1}),
        ("- *b\n- 1\n", [1]),
        ("a: .inf\nc: 1\n", {"c": 1}),
        ("- .inf\n- 1\n", [1]),
        ("<<: {a: 1}\nc: 1\n", {"c": 1}),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said_to_be(text: str, root: object):
    parsed = parse(text)

    assert parsed.root == root
    assert not parsed.complete
    assert parsed.faults


def test_a_key_given_twice_keeps_its_first_value_and_place():
    text = "a: 1\nb: 2\na: 3\n"

    assert parse(text).root == {"a": 1, "b": 2}
    assert parse(text).dropped == [3]
    assert positions(text)["a",] == ((1, 1), (1, 4))
    (fault,) = parse(text).faults
    assert (fault.line, fault.column, fault.pointer) == (3, 1, ("a",))


def test_a_fault_in_a_value_that_is_dropped_is_still_told():
    assert codes("a: 1\na: {b: 2, b: 3}\n") == ["duplicate-key", "duplicate-key"]


def test_an_alias_may_stand_where_a_key_belongs():
    assert codes("{*a") == ["syntax"]
    assert positions("*a : 1\n")["",] == ((1, 1), (1, 6))


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`#,? \n\t<", max_size=60))
def test_no_text_makes_the_reader_fail(text: str):
    parsed = parse(text)
    positions(text)

    assert parsed.faults or parsed.complete
    for fault in parsed.faults:
        assert fault.line >= 1
        assert fault.column >= 1
        assert fault.found
        assert fault.remedy
