"""Which models and fields the sandbox has."""

from __future__ import annotations

from typing import Any

from odoo_seed.sandbox.schema import STATES, VISIBILITIES, Field, ModelDef


def _char(name: str, string: str, **more: Any) -> Field:
    return Field(name, "char", string, **more)


def _bool(name: str, string: str, default: bool = False, **more: Any) -> Field:
    return Field(name, "boolean", string, default=default, **more)


def _int(name: str, string: str, default: int = 0) -> Field:
    return Field(name, "integer", string, default=default)


def _one(name: str, string: str, relation: str, **more: Any) -> Field:
    return Field(name, "many2one", string, relation=relation, **more)


def _many(name: str, string: str, relation: str, table: str, side: int = 0, **more: Any) -> Field:
    return Field(name, "many2many", string, relation=relation, table=table, side=side, **more)


def _inverse(name: str, string: str, relation: str, inverse: str) -> Field:
    return Field(name, "one2many", string, relation=relation, inverse=inverse, copied=False)


def _time(name: str, string: str, **more: Any) -> Field:
    return Field(name, "datetime", string, **more)


def _computed(name: str, type_: str, string: str, relation: str = "") -> Field:
    return Field(name, type_, string, relation=relation, computed=True, readonly=True, copied=False)


def _thread() -> tuple[Field, ...]:
    return (
        _computed("message_ids", "one2many", "Messages", "mail.message"),
        _computed("message_follower_ids", "one2many", "Followers", "mail.followers"),
        _computed("message_partner_ids", "many2many", "Followers (Partners)", "res.partner"),
    )


def _magic() -> tuple[Field, ...]:
    return (
        Field("id", "integer", "ID", readonly=True, copied=False),
        _computed("display_name", "char", "Display Name"),
        _time("create_date", "Created on", readonly=True, copied=False),
        _one("create_uid", "Created by", "res.users", readonly=True, copied=False),
        _time("write_date", "Last Updated on", readonly=True, copied=False),
        _one("write_uid", "Last Updated by", "res.users", readonly=True, copied=False),
    )


def _project() -> tuple[Field, ...]:
    return (
        _char("name", "Name", required=True, tracked=True, translated=True),
        Field("description", "html", "Description"),
        _bool("active", "Active", default=True, copied=False),
        _int("sequence", "Sequence", 10),
        _one("partner_id", "Customer", "res.partner", tracked=True),
        _one("company_id", "Company", "res.company"),
        _one("account_id", "Project Account", "account.analytic.account", copied=False),
        _one("user_id", "Project Manager", "res.users", tracked=True),
        Field(
            "privacy_visibility", "selection", "Visibility", default="portal", required=True,
            selection=VISIBILITIES, tracked=True,
        ),
        Field("date_start", "date", "Start Date"),
        Field("date", "date", "Expiration Date", tracked=True),
        _bool("allow_task_dependencies", "Task Dependencies"),
        _bool("allow_milestones", "Milestones"),
        _char("label_tasks", "Use Tasks as", default="Tasks"),
        _many("tag_ids", "Tags", "project.tags", "project_project_project_tags_rel"),
        _many("type_ids", "Tasks Stages", "project.task.type", "project_task_type_rel", 1),
        _inverse("tasks", "Task Activities", "project.task", "project_id"),
        _inverse("task_ids", "Tasks", "project.task", "project_id"),
        _inverse("milestone_ids", "Milestone", "project.milestone", "project_id"),
        _computed("task_count", "integer", "Task Count"),
        *_thread(),
    )  # fmt: skip


def _task() -> tuple[Field, ...]:
    task, links = "project.task", "task_dependencies_rel"
    return (
        _bool("active", "Active", default=True),
        _char("name", "Title", required=True, tracked=True),
        Field("description", "html", "Description"),
        Field("html_field_history_metadata", "json", "History metadata", readonly=True,
              copied=False),
        Field(
            "priority", "selection", "Priority", default="0",
            selection=(("0", "Low"), ("1", "High")), tracked=True,
        ),
        _int("sequence", "Sequence", 10),
        _one("stage_id", "Stage", "project.task.type", tracked=True),
        _many("tag_ids", "Tags", "project.tags", "project_tags_project_task_rel"),
        Field(
            "state", "selection", "State", default="01_in_progress", required=True,
            selection=STATES, copied=False, tracked=True,
        ),
        _computed("is_closed", "boolean", "Closed state"),
        _time("date_end", "Ending Date", copied=False),
        _time("date_assign", "Assigning Date", copied=False, readonly=True),
        _time("date_deadline", "Deadline", tracked=True),
        _time("date_last_stage_update", "Last Stage Update", copied=False, readonly=True),
        _one("project_id", "Project", "project.project", tracked=True),
        _bool("display_in_project", "Display In Project"),
        Field("allocated_hours", "float", "Allocated Time", default=0.0, tracked=True),
        _many("user_ids", "Assignees", "res.users", "project_task_user_rel", any_active=True,
              tracked=True),
        _one("partner_id", "Customer", "res.partner", tracked=True),
        _one("company_id", "Company", "res.company"),
        _one("parent_id", "Parent Task", task, tracked=True),
        _inverse("child_ids", "Sub-tasks", task, "parent_id"),
        _one("milestone_id", "Milestone", "project.milestone", tracked=True),
        _computed("allow_task_dependencies", "boolean", "Task Dependencies"),
        _many("depend_on_ids", "Blocked By", task, links, 0, copied=False, tracked=True),
        _many("dependent_ids", "Block", task, links, 1, copied=False),
        _bool("recurring_task", "Recurrent"),
        *_thread(),
    )  # fmt: skip


def _mail() -> tuple[ModelDef, ...]:
    return (
        _model("mail.message", "Message", "id desc", (
            _char("model", "Related Document Model"),
            _int("res_id", "Related Document ID"),
            _char("message_type", "Type"),
            _one("subtype_id", "Subtype", "mail.message.subtype"),
            _one("author_id", "Author", "res.partner"),
            Field("body", "html", "Contents"),
            Field("date", "datetime", "Date"),
            _many("partner_ids", "Recipients", "res.partner", "mail_message_res_partner_rel"),
            _inverse("notification_ids", "Notifications", "mail.notification", "mail_message_id"),
        )),
        _model("mail.notification", "Message Notifications", "id", (
            _one("mail_message_id", "Message", "mail.message"),
            _one("res_partner_id", "Recipient", "res.partner"),
            _char("notification_type", "Notification Type"),
        )),
        _model("mail.mail", "Outgoing Mails", "id desc", (
            _one("mail_message_id", "Message", "mail.message"),
        )),
        _model("mail.followers", "Document Followers", "id", (
            _char("res_model", "Related Document Model Name"),
            _int("res_id", "Related Document ID"),
            _one("partner_id", "Related Partner", "res.partner"),
            _many("subtype_ids", "Subtype", "mail.message.subtype",
                  "mail_followers_mail_message_subtype_rel"),
        )),
        _model("mail.message.subtype", "Message subtypes", "id", (
            _char("name", "Message Type", required=True),
            _char("res_model", "Model"),
            _bool("default", "Default"),
            _one("parent_id", "Parent", "mail.message.subtype"),
        )),
    )  # fmt: skip


def _imports() -> tuple[ModelDef, ...]:
    columns = {
        "base_import.import": ("res_model", "file", "file_name", "file_type"),
        "base_import.mapping": ("res_model", "column_name", "field_name"),
    }
    labels = {"base_import.import": "Base Import", "base_import.mapping": "Base Import Mapping"}
    return tuple(
        _model(model, labels[model], "id", tuple(_char(name, name) for name in names))
        for model, names in columns.items()
    )


def _work() -> tuple[ModelDef, ...]:
    return (
        _model("account.analytic.account", "Analytic Account", "name", (
            _char("name", "Analytic Account", required=True, translated=True),
            _char("code", "Reference"),
            _bool("active", "Active", default=True),
            _one("company_id", "Company", "res.company"),
        )),
        _model("account.analytic.line", "Analytic Line", "date desc, id desc", (
            _char("name", "Description", required=True),
            Field("date", "date", "Date"),
            Field("unit_amount", "float", "Quantity", default=0.0),
            _one("project_id", "Project", "project.project"),
            _one("task_id", "Task", "project.task"),
            _one("user_id", "User", "res.users"),
        )),
        _model("ir.attachment", "Attachment", "id desc", (
            _char("name", "Name", required=True),
            _char("res_model", "Resource Model"),
            _int("res_id", "Resource ID"),
            _char("datas", "File Content (base64)"),
        )),
    )  # fmt: skip


def _base() -> tuple[ModelDef, ...]:
    return (
        _model("res.company", "Companies", "name, id", (
            _char("name", "Company Name", required=True),
            _bool("active", "Active", default=True),
        ), unique=(("name", "The company name must be unique!"),)),
        _model("res.partner", "Contact", "name, id", (
            _char("name", "Name"),
            _char("email", "Email"),
            _char("ref", "Reference"),
            _bool("active", "Active", default=True),
            _one("company_id", "Company", "res.company"),
        )),
        _model("res.lang", "Languages", "active desc, name", (
            _char("name", "Name", required=True),
            _char("code", "Locale Code", required=True),
            _bool("active", "Active"),
        )),
        _model("res.groups", "Access Groups", "name, id", (
            _char("name", "Name", required=True),
            _char("full_name", "Group Name", readonly=True),
            _many("users", "Users", "res.users", "res_groups_users_rel", 1),
        )),
        _model("res.users", "User", "name, login", (
            _char("name", "Name", required=True),
            _char("login", "Login", required=True),
            _char("email", "Email"),
            _bool("active", "Active", default=True),
            _bool("share", "Share User", readonly=True),
            _char("lang", "Language", default="en_US"),
            _char("tz", "Timezone"),
            _one("partner_id", "Related Partner", "res.partner"),
            _one("company_id", "Company", "res.company"),
            _many("company_ids", "Companies", "res.company", "res_company_users_rel"),
            _many("groups_id", "Groups", "res.groups", "res_groups_users_rel"),
        ), unique=(("login", "You can not have two users with the same login!"),)),
        _model("ir.model", "Models", "model", (
            _char("name", "Model Description"),
            _char("model", "Model", required=True),
        )),
        _model("ir.model.fields", "Fields", "name, id", (
            _char("name", "Field Name", required=True),
            _char("model", "Model Name"),
            _one("model_id", "Model", "ir.model", required=True),
            _char("ttype", "Field Type", required=True),
            _char("field_description", "Field Label"),
            _char("state", "Type", default="manual"),
            _char("help", "Field Help"),
            _char("relation", "Related Model"),
            _bool("index", "Indexed"),
            _bool("copied", "Copied"),
            _bool("required", "Required"),
            _bool("readonly", "Readonly"),
            _bool("store", "Stored", default=True),
        )),
    )  # fmt: skip


def _model(
    name: str,
    label: str,
    order: str,
    fields: tuple[Field, ...],
    unique: tuple[tuple[str, str], ...] = (),
) -> ModelDef:
    return ModelDef(name, label, order, {f.name: f for f in (*_magic(), *fields)}, unique)


def models() -> dict[str, ModelDef]:
    """Return a fresh set of models; a server changes its own when fields are created."""
    stage = (
        _bool("active", "Active", default=True),
        _char("name", "Name", required=True, translated=True),
        _int("sequence", "Sequence", 1),
        _bool("fold", "Folded in Kanban"),
        _many("project_ids", "Projects", "project.project", "project_task_type_rel", 0),
        _one("user_id", "Stage Owner", "res.users"),
    )
    milestone = (
        _char("name", "Name", required=True),
        _one("project_id", "Project", "project.project", required=True),
        Field("deadline", "date", "Deadline", tracked=True, copied=False),
        _bool("is_reached", "Reached", copied=False),
        Field("reached_date", "date", "Reached Date", copied=False),
        _inverse("task_ids", "Tasks", "project.task", "milestone_id"),
        *_thread(),
    )
    tags = (_char("name", "Name", required=True, translated=True), _int("color", "Color"))
    order = "priority desc, sequence, date_deadline asc, id desc"
    every = (
        *_base(),
        *_mail(),
        *_work(),
        *_imports(),
        _model("project.project", "Project", "sequence, name, id", _project()),
        _model("project.task", "Task", order, _task()),
        _model("project.task.type", "Task Stage", "sequence, id", stage),
        _model(
            "project.milestone", "Project Milestone", "deadline, is_reached desc, name", milestone
        ),
        _model("project.tags", "Project Tags", "name", tags,
               unique=(("name", "A tag with the same name already exists."),)),
    )  # fmt: skip
    return {model.name: model for model in every}
