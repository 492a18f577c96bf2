from dataclasses import replace

from builders import PROJECT, content, plan_of, task

from odoo_seed.core.eyes import Inmate, Question, Sight, Work, judged, question_of
from odoo_seed.core.model import Seed, SeedAndPolicy
from odoo_seed.core.policy import Guards, Policy

NOBODY = SeedAndPolicy(Seed(projects=(replace(PROJECT, external_ref="Q"),)), Policy())


def archiving():
    """A plan that archives project P (id 10) and its tasks T1 and T2 (ids 11 and 12)."""
    plan = plan_of(NOBODY, content(task("T1", name="Accrue payroll"), task("T2")))
    assert plan.count("archive") == 3
    return plan


def test_a_plan_that_archives_nothing_asks_nothing():
    before, after = content(task("T1")), content(task("T1", name="New"), task("T2"))
    assert not question_of(plan_of(after, before))


def test_what_would_be_archived_is_asked_about():
    assert question_of(archiving()) == Question(tasks=(11, 12), projects=(10,))


def test_a_project_that_would_be_hidden_is_asked_about():
    hidden = content(project=replace(PROJECT, visibility="followers"))
    assert question_of(plan_of(hidden, content())) == Question(hidden=(10,))


def test_peoples_work_is_named_with_its_counts_and_trips_a_guard_whatever_the_share():
    plan = judged(archiving(), Sight({("task", 11): Work(3, 1, 5)}), Guards())
    (trip,) = plan.guards
    assert trip.guard == "archive-with-work"
    assert trip.setting == "policy.guards.max_archive_with_work"
    assert "task T1 “Accrue payroll”: 3 timesheets, 1 attachment, 5 messages" in trip.message
    notes = {change.external_ref: change.note for change in plan.changes}
    assert notes["T1"] == "it carries 3 timesheets, 1 attachment, 5 messages"
    assert notes["T2"] == ""
    assert plan.checksum == archiving().checksum


def test_the_policy_can_allow_some_records_with_work():
    sight = Sight({("task", 11): Work(messages=1)})
    assert not judged(archiving(), sight, Guards(max_archive_with_work=1)).guards


def test_peoples_own_tasks_that_a_project_takes_along_are_named_and_trip_a_guard():
    inmates = (
        Inmate(11, "Accrue payroll", 10, closed=False),
        Inmate(70, "My own", 10, closed=False),
        Inmate(71, "Old one", 10, closed=True),
    )
    plan = judged(archiving(), Sight({("task", 70): Work(2)}, inmates), Guards())
    (trip,) = plan.guards
    assert trip.guard == "taken-along"
    assert "1 open task that git does not have: project P “Close” takes along “My own”" in (
        trip.message
    )
    (note,) = [change.note for change in plan.changes if change.external_ref == "P"]
    assert note == (
        "takes along 2 tasks that git does not have, 1 of them open: “My own” (2 timesheets)"
    )


def test_closed_tasks_are_taken_along_without_asking():
    inmates = (Inmate(71, "Old one", 10, closed=True),)
    plan = judged(archiving(), Sight(inmates=inmates), Guards())
    assert not plan.guards
    assert "takes along 1 task" in plan.changes[0].note


def test_a_task_that_moves_away_first_is_not_taken_along():
    other = replace(PROJECT, external_ref="Q", name="Other")
    before = SeedAndPolicy(Seed(projects=(PROJECT, other), tasks=(task("T1"),)), Policy())
    moved = task("T1", project_external_ref="Q")
    after = SeedAndPolicy(Seed(projects=(other,), tasks=(moved,)), Policy())
    plan = plan_of(after, before)
    inmates = (Inmate(12, "T1", 10, closed=False),)
    assert not judged(plan, Sight(inmates=inmates), Guards()).guards


def test_a_project_that_the_bot_would_no_longer_see_trips_a_guard():
    hidden = content(project=replace(PROJECT, visibility="followers"))
    plan = judged(plan_of(hidden, content()), Sight(out_of_sight=frozenset({10})), Guards())
    assert [trip.guard for trip in plan.guards] == ["bot-access"]


def test_what_could_not_be_read_is_said():
    plan = judged(archiving(), Sight(not_looked_at=("timesheets: no app",)), Guards())
    assert plan.not_looked_at == ("timesheets: no app",)


HIDDEN = "timesheets: Odoo does not give this user the right to read account.analytic.line"


def test_what_this_odoo_does_not_have_trips_nothing():
    plan = judged(archiving(), Sight(not_looked_at=("timesheets: no app",)), Guards())
    assert plan.guards == ()


def test_what_the_bot_may_not_read_may_be_on_every_record_and_trips_the_guard():
    plan = judged(archiving(), Sight(withheld=(HIDDEN,)), Guards())
    (trip,) = plan.guards
    assert (trip.guard, trip.setting) == (
        "archive-with-work", "policy.guards.max_archive_with_work",
    )  # fmt: skip
    assert trip.message == (
        f"What people did on 3 records that would be archived cannot all be seen: {HIDDEN}; "
        "the limit is 0."
    )
    assert plan.not_looked_at == (HIDDEN,)


def test_work_that_is_seen_and_work_that_is_not_are_one_guard():
    sight = Sight({("task", 11): Work(messages=1)}, withheld=(HIDDEN,))
    (trip,) = judged(archiving(), sight, Guards(max_archive_with_work=2)).guards
    assert trip.message == (
        "People worked on 1 record that would be archived: task T1 “Accrue payroll”: 1 message. "
        f"What people did on 3 records that would be archived cannot all be seen: {HIDDEN}; "
        "the limit is 2."
    )


def test_who_allows_as_many_with_work_as_are_archived_needs_no_sight_of_it():
    plan = judged(archiving(), Sight(withheld=(HIDDEN,)), Guards(max_archive_with_work=3))
    assert plan.guards == ()
    assert plan.not_looked_at == (HIDDEN,)


def test_what_cannot_be_read_stops_nothing_where_nothing_is_archived():
    hidden = content(project=replace(PROJECT, visibility="followers"))
    assert not judged(plan_of(hidden, content()), Sight(withheld=(HIDDEN,)), Guards()).guards
