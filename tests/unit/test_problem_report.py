"""What people, programs and GitHub are told."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.model import Program, Project, Seed, Task
from odoo_seed.core.problem_report import (
    problems_as_annotations,
    problems_as_json,
    problems_as_text,
)
from odoo_seed.core.problems import Problem
from odoo_seed.core.quoting import quoted, visible

FOUND = Problem(
    "seed/close.yaml",
    12,
    9,
    "unknown-key",
    'the key "asignee" is not known',
    "did you mean `assignee_email`?",
    ("projects", 0, "tasks", 3, "asignee"),
)
WARNING = Problem("seed/tax.yaml", 3, 5, "half-dates", "no end", "add it", severity="warning")
SEED = Seed((Program("p", "P"),), (Project("P", "P", "C"),), (), (Task("A", "P", "A"),) * 1200)

HOSTILE = st.sampled_from(
    [
        "::error::x",
        "\n::error::x",
        "  ::error::x",
        "\r\n##[error]x",
        "##[set-env name=A]",
        "%0A::x",
        "\x1b[31m",
        "a",
    ]
) | st.text(max_size=20)


def test_the_text_says_where_what_and_what_to_do_and_counts_at_the_end():
    assert problems_as_text([FOUND, WARNING], 12, None) == (
        'seed/close.yaml:12:9: error: the key "asignee" is not known\n'
        "    unknown-key in projects[0].tasks[3].asignee\n"
        "    → did you mean `assignee_email`?\n"
        "\n"
        "seed/tax.yaml:3:5: warning: no end\n"
        "    half-dates\n"
        "    → add it\n"
        "\n"
        "Invalid: 1 error and 1 warning in 12 files.\n"
    )


def test_a_valid_seed_is_counted():
    assert problems_as_text([WARNING], 1, SEED).endswith(
        "Valid: 1 file with 1 program, 1 project, 0 milestones, 1,200 tasks; 1 warning.\n"
    )


def test_the_json_is_whole():
    answer = json.loads(problems_as_json([FOUND], 2, None))

    assert answer == {
        "schema_version": 1,
        "ok": False,
        "files": 2,
        "errors": 1,
        "warnings": 0,
        "records": None,
        "problems": [
            {
                "severity": "error",
                "code": "unknown-key",
                "path": "seed/close.yaml",
                "line": 12,
                "column": 9,
                "pointer": ["projects", 0, "tasks", 3, "asignee"],
                "place": "projects[0].tasks[3].asignee",
                "found": 'the key "asignee" is not known',
                "remedy": "did you mean `assignee_email`?",
            }
        ],
    }
    counted = json.loads(problems_as_json([WARNING], 1, SEED))
    assert counted["ok"] is True
    assert counted["records"] == {"program": 1, "project": 1, "milestone": 0, "task": 1200}


def test_github_gets_annotations_and_then_the_text():
    lines = problems_as_annotations([FOUND, WARNING], 12, None).splitlines()

    assert lines[0] == (
        "::error file=seed/close.yaml,line=12,col=9,title=unknown-key::"
        'the key "asignee" is not known → did you mean `assignee_email`?'
    )
    assert lines[1].startswith("::warning file=seed/tax.yaml,line=3,col=5,title=half-dates::")
    assert "\n".join(lines[2:]) + "\n" == problems_as_text([FOUND, WARNING], 12, None)


def test_only_ten_are_annotated_and_all_of_them_listed():
    many = [Problem("a.yaml", n, 1, "x", f"problem {n}.") for n in range(1, 26)]

    report = problems_as_annotations(many, 1, None)

    assert report.count("::error ") == 10
    assert "15 more errors than GitHub annotates are listed below." in report
    assert all(report.count(f"problem {n}.") == (2 if n <= 10 else 1) for n in range(1, 26))


def test_ten_errors_and_ten_warnings_each_have_their_own_limit():
    many = [
        Problem("a.yaml", n, 1, "x", f"problem {n}.", severity=severity)
        for n in range(1, 13)
        for severity in ("warning", "error")
    ]
    report = problems_as_annotations(many, 1, None)
    assert (report.count("::error "), report.count("::warning ")) == (10, 10)
    assert "2 more warnings than GitHub annotates are listed below." in report


def test_special_characters_are_escaped_as_github_reads_them():
    odd = Problem("a,b:c%.yaml", 1, 1, "x", "50% of a, b: c", "")

    first = problems_as_annotations([odd], 1, None).splitlines()[0]

    assert first == "::error file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=x::50%25 of a, b: c"


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_nothing_foreign_becomes_a_command(path: str, found: str, remedy: str, key: str):
    problem = Problem(path, 1, 1, "unknown-key", found, remedy, ("projects", 0, key))

    ours = ("::error file=", "Invalid: ", "    ", "")
    lines = problems_as_annotations([problem], 1, None).split("\n")
    assert sum(line.startswith("::") for line in lines) == 1
    assert len(lines) <= 8
    for line in lines:
        assert "##[" not in line
        assert line.isprintable()
        assert not line.strip().startswith("::") or line.startswith(ours[0])
    for text in (problems_as_text([problem], 1, None), problems_as_json([problem], 1, None)):
        assert "##[" not in text
        assert not any(line.strip().startswith("::") for line in text.splitlines())
    assert json.loads(problems_as_json([problem], 1, None))["problems"][0]["found"] == found


@given(st.text())
def test_shown_text_prints_and_stays_short(text: str):
    assert visible(text).isprintable()
    assert quoted(text).isprintable()
    assert len(quoted(text)) < 700


def test_shown_text_says_what_it_was():
    assert quoted("a\x00b\u202ec\n") == '"a\\x00b\\u202ec\\n"'
    assert quoted("ü 漢 📅") == '"ü 漢 📅"'
    assert (quoted(True), quoted(None), quoted([1]), quoted(1.5)) == (
        "true",
        "null",
        "a list",
        "1.5",
    )
