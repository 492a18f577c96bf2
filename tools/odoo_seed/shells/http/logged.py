"""One line a request, without what the request says: it may hold a token in the wrong place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from odoo_seed.shells.http.measures import Measures

_QUIET = {"/healthz", "/readyz", "/metrics"}


class Logged:
    """ASGI middleware, the outermost: tells and counts every request, and lets no error out."""

    def __init__(self, app: ASGIApp, measures: Measures, tell: Callable[[str], None]) -> None:
        self._app, self._measures, self._tell = app, measures, tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        begun, status = time.monotonic(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:  # noqa: BLE001 - it is told; uvicorn would print a traceback
            self._tell(f"A request ended with {type(error).__name__}")
        seconds = time.monotonic() - begun
        route = scope.get("route")
        endpoint = getattr(route, "path", "elsewhere")
        self._measures.answered(endpoint, status, seconds)
        if endpoint not in _QUIET or status >= 400:
            self._tell(f"{scope['method']} {endpoint}: {status}, {seconds:.2f} s")
