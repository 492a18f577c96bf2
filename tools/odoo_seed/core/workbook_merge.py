"""The seed that a workbook asks for: its rows laid over the seed as it is.

What the workbook does not speak of stays: columns that somebody deleted, sheets that are not
there, projects that were not exported. What it cannot say clearly stays too, and is doubted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.model import KINDS, Seed
from odoo_seed.core.workbook_checks import doubts_of_rules, drop_faults
from odoo_seed.core.workbook_columns import KEYS
from odoo_seed.core.workbook_export import checksum, part_of
from odoo_seed.core.workbook_made import keep_made, without_row
from odoo_seed.core.workbook_records import data_of, record_of, row_data

if TYPE_CHECKING:
    from odoo_seed.core.doubts import Doubt
    from odoo_seed.core.model import Record, SeedAndPolicy
    from odoo_seed.core.workbook_checks import Check
    from odoo_seed.core.workbook_records import Key
    from odoo_seed.core.workbook_rows import RecordRow, RecordRows


@dataclass(frozen=True, slots=True)
class Merged:
    """What a workbook asks for.

    Attributes:
        content: The whole seed with it; records that the workbook does not change are the seed's.
        doubts: Sheet by sheet, in the order of the rows.
        valid: Whether the outcome keeps the seed's rules.
        projects: Refs of the projects that its rows name.
        outdated: Whether the seed changed since the workbook was exported.
        notes: What was taken for granted in reading it.
    """

    content: SeedAndPolicy
    doubts: tuple[Doubt, ...]
    valid: bool
    projects: tuple[str, ...] = ()
    outdated: bool = False
    notes: tuple[str, ...] = ()


def merge(rows: RecordRows, base: SeedAndPolicy, check: Check) -> Merged:
    """Lay the rows of a workbook over a seed, and check the outcome by the seed's own rules."""
    merger = _Merger(rows, base.seed)
    seed = merger.seed(check)
    content = replace(base, seed=seed)
    of_rules = list(doubts_of_rules(content, base.seed, merger.by_key))
    doubts = [*merger.doubts, *of_rules]
    sheets = list(dict.fromkeys(doubt.sheet for doubt in doubts))
    doubts.sort(key=lambda one: (sheets.index(one.sheet), one.row))
    valid = not any(doubt.severity == "error" for doubt in of_rules)
    exported = part_of(base.seed, rows.only) if rows.only else base.seed
    outdated = rows.checksum not in {"", checksum(exported)}
    named = tuple(sorted(merger.named() - {""}))
    return Merged(content, tuple(doubts), valid, named, outdated, tuple(rows.notes))


class _Merger:
    def __init__(self, rows: RecordRows, base: Seed) -> None:
        self.rows = rows
        self.base: dict[Key, Record] = {
            (kind, one.external_ref): one for kind in KINDS for one in base.of_kind(kind)
        }
        self.doubts = list(rows.doubts)
        self.by_key: dict[Key, RecordRow] = {}

    def seed(self, check: Check) -> Seed:
        for row in self.rows.rows:
            self._admit(row)
        before = {key: data_of(self.base[key]) for key in self.by_key if key in self.base}
        data = {key: row_data(row, before.get(key, {})) for key, row in self.by_key.items()}
        self.doubts += drop_faults(data, before, self.by_key, check)
        made = {key: record_of(key[0], wanted, self.base.get(key)) for key, wanted in data.items()}
        self.doubts += keep_made(made, self.base, self.by_key)
        scope = self._scope()
        found = {}
        for key, record in self.base.items():
            if self._is_gone(key, scope):
                left, doubt = without_row(record)
                self.doubts += [doubt] if doubt else []
            else:
                left = made.get(key, record)
            if left is not None:
                found[key] = left
        found |= {key: record for key, record in made.items() if key not in found}
        of_kind: dict[str, Any] = {
            f"{kind}s": tuple(one for key, one in found.items() if key[0] == kind) for kind in KINDS
        }
        return Seed(**of_kind)

    def _admit(self, row: RecordRow) -> None:
        key = KEYS[row.kind]
        if not row.ref:
            if key not in row.columns or key in row.values:  # else the cell is doubted already
                self.doubts.append(self._without_ref(row, key))
            return
        first = self.by_key.setdefault((row.kind, row.ref), row)
        if first is not row:
            found = f"the {row.kind} {row.ref} stands in {first.sheet} row {first.number} already"
            remedy = f"give the new one another {key}, or delete one of the rows"
            self.doubts.append(row.doubt(key, "duplicate-ref", found, remedy))

    def _without_ref(self, row: RecordRow, key: str) -> Doubt:
        same = [
            ref
            for (kind, ref), one in self.base.items()
            if kind == row.kind and one.name == row.values.get("name")
        ]
        remedy = f"write {'an' if key[0] == 'e' else 'a'} {key} that no other {row.kind} has"
        if len(same) == 1:
            remedy = f"if it is {same[0]}, write that; else {remedy}"
        return row.doubt(key, "missing-ref", f"the row has no {key}", remedy)

    def _scope(self) -> set[str] | None:
        """The projects that the workbook is about; None for all."""
        if self.rows.only is not None:
            return set(self.rows.only) or None
        return self.named()

    def named(self) -> set[str]:
        """The projects that rows name, and those that their records are in."""
        named = {ref for kind, ref in self.by_key if kind == "project"}
        for key, row in self.by_key.items():
            for ref in (
                row.values.get("project_external_ref"),
                getattr(self.base.get(key), "project_external_ref", None),
            ):
                named.add(str(ref or ""))
        return named

    def _is_gone(self, key: Key, scope: set[str] | None) -> bool:
        kind, ref = key
        if kind not in self.rows.kinds or key in self.by_key:
            return False
        if scope is None:
            return True
        project = ref if kind == "project" else getattr(self.base[key], "project_external_ref", "")
        return kind != "program" and project in scope
