"""One connection to a server: what is safe to repeat is repeated, and everything is counted."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from odoo_seed.edges.odoo.http_post import HttpPoster, ReplyTimeoutError, WrongAddressError
from odoo_seed.errors import OdooReplyLostError, OdooUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from odoo_seed.edges.odoo.http_post import Reply
    from odoo_seed.edges.odoo.target import OdooTarget

PAUSES = (0.2, 0.8)


class Line:
    """Sends requests of whatever protocol. Each thread needs its own."""

    def __init__(self, target: OdooTarget, pauses: Sequence[float] = PAUSES) -> None:
        """Prepare; nothing is sent before the first request.

        Args:
            pauses: Seconds to wait before each further try of what is safe to repeat.
        """
        self.target = target
        self._pauses = tuple(pauses)
        self._http = HttpPoster(target)
        self._count = [0]

    @property
    def calls(self) -> int:
        """Requests sent or tried so far, those of `another` included."""
        return self._count[0]

    def another(self) -> Line:
        """Return a second connection for another thread; its requests are counted with these."""
        other = Line(self.target, self._pauses)
        other._count = self._count
        return other

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def post(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        repeatable: bool,
        is_answer: Callable[[Reply], bool] = lambda _: False,
    ) -> Reply:
        """Post, and try again what is safe to repeat.

        Args:
            repeatable: The call writes nothing, so losing it costs nothing.
            is_answer: Whether a reply is Odoo's own though its HTTP status says otherwise.

        Raises:
            OdooUnreachableError: Odoo cannot have begun to work on it.
            OdooReplyLostError: It was sent and no whole answer came.
            OdooRefusedError: It was refused before Odoo's models saw it (HTTP 400, 413).
        """
        for pause in (*self._pauses, None):
            self._count[0] += 1
            try:
                reply = self._http.send(path, body, headers, repeatable=repeatable)
                if not is_answer(reply):
                    self._http.check(reply)
            except (WrongAddressError, ReplyTimeoutError):
                raise
            except (OdooUnreachableError, OdooReplyLostError) as error:
                may_repeat = repeatable or isinstance(error, OdooUnreachableError)
                if pause is None or not may_repeat:
                    raise
                time.sleep(pause)
            else:
                return reply
        raise AssertionError("unreachable: the last try returns or raises")
