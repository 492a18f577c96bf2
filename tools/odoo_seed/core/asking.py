"""A run that is asked for over HTTP: what a request may say, and how it is refused.

The Edge Functions (supabase/functions) keep to the same rules and words; tests/http/requests.py
holds both to them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.answers import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_BODY = 65_536
DEFAULT_WAIT, LONGEST_WAIT = 60.0, 120.0
"""Seconds; Supabase ends an Edge Function that is silent for 150."""

TARGET = r"[A-Za-z][A-Za-z0-9_-]{0,39}"
REF = r"[A-Za-z][A-Za-z0-9_.-]{0,63}"
KEY = r"[\x20-\x7e]{1,255}"

RETRY_AFTER: Mapping[int, str] = {202: "5", 409: "30", 503: "30"}
"""Seconds to wait before asking again, by HTTP status."""

_KNOWN = ("target", "projects", "dry_run", "wait_seconds")
_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says.

    Attributes:
        projects: Refs of projects; None means all.
        wait_seconds: How long the answer may be waited for; None: as long as is usual.
    """

    target: str = "default"
    projects: tuple[str, ...] | None = None
    dry_run: bool = False
    wait_seconds: float | None = None


class RefusedRequestError(Exception):
    """A request is refused before anything is done.

    Attributes:
        told: The body, as RFC 9457 has it.
        headers: Of the answer, besides those that every answer has.
    """

    def __init__(
        self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.told = status, problem(status, title, detail)
        self.headers = headers or {}


def unauthorized() -> RefusedRequestError:
    """Whoever asks has no token, or not the right one."""
    detail = "Send the run token: Authorization: Bearer, then SEED_RUN_TOKEN."
    return RefusedRequestError(401, "Unauthorized", detail, {"WWW-Authenticate": "Bearer"})


def wrong_method(allowed: str) -> RefusedRequestError:
    """Something else than the method that is meant, such as ``POST``."""
    told = f"Use {allowed}."
    return RefusedRequestError(405, "Method Not Allowed", told, {"Allow": allowed})


def too_long() -> RefusedRequestError:
    """The body is longer than any that could be meant."""
    detail = f"A body has at most {LARGEST_BODY} bytes."
    return RefusedRequestError(413, "Content Too Large", detail)


def database_away() -> RefusedRequestError:
    """The database cannot be reached, or cannot do what is needed; why is not for strangers."""
    return RefusedRequestError(
        503, "Could not reach the database", "The database of odoo-seed cannot be used now."
    )


def bearer(authorization: str) -> str:
    """Return the token of an Authorization header; empty when it has none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def read_key(given: str | None) -> str | None:
    """Check an Idempotency-Key header; raises RefusedRequestError."""
    if given is not None and not re.fullmatch(KEY, given):
        raise _bad("Idempotency-Key has 1 to 255 characters, all of ASCII.")
    return given


def read_body(content: bytes, content_type: str) -> Asked:
    """Read a request's body.

    Raises:
        RefusedRequestError: 413, 415, or 400: what is wrong, the first of all that is.
    """
    if not content:
        return Asked()
    if len(content) > LARGEST_BODY:
        raise too_long()
    if content_type.partition(";")[0].strip().lower() != _TYPE:
        raise RefusedRequestError(415, "Unsupported Media Type", f"Send {_TYPE}, or no body.")
    given = _object(content)
    if given.keys() - set(_KNOWN):
        raise _bad("The body knows target, projects, dry_run and wait_seconds, and nothing else.")
    target, dry_run = given.get("target", "default"), given.get("dry_run", False)
    if not _matches(TARGET, target):
        raise _bad(
            "target is a name of up to 40 letters, digits, - and _ that begins with a letter."
        )
    projects = given.get("projects")
    if "projects" in given and not (
        isinstance(projects, list) and projects and all(_matches(REF, ref) for ref in projects)
    ):
        raise _bad("projects is a list of external_refs; leave it out to mean all.")
    if not isinstance(dry_run, bool):
        raise _bad("dry_run is true or false.")
    refs = None if projects is None else tuple(projects)
    return Asked(target, refs, dry_run, _seconds(given))


def _object(content: bytes) -> dict[str, Any]:
    try:
        given = json.loads(content.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise _bad("The body is a JSON object, or empty.")
    return given


def _no_number(name: str) -> float:
    raise ValueError(name)  # Python reads NaN and Infinity, which JSON does not have


def _seconds(given: Mapping[str, Any]) -> float | None:
    if "wait_seconds" not in given:
        return None
    seconds = given["wait_seconds"]
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not is_number or not 0 <= seconds <= LONGEST_WAIT:
        raise _bad(f"wait_seconds is a number from 0 to {LONGEST_WAIT:g}.")
    return float(seconds)


def _matches(pattern: str, given: Any) -> bool:
    return isinstance(given, str) and re.fullmatch(pattern, given) is not None


def _bad(detail: str) -> RefusedRequestError:
    return RefusedRequestError(400, "Bad Request", detail)
