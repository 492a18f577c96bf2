"""Keep going after a fault: a copy of a document without what was wrong in it.

The rules then run on everything that is right, so that all problems come in one pass and none is
a mere consequence of another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from odoo_seed.core.documents import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.core.model import Pointer

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A key the schema does not know.

    Attributes:
        pointer: The key's place in the file.
        nearest: The known key that was probably meant.
        known: All keys that may stand here.
    """

    pointer: Pointer
    nearest: str | None
    known: Sequence[str]


@dataclass(slots=True)
class Repaired:
    """The copy.

    Attributes:
        renamed: Place in the copy to place in the file, for keys read as their nearest.
        lost: Words in what was left out: refs that may be defined there.
    """

    data: Any = None
    unknown: list[UnknownKey] = field(default_factory=list)
    renamed: dict[Pointer, Pointer] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def in_file(self, pointer: Pointer) -> Pointer:
        """Return the place in the file of a place in the copy."""
        place: Pointer = ()
        for length, step in enumerate(pointer, start=1):
            place = self.renamed.get(pointer[:length], (*place, step))
        return place


def without_unknown_keys(data: Any, schema: dict[str, Any], limit: int) -> Repaired:
    """Copy a document; unknown keys are read as the nearest known one, or left out.

    Stops looking for unknown keys at `limit`: the copy is of no use then.
    """
    repaired = Repaired()
    repaired.data = _Copier(repaired, schema, limit).copy(data, schema, ())
    return repaired


def leave_out(repaired: Repaired, pointer: Pointer) -> None:
    """Remove the value at a place. An entry of a list is blanked: the others keep their index."""
    container = repaired.data
    for step in pointer[:-1]:
        container = _entry(container, step)
    last: Any = pointer[-1] if pointer else None
    if not pointer:
        repaired.lost.update(words(repaired.data))
        repaired.data = Mapping()
    elif isinstance(container, list):
        repaired.lost.update(words(container[last]))
        container[last] = None
    elif isinstance(container, dict):
        repaired.lost.update(words(container.pop(last, None)))


def _entry(container: Any, step: Any) -> Any:
    """The entry, or None when it was left out before."""
    if isinstance(container, dict):
        return container.get(step)
    return container[step] if isinstance(container, list) else None


def words(value: Any) -> Iterator[str]:
    """Every text that could be a ref in a value, however deep."""
    if isinstance(value, str):
        yield from _WORD.findall(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from words(item)
    elif isinstance(value, list):
        for item in value:
            yield from words(item)


def nearest_key(key: str, known: Sequence[str]) -> str | None:
    """Return the known key that `key` abbreviates or misspells."""
    wanted = key.lower().strip().replace("-", "_").replace(" ", "_")
    holding = [name for name in known if len(wanted) > 2 and wanted in name]
    if holding:
        return min(holding, key=len)
    close = get_close_matches(wanted, known, n=1, cutoff=0.6)
    return close[0] if close else None


class _Copier:
    def __init__(self, repaired: Repaired, root: dict[str, Any], limit: int) -> None:
        self.repaired = repaired
        self.root = root
        self.limit = limit

    def copy(self, value: Any, schema: dict[str, Any] | None, pointer: Pointer) -> Any:
        """Copy a value along with the schema that rules it."""
        schema = self._resolved(schema)
        if isinstance(value, list):
            items = schema.get("items")
            return [self.copy(item, items, (*pointer, n)) for n, item in enumerate(value)]
        if not isinstance(value, Mapping):
            return value
        known: dict[str, Any] | None = schema.get("properties")
        copied = Mapping(value.line, value.column)
        for key, item in value.items():
            name = key if known is None or key in known else self._meant(key, value, known, pointer)
            if name is None or name in copied:
                self.repaired.lost.update(words(item))
                continue
            below = known.get(name) if known else schema.get("additionalProperties")
            copied[name] = self.copy(item, below, (*pointer, name))
        return copied

    def _meant(
        self, key: str, record: Mapping, known: dict[str, Any], pointer: Pointer
    ) -> str | None:
        if len(self.repaired.unknown) >= self.limit:
            return None
        nearest = nearest_key(key, list(known))
        place = self.repaired.in_file(pointer)
        self.repaired.unknown.append(UnknownKey((*place, key), nearest, tuple(known)))
        if nearest is None or nearest in record:
            return None
        self.repaired.renamed[*pointer, nearest] = (*place, key)
        return nearest

    def _resolved(self, schema: dict[str, Any] | None) -> dict[str, Any]:
        while schema is not None and "$ref" in schema:
            schema = self.root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        return schema or {}
