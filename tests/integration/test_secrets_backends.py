"""SECRETS_BACKEND: the real clients against HashiCorp's protocol and Supabase Vault's view."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from tests.vault_double import FOUND, METADATA, TOKEN, vault_server

from odoo_seed.edges import hashicorp_vault
from odoo_seed.edges.hashicorp_vault import VaultTarget
from odoo_seed.errors import OdooSeedError, SecretError, SecretsAwayError, UsageError
from odoo_seed.secret_source import KEPT_FOR, KeptSecrets, is_run_token
from odoo_seed.settings import Settings
from odoo_seed.wiring_secrets import with_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.vault_double import Vault


@pytest.fixture
def vault() -> Iterator[tuple[Vault, str]]:
    with vault_server() as made:
        yield made


def settings(**variables: str) -> Settings:
    return with_secrets(Settings.read(variables, Path("/nowhere")))


def test_the_password_of_each_target_comes_from_hashicorp_vault(vault: tuple[Vault, str]) -> None:
    made, address = vault
    variables = {
        "SECRETS_BACKEND": "hashicorp-vault", "VAULT_ADDR": address, "VAULT_TOKEN": TOKEN,
        "VAULT_NAMESPACE": "finance", "ODOO_PASSWORD": "of the environment",
        "ODOO_URL": "http://odoo", "ODOO_USER": "bot", "ODOO_URL__STAGING": "http://odoo",
        "ODOO_USER__STAGING": "bot", "ODOO_DB__STAGING": "staging",
    }  # fmt: skip
    found = settings(**variables)
    assert made.asked == []  # offline commands never ask
    assert (found.odoo().password, found.odoo().database) == ("kept-4Qz", "prod")
    assert found.odoo("staging").password == "staging-7Lm"
    ((_, headers),) = made.asked
    assert headers["X-Vault-Namespace"] == "finance"
    assert "kept-4Qz" not in repr(found) + repr(found.odoo())
    with pytest.raises(SecretError) as missing:
        replace(found, values={**found.values, "ODOO_URL__UAT": "x"}).odoo("uat")
    assert str(missing.value) == (
        "ODOO_DB__UAT, ODOO_USER__UAT and ODOO_PASSWORD__UAT are not in HashiCorp Vault."
    )
    made.data = {**FOUND, "data": {"data": {"SUPABASE_DB_URL": "postgresql://x"}}}
    assert settings(**variables).database_url == "postgresql://x"


NOT_HAD = {
    "a token that is refused": (
        (403, {"errors": ["permission denied"]}),
        "does not let this token",
    ),
    "no such secret": ((404, {"errors": []}), "has nothing at secret/odoo-seed"),
    "a version that was deleted": (
        (404, {"data": {"data": None, "metadata": {**METADATA, "deletion_time": "2026-01-07"}}}),
        "has nothing at",
    ),
    "sealed": ((503, {"errors": ["Vault is sealed"]}), "is sealed or in maintenance"),
    "too many requests": ((429, {"errors": ["request path rate limit"]}), "come back later"),
    "its own fault": ((500, {"errors": ["internal error"]}), "failed (InternalServerError)"),
    "another host": ((307, b""), "KV engine of version 2"),
    "no Vault at all": ((200, b"<html>Odoo</html>"), "KV engine of version 2"),
    "an engine of version 1": ((200, {"data": {"ODOO_PASSWORD": "x"}}), "KV engine of version 2"),
    "a list": ((200, []), "KV engine of version 2"),
}


@pytest.mark.parametrize("case", NOT_HAD)
def test_a_vault_that_gives_nothing_is_named_in_words(vault: tuple[Vault, str], case: str) -> None:
    made, address = vault
    (status, body), words = NOT_HAD[case]
    made.told = (status, body, {"Location": f"{address}/elsewhere"} if status == 307 else {})
    with pytest.raises(SecretError) as refused:
        hashicorp_vault.read(VaultTarget(address, TOKEN))
    assert words in str(refused.value)
    assert refused.value.remedy
    assert isinstance(refused.value, SecretsAwayError) == (status in {429, 500, 503})
    assert len(made.asked) == 1  # nobody else was sent the token
    assert TOKEN not in str(refused.value) + refused.value.remedy


def test_a_vault_that_is_silent_away_or_not_trusted_is_named(vault: tuple[Vault, str]) -> None:
    made, address = vault
    made.silent.set()
    for target, words in (
        (VaultTarget(address, TOKEN), "did not answer within"),
        (VaultTarget("http://127.0.0.1:1", TOKEN), "cannot be reached"),
        (VaultTarget("https://127.0.0.1:1", f"{TOKEN}\nX: y"), "cannot be reached"),
        (VaultTarget("nonsense", TOKEN), "cannot be reached"),
        (VaultTarget(address, TOKEN, path="secret"), "VAULT_SECRET_PATH is not mount/path"),
        (VaultTarget("https://127.0.0.1:1", TOKEN, ca_file="/nowhere.pem"), "VAULT_CACERT"),
    ):
        with pytest.raises(OdooSeedError) as refused:
            hashicorp_vault.read(target, timeout=0.2)
        assert words in str(refused.value), target
        assert TOKEN not in str(refused.value)


def test_what_a_backend_needs_is_named_when_it_is_needed() -> None:
    for backend, missing in (
        ("hashicorp-vault", "VAULT_ADDR and VAULT_TOKEN are not set"),
        ("supabase-vault", "SUPABASE_DB_URL is not set"),
    ):
        with pytest.raises(UsageError, match=missing):
            settings(SECRETS_BACKEND=backend).odoo()
    with pytest.raises(UsageError, match="SECRETS_BACKEND is none that there is"):
        settings(SECRETS_BACKEND="aws")


SUPABASE = """
create schema vault;
create table vault.secrets (name text unique, secret bytea);
create view vault.decrypted_secrets as
    select name, convert_from(secret, 'utf8') as decrypted_secret from vault.secrets;
insert into vault.secrets values
    ('ODOO_PASSWORD', 'supa-5Kd'), ('SEED_RUN_TOKEN', 'new'), ('SEED_RUN_TOKEN_PREVIOUS', 'old'),
    ('SOMEBODY_ELSES', '\\xff');
"""


def test_the_secrets_come_from_supabase_vault(empty_database_url: str) -> None:
    variables = {
        "SECRETS_BACKEND": "supabase-vault", "SUPABASE_DB_URL": empty_database_url,
        "ODOO_URL": "http://odoo", "ODOO_DB": "prod", "ODOO_USER": "bot",
    }  # fmt: skip
    with pytest.raises(SecretError, match="has no Supabase Vault"):
        settings(**variables).odoo()
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(SUPABASE)
        found = settings(**variables)
        assert found.odoo().password == "supa-5Kd"
        assert found.run_tokens() == ("new", "old")
        connection.execute("delete from vault.secrets where name = 'ODOO_PASSWORD'")
        with pytest.raises(SecretError, match="ODOO_PASSWORD is not in Supabase Vault"):
            settings(**variables).odoo()


def test_a_rotated_secret_is_learnt_within_a_minute() -> None:
    now, held = [0.0], {"SEED_RUN_TOKEN": "first"}
    kept = KeptSecrets(lambda: dict(held), "a store", lambda: now[0])
    assert kept.get("SEED_RUN_TOKEN") == "first"
    held["SEED_RUN_TOKEN"] = "second"
    now[0] = KEPT_FOR - 1
    assert kept.get("SEED_RUN_TOKEN") == "first"
    now[0] = KEPT_FOR
    assert kept.get("SEED_RUN_TOKEN") == "second"


def test_two_run_tokens_are_valid_while_one_is_rotated_out() -> None:
    tokens = settings(SEED_RUN_TOKEN="new", SEED_RUN_TOKEN_PREVIOUS="old").run_tokens()
    assert [is_run_token(given, tokens) for given in ("new", "old", "ol", "", "\udcff")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert settings().run_tokens() == ()
    assert not is_run_token("", ())
    with pytest.raises(UsageError, match="SEED_RUN_TOKEN holds characters"):
        settings(SEED_RUN_TOKEN="new-ü").run_tokens()
    assert settings(SEED_RUN_TOKEN="", SEED_RUN_TOKEN_PREVIOUS="").run_tokens() == ()
