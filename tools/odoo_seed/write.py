"""Write to Odoo on record: one writer, one plan, its guards and freezes, one row of the audit log.

Whoever makes the plan: a seed from git, or what takes a run back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from odoo_seed.core import freeze
from odoo_seed.core.escape import plain
from odoo_seed.core.eyes import judged, question_of
from odoo_seed.core.freeze import FreezeOverride, frozen_at
from odoo_seed.core.guards import allow_options, by_operator, way_past
from odoo_seed.core.report_run import SeedResult
from odoo_seed.core.runs import Run
from odoo_seed.core.stops import words as stop_words
from odoo_seed.errors import FrozenError, OdooSeedError, StoppedError, UsageError
from odoo_seed.journal import read_settled
from odoo_seed.outcome import apply_and_record
from odoo_seed.recording import failing_on_record

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from odoo_seed.core.freeze import Frozen
    from odoo_seed.core.live import Applied, Live, LiveQuery
    from odoo_seed.core.model import SeedAndPolicy
    from odoo_seed.core.plan import Plan
    from odoo_seed.core.planned import Planned
    from odoo_seed.core.policy import Policy
    from odoo_seed.core.runs import Verb
    from odoo_seed.ports import Progress, SeedStore
    from odoo_seed.ports_odoo import OdooReader, OdooWriter

    Read = Callable[[LiveQuery], Live]
    Planner = Callable[[SeedAndPolicy, Applied, Read], Plan]

LOADS = "default"
"""The target that loads are recorded under: there is one seed for all targets."""

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run is about.

    Attributes:
        only: Refs of projects, or None for all.
        allow: Guards to pass once, each bound to a plan's checksum.
        trigger: Who started it: ``cli``, ``github``, ``http``, ``worker``.
        holder: Who we are, shown to others while we hold the lock.
        jobs: Connections to Odoo at the same time; None to choose by its answer times.
        planned: The plan that alone may be applied; its projects are then the scope.
        override_freeze: Why to seed though a freeze is on; None to refuse then.
        wait: Seconds that shadow and verify wait for whoever works on the target; seed never does.
        tell: Is told what a run waits for.

    Raises:
        UsageError: The reason is none.
    """

    target: str = "default"
    only: Collection[str] | None = None
    allow: Mapping[str, str] | None = None
    trigger: str = "cli"
    holder: str = "odoo-seed"
    jobs: int | None = None
    planned: Planned | None = None
    override_freeze: str | None = None
    wait: float = 600
    tell: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        reason = self.override_freeze
        if reason is not None and not plain(reason):
            raise UsageError(
                "The reason to seed in a freeze is empty.",
                remedy='Write it down: --override-freeze "REASON". It is kept with the run.',
            )
        if reason is not None and len(reason) > _LONGEST_REASON:
            raise UsageError(
                f"The reason to seed in a freeze has {len(reason)} characters.",
                remedy=f"Keep it to {_LONGEST_REASON}.",
            )

    def once(self, options: str) -> str:
        """How to pass this one time, in words for whoever started the run."""
        has_options = self.trigger in {"cli", "github"}
        return options if has_options else by_operator(options, self.target, self.only)


def write(
    store: SeedStore,
    odoo: OdooWriter,
    progress: Progress,
    scope: Scope,
    verb: Verb,
    planner: Planner,
    reverses: str | None = None,
) -> SeedResult:
    """Make a plan and apply it, as the one writer of the target and its Odoo, and on record.

    Args:
        verb: What the run is called.
        planner: Makes the plan from the seed, what was applied and a reading of Odoo.
        reverses: Of a rollback: the id of the run that it takes back.
    """
    with store.lock(scope.target, scope.holder, odoo=odoo.database_key) as lock:
        odoo.guard(lock.check)
        commit = None
        if verb in {"seed", "adopt"}:
            refuse_stopped(store, scope.target)
        if verb == "seed":
            loaded = store.last_run(LOADS, "load")
            commit = loaded.commit if loaded else None
        content = store.bind(store.read_seed(), scope.target)
        applied = store.read_applied(scope.target)
        if verb == "seed":
            refuse_unloaded(store, content, applied)
        run_id = store.start_run(scope.target, verb, scope.trigger, commit)
        if reverses:
            store.note_reversed(run_id, reverses)
        lock.name_run(run_id)
        started = datetime.now(UTC)
        with failing_on_record(store, run_id):
            override = refuse_frozen(content.policy, scope)
            if override:
                store.note_override(run_id, override)
            read = partial(read_settled, odoo, lock=lock, tell=scope.tell)
            made = looked_at(planner(content, applied, read), content.policy, odoo)
            _refuse_guarded(made, scope)
        run = Run(
            run_id, scope.target, verb, "running", started, trigger=scope.trigger, commit=commit,
            override=override, reverses=reverses,
        )  # fmt: skip
        done = apply_and_record(
            made, content, applied, run,
            store=store, odoo=odoo, lock=lock, progress=progress, jobs=scope.jobs,
            tell=scope.tell,
        )  # fmt: skip
    return SeedResult(done, made)


def refuse_stopped(store: SeedStore, target: str) -> None:
    """Raise StoppedError when the target was stopped."""
    stop = store.read_stop(target)
    if stop is not None:
        raise StoppedError(
            f"{stop_words(stop).rstrip('.')}. Nothing was written.",
            remedy=f"Ask whoever stopped it; to go on: odoo-seed resume --target {target}",
        )


def refuse_unloaded(store: SeedStore, content: SeedAndPolicy, applied: Applied) -> None:
    """Raise UsageError when there is no seed yet, which is not the same as one that is done."""
    seed = content.seed
    if seed.projects or seed.programs or applied or store.last_run(LOADS, "load"):
        return
    raise UsageError(
        "Nothing was loaded into the database yet.",
        remedy="`odoo-seed load` brings the YAML into it; `odoo-seed run` does that and the rest.",
    )


def _frozen(policy: Policy) -> Frozen | None:
    return frozen_at(policy.freeze, policy.time_zone, datetime.now(UTC))


def refuse_frozen(policy: Policy, scope: Scope) -> FreezeOverride | None:
    """Refuse to write to Odoo in a freeze, unless there is a reason; then return both.

    Raises:
        FrozenError: A freeze is on.
    """
    frozen = _frozen(policy)
    if frozen is None:
        return None
    if scope.override_freeze is None:
        raise FrozenError(
            f"Freeze: “{plain(frozen.name)}” is on {frozen.end}. Nothing was written to Odoo.",
            remedy=freeze.way_past(scope.once(freeze.FREEZE_OPTION)),
        )
    return FreezeOverride(frozen.name, scope.override_freeze.strip())


def _refuse_guarded(made: Plan, scope: Scope) -> None:
    allow = scope.allow or {}
    trips = [trip for trip in made.guards if allow.get(trip.guard) != made.checksum]
    if trips:
        told = " ".join(f"Guard {trip.guard}: {trip.message}" for trip in trips)
        once = scope.once(allow_options(made, trips))
        raise OdooSeedError(f"{told} Nothing was written.", remedy=way_past(trips, once))


def looked_at(made: Plan, policy: Policy, odoo: OdooReader) -> Plan:
    """Return the plan with what people did on its records, and with the freeze that is on."""
    if question := question_of(made):
        made = judged(made, odoo.look(question), policy.guards)
    return replace(made, freeze=_frozen(policy))
