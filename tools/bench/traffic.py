"""Counts what goes over the wire, below everything that might be changed to look better."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from odoo_seed.edges.odoo.http_post import HttpPoster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.edges.odoo.http_post import Reply


@dataclass(slots=True)
class Traffic:
    """Requests to Odoo, logins included.

    Attributes:
        writes: Those that may change something.
        waited: Seconds from sending to the whole answer; of several connections the sum.
    """

    calls: int = 0
    writes: int = 0
    waited: float = 0.0


@contextmanager
def counted() -> Iterator[Traffic]:
    """Count all requests of this process, whatever the number of connections.

    Raises:
        RuntimeError: None was seen, so this does not look where it should any more.
    """
    traffic, lock, send = Traffic(), threading.Lock(), HttpPoster.send

    def counting(
        self: HttpPoster, path: str, content: bytes, headers: Mapping[str, str], *, repeatable: bool
    ) -> Reply:
        begun = time.perf_counter()
        reply = send(self, path, content, headers, repeatable=repeatable)
        with lock:
            traffic.calls += 1
            traffic.writes += not repeatable
            traffic.waited += time.perf_counter() - begun
        return reply

    with patch.object(HttpPoster, "send", counting):
        yield traffic
    if not traffic.calls:
        raise RuntimeError("no request was counted")
