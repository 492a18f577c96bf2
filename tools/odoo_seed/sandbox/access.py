"""Who may do what: access lists and record rules of base and project, as Odoo 18 has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.exceptions import AccessError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from odoo_seed.sandbox.environment import Env

INTERNAL = "base.group_user"
PORTAL = "base.group_portal"
ACCESS_RIGHTS = "base.group_erp_manager"
SETTINGS = "base.group_system"
PROJECT_USER = "project.group_project_user"
PROJECT_MANAGER = "project.group_project_manager"
DEPENDENCIES = "project.group_project_task_dependencies"
MILESTONES = "project.group_project_milestone"

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    INTERNAL: ("User types / Internal User", ()),
    PORTAL: ("User types / Portal", ()),
    ACCESS_RIGHTS: ("Administration / Access Rights", (INTERNAL,)),
    SETTINGS: ("Administration / Settings", (ACCESS_RIGHTS,)),
    PROJECT_USER: ("Project / User", (INTERNAL,)),
    PROJECT_MANAGER: ("Project / Administrator", (PROJECT_USER,)),
    DEPENDENCIES: ("Use Task Dependencies", ()),
    MILESTONES: ("Use Milestones", ()),
}
"""Label and implied groups."""

_ALL = frozenset({"read", "write", "create", "unlink"})
_READ = frozenset({"read"})

RIGHTS: dict[str, dict[str, frozenset[str]]] = {
    "res.company": {INTERNAL: _READ, ACCESS_RIGHTS: _ALL},
    "res.users": {INTERNAL: _READ, ACCESS_RIGHTS: _ALL},
    "res.partner": {INTERNAL: _READ, ACCESS_RIGHTS: _ALL},
    "res.lang": {INTERNAL: _READ, SETTINGS: _ALL},
    "res.groups": {INTERNAL: _READ, ACCESS_RIGHTS: _ALL},
    "ir.model": {ACCESS_RIGHTS: _ALL},
    "ir.model.fields": {ACCESS_RIGHTS: _ALL},
    "account.analytic.account": {PROJECT_USER: _READ, PROJECT_MANAGER: _ALL},
    "account.analytic.line": {PROJECT_MANAGER: _ALL},
    "ir.attachment": {INTERNAL: _ALL},
    "mail.message": {INTERNAL: _ALL},
    "mail.notification": {INTERNAL: _READ},
    "mail.followers": {INTERNAL: _READ},
    "mail.message.subtype": {INTERNAL: _READ, SETTINGS: _ALL},
    "mail.mail": {SETTINGS: _ALL},
    "mail.template": {INTERNAL: _READ, SETTINGS: _ALL},
    "base_import.import": {INTERNAL: _ALL - {"unlink"}},
    "base_import.mapping": {INTERNAL: _ALL},
    "project.project": {INTERNAL: _READ, PROJECT_MANAGER: _ALL},
    "project.task": {INTERNAL: _READ, PROJECT_USER: _ALL},
    "project.task.type": {INTERNAL: _READ, PROJECT_USER: _ALL},
    "project.milestone": {INTERNAL: _READ, PROJECT_USER: _ALL},
    "project.tags": {INTERNAL: _ALL},  # by the app To-do, which installs itself beside Project
}

_BY_INVITATION = ("followers", "invited_users")
_VERBS = {"read": "access", "write": "modify", "create": "create", "unlink": "delete"}


def may(env: Env, model: str, operation: str) -> bool:
    """Say whether the access lists allow an operation on a model."""
    if env.sudo_mode:
        return True
    if (model, operation) in env.server_state.forgotten:
        return False
    groups = env.groups
    return any(operation in allowed for group, allowed in RIGHTS[model].items() if group in groups)


def check_model(env: Env, model: str, operation: str) -> None:
    """Raise AccessError unless the access lists allow it."""
    if may(env, model, operation):
        return
    label = env.models[model].label
    lines = [f"You are not allowed to {_VERBS[operation]} '{label}' ({model}) records."]
    labels = env.server_state.labels
    allowed = [labels[g] for g, ops in RIGHTS[model].items() if operation in ops]
    if allowed:
        lines.append("This operation is allowed for the following groups:")
        lines += [f"\t- {name.replace(' / ', '/')}" for name in allowed]
    lines.append("Contact your administrator to request access if necessary.")
    raise AccessError("\n\n".join(lines))


def visible(env: Env, model: str, ids: Iterable[int], operation: str) -> list[int]:
    """Return those records that the record rules let the user work on."""
    rule = None if env.sudo_mode else _RULES.get(model)
    if rule is None:
        return list(ids)
    return [record_id for record_id in ids if rule(env, record_id, operation)]


def check_records(env: Env, model: str, ids: Iterable[int], operation: str) -> None:
    """Raise AccessError unless the record rules allow it for every record."""
    wanted = list(ids)
    if len(visible(env, model, wanted, operation)) == len(wanted):
        return
    user = env.db.rows["res.users"][env.uid]
    raise AccessError(
        "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n"
        f"Sorry, {user['name']} (id={env.uid}) doesn't have '{operation}' access to:\n"
        f"- {env.models[model].label} ({model})\n\n"
        "If you really, really need access, perhaps you can win over your friendly administrator "
        "with a batch of freshly baked cookies."
    )


def _in_company(env: Env, company_id: object) -> bool:
    return not company_id or company_id in env.company_ids


def _follows(env: Env, model: str, record_id: int) -> bool:
    return env.partner_id in env.db.followers.get((model, record_id), {})


def _project(env: Env, record_id: int, _operation: str) -> bool:
    row = env.db.rows["project.project"][record_id]
    if not _in_company(env, row["company_id"]):
        return False
    if PROJECT_MANAGER in env.groups or row["privacy_visibility"] not in _BY_INVITATION:
        return True
    return _follows(env, "project.project", record_id)


def _task(env: Env, record_id: int, operation: str) -> bool:
    row = env.db.rows["project.task"][record_id]
    if not _in_company(env, row["company_id"]):
        return False
    assigned = env.uid in env.db.links["project_task_user_rel"].of(0, record_id)
    project_id = row["project_id"]
    if PROJECT_MANAGER in env.groups and (project_id or assigned):
        return True
    if operation != "read" and PROJECT_USER not in env.groups:
        return False
    if assigned or _follows(env, "project.task", record_id):
        return True
    if not project_id:
        return False
    project = env.db.rows["project.project"][project_id]
    return project["privacy_visibility"] not in _BY_INVITATION or _follows(
        env, "project.project", project_id
    )


def _stage(env: Env, record_id: int, operation: str) -> bool:
    owner = env.db.rows["project.task.type"][record_id]["user_id"]
    if owner and owner != env.uid:
        return False  # somebody else's personal stage is hidden even from administrators
    return operation == "read" or PROJECT_MANAGER in env.groups or bool(owner)


def _milestone(env: Env, record_id: int, operation: str) -> bool:
    return _project(env, env.db.rows["project.milestone"][record_id]["project_id"], operation)


def _company(env: Env, record_id: int, _operation: str) -> bool:
    return ACCESS_RIGHTS in env.groups or record_id in env.company_ids


def _message(env: Env, record_id: int, operation: str) -> bool:
    row = env.db.rows["mail.message"][record_id]
    return row["author_id"] == env.partner_id or _document(env, row["model"], row, operation)


def _attachment(env: Env, record_id: int, operation: str) -> bool:
    row = env.db.rows["ir.attachment"][record_id]
    return _document(env, row["res_model"], row, operation)


def _document(env: Env, model: str, row: Mapping[str, Any], operation: str) -> bool:
    """What hangs on a record is seen by who sees the record."""
    if model not in env.models:
        return bool(row["create_uid"] == env.uid)
    return row["res_id"] in env.db.rows[model] and bool(
        visible(env, model, [row["res_id"]], operation)
    )


_RULES = {
    "project.project": _project,
    "project.task": _task,
    "project.task.type": _stage,
    "project.milestone": _milestone,
    "res.company": _company,
    "mail.message": _message,
    "ir.attachment": _attachment,
}
