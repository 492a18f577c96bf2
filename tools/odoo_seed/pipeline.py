"""The spine: validate → load → plan → seed → shadow → verify → summary.

Each verb is one function here, one subcommand and one HTTP action. `plan`, `shadow` and `verify`
are handed ports that cannot write to Odoo.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from odoo_seed.core.agenda import make_agenda
from odoo_seed.core.bindings import named_by
from odoo_seed.core.fields import BOUND
from odoo_seed.core.live import LiveQuery, Named
from odoo_seed.core.planned import refuse_other
from odoo_seed.core.planning import make_plan
from odoo_seed.core.rules import check_seed
from odoo_seed.core.runs import Run
from odoo_seed.core.summary import FINDINGS, Summary, summarise
from odoo_seed.core.verify import verify as compare
from odoo_seed.errors import InvalidSeedError, UsageError
from odoo_seed.journal import read_settled
from odoo_seed.recording import failing_on_record
from odoo_seed.rehearse import rehearse
from odoo_seed.write import LOADS, Scope, looked_at, refuse_unloaded, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.agenda import Agenda, Choice
    from odoo_seed.core.live import Applied
    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.periods import Period
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.report_run import SeedResult
    from odoo_seed.core.runs import LoadResult
    from odoo_seed.core.verify import Verification
    from odoo_seed.ports import Progress, SeedFiles, SeedReading, SeedStore
    from odoo_seed.ports_odoo import OdooReader, OdooRehearser, OdooWriter
    from odoo_seed.write import Read

__all__ = [
    "Scope", "calendar", "content_of", "live_query", "load", "plan", "seed", "shadow", "summary",
    "validate", "verify",
]  # fmt: skip


def validate(files: SeedFiles) -> SeedReading:
    """Read and check the YAML. Offline; changes nothing."""
    return files.read()


def calendar(
    content: SeedAndPolicy, period: Period, choice: Choice, max_hours: float | None = None
) -> Agenda:
    """Find what is due in a period, and for whom. Offline.

    Args:
        max_hours: Hours a day, instead of those of the policy.
    """
    limit = content.policy.workload.max_hours_per_day if max_hours is None else max_hours
    return make_agenda(content, period, choice, limit)


def content_of(reading: SeedReading) -> SeedAndPolicy:
    """Return what was read, or raise InvalidSeedError."""
    if reading.content is None:
        errors = sum(problem.severity == "error" for problem in reading.problems)
        raise InvalidSeedError(
            f"The seed has {errors} problem{'s' * (errors != 1)}; nothing was changed.",
            remedy="Run `odoo-seed validate` to see each with file and line.",
        )
    return reading.content


def load(files: SeedFiles, store: SeedStore, trigger: str = "cli") -> LoadResult:
    """Bring the YAML into the database, all or nothing.

    The commit is remembered as a `load` run, unless nothing changed since the last one.
    """
    reading = files.read()
    done = store.load(content_of(reading), reading.commit)
    last = store.last_run(LOADS, "load")
    touched = sum(kind.created + kind.updated + kind.removed for kind in done.values())
    if touched or last is None or last.commit != reading.commit:
        run_id = store.start_run(LOADS, "load", trigger, reading.commit)
        store.finish_run(run_id, "success", counts={"changed": touched})
    return done


def plan(
    content: SeedAndPolicy,
    store: SeedStore,
    odoo: OdooReader,
    scope: Scope,
    rehearser: OdooRehearser | None = None,
) -> Plan:
    """Compare seed, applied and live. Reads only.

    Args:
        rehearser: Where it is given, Odoo also tries the plan and takes it back.
    """
    content = store.bind(content, scope.target)
    applied = store.read_applied(scope.target)
    refuse_unloaded(store, content, applied)
    made = looked_at(_plan(content, applied, odoo.read_live, scope), content.policy, odoo)
    return replace(made, rehearsal=rehearse(made, rehearser)) if rehearser else made


def _plan(content: SeedAndPolicy, applied: Applied, read: Read, scope: Scope) -> Plan:
    problems = [
        item for item in check_seed(content.seed, content.policy) if item.severity == "error"
    ]
    if problems and content.seed.projects:
        first = problems[0]
        raise InvalidSeedError(
            f"The seed is not valid: {first.location}: {first.found}"
            + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""),
            remedy=first.remedy,
        )
    unknown = set(scope.only or ()) - {project.external_ref for project in content.seed.projects}
    if unknown:
        raise UsageError(
            f"There is no project {', '.join(sorted(unknown))} in the seed.",
            remedy="Name projects by their external_ref.",
        )
    live = read(live_query(content, applied))
    made = make_plan(content, applied, live, scope.target, scope.only)
    if scope.planned is not None:
        refuse_other(made, scope.planned)
    return made


def live_query(content: SeedAndPolicy, applied: Applied) -> LiveQuery:
    """What a reading of Odoo must resolve for this seed."""
    seed = content.seed
    emails = {project.manager_email for project in seed.projects if project.manager_email}
    emails |= {email for task in seed.tasks for email in task.assignee_emails or ()}
    return LiveQuery(
        emails=frozenset(email.lower() for email in emails) | emails,
        companies=frozenset(
            project.company_name for project in seed.projects if project.company_name
        ),
        milestones=seed.milestones,
        known_ids={key: record.odoo_id for key, record in applied.items()},
        renamed_projects={
            former: project.external_ref
            for project in seed.projects
            for former in project.previous_refs
        },
        time_zone=content.policy.time_zone,
        named=tuple(_named(content, applied)),
    )


def _named(content: SeedAndPolicy, applied: Applied) -> Iterator[Named]:
    """Customers and analytic accounts of the seed, then as they were written last."""
    projects = [one for one in content.seed.projects if one.is_synced]
    yield from named_by(projects)
    for project in projects:
        last = applied.get(("project", project.external_ref))
        for name in BOUND:
            if last and (text := last.values.get(name)):
                yield Named(name, project.external_ref, project.company_name, str(text))


def seed(store: SeedStore, odoo: OdooWriter, progress: Progress, scope: Scope) -> SeedResult:
    """Apply the database's seed to Odoo, as the one writer of the target."""

    def planner(content: SeedAndPolicy, applied: Applied, read: Read) -> Plan:
        return _plan(content, applied, read, scope)

    return write(store, odoo, progress, scope, "seed", planner)


def shadow(store: SeedStore, odoo: OdooReader, scope: Scope) -> Run:
    """Mirror what Odoo holds. A reading that is not complete leaves the mirror stale."""
    place = odoo.database_key
    with store.lock(scope.target, scope.holder, scope.wait, scope.tell, odoo=place) as lock:
        run_id = store.start_run(scope.target, "shadow", scope.trigger, None)
        lock.name_run(run_id)
        started = datetime.now(UTC)
        with failing_on_record(store, run_id):
            content = store.bind(store.read_seed(), scope.target)
            query = live_query(content, store.read_applied(scope.target))
            counts = store.replace_shadow(scope.target, read_settled(odoo, query, lock, scope.tell))
        store.finish_run(run_id, "success", counts=counts)
    return Run(
        run_id, scope.target, "shadow", "success", started, datetime.now(UTC), scope.trigger,
        counts=counts,
    )  # fmt: skip


def verify(store: SeedStore, scope: Scope) -> Verification:
    """Compare the seed with the shadow, and record the outcome."""
    with store.lock(scope.target, scope.holder, scope.wait, scope.tell) as lock:
        run_id = store.start_run(scope.target, "verify", scope.trigger, None)
        lock.name_run(run_id)
        with failing_on_record(store, run_id):
            found = compare(
                store.bind(store.read_seed(), scope.target),
                store.read_applied(scope.target),
                store.read_shadow(scope.target),
                scope.target,
            )
        items = (*found.findings, *found.left_alone)
        counts = Counter[str](item.action for item in items)
        counts |= Counter(checked=found.checked, agreeing=found.agreeing, kept=found.kept)
        store.finish_run(
            run_id,
            "success" if found.verdict == "agrees" else "failed",
            items=items,
            counts=counts,
            error=found.reason or None,
        )
    return found


def summary(store: SeedStore, scope: Scope) -> Summary:
    """What a reviewer wants to know of the last seed and its verification."""
    found = store.last_run(scope.target, "verify")
    if found is not None:
        items = [item for item in found.items if item.action in FINDINGS]
        found = replace(found, items=tuple(items))
    last = store.last_run(scope.target, "seed")
    undone = store.last_run(scope.target, "rollback", "clear-refs", items=False)
    applied = store.read_applied(scope.target)
    loaded = store.last_run(LOADS, "load")
    content = store.read_seed()
    return summarise(scope.target, last, found, loaded, content.seed, applied, undone)
