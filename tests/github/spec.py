"""Every exchange with GitHub's double is held against GitHub's own OpenAPI description.

What GitHub does and its description leaves out is let through by status alone: limits of the rate,
failures and refusals where it lists none. The body must then be GitHub's `basic-error`.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING, Any

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.responses.exceptions import ResponseNotFound
from openapi_core.testing import MockRequest, MockResponse

from tests.github.slice_openapi import SLICE

if TYPE_CHECKING:
    from collections.abc import Mapping

UNDOCUMENTED = {401, 403, 404, 422, 429, 500, 502, 503, 504}
_HOST = "https://api.github.com"
_JSON = "application/json; charset=utf-8"


@cache
def _description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SLICE.read_text())
    return found


@cache
def _openapi() -> OpenAPI:
    return OpenAPI.from_dict(_with_null(_description()))


def _with_null(part: Any) -> Any:
    """The description with null among the values of what it calls nullable.

    GitHub answers `"state_reason": null`, which an `enum` without null forbids to the letter.
    """
    if isinstance(part, list):
        return [_with_null(item) for item in part]
    if not isinstance(part, dict):
        return part
    found = {name: _with_null(value) for name, value in part.items()}
    if found.get("nullable") is True and isinstance(found.get("enum"), list):
        found["enum"] = [*found["enum"], None]
    return found


def example(name: str) -> Any:
    """GitHub's own example of an answer."""
    return deepcopy(_description()["components"]["examples"][name]["value"])


def request_of(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], sent: bytes
) -> MockRequest:
    """A request as it came, for the two questions below."""
    return MockRequest(
        _HOST, method.lower(), path,
        args=dict(query), headers=dict(headers), data=sent or None,
        content_type=headers.get("Content-Type", "application/json"),
    )  # fmt: skip


def request_fault(request: MockRequest) -> str | None:
    """Say what GitHub would not understand of a request; None where all is well."""
    try:
        _openapi().validate_request(request)
        _unknown_parameters(request)
    except (OpenAPIError, ValueError) as error:
        return _words(request, error)
    return None


def answer_fault(request: MockRequest, status: int, answer: bytes) -> str | None:
    """Say what GitHub would not answer so; None where all is well."""
    response = MockResponse(answer, status_code=status, content_type=_JSON if status != 204 else "")
    try:
        _openapi().validate_response(request, response)
    except ResponseNotFound as error:
        known = status in UNDOCUMENTED and isinstance(json.loads(answer).get("message"), str)
        return None if known else _words(request, error)
    except (OpenAPIError, ValueError) as error:
        return _words(request, error)
    return None


def _unknown_parameters(request: MockRequest) -> None:
    """OpenAPI lets parameters through that it does not name; a misspelt one is ours."""
    parts = request.path.split("/")
    for template, operations in _description()["paths"].items():
        pieces = template.split("/")
        fits = len(pieces) == len(parts) and all(
            piece == part or piece.startswith("{")
            for piece, part in zip(pieces, parts, strict=True)
        )
        if fits and request.method in operations:
            named = {_name(item) for item in operations[request.method].get("parameters", ())}
            if unknown := set(request.parameters.query) - named:
                raise ValueError(f"unknown parameters: {unknown}")
            return


def _name(parameter: dict[str, Any]) -> str:
    if "$ref" in parameter:
        name = parameter["$ref"].rpartition("/")[2]
        parameter = _description()["components"]["parameters"][name]
    return str(parameter["name"])


def _words(request: MockRequest, error: Exception) -> str:
    cause = error.__cause__
    details = getattr(cause, "schema_errors", None)
    reasons = "; ".join(one.message[:300] for one in details) if details else str(error)[:600]
    return f"{request.method} {request.path}: {type(error).__name__}: {reasons}"
