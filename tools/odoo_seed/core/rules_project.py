"""Stages, dependencies and sync as the project says; lists without twins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.model import DEFAULT_STAGE
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.findings import Findings
    from odoo_seed.core.model import Project, Record, Task


def check_projects(findings: Findings) -> None:
    """Check each project on its own, then each task against its project."""
    for one in findings.seed.projects:
        _check_project(findings, one)
    _check_companies(findings)
    for task in findings.seed.tasks:
        _no_twins(findings, task, "tag_names", task.tag_names or ())
        _no_twins(findings, task, "depends_on_refs", task.depends_on_refs or ())
        _no_twins(findings, task, "previous_refs", task.previous_refs)
        emails = [email.lower() for email in task.assignee_emails or ()]
        _no_twins(findings, task, "assignee_emails", emails)
        project = findings.projects.get(task.project_external_ref)
        if project is not None:
            _check_stage(findings, task, project)
            _check_dependencies(findings, task, project)


def _check_project(findings: Findings, project: Project) -> None:
    _no_twins(findings, project, "stages", [stage.name for stage in project.stages or ()])
    _no_twins(findings, project, "tag_names", project.tag_names or ())
    _no_twins(findings, project, "previous_refs", project.previous_refs)
    program = findings.programs.get(project.program_slug or "")
    active = project.is_active and findings.is_silent(project, "is_active")
    if program is not None and not program.active and active:
        found = f"the program {program.slug} is not active, but this project is"
        remedy = "set is_active: false here, or active: true there"
        field = ("program_slug",)
        findings.add(project, field, "inactive-program", found, remedy, severity="warning")


def _check_companies(findings: Findings) -> None:
    """Without the database nobody knows what a project is bound to: said once, not proven."""
    silent = [
        one
        for one in findings.seed.projects
        if one.company_name is None
        and one.source is not None
        and one.source.pointer
        and findings.is_silent(one, "company_name")
    ]
    if silent:
        others = f" (and {len(silent) - 1} more)" if len(silent) > 1 else ""
        found = (
            f"the project names no company{others}, so its binding must; this cannot be seen here"
        )
        remedy = "`odoo-seed plan` tells whether ops.odoo_bindings does; or add company_name"
        findings.add(silent[0], (), "company-by-binding", found, remedy, severity="warning")


def _no_twins(findings: Findings, record: Record, field: str, values: Sequence[str]) -> None:
    if len(set(values)) == len(values):
        return
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value and value in seen:
            found = f"{quoted(value)} is given twice in {field}"
            findings.add(record, (field, index), "duplicate-entry", found, "keep one of the two")
        seen.add(value)


def _check_stage(findings: Findings, task: Task, project: Project) -> None:
    names = [stage.name for stage in project.stages or ()]
    if not names or task.stage_name in names or "" in names:
        return
    if task.stage_name == DEFAULT_STAGE and not findings.is_silent(task, "stage_name"):
        return
    default = " (the default)" if task.stage_name == DEFAULT_STAGE else ""
    ref = project.external_ref
    found = f"the project {ref} has no stage {quoted(task.stage_name)}{default}"
    listed = ", ".join(quoted(name) for name in names[:10])
    remedy = findings.suggestion(task.stage_name, names, f"stage_name is one of: {listed}")
    findings.add(task, ("stage_name",), "unknown-stage", found, remedy)


def _check_dependencies(findings: Findings, task: Task, project: Project) -> None:
    if task.depends_on_refs and not project.allow_dependencies:
        found = f"the project {project.external_ref} says allow_dependencies: false"
        remedy = "set it to true, or remove the dependencies"
        findings.add(
            task, ("depends_on_refs",), "dependencies-not-allowed", found, remedy, key=True
        )
        return
    if not project.is_synced:
        return
    for index, ref in enumerate(task.depends_on_refs or ()):
        other = findings.tasks.get(ref)
        home = findings.projects.get(other.project_external_ref) if other else None
        if home is not None and not home.is_synced:
            why = (
                f"which belongs to {home.elsewhere}"
                if home.elsewhere
                else "which has sync_enabled: false"
            )
            found = f"{ref} is in the project {home.external_ref}, {why}"
            remedy = "remove the dependency, or enable that project: Odoo does not know its tasks"
            field = ("depends_on_refs", index)
            findings.add(task, field, "dependency-not-synced", found, remedy)
