"""What is wrong with the rows of a workbook by the seed's own schema and rules, at their cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.doubts import Doubt
from odoo_seed.core.model import KINDS, Kind, Seed, Source
from odoo_seed.core.problems import Problem
from odoo_seed.core.rules import check_seed
from odoo_seed.core.workbook import letters
from odoo_seed.core.workbook_columns import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.documents import Position
    from odoo_seed.core.model import Pointer, SeedAndPolicy
    from odoo_seed.core.workbook_records import Data, Key
    from odoo_seed.core.workbook_rows import RecordRow

Check = Callable[[Mapping[str, Any]], Sequence[Problem]]
"""Says what is wrong with the content of a seed file, with pointers."""

_REQUIRED: dict[Kind, tuple[str, ...]] = {
    "program": ("name",),
    "project": ("name",),
    "milestone": ("name", "project_external_ref"),
    "task": ("name", "project_external_ref"),
}
_CARRIER = {"external_ref": "X", "name": "x", "company_name": "x"}


def drop_faults(
    data: dict[Key, Data],
    before: Mapping[Key, Data],
    rows: Mapping[Key, RecordRow],
    check: Check,
) -> Iterator[Doubt]:
    """Take out of `data` what the schema refuses, and say so.

    What was there `before` comes back; a new record that lacks what it must have is left out.
    """
    for key in list(data):
        yield from _missing(key, data, before, rows[key])
    document, places = _document(data)
    for problem in check(document):
        key, name = _placed(problem.pointer, places)
        yield rows[key].doubt(name, problem.code, f"{name}: {problem.found}", problem.remedy)
        if key in data:
            data[key].pop(name, None)
            _put_back(key, name, data, before)


def _missing(
    key: Key, data: dict[Key, Data], before: Mapping[Key, Data], row: RecordRow
) -> Iterator[Doubt]:
    for name in _REQUIRED[key[0]]:
        if key in data and name not in data[key]:
            if name not in row.columns or name in row.values:  # else the cell is doubted already
                told = f"the {key[0]} {key[1]} has no {name}"
                yield row.doubt(name, "missing-value", told, f"write its {name}")
            _put_back(key, name, data, before)


def _put_back(key: Key, name: str, data: dict[Key, Data], before: Mapping[Key, Data]) -> None:
    known = before.get(key, {})
    if name in known:
        data[key][name] = known[name]
    elif name in {KEYS[key[0]], *_REQUIRED[key[0]]}:
        del data[key]


def _document(data: Mapping[Key, Data]) -> tuple[Data, dict[Pointer, Key]]:
    """Everything as one seed file would hold it, and which record stands where in that.

    Milestones and tasks all stand in one project more, whatever their own is.
    """
    lists: dict[Kind, list[Data]] = {kind: [] for kind in KINDS}
    carrier = sum(kind == "project" for kind, _ in data)
    base: dict[Kind, Pointer] = {
        "program": ("programs",),
        "project": ("projects",),
        "milestone": ("projects", carrier, "milestones"),
        "task": ("projects", carrier, "tasks"),
    }
    places: dict[Pointer, Key] = {}
    for key, record in data.items():
        kind = key[0]
        places[*base[kind], len(lists[kind])] = key
        lists[kind].append({k: v for k, v in record.items() if k != "project_external_ref"})
    inner = {"milestones": lists["milestone"], "tasks": lists["task"]}
    projects = [*lists["project"], _CARRIER | inner]
    return {"programs": lists["program"], "projects": projects}, places


def _placed(pointer: Pointer, places: Mapping[Pointer, Key]) -> tuple[Key, str]:
    """Which field of which record a place in that file is."""
    length = 4 if pointer[:4] in places else 2
    key = places[pointer[:length]]
    return key, str(pointer[length]) if len(pointer) > length else KEYS[key[0]]


def doubts_of_rules(
    content: SeedAndPolicy, before: Seed, rows: Mapping[Key, RecordRow]
) -> Iterator[Doubt]:
    """Say what the seed's rules say, errors at their cells; warnings only of what changes."""
    keys = list(rows)
    known = {(kind, one.external_ref): one for kind in KINDS for one in before.of_kind(kind)}
    changed = {
        key
        for kind in KINDS
        for one in content.seed.of_kind(kind)
        if known.get(key := (kind, one.external_ref)) != one
    }

    def locate(source: Source, pointer: Pointer, *, key: bool) -> Position:  # noqa: ARG001 - a cell
        row = _row(source.pointer)
        if row is None:
            return source.line, source.column
        return row.number, row.columns.get(str(pointer[0]) if pointer else KEYS[row.kind], 0)

    def _row(pointer: Pointer) -> RecordRow | None:
        return rows[keys[int(pointer[1])]] if pointer[:1] == ("row",) else None

    for problem in check_seed(_sourced(content.seed, rows), content.policy, locate=locate):
        row = _row(problem.pointer)
        if problem.severity == "warning" and (row is None or (row.kind, row.ref) not in changed):
            continue
        cell = f"{letters(problem.column)}{problem.line}" if row and problem.column else ""
        yield Doubt(
            problem.path, problem.line, cell, problem.code, problem.found, problem.remedy,
            problem.severity,
        )  # fmt: skip


def _sourced(seed: Seed, rows: Mapping[Key, RecordRow]) -> Seed:
    """The seed with the rows as the sources of its records."""
    places = {key: number for number, key in enumerate(rows)}

    def sourced(kind: Kind, record: Any) -> Any:
        place = places.get((kind, record.external_ref))
        if place is None:
            return record
        row = rows[kind, record.external_ref]
        return replace(record, source=Source(row.sheet, row.number, 1, ("row", place)))

    of_kind: dict[str, Any] = {
        f"{kind}s": tuple(sourced(kind, one) for one in seed.of_kind(kind)) for kind in KINDS
    }
    return Seed(**of_kind)
