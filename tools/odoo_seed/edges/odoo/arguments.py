"""The names of arguments that the older protocols give by their place.

Source: Odoo 19.0, odoo/orm/models.py, addons/web/models/models.py and
addons/mail/models/mail_thread.py. JSON-2 takes names only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OF_MODELS: Mapping[str, tuple[str, ...]] = {
    "check_access_rights": ("operation", "raise_exception"),
    "context_get": (),
    "create": ("vals_list",),
    "default_get": ("fields",),
    "fields_get": ("allfields", "attributes"),
    "formatted_read_group": ("domain", "groupby", "aggregates"),
    "name_search": ("name", "domain", "operator", "limit"),
    "read_group": ("domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"),
    "search": ("domain", "offset", "limit", "order"),
    "search_count": ("domain", "limit"),
    "search_read": ("domain", "fields", "offset", "limit", "order"),
}

_OF_RECORDS: Mapping[str, tuple[str, ...]] = {
    "copy": ("default",),
    "execute_import": ("fields", "columns", "options", "dryrun"),
    "has_access": ("operation",),
    "has_group": ("group_ext_id",),
    "message_subscribe": ("partner_ids", "subtype_ids"),
    "message_unsubscribe": ("partner_ids",),
    "read": ("fields", "load"),
    "write": ("vals",),
}
"""After the ids, which come first. A method in neither table takes ids and named arguments."""


def named(method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return all arguments by name, ids of records as ``ids``.

    Raises:
        Refusal: There are more than have names here.
    """
    names = _OF_MODELS.get(method)
    if names is None:
        names = ("ids", *_OF_RECORDS.get(method, ()))
    if len(args) > len(names):
        raise Refusal("odoo_seed.Unspeakable", f"JSON-2 needs names for the arguments of {method}")
    said = dict(zip(names, args, strict=False))
    if isinstance(said.get("ids"), int):
        said["ids"] = [said["ids"]]
    return {**said, **kwargs}
