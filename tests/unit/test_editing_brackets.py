"""Changes in YAML that is written in brackets, or unlike most: the exact text that comes out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from test_editing import assert_same, edited, said_by

from odoo_seed.core.model import Milestone, Seed, Task
from odoo_seed.errors import SeedEditError

if TYPE_CHECKING:
    from collections.abc import Callable

P = "projects:\n  - external_ref: P\n    name: Close\n    company_name: ACME\n"
Q = "  - external_ref: Q\n    name: Other\n    company_name: ACME\n"
TWO = "    tasks: [{external_ref: T1, name: One}, {external_ref: T2, name: Two}]  # both\n"
LINES = """\
    tasks:
      - external_ref: T1
        name: One
        tasks:
          - external_ref: T2
            name: Two  # two
            # below two
      # above three
      - external_ref: T3
        name: Three  # three
"""
BRACES = "{projects: [\n  # all\n  {external_ref: P, name: Close, company_name: ACME},\n],\n"
JSON = '{"projects": [{"external_ref": "P", "name": "Close", "company_name": "ACME"}]}'


def new(ref: str, project: str = "P", **values: Any) -> Callable[[Seed], Seed]:
    return lambda now: replace(now, tasks=(*now.tasks, Task(ref, project, "New", **values)))


def with_task(ref: str, **values: Any) -> Callable[[Seed], Seed]:
    def change(now: Seed) -> Seed:
        tasks = (replace(t, **values) if t.external_ref == ref else t for t in now.tasks)
        return replace(now, tasks=tuple(tasks))

    return change


def without(*refs: str) -> Callable[[Seed], Seed]:
    def change(now: Seed) -> Seed:
        return Seed(
            now.programs,
            tuple(item for item in now.projects if item.external_ref not in refs),
            now.milestones,
            tuple(item for item in now.tasks if item.external_ref not in refs),
        )

    return change


def after(text: str, change: Callable[[Seed], Seed]) -> str:
    """The text after a change, which says what is wanted."""
    wanted = change(said_by(text))
    (found,) = edited(text, wanted)
    assert_same(said_by(found), wanted)
    return found


CASES: dict[str, tuple[str, Callable[[Seed], Seed], str]] = {
    "a new task stands behind the others in their brackets": (
        P + TWO,
        new("T3"),
        P + TWO.replace("Two}]", "Two}, {external_ref: T3, name: New}]"),
    ),
    "a new subtask gives a task in braces a list of its own": (
        P + TWO,
        new("T3", parent_external_ref="T1"),
        P + TWO.replace("One}", "One, tasks: [{external_ref: T3, name: New}]}"),
    ),
    "a parent is said by a key where the tasks stand beside each other": (
        P + TWO,
        with_task("T2", parent_external_ref="T1"),
        P + TWO.replace("Two}", "Two, parent_external_ref: T1}"),
    ),
    "the first keys in braces go and come": (
        P + "    tasks: [{deadline: 2026-01-09, external_ref: T1, name: One}]\n",
        with_task("T1", deadline=None, sequence=3),
        P + "    tasks: [{external_ref: T1, name: One, sequence: 3}]\n",
    ),
    "an empty list takes lines and keeps its comment": (
        P + "    tasks: []  # none yet\n",
        new("T1"),
        P + "    tasks:  # none yet\n      - external_ref: T1\n        name: New\n",
    ),
    "a task moves out of brackets to lines": (
        P + TWO + Q,
        with_task("T2", project_external_ref="Q"),
        P + TWO.replace(", {external_ref: T2, name: Two}", "") + Q
        + "    tasks:\n      - {external_ref: T2, name: Two}\n",
    ),
    "a task of several lines in braces moves with all of them": (
        P + "    tasks: [{external_ref: T1, # one\n      name: One,\n\n"
        "      sequence: 3}]  # alone\n" + Q,
        with_task("T1", project_external_ref="Q"),
        P + "    # alone\n" + Q + "    tasks:\n      - {external_ref: T1, # one\n"
        "            name: One,\n\n            sequence: 3}\n",
    ),
    "a task moves into an empty list, whose comment stays": (
        P + TWO + Q + "    tasks: []  # none yet\n",
        with_task("T2", project_external_ref="Q"),
        P + TWO.replace(", {external_ref: T2, name: Two}", "") + Q
        + "    tasks:  # none yet\n      - {external_ref: T2, name: Two}\n",
    ),
    "a subtask moves below the task that follows": (
        P + LINES,
        with_task("T2", parent_external_ref="T3"),
        P + "    tasks:\n      - external_ref: T1\n        name: One\n      # above three\n"
        "      - external_ref: T3\n        name: Three  # three\n        tasks:\n"
        "          - external_ref: T2\n            name: Two  # two\n            # below two\n",
    ),
    "a subtask moves out to the project": (
        P + LINES,
        with_task("T2", parent_external_ref=None),
        P + "    tasks:\n      - external_ref: T1\n        name: One\n      # above three\n"
        "      - external_ref: T3\n        name: Three  # three\n"
        "      - external_ref: T2\n        name: Two  # two\n        # below two\n",
    ),
    "a subtask moves below the subtask right before it": (
        P + "    tasks:\n      - external_ref: T1\n        name: One\n        tasks:\n"
        "          - external_ref: T2\n            name: Two\n"
        "          - external_ref: T3\n            name: Three\n",
        with_task("T3", parent_external_ref="T2"),
        P + "    tasks:\n      - external_ref: T1\n        name: One\n        tasks:\n"
        "          - external_ref: T2\n            name: Two\n            tasks:\n"
        "              - external_ref: T3\n                name: Three\n",
    ),
    "the last project in brackets leaves the brackets and its notes": (
        BRACES + "programs: [{slug: fin, name: Finance}]}\n",
        without("P"),
        "{projects: [] # all\n,\nprograms: [{slug: fin, name: Finance}]}\n",
    ),
    "the last project in lines leaves an empty list and the notes": (
        "# Ours\n" + P.replace("projects:\n", "projects:\n  # all\n"),
        without("P"),
        "# Ours\nprojects: []\n# all\n",
    ),
    "a new task stands as close as the others do": (
        P + "    tasks:\n      - {external_ref: T1, name: One}\n"
        "      - {external_ref: T2, name: Two}\n",
        new("T3"),
        P + "    tasks:\n      - {external_ref: T1, name: One}\n"
        "      - {external_ref: T2, name: Two}\n      - external_ref: T3\n        name: New\n",
    ),
    "a list in lines stays one, with the comments beside it": (
        P + "    tasks:\n      - external_ref: T1\n        name: One\n"
        "        tag_names:  # of the ledger\n          # first\n"
        "          - GL\n          - VAT  # tax\n",
        with_task("T1", tag_names=("VAT", "Close")),
        P + "    tasks:\n      - external_ref: T1\n        name: One\n"
        "        tag_names:  # of the ledger\n"
        "          - VAT  # tax\n          - Close\n          # first\n",
    ),
    "a list in lines stays one": (
        P + "    tag_names:\n    - GL\n    - VAT\n",
        lambda now: replace(now, projects=(replace(now.projects[0], tag_names=("VAT", "yes")),)),
        P + "    tag_names:\n    - VAT\n    - 'yes'\n",
    ),
    "a long text is put in quotes where it would take up a comment behind blank lines": (
        P + "\n\n        # deeper\n",
        lambda now: replace(now, projects=(replace(now.projects[0], description="A\nB\n"),)),
        P + '    description: "A\\nB\\n"\n' + "\n\n        # deeper\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_text_after_a_change(case: str):
    text, change, wanted = CASES[case]

    assert after(text, change) == wanted


JSON_CASES: dict[str, tuple[str, Callable[[Seed], Seed]]] = {
    "new lists": (
        JSON,
        lambda now: replace(
            now, tasks=(Task("T", "P", "yes"),), milestones=(Milestone("M", "P", "End"),)
        ),
    ),
    "an empty list filled": (JSON.replace('"ACME"', '"ACME", "tasks": []'), new("T")),
    "all projects gone": (JSON[:-1] + ', "programs": [{"slug": "f", "name": "F"}]}', without("P")),
    "the end of the text gone": (JSON, without("P")),
}


@pytest.mark.parametrize("case", JSON_CASES)
def test_json_stays_json(case: str):
    text, change = JSON_CASES[case]

    json.loads(after(text, change))


@pytest.mark.parametrize(
    "said",
    [
        "|\n          Look", "|-\n          Look", "|2-\n            Look", "|+\n          Look",
        ">-  # folded\n          Look\n          twice", "|", "|\n          Look\n          ",
        "|\n          Look\n            ",
    ],
)  # fmt: skip
def test_a_long_text_that_ends_the_file_without_a_line_break_stays_the_same(said: str):
    text = (
        f"{P}    tasks:\n      - external_ref: T1\n        name: One\n        description: {said}"
    )

    assert after(text, new("T2")).endswith("\n      - external_ref: T2\n        name: New\n")


@pytest.mark.parametrize(
    ("text", "change", "line"),
    [
        (P + TWO + Q + LINES.replace("T1", "S1").replace("T2", "S2"),
         with_task("T3", project_external_ref="P"), 17),
        (JSON.replace('"ACME"', '"ACME", "tasks": [{"external_ref": "T1", "name": "One", "tasks":'
                      '[\n{"external_ref": "T3", "name": "Three"}]}]'),
         with_task("T3", parent_external_ref=None), 2),
    ],
    ids=["from lines", "within a whole file in brackets"],
)  # fmt: skip
def test_a_move_into_brackets_is_refused_in_words(
    text: str, change: Callable[[Seed], Seed], line: int
):
    with pytest.raises(SeedEditError) as caught:
        edited(text, change(said_by(text)))

    assert str(caught.value).startswith(f"seed.yaml:{line}: task T3 cannot be moved")
    assert "without brackets" in caught.value.remedy
