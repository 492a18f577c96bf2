"""The fields of the sandbox's models, by their types."""

from __future__ import annotations

from typing import Any

from odoo_seed.sandbox.schema import Field


def char(name: str, string: str, **more: Any) -> Field:
    """A text in one line."""
    return Field(name, "char", string, **more)


def boolean(name: str, string: str, default: bool = False, **more: Any) -> Field:
    """Yes or no."""
    return Field(name, "boolean", string, default=default, **more)


def integer(name: str, string: str, default: int = 0) -> Field:
    """A whole number."""
    return Field(name, "integer", string, default=default)


def many2one(name: str, string: str, relation: str, **more: Any) -> Field:
    """A link to one record."""
    return Field(name, "many2one", string, relation=relation, **more)


def many2many(
    name: str, string: str, relation: str, table: str, side: int = 0, **more: Any
) -> Field:
    """Links to many; `side` tells which end of the table of links this is."""
    return Field(name, "many2many", string, relation=relation, table=table, side=side, **more)


def one2many(name: str, string: str, relation: str, inverse: str) -> Field:
    """The records that link here with `inverse`."""
    return Field(name, "one2many", string, relation=relation, inverse=inverse, copied=False)


def datetime(name: str, string: str, **more: Any) -> Field:
    """A moment in UTC."""
    return Field(name, "datetime", string, **more)


def computed(name: str, type_: str, string: str, relation: str = "") -> Field:
    """What no table holds."""
    return Field(name, type_, string, relation=relation, computed=True, readonly=True, copied=False)


def thread() -> tuple[Field, ...]:
    """What mail.thread adds to a model."""
    return (
        computed("message_ids", "one2many", "Messages", "mail.message"),
        computed("message_follower_ids", "one2many", "Followers", "mail.followers"),
        computed("message_partner_ids", "many2many", "Followers (Partners)", "res.partner"),
    )


def magic() -> tuple[Field, ...]:
    """What every model has."""
    return (
        Field("id", "integer", "ID", readonly=True, copied=False),
        computed("display_name", "char", "Display Name"),
        datetime("create_date", "Created on", readonly=True, copied=False),
        many2one("create_uid", "Created by", "res.users", readonly=True, copied=False),
        datetime("write_date", "Last Updated on", readonly=True, copied=False),
        many2one("write_uid", "Last Updated by", "res.users", readonly=True, copied=False),
    )
