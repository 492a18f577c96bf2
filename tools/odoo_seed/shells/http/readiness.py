"""Whether a run that is asked for now would get through to Odoo."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from odoo_seed import wiring
from odoo_seed.core.asking import RefusedRequestError, database_away
from odoo_seed.errors import DatabaseError, OdooSeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.ports_runs import RunRequests
    from odoo_seed.settings import Settings

_KEPT_FOR = 2.0
_PATIENCE = 3.0
_NOBODY = str(UUID(int=0))


class Readiness:
    """Looks at the database and at every Odoo; a look is good for two seconds.

    Args:
        tell: Is told why not, for those who run the service.
    """

    def __init__(
        self,
        settings: Settings,
        requests: RunRequests,
        targets: Sequence[str],
        tell: Callable[[str], None],
    ) -> None:
        self._settings, self._requests, self._targets = settings, requests, targets
        self._tell = tell
        self._alone = Lock()
        self._until, self._found = 0.0, database_away()
        self._ready = False

    def check(self) -> None:
        """Return when all can be reached; raises RefusedRequestError (503) when not."""
        with self._alone:
            if time.monotonic() >= self._until:
                self._ready = self._look()
                self._until = time.monotonic() + _KEPT_FOR
            if not self._ready:
                raise self._found

    def _look(self) -> bool:
        try:
            self._requests.answer(_NOBODY)
        except DatabaseError as error:
            self._tell(f"Not ready: {error.told}")
            self._found = database_away()
            return False
        away = [target for target in self._targets if not self._answers(target)]
        if away:
            self._found = RefusedRequestError(
                503, "Could not reach Odoo", f"Odoo of target {', '.join(away)} cannot be reached."
            )
        return not away

    def _answers(self, target: str) -> bool:
        try:
            wiring.reach_odoo(self._settings, target, _PATIENCE)
        except OdooSeedError as error:
            self._tell(f"Not ready: target {target}: {error.told}")
            return False
        return True
