"""The verification summary: what a reviewer reads in thirty seconds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from odoo_seed.core.escape import code, plain, prose
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.plan import Change, FieldChange
from odoo_seed.core.plan_lines import by_project
from odoo_seed.core.report_run import (
    BLOCKED_ROWS,
    actions,
    failure_words,
    listed,
    override_words,
)
from odoo_seed.core.report_verify import (
    finding_markdown,
    finding_words,
    left_alone_words,
    record_markdown,
)
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from odoo_seed.core.live import Applied, Key
    from odoo_seed.core.model import Seed
    from odoo_seed.core.runs import Run, RunItem

_ROWS = 20
_OPEN_ROWS = 8
"""A longer list is folded in Markdown."""
_NOT_WRITTEN = frozenset({"failed", "blocked"})
FINDINGS = {
    "missing": "Missing in Odoo",
    "drift": "Drift, which the next seed puts back",
    "orphan": "Only in Odoo, left alone (orphans)",
    "left_alone": "Left alone, being recurring or private in Odoo",
}
_DONE: Mapping[str, Literal["create", "update", "archive"]] = {
    "created": "create",
    "updated": "update",
    "archived": "archive",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """The last seed of a target and its verification; None where there was none.

    Attributes:
        names: Name by kind and ref, since runs know refs alone.
        projects: Ref of the project that a record belongs to, by kind and ref.
        undone: The rollback, or the clearing of refs, that came after the seed.
    """

    target: str
    seed: Run | None
    verify: Run | None
    names: Mapping[Key, str] = field(default_factory=dict)
    projects: Mapping[Key, str] = field(default_factory=dict)
    loaded_since: bool = False
    undone: Run | None = None

    @property
    def ok(self) -> bool:
        """Whether everything was applied and Odoo agrees with git."""
        return bool(
            self.seed
            and self.verify
            and not self.loaded_since
            and self.seed.status == self.verify.status == "success"
        )


def summarise(
    target: str,
    seed_run: Run | None,
    verify_run: Run | None,
    load_run: Run | None,
    seed: Seed,
    applied: Applied,
    undone: Run | None = None,
) -> Summary:
    """Put the runs together with the names of the records, from git or as they were applied.

    A verification from before the seed, or from before something was taken back, says nothing of
    it and is left out.

    Args:
        undone: The newest run that took something back.
    """
    if undone and seed_run and undone.started_at < seed_run.started_at:
        undone = None
    if undone and verify_run and verify_run.started_at < undone.started_at:
        verify_run = None
    if seed_run and verify_run and verify_run.started_at < seed_run.started_at:
        verify_run = None
    loaded_since = bool(
        seed_run
        and load_run
        and load_run.started_at > seed_run.started_at
        and load_run.counts.get("changed")
    )
    names: dict[Key, str] = {}
    projects: dict[Key, str] = {}
    for key, record in applied.items():
        names[key] = str(record.values.get("name") or "")
        projects[key] = str(record.values.get("project_external_ref") or key[1])
    for project in seed.projects:
        names["project", project.external_ref] = project.name
        projects["project", project.external_ref] = project.external_ref
    for milestone in seed.milestones:
        names["milestone", milestone.external_ref] = milestone.name
        projects["milestone", milestone.external_ref] = milestone.project_external_ref
    for task in seed.tasks:
        names["task", task.external_ref] = task.name
        projects["task", task.external_ref] = task.project_external_ref
    return Summary(target, seed_run, verify_run, names, projects, loaded_since, undone)


def headline(summary: Summary) -> str:
    """The verdict, one line without markup."""
    seed, found = summary.seed, summary.verify
    if seed is None:
        return "nothing was seeded yet"
    if seed.status == "running":
        return "a seed is under way, or was broken off: run it again to be sure"
    if seed.status == "failed":
        return f"the seed failed: {plain(seed.error or actions(seed.items), 600)}"
    if summary.loaded_since:
        return "the seed has changed since it was last brought to Odoo: run `odoo-seed seed`"
    if found is None and summary.undone:
        what = "a run was rolled back" if summary.undone.verb == "rollback" else "refs were cleared"
        return f"{what} since the last seed, and Odoo was not verified after that"
    cut_short = f"; the seed was cut short: {plain(seed.error, 600)}" if seed.error else ""
    if found is None:
        return f"seeded ({actions(seed.items)}), not verified yet{cut_short}"
    if found.error:
        return f"seeded, but Odoo could not be verified: {plain(found.error, 600)}{cut_short}"
    agreeing, checked = found.counts.get("agreeing", 0), found.counts.get("checked", 0)
    left_alone = left_alone_words(found.counts.get("left_alone", 0))
    if summary.ok:
        return f"Odoo agrees with git: {agreeing} of {count(checked, 'record')}{left_alone}"
    told = f"{agreeing} of {count(checked, 'record')} in Odoo agree with git{left_alone}"
    failed = len(_items(summary, *_NOT_WRITTEN))
    unwritten = f"; {count(failed, 'record')} could not be written" if failed else ""
    return f"{told}{cut_short}{unwritten}"


def _items(summary: Summary, *wanted: str) -> list[RunItem]:
    """Records of the seed run with one of these actions."""
    items = summary.seed.items if summary.seed else ()
    return [item for item in items if item.action in wanted]


def _found(summary: Summary, action: str) -> list[RunItem]:
    """Findings of the verification, but for records that are said not to be written."""
    told = {(item.kind, item.external_ref) for item in _items(summary, *_NOT_WRITTEN)}
    items = summary.verify.items if summary.verify else ()
    return [i for i in items if i.action == action and (i.kind, i.external_ref) not in told]


def changes(summary: Summary) -> dict[str, list[str]]:
    """What the seed run changed in Odoo, in the words of its plan, by project."""
    return by_project([_change(summary, item) for item in _items(summary, *_DONE)])


def _change(summary: Summary, item: RunItem) -> Change:
    key = (item.kind, item.external_ref)
    fields = tuple(
        FieldChange(one.field, one.old, one.new, one.old, "git")
        for one in item.changes
        if one.field in BY_KIND[item.kind]
    )
    return Change(
        _DONE[item.action],
        item.kind,
        item.external_ref,
        summary.projects.get(key, item.external_ref),
        summary.names.get(key, ""),
        fields,
        item.odoo_id,
    )


def text(summary: Summary) -> str:
    """For a terminal or a log."""
    mark = "OK" if summary.ok else "NOT OK"
    lines = [f"{mark}  target {plain(summary.target)}: {headline(summary)}"]
    if seed := summary.seed:
        done = actions(seed.items) if seed.items or seed.status == "success" else "nothing written"
        lines.append(f"  Last seed: {seed.status}, {done}, run {seed.run_id}")
        lines += [f"  {override_words(seed.override)}"] if seed.override else []
    for action, most in (("failed", _ROWS), ("blocked", BLOCKED_ROWS)):
        rows = (f"  {action.upper()} {failure_words(one)}" for one in _items(summary, action))
        lines += listed(rows, most)
    for action in FINDINGS:
        lines += listed((f"  {finding_words(one)}" for one in _found(summary, action)), _ROWS)
    changed = [
        line
        for ref, told in changes(summary).items()
        for line in (f"  {plain(ref)}", *(f"    {one}" for one in told))
    ]
    return "\n".join([*lines, *listed(changed, _ROWS)])


def markdown(summary: Summary, *, html: bool = True) -> str:
    """For the pull request and the job summary.

    Args:
        html: Fold long lists, which Markdown itself cannot.
    """
    lines = list(opening(summary))
    for title, rows in troubles(summary).items():
        lines += _section(title, rows, folds=html)
    lines += _section("Changed in Odoo", _changed(summary), folds=html)
    about = " · ".join(facts(summary))
    return "\n".join([*lines, "", f"<sub>{about}</sub>" if html else about])


def opening(summary: Summary) -> Iterator[str]:
    """The verdict and the counts, in Markdown."""
    mark = "✅" if summary.ok else "❌"
    yield f"### {mark} odoo-seed: {prose(headline(summary), 600)}"
    yield from _table(summary)
    if summary.seed and summary.seed.override:
        yield from ("", f"🧊 {prose(override_words(summary.seed.override), 700)}")


def troubles(summary: Summary) -> dict[str, list[str]]:
    """Rows for lists in Markdown, by title: what failed, what waits for it, what differs."""
    failed, blocked = _items(summary, "failed"), _items(summary, "blocked")
    found = {
        "Could not be written": [_failure(summary, item) for item in failed],
        "Waiting for these": [_failure(summary, item) for item in blocked],
    }
    for action, title in FINDINGS.items():
        found[title] = [
            finding_markdown(item, summary.names.get((item.kind, item.external_ref), ""))
            for item in _found(summary, action)
        ]
    return found


def _changed(summary: Summary) -> Iterator[str]:
    for ref, told in changes(summary).items():
        if len(told) == 1:
            yield f"{code(ref)} {code(told[0], 600)}"
        else:
            name = summary.names.get(("project", ref), "")
            nested = "".join(f"\n  - {code(line, 600)}" for line in told)
            yield f"{code(ref)} {prose(name)}{nested}"


def _failure(summary: Summary, item: RunItem) -> str:
    name = summary.names.get((item.kind, item.external_ref), "")
    return f"{record_markdown(item, name)}: {prose(item.error, 600)}"


def _table(summary: Summary) -> Iterator[str]:
    if summary.seed is None:
        return
    done: Counter[str] = Counter(item.action for item in summary.seed.items)
    found = summary.verify.counts if summary.verify else {}
    yield ""
    yield "| created | updated | archived | failed | blocked | agree | drift | missing | orphans |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    numbers = [done[name] for name in ("created", "updated", "archived", "failed", "blocked")]
    numbers += [found.get(name, 0) for name in ("agreeing", "drift", "missing", "orphan")]
    yield f"| {' | '.join(map(str, numbers))} |"


def _section(title: str, rows: Iterable[str], *, folds: bool) -> list[str]:
    """A list under its title, folded when it is long; nothing when it is empty."""
    found = [line for row in rows for line in f"- {row}".split("\n")]
    if not found:
        return []
    shown = listed(found, _ROWS, "- ")
    if len(found) <= _OPEN_ROWS or not folds:
        return ["", f"**{title}**", "", *shown]
    head = f"<details><summary><b>{title}</b>: {len(found)}</summary>"
    return ["", head, "", *shown, "", "</details>"]


def facts(summary: Summary) -> list[str]:
    """Which target, commit, plan and run this is about, in Markdown."""
    seed = summary.seed
    parts = [f"target {code(summary.target)}"]
    if seed:
        parts += [f"commit {code(seed.commit[:12])}"] if seed.commit else []
        parts += [f"plan {code(seed.plan_checksum)}"] if seed.plan_checksum else []
        parts += [f"run {code(seed.run_id)}", f"{seed.started_at:%Y-%m-%d %H:%M} UTC"]
    return parts
