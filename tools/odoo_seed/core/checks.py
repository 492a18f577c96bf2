"""What only Odoo can tell about a seed: people, companies and refs that stand twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.fields import BOUND, BY_KIND
from odoo_seed.core.plan import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from odoo_seed.core.live import Applied, Key, Live
    from odoo_seed.core.model import Project, Task
    from odoo_seed.core.plan import Change
    from odoo_seed.core.scope import Scope
    from odoo_seed.core.values import SeedIndex


def refusals(
    changes: Sequence[Change], index: SeedIndex, applied: Applied, live: Live
) -> Iterator[Refusal]:
    """Yield what must not be written, with the reason in words.

    A wrong person or company refuses the whole project, so that nobody gets half of it; a ref
    that Odoo holds twice refuses that record. Only what a change would write is looked at: a
    person who left the company does not stop a project whose finished tasks still name them.
    """
    for change in changes:
        broken = _ref_trouble(change, index, applied, live)
        if broken:
            yield Refusal(*change.key, *broken, change.source)
            continue
        for message, remedy in _people_and_company(change, index, live):
            yield Refusal("project", change.project_ref, message, remedy, change.source)


def ambiguous(scope: Scope, live: Live) -> set[Key]:
    """Refs that a plan is about and that stand on several records in Odoo.

    Those of the seed, their former ones while the new one is not in Odoo, and what left git.
    """
    found = (scope.wanted.keys() | set(scope.gone())) & live.duplicates.keys()
    for key in scope.wanted.keys() - live.records.keys():
        found |= {(key[0], ref) for ref in previous_refs(key, scope.index)} & live.duplicates.keys()
    return found


def previous_refs(key: Key, index: SeedIndex) -> tuple[str, ...]:
    """The former refs that the seed names for a record."""
    records: Mapping[str, Project | Task] = index.projects if key[0] == "project" else index.tasks
    record = records.get(key[1]) if key[0] in {"project", "task"} else None
    return record.previous_refs if record else ()


def _ref_trouble(
    change: Change, index: SeedIndex, applied: Applied, live: Live
) -> tuple[str, str] | None:
    """What is wrong with the ref in Odoo, and the remedy."""
    former = previous_refs(change.key, index) if change.action == "create" else ()
    for ref in (change.external_ref, *former):
        key: Key = (change.kind, ref)
        if not (ids := live.duplicates.get(key)):
            continue
        last = applied.get(key)
        ours = last.odoo_id if last else None
        told = [f"{odoo_id}{' (written by odoo-seed)' * (odoo_id == ours)}" for odoo_id in ids]
        many = f"{ref} stands on {len(ids)} {change.kind}s in Odoo"
        return (
            f"{many}: ids {', '.join(told)}",
            "clear x_external_ref on all but one of them in Odoo",
        )
    odoo_id, name = live.strays.get(change.key, (0, ""))
    last = applied.get(change.key)
    # The same id with another name is another record, in a database that was made anew.
    if change.action == "create" and last and odoo_id and name == last.values.get("name"):
        back = f"set x_external_ref of id {odoo_id} back to {change.external_ref}"
        return (
            f"the {change.kind} is in Odoo as id {odoo_id}, but its x_external_ref was changed",
            f"{back}, or delete that {change.kind} if a new one is wanted",
        )
    return None


def _people_and_company(change: Change, index: SeedIndex, live: Live) -> Iterator[tuple[str, str]]:
    directory, values = live.directory, change.values
    project = index.projects.get(change.project_ref)
    company = str(values.get("company_name") or (project.company_name if project else "") or "")
    company_id = directory.companies.get(company)
    if values.get("company_name") and company_id is None:
        seen = ", ".join(f"“{name}”" for name in sorted(directory.companies)) or "none"
        yield (
            f"company “{company}” is not in Odoo, or the bot may not see it",
            f"write its name exactly as Odoo has it, or allow it to the bot; the bot sees: {seen}",
        )
    if (
        change.kind == "project"
        and not company
        and (change.action == "create" or "company_name" in values)
    ):
        yield (
            "it names no company, and no binding gives it one",
            "add company_name, or a row in ops.odoo_bindings that names it (docs/bindings.md)",
        )
    if company in directory.archived_companies and (
        change.action == "create" or values.get("company_name")
    ):
        yield (
            f"company “{company}” is archived in Odoo, so nobody may work in it",
            "unarchive the company in Odoo, or name another one",
        )
        return
    yield from _bound(change, live, company)
    me = directory.me
    if change.action == "create" and me and company_id and company_id not in me.company_ids:
        yield (
            f"{me.login}, as whom this works, is not allowed in the company “{company}”",
            "allow the company on that user in Odoo",
        )
    for email in _people(change):
        user = directory.users.get(email)
        if user is None:
            yield f"no Odoo user has the login {email}", "create the user, or correct the e-mail"
        elif not user.active:
            yield f"the Odoo user {email} is archived", "name somebody who still works there"
        elif company_id is not None and company_id not in user.company_ids:
            yield (
                f"{email} is not allowed in the company “{company}”",
                "allow the company on the user in Odoo, or name somebody else",
            )


def _bound(change: Change, live: Live, company: str) -> Iterator[tuple[str, str]]:
    """Customers and analytic accounts that Odoo lacks, or has several times."""
    for name in BOUND:
        text = change.values.get(name) if change.kind == "project" else None
        if not text:
            continue
        what = f"the {BY_KIND['project'][name].label} “{text}”"
        ids = live.directory.bound.get((name, change.project_ref, str(text)), ())
        if not ids:
            yield (
                f"{what} is not in Odoo for the company “{company}”, or the bot may not see it",
                "write its reference or name exactly as Odoo has it into ops.odoo_bindings",
            )
        elif len(ids) > 1:
            told = ", ".join(map(str, ids))
            yield (
                f"{what} stands {len(ids)} times in Odoo: ids {told}",
                "give the right one a reference in Odoo, and put that into ops.odoo_bindings",
            )


def _people(change: Change) -> Iterator[str]:
    """People this change would newly put on the record."""
    for item in change.fields:
        if item.name == "manager_email" and item.new:
            yield str(item.new)
        if item.name == "assignee_emails" and isinstance(item.new, tuple):
            before = item.old if isinstance(item.old, tuple) else ()
            yield from (email for email in item.new if email not in before)
