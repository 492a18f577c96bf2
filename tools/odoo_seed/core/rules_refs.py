"""Refs: unique in their kind, and pointing at something that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.findings import where
from odoo_seed.core.model import KINDS, Project, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.findings import Findings
    from odoo_seed.core.model import Kind, Milestone, Pointer, Record


def check_refs(findings: Findings) -> None:
    """Duplicate and dangling refs of all kinds."""
    for kind in KINDS:
        _check_unique(findings, kind)
    _check_programs(findings)
    for project in findings.seed.projects:
        _known(findings, project, "program", ("program_slug",), findings.programs)
    for milestone in findings.seed.milestones:
        _check_owner(findings, milestone)
    for task in findings.seed.tasks:
        _check_owner(findings, task)
        _check_task(findings, task)


def _check_unique(findings: Findings, kind: Kind) -> None:
    key = "slug" if kind == "program" else "external_ref"
    first: dict[str, Record] = {}
    for record in findings.seed.of_kind(kind):
        ref = record.external_ref
        if not ref:
            continue
        other = first.setdefault(ref, record)
        if other is not record:
            found = f"the {kind} {ref} stands in {where(other)} already"
            remedy = f"give one of the two another {key}, or remove it"
            findings.add(record, (key,), "duplicate-ref", found, remedy)
    former: dict[str, Record] = {}
    for record in findings.seed.of_kind(kind):
        if isinstance(record, Project | Task):
            _check_former(findings, kind, record, first, former)


def _check_former(
    findings: Findings,
    kind: Kind,
    record: Project | Task,
    present: Mapping[str, Record],
    former: dict[str, Record],
) -> None:
    for index, ref in enumerate(record.previous_refs):
        field: Pointer = ("previous_refs", index)
        code = "previous-ref-in-use"
        other = former.setdefault(ref, record)
        if ref == record.external_ref:
            found = f"{ref} is the {kind}'s present ref"
            findings.add(record, field, code, found, "name only former refs here")
        elif ref in present:
            found = f"{ref} is still the ref of a {kind} in {where(present[ref])}"
            findings.add(record, field, code, found, "remove that one, or remove this former ref")
        elif other is not record:
            found = f"{ref} is named as a former ref in {where(other)} as well"
            findings.add(record, field, code, found, f"only one {kind} can have been {ref}")


def _check_programs(findings: Findings) -> None:
    for program in findings.seed.programs:
        _known(findings, program, "program", ("parent_slug",), findings.programs)


def _check_owner(findings: Findings, record: Milestone | Task) -> None:
    """Only rows that came by SQL can miss their project."""
    ref = record.project_external_ref
    if ref and ref not in findings.projects and ref not in findings.unsure:
        found = f"{record.external_ref} belongs to the project {ref}, which is not there"
        remedy = findings.suggestion(ref, findings.projects, "add the project")
        findings.add(record, ("project_external_ref",), "unknown-project", found, remedy)


def _check_task(findings: Findings, task: Task) -> None:
    tasks = findings.tasks
    if _known(findings, task, "task", ("parent_external_ref",), tasks):
        parent = tasks[task.parent_external_ref or ""]
        if parent.project_external_ref != task.project_external_ref:
            found = (
                f"the parent {parent.external_ref} is in the project {parent.project_external_ref}"
            )
            remedy = "put both in one project; depends_on_refs may reach across projects"
            findings.add(task, ("parent_external_ref",), "parent-elsewhere", found, remedy)
    if _known(findings, task, "milestone", ("milestone_external_ref",), findings.milestones):
        milestone = findings.milestones[task.milestone_external_ref or ""]
        if milestone.project_external_ref != task.project_external_ref:
            project = milestone.project_external_ref
            found = f"the milestone {milestone.external_ref} is in the project {project}"
            own = [
                m.external_ref
                for m in findings.seed.milestones
                if m.project_external_ref == task.project_external_ref
            ]
            remedy = f"name a milestone of this project: {', '.join(own[:5]) or 'it has none yet'}"
            findings.add(task, ("milestone_external_ref",), "milestone-elsewhere", found, remedy)
    for index, ref in enumerate(task.depends_on_refs or ()):
        _check_ref(findings, task, "task", ("depends_on_refs", index), ref, tasks)


def _known(
    findings: Findings, record: Record, kind: Kind, field: Pointer, known: Mapping[str, Record]
) -> bool:
    """Check one optional ref; True when it points at a record."""
    ref = getattr(record, str(field[0]))
    return bool(ref) and _check_ref(findings, record, kind, field, ref, known)


def _check_ref(
    findings: Findings,
    record: Record,
    kind: Kind,
    field: Pointer,
    ref: str,
    known: Mapping[str, Record],
) -> bool:
    if ref in known:
        return True
    if ref not in findings.unsure:
        code = {
            "depends_on_refs": "unknown-dependency",
            "parent_external_ref": "unknown-parent",
            "parent_slug": "unknown-program",
        }.get(str(field[0]), f"unknown-{kind}")
        found = f"there is no {kind} {ref}"
        other = _kind_of(findings, ref)
        if other:
            found, remedy = f"{ref} is a {other}, not a {kind}", f"name a {kind}"
        else:
            remedy = findings.suggestion(ref, known, f"add that {kind}, or remove the ref")
        findings.add(record, field, code, found, remedy)
    return False


def _kind_of(findings: Findings, ref: str) -> Kind | None:
    known: dict[Kind, Mapping[str, Record]] = {
        "program": findings.programs,
        "project": findings.projects,
        "milestone": findings.milestones,
        "task": findings.tasks,
    }
    return next((kind for kind, records in known.items() if ref in records), None)
