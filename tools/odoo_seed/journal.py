"""Read Odoo when nothing that a killed run sent can change it any more.

Before a create is sent, what it creates is noted in the database (`Sender`, `WriterLock`). A
note that is found later stands for a call whose outcome nobody knows: Odoo may still be at work on
it, and a reading that does not show its records proves nothing. So they are waited for.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from odoo_seed.core.words import count, minutes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from odoo_seed.core.live import Directory, Live, LiveQuery
    from odoo_seed.ports_odoo import OdooReader
    from odoo_seed.writer_lock import Intent, WriterLock

_PAUSE = 1.0
_LONGEST_PAUSE = 10.0
_NAMED = 3


def stage_ref(project_ref: str, name: str) -> str:
    """What a stage is called in an intent."""
    return f"{project_ref}/{name}"


def read_settled(
    odoo: OdooReader, query: LiveQuery, lock: WriterLock, tell: Callable[[str], None]
) -> Live:
    """Read Odoo; first wait for what was on its way, until it is there or cannot come any more.

    Args:
        tell: Is told, once, what is waited for. Where nothing is, nothing is waited or told.
    """
    intents, begun = lock.intents(), time.monotonic()
    pause, told = _PAUSE, False
    while True:
        passed = time.monotonic() - begun
        live = odoo.read_live(query)
        # One call is one transaction: what was too old before the reading is in it or nowhere.
        awaited = [
            intent
            for intent in intents
            if intent.age + passed < odoo.patience and not _is_there(intent, live)
        ]
        if not awaited:
            break
        left = odoo.patience - min(intent.age for intent in awaited) - passed
        if not told:
            tell(_words(awaited, left))
            told = True
        time.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE)
        lock.check()
    if intents:
        lock.settle()
    return live


def _is_there(intent: Intent, live: Live) -> bool:
    """Whether all that one call creates is in Odoo."""
    return set(intent.refs) <= _known(intent.kind, live, live.directory)


def _known(kind: str, live: Live, directory: Directory) -> set[str]:
    if kind == "tag":
        return set(directory.tags)
    if kind == "stage":
        return {stage_ref(*place) for place in directory.stages}
    return {ref for of_kind, ref in (*live.records, *live.duplicates) if of_kind == kind}


def _words(awaited: Sequence[Intent], left: float) -> str:
    sent = [
        f"{count(len(intent.refs), intent.kind)} ({', '.join(intent.refs[:_NAMED])}"
        f"{', …' if len(intent.refs) > _NAMED else ''})"
        for intent in awaited
    ]
    return (
        f"Waiting up to {minutes(left)} for Odoo to finish what a killed run had sent: "
        f"{', '.join(sent)}."
    )
