"""What the bindings say of a seed, and whether Odoo has what they name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed.core.bindings import Place, bound, named_by
from odoo_seed.core.doctor import Trouble, about, failed, ok, skipped
from odoo_seed.core.doctor_odoo import readable
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.guards import listed
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.bindings import OdooContext
    from odoo_seed.core.doctor import Check, Fact
    from odoo_seed.core.doctor_facts import OdooFacts, Sought
    from odoo_seed.core.live import Named
    from odoo_seed.core.model import Project, SeedAndPolicy

_NAME = "odoo bindings"
_TABLE = "ops.odoo_bindings"


@dataclass(frozen=True, slots=True)
class Bindings:
    """What the table says.

    Attributes:
        place: What the target is by the settings.
        contexts: By project ref, of the projects that any row speaks of.
    """

    place: Place
    contexts: Mapping[str, OdooContext]


def as_bound(content: SeedAndPolicy, bindings: Fact[Bindings], target: str) -> SeedAndPolicy:
    """Return the seed as the target is to hold it, as far as the bindings could be read."""
    if isinstance(bindings, Bindings):
        return bound(content, bindings.contexts, bindings.place)
    return bound(content, {}, Place(target, ""))


def examine_bindings(
    content: SeedAndPolicy | None, bindings: Fact[Bindings], facts: OdooFacts
) -> Iterator[Check]:
    """Yield the checks of the bindings.

    Args:
        content: The seed as the bindings make it.
    """
    if content is None:
        yield skipped(_NAME, "waits for “seed”")
        return
    projects = content.seed.projects
    yield from about(_NAME, bindings, lambda said: _examined(projects, said, facts), "migrations")


def _examined(
    projects: tuple[Project, ...], bindings: Bindings, facts: OdooFacts
) -> Iterator[Check]:
    found = [
        *_no_company(projects, facts),
        *_wrong_database(bindings, facts),
        *_names(projects, facts),
    ]
    yield from found or [ok(_NAME, _summed_up(projects, bindings))]


def _summed_up(projects: tuple[Project, ...], bindings: Bindings) -> str:
    if not bindings.contexts:
        return "none: every project belongs to every target"
    told = f"{len(bindings.contexts)} of {count(len(projects), 'project')} bound"
    places: defaultdict[str, list[str]] = defaultdict(list)
    for one in projects:
        if one.elsewhere:
            places[one.elsewhere].append(one.external_ref)
    elsewhere = [f"{listed(refs)} (to {place})" for place, refs in places.items()]
    return f"{told}, elsewhere: {'; '.join(elsewhere)}" if elsewhere else told


def _no_company(projects: tuple[Project, ...], facts: OdooFacts) -> Iterator[Check]:
    """Like the plan, only of projects that Odoo does not have yet."""
    there = facts.holders if facts.holders and not isinstance(facts.holders, Trouble) else {}
    refs = [
        one.external_ref
        for one in projects
        if one.is_synced and not one.company_name and ("project", one.external_ref) not in there
    ]
    if refs:
        yield failed(
            _NAME,
            f"neither YAML nor binding names the company of {listed(refs)}",
            f"Write company_name into the YAML, or into a row of {_TABLE} (docs/bindings.md).",
        )


def _wrong_database(bindings: Bindings, facts: OdooFacts) -> Iterator[Check]:
    """Projects that belong to this target, in another database than it has."""
    place = bindings.place
    found: defaultdict[str, list[str]] = defaultdict(list)
    for ref, said in bindings.contexts.items():
        named = said.odoo_database
        if said.target == place.target and place.database and named not in {None, place.database}:
            found[str(named)].append(ref)
    for database, refs in found.items():
        yield failed(
            _NAME,
            f"bound to target {place.target} with the Odoo database “{database}”, which is "
            f"“{place.database}” by the settings, so seeded nowhere: {listed(refs)}",
            f"Correct {facts.variable('ODOO_DB')}, or odoo_database in {_TABLE}.",
        )


def _names(projects: tuple[Project, ...], facts: OdooFacts) -> Iterator[Check]:
    """Customers and analytic accounts."""
    if any(named_by(projects)):
        before = "odoo field" if readable(facts) else "odoo rights"
        before = "odoo companies" if isinstance(facts.companies, Trouble) else before
        yield from about(_NAME, facts.bound, lambda found: _lacking(found, facts), before)


def _lacking(found: Mapping[Named, Sought], facts: OdooFacts) -> Iterator[Check]:
    """A line for all projects that one name stops."""
    known = {one.name for one in facts.companies} if isinstance(facts.companies, tuple) else set()
    complaints: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item, sought in found.items():
        if item.company_name in known and (told := _complaint(item, sought, facts)):
            complaints[told].append(item.project_ref)
    for (words, remedy), refs in complaints.items():
        yield failed(_NAME, f"{words} ({listed(refs)})", remedy)


def _complaint(item: Named, sought: Sought, facts: OdooFacts) -> tuple[str, str] | None:
    """What is wrong with a name, and the remedy; nothing where the project has it already."""
    what = f"the {BY_KIND['project'][item.field].label} “{item.text}”"
    if sought.is_set or len(sought.ids) == 1:
        return None
    if sought.ids:
        told = ", ".join(map(str, sought.ids))
        return (
            f"{what} stands {len(sought.ids)} times in Odoo: ids {told}",
            f"Give the right one a reference in Odoo, and put that into {_TABLE}.",
        )
    if sought.archived:
        return (
            f"{what} is archived in Odoo",
            f"Unarchive it there (Filters: Archived), or name another one in {_TABLE}.",
        )
    unseen = f"or {facts.login} may not see it"
    return (
        f"{what} is not in Odoo for the company “{item.company_name}”, {unseen}",
        f"Write its reference or name exactly as Odoo has it into {_TABLE}, or create it in Odoo.",
    )
