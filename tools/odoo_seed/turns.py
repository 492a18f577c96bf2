"""Deal the batches of many tracks out to a few connections."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from odoo_seed.core.order import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.order import Track


class Turns:
    """Gives each connection, whenever it is free, its share of what can be created next.

    A track's batches go one after the other. Batches of several tracks go as one, so that there
    are few calls; and since shares are taken anew at every turn, no connection is left with the
    longest tracks while the others have nothing to do.

    Args:
        tracks: Batches that create records of one kind.
        lines: Number of connections.
    """

    def __init__(self, tracks: Sequence[Track], lines: int) -> None:
        self._left = {number: deque(track) for number, track in enumerate(tracks) if track}
        self._out: set[int] = set()
        self._lines, self._stopped = lines, False
        self._changed = Condition()

    @contextmanager
    def turn(self) -> Iterator[Batch | None]:
        """Have one batch inside the block; None when there is nothing left for this connection.

        What is raised inside ends the turns of all, since the rest may lean on this batch.
        """
        taken = self._take()
        if not taken:
            yield None
            return
        changes = (change for number in taken for change in self._left[number][0].changes)
        try:
            yield Batch("create", self._left[taken[0]][0].kind, tuple(changes))
        except BaseException:
            self.stop()
            raise
        self._give_back(taken)

    def stop(self) -> None:
        """Give nothing out any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _take(self) -> list[int]:
        with self._changed:
            while not self._stopped and self._left:
                if ready := [number for number in self._left if number not in self._out]:
                    ready.sort(key=lambda number: -len(self._left[number]))
                    taken = ready[: max(1, len(self._left) // self._lines)]
                    self._out.update(taken)
                    return taken
                self._changed.wait()
            return []

    def _give_back(self, taken: Sequence[int]) -> None:
        with self._changed:
            for number in taken:
                self._out.discard(number)
                self._left[number].popleft()
                if not self._left[number]:
                    del self._left[number]
            self._changed.notify_all()
