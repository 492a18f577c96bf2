"""Send one batch so that nothing is ever created twice and nothing hides behind a refusal."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from odoo_seed.core.words import count, minutes
from odoo_seed.errors import (
    OdooError,
    OdooRefusedError,
    OdooReplyLostError,
    OdooUnreachableError,
)
from odoo_seed.journal import stage_ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from odoo_seed.core.live import Directory
    from odoo_seed.core.model import Kind
    from odoo_seed.core.order import Batch
    from odoo_seed.core.plan import StageToAdd
    from odoo_seed.ports_odoo import NewRecord, OdooWriter
    from odoo_seed.writer_lock import WriterLock

_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
_WRITES = 3

_GONE = 15.0
"""Seconds after which a server that cannot be reached is not waited for. It may still be at work:
the intent stays in the journal, and the next run waits for it."""


class NothingDoneError(OdooRefusedError):
    """No answer came and Odoo did nothing: it ran out of time or memory. Fewer may work."""


class Sender:
    """Sends for one connection.

    Args:
        tell: Is told what is waited for.
        line: Number of the connection within the run.
    """

    def __init__(
        self,
        odoo: OdooWriter,
        directory: Directory,
        lock: WriterLock,
        tell: Callable[[str], None],
        line: int = 0,
    ) -> None:
        self.odoo, self._directory = odoo, directory
        self._lock, self._tell, self._line = lock, tell, line

    def create(self, kind: Kind, records: Sequence[NewRecord]) -> None:
        """Create records and put their ids into the directory.

        Raises:
            OdooRefusedError: Odoo refuses some record, or ran out of time: nothing was created.
            OdooError: Odoo cannot be reached.
        """
        refs = [record.external_ref for record in records]
        made: Mapping[str, int]
        try:
            with self._noted(kind, refs):
                ids = self.odoo.create(kind, records, self._directory)
            made = dict(zip(refs, ids, strict=True))
        except OdooReplyLostError as lost:
            made = self._look_for(kind, records, lost)
        for ref, odoo_id in made.items():
            self._directory.records[kind, ref] = odoo_id

    def create_tags(self, names: Sequence[str]) -> None:
        """Create tags and put their ids into the directory.

        A lost reply ends the run: the next one waits, and finds by name what was created.
        """
        with self._noted("tag", names):
            self._directory.tags.update(self.odoo.create_tags(names))

    def create_stages(self, stages: Sequence[StageToAdd]) -> None:
        """Add stages to live projects, and to the directory; a lost reply ends the run too."""
        refs = [stage_ref(item.project_ref, item.stage.name) for item in stages]
        with self._noted("stage", refs):
            self.odoo.create_stages(stages, self._directory)

    @contextmanager
    def _noted(self, kind: str, refs: Sequence[str]) -> Iterator[None]:
        """Note what the call inside creates, for whoever comes after us if we are killed.

        The note stays until the line's next one, or the end of the run: a killed run's is found
        to be done when its records are there. Where nothing is on its way it goes at once.
        """
        self._lock.intend(self._line, kind, refs)
        try:
            yield
        except (OdooRefusedError, OdooUnreachableError):
            self._lock.settle(self._line)
            raise

    def _look_for(
        self, kind: Kind, records: Sequence[NewRecord], lost: OdooReplyLostError
    ) -> Mapping[str, int]:
        """Wait until the records appear, or until Odoo cannot be busy with them any more.

        One create is one transaction: all records are there or none is.
        """
        patience = self.odoo.patience
        waited, pause = 0.0, min(_PAUSE, patience)
        unreachable: OdooError | None = None
        while True:
            try:
                found = self.odoo.find(kind, records, self._directory)
                unreachable = None
            except (OdooUnreachableError, OdooReplyLostError) as error:
                found, unreachable = {}, error
            if len(found) == len(records):
                return found
            if unreachable is not None and waited >= min(_GONE, patience):
                raise unreachable
            if waited >= patience:
                raise NothingDoneError(str(lost), remedy=lost.remedy)
            if not waited:
                self._tell(
                    f"Odoo gave no answer to the creation of {count(len(records), kind)}: "
                    f"looking for up to {minutes(patience)} whether it took place."
                )
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
                time.sleep(min(_PAUSE, self.odoo.patience))
            else:
                return
