"""Taking over the field that `odoo-seed prepare` made before, and giving it back."""

from odoo.exceptions import UserError
from odoo.tools import SQL, sql

from .models.ref import MODELS, NAME

MODULE = "odoo_seed_ref"
_SHOWN = 20


def take_over(env):
    """Before installing: make sure that the values of a field made before can be kept.

    Odoo itself then turns the field of the same name into this module's, column and all. What it
    does not do is refuse: a unique constraint that cannot be added is only logged.
    """
    problems = []
    for model in MODELS:
        problems += _wrong_kind(env, model) or _duplicates(env, model)
    if problems:
        raise UserError(
            env._("The field %s cannot be taken over:", NAME)
            + "\n"
            + "\n".join(problems)
            + "\n"
            + env._("Correct that in Odoo (archived records included), then install again.")
        )


def _wrong_kind(env, model):
    field = env["ir.model.fields"]._get(model, NAME)
    if not field or (field.ttype == "char" and field.store and not field.translate):
        return []
    kind = f"{field.ttype}{', translated' if field.translate else ''}"
    kind += "" if field.store else ", not stored"
    return [env._("- %(model)s: it is no plain stored text (%(kind)s)", model=model, kind=kind)]


def _duplicates(env, model):
    """Empty the blank refs and name those that several records share."""
    table = env[model]._table
    if not sql.column_exists(env.cr, table, NAME):
        return []
    env.flush_all()
    names = {"table": SQL.identifier(table), "ref": SQL.identifier(NAME)}
    # Nobody may add a duplicate between this look and the constraint.
    env.cr.execute(SQL("LOCK TABLE %(table)s IN SHARE ROW EXCLUSIVE MODE", **names))
    env.cr.execute(
        SQL("UPDATE %(table)s SET %(ref)s = NULL WHERE %(ref)s !~ '[^[:space:]]'", **names)
    )
    env.cr.execute(
        SQL(
            """SELECT %(ref)s, array_agg(id ORDER BY id) FROM %(table)s
               WHERE %(ref)s IS NOT NULL GROUP BY %(ref)s HAVING count(*) > 1 ORDER BY 1""",
            **names,
        )
    )
    found = env.cr.fetchall()
    lines = [
        env._(
            "- %(model)s: %(ref)s is on the records %(ids)s", model=model, ref=ref, ids=_some(ids)
        )
        for ref, ids in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        lines.append(env._("- %(model)s: and %(n)s more", model=model, n=len(found) - _SHOWN))
    return lines


def _some(ids):
    return ", ".join(map(str, ids[:_SHOWN])) + (", …" if len(ids) > _SHOWN else "")


def hand_back(env):
    """Before uninstalling: make the field a manual one again, as `odoo-seed prepare` makes it.

    Odoo would drop the column, and with it what ties each record to git: the next seed would
    create everything a second time. A field that another module defines too stays that module's.
    """
    for model in MODELS:
        field = env["ir.model.fields"]._get(model, NAME)
        owners = env["ir.model.data"].search(
            [("model", "=", "ir.model.fields"), ("res_id", "=", field.id)]
        )
        if set(owners.mapped("module")) != {MODULE}:
            continue
        owners.unlink()  # so that uninstalling does not find the field
        # Through the ORM, a field that a module defines cannot be altered.
        env.cr.execute(SQL("UPDATE ir_model_fields SET state = 'manual' WHERE id = %s", field.id))
        field.invalidate_recordset(["state"])
