"""Settings → the edges of Odoo, the database and GitHub.

The modules named wiring alone know which class stands behind which port.
"""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from odoo_seed.core.doctor import Trouble
from odoo_seed.core.doctor_database import DatabaseFacts
from odoo_seed.core.doctor_facts import OdooFacts
from odoo_seed.edges.github.client import GitHubClient
from odoo_seed.edges.github.target import GitHubTarget
from odoo_seed.edges.odoo import doctor as odoo_doctor
from odoo_seed.edges.odoo import prepare as odoo_prepare
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.rehearse import OdooRehearsing
from odoo_seed.edges.odoo.target import OdooTarget
from odoo_seed.edges.odoo.transport import open_transport
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres import doctor as database_doctor
from odoo_seed.edges.postgres import migrate as migrations
from odoo_seed.edges.postgres import removal as schema_removal
from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.errors import DatabaseError, OdooSeedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from odoo_seed.core.doctor_bindings import Bindings
    from odoo_seed.core.doctor_seed import Wanted
    from odoo_seed.core.model import Project
    from odoo_seed.core.removal import SchemaContent
    from odoo_seed.edges.odoo.transport import Transport
    from odoo_seed.ports import SeedStore
    from odoo_seed.ports_github import GitHub
    from odoo_seed.ports_odoo import OdooReader, OdooRehearser, OdooWriter
    from odoo_seed.settings import Settings


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The database's connection string; an embedded Postgres runs while it is in use."""
    if settings.database_url:
        yield settings.database_url
        return
    with EmbeddedPostgres(settings.home) as postgres:
        yield postgres.url


@contextmanager
def store(settings: Settings) -> Iterator[SeedStore]:
    """Schema `odoo_seed` in the configured database."""
    session_url = settings.database_session_url
    with (
        database(settings) as url,
        closing(PostgresStore(url, settings.place, session_url=session_url)) as opened,
    ):
        yield opened


def _odoo_target(settings: Settings, target: str) -> OdooTarget:
    odoo = settings.odoo(target)
    return OdooTarget(
        url=odoo.url,
        database=odoo.database,
        user=odoo.user,
        password=odoo.password,
        protocol=odoo.protocol,
        ca_file=odoo.ca_file,
        timeout=_patience(settings, target),
        name=target,
    )


def _patience(settings: Settings, target: str) -> float:
    """A quarter more than the server's limit, for the time that a call waits for a worker."""
    return settings.odoo(target).time_limit * 1.25


@contextmanager
def _transport(settings: Settings, target: str) -> Iterator[Transport]:
    with closing(open_transport(_odoo_target(settings, target))) as transport:
        yield transport


@contextmanager
def _counted(odoo: OdooTarget, spent: Callable[[int], None] | None) -> Iterator[Transport]:
    with closing(open_transport(odoo)) as transport:
        try:
            yield transport
        finally:
            if spent is not None:
                spent(transport.calls)


def _known(settings: Settings, target: str, store: SeedStore) -> OdooTarget:
    """The target with the id that an earlier run learnt: Odoo takes a third of a second a login."""
    odoo = _odoo_target(settings, target)
    uid = store.remembered_uid(target, odoo.url, odoo.database, odoo.user)
    return replace(odoo, remembered_uid=uid)


@contextmanager
def odoo_reader(
    settings: Settings, target: str, store: SeedStore, spent: Callable[[int], None] | None = None
) -> Iterator[OdooReader]:
    """A port that cannot write.

    Args:
        spent: Is told in the end how many calls it took.
    """
    with _counted(_known(settings, target, store), spent) as transport:
        yield OdooReading(transport, _patience(settings, target))


@contextmanager
def odoo_writer(
    settings: Settings, target: str, store: SeedStore, spent: Callable[[int], None] | None = None
) -> Iterator[OdooWriter]:
    """The port that `seed` alone is given; see `odoo_reader`."""
    odoo = _known(settings, target, store)
    with _counted(odoo, spent) as transport:
        yield OdooWriting(transport, _patience(settings, target))
        uid = transport.login()
        if uid != odoo.remembered_uid:
            store.remember_uid(target, odoo.url, odoo.database, odoo.user, uid)


@contextmanager
def odoo_rehearser(settings: Settings, target: str, store: SeedStore) -> Iterator[OdooRehearser]:
    """The port for `plan --rehearse`: all it can do in Odoo is a dry run."""
    with (
        closing(open_transport(_known(settings, target, store))) as transport,
        closing(OdooRehearsing(transport)) as opened,
    ):
        yield opened


@contextmanager
def github(settings: Settings) -> Iterator[GitHub]:
    """The repository on GitHub."""
    given = settings.github()
    target = GitHubTarget(given.api_url, given.repository, given.token, given.login)
    with closing(GitHubClient(target)) as client:
        yield client


def reach_odoo(settings: Settings, target: str, seconds: float) -> None:
    """Return when Odoo answers, without logging in; raises OdooSeedError when it does not."""
    odoo = replace(_odoo_target(settings, target), timeout=seconds)
    with closing(open_transport(odoo, pauses=())) as transport:
        transport.version()


def prepare_odoo(settings: Settings, target: str) -> Sequence[str]:
    """Create x_external_ref where it is missing; return the models that got it."""
    with _transport(settings, target) as transport:
        return odoo_prepare.prepare(transport)


def migrate(settings: Settings) -> Sequence[str]:
    """Apply what is missing of the migrations; return their versions."""
    with database(settings) as url:
        return migrations.migrate(url, migrations.migrations_folder())


def survey_schema(settings: Settings) -> SchemaContent:
    """What `remove-schema` would drop."""
    with database(settings) as url:
        return schema_removal.survey(url, migrations.migrations_folder())


def remove_schema(settings: Settings, holder: str) -> SchemaContent:
    """Drop schema `odoo_seed`, as the one writer of every target it knows."""
    with database(settings) as url, ExitStack() as locks:
        folder = migrations.migrations_folder()
        content = schema_removal.survey(url, folder)
        opened = locks.enter_context(closing(PostgresStore(url)))
        for target in content.targets:
            locks.enter_context(opened.lock(target, holder))
        schema_removal.remove(url, folder)
    return content


def database_facts(
    settings: Settings, target: str, projects: Sequence[Project] | None
) -> DatabaseFacts:
    """What `doctor` examines of the database; an embedded one is not made for that.

    Args:
        projects: Of which the bindings are wanted; None when there are none to ask about.
    """
    if not settings.database_url and (facts := database_doctor.not_made_yet(settings.home)):
        return facts
    try:
        with database(settings) as url:
            facts = database_doctor.gather(url)
            if projects is not None and facts.pending == ():
                facts.bindings = _bindings(settings, target, url, projects)
    except DatabaseError as error:  # the embedded one did not start
        return DatabaseFacts(place=Trouble.of(error))
    facts.embedded = not settings.database_url
    if facts.embedded and isinstance(facts.place, str):
        facts.place = f"an embedded Postgres in {settings.home} (SUPABASE_DB_URL is not set)"
    return facts


def _bindings(
    settings: Settings, target: str, url: str, projects: Sequence[Project]
) -> Bindings | Trouble:
    try:
        return database_doctor.bindings(url, projects, settings.place(target))
    except OdooSeedError as error:
        return Trouble.of(error)


def odoo_facts(settings: Settings, target: str, wanted: Wanted | None) -> OdooFacts:
    """What `doctor` examines of Odoo, and of what a seed names there."""
    try:
        described = _odoo_target(settings, target)
        with closing(open_transport(described)) as transport:
            return odoo_doctor.gather(described, transport, wanted)
    except OdooSeedError as error:
        return OdooFacts(settings=Trouble.of(error), target=target)
