"""Changes in the YAML: what is wanted stands there, and all else is as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from test_formatting import _SPRINKLES, sprinkled

from odoo_seed.core.documents import Document
from odoo_seed.core.model import Milestone, Program, Project, Seed, Stage, Task
from odoo_seed.core.record_keys import DERIVED, KEYS, keys_of, same_record
from odoo_seed.core.templates import expand
from odoo_seed.edges.seed_files.editing.changes import Changes, by_key
from odoo_seed.edges.seed_files.editing.files import EditedFile
from odoo_seed.edges.seed_files.formatting.events import comments_of
from odoo_seed.edges.seed_files.formatting.files import reformat
from odoo_seed.edges.seed_files.formatting.layout import with_line_feeds
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.errors import SeedEditError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.live import Key

_NAMES = st.sampled_from([
    "Close", "yes", "007", "a: b", "# x", "it's", "TBWA\\SMP", "[x", "- a", "null", "2026-01-09",
    "é", "x # y", "{", "%", "1e3", "a, b", "🙂", "'", '"',
])  # fmt: skip
_TEXTS = st.none() | st.sampled_from([
    "", "One line", "Two\nlines", "A list\n\n- a\n- b\n", "  indented\n", "end\n\n\n", "\n",
    "x \n y", "tab\there", "# no comment\n# at all\n", "a\u2028b", "  \n\n x",
])  # fmt: skip
_LISTS = st.none() | st.lists(_NAMES, max_size=4, unique=True).map(tuple)
_MAILS = st.none() | st.lists(st.sampled_from(["a@x.ph", "b@x.ph", "c@x.ph"]), unique=True).map(
    tuple
)
_DAYS = st.none() | st.sampled_from([date(2026, 1, 9), date(2026, 12, 31)])
_STAGES = st.none() | st.lists(
    st.builds(Stage, _NAMES, st.booleans()), max_size=3, unique_by=lambda stage: stage.name
).map(tuple)
_PROJECT = {
    "name": _NAMES, "company_name": _NAMES, "description": _TEXTS, "visibility":
    st.sampled_from(["followers", "employees"]), "allow_dependencies": st.booleans(),
    "date_start": _DAYS, "tag_names": _LISTS, "stages": _STAGES, "is_active": st.booleans(),
    "program_slug": st.none() | st.just("fin"), "manager_email": st.none() | st.just("a@x.ph"),
}  # fmt: skip
_TASK = {
    "name": _NAMES, "description": _TEXTS, "stage_name": st.sampled_from(["To Do", "Done"]),
    "tag_names": _LISTS, "assignee_emails": _MAILS, "planned_hours":
    st.none() | st.sampled_from([0.0, 6.0, 0.5]), "sequence": st.none() | st.integers(0, 20),
    "deadline": st.none() | st.sampled_from(["2026-01-09", "2026-01-09T15:00"]),
    "priority": st.none() | st.just("high"), "is_active": st.booleans(),
    "depends_on_refs": st.none() | st.lists(st.sampled_from(["T1", "X"]), unique=True).map(tuple),
    "previous_refs": st.sampled_from([(), ("OLD",)]),
}  # fmt: skip


class _Blocks(yaml.SafeDumper):
    """Texts of several lines as people write them."""


_Blocks.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)
_DUMPS = st.fixed_dictionaries(
    {
        "Dumper": st.sampled_from([yaml.SafeDumper, _Blocks, _Blocks]),
        "default_flow_style": st.sampled_from([True, False, False, None]),
        "indent": st.sampled_from([2, 4]),
        "width": st.sampled_from([30, 9999]),
        "explicit_start": st.booleans(),
        "explicit_end": st.booleans(),
        "line_break": st.sampled_from(["\n", "\n", "\r\n", "\r"]),
        "allow_unicode": st.booleans(),
    }
)


def dumped(seed: Seed, nested: set[str], style: dict[str, Any]) -> str:
    text: str = yaml.dump(as_data(seed, nested), sort_keys=False, **style)
    return text


@st.composite
def _seeds(draw: st.DrawFn, before: Seed | None = None) -> Seed:
    """A seed of up to two projects; with `before`, one in which much is still the same."""
    old = by_key(before or Seed())

    def values(key: Key, strategies: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
        was = old.get(key)
        changed = (
            draw(st.sets(st.sampled_from(sorted(strategies)), max_size=2)) if was else strategies
        )
        return {
            name: draw(strategy) if name in changed else getattr(was, name)
            for name, strategy in sorted(strategies.items())
        }

    programs = (Program("fin", draw(_NAMES)),)
    projects, milestones, tasks = [], [], []
    for project in ("P", "Q")[: draw(st.integers(1, 2))]:
        projects.append(Project(project, **values(("project", project), _PROJECT)))
        for number in range(draw(st.integers(0, 2))):
            ref = f"{project}_M{number}"
            milestones.append(Milestone(ref, project, draw(_NAMES), draw(_DAYS)))
    refs = draw(st.lists(st.sampled_from([f"T{n}" for n in range(7)]), unique=True))
    for place, ref in enumerate(refs):
        project = draw(st.sampled_from(projects)).external_ref
        parent = draw(st.none() | st.sampled_from(refs[:place])) if place else None
        parent = parent if draw(st.booleans()) else None
        tasks.append(Task(ref, project, parent_external_ref=parent, **values(("task", ref), _TASK)))
    return Seed(programs, tuple(projects), tuple(milestones), tuple(tasks))


def as_data(seed: Seed, nested: set[str]) -> dict[str, Any]:
    """What YAML says; subtasks of `nested` parents stand below them, the others beside them."""
    projects = {item.external_ref: keys_of(item) | {"milestones": []} for item in seed.projects}
    for item in seed.milestones:
        projects[item.project_external_ref]["milestones"].append(keys_of(item))  # type: ignore[union-attr]  # a list
    tasks: dict[str, Any] = {item.external_ref: keys_of(item) for item in seed.tasks}
    for task in seed.tasks:
        parent = next((t for t in seed.tasks if t.external_ref == task.parent_external_ref), None)
        owner: Any = projects[task.project_external_ref]
        same = parent and parent.project_external_ref == task.project_external_ref
        if parent and same and parent.external_ref in nested:
            owner = tasks[parent.external_ref]
            del tasks[task.external_ref]["parent_external_ref"]
        owner.setdefault("tasks", []).append(tasks[task.external_ref])
    for project in projects.values():
        if not project["milestones"]:
            del project["milestones"]
    return {
        "programs": [keys_of(item) for item in seed.programs],
        "projects": list(projects.values()),
    }


def said_by(*texts: str) -> Seed:
    documents = []
    for number, text in enumerate(texts):
        found = read_file(f"{number}.yaml", text.encode())
        assert found.problems == []
        assert isinstance(found.document, Document)
        documents.append(found.document)
    return expand(documents).content.seed


def edited(text: str, wanted: Seed) -> list[str]:
    file = EditedFile(Path("seed.yaml"), "seed.yaml", text.encode(), text)

    def new_file(ref: str, folder: str) -> EditedFile:
        return EditedFile(Path(folder, f"{ref}.yaml"), f"{ref}.yaml", None)

    done = Changes(said_by(text), wanted, {"seed.yaml": file}, new_file).run()
    return [item.text for item in done]


def assert_same(found: Seed, wanted: Seed) -> None:
    one, other = by_key(found), by_key(wanted)
    assert one.keys() == other.keys()
    for key, record in one.items():
        assert same_record(record, other[key]), (record, other[key])


def comments_that_stay(text: str, wanted: Seed) -> Counter[str]:
    """All comments but those in the lines of records that are gone."""
    file = EditedFile(Path("s"), "s", None, text)
    kept = by_key(wanted)
    text_of = file.places
    gone = [
        text_of.at(pointer[:-1]).entries[int(pointer[-1])]
        for key, pointer in file.pointers().items()
        if key not in kept
    ]
    return Counter(
        note
        for place, note in text_of.comments
        if not any(
            text_of.line_start(entry.start) <= place < text_of.line_end(entry.value.end)
            for entry in gone
        )
    )


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.data(), _DUMPS, _SPRINKLES)
def test_any_change_of_any_commented_yaml_says_what_is_wanted_and_loses_no_comment(
    data: st.DataObject, style: dict[str, Any], sprinkles: list[tuple[str, int, int]]
):
    before = data.draw(_seeds())
    nested = data.draw(st.sets(st.sampled_from([f"T{n}" for n in range(7)])))
    text = dumped(before, nested, style)
    if read_file("seed.yaml", text.encode()).problems:
        return  # PyYAML writes what YAML 1.2 reads otherwise
    text = sprinkled(text, sprinkles)
    wanted = data.draw(_seeds(said_by(text)))

    try:
        texts = edited(text, wanted)
    except SeedEditError:  # a list in brackets takes up no lines
        assert any("[{" in line for line in text.splitlines())
        return

    assert_same(said_by(*texts), wanted)
    lost = comments_that_stay(text, wanted) - Counter(
        note for each in texts for note in comments_of(with_line_feeds(each))
    )
    assert not lost


SEED = """\
# Owned by Grace.
programs:
  - {slug: fin, name: Finance}
projects:
  - program_slug: fin  # agreed
    external_ref: P
    name: "Close"
    company_name: TBWA\\SMP
    tasks:
      # Preparation
      - external_ref: T1
        name: Bank   # both banks
        assignee_email: a@x.ph
        deadline: 2026-01-09  # BIR
        tag_names: [GL, # ledger
          Month-end] # end

      - external_ref: T2
        name: Review
        description: |  # for the reviewer
          Look.
        depends_on_refs:
          - T1  # first
        # tasks:
        #   - later

# The end.
"""


def changed(**values: Any) -> str:
    """The text after T1 got other values, from the first line that differs to the last."""
    now = said_by(SEED)
    tasks = (replace(now.tasks[0], **values), now.tasks[1])
    after = edited(SEED, replace(now, tasks=tasks))[0]
    old, new = SEED.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old.pop(0), new.pop(0)
    while old and new and old[-1] == new[-1]:
        old.pop(), new.pop()
    return "\n".join(line[8:] for line in new)


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "another value keeps the comment beside it":
        ({"deadline": "2026-01-16"}, "deadline: 2026-01-16  # BIR"),
    "a key that goes leaves its comment": ({"deadline": None}, "# BIR"),
    "a new key stands where the order of keys has it":
        ({"planned_hours": 6.0}, "planned_hours: 6"),
    "a text of several lines": ({"description": "A\n\nB\n"}, "description: |\n  A\n\n  B"),
    "several people for one":
        ({"assignee_emails": ("a@x.ph", "b@x.ph")}, "assignee_emails: [a@x.ph, b@x.ph]"),
    "a list in brackets keeps the comments in it": (
        {"tag_names": ("Month-end", "VAT")},
        "tag_names:\n  - Month-end  # end\n  - VAT\n  # ledger",
    ),
    "what reads as something else gets quotes": ({"name": "yes"}, "name: 'yes'   # both banks"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_touches_its_own_lines_only(change: str):
    values, text = CHANGES[change]

    assert changed(**values) == text


def test_what_is_new_stands_behind_what_comes_before_it():
    now = said_by(SEED)
    new = Task("T3", "P", "Post", parent_external_ref="T2")
    beside = Task("T4", "P", "Check")

    after = edited(SEED, replace(now, tasks=(now.tasks[0], beside, now.tasks[1], new)))[0]

    assert after == SEED.replace(
        "\n      - external_ref: T2",
        "\n      - external_ref: T4\n        name: Check\n\n      - external_ref: T2",
    ).replace(
        "        #   - later\n",
        "        #   - later\n"
        "        tasks:\n          - external_ref: T3\n            name: Post\n",
    )


def test_a_text_of_several_lines_takes_no_comment_below_it_for_its_own():
    text = SEED.replace("        deadline:", "            # deeper\n        deadline:")
    now = said_by(text)
    wanted = replace(now, tasks=(replace(now.tasks[0], description="A\nB\n"), now.tasks[1]))
    for each in (text, text.replace("name: Bank ", "description: A\n        name: Bank ")):
        assert_same(said_by(*edited(each, wanted)), wanted)


def test_what_is_not_to_change_is_not_touched():
    loose = SEED.replace("\n", "\r\n") + "\r\n\r\n"

    assert edited(loose, said_by(loose)) == [loose]


@settings(max_examples=30, deadline=None)
@given(_seeds())
def test_a_new_file_has_the_layout_of_fmt(seed: Seed):
    new = edited("programs:\n  - {slug: fin, name: Finance}\n", seed)[1:]

    assert len(new) == len(seed.projects)
    for text in new:
        assert list(reformat("new.yaml", text.encode())) == []


def test_every_attribute_of_a_record_has_a_key():
    for kind, record in (
        ("program", Program),
        ("project", Project),
        ("milestone", Milestone),
        ("task", Task),
    ):
        names = {field.name for field in fields(record)} - DERIVED - {"project_external_ref"}
        assert names <= set(KEYS[kind])
