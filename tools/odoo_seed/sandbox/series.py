"""What Odoo 19 declares otherwise than 18. What it does otherwise stands where it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.sandbox.access import ACCESS_RIGHTS, GROUPS, INTERNAL, PORTAL, SETTINGS
from odoo_seed.sandbox.schema import Field

if TYPE_CHECKING:
    from odoo_seed.sandbox.schema import ModelDef

_GROUPS_19 = {
    INTERNAL: "Role / User",
    PORTAL: "Role / Portal",
    ACCESS_RIGHTS: "Access Rights",
    SETTINGS: "Role / Administrator",
}
_PRIORITIES_19 = (
    ("0", "Low priority"),
    ("1", "Medium priority"),
    ("2", "High priority"),
    ("3", "Urgent"),
)
_INVITED = ("invited_users", "Invited internal and portal users")


def groups_field(major: int) -> str:
    """Return what the groups of a user are called."""
    return "groups_id" if major < 19 else "group_ids"


def group_labels(major: int) -> dict[str, str]:
    """Return the groups' labels by external name."""
    labels = {name: label for name, (label, _) in GROUPS.items()}
    return labels if major < 19 else labels | _GROUPS_19


def adapt(models: dict[str, ModelDef], major: int) -> None:
    """Change 18's fields to those of another version."""
    if major < 19:
        return
    models["project.task"].fields["priority"].selection = _PRIORITIES_19
    visibility = models["project.project"].fields["privacy_visibility"]
    visibility.selection = (visibility.selection[0], _INVITED, *visibility.selection[1:])
    for name in ("project.project", "project.task"):
        template = Field("is_template", "boolean", "Is Template", copied=False)
        models[name].fields[template.name] = template
    stage, rating = models["project.task.type"], models["project.project"].fields
    stage.fields |= {name: rating.pop(name) for name in ("rating_active", "rating_status")}
    _rename(models["res.users"], "groups_id", "group_ids")
    _rename(models["res.groups"], "users", "user_ids")
    for model in models.values():
        for field in model.fields.values():
            field.keeps_div = True


def _rename(model: ModelDef, old: str, new: str) -> None:
    field = model.fields.pop(old)
    field.name = new
    model.fields[new] = field
