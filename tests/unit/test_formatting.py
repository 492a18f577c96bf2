"""`fmt`: one layout for all, and never another meaning, order or a lost comment."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_seed.core.format_report import Reformatted
from odoo_seed.edges.seed_files.formatting.files import reformat
from odoo_seed.edges.seed_files.formatting.layout import lay_out
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.edges.seed_files.text import decode
from odoo_seed.edges.seed_files.yaml_events import parse

REPOSITORY = Path(__file__).parents[2]
VALID = sorted((REPOSITORY / "tests/examples/valid").rglob("*.y*ml"))
TEXTS = [text for text, fault in (decode(path.read_bytes()) for path in VALID) if not fault]
TEXTS = [text for text in TEXTS if not parse(text).faults and parse(text).root]


def meaning(text: str) -> str | None:
    """What our reader makes of a text, to the order of its keys and the kind of its numbers."""
    parsed = parse(text)
    return None if parsed.faults or not isinstance(parsed.root, dict) else json.dumps(parsed.root)


def check(text: str) -> str:
    formatted = lay_out(text)
    assert meaning(formatted) == meaning(text)
    assert lay_out(formatted) == formatted
    assert re.findall(r"# c\d+", formatted) == re.findall(r"# c\d+", text)
    return formatted


# Texts that mean something else when they lose their quotes, their blanks or their lines.
_ODD = st.sampled_from([
    "007", "yes", "null", "2026-01-09", "1e3", "", " ", "a: b", "- a", "#x", "it's", '"', "\\",
    "@a", "TBWA\\SMP", "x # y", "a\nb", "a\n\n\nb\n", "\n\na", "  a\n b\n", "a \n \nb\n\n\n",
    "\ta\n", "a\u2028b", "x" * 90, "word " * 30, "é [ü]", "{", "%",
])  # fmt: skip
_KEY = st.sampled_from(["007", "yes", "a: b", "#x", "it's", "TBWA\\SMP", "[ü", "- a", "{", "%"])
_SCALAR = _ODD | st.text(max_size=12) | st.integers(-99, 99) | st.none() | st.booleans()
_VALUE = st.recursive(
    _SCALAR,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("abcdef") | _KEY, inner, max_size=4)
    ),
    max_leaves=12,
)
_STYLES = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([True, False, None]),
        "default_style": st.sampled_from([None, None, None, "'", '"', "|", ">"]),
        "indent": st.sampled_from([2, 3, 4]),
        "width": st.sampled_from([20, 80, 9999]),
        "explicit_start": st.booleans(),
        "explicit_end": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n", "\r"]),
        "allow_unicode": st.booleans(),
    }
)
_SPRINKLES = st.lists(
    st.tuples(
        st.sampled_from(["own", "own", "behind", "break", "blank", "blanks", "dedent"]),
        st.integers(0, 10_000),
        st.integers(0, 9),
    ),
    max_size=12,
)


def sprinkled(text: str, sprinkles: list[tuple[str, int, int]]) -> str:
    """Comments, blanks and line breaks wherever they leave the meaning as it is."""
    before = meaning(text)
    for number, (kind, where, width) in enumerate(sprinkles):
        changed = _with_one(text, kind, where, width, f"# c{number}")
        if meaning(changed) == before:
            text = changed
    # The numbers then run as the comments do.
    numbers = iter(range(1000))
    return re.sub(r"# c\d+", lambda _found: f"# c{next(numbers)}", text)


def _with_one(text: str, kind: str, where: int, width: int, comment: str) -> str:
    if kind in {"own", "behind", "dedent"}:
        lines = text.split("\n")
        at = where % len(lines)
        if kind == "own":
            lines.insert(at, " " * width + comment)
        elif kind == "behind":
            lines[at] += " " * (width % 3 + 1) + comment
        else:
            lines[at] = lines[at].lstrip(" ")
        return "\n".join(lines)
    places = [found.end() for found in re.finditer(r"[-:,?\[\]{}\n ]", text)] or [0]
    at = places[where % len(places)]
    inserted = {"break": f" {comment}\n" + " " * width, "blank": "\n\n", "blanks": " " * width}
    return text[:at] + inserted[kind] + text[at:]


FORMS = {
    "two blanks a level, lists below their key": (
        "a:\n    b:\n    - 1\n    -   c: 2\n        d: 3\n",
        "a:\n  b:\n    - 1\n    - c: 2\n      d: 3\n",
    ),
    "one blank around what stands on a line": (
        "a:    1\nb:   {x:   1 ,  y : [ 1,2 ],z}\nc:\t3   \n",
        "a: 1\nb: {x: 1, y: [1, 2], z: null}\nc: 3\n",
    ),
    "values stand behind their key and dash": (
        "a:\n  1\nb:\n  -\n    c: 1\n", "a: 1\nb:\n  - c: 1\n",
    ),
    "one blank line at most, none at either end or below a key": (
        "\n\na: 1\n\n\n\nb:\n\n  - 1\n\n  - 2\n\n\n", "a: 1\n\nb:\n  - 1\n\n  - 2\n",
    ),
    "line ends are LF, and the last line has one": ("a: 1\r\nb: 2", "a: 1\nb: 2\n"),
    "two blanks before a comment": ("a: 1 # c1\nb: # c2\n - 1\n", "a: 1  # c1\nb:  # c2\n  - 1\n"),
    "a comment moves with what it stands at": (
        "a:\n- b: 1\n  # c1\n# c2\n- b: 2\n  # c3\n# c4\nd: 1\n",
        "a:\n  - b: 1\n    # c1\n  # c2\n  - b: 2\n    # c3\n# c4\nd: 1\n",
    ),
    "records in comments stay below their key": ("a:\n    # c1\nb: 1\n", "a:\n  # c1\nb: 1\n"),
    "brackets that fit are on one line": ("a: [\n  x,\n  y\n]\n", "a: [x, y]\n"),
    "brackets that do not fit become lines": (
        f"a: [{'x' * 50}, {{b: 1}}, {'y' * 50}]\n",
        f"a:\n  - {'x' * 50}\n  - {{b: 1}}\n  - {'y' * 50}\n",
    ),
    "brackets with comments become lines": (
        "a: [x, # c1\n  y] # c2\nb: {x: 1, # c3\n  y: 2}\n",
        "a:\n  - x  # c1\n  - y  # c2\nb:\n  x: 1  # c3\n  y: 2\n",
    ),
    "double quotes become single ones, unless they are needed": (
        """a: "007"\nb: "it's"\nc: "\\t"\nd: 'x'\n""", """a: '007'\nb: "it's"\nc: "\\t"\nd: 'x'\n"""
    ),
    "quotes and words of YAML stay": (
        "a: 'yes'\nb: '2026-01-09'\nc: ~\nd: 0x1F\n", "a: 'yes'\nb: '2026-01-09'\nc: ~\nd: 0x1F\n",
    ),
    "long texts keep their lines": (
        "a: |\n      x\n        y\n\n\nb: >-  # c1\n    x\n    y\nc: x\n     y\n",
        "a: |\n  x\n    y\n\nb: >-  # c1\n  x\n  y\nc: x\n  y\n",
    ),
    "blanks in a long text stay": (
        "a: |\n   x  \n     \nb: |2\n     x\n", "a: |\n  x  \n    \nb: |2\n     x\n",
    ),
    "a long text at the end without a line end": ("a: |\n    x", "a: |-\n  x\n"),
    "JSON stays JSON": ('{"a":1,"b":["x"]}', '{"a": 1, "b": ["x"]}\n'),
    "long JSON stays JSON": (
        f'{{"a":[{{"b":"{"x" * 99}"}},null]}}',
        f'{{\n  "a": [\n    {{\n      "b": "{"x" * 99}"\n    }},\n    null\n  ]\n}}\n',
    ),
    "the markers of a document stay": ("---\na: 1\n...\n", "---\na: 1\n...\n"),
    "a key behind ? is a key": ("? a # c1\n: 1\n", "a:  # c1\n  1\n"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_canonical_form(form: str):
    text, formatted = FORMS[form]

    assert check(text) == formatted


@settings(max_examples=400)
@given(
    st.dictionaries(st.sampled_from("abcdef"), _VALUE, min_size=1, max_size=4), _STYLES, _SPRINKLES
)
def test_any_document_keeps_its_meaning_and_its_comments(
    data: dict[str, object], style: dict[str, object], sprinkles: list[tuple[str, int, int]]
):
    text = yaml.dump(data, sort_keys=False, **style)
    if meaning(text) is not None:
        check(sprinkled(text, sprinkles))


@settings(max_examples=200)
@given(st.sampled_from(TEXTS), _SPRINKLES)
def test_any_seed_keeps_its_meaning_and_its_comments(
    text: str, sprinkles: list[tuple[str, int, int]]
):
    check(sprinkled(text, sprinkles))


SOUND = (REPOSITORY / "tests/examples/valid/every_key/seed.yaml").read_bytes()
_DAMAGE = st.binary(max_size=6) | st.sampled_from(
    [b"- ", b"\n  ", b": ", b"? ", b"[", b"}", b"{", b",", b"|", b">2+ # x\n", b"#", b"\n\n", b"\t",
     b'"', b"'", b"---\n", b"...\n", b"%YAML 1.2\n", b"\r", "\x85".encode(), "\u2028".encode()]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.tuples(st.integers(0, len(SOUND)), st.integers(0, 30), _DAMAGE), max_size=4))
def test_no_damage_to_a_file_makes_the_formatter_fail(damages: list[tuple[int, int, bytes]]):
    content = SOUND
    for start, length, inserted in damages:
        content = content[:start] + inserted + content[start + length :]

    done = reformat("seed.yaml", content)

    if isinstance(done, Reformatted):
        formatted = "\n".join([*done.after, ""]).encode()
        assert read_file("seed.yaml", formatted).lost == read_file("seed.yaml", content).lost
    else:
        assert all(problem.found and problem.remedy for problem in done)
