from dataclasses import replace

from builders import applied_of, content, in_odoo, task

from odoo_seed.core.planning import make_plan


def test_a_rename_that_a_killed_run_only_did_in_odoo_keeps_what_was_applied():
    before = content(task("OLD", description="Words", protected=True))
    after = content(task("NEW", previous_refs=("OLD",), protected=True))
    live = in_odoo(content(task("NEW", description="Words")))
    live.directory.records["task", "NEW"] = applied_of(before)["task", "OLD"].odoo_id
    live.records["task", "NEW"] = replace(
        live.records["task", "NEW"], odoo_id=applied_of(before)["task", "OLD"].odoo_id
    )
    plan = make_plan(after, applied_of(before), live, "default")
    (change,) = plan.changes
    assert (change.action, change.external_ref) == ("update", "NEW")
    assert change.values == {"description": None}
    assert plan.forget == (("task", "OLD"),)
    assert plan.guards == ()


def test_what_was_applied_to_another_record_under_the_old_ref_is_not_taken_over():
    before = content(task("OLD", description="Words"))
    after = content(task("NEW", previous_refs=("OLD",)))
    live = in_odoo(content(task("NEW", description="Words")))
    other = 4711
    live.records["task", "NEW"] = replace(live.records["task", "NEW"], odoo_id=other)
    plan = make_plan(after, applied_of(before), live, "default")
    assert plan.empty
