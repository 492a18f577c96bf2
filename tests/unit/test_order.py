from dataclasses import replace
from datetime import date
from graphlib import CycleError, TopologicalSorter

from builders import PROJECT, applied_of, content, in_odoo, plan_of, task
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.model import Seed, SeedAndPolicy
from odoo_seed.core.order import batches, levels, phases
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import Policy


@st.composite
def acyclic_tasks(draw):
    number = draw(st.integers(1, 14))
    tasks = []
    for place in range(number):
        earlier = [f"T{other}" for other in range(place)]
        depends = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        parent = draw(st.sampled_from([None, *earlier])) if earlier else None
        tasks.append(task(f"T{place}", depends_on_refs=tuple(depends), parent_external_ref=parent))
    return draw(st.permutations(tasks))


@given(acyclic_tasks())
def test_everything_a_new_task_points_to_is_created_in_an_earlier_call(tasks):
    plan = plan_of(content(*tasks))
    created = set()
    for batch in batches(plan):
        refs = {change.external_ref for change in batch.changes}
        for change in batch.changes:
            values = change.values
            points_to = {*values.get("depends_on_refs", ()), values.get("parent_external_ref")}
            if batch.kind == "task":
                assert points_to - {None} <= created
        created |= refs
    assert created == {"P", *(item.external_ref for item in tasks)}


@st.composite
def rearranged(draw):
    """Tasks over three projects, some in Odoo already with other links, and what git wants now."""
    refs = [f"T{number}" for number in range(draw(st.integers(1, 9)))]
    projects = tuple(replace(PROJECT, external_ref=ref) for ref in "PQR")

    def arrange(chosen):
        order = draw(st.permutations(chosen))
        tasks = []
        for place, ref in enumerate(order):
            earlier = list(order[:place])
            home = draw(st.sampled_from("PQR"))
            inside = [item.external_ref for item in tasks if item.project_external_ref == home]
            depends = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
            parent = draw(st.sampled_from([None, *inside]))
            tasks.append(
                task(ref, project_external_ref=home, depends_on_refs=tuple(depends),
                     parent_external_ref=parent, name=draw(st.sampled_from("ab")))
            )  # fmt: skip
        return SeedAndPolicy(Seed(projects=projects, tasks=tuple(tasks)), Policy())

    known = draw(st.lists(st.sampled_from(refs), unique=True))
    return arrange(known), arrange(refs), draw(st.integers(1, 3))


@given(rearranged())
def test_any_rearrangement_reaches_what_git_wants_without_a_dangling_link_or_a_cycle(given_all):
    before, after, jobs = given_all
    plan = plan_of(after, before)
    held = {
        item.external_ref: (set(item.depends_on_refs or ()), item.parent_external_ref)
        for item in before.seed.tasks
    }
    for tracks in phases(plan, jobs):
        started = {*held}
        for track in tracks:
            own = set(started)  # tracks run side by side: one may not lean on another
            for batch in track:
                _apply(batch, held, own)
                own |= {change.external_ref for change in batch.changes}
                assert _acyclic(held)
    wanted = {
        item.external_ref: (set(item.depends_on_refs or ()), item.parent_external_ref)
        for item in after.seed.tasks
    }
    assert {ref: held[ref] for ref in wanted} == wanted


def _apply(batch, held, known):
    """Do to `held` what Odoo would; whatever is pointed to must be there."""
    for change in batch.changes:
        ref, values = change.external_ref, batch.values or change.values
        if batch.kind != "task":
            continue
        depends, parent = held.get(ref, (set(), None))
        if "depends_on_refs" in values:
            depends = set(values["depends_on_refs"])
            assert depends <= known
        if "parent_external_ref" in values:
            parent = values["parent_external_ref"]
            assert parent is None or parent in known
        held[ref] = (depends, parent)


def _acyclic(held):
    """Odoo refuses a cycle of dependencies, and one of parents."""
    for graph in (
        {ref: depends for ref, (depends, _) in held.items()},
        {ref: {parent} - {None} for ref, (_, parent) in held.items()},
    ):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError:
            return False
    return True


def test_independent_tasks_need_one_level():
    plan = plan_of(content(*(task(f"T{place}") for place in range(50))))
    assert len(list(levels([item for item in plan.changes if item.kind == "task"]))) == 1


def _writes(plan):
    return [batch for batch in batches(plan) if batch.verb == "write"]


def test_the_same_new_values_share_one_write():
    before = content(*(task(f"T{place}", deadline="2026-01-09") for place in range(5)))
    after = content(*(task(f"T{place}", deadline="2026-01-12") for place in range(5)))
    [batch] = _writes(plan_of(after, before))
    assert len(batch.changes) == 5
    assert batch.values == {"deadline": "2026-01-12"}


def test_a_projects_dates_are_always_sent_as_a_pair():
    old = replace(PROJECT, date_start=date(2026, 1, 1), date_end=date(2026, 6, 30))
    new = replace(old, date_end=date(2026, 12, 31))
    [batch] = _writes(plan_of(content(project=new), content(project=old)))
    assert batch.values == {"date_start": "2026-01-01", "date_end": "2026-12-31"}


def test_a_reviewed_task_keeps_its_state_through_a_new_dependency():
    before = content(task("T1"), task("T2", depends_on_refs=()))
    after = content(task("T1"), task("T2", depends_on_refs=("T1",)))
    for state, sent in (
        ("03_approved", "03_approved"),
        ("02_changes_requested", "02_changes_requested"),
        ("01_in_progress", None),
        ("1_done", None),  # Odoo leaves closed tasks closed, and a recurrence would go on
    ):
        [batch] = _writes(plan_of(after, before, T2={"state": state}))
        assert batch.state == sent


def test_a_done_task_keeps_its_state_through_a_move_to_another_project():
    both = (PROJECT, replace(PROJECT, external_ref="Q"))
    before = SeedAndPolicy(Seed(projects=both, tasks=(task("T1"),)), Policy())
    moved = replace(before.seed, tasks=(task("T1", project_external_ref="Q"),))
    [batch] = _writes(plan_of(SeedAndPolicy(moved, Policy()), before, T1={"state": "1_done"}))
    assert batch.state == "1_done"


def test_a_reversed_dependency_is_dropped_before_the_new_one_is_set():
    before = content(task("A", depends_on_refs=("B",)), task("B", depends_on_refs=()))
    after = content(task("A", depends_on_refs=()), task("B", depends_on_refs=("A",)))
    sent = [
        (batch.changes[0].external_ref, batch.values) for batch in _writes(plan_of(after, before))
    ]
    assert sent[0] == ("A", {"depends_on_refs": ()})
    assert ("B", {"depends_on_refs": ("A",)}) in sent


def test_dependencies_that_merely_grow_need_no_second_write():
    before = content(task("A", depends_on_refs=()), task("B", depends_on_refs=()))
    after = content(task("A", depends_on_refs=("B",)), task("B", depends_on_refs=()))
    assert len(_writes(plan_of(after, before))) == 1


def test_a_swapped_parent_is_dropped_first():
    before = content(task("A", parent_external_ref="B"), task("B"))
    after = content(task("A"), task("B", parent_external_ref="A"))
    sent = [
        (batch.changes[0].external_ref, batch.values) for batch in _writes(plan_of(after, before))
    ]
    assert sent[0] == ("A", {"parent_external_ref": None})


def test_a_parents_milestone_is_written_before_its_subtasks_and_theirs_is_restored():
    before = content(
        task("A", milestone_external_ref="M1"),
        task("B", parent_external_ref="A", milestone_external_ref="M1"),
    )
    after = content(
        task("A", milestone_external_ref="M2"),
        task("B", parent_external_ref="A", milestone_external_ref="M1"),
    )
    sent = [
        (batch.changes[0].external_ref, batch.values) for batch in _writes(plan_of(after, before))
    ]
    assert sent == [
        ("A", {"milestone_external_ref": "M2"}),
        ("B", {"milestone_external_ref": "M1"}),
    ]


def test_a_restored_project_leaves_its_archived_tasks_archived():
    off = content(task("A", is_active=False), project=replace(PROJECT, is_active=False))
    on = content(task("A", is_active=False), project=PROJECT)
    plan = make_plan(on, applied_of(off), in_odoo(off), "default")
    sent = [(batch.kind, batch.values) for batch in _writes(plan)]
    assert sent == [("project", {"is_active": True}), ("task", {"is_active": False})]


def test_tasks_are_archived_before_their_project():
    before = content(task("A"))
    plan = make_plan(
        SeedAndPolicy(Seed(), Policy()), applied_of(before), in_odoo(before), "default"
    )
    assert [batch.kind for batch in _writes(plan)] == ["task", "project"]
