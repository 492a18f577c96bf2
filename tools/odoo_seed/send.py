"""Send one batch so that nothing is ever created twice and nothing hides behind a refusal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from odoo_seed.errors import (
    OdooError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooUnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from odoo_seed.core.live import Directory
    from odoo_seed.core.model import Kind
    from odoo_seed.core.order import Batch
    from odoo_seed.ports import NewRecord, OdooWriter

PATIENCE = 150.0
"""Seconds after which Odoo can no longer be busy with a call: it ends one after 120 (its
limit_time_real), so what is not there by then was rolled back."""

_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
_WRITES = 3

_GONE = 15.0
"""Seconds after which a server that cannot be reached counts as gone, its transactions with it."""


class NothingDoneError(OdooRefusedError):
    """No answer came and Odoo did nothing: it ran out of time or memory. Fewer may work."""


class Sender:
    """Sends for one connection."""

    def __init__(self, odoo: OdooWriter, directory: Directory) -> None:
        self.odoo, self._directory = odoo, directory

    def create(self, kind: Kind, records: Sequence[NewRecord]) -> None:
        """Create records and put their ids into the directory.

        Raises:
            OdooRefusedError: Odoo refuses some record, or ran out of time: nothing was created.
            OdooError: Odoo cannot be reached.
        """
        made: Mapping[str, int]
        try:
            ids = self.odoo.create(kind, records, self._directory)
            made = {
                record.external_ref: odoo_id for record, odoo_id in zip(records, ids, strict=True)
            }
        except OdooReplyLostError as lost:
            made = self._look_for(kind, records, lost)
        for ref, odoo_id in made.items():
            self._directory.records[kind, ref] = odoo_id

    def _look_for(
        self, kind: Kind, records: Sequence[NewRecord], lost: OdooReplyLostError
    ) -> Mapping[str, int]:
        """Wait until the records appear, or until Odoo cannot be busy with them any more.

        One create is one transaction: all records are there or none is.
        """
        waited, pause = 0.0, min(_PAUSE, PATIENCE)
        unreachable: OdooError | None = None
        while True:
            try:
                found = self.odoo.find(kind, records, self._directory)
                unreachable = None
            except (OdooUnreachableError, OdooReplyLostError) as error:
                found, unreachable = {}, error
            if len(found) == len(records):
                return found
            gone = unreachable is not None and waited >= _GONE
            if gone or waited >= PATIENCE:
                raise unreachable or NothingDoneError(str(lost), remedy=lost.remedy)
            time.sleep(pause)
            waited += pause
            pause = min(pause * 2, _LONGEST_PAUSE)

    def write(self, batch: Batch, refs: Sequence[str], project_ref: str) -> None:
        """Write; the same values a second time do no harm, so a lost reply is asked for again.

        Raises:
            OdooRefusedError: Odoo refuses some record; nothing was written.
            OdooError: Odoo cannot be reached.
        """
        for attempt in range(1, _WRITES + 1):
            try:
                self.odoo.write(
                    batch.kind,
                    refs,
                    batch.values or {},
                    self._directory,
                    project_ref=project_ref,
                    state=batch.state,
                )
            except OdooReplyLostError as lost:
                if attempt == _WRITES:
                    if len(refs) > 1:
                        raise NothingDoneError(str(lost), remedy=lost.remedy) from None
                    raise
                time.sleep(min(_PAUSE, PATIENCE))
            else:
                return

    def settle(self, what: Callable[[], None]) -> None:
        """Do what cannot be looked for by ref; after a lost reply, wait before giving up.

        The next run then reads what is there, and Odoo is not busy with it any more.
        """
        try:
            what()
        except OdooReplyLostError:
            time.sleep(PATIENCE)
            raise
