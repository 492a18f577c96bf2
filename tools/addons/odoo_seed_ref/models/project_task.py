from odoo import models, release

from .ref import UNIQUE, Ref

_MESSAGE = "Another task, perhaps an archived one, has this external reference already."


class ProjectTask(models.Model):
    _inherit = "project.task"

    x_external_ref = Ref(
        string="External Reference",
        index=True,
        copy=False,
        help="Unique reference for external system integration",
    )

    if release.version_info >= (19,):
        _x_external_ref_unique = models.Constraint(UNIQUE, _MESSAGE)
    else:
        _sql_constraints = [("x_external_ref_unique", UNIQUE, _MESSAGE)]
