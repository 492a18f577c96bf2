"""Troubles that a test can order, and the log of what was called."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from odoo_seed.sandbox import exceptions
from odoo_seed.sandbox.exceptions import SqlError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["drop_before", "drop_after", "reset", "http_error", "odoo_error", "delay"]


@dataclass(slots=True)
class Trouble:
    """One trouble, for the n-th matching call from when it was ordered.

    Attributes:
        kind: ``drop_before`` closes the connection unexecuted, ``drop_after`` executes, commits
            and closes it unanswered, ``reset`` breaks it off in the middle of the request,
            ``http_error`` answers with `status` and a page, ``odoo_error`` rolls back with an
            exception named `error`, ``delay`` waits `before` and `after` executing.
        times: For how many matching calls in a row.
        model: Only calls on this model.
        method: Only calls of this method.
    """

    kind: Kind
    nth: int = 1
    times: int = 1
    model: str | None = None
    method: str | None = None
    status: int = 500
    error: str = "odoo.exceptions.ValidationError"
    message: str = "The sandbox was told to refuse this."
    before: float = 0.0
    after: float = 0.0
    seen: int = 0

    def hits(self, model: str, method: str) -> bool:
        """Count a call, and say whether it is one of those meant."""
        if (self.model or model) != model or (self.method or method) != method:
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times

    def exception(self) -> Exception:
        """Return what ``odoo_error`` raises."""
        known = getattr(exceptions, self.error.rpartition(".")[2], None)
        if self.error.startswith("odoo.exceptions.") and known is not None:
            refusal: Exception = known(self.message)
            return refusal
        return SqlError(self.error, self.message)


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived.

    Attributes:
        records: How many records it creates, writes, reads or deletes; 0 for a search.
    """

    protocol: str
    model: str
    method: str
    records: int = 0
    context: Mapping[str, Any] = field(default_factory=dict)
    values: Any = None


class Switches:
    """What tests set and read while the server's threads work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._troubles: list[Trouble] = []

    def order(self, trouble: Trouble) -> None:
        """Add a trouble."""
        with self._lock:
            self._troubles.append(trouble)

    def cancel(self) -> None:
        """Take all troubles back."""
        with self._lock:
            self._troubles.clear()

    def meet(self, call: Call) -> list[Trouble]:
        """Log a call and return the troubles that it meets."""
        with self._lock:
            self._calls.append(call)
            return [one for one in self._troubles if one.hits(call.model, call.method)]

    def calls(self, method: str | None = None, model: str | None = None) -> list[Call]:
        """Return the calls so far, in order."""
        with self._lock:
            return [
                call
                for call in self._calls
                if method in (None, call.method) and model in (None, call.model)
            ]

    def forget_calls(self) -> None:
        """Empty the log."""
        with self._lock:
            self._calls.clear()


def describe(
    protocol: str,
    model: str,
    method: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> Call:
    """Return the log line of an `execute_kw`."""
    first = args[0] if args else kwargs.get("vals_list", kwargs.get("ids"))
    counted = method not in {"search", "search_read", "search_count", "fields_get", "read_group"}
    records = len(first) if isinstance(first, list | tuple) else 1
    values = first
    if method == "write":
        values = args[1] if len(args) > 1 else kwargs.get("vals", first)
    return Call(
        protocol, model, method, records if counted else 0, kwargs.get("context") or {}, values
    )
