"""SECRETS_BACKEND → the store of secrets behind the settings."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from odoo_seed.edges.postgres import vault as supabase_vault
from odoo_seed.errors import UsageError
from odoo_seed.secret_source import KeptSecrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.settings import Settings


def with_secrets(settings: Settings) -> Settings:
    """The settings with the store of secrets that they name; asked when one is needed.

    Raises:
        UsageError: There is no such store.
    """
    if settings.backend == "supabase-vault":
        kept = KeptSecrets(partial(_supabase_secrets, settings), "Supabase Vault")
    elif settings.backend == "hashicorp-vault":
        kept = KeptSecrets(partial(_hashicorp_secrets, settings), "HashiCorp Vault")
    else:
        return settings
    return replace(settings, secrets=kept)


def _supabase_secrets(settings: Settings) -> Mapping[str, str]:
    if not settings.database_url:
        raise UsageError(
            "SUPABASE_DB_URL is not set.",
            remedy="SECRETS_BACKEND=supabase-vault reads the secrets from that database.",
        )
    return supabase_vault.read(settings.database_url)


def _hashicorp_secrets(settings: Settings) -> Mapping[str, str]:
    from odoo_seed.edges import hashicorp_vault  # noqa: PLC0415 - slow to import, seldom needed

    it = settings.vault()
    return hashicorp_vault.read(
        hashicorp_vault.VaultTarget(it.address, it.token, it.path, it.namespace, it.ca_file)
    )
