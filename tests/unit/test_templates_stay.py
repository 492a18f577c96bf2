"""A template and a period give the same records for ever, whatever happens to other periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from templating import COMPANY, OMNIA, expanded, scheduled

if TYPE_CHECKING:
    from odoo_seed.core.model import Task

STEPS = [
    {"name": name, "kind": kind, "steps": [{"code": "X", "name": "X {task}", "working_days": -2},
                                           {"code": "Y", "name": "Y", "role": "R"}]}
    for name, kind in (("subtasks", "subtasks"), ("tasks", "tasks"))
]  # fmt: skip
ROLES = [
    {
        "name": "R",
        "people": [
            {"email": "a@example.com", "to": "2026-05-31"},
            {"email": "b@example.com", "from": "2026-06-01"},
            {"email": "c@example.com", "company_name": OMNIA["name"]},
        ],
    }
]
DUES = st.one_of(
    st.builds(
        lambda anchor, days: {"anchor": anchor, "working_days": days},
        st.sampled_from(["period_start", "period_end"]),
        st.integers(-30, 30),
    ),
    st.builds(
        lambda day, months: {"anchor": "statutory", "rule": {"day": day, "months_after": months}},
        st.integers(1, 31),
        st.integers(0, 5),
    ),
)


@st.composite
def templates(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tasks of a template; some count from, and wait for, the one before."""
    tasks: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 4))):
        task = {"code": f"T{number}", "name": f"T{number} {{period_name}}", "due": draw(DUES)}
        if number and draw(st.booleans()):
            task["due"] = {"anchor": f"T{number - 1}", "working_days": draw(st.integers(-3, 3))}
            task["depends_on"] = [f"T{number - 1}"]
        if draw(st.booleans()):
            task["steps"] = draw(st.sampled_from(["subtasks", "tasks"]))
        if draw(st.booleans()):
            task["role"] = "R"
        if draw(st.booleans()):
            task["only"] = {"months": draw(st.lists(st.integers(1, 12), max_size=6))}
        tasks.append(task)
    return tasks


def made(tasks: list[dict[str, Any]], last: str, **more: Any) -> dict[str, Task]:
    data = scheduled(
        *tasks, last=last, companies=(COMPANY, OMNIA), steps=STEPS, roles=ROLES, **more
    )
    expansion = expanded(data, datetime(2026, 6, 1, tzinfo=UTC))
    known = {"unknown-anchor", "no-anchor-day"}  # of a month in which there is no such task
    assert {problem.code for problem in expansion.problems} <= known
    return {task.external_ref: task for task in expansion.content.seed.tasks}


def opened(tasks: dict[str, Task]) -> dict[str, Task]:
    return {
        ref: replace(task, instance=task.instance and replace(task.instance, closed=False))
        for ref, task in tasks.items()
    }


@settings(max_examples=60)
@given(templates(), st.integers(1, 11), st.integers(0, 11))
def test_more_periods_and_closed_ones_leave_the_records_of_the_others_alone(
    tasks: list[dict[str, Any]], shown: int, closed: int
):
    fewer = made(tasks, f"2026-{shown:02}")
    more = made(tasks, "2026-12", schedule={"closed": [f"2026-{closed + 1:02}"]})

    assert {ref: more[ref] for ref in fewer} == {
        ref: replace(task, instance=more[ref].instance) for ref, task in fewer.items()
    }
    for task in more.values():
        assert task.instance is not None
        assert task.instance.closed == (task.instance.period == f"2026-{closed + 1:02}")
    assert opened(more) == made(tasks, "2026-12")


@settings(max_examples=30)
@given(templates(), st.data())
def test_refs_tell_the_template_the_period_and_the_company_alone(
    tasks: list[dict[str, Any]], data: st.DataObject
):
    before = made(tasks, "2026-12")
    moved = [
        task | ({"due": data.draw(DUES)} if "depends_on" not in task else {}) for task in tasks
    ]
    after = made([task | {"name": "Another"} for task in moved], "2026-12")

    assert before.keys() == after.keys()
    for ref, task in before.items():
        assert task.instance is not None
        company = {COMPANY["name"]: "SMP", OMNIA["name"]: "OMNIA"}[task.instance.company]
        assert ref.startswith(f"P_{task.instance.period}_{company}_T")
        assert task.project_external_ref == f"P_{task.instance.period}_{company}"
