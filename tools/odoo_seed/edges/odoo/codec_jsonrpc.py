"""JSON-RPC, as `/jsonrpc` speaks it: HTTP 200 even for errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTENT_TYPE = "application/json"


def path(service: str) -> str:
    """Return where every service is reached."""
    del service  # it is in the body
    return "/jsonrpc"


def encode(service: str, method: str, params: Sequence[Any]) -> bytes:
    """Return the request's body."""
    call = {"service": service, "method": method, "args": list(params)}
    return json.dumps({"jsonrpc": "2.0", "method": "call", "params": call, "id": 1}).encode()


def decode(body: bytes) -> Any:
    """Return the answer's value; a missing `result` is Odoo's None.

    Raises:
        Refusal: Odoo answered with an error.
        ValueError: This is no JSON-RPC answer.
    """
    answer = json.loads(body)
    if not isinstance(answer, dict) or answer.get("jsonrpc") != "2.0":
        raise ValueError("no JSON-RPC answer")
    if "error" not in answer:
        return answer.get("result")
    error = _mapping(answer["error"])
    data = _mapping(error.get("data"))
    message = data.get("message") or error.get("message") or "Odoo Server Error"
    raise Refusal(str(data.get("name", "")), str(message))


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
