import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import cmarkgfm
import pytest
from builders import PROJECT, content, plan_of, task
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st
from tests.acceptance.hostile import FROM_ODOO, LINES, TEXTS, assert_harmless_comment

from odoo_seed.core.comment import (
    BUDGET,
    Footer,
    compare_comment,
    plan_comment,
    problems_comment,
    summary_comment,
)
from odoo_seed.core.compare import Base, compare
from odoo_seed.core.freeze import Frozen
from odoo_seed.core.markers import checksum_in, checksum_line
from odoo_seed.core.model import Source
from odoo_seed.core.plan import Change, FieldChange, GuardTrip, Plan, Refusal
from odoo_seed.core.policy import Policy
from odoo_seed.core.problems import Problem
from odoo_seed.core.rehearsal import LeftOut, Rehearsal
from odoo_seed.core.report_compare import INITIAL
from odoo_seed.core.runs import ItemChange, Run, RunItem
from odoo_seed.core.sections import Section, fit, size
from odoo_seed.core.summary import Summary

HERE = Source("supabase/seed/odoo/close.yaml", 14)
RUN = "https://github.com/acme/finance/actions/runs/4711"
COMMIT = "0123456789abcdef" * 2 + "01234567"
RUNNER = Footer(COMMIT, RUN)
NOWHERE = Footer()
HOSTILE = [*LINES.values(), *TEXTS.values(), *FROM_ODOO.values()]


def lines(comment):
    return comment.splitlines()


def in_the_open(comment):
    """What is seen before anything is unfolded."""
    return re.sub("<details>.*?</details>", "", comment, flags=re.DOTALL)


def folds(comment):
    return re.findall("<details><summary>(.*?)</summary>(.*?)</details>", comment, re.DOTALL)


def update(ref, *fields, **more):
    return Change("update", "task", ref, more.pop("project_ref", "P"), ref, fields, **more)


def test_no_changes_are_said_first_and_briefly():
    seeded = content(task("T1"))
    plan = plan_of(seeded, seeded)
    comment = plan_comment(plan, NOWHERE)
    assert lines(comment) == [
        "<!-- odoo-seed:plan:default -->",
        "### ✅ odoo-seed plan for `default`: No changes: Odoo is as git says (2 records)",
        "",
        f"<sub>target `default` · plan `{plan.checksum}`</sub>",
        "",
        "<sub><b>Next:</b> nothing is left to do in Odoo.</sub>",
        "",
        checksum_line(plan.checksum),
    ]


def test_what_archives_or_stops_stands_in_the_open_and_changes_in_a_fold_for_each_project():
    before = content(task("T1", deadline="2026-01-09"), task("T2", name="Old"))
    plan = plan_of(content(task("T1", deadline="2026-01-16")), before)
    stopped = replace(
        plan,
        guards=(GuardTrip("archive", "Too much.", "policy.guards.max_archive_share"),),
        refusals=(Refusal("task", "T9", "There is no such person.", "Correct it.", HERE),),
        freeze=Frozen("month end", date(2026, 1, 1), date(2026, 1, 5), "Asia/Manila"),
    )
    comment = plan_comment(stopped, NOWHERE)
    seen = in_the_open(comment)
    assert lines(comment)[1].startswith("### ❌ odoo-seed plan for `default`: 1 problem must be")
    order = [
        "**Freeze**",
        "**Guard archive**",
        "There is no such person",
        "**To archive: 1 record**",
    ]
    places = [seen.index(words) for words in order]
    assert places == sorted(places)
    assert "- `- task T2 “Old”: archived, it was removed from the YAML`" in lines(seen)
    ((title, told),) = folds(comment)
    assert title == "<code>P “Close”</code>: 1 change"
    assert "task T1 “T1”: deadline 9 Jan → 16 Jan (7 days later)" in told
    assert "T2" not in told


def test_what_odoo_objected_to_stands_in_the_open():
    objection = Refusal("task", "T1", "Odoo says no.", "Correct it.", HERE)
    rehearsal = Rehearsal(3, (objection,), (LeftOut("tags", ("T2",)),))
    plan = replace(plan_of(content(task("T1"))), rehearsal=rehearsal)
    seen = in_the_open(plan_comment(plan, NOWHERE))
    assert "- **Odoo's rehearsal: 3 records tried and taken back, 1 objection**" in lines(seen)
    assert "close.yaml:14` task `T1`: Odoo says no. → Correct it." in seen
    assert "correct what is told above" in seen


def test_drift_is_folded_last_and_told_apart_from_what_git_changes_in_the_same_record():
    drift = FieldChange("priority", "high", "low", "low", "drift")
    ours = FieldChange("planned_hours", 2.0, 3.0, 2.0, "git")
    changes = (update("T1", drift, ours, note="be careful"), update("T2", drift, project_ref="Q"))
    comment = plan_comment(Plan("default", changes, new_tags=("VAT",)), NOWHERE)
    (first, told), (last, put_back) = folds(comment)
    assert (first, last) == (
        "<code>P</code>: 1 change",
        "<b>Drift</b>, which git puts back: 2 records",
    )
    assert lines(told.strip()) == ["- `~ task T1 “T1”: planned hours 2 h → 3 h; be careful`"]
    assert put_back.count("priority high → low (drift") == 2
    assert comment.index("New tags: VAT") < comment.index("<b>Drift</b>")


def test_the_footer_names_commit_plan_run_and_the_next_step():
    plan = plan_of(content(task("T1")))
    comment = plan_comment(plan, RUNNER)
    *_, facts, _, step, _, _ = lines(comment)
    assert checksum_in(comment) == plan.checksum
    assert facts == (
        f"<sub>commit `0123456789ab` · target `default` · plan `{plan.checksum}` · "
        f"[run]({RUN})</sub>"
    )
    assert step == (
        "<sub><b>Next:</b> review and merge; `odoo-seed seed` then writes this to Odoo.</sub>"
    )


def test_the_same_plan_gives_the_same_comment():
    def made():
        return plan_of(content(task("T1"), task("T2", depends_on_refs=("T1",))))

    assert plan_comment(made(), RUNNER) == plan_comment(made(), RUNNER)


def hostile_plan():
    """Every hostile text as a name, a value, a message and a reason."""
    changes, refusals, wanted = [], [], {}
    for number, text in enumerate(HOSTILE):
        ref, project = f"{text[:40]} {number}", f"{text[:20]} P{number}"
        fields = (
            FieldChange("name", text, f"{text} x", text, "drift"),
            FieldChange("tag_names", (), (text,), (), "git"),
        )
        note = {"project_ref": project, "note": text, "written_by": text, "written_at": text}
        changes.append(replace(update(ref, *fields, **note), name=text))
        changes.append(Change("archive", "task", f"{ref} a", project, text, (_off(),), note=text))
        refusals.append(Refusal("task", ref, text, text, Source(text, 1)))
        wanted["project", project] = {"name": text}
    pair = (("task", changes[0].external_ref), ("task", changes[2].external_ref))
    wanted |= {pair[0]: {"name": "x", "depends_on_refs": (pair[1][1],)}}
    return Plan(
        "default",
        tuple(changes),
        refusals=tuple(refusals),
        left_alone=tuple(refusals),
        guards=tuple(GuardTrip("archive", text, "policy.x") for text in HOSTILE),
        new_tags=tuple(HOSTILE),
        not_looked_at=tuple(HOSTILE),
        wanted=wanted,
        rehearsal=Rehearsal(9, tuple(refusals), tuple(LeftOut(text, (text,)) for text in HOSTILE)),
    )


def _off():
    return FieldChange("is_active", True, False, True, "git")


def test_the_worst_plan_comes_to_no_harm_on_the_page_and_keeps_to_the_size():
    plan = hostile_plan()
    for raw in (False, True):
        assert_harmless_comment(plan_comment(plan, NOWHERE, raw=raw))
        assert_harmless_comment(plan_comment(plan, RUNNER, raw=raw), RUN)


@pytest.mark.parametrize("text", HOSTILE, ids=[*LINES, *TEXTS, *FROM_ODOO])
def test_a_hostile_name_comes_to_no_harm_in_a_comment_that_shows_all_of_it(text):
    plan = hostile_plan()
    place = HOSTILE.index(text)
    one, other = plan.changes[place * 2], plan.changes[place * 2 + 1]
    wanted = {("task", one.external_ref): {"name": text, "depends_on_refs": (other.external_ref,)}}
    some = replace(
        plan,
        changes=(one, other),
        refusals=plan.refusals[place : place + 1],
        left_alone=(),
        guards=(GuardTrip("archive", text[:300], "policy.x"),),
        new_tags=(text,),
        not_looked_at=(text,),
        rehearsal=None,
        wanted=wanted | {("project", one.project_ref): {"name": text}},
    )
    comment = plan_comment(some, NOWHERE)
    assert "```mermaid" in comment
    assert not re.search(r"^- … and \d+ more", comment, re.MULTILINE)
    assert_harmless_comment(comment)


def many(number, projects):
    """Changes that no sentence tells together."""
    return Plan(
        "default",
        tuple(
            replace(
                update(
                    f"T{place:05}",
                    FieldChange("name", f"Old {place}", f"New {place}", f"Old {place}", "git"),
                    project_ref=f"P{place % projects:04}",
                ),
                name=f"Task {place}",
            )
            for place in range(number)
        ),
    )


@pytest.mark.parametrize("projects", [1, 7, 300, 10_000])
def test_ten_thousand_changes_keep_to_the_size_with_whole_markup_and_a_number_of_the_rest(projects):
    plan = many(10_000, projects)
    comment = plan_comment(plan, RUNNER)
    assert_harmless_comment(comment, RUN)
    assert size(comment) > BUDGET * 0.8
    shown = sum(line.startswith("- `~") for line in lines(comment))
    left = sum(int(found) for found in re.findall(r"… and (\d+) more, in", comment))
    left += sum(int(found) for found in re.findall(r"more sections?, (\d+) lines", comment))
    assert shown + left == 10_000
    html = cmarkgfm.github_flavored_markdown_to_html(comment, Options.CMARK_OPT_UNSAFE)
    assert html.count("<details>") == html.count("</details>") == comment.count("<details>")
    assert "odoo-seed seed</code> then writes this" in html


def test_what_stops_a_plan_is_seen_beside_ten_thousand_changes():
    plan = many(10_000, 40)
    gone = tuple(
        Change("archive", "task", f"G{place}", "P0001", f"Gone {place}", (_off(),))
        for place in range(3)
    )
    refusals = tuple(Refusal("task", f"R{place}", f"Problem {place}.") for place in range(200))
    comment = plan_comment(replace(plan, changes=plan.changes + gone, refusals=refusals), NOWHERE)
    assert all(f"`R{place}`: Problem {place}." in comment for place in range(200))
    assert all(f"G{place} “Gone {place}”" in comment for place in range(3))
    assert size(comment) < BUDGET


WORDS = st.text(alphabet=st.sampled_from("a`é経🎉 |"), min_size=1, max_size=700)


@given(
    st.lists(st.builds(Section, st.just("**x**"), st.lists(WORDS).map(tuple), st.booleans())),
    st.integers(5000, 30_000),
)
def test_sections_keep_to_any_size_and_lose_no_row_uncounted(sections, budget):
    told = fit(sections, budget)
    assert size(told) <= budget
    rows = Counter(f"- {row}" for section in sections for row in section.rows)
    shown = Counter(line for line in told.split("\n") if line in rows)
    assert shown <= rows
    left = sum(int(found) for found in re.findall(r"^- … and (\d+) more$", told, re.MULTILINE))
    left += sum(int(found) for found in re.findall(r"more sections?, (\d+) line", told))
    assert shown.total() + left == rows.total()
    if sum(size(row) + 60 for row in rows.elements()) < budget - 3000:
        assert left == 0


def test_a_comparison_names_its_base_and_folds_each_project():
    before = content(task("T1", deadline="2026-01-09"), task("T2", name="Old"))
    after = content(
        task("T1", deadline="2026-01-16"), task("T3", stage_name="Done", depends_on_refs=("T1",))
    )
    done = compare(Base("main", "a" * 40, before), after)
    comment = compare_comment(done, RUNNER)
    assert lines(comment)[:2] == [
        "<!-- odoo-seed:compare:seed -->",
        "### 📋 odoo-seed compare: 1 to create, 1 to update, 1 to archive, 1 unchanged",
    ]
    assert "- `- task T2 “Old”: archived, it was removed from the YAML`" in in_the_open(comment)
    assert folds(comment)[0][0] == "<code>P “Close”</code>: 2 changes"
    assert '["T3 T3 (new)"]' in comment
    assert f"compared with `main (aaaaaaaaaaaa)` · [run]({RUN})" in comment
    assert_harmless_comment(comment, RUN)


def test_what_a_comparison_tells_beside_the_records_is_folded():
    before, after = (
        content(task("T1", stage_name=stage), policy=policy)
        for stage, policy in (("To Do", Policy()), ("Done", Policy(time_zone="UTC")))
    )
    comment = compare_comment(compare(Base("main", None, before), after), NOWHERE)
    titles = [title for title, _ in folds(comment)]
    assert titles == [f"{INITIAL}: 1 line", "policy.yaml: 1 line"]


def test_a_comparison_without_changes_is_short():
    same = content(task("T1"))
    comment = compare_comment(compare(Base("main", None, same), same), NOWHERE)
    assert lines(comment)[1] == (
        "### ✅ odoo-seed compare: No changes: the seed says what its base says (2 records)"
    )
    assert "Next:</b> nothing is left to do" in comment
    assert len(lines(comment)) == 6


def test_the_comment_of_an_invalid_seed_keeps_to_the_size():
    problem = Problem("p.yaml", 3, 1, "x", f"{'a ' * 150} @everyone", "b " * 150)
    comment = problems_comment([problem] * 1000, 4, RUNNER)
    assert BUDGET * 0.9 < size(comment) < BUDGET
    assert "more problems" in comment
    assert_harmless_comment(comment, RUN)


RUN_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
AT = datetime(2026, 1, 5, 3, 22, tzinfo=UTC)


def summed_up(*items, found=(), status="partial", **more):
    seed = Run(RUN_ID, "default", "seed", status, AT, commit="c" * 40, items=items, **more)
    verify = Run(
        "v", "default", "verify", "success" if not found else "partial", AT, items=found,
        counts={"checked": 9, "agreeing": 8},
    )  # fmt: skip
    return Summary("default", seed, verify, {("project", "P"): PROJECT.name}, {("task", "T1"): "P"})


def test_the_summary_tells_what_failed_in_the_open_and_changes_and_drift_in_folds():
    moved = ItemChange("deadline", "2026-01-09", "2026-01-16", "git")
    comment = summary_comment(
        summed_up(
            RunItem("task", "T1", "updated", 1, (moved,)),
            RunItem("task", "T2", "failed", error="Odoo says no", source=HERE),
            found=(RunItem("task", "T3", "drift", 3, (ItemChange("priority", "low", "high"),)),),
        ),
        RUNNER,
    )
    assert lines(comment)[0] == "<!-- odoo-seed:summary:default -->"
    assert "**Could not be written**" in in_the_open(comment)
    assert "close.yaml:14` task `T2`: Odoo says no" in in_the_open(comment)
    (changed, told), (drift, put_back) = folds(comment)
    assert changed == "<code>P “Close”</code>: 1 change"
    assert "deadline 9 Jan → 16 Jan" in told
    assert drift.startswith("Drift")
    assert "`T3`" in put_back
    *_, facts, _, step = lines(comment)
    assert facts == (
        f"<sub>target `default` · commit `cccccccccccc` · run `{RUN_ID}` · 2026-01-05 03:22 UTC · "
        f"[run]({RUN})</sub>"
    )
    assert "settle what is told above" in step
    assert_harmless_comment(comment, RUN)


def test_a_good_summary_is_short():
    comment = summary_comment(summed_up(status="success"), NOWHERE)
    assert lines(comment)[1].startswith("### ✅ odoo-seed: Odoo agrees with git")
    assert "Next:</b> nothing is left to do" in comment
    assert "<details>" not in comment


def test_the_worst_summary_comes_to_no_harm_and_keeps_to_the_size():
    kinds = ("failed", "blocked", "updated", "created")
    items, found, names, projects = [], [], {}, {}
    for number, text in enumerate(HOSTILE * 10):
        kind = kinds[number % len(kinds)]
        change = ItemChange("name", text, f"{text} x", "git")
        ref = f"{text[:40]} {number}"
        items.append(RunItem("task", ref, kind, 1, (change,), text, Source(text, 1)))
        action = ("missing", "drift", "orphan", "left_alone")[number % 4]
        found.append(RunItem("task", f"{ref} f", action, 2, (change,), text, Source(text, 2)))
        names["task", ref] = names["project", text[:20]] = text
        projects["task", ref] = text[:20]
    whole = summed_up(*items, found=tuple(found), error=HOSTILE[0])
    comment = summary_comment(replace(whole, names=names, projects=projects), RUNNER)
    assert_harmless_comment(comment, RUN)
    assert size(comment) > BUDGET / 2
