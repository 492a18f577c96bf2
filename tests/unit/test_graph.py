import re

import pytest
from builders import content, plan_of, task
from tests.acceptance.hostile import FROM_ODOO, LINES, TEXTS

from odoo_seed.core.escape import plain
from odoo_seed.core.graph import MOST, mermaid
from odoo_seed.core.plan import Change, Plan

HOSTILE = [
    *LINES.values(), *TEXTS.values(), *FROM_ODOO.values(),
    '"] end', "end", "x]", 'a"]\n click t0 "http://evil.example"', "%%{init: {}}%%", "%% x",
    "&lt;b&gt; #quot; #35; ;", "subgraph x", "`markdown` **x**", "style: #x;", "--> t1", "ﬂ°°35¶ß",
]  # fmt: skip


def test_changed_tasks_and_what_they_wait_for_are_drawn_and_others_are_not():
    before = content(task("T1"), task("T2"), task("T3"), task("T4"))
    after = content(
        task("T1"),
        task("T2", name="Reconcile", depends_on_refs=("T1",)),
        task("T3", priority="high"),
        task("T4"),
        task("N", name="Book it", depends_on_refs=("T2",)),
    )
    assert mermaid(plan_of(after, before)).splitlines() == [
        "flowchart LR",
        '  t0["N Book it (new)"]',
        '  t1["T1 T1"]',
        '  t2["T2 Reconcile (changed)"]',
        "  t1 --> t2",
        "  t2 --> t0",
    ]


def test_nothing_is_drawn_where_nothing_waits():
    assert mermaid(plan_of(content(task("T1"), task("T2")))) == ""


@pytest.mark.parametrize(("number", "drawn"), [(MOST, True), (MOST + 1, False)])
def test_what_nobody_could_read_is_not_drawn(number, drawn):
    tasks = [task("T0"), *(task(f"T{n}", depends_on_refs=("T0",)) for n in range(1, number))]
    assert bool(mermaid(plan_of(content(*tasks)))) is drawn


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_leaves_its_label(text):
    ref, before = f"{text[:30]} a", f"{text[:30]} b"
    plan = Plan(
        "default",
        (Change("create", "task", ref, "P", text),),
        wanted={("task", ref): {"depends_on_refs": (before,)}, ("task", before): {"name": text}},
    )
    first, *nodes, edge = mermaid(plan).splitlines()
    assert (first, edge) == ("flowchart LR", "  t1 --> t0")
    assert len(nodes) == 2
    names = [f"{plain(ref)} {plain(text, 40)} (new)", f"{plain(before)} {plain(text, 40)}"]
    for node, name in zip(nodes, names, strict=True):
        label = re.fullmatch(r'  t\d\["((?:[\w -]|#\d+;)+(?: \(new\))?)"\]', node)
        assert label
        # What Mermaid makes of it is the text that was given.
        assert re.sub(r"#(\d+);", lambda found: chr(int(found[1])), label[1]) == name
