"""Refs made of names: readable, unique, and the same whenever they are made again."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.adoption import Mark, Stranger

LONGEST = 64
"""Characters of a ref."""

_LONGEST_PART = 24
_NOT_IN_REFS = re.compile(r"[^A-Z0-9]+")
_COUNTER = 6
"""Characters kept free for what tells equal names apart."""


def name_refs(
    strangers: Sequence[Stranger], prefix: str, taken: Iterable[str], given: Mapping[Mark, str]
) -> dict[Mark, str]:
    """Return a ref for every record: its own, or one made of its name.

    A project's is made of the prefix and its name, those in it of the project's and their names.
    Of equal names the one with the lowest Odoo id comes first. Case tells no refs apart.

    Args:
        strangers: Projects, milestones and tasks that are to be adopted.
        taken: Refs that belong to others.
        given: Refs that are settled already.
    """
    used = {ref.upper() for ref in (*taken, *given.values())}
    used |= {item.external_ref.upper() for item in strangers if item.external_ref}
    refs = dict(given)
    ranks = ("project", "milestone", "task")
    for item in sorted(strangers, key=lambda item: (ranks.index(item.kind), item.odoo_id)):
        if item.external_ref:
            refs[item.mark] = item.external_ref
        if item.mark in refs:
            continue
        base = prefix if item.project_id is None else refs["project", item.project_id]
        middle = "_M" if item.kind == "milestone" else ""
        refs[item.mark] = _free(f"{base}{middle}_{_slug(item)}", used)
    return refs


def _slug(item: Stranger) -> str:
    """A name in capital letters; the Odoo id where nothing of it can stand in a ref."""
    plain = unicodedata.normalize("NFKD", item.name)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = _NOT_IN_REFS.sub("_", plain.upper()).strip("_")
    if len(words) > _LONGEST_PART:
        cut = words[: _LONGEST_PART + 1].rpartition("_")[0] or words[:_LONGEST_PART]
        words = cut[:_LONGEST_PART].rstrip("_")
    return words or str(item.odoo_id)


def _free(wanted: str, used: set[str]) -> str:
    wanted = wanted[: LONGEST - _COUNTER].rstrip("_")
    number, ref = 1, wanted
    while ref.upper() in used:
        number += 1
        ref = f"{wanted}_{number}"
    used.add(ref.upper())
    return ref
