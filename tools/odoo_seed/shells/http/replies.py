"""Answers and problems as HTTP has them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from odoo_seed.core.answers import in_order
from odoo_seed.core.asking import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odoo_seed.core.asking import RefusedRequestError
    from odoo_seed.core.run_requests import Told

JSON, PROBLEM = "application/json", "application/problem+json"


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON as JSON.stringify writes it: the Edge Functions' answers are the same bytes."""
    text = json.dumps(in_order(body), ensure_ascii=False, separators=(",", ":"))
    kind = JSON if status < 400 else PROBLEM
    again = {"Retry-After": RETRY_AFTER[status]} if status in RETRY_AFTER else {}
    return Response(
        text.encode("utf-8", "backslashreplace"), status, media_type=kind,
        headers={"Cache-Control": "no-store", **again, **(headers or {})},
    )  # fmt: skip


def refusal(error: RefusedRequestError) -> Response:
    """A request that is refused."""
    return reply(error.told, error.status, error.headers)


def told_reply(told: Told) -> Response:
    """How far a run is."""
    where = {"Location": f"/runs/{told.request_id}"} if told.http_status == 202 else {}
    return reply(told.answer, told.http_status, where)
