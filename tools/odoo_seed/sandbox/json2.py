"""JSON-2, as Odoo 19 speaks it (addons/rpc/controllers/json2.py): names, keys, HTTP codes."""

from __future__ import annotations

import inspect
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.base import check_public
from odoo_seed.sandbox.exceptions import AccessDenied, AccessError, MissingError, UserError, name_of
from odoo_seed.sandbox.wire import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.sandbox.service import Service

PATH = re.compile(r"/json/2/(?P<model>[^/]+)/(?P<method>[^/]+)$")
_BEARER = re.compile(r"bearer\s+(.+)$", re.IGNORECASE)
_JSON = "application/json; charset=utf-8"
_STATUS = (
    (MissingError, HTTPStatus.NOT_FOUND),
    (AccessError, HTTPStatus.FORBIDDEN),
    (AccessDenied, HTTPStatus.FORBIDDEN),
    (UserError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
_OURS = {
    ("default_get", "fields"): "names",
    ("has_access", "ids"): "_ids",
    ("has_group", "group_ext_id"): "name",
    ("name_search", "domain"): "args",
}
"""Arguments whose names here are those of 18."""


class HttpRefusal(Exception):  # noqa: N818 - it is werkzeug's answer
    """A refusal of the web server's, before any model saw the call."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.odoo_name = f"werkzeug.exceptions.{status.phrase.title().replace(' ', '')}"


def who(service: Service, authorization: str) -> int:
    """Return the user whose API key this header holds."""
    given = _BEARER.match(authorization)
    if not given:
        raise HttpRefusal(
            HTTPStatus.UNAUTHORIZED,
            "User not authenticated, use an API Key with a Bearer Authorization header.",
        )
    uid = service.user_of_key(given[1])
    if uid is None:
        raise HttpRefusal(HTTPStatus.UNAUTHORIZED, "Invalid apikey")
    return uid


def read(body: bytes) -> dict[str, Any]:
    """Return the named arguments in a request's body."""
    try:
        found = json.loads(body)
    except ValueError as error:
        words = f"could not parse the body as json: {error}"
        raise HttpRefusal(HTTPStatus.BAD_REQUEST, words) from None
    return found if isinstance(found, dict) else {}


def arrange(
    service: Service, model: str, method: str, given: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments as the models here take them: ids first, the rest by name."""
    if model not in service.state.models:
        raise HttpRefusal(HTTPStatus.NOT_FOUND, f"the model {model!r} does not exist")
    check_public(method, model)
    function = service.find_method(model, method)
    if function is None:
        words = f"The method '{model}.{method}' does not exist"
        raise HttpRefusal(HTTPStatus.NOT_FOUND, words)
    options = {_OURS.get((method, name), name): value for name, value in given.items()}
    context = options.pop("context", {})
    signature = inspect.signature(function)
    leading = list(signature.parameters)[1:2]
    args: list[Any] = []
    if leading in (["ids"], ["_ids"]):
        args.append(options.pop(leading[0], []))
    elif options.pop("ids", None):
        words = f"cannot call {model}.{method} with ids"
        raise HttpRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, words)
    try:
        signature.bind(None, *args, **options)
    except TypeError as error:
        raise HttpRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    return args, {**options, "context": context}


def answer(method: str, result: Any) -> Answer:
    """Encode a result; unlike the older protocols, `create` always answers a list."""
    if method == "create" and isinstance(result, int):
        result = [result]
    return Answer(json.dumps(result).encode(), _JSON)


def refusal(error: Exception) -> Answer:
    """Encode an exception, with the HTTP status that Odoo gives it."""
    status = getattr(error, "status", None)
    if status is None:
        known = (status for kind, status in _STATUS if isinstance(error, kind))
        status = next(known, HTTPStatus.INTERNAL_SERVER_ERROR)
    said = {
        "name": name_of(error),
        "message": str(error),
        "arguments": [str(error)],
        "context": {},
        "debug": f"Traceback (most recent call last):\n{name_of(error)}: {error}\n",
    }
    return Answer(json.dumps(said).encode(), _JSON, status)
