"""Counts what goes over the wire, below everything that might be changed to look better."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from odoo_seed.edges.odoo.http_post import HttpPoster

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Traffic:
    """Requests to Odoo, logins included.

    Attributes:
        writes: Those that may change something.
        sent: Bytes of the requests' bodies.
        received: Bytes of the answers' bodies.
    """

    calls: int = 0
    writes: int = 0
    sent: int = 0
    received: int = 0


@contextmanager
def counted() -> Iterator[Traffic]:
    """Count all requests of this process, whatever the number of connections."""
    traffic, lock, post = Traffic(), threading.Lock(), HttpPoster.post

    def counting(
        self: HttpPoster, path: str, content: bytes, content_type: str, *, repeatable: bool
    ) -> bytes:
        answer = post(self, path, content, content_type, repeatable=repeatable)
        with lock:
            traffic.calls += 1
            traffic.writes += not repeatable
            traffic.sent += len(content)
            traffic.received += len(answer)
        return answer

    with patch.object(HttpPoster, "post", counting):
        yield traffic
