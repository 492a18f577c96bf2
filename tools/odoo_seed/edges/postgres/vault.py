"""Secrets from Supabase Vault: the view `vault.decrypted_secrets` of the database itself."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from psycopg import errors as pg

from odoo_seed.edges.postgres.connection import connect, in_words
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.errors import SecretError

if TYPE_CHECKING:
    from collections.abc import Mapping


def read(url: str) -> Mapping[str, str]:
    """Return all secrets by name.

    Raises:
        SecretError: There is no Vault, or this user may not read it.
        DatabaseError: No connection.
    """
    with closing(connect(url)) as connection, in_words(url):
        try:
            rows = connection.execute(queries("vault")["read"]).fetchall()
        except (pg.UndefinedTable, pg.InvalidSchemaName):
            raise SecretError(
                "The database has no Supabase Vault (vault.decrypted_secrets).",
                remedy="On Supabase: Database, Extensions, supabase_vault. Elsewhere use "
                "another SECRETS_BACKEND.",
            ) from None
        except pg.InsufficientPrivilege:
            raise SecretError(
                "The database user may not read vault.decrypted_secrets.",
                remedy="Use the user postgres in SUPABASE_DB_URL, or grant it usage on schema "
                "vault and select on that view.",
            ) from None
    return {str(name): str(secret) for name, secret in rows}
