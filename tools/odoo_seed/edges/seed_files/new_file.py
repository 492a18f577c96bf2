"""One new YAML file of any of the seed's lists."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from odoo_seed.edges.seed_files.editing.files import EditedFile
from odoo_seed.edges.seed_files.editing.saving import save_all
from odoo_seed.edges.seed_files.editing.writing import document
from odoo_seed.edges.seed_files.listing import ENDINGS
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.errors import SeedEditError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def write_new_file(path: Path, data: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write lists of records by their top-level key, in the layout of `fmt`: whole or not at all.

    Raises:
        UsageError: The file is there already, or its name is not that of a YAML file.
        SeedEditError: It cannot be written, or would not be valid.
    """
    if not path.name.lower().endswith(ENDINGS):
        raise UsageError(f"{path} is no name of a YAML file.", remedy="Name a new *.yaml file.")
    text = "\n".join(document(key, list(records), []) for key, records in data.items())
    read = read_file(str(path), text.encode())
    if read.problems or read.document is None or _plain(read.document.data) != _plain(data):
        told = (
            "; ".join(problem.found for problem in read.problems) or "it would say something else"
        )
        raise SeedEditError(
            f"The workbook cannot be said as YAML: {told}.",
            remedy="Mend what is named in the workbook.",
        )
    if os.path.lexists(path):
        raise UsageError(f"{path} is there already.", remedy="Name a new file, or remove this one.")
    save_all([EditedFile(path, str(path), None, text)])


def _plain(data: Any) -> str:
    return json.dumps(data, sort_keys=True)
