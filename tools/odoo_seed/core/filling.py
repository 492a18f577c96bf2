"""Texts of a template with the parameters of one instance; what is wrong is noted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.core.parameters import UnknownParameterError, fill
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.kit import Kit
    from odoo_seed.core.model import Instance

    Values = dict[str, str]

REF = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
"""As schemas/seed.schema.json has it: a ref is known only once its parameters are filled in."""

LONGEST_NAME = 10_000
LONGEST_TAG = 500
LONGEST_TEXT = 100_000


class Filling:
    """Fills in parameters for one instance."""

    def __init__(self, instance: Instance, kit: Kit) -> None:
        self.instance = instance
        self.kit = kit

    def note(
        self, place: Entry, code: str, found: str, remedy: str, *field: str | int, key: bool = False
    ) -> None:
        """Note a problem of this instance."""
        self.kit.gathering.add(place.problem(code, found, remedy, *field, key=key), self.instance)

    def text(self, place: Entry, key: str, values: Values, longest: int = LONGEST_NAME) -> str:
        """Return the text under a key; empty when it has faults."""
        return self._fill(place.text(key), values, longest, place, key)

    def text_or_none(self, place: Entry, key: str, values: Values) -> str | None:
        """Return a text of several lines; None without the key."""
        if place.get(key) is None:
            return None
        return self.text(place, key, values, LONGEST_TEXT)

    def texts(
        self, place: Entry, key: str, values: Values, longest: int = LONGEST_TAG
    ) -> tuple[str, ...] | None:
        """Return a list's texts without those that have faults; None without the key."""
        listed = place.get(key)
        if listed is None:
            return None
        found = (
            self._fill(text, values, longest, place, key, index)
            for index, text in enumerate(listed)
            if text is not None
        )
        return tuple(text for text in found if text)

    def code(self, text: str, values: Values, place: Entry, *field: str | int) -> str:
        """Return one text of a list, such as a task's code; empty when it has faults."""
        return self._fill(text, values, LONGEST_NAME, place, *field)

    def refs(self, place: Entry, key: str, values: Values) -> tuple[str, ...]:
        """Return a list's refs without those that are wrong."""
        found = self.texts(place, key, values) or ()
        checked = (self.checked_ref(ref, place, key) for ref in found)
        return tuple(ref for ref in checked if ref)

    def ref(self, place: Entry, key: str, values: Values, before: str = "") -> str:
        """Return the ref under a key, with the project's ref before a code; empty when wrong."""
        text = self.text(place, key, values)
        return self.checked_ref(before + text, place, key) if text else ""

    def checked_ref(self, ref: str, place: Entry, key: str) -> str:
        """Return the ref, or an empty text when it is none."""
        if REF.fullmatch(ref):
            return ref
        remedy = "a ref starts with a letter, then letters, digits, _ . - (64 characters at most)"
        self.note(place, "bad-ref", f"{quoted(ref)} is not a valid ref", remedy, key)
        return ""

    def _fill(
        self, text: str, values: Values, longest: int, place: Entry, *field: str | int
    ) -> str:
        try:
            filled = fill(text, values)
        except UnknownParameterError as error:
            known = f"known here: {', '.join(sorted(error.known))}"
            if error.name is None:
                found, remedy = "a brace stands alone", "for a brace in a text write {{ or }}"
            else:
                found = f"there is no parameter {quoted('{' + error.name + '}')} here"
                remedy = self.kit.nearest.suggestion(error.name, error.known, known)
            self.note(place, "unknown-parameter", found, remedy, *field)
            return ""
        if filled is text:
            return text
        self.kit.spend(len(filled))
        if len(filled) > longest:
            found = f"with its parameters the text has {len(filled)} characters"
            self.note(place, "too-long", found, f"write at most {longest} characters", *field)
            return ""
        return filled
