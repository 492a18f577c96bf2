"""Keep passwords out of what others say about them: an error of Odoo's or of Postgres'."""

from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

HIDDEN = "***"
_SHORTEST = 3
"""A shorter secret hides nothing, and crossing it out would leave no word readable."""


def without_secret(text: str, secret: str, user: str = "") -> str:
    """Return a foreign text in which the secret is crossed out, however it is written.

    Args:
        user: Whose secret it is; together they stand in an HTTP header, in base64.
    """
    if len(secret) < _SHORTEST:
        return text
    for form in sorted({*_forms(secret, user)}, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


def _forms(secret: str, user: str) -> Iterator[str]:
    yield secret
    for write in (quote, quote_plus):
        for safe in ("", "/"):
            percent = write(secret, safe=safe)
            yield percent
            yield percent.lower()
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    for ascii_only in (True, False):
        yield json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
    yield repr(secret)[1:-1]
    yield repr(secret.encode())[2:-1]
    for whole in (secret, f"{user}:{secret}"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(whole.encode()).decode().rstrip("=")
