"""Settings → concrete edges. The only place that knows which class stands behind which port."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from odoo_seed.edges.odoo import prepare as odoo_prepare
from odoo_seed.edges.odoo.reading import OdooReading
from odoo_seed.edges.odoo.target import OdooTarget
from odoo_seed.edges.odoo.transport import open_transport
from odoo_seed.edges.odoo.writing import OdooWriting
from odoo_seed.edges.postgres import migrate as migrations
from odoo_seed.edges.postgres.embedded import EmbeddedPostgres
from odoo_seed.edges.postgres.store import PostgresStore
from odoo_seed.edges.seed_files.folder import SeedFolder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from odoo_seed.edges.odoo.transport import Transport
    from odoo_seed.ports import OdooReader, OdooWriter, SeedFiles, SeedStore
    from odoo_seed.settings import Settings


def seed_files(settings: Settings) -> SeedFiles:
    """The YAML folder."""
    return SeedFolder(settings.seed_dir)


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
    with database(settings) as url, closing(PostgresStore(url)) as opened:
        yield opened


@contextmanager
def _transport(settings: Settings, target: str) -> Iterator[Transport]:
    odoo = settings.odoo(target)
    described = OdooTarget(
        url=odoo.url,
        database=odoo.database,
        user=odoo.user,
        password=odoo.password,
        protocol=odoo.protocol,
        ca_file=odoo.ca_file,
    )
    with closing(open_transport(described)) as transport:
        yield transport


@contextmanager
def odoo_reader(settings: Settings, target: str) -> Iterator[OdooReader]:
    """A port that cannot write."""
    with _transport(settings, target) as transport:
        yield OdooReading(transport)


@contextmanager
def odoo_writer(settings: Settings, target: str) -> Iterator[OdooWriter]:
    """The port that `seed` alone is given."""
    with _transport(settings, target) as transport:
        yield OdooWriting(transport)


def prepare_odoo(settings: Settings, target: str) -> Sequence[str]:
    """Create x_external_ref where it is missing; return the models that got it."""
    with _transport(settings, target) as transport:
        return odoo_prepare.prepare(transport)


def migrate(settings: Settings) -> Sequence[str]:
    """Apply what is missing of the migrations; return their versions."""
    with database(settings) as url:
        return migrations.migrate(url, migrations.migrations_folder())
