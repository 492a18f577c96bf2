"""What a seed needs to find in Odoo: companies, people, stages, settings that show its fields."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from odoo_seed.core.bindings import named_by
from odoo_seed.core.doctor import Trouble, about, failed, ok, skipped, warning
from odoo_seed.core.doctor_odoo import is_since_19, readable
from odoo_seed.core.freeze import frozen_at, way_past
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from odoo_seed.core.doctor import Check
    from odoo_seed.core.doctor_facts import Company, OdooFacts, Person
    from odoo_seed.core.live import Key, Named
    from odoo_seed.core.model import Project, Seed, SeedAndPolicy, Source, Task
    from odoo_seed.core.problems import Problem

MILESTONES, DEPENDENCIES = "Milestones", "Task Dependencies"
"""Labels of Odoo's settings that show what a seed writes."""


@dataclass(frozen=True, slots=True)
class Place:
    """One record that names somebody."""

    key: Key
    company_name: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a seed names, of the projects that are synced.

    Attributes:
        companies: By name: one place that names it.
        named: Customers and analytic accounts of the projects, which bindings name.
        people: By lower-case login: all records that name them.
        logins: As the seed spells them, and in lower case.
        stages: By project ref: names of the stages it declares.
        features: Labels of the settings without which users do not see what is written.
        dependencies: Whether some project has task dependencies switched on.
    """

    companies: Mapping[str, Source | str | None]
    people: Mapping[str, Sequence[Place]]
    logins: frozenset[str]
    stages: Mapping[str, Sequence[str]]
    features: tuple[str, ...]
    dependencies: bool = False
    named: tuple[Named, ...] = ()


def examine_seed(content: SeedAndPolicy | None, problems: Sequence[Problem], files: int) -> Check:
    """Say whether the YAML can be used."""
    if content is not None:
        projects, tasks = content.seed.projects, content.seed.tasks
        held = f"{count(len(projects), 'project')} and {count(len(tasks), 'task')}"
        return ok("seed", f"{held} in {count(files, 'file')}")
    errors = [problem for problem in problems if problem.severity == "error"]
    first = f"{errors[0].location}: {errors[0].found}"
    told = f"{count(len(errors), 'problem')}, the first at {first}"
    return failed("seed", told, "Run `odoo-seed validate` to see each with its remedy.")


def examine_freeze(content: SeedAndPolicy | None, now: datetime) -> Iterator[Check]:
    """Say whether a freeze is on; nothing where the policy has none."""
    if content is None or not content.policy.freeze.windows:
        return
    policy = content.policy
    frozen = frozen_at(policy.freeze, policy.time_zone, now)
    if frozen is None:
        yield ok("freeze", f"none of {count(len(policy.freeze.windows), 'window')} is on")
    else:
        words = f"“{frozen.name}” is on {frozen.end}: `seed` refuses"
        yield warning("freeze", words, f"{way_past()}.")


def wanted_of(seed: Seed, as_read: Seed | None = None) -> Wanted:
    """Collect what a seed names.

    Args:
        seed: As its bindings make it.
        as_read: As the YAML has it, where that is another.
    """
    by_binding = {one.external_ref for one in (as_read or seed).projects if not one.company_name}
    synced = {one.external_ref: one for one in seed.projects if one.is_synced}
    tasks = [task for task in seed.tasks if task.project_external_ref in synced]
    companies: dict[str, Source | str | None] = {}
    people: defaultdict[str, list[Place]] = defaultdict(list)
    logins: set[str] = set()
    records: list[Project | Task] = [*synced.values(), *tasks]
    for record in records:
        project = synced[getattr(record, "project_external_ref", record.external_ref)]
        if project.company_name:
            bound = project.external_ref in by_binding
            place = f"by ops.odoo_bindings, of {project.external_ref}" if bound else project.source
            companies.setdefault(project.company_name, place)
        for key, email in _people(record):
            people[email.lower()].append(Place(key, project.company_name or "", record.source))
            logins |= {email, email.lower()}
    milestones = any(one.project_external_ref in synced for one in seed.milestones)
    features = [MILESTONES] * milestones
    features += [DEPENDENCIES] * any(task.depends_on_refs for task in tasks)
    stages = {ref: [stage.name for stage in one.stages or ()] for ref, one in synced.items()}
    dependencies = any(one.allow_dependencies for one in synced.values())
    return Wanted(
        companies, people, frozenset(logins), stages, tuple(features), dependencies,
        tuple(named_by(seed.projects)),
    )  # fmt: skip


def _people(record: Project | Task) -> Iterator[tuple[Key, str]]:
    email = getattr(record, "manager_email", None)
    if email:
        yield ("project", record.external_ref), email
    for email in getattr(record, "assignee_emails", None) or ():
        yield ("task", record.external_ref), email


def examine_seed_in_odoo(wanted: Wanted | None, facts: OdooFacts) -> Iterator[Check]:
    """Yield the checks of what the seed names; all are skipped when it cannot be read."""
    names = ("odoo companies", "odoo people", "odoo stages", "odoo features")
    if wanted is None:
        yield from (skipped(name, "waits for “seed”") for name in names)
        return
    companies, people, stages, features = names
    yield from about(
        companies, facts.companies, lambda seen: _companies(seen, wanted, facts), "odoo user"
    )
    before_people = "odoo companies" if isinstance(facts.companies, Trouble) else "odoo user"
    found = facts.people if isinstance(facts.companies, tuple) else None
    yield from about(people, found, lambda known: _everybody(known, wanted, facts), before_people)
    before_stages = "odoo field" if readable(facts) else "odoo rights"
    yield from about(stages, facts.stages, lambda live: _stages(live, wanted), before_stages)
    yield from about(
        features, facts.features, lambda shown: _features(shown, wanted, facts), "odoo app"
    )


def _companies(seen: tuple[Company, ...], wanted: Wanted, facts: OdooFacts) -> Iterator[Check]:
    name = "odoo companies"
    by_name = {company.name: company for company in seen}
    good = True
    for wish, source in wanted.companies.items():
        company = by_name.get(wish)
        if company is None:
            good = False
            yield _unknown(wish, source, by_name, facts)
        elif not company.active:
            good = False
            remedy = f"Settings → Companies → “{wish}” → Unarchive, or name another company."
            found = f"company “{wish}” is archived in Odoo, so nobody may work in it{_at(source)}"
            yield failed(name, found, remedy)
        elif not company.allowed:
            good = False
            remedy = f"{_allowed_companies(facts)}: add “{wish}”."
            yield failed(name, f"{facts.login} is not allowed in the company “{wish}”", remedy)
    if good:
        yield ok(name, f"all {len(wanted.companies)} of the seed")


def _unknown(
    wish: str, source: Source | str | None, known: Mapping[str, Company], facts: OdooFacts
) -> Check:
    remedy = f"Settings → Companies → New: “{wish}”."
    if close := get_close_matches(wish, known, n=1, cutoff=0.6):
        remedy = f"Odoo has “{close[0]}”: write it exactly so, or create “{wish}”."
    found = f"company “{wish}” is not in Odoo"
    # Who has Access Rights sees all companies (base_security.xml, res_company_rule_erp_manager).
    if facts.access_rights is not True:
        found += f", or {facts.login} may not see it"
        remedy += f" If it is there: {_allowed_companies(facts)}: add “{wish}”."
    return failed("odoo companies", f"{found}{_at(source)}", remedy)


def _allowed_companies(facts: OdooFacts) -> str:
    return f"Settings → Users → {facts.login} → Allowed Companies"


_MISSING = "no Odoo user has this login"
_ARCHIVED = "archived in Odoo"
_EXTERNAL = "portal users, who cannot work on tasks as employees do"
_OUTSIDE = "not allowed in the company of a project that names them"
_PEOPLE = {
    _MISSING: "Settings → Users → New, with the e-mail as login; or correct the e-mail.",
    _ARCHIVED: "Name somebody who still works there, or Settings → Users → Filters: Archived → "
    "the user → Unarchive.",
    _EXTERNAL: "Settings → Users → the user → User Type: Internal User, or name somebody else.",
    _OUTSIDE: "Settings → Users → the user → Allowed Companies: add it, or name somebody else.",
}
"""What can be wrong with people, and the remedy."""


def _everybody(known: Mapping[str, Person], wanted: Wanted, facts: OdooFacts) -> Iterator[Check]:
    """Group people by what is wrong with them."""
    name = "odoo people"
    groups: dict[str, list[str]] = {what: [] for what in _PEOPLE}
    for email, places in wanted.people.items():
        for what, detail in _complaints(known.get(email), places, facts):
            groups[what].append(email + detail)
    for what, people in groups.items():
        if people:
            yield failed(name, f"{what}: {', '.join(people)}", _PEOPLE[what])
    if not any(groups.values()):
        yield ok(name, f"all {len(wanted.people)} of the seed")


def _complaints(
    person: Person | None, places: Sequence[Place], facts: OdooFacts
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one person, with one place that names them.

    Like the plan, this looks only at records that do not have the person in Odoo already: whoever
    left does not stop a project whose finished tasks still name them.
    """
    if person is None:
        yield _MISSING, _at(places[0].source)
        return
    new = [place for place in places if not _has(facts, place, person)]
    if new and not person.active:
        yield _ARCHIVED, _at(new[0].source)
        return
    if new and not person.internal:
        yield _EXTERNAL, _at(new[0].source)
    companies = facts.companies if isinstance(facts.companies, tuple) else ()
    for company in companies:
        if company.odoo_id in person.company_ids or not company.active:
            continue  # nobody is allowed in an archived company, which is told by itself
        for place in new:
            if place.company_name == company.name:
                yield _OUTSIDE, f" in “{company.name}”{_at(place.source)}"
                break


def _at(source: Source | str | None) -> str:
    return f" ({source})" if source else ""


def _has(facts: OdooFacts, place: Place, person: Person) -> bool:
    """Whether the record has the person in Odoo."""
    holders = facts.holders
    if holders is None or isinstance(holders, Trouble):
        return False
    return any(person.odoo_id in holder.user_ids for holder in holders.get(place.key, ()))


def _stages(live: Mapping[str, frozenset[str]], wanted: Wanted) -> Check:
    """Only information: `seed` creates what is missing."""
    lacking = {
        ref: [stage for stage in stages if stage not in live[ref]]
        for ref, stages in wanted.stages.items()
        if ref in live
    }
    told = [f"{ref}: {', '.join(stages)}" for ref, stages in lacking.items() if stages]
    if told:
        return ok("odoo stages", f"`seed` will create {'; '.join(told)}")
    return ok("odoo stages", f"nothing is missing in {count(len(lacking), 'project')}")


def _features(shown: Mapping[str, bool], wanted: Wanted, facts: OdooFacts) -> Check:
    name = "odoo features"
    if is_since_19(facts) and wanted.dependencies and not shown[DEPENDENCIES]:
        return failed(
            name,
            "no project in Odoo has Task Dependencies yet, and only an administrator may switch "
            "them on for the first one",
            "Let an administrator of Odoo tick Task Dependencies in the settings of any one "
            "project and leave it so.",
        )
    hidden = [label for label in wanted.features if shown.get(label) is False]
    if not hidden:
        return ok(name, "users see all that the seed writes")
    return warning(
        name,
        f"the seed has what Odoo hides from its users: {' and '.join(hidden)}",
        f"Project → Configuration → Settings: tick {' and '.join(hidden)}.",
    )
