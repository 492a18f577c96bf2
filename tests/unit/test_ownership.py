"""Who owns a field where, and what a plan says when that changes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from builders import PROJECT, applied_of, change_of, content, in_odoo, replace, task
from hypothesis import given
from hypothesis import strategies as st

from odoo_seed.core.fields import FIELDS
from odoo_seed.core.freeze import Frozen
from odoo_seed.core.live import Shadow
from odoo_seed.core.model import Program, Seed, SeedAndPolicy
from odoo_seed.core.ownership import Ownership, as_value, from_value
from odoo_seed.core.plan_json import as_json
from odoo_seed.core.planning import make_plan
from odoo_seed.core.policy import OWNERS, Policy
from odoo_seed.core.report_plan import markdown, text
from odoo_seed.core.values import SeedIndex
from odoo_seed.core.verify import verify

if TYPE_CHECKING:
    from odoo_seed.core.live import Applied
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.policy import Owner

STAGE_IS_GITS = {"task": {"stage_name": "git"}}
OTHER = replace(PROJECT, external_ref="Q", name="Other")


def owner(policy: Policy, *programs: Program, project: str = "P", field: str = "stage_name"):
    projects = (replace(PROJECT, program_slug="close"), OTHER)
    index = SeedIndex(Seed(programs=programs, projects=projects))
    return Ownership(policy, index).of(project)["task", field]


FINANCE = Program("finance", "Finance")
CLOSE = Program("close", "Close", parent_slug="finance")


def test_without_a_policy_teams_move_their_cards_and_git_has_the_rest():
    assert owner(Policy()) == "initial"
    assert owner(Policy(), field="deadline") == "git"


def test_a_project_goes_over_its_program_and_that_over_the_one_above_and_that_over_the_seed():
    whole = Policy(ownership={"task": {"stage_name": "odoo"}})
    above = replace(whole, programs={"finance": {"task": {"stage_name": "git"}}})
    program = replace(
        above, programs=above.programs | {"close": {"task": {"stage_name": "initial"}}}
    )
    project = replace(program, projects={"P": {"task": {"stage_name": "git"}}})

    assert owner(whole, FINANCE, CLOSE) == "odoo"
    assert owner(above, FINANCE, CLOSE) == "git"
    assert owner(program, FINANCE, CLOSE) == "initial"
    assert owner(project, FINANCE, CLOSE) == "git"
    assert owner(project, FINANCE, CLOSE, project="Q") == "odoo"


def test_a_word_on_one_field_says_nothing_about_the_others():
    policy = Policy(
        ownership={"task": {"deadline": "odoo"}}, projects={"P": {"task": {"name": "initial"}}}
    )

    assert owner(policy, field="deadline") == "odoo"
    assert owner(policy, field="name") == "initial"


def test_programs_in_a_ring_do_not_hang():
    ring = replace(FINANCE, parent_slug="close")

    assert owner(Policy(programs={"finance": STAGE_IS_GITS}), ring, CLOSE) == "git"


@given(
    st.dictionaries(
        st.sampled_from([(field.kind, field.name) for field in FIELDS]), st.sampled_from(OWNERS)
    )
)
def test_what_is_kept_of_the_owners_gives_them_back(named: dict[tuple[str, str], Owner]):
    ownership: dict[str, dict[str, Owner]] = {}
    for (kind, name), one in named.items():
        ownership.setdefault(kind, {})[name] = one
    owners = Ownership(Policy(ownership=ownership), SeedIndex(Seed())).of("P")

    assert from_value(as_value(owners)) == owners


@pytest.mark.parametrize("kept", [None, "x", 5, True])
def test_nothing_is_known_of_owners_that_were_not_kept(kept: object):
    assert from_value(kept) is None  # type: ignore[arg-type]  # rows that came by hand


def test_owners_that_this_version_does_not_know_are_not_taken_for_others():
    assert from_value(("task.colour=initial", "task.name=nobody", "=", "task.deadline=odoo")) == {
        (field.kind, field.name): "odoo"
        if (field.kind, field.name) == ("task", "deadline")
        else "git"
        for field in FIELDS
    }


# What a plan does with it --------------------------------------------------------------------


def two_projects(policy: Policy, **values: object) -> SeedAndPolicy:
    tasks = (task("T1", **values), task("U1", project_external_ref="Q", **values))
    return SeedAndPolicy(Seed(projects=(PROJECT, OTHER), tasks=tasks), policy)


def applied_by(seeded: SeedAndPolicy) -> Applied:
    """What is remembered after a real seed: also the owners, and nothing that is Odoo's."""
    index = SeedIndex(seeded.seed)
    ownership = Ownership(seeded.policy, index)
    applied = {}
    for key, record in applied_of(seeded).items():
        ref = str(record.values.get("project_external_ref", key[1]))
        owners = ownership.of(ref)
        values = {
            name: value for name, value in record.values.items() if owners[key[0], name] != "odoo"
        }
        if key[0] == "project":
            values["ownership"] = as_value(owners)
        applied[key] = replace(record, values=values)
    return applied


def plan_after(before: SeedAndPolicy, wanted: SeedAndPolicy, **changed: dict[str, object]) -> Plan:
    return make_plan(wanted, applied_by(before), in_odoo(before, **changed), "default")


def test_a_field_is_enforced_in_the_project_that_says_so_and_left_alone_in_the_other():
    seeded = two_projects(Policy(projects={"P": STAGE_IS_GITS}))
    moved = {"stage_name": "Done"}
    plan = plan_after(seeded, seeded, T1=moved, U1=moved)

    assert change_of(plan, "T1") == {"stage_name": ("Done", "To Do", "drift")}
    assert change_of(plan, "U1") == {}
    assert [item.external_ref for item in plan.kept] == ["U1"]


def test_a_new_record_goes_by_its_project_too():
    policy = Policy(projects={"P": {"task": {"deadline": "odoo"}}})
    wanted = two_projects(policy, deadline="2026-01-09")
    plan = make_plan(wanted, {}, in_odoo(SeedAndPolicy(Seed(), Policy())), "default")

    assert "deadline" not in change_of(plan, "T1")
    assert change_of(plan, "U1")["deadline"] == (None, "2026-01-09", "git")
    assert "ownership" not in change_of(plan, "P")


def test_verification_goes_by_the_project_too():
    seeded = two_projects(Policy(projects={"P": STAGE_IS_GITS}))
    moved = {"stage_name": "Done"}
    live = in_odoo(seeded, T1=moved, U1=moved)
    found = verify(seeded, applied_of(seeded), Shadow(live.records), "default")

    assert [item.external_ref for item in found.findings] == ["T1"]
    assert found.kept == 1


def test_a_change_of_owner_is_told_once_for_all_projects_and_where_it_is_not_everywhere():
    before, after = two_projects(Policy()), two_projects(Policy(ownership=STAGE_IS_GITS))
    everywhere = plan_after(before, after)
    line = "Owner since the last seed: task stage initial → git (all 2 projects)"
    assert line in text(everywhere)
    assert line in markdown(everywhere)
    assert as_json(everywhere)["owner_changes"] == [
        {
            "kind": "task",
            "field": "stage_name",
            "old": "initial",
            "new": "git",
            "projects": ["P", "Q"],
        }
    ]
    one = two_projects(Policy(projects={"Q": {"task": {"deadline": "odoo"}}}))
    told = text(plan_after(before, one))
    assert "Owner since the last seed: task deadline git → odoo (Q)" in told
    assert "Owner" not in text(plan_after(after, after))


def test_what_git_owns_only_now_is_not_called_drift():
    before, after = two_projects(Policy()), two_projects(Policy(ownership=STAGE_IS_GITS))
    plan = plan_after(before, after, T1={"stage_name": "Done"})

    (change,) = plan.changes
    assert [item.news for item in change.fields] == ["new-owner"]
    assert "stage Done → To Do (policy.yaml gives it to git now)" in text(plan)
    assert "drift" not in text(plan)
    (field,) = as_json(plan)["changes"][0]["fields"]
    assert field["news"] == "new-owner"


def test_a_project_that_changes_its_program_may_change_its_owners():
    policy = Policy(programs={"close": STAGE_IS_GITS})
    before = SeedAndPolicy(Seed((CLOSE,), (PROJECT,), (), (task("T1"),)), policy)
    moved = replace(PROJECT, program_slug="close")
    after = SeedAndPolicy(Seed((CLOSE,), (moved,), (), (task("T1"),)), policy)

    assert "task stage initial → git (P)" in text(plan_after(before, after))


def test_a_project_that_was_never_seeded_has_no_change_of_owner():
    before = content(task("T1"))
    after = SeedAndPolicy(
        replace(before.seed, projects=(PROJECT, OTHER)), Policy(projects={"Q": STAGE_IS_GITS})
    )

    assert plan_after(before, after).news.owner_changes == ()


def test_a_seed_from_before_owners_were_kept_has_no_change_of_owner():
    before, after = two_projects(Policy()), two_projects(Policy(ownership=STAGE_IS_GITS))
    plan = make_plan(after, applied_of(before), in_odoo(before), "default")

    assert plan.news.owner_changes == ()


def test_a_field_that_the_yaml_names_for_the_first_time_is_told_so():
    before = content(task("T1"), task("T2"), task("T3"))
    after = content(task("T1", planned_hours=8.0), task("T2", planned_hours=0.0), task("T3"))
    plan = plan_after(before, after, T1={"planned_hours": 6.0})

    assert change_of(plan, "T1") == {"planned_hours": (6.0, 8.0, "git")}
    assert "planned hours 6 h → 8 h (new in the YAML)" in text(plan)
    assert "New in the YAML: planned hours of 2 tasks (P)" in text(plan)
    assert "New in the YAML: planned hours of 2 tasks" in markdown(plan)
    assert as_json(plan)["new_fields"] == [
        {"kind": "task", "field": "planned_hours", "records": 2, "projects": ["P"]}
    ]
    assert [item["news"] for item in as_json(plan)["changes"][0]["fields"]] == ["new-field"]


def test_the_same_new_field_of_many_tasks_is_told_in_one_line():
    refs = [f"T{number}" for number in range(5)]
    before = content(*map(task, refs))
    after = content(*(task(ref, planned_hours=8.0) for ref in refs))

    assert "~ 5 tasks: planned hours 0 h → 8 h (new in the YAML)" in text(plan_after(before, after))


def test_a_new_field_that_odoo_owns_is_not_news_for_ever():
    policy = Policy(ownership={"task": {"deadline": "odoo"}})
    seeded = content(task("T1", deadline="2026-01-09"), policy=policy)

    assert plan_after(seeded, seeded).news.new_fields == ()


def test_a_field_that_git_takes_from_odoo_is_a_change_of_owner_and_not_a_new_field():
    policy = Policy(ownership={"task": {"deadline": "odoo"}})
    before = content(task("T1", deadline="2026-01-09"), policy=policy)
    after = replace(before, policy=Policy())
    plan = plan_after(before, after, T1={"deadline": "2026-01-16T18:00"})

    assert plan.news.new_fields == ()
    assert [item.field for item in plan.news.owner_changes] == ["deadline"]
    assert [item.news for item in plan.changes[0].fields] == ["new-owner"]


def test_a_removed_field_is_cleared_and_not_new():
    before, after = content(task("T1", planned_hours=8.0)), content(task("T1"))
    plan = plan_after(before, after)

    assert [item.news for item in plan.changes[0].fields] == [None]
    assert "new in the YAML" not in text(plan)


def test_with_project_only_that_projects_news_are_told():
    before, after = two_projects(Policy()), two_projects(Policy(ownership=STAGE_IS_GITS))
    plan = make_plan(after, applied_by(before), in_odoo(before), "default", ["Q"])

    assert [item.project_refs for item in plan.news.owner_changes] == [("Q",)]


def test_the_checksum_does_not_depend_on_news_or_on_a_freeze():
    before, after = two_projects(Policy()), two_projects(Policy(ownership=STAGE_IS_GITS))

    plan = plan_after(before, after)
    frozen = Frozen("Close", date(2026, 1, 29), date(2026, 2, 6), "Asia/Manila")

    assert plan.checksum == plan_after(before, before).checksum
    assert plan.seed_checksum == plan_after(before, before).seed_checksum
    assert replace(plan, freeze=frozen).checksum == plan.checksum
