"""What the bindings say of the projects: where they belong, and as whose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from odoo_seed.core.fields import BOUND
from odoo_seed.core.live import Named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from odoo_seed.core.model import Project, SeedAndPolicy


@dataclass(frozen=True, slots=True)
class Place:
    """What a target is, as the settings say it.

    Attributes:
        environment: Such as ``production`` or ``staging``.
        database: Name of the Odoo database; None where it is not known, and then not compared.
    """

    target: str
    environment: str
    database: str | None = None


@dataclass(frozen=True, slots=True)
class OdooContext:
    """What `ops.resolve_odoo_context` answers for one project; None: no binding says."""

    target: str | None = None
    odoo_database: str | None = None
    company_name: str | None = None
    partner_name: str | None = None
    analytic_account_name: str | None = None


def bound(
    content: SeedAndPolicy, contexts: Mapping[str, OdooContext], place: Place
) -> SeedAndPolicy:
    """Return the seed as one target is to hold it, and the policy as it is there.

    Args:
        contexts: By project ref; projects of which no binding speaks may be left out.
    """
    policy = content.policy.of_target(place.target)
    if not contexts:
        return replace(content, policy=policy)
    projects = tuple(
        _bound(project, contexts[project.external_ref], place)
        if project.external_ref in contexts
        else project
        for project in content.seed.projects
    )
    return replace(content, seed=replace(content.seed, projects=projects), policy=policy)


def named_by(projects: Iterable[Project]) -> Iterator[Named]:
    """Customers and analytic accounts that projects are to have."""
    for project in projects:
        for name in BOUND:
            if project.is_synced and (text := getattr(project, name)):
                yield Named(name, project.external_ref, project.company_name, text)


def _bound(project: Project, context: OdooContext, place: Place) -> Project:
    return replace(
        project,
        company_name=project.company_name or context.company_name,
        partner_name=context.partner_name,
        analytic_account_name=context.analytic_account_name,
        elsewhere=_elsewhere(context, place),
    )


def _elsewhere(context: OdooContext, place: Place) -> str:
    if context.target is not None and context.target != place.target:
        return f"target {context.target}"
    known = place.database is not None and context.odoo_database is not None
    if known and context.odoo_database != place.database:
        return f"the Odoo database {context.odoo_database}"
    return ""
