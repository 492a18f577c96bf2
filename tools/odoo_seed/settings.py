"""Settings from the environment, then from `.env.local`. A missing one is named."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TARGET = "default"
DEFAULT_SEED_DIR = Path("supabase/seed/odoo")


@dataclass(frozen=True, slots=True)
class OdooSettings:
    """How to reach one target. The password is left out of its repr."""

    target: str
    url: str
    database: str
    user: str
    password: str = field(repr=False)
    protocol: str = "xmlrpc"
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    Attributes:
        home: Folder of the embedded Postgres, used when `database_url` is unset.
        values: All variables; look them up through the methods, which name what is missing.
    """

    home: Path
    seed_dir: Path
    database_url: str | None = field(repr=False)
    values: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(
        cls, environ: Mapping[str, str], folder: Path, seed_dir: Path | None = None
    ) -> Settings:
        """Read the environment, and `.env.local` in `folder` for what it does not have."""
        local = dotenv_values(folder / ".env.local")
        values = {name: value for name, value in local.items() if value} | {
            name: value for name, value in environ.items() if value
        }
        return cls(
            home=Path(values.get("ODOO_SEED_HOME") or folder / ".odoo-seed"),
            seed_dir=seed_dir or folder / DEFAULT_SEED_DIR,
            database_url=values.get("SUPABASE_DB_URL"),
            values=values,
        )

    def odoo(self, target: str = DEFAULT_TARGET) -> OdooSettings:
        """Return how to reach a target.

        Raises:
            UsageError: A variable is missing; it is named.
        """
        return OdooSettings(
            target=target,
            url=self._get("ODOO_URL", target),
            database=self._get("ODOO_DB", target),
            user=self._get("ODOO_USER", target),
            password=self._get("ODOO_PASSWORD", target),
            protocol=self._find("ODOO_PROTOCOL", target) or "xmlrpc",
            ca_file=self._find("ODOO_CA_FILE", target),
        )

    def _find(self, name: str, target: str) -> str | None:
        return self.values.get(variable(name, target))

    def _get(self, name: str, target: str) -> str:
        value = self._find(name, target)
        if value is None:
            raise UsageError(
                f"{variable(name, target)} is not set.",
                remedy="Set it in the environment, in .env.local, or as a secret of the workflow. "
                "To try without an Odoo: `odoo-seed sandbox` prints what to set.",
            )
        return value


def variable(name: str, target: str) -> str:
    """The variable of a target: `ODOO_URL`, or `ODOO_URL__STAGING` for target `staging`."""
    if target == DEFAULT_TARGET:
        return name
    return f"{name}__{target.upper().replace('-', '_')}"
