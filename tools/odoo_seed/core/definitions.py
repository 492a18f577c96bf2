"""What templates are made of, as the YAML has it: entries that know their place, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from odoo_seed.core.documents import Mapping
from odoo_seed.core.problems import Problem
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.documents import Document
    from odoo_seed.core.gathering import Gathering
    from odoo_seed.core.model import Pointer


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping in a document, with its place."""

    item: Mapping
    document: Document
    pointer: Pointer

    def get(self, key: str, default: Any = None) -> Any:
        """Return what stands under a key."""
        return self.item.get(key, default)

    def text(self, key: str) -> str:
        """Return the text under a key; empty when it is not there."""
        value = self.item.get(key, "")
        return value if isinstance(value, str) else ""

    def lacks(self, *keys: str) -> bool:
        """Whether none of the keys is written, not even with a fault that is told already."""
        faulty = self.document.faulty
        return all(key not in self.item and (*self.pointer, key) not in faulty for key in keys)

    def misses(self, *keys: str) -> bool:
        """Whether one of the keys is written with a fault, so that it was left out."""
        return any((*self.pointer, key) in self.document.faulty for key in keys)

    def entries(self, key: str) -> Iterator[Entry]:
        """Yield the mappings of a list; an entry that was faulty is left out."""
        for index, item in enumerate(self.item.get(key, ())):
            if isinstance(item, Mapping):
                yield Entry(item, self.document, (*self.pointer, key, index))

    def below(self, key: str) -> Entry | None:
        """Return the mapping under a key."""
        item = self.item.get(key)
        if not isinstance(item, Mapping):
            return None
        return Entry(item, self.document, (*self.pointer, key))

    @property
    def where(self) -> str:
        """Its file and line."""
        return f"{self.document.path}:{self.item.line}"

    def problem(
        self, code: str, found: str, remedy: str, *field: str | int, key: bool = False
    ) -> Problem:
        """Return a problem with one of its fields, or with all of it."""
        pointer = (*self.pointer, *field)
        if field:
            line, column = self.document.locate(pointer, key=key)
        else:
            line, column = self.item.line, self.item.column
        return Problem(self.document.path, line, column, code, found, remedy, pointer)


def by_name(entries: list[Entry], what: str, gathering: Gathering) -> dict[str, Entry]:
    """Return entries by their name; two of one name are a problem."""
    named: dict[str, Entry] = {}
    for entry in entries:
        name = entry.text("name")
        if not name:
            continue
        other = named.setdefault(name, entry)
        if other is not entry:
            found = f"the {what} {quoted(name)} stands in {other.where} already"
            problem = entry.problem(
                "duplicate-name", found, "give one of the two another name", "name"
            )
            gathering.add(problem)
    return named
