"""Do what a request asks for, by the same verbs as the command line, and say how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from odoo_seed import pipeline
from odoo_seed.core import answers
from odoo_seed.core.run_requests import Outcome
from odoo_seed.errors import (
    DatabaseError,
    OdooReplyLostError,
    OdooSeedError,
    OdooUnreachableError,
    SecretsAwayError,
    TargetBusyError,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from odoo_seed.core.report_run import SeedResult
    from odoo_seed.core.run_requests import Again, RunRequest
    from odoo_seed.ports import Progress, SeedStore
    from odoo_seed.ports_odoo import OdooReader, OdooWriter
    from odoo_seed.write import Scope

_UNREACHABLE = "Could not reach Odoo"
_DATABASE = "The database"


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways into one Odoo, opened when they are needed."""

    reader: Callable[[], AbstractContextManager[OdooReader]]
    writer: Callable[[], AbstractContextManager[OdooWriter]]


@dataclass(frozen=True, slots=True)
class Ended:
    """How one try ended.

    Attributes:
        again: Why another try may end better; None when it would end the same.
    """

    outcome: Outcome
    again: Again | None = None


def perform(
    request: RunRequest, store: SeedStore, doors: Doors, scope: Scope, progress: Progress
) -> Ended:
    """Do what was asked, once. What goes wrong is an outcome too.

    Args:
        scope: Of the request's target and projects; it does not wait for others.
    """
    try:
        return _perform(request, store, doors, scope, progress)
    except OdooSeedError as error:
        return refused(error, request.request_id)


def refused(error: OdooSeedError, request_id: str) -> Ended:
    """How a try ended that came to no outcome of its own."""

    def ended(http_status: int, title: str, again: Again | None) -> Ended:
        told = answers.error_problem(http_status, title, error, request_id)
        return Ended(Outcome(http_status, told), again)

    match error:
        case TargetBusyError():
            return ended(409, "A run is going on", "busy")
        case OdooUnreachableError() | OdooReplyLostError():
            return ended(503, _UNREACHABLE, "unreachable")
        case SecretsAwayError():
            return ended(503, "The secrets", "unreachable")
        case DatabaseError():
            return ended(503, _DATABASE, "unreachable")
        case _:
            return ended(422, "Refused", None)


def _perform(
    request: RunRequest, store: SeedStore, doors: Doors, scope: Scope, progress: Progress
) -> Ended:
    if request.action in {"shadow", "drift"}:
        with doors.reader() as reader:
            run = pipeline.shadow(store, reader, scope)
        found = pipeline.verify(store, scope)
        told = answers.shadowed(
            run, store.read_shadow(scope.target), found, drift_fails=request.action == "drift"
        )
        return Ended(Outcome(200, told, run.run_id))
    if request.dry_run:
        with doors.reader() as reader:
            made = pipeline.plan(store.read_seed(), store, reader, scope)
        return Ended(Outcome(200, answers.planned(made, request.request_id)))
    with doors.writer() as writer:
        result = pipeline.seed(store, writer, progress, scope)
    if result.run.status == "failed" or result.run.cut_off or request.action == "seed":
        return _seeded(result)
    with doors.reader() as reader:
        pipeline.shadow(store, reader, scope)
    told = answers.seeded(result, pipeline.verify(store, scope))
    return Ended(Outcome(200, told, result.run.run_id))


def _seeded(result: SeedResult) -> Ended:
    run, told = result.run, answers.seeded(result)
    if not run.cut_off and run.status != "failed":
        return Ended(Outcome(200, told, run.run_id))
    failures = {"failures": told["failures"]} if "failures" in told else {}
    detail = run.error or "Odoo refused every record that was to be written."
    status, title = (503, _UNREACHABLE) if run.cut_off else (422, "Refused")
    body = answers.problem(status, title, detail, run_id=run.run_id, **failures)
    return Ended(Outcome(status, body, run.run_id), "unreachable" if run.cut_off else None)
