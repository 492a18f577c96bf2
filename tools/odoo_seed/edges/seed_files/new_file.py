"""One new YAML file of any of the seed's lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from odoo_seed.core.quoting import quoted
from odoo_seed.edges.seed_files.editing.writing import document
from odoo_seed.edges.seed_files.listing import ENDINGS, why
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.errors import SeedEditError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def write_new_file(path: Path, data: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write lists of records by their top-level key, in the layout of `fmt`.

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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already.", remedy="Name a new file, or remove this one."
        ) from error
    except OSError as error:
        raise SeedEditError(
            f"{quoted(str(path))} cannot be written: {why(error)}.", remedy="Name another file."
        ) from error


def _plain(data: Any) -> str:
    return json.dumps(data, sort_keys=True)
