"""Where secrets come from when they are not in the environment; whether a given one is right."""

from __future__ import annotations

import time
from hmac import compare_digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

KEPT_FOR = 60.0
"""Seconds: a service that runs for days learns a rotated secret within a minute."""


class KeptSecrets:
    """Asks a store when a secret is first needed, and again after a minute.

    Args:
        read: Returns all secrets that are meant for us, by name; raises SecretError.
        place: The store in words.
    """

    def __init__(
        self,
        read: Callable[[], Mapping[str, str]],
        place: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.place = place
        self._read, self._clock = read, clock
        self._kept: Mapping[str, str] = {}
        self._until = -1.0

    def get(self, name: str) -> str | None:
        """Return a secret, or None when the source has none of that name."""
        if self._clock() >= self._until:
            self._kept = self._read()
            self._until = self._clock() + KEPT_FOR
        return self._kept.get(name) or None


def is_run_token(given: str, tokens: Sequence[str]) -> bool:
    """Whether it is one of the tokens; takes as long whichever it is, or none."""
    offered = given.encode("utf-8", "surrogateescape")
    same = [compare_digest(offered, token.encode("utf-8", "surrogateescape")) for token in tokens]
    return any(same)
