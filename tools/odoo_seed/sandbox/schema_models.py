"""Which models and fields the sandbox has."""

from __future__ import annotations

from odoo_seed.sandbox.schema import STATES, VISIBILITIES, Field, ModelDef
from odoo_seed.sandbox.schema_fields import (
    boolean,
    char,
    computed,
    datetime,
    integer,
    magic,
    many2many,
    many2one,
    one2many,
    thread,
)


def _project() -> tuple[Field, ...]:
    return (
        char("name", "Name", required=True, tracked=True, translated=True),
        Field("description", "html", "Description"),
        boolean("active", "Active", default=True, copied=False),
        integer("sequence", "Sequence", 10),
        many2one("partner_id", "Customer", "res.partner", tracked=True),
        many2one("company_id", "Company", "res.company"),
        many2one("account_id", "Project Account", "account.analytic.account", copied=False),
        many2one("user_id", "Project Manager", "res.users", tracked=True),
        Field(
            "privacy_visibility", "selection", "Visibility", default="portal", required=True,
            selection=VISIBILITIES, tracked=True,
        ),
        Field("date_start", "date", "Start Date"),
        Field("date", "date", "Expiration Date", tracked=True),
        boolean("allow_task_dependencies", "Task Dependencies"),
        boolean("allow_milestones", "Milestones"),
        boolean("rating_active", "Customer Ratings"),
        Field("rating_status", "selection", "Customer Ratings Status", default="stage",
              required=True, selection=(("stage", "when reaching a given stage"),
                                        ("periodic", "on a periodic basis"))),
        char("label_tasks", "Use Tasks as", default="Tasks"),
        many2many("tag_ids", "Tags", "project.tags", "project_project_project_tags_rel"),
        many2many("type_ids", "Tasks Stages", "project.task.type", "project_task_type_rel", 1),
        one2many("tasks", "Task Activities", "project.task", "project_id"),
        one2many("task_ids", "Tasks", "project.task", "project_id"),
        one2many("milestone_ids", "Milestone", "project.milestone", "project_id"),
        computed("task_count", "integer", "Task Count"),
        *thread(),
    )  # fmt: skip


def _task() -> tuple[Field, ...]:
    task, links = "project.task", "task_dependencies_rel"
    return (
        boolean("active", "Active", default=True),
        char("name", "Title", required=True, tracked=True),
        Field("description", "html", "Description"),
        Field("html_field_history_metadata", "json", "History metadata", readonly=True,
              copied=False),
        Field(
            "priority", "selection", "Priority", default="0",
            selection=(("0", "Low"), ("1", "High")), tracked=True,
        ),
        integer("sequence", "Sequence", 10),
        many2one("stage_id", "Stage", "project.task.type", tracked=True),
        many2many("tag_ids", "Tags", "project.tags", "project_tags_project_task_rel"),
        Field(
            "state", "selection", "State", default="01_in_progress", required=True,
            selection=STATES, copied=False, tracked=True,
        ),
        computed("is_closed", "boolean", "Closed state"),
        datetime("date_end", "Ending Date", copied=False),
        datetime("date_assign", "Assigning Date", copied=False, readonly=True),
        datetime("date_deadline", "Deadline", tracked=True),
        datetime("date_last_stage_update", "Last Stage Update", copied=False, readonly=True),
        many2one("project_id", "Project", "project.project", tracked=True),
        boolean("display_in_project", "Display In Project"),
        Field("allocated_hours", "float", "Allocated Time", default=0.0, tracked=True),
        many2many("user_ids", "Assignees", "res.users", "project_task_user_rel", any_active=True,
                  tracked=True),
        many2one("personal_stage_type_id", "Personal Stage", "project.task.type", copied=False,
                 computed=True),
        many2one("partner_id", "Customer", "res.partner", tracked=True),
        many2one("company_id", "Company", "res.company"),
        many2one("parent_id", "Parent Task", task, tracked=True),
        one2many("child_ids", "Sub-tasks", task, "parent_id"),
        many2one("milestone_id", "Milestone", "project.milestone", tracked=True),
        computed("allow_task_dependencies", "boolean", "Task Dependencies"),
        many2many("depend_on_ids", "Blocked By", task, links, 0, copied=False, tracked=True),
        many2many("dependent_ids", "Block", task, links, 1, copied=False),
        boolean("recurring_task", "Recurrent"),
        *thread(),
    )  # fmt: skip


def _mail() -> tuple[ModelDef, ...]:
    return (
        _model("mail.message", "Message", "id desc", (
            char("model", "Related Document Model"),
            integer("res_id", "Related Document ID"),
            char("message_type", "Type"),
            many2one("subtype_id", "Subtype", "mail.message.subtype"),
            many2one("author_id", "Author", "res.partner"),
            Field("body", "html", "Contents"),
            Field("date", "datetime", "Date"),
            many2many("partner_ids", "Recipients", "res.partner", "mail_message_res_partner_rel"),
            one2many("notification_ids", "Notifications", "mail.notification", "mail_message_id"),
        )),
        _model("mail.notification", "Message Notifications", "id", (
            many2one("mail_message_id", "Message", "mail.message"),
            many2one("res_partner_id", "Recipient", "res.partner"),
            char("notification_type", "Notification Type"),
        )),
        _model("mail.mail", "Outgoing Mails", "id desc", (
            many2one("mail_message_id", "Message", "mail.message"),
        )),
        _model("mail.followers", "Document Followers", "id", (
            char("res_model", "Related Document Model Name"),
            integer("res_id", "Related Document ID"),
            many2one("partner_id", "Related Partner", "res.partner"),
            many2many("subtype_ids", "Subtype", "mail.message.subtype",
                      "mail_followers_mail_message_subtype_rel"),
        )),
        _model("mail.message.subtype", "Message subtypes", "id", (
            char("name", "Message Type", required=True),
            char("res_model", "Model"),
            boolean("default", "Default"),
            many2one("parent_id", "Parent", "mail.message.subtype"),
        )),
        _model("mail.template", "Email Templates", "name", (
            char("name", "Name"),
            many2one("model_id", "Applies to", "ir.model"),
            char("subject", "Subject"),
            char("partner_to", "To (Partners)"),
            boolean("active", "Active", default=True),
        )),
    )  # fmt: skip


def _imports() -> tuple[ModelDef, ...]:
    columns = {
        "base_import.import": ("res_model", "file", "file_name", "file_type"),
        "base_import.mapping": ("res_model", "column_name", "field_name"),
    }
    labels = {"base_import.import": "Base Import", "base_import.mapping": "Base Import Mapping"}
    return tuple(
        _model(model, labels[model], "id", tuple(char(name, name) for name in names))
        for model, names in columns.items()
    )


def _work() -> tuple[ModelDef, ...]:
    return (
        _model("account.analytic.account", "Analytic Account", "name", (
            char("name", "Analytic Account", required=True, translated=True),
            char("code", "Reference"),
            boolean("active", "Active", default=True),
            many2one("company_id", "Company", "res.company"),
        )),
        _model("account.analytic.line", "Analytic Line", "date desc, id desc", (
            char("name", "Description", required=True),
            Field("date", "date", "Date"),
            Field("unit_amount", "float", "Quantity", default=0.0),
            many2one("project_id", "Project", "project.project"),
            many2one("task_id", "Task", "project.task"),
            many2one("user_id", "User", "res.users"),
        )),
        _model("ir.attachment", "Attachment", "id desc", (
            char("name", "Name", required=True),
            char("res_model", "Resource Model"),
            integer("res_id", "Resource ID"),
            char("datas", "File Content (base64)"),
        )),
    )  # fmt: skip


def _base() -> tuple[ModelDef, ...]:
    return (
        _model("res.company", "Companies", "name, id", (
            char("name", "Company Name", required=True),
            boolean("active", "Active", default=True),
        ), unique=(("name", "The company name must be unique!"),)),
        _model("res.partner", "Contact", "name, id", (
            char("name", "Name"),
            char("email", "Email"),
            char("ref", "Reference"),
            boolean("active", "Active", default=True),
            many2one("company_id", "Company", "res.company"),
        )),
        _model("res.lang", "Languages", "active desc, name", (
            char("name", "Name", required=True),
            char("code", "Locale Code", required=True),
            boolean("active", "Active"),
        )),
        _model("res.groups", "Access Groups", "name, id", (
            char("name", "Name", required=True),
            char("full_name", "Group Name", readonly=True),
            many2many("users", "Users", "res.users", "res_groups_users_rel", 1),
        )),
        _model("res.users", "User", "name, login", (
            char("name", "Name", required=True),
            char("login", "Login", required=True),
            char("email", "Email"),
            boolean("active", "Active", default=True),
            boolean("share", "Share User", readonly=True),
            char("lang", "Language", default="en_US"),
            char("tz", "Timezone"),
            many2one("partner_id", "Related Partner", "res.partner"),
            many2one("company_id", "Company", "res.company"),
            many2many("company_ids", "Companies", "res.company", "res_company_users_rel"),
            many2many("groups_id", "Groups", "res.groups", "res_groups_users_rel"),
        ), unique=(("login", "You can not have two users with the same login!"),)),
        _model("ir.model", "Models", "model", (
            char("name", "Model Description"),
            char("model", "Model", required=True),
        )),
        _model("ir.model.fields", "Fields", "name, id", (
            char("name", "Field Name", required=True),
            char("model", "Model Name"),
            many2one("model_id", "Model", "ir.model", required=True),
            char("ttype", "Field Type", required=True),
            char("field_description", "Field Label"),
            char("state", "Type", default="manual"),
            char("help", "Field Help"),
            char("relation", "Related Model"),
            boolean("index", "Indexed"),
            boolean("copied", "Copied"),
            boolean("required", "Required"),
            boolean("readonly", "Readonly"),
            boolean("store", "Stored", default=True),
        )),
    )  # fmt: skip


def _model(
    name: str,
    label: str,
    order: str,
    fields: tuple[Field, ...],
    unique: tuple[tuple[str, str], ...] = (),
) -> ModelDef:
    return ModelDef(name, label, order, {f.name: f for f in (*magic(), *fields)}, unique)


def models() -> dict[str, ModelDef]:
    """Return a fresh set of models; a server changes its own when fields are created."""
    stage = (
        boolean("active", "Active", default=True),
        char("name", "Name", required=True, translated=True),
        integer("sequence", "Sequence", 1),
        boolean("fold", "Folded in Kanban"),
        many2many("project_ids", "Projects", "project.project", "project_task_type_rel", 0),
        many2one("user_id", "Stage Owner", "res.users"),
        many2one("mail_template_id", "Email Template", "mail.template"),
        many2one("rating_template_id", "Rating Email Template", "mail.template"),
    )
    milestone = (
        char("name", "Name", required=True),
        many2one("project_id", "Project", "project.project", required=True),
        Field("deadline", "date", "Deadline", tracked=True, copied=False),
        boolean("is_reached", "Reached", copied=False),
        Field("reached_date", "date", "Reached Date", copied=False),
        one2many("task_ids", "Tasks", "project.task", "milestone_id"),
        *thread(),
    )
    tags = (char("name", "Name", required=True, translated=True), integer("color", "Color"))
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
