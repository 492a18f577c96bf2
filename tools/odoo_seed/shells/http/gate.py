"""Who may ask, and how often."""

from __future__ import annotations

import time
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from odoo_seed.core.asking import RefusedRequestError, bearer, unauthorized
from odoo_seed.errors import UsageError
from odoo_seed.secret_source import is_run_token

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Gate:
    """Lets in whoever has a run token, so often and no oftener.

    Args:
        tokens: Returns those that are valid now; with none nobody is let in.
        rate: How often one token may ask, such as ``60/minute``.

    Raises:
        UsageError: That is no rate.
    """

    def __init__(self, tokens: Callable[[], Sequence[str]], rate: str) -> None:
        try:
            self._rate = parse(rate)
        except ValueError:
            raise _no_rate() from None
        if self._rate.amount < 1:
            raise _no_rate()
        self._tokens = tokens
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, authorization: str) -> None:
        """Return when the header holds a token that may ask now.

        Raises:
            RefusedRequestError: 401, or 429.
            OdooSeedError: The tokens cannot be had.
        """
        given = bearer(authorization)
        if not is_run_token(given, self._tokens()):
            raise unauthorized()
        whose = sha256(given.encode()).hexdigest()  # the token itself is kept nowhere
        if not self._limiter.hit(self._rate, whose):
            free = self._limiter.get_window_stats(self._rate, whose).reset_time
            wait = max(1, ceil(free - time.time()))
            raise RefusedRequestError(
                429, "Too Many Requests", f"One token may ask {self._rate}.",
                {"Retry-After": str(wait)},
            )  # fmt: skip


def _no_rate() -> UsageError:
    return UsageError(
        "SEED_RATE_LIMIT is not a rate.",
        remedy="Set it to how often one token may ask, such as 60/minute or 1000/hour.",
    )
