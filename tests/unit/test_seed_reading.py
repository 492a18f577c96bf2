"""One file with many faults: all of them in one pass, and none that is only a consequence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_seed.core.documents import Mapping
from odoo_seed.core.rules import check_seed
from odoo_seed.core.templates import expand
from odoo_seed.edges.seed_files import SeedFolder, reading
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.edges.seed_files.repair import nearest_key

if TYPE_CHECKING:
    import pytest

    from odoo_seed.core.problems import Problem

MANY_FAULTS = """\
programs:
  - {slug: fin-close, name: Finance close, parent_slug: finance}
projects:
  - external_ref: CLOSE
    name: "January close "
    company_name: 12
    visibility: emploees
    allow_dependencies: yes
    date_start: 2026-02-30
    date_end: 2026-12-31
    program_slug: tax
    stages: [To Do, {name: Done, fold: no}]
    task:
      - external_ref: CLOSE_T1
        nam: Reconcile the bank
        stage_name: Todo
        deadline: 2026-01-09T00:00
        planned_hours: -1
        depends_on_refs: [CLOSE_T2, AUDIT_9]
        tag_names: GL
      - external_ref: CLOSE_T2
        name: Post the accruals
        depends_on_refs: [CLOSE_T1]
        assignees: [ana.cruz@example.com]
        priority: high
        priority: low
policy:
  time_zone: Asia/Manilla
"""


def problems(text: str, tmp_path: Path) -> list[Problem]:
    (tmp_path / "seed.yaml").write_bytes(text.encode())
    return list(SeedFolder(tmp_path).read().problems)


def test_every_fault_of_a_file_is_found_in_one_pass(tmp_path: Path):
    found = [(p.line, p.column, p.code) for p in problems(MANY_FAULTS, tmp_path)]

    assert found == [
        (2, 57, "unknown-program"),
        (5, 11, "bad-name"),
        (6, 19, "wrong-type"),
        (7, 17, "not-allowed"),
        (8, 25, "wrong-type"),
        (9, 17, "bad-date"),
        (11, 19, "unknown-program"),
        (12, 40, "wrong-type"),
        (13, 5, "unknown-key"),
        (15, 9, "unknown-key"),
        (16, 21, "unknown-stage"),
        (17, 19, "bad-deadline"),
        (18, 24, "out-of-range"),
        (19, 27, "dependency-cycle"),
        (19, 37, "unknown-dependency"),
        (20, 20, "wrong-type"),
        (24, 9, "unknown-key"),
        (26, 9, "duplicate-key"),
        (28, 14, "bad-time-zone"),
    ]


def test_problems_are_sorted_by_file_and_line(tmp_path: Path):
    for name in ("b.yaml", "a.yaml", "c.yaml"):
        (tmp_path / name).write_text(MANY_FAULTS.replace("CLOSE", f"CLOSE_{name[0]}"))

    found = [(p.path, p.line, p.column) for p in SeedFolder(tmp_path).read().problems]

    assert found == sorted(found)
    assert len({path for path, _, _ in found}) == 3


def test_places_below_a_misspelled_key_are_those_of_the_file(tmp_path: Path):
    text = MANY_FAULTS.replace("task:", "taks:")

    place = next(p.place for p in problems(text, tmp_path) if p.code == "unknown-dependency")

    assert place == "projects[0].taks[0].depends_on_refs[1]"


def test_a_faulty_stage_does_not_make_the_tasks_stages_unknown(tmp_path: Path):
    text = MANY_FAULTS.replace("fold: no", "fold: true").replace("Done", "'Done '")

    assert [p.code for p in problems(text, tmp_path) if p.line in {12, 16}] == ["bad-name"]

    text = text.replace("To Do", "'To Do '").replace("'Done '", "Done")
    assert [p.code for p in problems(text, tmp_path) if p.line in {12, 16}] == ["bad-stage"]


def test_two_records_without_a_ref_are_not_called_duplicates(tmp_path: Path):
    text = "projects: [{name: p, company_name: c}, {name: q, company_name: c}]"

    assert [p.code for p in problems(text, tmp_path)] == ["missing-key", "missing-key"]


def test_a_faulty_stage_name_is_one_problem(tmp_path: Path):
    text = MANY_FAULTS.replace("fold: no", "fold: true").replace("Todo", "12")
    text = text.replace("[To Do,", "[Open,").replace("priority: high", "stage_name: Open")

    assert [p.code for p in problems(text, tmp_path) if p.line in {12, 16}] == ["wrong-type"]


def test_a_ref_in_a_file_that_is_no_text_may_be_anything(tmp_path: Path):
    (tmp_path / "other.yaml").write_bytes(b"\xff\xfeb\x00r\x00")
    text = "projects: [{external_ref: P, name: P, company_name: C, program_slug: there}]"

    assert [p.code for p in problems(text, tmp_path)] == ["not-utf-8"]


def test_a_ref_that_a_broken_file_does_not_even_mention_is_unknown(tmp_path: Path):
    (tmp_path / "other.yaml").write_text("programs: [{slug: there")
    text = "projects: [{external_ref: P, name: P, company_name: C, program_slug: %s}]"

    assert [p.code for p in problems(text % "there", tmp_path)] == ["syntax"]
    assert [p.code for p in problems(text % "nowhere", tmp_path)] == ["syntax", "unknown-program"]


def test_a_long_key_does_not_flood_the_report(tmp_path: Path):
    (problem,) = problems(f"? {'k' * 100_000}\n: 1\n", tmp_path)

    assert problem.code == "unknown-key"
    assert len(problem.place) < 100
    assert len(problem.found) < 200


def test_a_file_with_nothing_but_faults_is_refused_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "MAX_FAULTS", 50)
    keys = "\n".join(f"k{number}: 1" for number in range(50))
    items = f"projects: [{'1, ' * 50}]"
    task = "{external_ref: P, name: p, company_name: c, tasks: [{external_ref: T, name: t,"
    sound = f"projects: [{task} depends_on_refs: [ANY]}}]}}]"

    for text in (keys, items):
        (tmp_path / "other.yaml").write_text(text)
        assert [p.code for p in problems(sound, tmp_path)] == ["too-many-faults"]


def test_the_deepest_subtasks_are_judged(tmp_path: Path):
    task = "{external_ref: T0, name: t, planned_hours: -1}"
    for level in range(1, 18):
        task = f"{{external_ref: T{level}, name: t, tasks: [{task}]}}"
    text = f"projects: [{{external_ref: P, name: p, company_name: c, tasks: [{task}]}}]"

    assert [p.code for p in problems(text, tmp_path)] == ["out-of-range"]
    assert problems(text.replace("-1", "1"), tmp_path) == []


ONE_TASK = "projects: [{external_ref: P, name: p, company_name: c, tasks: [%s]}]"


def test_an_unknown_key_beside_the_one_it_resembles_takes_nothing_from_it(tmp_path: Path):
    text = ONE_TASK % "{external_reff: S, external_ref: T, name: t, depends_on_refs: [T]}"

    assert [p.code for p in problems(text, tmp_path)] == ["unknown-key", "dependency-cycle"]


def test_of_two_unknown_keys_alike_the_first_is_taken(tmp_path: Path):
    text = ONE_TASK % "{external_reff: T, xternal_ref: 1, name: t, depends_on_refs: [T]}"

    assert [p.code for p in problems(text, tmp_path)] == [
        "unknown-key",
        "unknown-key",
        "dependency-cycle",
    ]


def test_an_unknown_key_whose_value_would_not_fit_is_one_problem(tmp_path: Path):
    text = ONE_TASK % "{external_ref: T, name: t, assignee: [a@example.com, b@example.com]}"

    assert [p.code for p in problems(text, tmp_path)] == ["unknown-key"]


def test_abbreviated_and_misspelled_keys_are_understood():
    known = ["external_ref", "assignee_email", "assignee_emails", "depends_on_refs", "deadline"]

    assert nearest_key("ref", known) == "external_ref"
    assert nearest_key("Assignee", known) == "assignee_email"
    assert nearest_key("depends-on", known) == "depends_on_refs"
    assert nearest_key("dealine", known) == "deadline"
    assert nearest_key("colour", known) is None


def test_records_know_their_first_key(tmp_path: Path):
    text = (Path(__file__).parents[1] / "examples/valid/every_key/seed.yaml").read_text()
    document = read_file("seed.yaml", text.encode()).document
    assert document is not None
    lines = text.split("\n")
    seed = expand([document], "abc").content.seed

    for record in (*seed.programs, *seed.projects, *seed.milestones, *seed.tasks):
        source = record.source
        assert source is not None
        key = "slug" if record in seed.programs else "external_ref"
        first = lines[source.line - 1][source.column - 1 :]
        assert first == f"{key}: {record.external_ref}"
        assert document.locate((*source.pointer, key), key=True) == (source.line, source.column)
        assert source.commit == "abc"


EXAMPLES = Path(__file__).parents[1] / "examples/valid"
SOUND = [(EXAMPLES / name / "seed.yaml").read_bytes() for name in ("every_key", "templates")]


@settings(max_examples=300)
@given(st.data())
def test_no_damage_to_a_file_makes_the_reader_fail(data: st.DataObject):
    sound = data.draw(st.sampled_from(SOUND))
    start = data.draw(st.integers(0, len(sound)))
    length = data.draw(st.integers(0, 40))
    inserted = data.draw(
        st.binary(max_size=6)
        | st.sampled_from(
            [b"- ", b"\n  ", b": ", b"&a ", b"*a", b"[", b"}", b"!!x ", b"null", b"\t"]
        )
    )
    damaged = sound[:start] + inserted + sound[start + length :]

    result = read_file("seed.yaml", damaged)

    documents = [result.document] if result.document else []
    expansion = expand(documents)
    found = [*result.problems, *expansion.problems]
    found += check_seed(expansion.content.seed, expansion.content.policy)
    assert all(problem.found and problem.line >= 1 for problem in found)
    assert documents or found
    assert all(isinstance(document.data, Mapping) for document in documents)
