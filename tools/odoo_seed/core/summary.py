"""The verification summary: what a reviewer reads in thirty seconds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.escape import code, plain, prose
from odoo_seed.core.report_run import actions, finding_words
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.runs import Run, RunItem

_ROWS = 20
_TITLES = {"missing": "Missing in Odoo", "drift": "Drift", "orphan": "Only in Odoo (orphans)"}


@dataclass(frozen=True, slots=True)
class Summary:
    """The last seed of a target and its verification; None where there was none."""

    target: str
    seed: Run | None
    verify: Run | None

    @property
    def ok(self) -> bool:
        """Whether everything was applied and Odoo agrees with git."""
        return bool(
            self.seed
            and self.verify
            and self.seed.status == self.verify.status == "success"
            and self.verify.started_at >= self.seed.started_at
        )


def headline(summary: Summary) -> str:
    """The verdict, one line without markup."""
    seed, found = summary.seed, summary.verify
    if seed is None:
        return "nothing was seeded yet"
    if seed.status == "failed":
        return f"the seed failed: {seed.error or actions(seed.items)}"
    if found is None or found.started_at < seed.started_at:
        return f"seeded ({actions(seed.items)}), not verified yet"
    if found.error:
        return f"seeded, but Odoo could not be verified: {found.error}"
    agreeing, checked = found.counts.get("agreeing", 0), found.counts.get("checked", 0)
    told = f"{agreeing} of {count(checked, 'record')} in Odoo agree with git"
    failed = sum(item.action in {"failed", "blocked"} for item in seed.items)
    return f"{told}; {count(failed, 'record')} could not be written" if failed else told


def _failed(summary: Summary) -> list[RunItem]:
    if summary.seed is None:
        return []
    return [item for item in summary.seed.items if item.action in {"failed", "blocked"}]


def _found(summary: Summary) -> dict[str, list[RunItem]]:
    items = summary.verify.items if summary.verify else ()
    return {
        title: [item for item in items if item.action == action]
        for action, title in _TITLES.items()
    }


def text(summary: Summary) -> str:
    """For a terminal or a log."""
    mark = "OK" if summary.ok else "NOT OK"
    lines = [f"{mark}  target {plain(summary.target)}: {headline(summary)}"]
    if summary.seed:
        lines.append(f"  Last seed: {summary.seed.status}: {actions(summary.seed.items)}")
    lines += [f"  {_failure(item)}" for item in _failed(summary)[:_ROWS]]
    for items in _found(summary).values():
        lines += [f"  {finding_words(item)}" for item in items[:_ROWS]]
    return "\n".join(lines)


def _failure(item: RunItem) -> str:
    where = f"{plain(item.source)}: " if item.source else ""
    return f"{where}{item.kind} {plain(item.external_ref)}: {plain(item.error, 400)}"


def markdown(summary: Summary) -> str:
    """For the pull request and the job summary."""
    mark = "✅" if summary.ok else "❌"
    lines = [f"### {mark} odoo-seed: {prose(headline(summary))}", ""]
    lines += _table(summary)
    if failed := _failed(summary):
        lines += ["", "**Could not be written**", "", *_rows(failed, _failure)]
    for title, items in _found(summary).items():
        if items:
            lines += ["", f"<details><summary>{title}: {len(items)}</summary>", ""]
            lines += [*_rows(items, finding_words), "", "</details>"]
    lines += ["", *_footer(summary), ""]
    return "\n".join(lines)


def _table(summary: Summary) -> Iterator[str]:
    if summary.seed is None:
        return
    done: Counter[str] = Counter(item.action for item in summary.seed.items)
    found = summary.verify.counts if summary.verify else {}
    yield "| created | updated | archived | failed | blocked | agree | drift | missing | orphans |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    numbers = [done[name] for name in ("created", "updated", "archived", "failed", "blocked")]
    numbers += [found.get(name, 0) for name in ("agreeing", "drift", "missing", "orphan")]
    yield f"| {' | '.join(map(str, numbers))} |"


def _rows(items: Sequence[RunItem], words: Any) -> Iterator[str]:
    yield from (f"- {code(words(item))}" for item in items[:_ROWS])
    if len(items) > _ROWS:
        yield f"- … and {len(items) - _ROWS} more"


def _footer(summary: Summary) -> Iterator[str]:
    seed = summary.seed
    parts = [f"target {code(summary.target)}"]
    if seed:
        parts += [f"commit {code(seed.commit[:12])}"] if seed.commit else []
        parts += [f"plan {code(seed.plan_checksum)}"] if seed.plan_checksum else []
        parts.append(f"run {code(seed.run_id)}")
    yield f"<sub>{' · '.join(parts)}</sub>"


def as_json(summary: Summary) -> dict[str, Any]:
    """As `schemas/summary.schema.json` describes it."""
    return {
        "schema_version": 1,
        "ok": summary.ok,
        "target": summary.target,
        "headline": headline(summary),
        "seed": _run_json(summary.seed),
        "verify": _run_json(summary.verify),
    }


def _run_json(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "run_id": run.run_id,
        "status": run.status,
        "started_at": run.started_at.isoformat(),
        "commit": run.commit,
        "plan_checksum": run.plan_checksum,
        "counts": dict(run.counts),
        "error": run.error,
        "items": [
            {
                "action": item.action,
                "kind": item.kind,
                "external_ref": item.external_ref,
                "odoo_id": item.odoo_id,
                "error": item.error,
                "source": str(item.source) if item.source else None,
            }
            for item in run.items
        ],
    }
