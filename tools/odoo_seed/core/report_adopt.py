"""What is adopted, or was: as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.adoption import counted
from odoo_seed.core.escape import plain
from odoo_seed.core.plan_news import freeze_words
from odoo_seed.core.report_rollback import outcome
from odoo_seed.core.report_run import actions, listed
from odoo_seed.core.words import count, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.adoption import Adoption, Left
    from odoo_seed.core.drift import DriftAdoption
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.runs import Run

    Files = Sequence[tuple[str, int | None, int]]
    """Path, lines before (None for a new file) and lines after."""

_AGAIN = "Nothing was changed. To do it, repeat the command with --yes."
_NEXT = (
    "Review the files (`git diff`) and load them once they are merged: `odoo-seed plan` has nothing"
    " to do for them."
)


def text(adoption: Adoption, plan: Plan, files: Files, run: Run | None) -> str:
    """What would be adopted; then how that went."""
    return "\n".join(_lines(adoption, plan, files, run))


def _lines(adoption: Adoption, plan: Plan, files: Files, run: Run | None) -> Iterator[str]:
    target = plain(plan.target)
    if not adoption.refs:
        yield f"Target {target} has no project to adopt."
        yield from _left(adoption.left)
        return
    number = counted((kind, ref) for (kind, _), ref in adoption.refs.items())
    told = ", ".join(count(of, kind) for kind, of in number.items() if of)
    refs = count(len(adoption.unset), "ref")
    if run is None:
        yield f"Would adopt {told} from target {target}, and set {refs} in Odoo."
        if plan.freeze:
            yield f"  FREEZE {freeze_words(plan)}"
    else:
        yield f"Adopted {told} from target {target}: {run.status}: {actions(run.items)}"
        yield from outcome(run)
    for ref in adoption.projects:
        found = adoption.live.records["project", ref]
        inside = counted(
            (kind, other)
            for (kind, _), other in adoption.refs.items()
            if kind != "project" and _project(adoption, (kind, other)) == ref
        )
        number_of = ", ".join(count(of, kind) for kind, of in inside.items() if of) or "no task"
        yield f"  {ref} “{plain(found.values['name'], 70)}” (id {found.odoo_id}): {number_of}"
    yield from _files(files)
    yield from _left(adoption.left)
    if run is None:
        yield _AGAIN
    elif run.status == "success":
        yield from (_NEXT, f"Run {run.run_id}")
    else:
        yield "Until all refs are set the YAML says `sync_enabled: false`. Run the command again."
        yield f"Run {run.run_id}"


def _project(adoption: Adoption, key: tuple[Any, str]) -> str:
    return str(adoption.live.records[key].values.get("project_external_ref"))


def drift_text(drift: DriftAdoption, target: str, files: Files, *, saved: bool) -> str:
    """What of the drift becomes a change to the YAML."""
    return "\n".join(_drift_lines(drift, target, files, saved=saved))


def _drift_lines(drift: DriftAdoption, target: str, files: Files, *, saved: bool) -> Iterator[str]:
    if not drift.taken:
        yield f"Nothing that people changed in target {plain(target)} is to be adopted."
        yield from _left(drift.left)
        return
    number = count(len(drift.taken), "change")
    yield f"{'Adopted' if saved else 'Would adopt'} {number} that people made in {plain(target)}:"
    yield from listed(
        f"{item.kind} {plain(item.external_ref)} “{plain(item.name, 70)}”: "
        f"{plain(say(item.kind, item.change), 300)}"
        for item in drift.taken
    )
    yield from _files(files)
    yield from _left(drift.left)
    yield _NEXT if saved else _AGAIN


def _files(files: Files) -> Iterator[str]:
    for path, before, after in files:
        told = f"new, {count(after, 'line')}" if before is None else "changed"
        yield f"  {plain(path, 300)}: {told}"


def _left(left: Sequence[Left]) -> Iterator[str]:
    if left:
        yield "Left out, and as it is in Odoo:"
        yield from listed(f"  {_title(item)}: {plain(item.reason, 300)}" for item in left)


def _title(item: Left) -> str:
    name = f"“{plain(item.name, 70)}”"
    where = f" {plain(item.external_ref)}" if item.external_ref else ""
    number = f" (id {item.odoo_id})" if item.odoo_id and not where else ""
    what = f": {item.what}" if item.what else ""
    return f"{item.kind}{where} {name}{number}{what}"


def as_json(adoption: Adoption, plan: Plan, files: Files, run: Run | None) -> dict[str, Any]:
    """As `schemas/adopt.schema.json` describes it."""
    number = counted((kind, ref) for (kind, _), ref in adoption.refs.items())
    return {
        **_head(plan.target, files, adoption.left, written=run is not None),
        "ok": not plan.guards if run is None else run.status == "success",
        "run_id": run.run_id if run else None,
        "status": run.status if run else None,
        "error": run.error if run else None,
        "counts": number,
        "projects": [
            {
                "external_ref": ref,
                "name": str(adoption.live.records["project", ref].values["name"]),
                "odoo_id": adoption.live.records["project", ref].odoo_id,
            }
            for ref in adoption.projects
        ],
        "refs_to_set": len(adoption.unset),
        "failed": [
            {"kind": item.kind, "external_ref": item.external_ref, "error": item.error}
            for item in (run.items if run else ())
            if item.error
        ],
    }


def drift_json(drift: DriftAdoption, target: str, files: Files, *, saved: bool) -> dict[str, Any]:
    """As `schemas/adopt_drift.schema.json` describes it."""
    return {
        **_head(target, files, drift.left, written=saved),
        "changes": [
            {
                "kind": item.kind,
                "external_ref": item.external_ref,
                "name": item.name,
                "field": item.change.name,
                "git": _plain(item.change.old),
                "odoo": _plain(item.change.new),
                "words": say(item.kind, item.change),
            }
            for item in drift.taken
        ],
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _head(target: str, files: Files, left: Sequence[Left], *, written: bool) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "target": target,
        "written": written,
        "files": [
            {"path": path, "new": before is None, "lines": after} for path, before, after in files
        ],
        "left": [
            {
                "kind": item.kind,
                "name": item.name,
                "external_ref": item.external_ref or None,
                "odoo_id": item.odoo_id,
                "field": item.what or None,
                "reason": item.reason,
            }
            for item in left
        ],
    }
