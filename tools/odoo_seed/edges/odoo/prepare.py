"""Make Odoo ready: the field that carries our refs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.edges.odoo.mapping import REF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.edges.odoo.transport import Transport

_MODELS = ("project.project", "project.task")


def missing_fields(transport: Transport) -> Sequence[str]:
    """Return the models that lack x_external_ref. Reads `fields_get`, which every user may."""
    return [
        model
        for model in _MODELS
        if REF not in transport.call(model, "fields_get", [[REF], ["type"]])
    ]


def prepare(transport: Transport) -> Sequence[str]:
    """Create x_external_ref where it is missing and return the models that got it.

    Raises:
        OdooAccessError: The user lacks the group Access Rights (Settings).
    """
    models = missing_fields(transport)
    for model in models:
        model_id = transport.call("ir.model", "search", [[("model", "=", model)]])[0]
        field = {
            "model_id": model_id,
            "name": REF,
            "field_description": "External Reference",
            "ttype": "char",
            "index": True,
            "copied": False,  # the default, True, would copy the ref with a duplicated task
            "help": "Unique reference for external system integration",
        }
        transport.call("ir.model.fields", "create", [[field]])
    return models
