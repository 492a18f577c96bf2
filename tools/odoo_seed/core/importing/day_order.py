"""Whether days or months come first in a workbook's dates: the profile says, some dates prove."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.importing.tables import FoundTable

_SLASHED = re.compile(r"\s*(\d\d?)[/-](\d\d?)[/-](?:\d\d){1,2}\b", re.ASCII)


def is_month_first(tables: Sequence[FoundTable], profile: Profile, doubts: Doubts) -> bool:
    """Whether ``10/12/2026`` is in October; noted when the dates prove the profile wrong.

    Dates are text where a sheet was saved as CSV, in the order of somebody's computer.
    """
    proofs: dict[bool, str] = {}
    for table in tables:
        for row in table.rows:
            for (name, _), cell in row.cells.items():
                if name not in {"date", "period"} or not isinstance(cell.value, str):
                    continue
                if match := _SLASHED.match(cell.value):
                    one, two = int(match[1]), int(match[2])
                    if (one > 12) != (two > 12):
                        proofs.setdefault(two > 12, f"{table.sheet}!{cell.ref}: {cell.value}")
    known, other = profile.month_first, not profile.month_first
    if other not in proofs:
        return known
    said = f"{_first(other)} comes first in {quoted(proofs[other])}"
    if known in proofs:
        doubts.note(f"{said}, and {_first(known)} elsewhere: 10/12/2026 is {_read(known)}")
        return known
    doubts.note(f"{said}, so in every date of the workbook: 10/12/2026 is {_read(other)}")
    return other


def _first(month_first: bool) -> str:
    return "the month" if month_first else "the day"


def _read(month_first: bool) -> str:
    return "12 October" if month_first else "10 December"
