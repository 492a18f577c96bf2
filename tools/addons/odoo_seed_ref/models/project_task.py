from odoo import api, fields, models, release

from .ref import UNIQUE, without_blank_ref

_MESSAGE = "Another task, perhaps an archived one, has this external reference already."


class ProjectTask(models.Model):
    _inherit = "project.task"

    x_external_ref = fields.Char(
        string="External Reference",
        index=True,
        copy=False,
        help="Unique reference for external system integration",
    )

    if release.version_info >= (19,):
        _x_external_ref_unique = models.Constraint(UNIQUE, _MESSAGE)
    else:
        _sql_constraints = [("x_external_ref_unique", UNIQUE, _MESSAGE)]

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([without_blank_ref(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(without_blank_ref(vals))
