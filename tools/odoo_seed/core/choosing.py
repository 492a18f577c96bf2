"""Which of Odoo's projects are to be adopted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.escape import plain
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from odoo_seed.core.adoption import Stranger
    from odoo_seed.core.model import Project, Seed

_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,23}")
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for.

    Attributes:
        projects: Odoo ids or exact names; empty for all active projects without a ref.
        company: Only projects of this company.
        program: The slug of the program that they join.
        prefix: What their refs begin with.
    """

    prefix: str
    projects: tuple[str, ...] = ()
    company: str | None = None
    program: str | None = None

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise UsageError(
                f"{plain(self.prefix)} cannot begin a ref.",
                remedy="Begin with a letter, then letters, digits, _ . - (24 characters at most).",
            )


def choose(
    found: Sequence[Stranger], choice: Choice, files: Seed, seeded: Collection[str]
) -> dict[int, str]:
    """Return the Odoo ids of the projects to adopt, each with the ref that it has or had.

    One that an earlier adoption began, and did not end, is taken up again: the YAML has it with
    `sync_enabled: false`, and it was never seeded (or it is named here).

    Args:
        files: What the YAML says.
        seeded: Refs of the projects that count as applied: one of them has its reason not to be
            synced.

    Raises:
        UsageError: There is no such project, there are several, or it cannot be adopted.
    """
    known = {project.external_ref: project for project in files.projects}
    in_odoo = {item.external_ref for item in found if item.external_ref}
    chosen: dict[int, str] = {}
    named = list(_named(found, choice))
    _refuse_wrong_company(named, choice)
    for item in named or found:
        if choice.company and item.company_name != choice.company:
            continue
        begun = _begun(item, known, in_odoo)
        if begun and (named or begun not in seeded):
            chosen[item.odoo_id] = begun
        elif named:
            _refuse(item, known)
            chosen[item.odoo_id] = item.external_ref
        elif item.active and not item.external_ref and not item.left_out:
            chosen[item.odoo_id] = ""
    return chosen


def _begun(item: Stranger, known: dict[str, Project], in_odoo: Collection[str]) -> str:
    """The ref that an adoption which did not end gave, or was about to give, to a project."""
    if item.external_ref:
        own = known.get(item.external_ref)
        return item.external_ref if own and not own.sync_enabled else ""
    return next(
        (
            ref
            for ref, project in known.items()
            if not project.sync_enabled
            and ref not in in_odoo
            and (project.name, project.company_name) == (item.name, item.company_name)
        ),
        "",
    )


def _named(found: Sequence[Stranger], choice: Choice) -> Iterator[Stranger]:
    for wanted in dict.fromkeys(choice.projects):
        by_id = [item for item in found if str(item.odoo_id) == wanted]
        same = by_id or [item for item in found if item.name == wanted]
        if choice.company and len(same) > 1:
            same = [item for item in same if item.company_name == choice.company] or same
        if not same:
            raise UsageError(
                f"There is no project “{plain(wanted)}” in Odoo that this user can see.",
                remedy="Give its exact name, or its id (the number in its address).",
            )
        if len(same) > 1:
            raise UsageError(
                f"{len(same)} projects in Odoo are called “{plain(wanted)}”.",
                remedy="Name the one that is meant by its id.",
                details=[f"{item.odoo_id}, {plain(item.company_name)}" for item in same[:_LISTED]],
            )
        yield same[0]


def _refuse_wrong_company(named: Sequence[Stranger], choice: Choice) -> None:
    for item in named:
        if choice.company and item.company_name != choice.company:
            raise UsageError(
                f"The project “{plain(item.name)}” belongs to “{plain(item.company_name)}”, not to"
                f" “{plain(choice.company)}”.",
                remedy="Leave --company out, or name another project.",
            )


def _refuse(item: Stranger, known: dict[str, Project]) -> None:
    title = f"The project “{plain(item.name)}” ({item.odoo_id})"
    if item.left_out:
        raise UsageError(f"{title} cannot be adopted: {item.left_out}.", remedy="Leave it out.")
    if item.external_ref in known:
        place = known[item.external_ref].source
        raise UsageError(
            f"{title} is in the seed already: {item.external_ref}, {place}.",
            remedy="What people changed in it is adopted with `odoo-seed adopt --drift`.",
        )
