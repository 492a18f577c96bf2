"""Secrets from HashiCorp Vault: one secret of a KV engine, version 2, with our names as keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import hvac
import requests
from hvac import exceptions as vault

from odoo_seed.errors import SecretError, SecretsAwayError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT = 10.0

_WORDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        (vault.Forbidden, vault.Unauthorized),
        "does not let this token read {path}",
        "See that VAULT_TOKEN has not run out, and that its policy allows read on {data}.",
    ),
    (
        (vault.InvalidPath, vault.UnsupportedOperation),
        "has nothing at {path}",
        "Write it (vault kv put), or correct VAULT_SECRET_PATH: mount/path of a KV engine v2.",
    ),
    (
        (vault.VaultDown, vault.VaultNotInitialized),
        "is sealed or in maintenance",
        "Unseal it (vault operator unseal), then run this again.",
    ),
    (vault.RateLimitExceeded, "asks to come back later", "Run this again in a minute."),
    (requests.exceptions.Timeout, "did not answer within 10 s", "See whether it runs."),
    (
        requests.exceptions.SSLError,
        "has a certificate that is not trusted",
        "Set VAULT_CACERT to the file of its authority.",
    ),
    (
        requests.exceptions.RequestException,
        "cannot be reached",
        "Correct VAULT_ADDR and VAULT_TOKEN, or see whether it runs.",
    ),
    (
        OSError,
        "cannot be asked: the file of VAULT_CACERT cannot be read",
        "Set VAULT_CACERT to the PEM file of the authority of its certificate.",
    ),
)


_PASSING = (
    vault.VaultDown, vault.RateLimitExceeded, vault.InternalServerError, vault.BadGateway,
    requests.exceptions.ConnectionError, requests.exceptions.Timeout,
)  # fmt: skip
"""What may go by by itself; of these a certificate that is not trusted does not."""


@dataclass(frozen=True, slots=True)
class VaultTarget:
    """Where the secret is.

    Attributes:
        address: Such as ``https://vault.example.com:8200``.
        path: Mount and path, such as ``secret/odoo-seed``.
        ca_file: PEM file of the authority that signed its certificate.
    """

    address: str
    token: str = field(repr=False)
    path: str = "secret/odoo-seed"
    namespace: str | None = None
    ca_file: str | None = None


def read(target: VaultTarget, timeout: float = _TIMEOUT) -> Mapping[str, str]:
    """Return all keys of the secret, by name.

    Args:
        timeout: Seconds.

    Raises:
        SecretError: Vault cannot be asked, refuses, or has no such secret.
    """
    mount, _, path = target.path.strip("/").partition("/")
    place = f"HashiCorp Vault at {_host(target.address)}"
    if not mount or not path:
        raise SecretError(
            "VAULT_SECRET_PATH is not mount/path.", remedy="Set it, as in secret/odoo-seed."
        )
    try:
        answer = _client(target, timeout).secrets.kv.v2.read_secret_version(
            path=path, mount_point=mount, raise_on_deleted_version=True
        )
        return {str(name): str(value) for name, value in answer["data"]["data"].items()}
    except (vault.VaultError, OSError) as error:  # RequestException is an OSError
        raise _in_words(error, place, mount, path) from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SecretError(
            f"{place} does not answer as a KV engine of version 2 does.",
            remedy="Correct VAULT_ADDR and VAULT_SECRET_PATH.",
        ) from None


def _in_words(error: Exception, place: str, mount: str, path: str) -> SecretError:
    """Never in Vault's own words: they may repeat what it was sent."""
    passes = isinstance(error, _PASSING) and not isinstance(error, requests.exceptions.SSLError)
    kind = SecretsAwayError if passes else SecretError
    names = {"path": f"{mount}/{path}", "data": f"{mount}/data/{path}"}
    for classes, words, remedy in _WORDS:
        if isinstance(error, classes):
            return kind(f"{place} {words.format(**names)}.", remedy=remedy.format(**names))
    return kind(f"{place} failed ({type(error).__name__}).", remedy="See its own log.")


def _client(target: VaultTarget, timeout: float) -> Any:
    return hvac.Client(
        url=target.address,
        token=target.token,
        namespace=target.namespace,
        verify=target.ca_file or True,
        timeout=timeout,
        allow_redirects=False,  # it would be sent the token too
    )


def _host(address: str) -> str:
    """The address without what may be a password in it."""
    try:
        parts = urlsplit(address)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
    except ValueError:
        return "VAULT_ADDR"
