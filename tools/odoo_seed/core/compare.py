"""Two seeds compared offline: the base plays what was applied and what Odoo holds.

So the differences, their words, renames and archives are the plan's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from odoo_seed.core.board import stages_of
from odoo_seed.core.closing import closed_projects
from odoo_seed.core.compare_besides import beside_the_plan
from odoo_seed.core.compare_policy import policy_words
from odoo_seed.core.diff import differences
from odoo_seed.core.fields import BY_KIND
from odoo_seed.core.html import to_html
from odoo_seed.core.live import AppliedRecord, Directory, Live, LiveRecord, LiveStage, LiveUser
from odoo_seed.core.model import Seed, SeedAndPolicy
from odoo_seed.core.plan import Change
from odoo_seed.core.planning import make_plan, ordered
from odoo_seed.core.renames import renamed
from odoo_seed.core.scope import Scope, kind_of
from odoo_seed.core.values import SeedIndex, deadline_from_utc, deadline_to_utc, empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from odoo_seed.core.fields import Value
    from odoo_seed.core.live import Applied, Key
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.policy import Owner

_TARGET = "compare"


@dataclass(frozen=True, slots=True)
class Base:
    """What a seed is compared with.

    Attributes:
        name: As it was asked for: a git revision or a folder.
        commit: The revision's commit, 40 or 64 hex digits; None for a folder.
        content: What it holds; None when nothing of it can be compared.
        trouble: Why, a clause; empty when it can.
    """

    name: str
    commit: str | None = None
    content: SeedAndPolicy | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a seed changes against its base.

    Attributes:
        plan: What would be written to an Odoo that holds exactly the base. Its Odoo ids are made
            up, its checksum is no other plan's.
        initial: Changes, shaped like the plan's, of fields that are written at creation only.
        odoo: Changes of fields that are never written.
        besides: What changes in programs, syncing and protection, a line each, foreign text in it
            made printable.
        policy: What changes in policy.yaml, likewise.
    """

    base: Base
    plan: Plan
    initial: tuple[Change, ...] = ()
    odoo: tuple[Change, ...] = ()
    besides: tuple[str, ...] = ()
    policy: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the seed says the same as its base."""
        return self.plan.empty and not (
            self.initial or self.odoo or self.besides or self.policy or self.gone_milestones
        )

    @property
    def gone_milestones(self) -> tuple[tuple[str, str], ...]:
        """Ref and name of those that left the YAML; Odoo cannot archive a milestone."""
        return tuple(
            (item.external_ref, item.name) for item in self.plan.orphans if item.kind == "milestone"
        )


def compare(base: Base, head: SeedAndPolicy) -> Comparison:
    """Return what `head` changes; everything is new when the base has no content."""
    before = base.content
    if before is None:
        return Comparison(base, make_plan(head, {}, _live(Seed(), head.seed, {}, {}), _TARGET))
    applied, live = as_if_applied(before, head)
    plan = make_plan(head, applied, live, _TARGET)
    return Comparison(
        base,
        plan,
        initial=_owned_by("initial", head, applied, live),
        odoo=_owned_by("odoo", head, applied, live),
        besides=tuple(beside_the_plan(before, head)),
        policy=tuple(policy_words(before.policy, head.policy, plan.news)),
    )


def as_if_applied(before: SeedAndPolicy, head: SeedAndPolicy) -> tuple[Applied, Live]:
    """Applied and live of an Odoo that was seeded with `before` and where nobody changed a thing.

    It knows all people and companies of both.
    """
    scope = Scope(before, SeedIndex(before.seed), {}, None)
    texts: dict[Key, str | None] = {
        ("project", one.external_ref): one.description for one in head.seed.projects
    }
    texts |= {("task", one.external_ref): one.description for one in head.seed.tasks}
    applied: Applied = {}
    records: dict[Key, LiveRecord] = {}
    named = _milestones_of_that_name(before.seed, head.seed)
    for number, (old, wanted) in enumerate(scope.wanted.items(), start=1):
        key: Key = ("milestone", named.get(old[1], old[1])) if old[0] == "milestone" else old
        known = dict(wanted)
        if (milestone := known.get("milestone_external_ref")) in named:
            known["milestone_external_ref"] = named[str(milestone)]
        if key[0] == "task" and wanted.get("deadline"):
            # As Odoo would show it: at an hour, and by the clock of the zone that holds now.
            stamp = deadline_to_utc(str(wanted["deadline"]), before.policy.time_zone)
            known["deadline"] = deadline_from_utc(stamp, head.policy.time_zone)
        applied[key] = AppliedRecord(*key, number, known)
        values = {name: known.get(name, empty(field)) for name, field in BY_KIND[key[0]].items()}
        if (text := values.get("description")) and text != texts.get(key):
            values["description"] = to_html(str(text))  # only what may differ: it takes its time
        records[key] = LiveRecord(*key, number, values)
    return applied, _live(before.seed, head.seed, records, scope.wanted)


def _milestones_of_that_name(before: Seed, head: Seed) -> dict[str, str]:
    """The new ref by the old one of milestones that Odoo, which knows names alone, keeps."""
    homes = {former: one.external_ref for one in head.projects for former in one.previous_refs}
    homes |= {one.external_ref: one.external_ref for one in head.projects}
    known = {one.external_ref for one in before.milestones}
    kept = {one.external_ref for one in head.milestones}
    wanted = {
        (one.project_external_ref, one.name): one.external_ref
        for one in head.milestones
        if one.external_ref not in known
    }
    found = {
        one.external_ref: wanted.get((homes.get(one.project_external_ref, ""), one.name))
        for one in before.milestones
        if one.external_ref not in kept
    }
    return {old: new for old, new in found.items() if new}


def _live(
    before: Seed,
    head: Seed,
    records: Mapping[Key, LiveRecord],
    wanted: Mapping[Key, Mapping[str, Value]],
) -> Live:
    names = {one.company_name or "" for seed in (before, head) for one in seed.projects} - {""}
    companies = {name: number for number, name in enumerate(sorted(names), start=1)}
    emails = {email for seed in (before, head) for email in _people(seed)}
    tags: set[str] = set()
    for values in wanted.values():
        named = values.get("tag_names")
        tags.update(named if isinstance(named, tuple) else ())
    index = SeedIndex(before)
    stages = {
        (project.external_ref, stage.name): LiveStage(place, stage.name, place * 10, stage.fold)
        for project in before.projects
        for place, stage in enumerate(stages_of(project, index), start=1)
    }
    directory = Directory(
        companies=companies,
        users={
            email: LiveUser(number, email, active=True, company_ids=tuple(companies.values()))
            for number, email in enumerate(sorted(emails), start=1)
        },
        tags={name: number for number, name in enumerate(sorted(tags), start=1)},
        stages=stages,
        records={key: record.odoo_id for key, record in records.items()},
    )
    return Live(records, directory)


def _people(seed: Seed) -> Iterator[str]:
    for project in seed.projects:
        yield (project.manager_email or "").lower()
    for task in seed.tasks:
        yield from (email.lower() for email in task.assignee_emails or ())


def _owned_by(
    owner: Owner, head: SeedAndPolicy, applied: Applied, live: Live
) -> tuple[Change, ...]:
    """What differs in fields of this owner, on records that both seeds have."""
    applied, live, *_ = renamed(head.seed, applied, live)
    index = SeedIndex(head.seed)
    scope = Scope(head, index, applied, None, closed_projects(index, live.records))
    found = []
    for record in scope.records():
        key: Any = (kind_of(record), record.external_ref)
        if key not in live.records:
            continue
        project_ref = getattr(record, "project_external_ref", record.external_ref)
        owners = scope.ownership.of(project_ref)
        fields = tuple(
            replace(change, cause="git")
            for field, change in differences(scope.wanted[key], applied[key], live.records[key])
            if owners[field.kind, field.name] == owner
        )
        if fields:
            change = Change("update", key[0], key[1], project_ref, record.name, fields)
            found.append(replace(change, source=record.source))
    return tuple(sorted(found, key=ordered))
