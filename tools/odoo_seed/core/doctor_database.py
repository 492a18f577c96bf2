"""What the database must be like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from odoo_seed.core.doctor import about, failed, ok, warning
from odoo_seed.core.doctor_odoo import is_local
from odoo_seed.core.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from odoo_seed.core.doctor import Check, Fact
    from odoo_seed.core.doctor_bindings import Bindings
    from odoo_seed.core.runs import Run

OLDEST = 15
"""The first Postgres with `security_invoker` views, which the migrations make."""

_SAFE_MODES = frozenset({"verify-full"})
_DATABASE = "database"


@dataclass(slots=True)
class DatabaseFacts:
    """What was learned of the database.

    Attributes:
        place: Where it is, without any password.
        version: Such as 160004 for 16.4.
        embedded: Whether it is the one that odoo-seed runs by itself.
        remote: Whether the way to it leaves this machine.
        sslmode: libpq's, as it is in force.
        transaction_pooler: Whether the port is that of the pooler's transaction mode.
        read_only: Whether it takes no writes.
        pending: Versions of the migrations to be applied.
        last_load: The newest load, if there was one.
        bindings: What they say of the projects that were asked about.
    """

    place: Fact[str] = None
    version: Fact[int] = None
    embedded: bool = False
    remote: bool = False
    sslmode: str = ""
    transaction_pooler: bool = False
    read_only: Fact[bool] = None
    pending: Fact[tuple[str, ...]] = None
    last_load: Fact[tuple[Run, ...]] = None
    bindings: Fact[Bindings] = None


def examine_database(
    facts: DatabaseFacts, commit: str | None, odoo_address: str = ""
) -> Iterator[Check]:
    """Yield the checks in the order in which one builds on the other.

    Args:
        commit: The commit of the YAML at hand, if it is known.
        odoo_address: Of the server that is seeded, if it is known.
    """
    yield from about(_DATABASE, facts.place, lambda place: ok(_DATABASE, place), "settings")
    yield from about("database version", facts.version, _version, _DATABASE)
    reached = facts.place if isinstance(facts.version, int) else None
    yield from about("database TLS", reached, lambda _: _tls(facts), _DATABASE)
    if facts.embedded and odoo_address and not is_local(odoo_address):
        yield _lock_of_this_machine(odoo_address)
    else:
        yield from about("database lock", reached, lambda _: _lock(facts), _DATABASE)
    yield from about("database writes", facts.read_only, _writes, _DATABASE)
    yield from about("migrations", facts.pending, _pending, _DATABASE)
    yield from about("last load", facts.last_load, lambda runs: _loaded(runs, commit), "migrations")


def _version(version: int) -> Check:
    name, told = "database version", f"Postgres {version // 10000}.{version % 10000}"
    if version // 10000 >= OLDEST:
        return ok(name, told)
    return failed(name, told, f"Upgrade the server to Postgres {OLDEST} or later.")


def _tls(facts: DatabaseFacts) -> Check:
    name = "database TLS"
    if not facts.remote:
        return ok(name, "not needed on this machine")
    found = f"sslmode={facts.sslmode}"
    if facts.sslmode in _SAFE_MODES:
        return ok(name, found)
    return warning(
        name,
        f"{found} does not make sure that it is your server that answers",
        "Add sslmode=verify-full and sslrootcert=<file of the authority> to SUPABASE_DB_URL "
        "(Supabase: Dashboard → Project Settings → Database → SSL Configuration).",
    )


def _lock(facts: DatabaseFacts) -> Check:
    name = "database lock"
    if not facts.transaction_pooler:
        return ok(name, "the connection can hold the writer lock")
    return failed(
        name,
        "port 6543 is the pooler's transaction mode, which cannot hold the writer lock of "
        "`seed` and `shadow`",
        "Set SUPABASE_DB_URL to the pooler's session mode (port 5432) or the direct connection.",
    )


def _lock_of_this_machine(odoo_address: str) -> Check:
    return warning(
        "database lock",
        "the writer lock is in an embedded Postgres, which other machines do not see; but they may "
        f"seed {odoo_address} too, and create everything twice",
        "Set SUPABASE_DB_URL to one database for all who seed this Odoo.",
    )


def _writes(read_only: bool) -> Check:
    if read_only:
        return failed(
            "database writes",
            "the database takes no writes",
            "Connect to the primary, and see whether its disk is full.",
        )
    return ok("database writes", "taken")


def _pending(pending: tuple[str, ...]) -> Check:
    if pending:
        told = f"{count(len(pending), 'migration')} not applied: {', '.join(pending)}"
        return failed("migrations", told, "Run `odoo-seed migrate`.")
    return ok("migrations", "up to date")


def _loaded(runs: tuple[Run, ...], commit: str | None) -> Check:
    if not runs:
        return ok("last load", "nothing was loaded yet")
    run = runs[0]
    moment = run.started_at.astimezone(UTC)
    told = f"{moment:%Y-%m-%d %H:%M} UTC, {_named(run.commit)}"
    if commit and run.commit != commit:
        told += f"; the YAML here is of {_named(commit)}"
    return ok("last load", told)


def _named(commit: str | None) -> str:
    return f"commit {commit[:10]}" if commit else "of no commit"
