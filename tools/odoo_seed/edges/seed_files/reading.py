"""One file's bytes to a document and its problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from odoo_seed.core.documents import Document, Mapping
from odoo_seed.core.problems import Problem
from odoo_seed.core.quoting import quoted, shown_pointer
from odoo_seed.edges.schemas import schema
from odoo_seed.edges.seed_files.repair import leave_out, without_unknown_keys, words
from odoo_seed.edges.seed_files.schema import validator
from odoo_seed.edges.seed_files.schema_words import Words, describe
from odoo_seed.edges.seed_files.syntax import Fault
from odoo_seed.edges.seed_files.text import decode
from odoo_seed.edges.seed_files.yaml_events import Positions, parse, positions

if TYPE_CHECKING:
    from odoo_seed.core.documents import Position
    from odoo_seed.core.model import Pointer
    from odoo_seed.edges.seed_files.repair import Repaired, UnknownKey


class Places:
    """Positions in one text, worked out when first asked for."""

    def __init__(self, text: str = "") -> None:
        self._text = text
        self._found: Positions | None = None
        self.repaired: Repaired | None = None

    def __call__(self, pointer: Pointer, *, key: bool = False) -> Position:
        """See `core.documents.Locate`."""
        written = pointer if self.repaired is None else self.repaired.in_file(pointer)
        return self.as_written(written, key=key)

    def as_written(self, pointer: Pointer, *, key: bool = False) -> Position:
        """Return the position of a place in the file, where a key may be misspelled."""
        if self._found is None:
            self._found = positions(self._text)
        while pointer:
            if pointer in self._found:
                return self._found[pointer][0 if key else 1]
            pointer, key = pointer[:-1], False
        return self._found.get((), ((1, 1), (1, 1)))[1]

    def in_file(self, pointer: Pointer) -> Pointer:
        """Return the place in the file of a place in the document."""
        return pointer if self.repaired is None else shown_pointer(self.repaired.in_file(pointer))


@dataclass(slots=True)
class ReadFile:
    """What one file gave.

    Attributes:
        path: As problems name it.
        lost: Words of what could not be used: refs that may be defined there. None when the
            file could not even be read as text.
        faulty: Places in the document whose value was left out because it was wrong.
    """

    path: str
    document: Document | None = None
    problems: list[Problem] = field(default_factory=list)
    lost: set[str] | None = field(default_factory=set)
    faulty: list[Pointer] = field(default_factory=list)
    places: Places = field(default_factory=Places)


MAX_FAULTS = 20_000
"""In one file; the largest allowed ones hold fewer tasks. Describing more would take minutes."""

_TOO_MANY = Fault(
    1,
    1,
    "too-many-faults",
    f"the file has {MAX_FAULTS:,} faults or more",
    "is it a seed file? Begin with programs:, projects: or policy: at the left margin",
)
_EMPTY = Fault(
    1, 1, "empty-file", "the file holds nothing", "delete it, or write programs: or projects:"
)


def read_file(path: str, content: bytes, kind: str = "seed") -> ReadFile:
    """Decode, parse and check one file.

    Args:
        path: How problems name it.
        content: Its bytes.
        kind: The schema it is to satisfy.
    """
    result = ReadFile(path)
    text, fault = decode(content)
    if fault is not None:
        result.problems.append(_problem(path, fault))
        result.lost = None
        return result
    parsed = parse(text)
    result.problems.extend(_problem(path, fault) for fault in parsed.faults)
    result.lost = set(words(parsed.dropped if parsed.complete else text))
    if parsed.root is None:
        if not parsed.faults:
            result.problems.append(_problem(path, _EMPTY))
        return result
    result.places = Places(text)
    if validator(kind).is_valid(parsed.root):
        result.document = Document(path, parsed.root, result.places)
    else:
        _check(parsed.root, result, kind, complete=parsed.complete)
    return result


def _check(root: Any, result: ReadFile, kind: str, *, complete: bool) -> None:
    """Find every fault of the content, and keep what is right as the document."""
    repaired = without_unknown_keys(root, schema(kind), MAX_FAULTS)
    result.places.repaired = repaired
    errors = list(islice(validator(kind).iter_errors(repaired.data), MAX_FAULTS))
    if len(errors) + len(repaired.unknown) >= MAX_FAULTS:
        result.problems.append(_problem(result.path, _TOO_MANY))
        result.lost = None
        return
    faults = [describe(error, repaired.data, kind) for error in errors]
    result.problems.extend(_unknown(result, key) for key in repaired.unknown)
    faults.sort(key=lambda fault: fault.code not in _FIRST)
    told: set[tuple[Pointer, str]] = set()
    for fault in faults:
        missing = fault.code == "missing-key"
        mark = (fault.pointer, fault.found if missing else "")
        misread = fault.pointer in repaired.renamed and fault.code in _FIRST
        if mark not in told and not misread and not (missing and not complete):
            result.problems.append(_placed(result, fault))
        told.add(mark)
    for fault in faults:
        if fault.code != "missing-key":
            leave_out(repaired, fault.pointer)
            result.faulty.append(fault.pointer)
    if result.lost is not None:
        result.lost.update(repaired.lost)
    if isinstance(repaired.data, Mapping):
        faulty = frozenset(result.faulty)
        result.document = Document(result.path, repaired.data, result.places, faulty)


_FIRST = {"wrong-type", "empty-value"}
"""Of several faults of one value these are told, and the others follow from them. With an unknown
key that was read as its nearest, they are the same fault as the key."""


def _unknown(result: ReadFile, unknown: UnknownKey) -> Problem:
    line, column = result.places.as_written(unknown.pointer, key=True)
    found = f"the key {quoted(unknown.pointer[-1])} is not known"
    remedy = f"known here: {', '.join(unknown.known)}"
    if unknown.nearest:
        remedy = f"did you mean `{unknown.nearest}`?"
    pointer = shown_pointer(unknown.pointer)
    return Problem(result.path, line, column, "unknown-key", found, remedy, pointer)


def _placed(result: ReadFile, fault: Words) -> Problem:
    line, column = result.places(fault.pointer, key=fault.of_key)
    pointer = result.places.in_file(fault.pointer)
    return Problem(result.path, line, column, fault.code, fault.found, fault.remedy, pointer)


def _problem(path: str, fault: Fault) -> Problem:
    return Problem(
        path,
        fault.line,
        fault.column,
        fault.code,
        fault.found,
        fault.remedy,
        shown_pointer(fault.pointer),
    )
