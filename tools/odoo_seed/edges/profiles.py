"""Profiles of workbooks: those that come with the product, and people's own files."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from odoo_seed.core.importing.profile import profile_of
from odoo_seed.edges.seed_files.listing import read_bytes
from odoo_seed.edges.seed_files.reading import read_file
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from odoo_seed.core.importing.profile import Profile

BUILT_IN = ("closing", "bir-tax")


def read_profile(named: Path) -> Profile:
    """Return a built-in profile by its name, or that of a file.

    Raises:
        UsageError: There is none, or it is wrong: every problem with file, line and column.
    """
    if str(named) in BUILT_IN:
        name = f"{named}.yaml"
        content = (files("odoo_seed") / "profiles" / name).read_bytes()
    elif named.is_file():
        name = str(named)
        content, problem = read_bytes(named, name)
        if problem is not None:
            raise UsageError(f"{name}: {problem.found}.", remedy=problem.remedy)
    else:
        raise UsageError(
            f"There is no profile {named}.",
            remedy=f"Name one of {', '.join(BUILT_IN)}, or a YAML file.",
        )
    read = read_file(name, content, "profile")
    if read.problems or read.document is None:
        raise UsageError(
            f"The profile {name} is not valid.",
            remedy="Mend it as said; docs/sheets.md describes profiles.",
            details=[
                f"{problem.location}: {problem.found} → {problem.remedy}"
                for problem in sorted(read.problems)
            ],
        )
    try:
        return profile_of(read.document.data)
    except ValueError as error:
        raise UsageError(
            f"The profile {name} is not valid: {error}.", remedy="Add it under steps."
        ) from error
