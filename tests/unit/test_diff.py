"""Three-way, per field: what is written, what is left, and what is called whose change."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.diff import diff_record
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.live import AppliedRecord, LiveRecord
from odoo_seed.core.values import canonical, empty, same

VALUES = {
    "text": st.sampled_from(["a", "b", "A", "e\u0301", "\u00e9", "\u202ea", "a  b"]),
    "html": st.sampled_from(["a", "b", "- a\n- b", "*a*", "a & <b>", "\u202ea"]),
    "choice": st.sampled_from(["low", "high", "employees"]),
    "date": st.sampled_from(["2026-01-09", "2026-01-10"]),
    "deadline": st.sampled_from(["2026-01-09", "2026-01-09T08:30", "2026-01-09T18:00"]),
    "hours": st.sampled_from([0.0, 1.0, 1.004, 8.0, 1e6]),
    "integer": st.integers(-5, 5),
    "boolean": st.booleans(),
    "names": st.lists(st.sampled_from(["a", "b", "B", "\u202ea"])),
    "refs": st.lists(st.sampled_from(["T1", "T2", "odoo:7"])),
}
TASK = BY_KIND["task"]


@st.composite
def three_ways(draw):
    """Wanted, applied and live values of one task, and who owns its fields."""

    def some(*, all_of_them=False):
        chosen = {}
        for name, field in TASK.items():
            if all_of_them or field.always or draw(st.booleans()):
                chosen[name] = canonical(field, draw(VALUES[field.shape]))
            if all_of_them and not field.always and draw(st.booleans()):
                chosen[name] = empty(field)
        return chosen

    wanted, live = some(), some(all_of_them=True)
    applied = draw(st.none() | st.just(some()))
    for name in draw(st.lists(st.sampled_from(sorted(wanted)))):
        live[name] = wanted[name]
    owners = {("task", name): draw(st.sampled_from(["git", "initial", "odoo"])) for name in TASK}
    return (
        wanted,
        AppliedRecord("task", "T", 1, applied) if applied is not None else None,
        LiveRecord("task", "T", 1, live),
        owners,
    )


@given(three_ways())
def test_what_was_written_needs_no_second_write(given_all):
    wanted, applied, live, owners = given_all
    changes, _ = diff_record(wanted, applied, live, owners)
    written = replace(live, values={**live.values, **{item.name: item.new for item in changes}})
    assert diff_record(wanted, AppliedRecord("task", "T", 1, wanted), written, owners)[0] == ()


@given(three_ways())
def test_only_what_differs_and_git_owns_is_written(given_all):
    wanted, applied, live, owners = given_all
    changes, kept = diff_record(wanted, applied, live, owners)
    for item in changes:
        assert owners["task", item.name] == "git"
        assert not same(TASK[item.name], item.new, live.values[item.name])
        assert item.old == live.values[item.name]
    for left in kept:
        assert owners["task", left.change.name] == "initial"
    told = {item.name for item in changes} | {left.change.name for left in kept}
    for name, value in wanted.items():
        if owners["task", name] == "git" and not same(TASK[name], value, live.values[name]):
            assert name in told


@given(three_ways())
def test_a_change_is_gits_drift_or_a_conflict_by_who_moved_since_the_last_write(given_all):
    wanted, applied, live, owners = given_all
    last = applied.values if applied else {}
    for item in diff_record(wanted, applied, live, owners)[0]:
        field = TASK[item.name]
        if item.name not in last:
            assert item.cause == "git"
        elif item.new == last[item.name]:
            assert item.cause == "drift"
        elif same(field, last[item.name], item.old):
            assert item.cause == "git"
        else:
            assert item.cause == "conflict"


@given(three_ways())
def test_a_field_that_nobody_ever_gave_is_left_to_odoo(given_all):
    wanted, applied, live, owners = given_all
    silent = TASK.keys() - wanted.keys() - (applied.values.keys() if applied else set())
    changes, kept = diff_record(wanted, applied, live, owners)
    assert not silent & {item.name for item in changes}
    assert not silent & {left.change.name for left in kept}
