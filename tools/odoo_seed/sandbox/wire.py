"""Requests and answers in Odoo's two older protocols, envelopes and fault codes included."""

from __future__ import annotations

import json
import xmlrpc.client
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.exceptions import OdooException, name_of

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)}


@dataclass(frozen=True, slots=True)
class Request:
    """A decoded request.

    Attributes:
        error: What is wrong with the request itself, so that nothing can be carried out.
    """

    protocol: str
    service: str
    method: str
    params: list[Any]
    message_id: object = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to be sent."""

    body: bytes
    content_type: str
    status: int = 200
    location: str = ""


def _dump_text(
    marshaller: xmlrpc.client.Marshaller, value: Any, write: Callable[[str], object]
) -> None:
    marshaller.dump_unicode(value.translate(_CONTROL), write)


class _Marshaller(xmlrpc.client.Marshaller):
    """As Odoo's: no None, and no control characters, which XML cannot carry."""

    dispatch = {**xmlrpc.client.Marshaller.dispatch, str: _dump_text}  # noqa: RUF012 - as the base


def read_xmlrpc(service: str, body: bytes) -> Request:
    """Decode a request to `/xmlrpc/2/<service>`."""
    try:
        params, method = xmlrpc.client.loads(body, use_datetime=True)
    except Exception as error:  # noqa: BLE001 - Odoo reports whatever the parser raises
        return Request("xmlrpc", service, "", [], error=error)
    return Request("xmlrpc", service, method or "", list(params))


def read_jsonrpc(body: bytes) -> Request | None:
    """Decode a request to `/jsonrpc`; None when it is not JSON at all."""
    try:
        message = json.loads(body)
        params = message.get("params") or {}
        args = list(params.get("args") or [])
        return Request("jsonrpc", params["service"], params["method"], args, message.get("id"))
    except (ValueError, AttributeError):
        return None
    except (KeyError, TypeError) as error:
        return Request("jsonrpc", "", "", [], error=error)


def answer(request: Request, result: Any) -> Answer:
    """Encode a result."""
    if request.protocol == "xmlrpc":
        try:
            return _xml(_Marshaller(allow_none=False).dumps((result,)))
        except TypeError as error:  # a None: the call is done, its answer cannot be said
            return refusal(request, error)
    message = {"jsonrpc": "2.0", "id": request.message_id}
    if result is not None:
        message["result"] = result
    return Answer(json.dumps(message).encode(), "application/json; charset=utf-8")


def refusal(request: Request, error: Exception) -> Answer:
    """Encode an exception as Odoo does."""
    name = name_of(error)
    trace = (
        'Traceback (most recent call last):\n  File "sandbox.py", line 1, in call\n    run()\n'
        f"{name.removeprefix('builtins.')}: {error}\n"
    )
    if request.protocol == "xmlrpc":
        code = error.fault_code if isinstance(error, OdooException) else 1
        text = str(error) if code != 1 else trace
        return _xml(_Marshaller(allow_none=False).dumps(xmlrpc.client.Fault(code, text)))
    data = {
        "name": name,
        "debug": trace,
        "message": str(error),
        "arguments": [str(error)],
        "context": {},
    }
    problem = {"code": 200, "message": "Odoo Server Error", "data": data}
    message = {"jsonrpc": "2.0", "id": request.message_id, "error": problem}
    return Answer(json.dumps(message).encode(), "application/json; charset=utf-8")


def page(status: int, words: str, location: str = "") -> Answer:
    """An HTML page, as a web server or a proxy answers what it cannot serve."""
    html = f"<!doctype html><html><title>{words}</title><h1>{words}</h1></html>"
    return Answer(html.encode(), "text/html; charset=utf-8", status, location)


def _xml(dumped: str) -> Answer:
    body = f'<?xml version="1.0"?>\n<methodResponse>\n{dumped}\n</methodResponse>\n'
    return Answer(body.encode(), "text/xml; charset=utf-8")
