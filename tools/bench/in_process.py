"""The same creates without any RPC: a script for `odoo shell`, where the user names one."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING, Any

from odoo_seed.apply import CHUNK
from odoo_seed.core.html import to_html
from odoo_seed.core.values import deadline_to_utc
from odoo_seed.edges.odoo.writing import CREATE_CONTEXT, WRITE_CONTEXT
from odoo_seed.edges.seed_files import SeedFolder
from odoo_seed.pipeline import content_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from odoo_seed.core.model import Project, Task

# Runs inside Odoo, as the same user and in the same context; one commit at the end.
_SCRIPT = """
import time
user = env['res.users'].search([('login', '=', given['login'])])
env = env(user=user.id, context=given['context'])
company = env['res.company'].search([('name', '=', given['company'])], limit=1).id
people = {row.login: row.id for row in env['res.users'].search([])}
def links(ids):
    return [(6, 0, ids)]
begun = time.perf_counter()
tags = dict(zip(given['tags'], env['project.tags'].create(
    [{'name': name} for name in given['tags']]).ids))
projects = env['project.project'].create([
    {**row['vals'], 'company_id': company, 'user_id': people.get(row['manager'], False),
     'type_ids': [(0, 0, {'name': name, 'sequence': place, 'user_id': False})
                  for place, name in enumerate(row['stages'])]}
    for row in given['projects']])
place = {}
for row, project in zip(given['projects'], projects):
    place[row['vals']['x_external_ref']] = (
        project.id, {stage.name: stage.id for stage in project.type_ids})
tasks = {}
for level in given['levels']:
    for start in range(0, len(level), given['chunk']):
        part = level[start:start + given['chunk']]
        made = env['project.task'].create([
            {**row['vals'], 'project_id': place[row['project']][0],
             'stage_id': place[row['project']][1][row['stage']],
             'tag_ids': links([tags[name] for name in row['tags']]),
             'user_ids': links([people[name] for name in row['people']]) if row['people'] else [],
             'depend_on_ids': links([tasks[ref] for ref in row['needs']])}
            for row in part])
        tasks.update(zip([row['vals']['x_external_ref'] for row in part], made.ids))
env.cr.commit()
print('BENCH_SECONDS', time.perf_counter() - begun)
"""


def seed(shell: str, seed_dir: Path, login: str, *, shortcuts: bool) -> float:
    """Create everything through an Odoo shell; return the seconds of the creates.

    Args:
        shell: Command that reads Python from stdin, with `env` of the measured database.
        shortcuts: Whether to spare Odoo the same defaults as we do (edges/odoo/writing.py).
    """
    facts = _given(seed_dir, login)
    if shortcuts:
        facts["context"] = CREATE_CONTEXT
        for level in facts["levels"]:
            for row in level:
                row["vals"]["personal_stage_type_id"] = False
    given = f"given = {facts!r}\n"
    done = subprocess.run(
        shlex.split(shell),
        input=given + _SCRIPT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    return next(float(words[-1]) for words in lines if "BENCH_SECONDS" in words)


def _given(seed_dir: Path, login: str) -> dict[str, Any]:
    content = content_of(SeedFolder(seed_dir).read())
    seed, zone = content.seed, content.policy.time_zone
    return {
        "login": login,
        "context": WRITE_CONTEXT,
        "chunk": CHUNK,
        "company": seed.projects[0].company_name,
        "tags": sorted({tag for task in seed.tasks for tag in task.tag_names or ()}),
        "projects": [_project(project) for project in seed.projects],
        "levels": [[_task(task, zone) for task in level] for level in levels(seed.tasks)],
    }


def levels(tasks: Sequence[Task]) -> list[list[Task]]:
    """Split tasks, listed dependencies first, into levels that each need earlier ones only."""
    depth: dict[str, int] = {}
    found: list[list[Task]] = []
    for task in tasks:
        level = 1 + max((depth[ref] for ref in task.depends_on_refs or ()), default=-1)
        depth[task.external_ref] = level
        found += [[] for _ in range(level + 1 - len(found))]
        found[level].append(task)
    return found


def _project(project: Project) -> dict[str, Any]:
    vals = {
        "x_external_ref": project.external_ref,
        "name": project.name,
        "description": to_html(project.description or ""),
        "privacy_visibility": project.visibility,
        "allow_task_dependencies": True,
        "date_start": str(project.date_start),
        "date": str(project.date_end),
    }
    stages = [stage.name for stage in project.stages or ()]
    return {"vals": vals, "stages": stages, "manager": project.manager_email}


def _task(task: Task, zone: str) -> dict[str, Any]:
    vals: dict[str, Any] = {
        "x_external_ref": task.external_ref,
        "name": task.name,
        "date_deadline": deadline_to_utc(task.deadline or "", zone),
        "allocated_hours": task.planned_hours,
        "active": True,
    }
    if task.depends_on_refs:
        vals["state"] = "04_waiting_normal"
    if task.description:
        vals["description"] = to_html(task.description)
    return {
        "vals": vals,
        "project": task.project_external_ref,
        "stage": task.stage_name,
        "tags": list(task.tag_names or ()),
        "people": list(task.assignee_emails or ()),
        "needs": list(task.depends_on_refs or ()),
    }
