"""What the schema says about data that came from elsewhere than a YAML file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.core.problems import Problem
from odoo_seed.core.quoting import shown_pointer
from odoo_seed.edges.seed_files.schema import validator
from odoo_seed.edges.seed_files.schema_words import describe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def data_faults(data: Mapping[str, Any]) -> Sequence[Problem]:
    """Return what is wrong with the content of a seed file; places are pointers only."""
    if validator().is_valid(data):
        return []
    faults = (describe(error, data) for error in validator().iter_errors(data))
    return [
        Problem("", 1, 1, fault.code, fault.found, fault.remedy, shown_pointer(fault.pointer))
        for fault in faults
    ]
