"""Odoo's records as records of the seed: refs made of names, what fits, what is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from builders import PROJECT, applied_of, content, directory, in_odoo, task
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_seed.core.adoption import Stranger, as_attribute
from odoo_seed.core.choosing import Choice, choose
from odoo_seed.core.drift import take_drift
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.fitting import Fitting, optional
from odoo_seed.core.html import essence, to_html
from odoo_seed.core.live import Live
from odoo_seed.core.markdown import to_markdown
from odoo_seed.core.model import Project, Seed, Source, Stage
from odoo_seed.core.ref_names import LONGEST, name_refs
from odoo_seed.core.values import same
from odoo_seed.errors import UsageError

_REF = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_NAMES = st.text(max_size=90) | st.sampled_from(["Close", "close", "Clôse", "☃", "a b", "a_b"])


@st.composite
def _strangers(draw: st.DrawFn) -> list[Stranger]:
    projects = [Stranger("project", n, draw(_NAMES)) for n in range(draw(st.integers(1, 3)))]
    return projects + [
        Stranger(
            draw(st.sampled_from(["milestone", "task"])), 10 + number, draw(_NAMES),
            project_id=draw(st.sampled_from(projects)).odoo_id,
        )
        for number in range(draw(st.integers(0, 8)))
    ]  # fmt: skip


@settings(max_examples=40)
@given(_strangers(), st.sampled_from(["P", "A" * 24]), st.data())
def test_refs_are_valid_and_unique_and_the_same_every_time(
    found: list[Stranger], prefix: str, data: st.DataObject
):
    first = name_refs(found, prefix, (), {})
    taken = data.draw(st.sets(st.sampled_from(sorted(first.values()))))
    refs = name_refs(data.draw(st.permutations(found)), prefix, taken, {})

    assert refs.keys() == {item.mark for item in found}
    assert all(_REF.fullmatch(ref) and len(ref) <= LONGEST for ref in refs.values())
    assert all(ref.startswith(prefix) for ref in refs.values())
    assert len({ref.upper() for ref in (*refs.values(), *taken)}) == len(refs) + len(taken)
    # Killed when some had theirs already, it gives the others what it would have given them.
    some = data.draw(st.sets(st.sampled_from(sorted(first))))
    halfway = [
        replace(item, external_ref=first[item.mark]) if item.mark in some else item
        for item in found
    ]
    assert name_refs(halfway, prefix, (), {}) == first


_WORDS = st.sampled_from(
    ["BDO & BPI", "*", "1. a", "# b", "x_y", "[a](b)", "`c`", "<d>", "  ", "é", "\\"]
)
_INLINE = st.recursive(
    _WORDS.map(lambda text: to_html(text) and text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.tuples(st.sampled_from(["em", "strong", "b", "span", "a", "u"]), inner).map(
        lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"
    ),
    max_leaves=3,
)
_BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["p", "div", "h2", "ul", "ol", "table", "pre", "blockquote"]), _INLINE
    ).map(
        lambda pair: f"<{pair[0]}><li>{pair[1]}</li></{pair[0]}>"
        if pair[0] in {"ul", "ol"}
        else f"<{pair[0]}>{pair[1]}</{pair[0]}>"
    ),
    max_size=4,
).map("".join)  # fmt: skip


@given(_BLOCKS | st.text(max_size=60))
def test_a_description_becomes_markdown_that_shows_the_same_or_none(html: str):
    text = to_markdown(html)

    if text is not None:
        assert essence(to_html(text)) == essence(html)
        assert same(BY_KIND["task"]["description"], text, html)


def test_plain_descriptions_become_plain_markdown():
    assert to_markdown("<p>Pay <em>before</em>:</p><ul><li>BDO &amp; BPI</li></ul>") == (
        "Pay *before*:\n\n- BDO & BPI\n"
    )
    assert to_markdown("<p>It is 5 - 3, see http://x.ph/a_b</p>") is not None
    assert to_markdown("<div>" * 5000 + "x") is None
    assert to_markdown("<table><tr><td>1</td></tr></table>") is None


@pytest.mark.parametrize(
    ("live", "written"),
    [
        ("2026-01-09T18:00", "2026-01-09"),
        ("2026-01-09T00:00", "2026-01-09"),
        ("2026-01-09T07:30", "2026-01-09T07:30"),
    ],
)
def test_a_deadline_keeps_its_time_of_day_unless_a_bare_date_says_it(live: str, written: str):
    field = BY_KIND["task"]["deadline"]

    assert as_attribute(field, live) == written
    assert same(field, written, live)


def fitted(*tasks, live: Live | None = None, project: Project = PROJECT) -> Fitting:
    whole = content(*tasks, project=project)
    records = {("project", project.external_ref): project}
    records |= {("task", item.external_ref): item for item in tasks}
    undo = {key: optional(record) for key, record in records.items()}
    fitting = Fitting(
        content(project=replace(PROJECT, external_ref="OTHER")), records, undo, lambda c: c
    )
    fitting.run(live or in_odoo(whole), {}, "default")
    return fitting


def test_what_breaks_a_rule_is_left_out_alone():
    project = replace(PROJECT, date_end=None)
    late = task("T1", depends_on_refs=("GONE",), planned_hours=2.0)

    fitting = fitted(late, project=project)

    kept = fitting.records["task", "T1"]
    assert (kept.depends_on_refs, kept.planned_hours) == (None, 2.0)  # type: ignore[union-attr]  # a task
    assert [(item.external_ref, item.what) for item in fitting.left] == [("T1", "dependencies")]


def test_what_the_plan_would_change_is_left_out():
    wanted = task("T1", deadline="2026-01-09", planned_hours=2.0)
    live = in_odoo(content(wanted), T1={"planned_hours": 3.0})

    fitting = fitted(wanted, live=live)

    assert fitting.records["task", "T1"] == replace(wanted, planned_hours=None)
    assert [item.what for item in fitting.left] == ["planned hours"]


def test_a_project_gives_up_its_stages_alone_when_odoo_has_none_of_them():
    fitting = fitted(task("T1"), project=replace(PROJECT, stages=(Stage("To Do"),)))

    assert fitting.records == {("project", "P"): PROJECT, ("task", "T1"): task("T1")}
    assert [(item.external_ref, item.what, item.reason) for item in fitting.left] == [
        ("P", "stages", "Odoo holds it in a way that the YAML cannot say")
    ]


def test_of_what_drifted_only_what_breaks_a_rule_is_left_out():
    january = replace(PROJECT, date_start=date(2026, 1, 1), date_end=date(2026, 1, 31))
    before = content(task("T1", deadline="2026-01-09"), project=january)
    live = in_odoo(before, T1={"deadline": "2026-03-09T18:00", "name": "Renamed"})

    found = take_drift(
        before, lambda same: same, applied_of(before), live, "default", lambda *_given: True
    )

    assert found.wanted.tasks == (replace(before.seed.tasks[0], name="Renamed"),)
    assert [(one.external_ref, one.change.name) for one in found.taken] == [("T1", "name")]
    assert [(item.external_ref, item.what, item.reason) for item in found.left] == [
        ("T1", "deadline", "the deadline 2026-03-09 is after the project's end 2026-01-31")
    ]


def test_what_is_not_in_odoo_is_no_adoption():
    fitting = fitted(task("T1"), live=Live({}, directory()))

    assert fitting.records == {}
    assert {item.external_ref for item in fitting.left} >= {"P"}


FOUND = [
    Stranger("project", 1, "Open", company_name="ACME"),
    Stranger("project", 2, "Away", company_name="ACME", active=False),
    Stranger("project", 3, "Theirs", company_name="Other"),
    Stranger("project", 4, "Mine", "MINE", company_name="ACME"),
    Stranger("project", 5, "Begun", "BEGUN", company_name="ACME"),
    Stranger("project", 6, "Pattern", company_name="ACME", left_out="it is a template of Odoo"),
    Stranger("project", 7, "Orphan", "ORPHAN", company_name="ACME"),
    Stranger("project", 8, "Not yet", company_name="ACME"),
]
FILES = Seed(
    projects=(
        Project("MINE", "Mine", "ACME", source=Source("a.yaml", 3)),
        Project("BEGUN", "Begun", "ACME", sync_enabled=False),
        Project("NOT_YET", "Not yet", "ACME", sync_enabled=False),
    )
)


def test_without_names_it_is_what_nobody_manages_and_what_was_begun():
    assert choose(FOUND, Choice("X"), FILES, {"MINE"}) == {
        1: "", 3: "", 5: "BEGUN", 8: "NOT_YET",
    }  # fmt: skip
    assert choose(FOUND, Choice("X", company="Other"), FILES, {"MINE"}) == {3: ""}


def test_what_was_seeded_and_is_not_synced_any_more_is_taken_up_only_by_name():
    assert 5 not in choose(FOUND, Choice("X"), FILES, {"MINE", "BEGUN"})
    assert choose(FOUND, Choice("X", ("5",)), FILES, {"MINE", "BEGUN"}) == {5: "BEGUN"}


def test_by_name_also_what_is_archived_and_what_bears_a_ref_of_nobody():
    assert choose(FOUND, Choice("X", ("Away", "7")), FILES, ()) == {2: "", 7: "ORPHAN"}


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice("X", ("4",)), "in the seed already: MINE, a.yaml:3"),
        (Choice("X", ("Pattern",)), "cannot be adopted: it is a template"),
        (Choice("X", ("Nobody",)), "There is no project “Nobody”"),
        (Choice("X", ("Theirs",), company="ACME"), "belongs to “Other”"),
    ],
)
def test_what_cannot_be_adopted_is_refused_by_name(choice: Choice, words: str):
    with pytest.raises(UsageError, match=re.escape(words)):
        choose(FOUND, choice, FILES, ())
