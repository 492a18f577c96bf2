"""One file's bytes to a document and its problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo_seed.core.documents import Document, Mapping
from odoo_seed.core.problems import Problem
from odoo_seed.core.quoting import quoted, visible
from odoo_seed.edges.seed_files.repair import leave_out, without_unknown_keys, words
from odoo_seed.edges.seed_files.schema import seed_schema, validator
from odoo_seed.edges.seed_files.schema_words import Words, describe
from odoo_seed.edges.seed_files.syntax import Fault
from odoo_seed.edges.seed_files.text import decode
from odoo_seed.edges.seed_files.yaml_events import Positions, parse, positions

if TYPE_CHECKING:
    from odoo_seed.core.documents import Position
    from odoo_seed.core.model import Pointer
    from odoo_seed.edges.seed_files.repair import Repaired


@dataclass(slots=True)
class ReadFile:
    """What one file gave.

    Attributes:
        lost: Words of what could not be used: refs that may be defined there. None when the
            file could not even be read as text.
    """

    document: Document | None = None
    problems: list[Problem] = field(default_factory=list)
    lost: set[str] | None = field(default_factory=set)


class Places:
    """Positions in one text, worked out when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: Positions | None = None
        self.repaired: Repaired | None = None

    def __call__(self, pointer: Pointer, *, key: bool = False) -> Position:
        """See `core.documents.Locate`."""
        if self._found is None:
            self._found = positions(self._text)
        if self.repaired is not None:
            pointer = self.repaired.in_file(pointer)
        while pointer:
            if pointer in self._found:
                return self._found[pointer][0 if key else 1]
            pointer, key = pointer[:-1], False
        return self._found.get((), ((1, 1), (1, 1)))[1]


_EMPTY = Fault(
    1, 1, "empty-file", "the file holds nothing", "delete it, or write programs: or projects:"
)


def read_file(path: str, content: bytes) -> ReadFile:
    """Decode, parse and check one file; `path` is how problems name it."""
    result = ReadFile()
    text, fault = decode(content)
    if fault is not None:
        result.problems.append(_problem(path, fault))
        result.lost = None
        return result
    parsed = parse(text)
    result.problems.extend(_problem(path, fault) for fault in parsed.faults)
    if not parsed.complete:
        result.lost = set(words(text))
    if parsed.root is None:
        if not parsed.faults:
            result.problems.append(_problem(path, _EMPTY))
        return result
    places = Places(text)
    if validator().is_valid(parsed.root):
        result.document = Document(path, parsed.root, places)
        return result
    _check(path, parsed.root, places, result, complete=parsed.complete)
    return result


def _check(path: str, root: Any, places: Places, result: ReadFile, *, complete: bool) -> None:
    """Find every fault of the content, and keep what is right as the document."""
    repaired = without_unknown_keys(root, seed_schema())
    places.repaired = repaired
    for unknown in repaired.unknown:
        key = str(unknown.pointer[-1])
        if unknown.nearest:
            remedy = f"did you mean `{unknown.nearest}`?"
        else:
            remedy = f"known here: {', '.join(unknown.known)}"
        line, column = _raw(places, unknown.pointer)
        result.problems.append(
            Problem(
                path,
                line,
                column,
                "unknown-key",
                f"the key {quoted(key)} is not known",
                remedy,
                tuple(visible(step) if isinstance(step, str) else step for step in unknown.pointer),
            )
        )
    faults = [describe(error, repaired.data) for error in validator().iter_errors(repaired.data)]
    seen: set[tuple[Pointer, str]] = set()
    for words_ in sorted(faults, key=lambda fault: fault.code not in {"wrong-type", "empty-value"}):
        missing = words_.code == "missing-key"
        mark = (words_.pointer, words_.found if missing else "")
        if mark in seen or (missing and not complete):
            continue
        seen.add(mark)
        if not (words_.pointer in repaired.renamed and words_.code in _MISREAD):
            result.problems.append(_placed(path, words_, places, repaired))
    for words_ in faults:
        if words_.code != "missing-key":
            leave_out(repaired, words_.pointer)
    if result.lost is not None:
        result.lost.update(repaired.lost)
    if isinstance(repaired.data, Mapping):
        result.document = Document(path, repaired.data, places)


_MISREAD = {"wrong-type", "empty-value"}
"""An unknown key read as its nearest: that the value does not fit is the same fault."""


def _raw(places: Places, pointer: Pointer) -> Position:
    repaired, places.repaired = places.repaired, None
    position = places(pointer, key=True)
    places.repaired = repaired
    return position


def _placed(path: str, words_: Words, places: Places, repaired: Repaired) -> Problem:
    line, column = places(words_.pointer, key=words_.of_key)
    pointer = repaired.in_file(words_.pointer)
    return Problem(path, line, column, words_.code, words_.found, words_.remedy, pointer)


def _problem(path: str, fault: Fault) -> Problem:
    return Problem(path, fault.line, fault.column, fault.code, fault.found, fault.remedy)
