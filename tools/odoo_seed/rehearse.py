"""Let Odoo try a plan and take it back, and find out which records it objects to.

Odoo tries a sheet at once, and where that fails, record by record; after the first failure it
blames others too (odoo/models.py, load: what the failed try left in its caches, and in 19 the
records that went with it). So whoever is blamed is tried again, with nothing but what it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.plan import Refusal
from odoo_seed.core.planning import needs
from odoo_seed.core.rehearsal import TOO_MANY, WAITS, Notes, Rehearsal
from odoo_seed.core.sheets import sheets
from odoo_seed.errors import OdooAccessError, OdooRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from odoo_seed.core.live import Directory, Key
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.rehearsal import Attempt, Complaint, Sheet
    from odoo_seed.ports_odoo import OdooRehearser

MOST = 20
"""Objections after which no more is tried: each costs a call, and by then there is one cause."""

_REMEDY = "correct it in the YAML, or ask who looks after Odoo what it demands"


def rehearse(plan: Plan, odoo: OdooRehearser) -> Rehearsal:
    """Let Odoo try the plan's creates and updates.

    Raises:
        OdooError: Odoo cannot be reached, or does not let this user import.
    """
    if plan.live is None:
        raise ValueError("a plan without its reading cannot be rehearsed")
    rehearsing = _Rehearsing(odoo, plan.live.directory)
    for sheet in sheets(plan, rehearsing.notes):
        rehearsing.run(sheet)
    found = rehearsing
    return Rehearsal(found.tried, tuple(found.objections), found.notes.all())


class _Rehearsing:
    def __init__(self, odoo: OdooRehearser, directory: Directory) -> None:
        self._odoo, self._directory = odoo, directory
        self._refused: set[Key] = set()
        self.notes = Notes()
        self.tried = 0
        self.objections: list[Refusal] = []

    def run(self, sheet: Sheet) -> None:
        """Try a sheet, again and again without what Odoo objects to, until it is content."""
        left = self._ready(sheet.attempts)
        while left:
            if len(self.objections) >= MOST:
                self.notes.add(TOO_MANY, *_refs(left))
                return
            found = self._ask(sheet, left)
            if found is None:
                return
            guilty = self._guilty(sheet, left, found)
            for attempt in left:
                if words := guilty.get(attempt.change.external_ref):
                    self._object(attempt, words)
            left = self._ready(a for a in left if a.change.external_ref not in guilty)
            if not guilty:
                self.tried += len(left)
                return

    def _ready(self, attempts: Iterable[Attempt]) -> list[Attempt]:
        """Those that need nothing which Odoo objects to."""
        ready = []
        for attempt in attempts:
            change = attempt.change
            if self._refused.isdisjoint(needs(change)):
                ready.append(attempt)
                continue
            self.notes.add(WAITS, change.external_ref)
            if change.action == "create":
                self._refused.add(change.key)
        return ready

    def _ask(self, sheet: Sheet, attempts: Sequence[Attempt]) -> Sequence[Complaint] | None:
        """What Odoo says; None when nothing can be concluded from it, which is then noted."""
        try:
            found = self._odoo.try_out(sheet.only(attempts), self._directory)
        except OdooAccessError:
            raise
        except OdooRefusedError as refusal:
            self.notes.add(f"what Odoo could not try: {refusal}", *_refs(attempts))
            return None
        for complaint in found:
            if complaint.about_stand_in:
                what = f"records whose new project got no stand-in: {complaint.message}"
                self.notes.add(what, *_refs(attempts))
                return None
        return found

    def _guilty(
        self, sheet: Sheet, attempts: Sequence[Attempt], found: Sequence[Complaint]
    ) -> dict[str, list[str]]:
        """Odoo's words by ref, for the records that it objects to on their own account."""
        blamed = dict.fromkeys(complaint.external_ref for complaint in found)
        if len(blamed) <= 1:
            return _words(found, blamed)
        guilty: dict[str, list[str]] = {}
        for ref in list(blamed)[:MOST]:
            alone = _with_what_it_needs(ref, attempts)
            if guilty.keys() & {attempt.change.external_ref for attempt in alone}:
                continue  # in the next round it waits
            said = self._ask(sheet, alone) or ()
            guilty |= _words(said, [ref])
        if guilty:
            return guilty
        # Only together do they offend, as two of a name might: the later of them is named.
        last = {complaint.message: complaint.external_ref for complaint in found}
        return _words(found, set(last.values()))

    def _object(self, attempt: Attempt, words: Iterable[str]) -> None:
        change = attempt.change
        self.tried += 1
        if change.action == "create":
            self._refused.add(change.key)
        told = "; ".join(dict.fromkeys(words))
        self.objections.append(Refusal(*change.key, told, _REMEDY, change.source))


def _refs(attempts: Iterable[Attempt]) -> list[str]:
    return [attempt.change.external_ref for attempt in attempts]


def _words(found: Iterable[Complaint], refs: Iterable[str]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    wanted = set(refs)
    for complaint in found:
        if complaint.external_ref in wanted:
            words.setdefault(complaint.external_ref, []).append(complaint.message)
    return words


def _with_what_it_needs(ref: str, attempts: Sequence[Attempt]) -> list[Attempt]:
    """A record and, in the order of the sheet, all it points to there, directly or not."""
    needed = {ref}
    found = []
    for attempt in reversed(attempts):  # what is pointed to stands before what points to it
        if attempt.change.external_ref in needed:
            found.append(attempt)
            needed.update(other for refs in attempt.links.values() for other in refs)
    return found[::-1]
