"""XML-RPC, as `/xmlrpc/2/common` and `/xmlrpc/2/object` speak it."""

from __future__ import annotations

import re
import xmlrpc.client
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from odoo_seed.edges.odoo.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTENT_TYPE = "text/xml"

# Odoo's own numbers: addons/base/controllers/rpc.py
_NAMES = {
    2: "odoo.exceptions.UserError",
    3: "odoo.exceptions.AccessDenied",
    4: "odoo.exceptions.AccessError",
}
_MISSING = re.compile(r"\(Record: [\w.]+\(.*\), User: \d+\)\s*$", re.DOTALL)
_TRACEBACK_END = re.compile(r"^(?P<name>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?$", re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NONE_REPLY = "cannot marshal None"


def path(service: str) -> str:
    """Return where a service (`common` or `object`) is reached."""
    return f"/xmlrpc/2/{service}"


def encode(service: str, method: str, params: Sequence[Any]) -> bytes:
    """Return the request's body.

    Raises:
        Refusal: A value cannot be said in XML-RPC, such as a control character.
    """
    del service  # it is in the path
    try:
        text = xmlrpc.client.dumps(tuple(params), method, allow_none=True)
    except (OverflowError, TypeError) as error:
        raise Refusal("odoo_seed.Unspeakable", f"XML-RPC cannot carry a value: {error}") from None
    found = _FORBIDDEN.search(text)
    if found:
        raise Refusal(
            "odoo_seed.Unspeakable",
            f"A text holds the character U+{ord(found.group()):04X}, which XML-RPC cannot carry",
        )
    # A bare carriage return would reach Odoo as a line feed.
    return text.replace("\r", "&#13;").encode()


def decode(body: bytes) -> Any:
    """Return the answer's value.

    Raises:
        Refusal: Odoo answered with an error.
        ValueError: This is no XML-RPC answer.
    """
    try:
        (value,), _ = xmlrpc.client.loads(body)
    except xmlrpc.client.Fault as fault:
        if fault.faultCode == 1 and _NONE_REPLY in fault.faultString:
            # Odoo has done and committed the call; only its None cannot be said in XML-RPC.
            return None
        raise _refusal(fault) from None
    except (ExpatError, xmlrpc.client.Error, LookupError, TypeError) as error:
        raise ValueError(str(error)) from None
    return value


def _refusal(fault: xmlrpc.client.Fault) -> Refusal:
    text = str(fault.faultString)
    if fault.faultCode == 1:
        return _from_traceback(text)
    name = _NAMES.get(fault.faultCode, "")
    if fault.faultCode == 2 and _MISSING.search(text):
        name = "odoo.exceptions.MissingError"
    return Refusal(name, text)


def _from_traceback(text: str) -> Refusal:
    """Take exception name and message from the end of a Python traceback."""
    lines = text.rsplit("Traceback (most recent call last):\n", maxsplit=1)[-1].splitlines()
    start = next((i for i, line in enumerate(lines) if line and not line.startswith(" ")), 0)
    match = _TRACEBACK_END.match("\n".join(lines[start:]))
    if not match:
        return Refusal("", "Odoo Server Error")
    name = match["name"]
    return Refusal(name if "." in name else f"builtins.{name}", match["message"] or name)
