"""The chatter line that tells which tracked fields a call has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.sandbox.mail import NOTE, STAGE_CHANGED, Thread
from odoo_seed.sandbox.schema import MANY

if TYPE_CHECKING:
    from odoo_seed.sandbox.environment import Env


def log_changes(env: Env) -> None:
    """Post one message for every record of which a tracked field has a new value."""
    if env.context.get("mail_notrack") or env.context.get("tracking_disable"):
        return
    for (name, record_id), before in list(env.db.changed.items()):
        model = env[name]
        if not isinstance(model, Thread) or record_id not in model.rows:
            continue
        changed = [field for field, old in before.items() if _differs(model, record_id, field, old)]
        if changed:
            subtype = STAGE_CHANGED if "stage_id" in changed else NOTE
            model.post(record_id, "", subtype=subtype)


def _differs(model: Thread, record_id: int, name: str, old: object) -> bool:
    field = model.fields.get(name)
    if field is None or not field.tracked:  # None: a translation, or what a computed field keeps
        return False
    now: object = model.rows[record_id].get(name)
    if field.type in MANY:
        now = frozenset(model.many(record_id, field))
    return now != old
