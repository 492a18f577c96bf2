"""Which Odoo this is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo import codec_jsonrpc
from odoo_seed.edges.odoo.http_post import WrongAddressError
from odoo_seed.edges.odoo.refusals import Refusal
from odoo_seed.errors import OdooSetupError

if TYPE_CHECKING:
    from odoo_seed.edges.odoo.line import Line
    from odoo_seed.edges.odoo.target import OdooTarget

OLDEST = 18
JSON2_SINCE = 19

_PAGE = "/web/webclient/version_info"


def major(version: str) -> int:
    """The first number of a version such as ``18.0``."""
    return int(version.split(".", 1)[0])


def ask_version(line: Line) -> str:
    """Ask the web client's page, which no Odoo calls deprecated (web/controllers/webclient.py).

    Raises:
        WrongAddressError: What answers is not Odoo, or a proxy hides this page.
    """
    headers = {"Content-Type": codec_jsonrpc.CONTENT_TYPE}
    reply = line.post(_PAGE, b"{}", headers, repeatable=True)
    try:
        return parse_version(codec_jsonrpc.decode(reply.body), line.target)
    except (Refusal, ValueError):
        raise not_odoo(line.target) from None


def parse_version(answer: Any, target: OdooTarget) -> str:
    """Return the version, such as ``18.0``, in what Odoo's `exp_version` tells."""
    serie = answer.get("server_serie") if isinstance(answer, dict) else None
    found = re.search(r"(\d+)(?:\.(\d+))?", str(serie))
    if not found:
        raise WrongAddressError(
            f"What answers at {target.address} does not tell Odoo's version.",
            remedy=f"Set {target.variable('ODOO_URL')} to the address of the Odoo server.",
        )
    return f"{found[1]}.{found[2] or 0}"


def require_supported(version: str, target: OdooTarget) -> None:
    """Raise OdooSetupError unless this project knows how to write to this version."""
    if major(version) < OLDEST:
        raise OdooSetupError(
            f"Odoo at {target.address} is version {version}.",
            remedy=f"odoo-seed needs Odoo {OLDEST}.0 or later.",
        )


def not_odoo(target: OdooTarget) -> WrongAddressError:
    """Return the error of an address where something else answers."""
    return WrongAddressError(
        f"What answers at {target.address} is not Odoo.",
        remedy=f"Set {target.variable('ODOO_URL')} to the address of the Odoo server.",
    )
