"""Settings from the environment, then from `.env.local`. A missing one is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from odoo_seed.core.bindings import Place
from odoo_seed.core.targets import DEFAULT_TARGET, variable
from odoo_seed.errors import SecretError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from odoo_seed.secret_source import KeptSecrets

DEFAULT_SEED_DIR = Path("supabase/seed/odoo")
DEFAULT_TIME_LIMIT = 120.0
DEFAULT_ENVIRONMENT = "production"
DEFAULT_RATE = "60/minute"
DEFAULT_SECRET_PATH = "secret/odoo-seed"  # noqa: S105 - where it is, not what
BACKENDS = ("env", "supabase-vault", "hashicorp-vault")
DEFAULT_GITHUB_API_URL = "https://api.github.com"
_REQUIRED = ("ODOO_URL", "ODOO_DB", "ODOO_USER", "ODOO_PASSWORD")


@dataclass(frozen=True, slots=True)
class OdooSettings:
    """How to reach one target. The password is left out of its repr.

    Attributes:
        time_limit: Seconds after which the server ends a call (its limit_time_real).
    """

    target: str
    url: str
    database: str
    user: str
    password: str = field(repr=False)
    protocol: str = "xmlrpc"
    ca_file: str | None = None
    time_limit: float = DEFAULT_TIME_LIMIT


@dataclass(frozen=True, slots=True)
class GitHubSettings:
    """How to reach one repository. The token is left out of its repr.

    Attributes:
        repository: Owner and name, as in ``acme/finance``.
        login: As whom the token writes, where GitHub does not tell (an App's own token).
    """

    api_url: str
    repository: str
    token: str = field(repr=False)
    login: str | None = None


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """How to reach HashiCorp Vault. The token is left out of its repr.

    Attributes:
        path: Mount and path of one secret, such as ``secret/odoo-seed``.
    """

    address: str
    token: str = field(repr=False)
    path: str
    namespace: str | None
    ca_file: str | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    Attributes:
        home: Folder of the embedded Postgres, used when `database_url` is unset.
        database_session_url: The same database for the writer lock alone, where `database_url`
            is a pooler's transaction mode.
        values: All variables; `odoo` looks them up and names what is missing.
        secrets: The backend of SECRETS_BACKEND, for what it keeps; see `with_secrets`.
    """

    home: Path
    seed_dir: Path
    values: Mapping[str, str] = field(repr=False)
    database_session_url: str | None = field(default=None, repr=False)
    secrets: KeptSecrets | None = field(default=None, repr=False)

    @property
    def database_url(self) -> str | None:
        """The database; None for an embedded one. Raises SecretError."""
        here = self.values.get("SUPABASE_DB_URL")
        if here or self.backend != "hashicorp-vault":
            return here  # Supabase Vault is in that database itself
        return self._kept("SUPABASE_DB_URL")

    def with_database(self, url: str) -> Settings:
        """The same settings for a database that is open already."""
        return replace(self, values={**self.values, "SUPABASE_DB_URL": url})

    @property
    def backend(self) -> str:
        """Where secrets are kept.

        Raises:
            UsageError: There is no such place.
        """
        name = self.values.get("SECRETS_BACKEND") or BACKENDS[0]
        if name not in BACKENDS:
            raise UsageError(
                "SECRETS_BACKEND is none that there is.", remedy=f"Set it to {', '.join(BACKENDS)}."
            )
        return name

    def secret(self, name: str) -> str | None:
        """Return a secret: from the environment, or from the backend alone where one is set.

        Raises:
            SecretError: The backend cannot be asked.
        """
        return self.values.get(name) if self.backend == "env" else self._kept(name)

    def _kept(self, name: str) -> str | None:
        return self.secrets.get(name) if self.secrets is not None else None

    def run_tokens(self) -> tuple[str, ...]:
        """The tokens that may start a run: today's, and the one before while it is rotated out.

        Empty when none is set: then nobody may. Compare in constant time, with `is_run_token`.

        Raises:
            UsageError: One that no header can carry.
            SecretError: The backend cannot be asked.
        """
        names = ("SEED_RUN_TOKEN", "SEED_RUN_TOKEN_PREVIOUS")
        tokens = {name: token for name in names if (token := self.secret(name))}
        for name, token in tokens.items():
            if not re.fullmatch(r"[!-~]+", token):
                raise UsageError(
                    f"{name} holds characters that no token has (a space, the end of a line).",
                    remedy="Set it anew, without anything before or after it; "
                    "`openssl rand -hex 32` makes one.",
                )
        return tuple(tokens.values())

    @property
    def request_rate(self) -> str:
        """How often one token may ask the HTTP service, such as ``60/minute``."""
        return self.values.get("SEED_RATE_LIMIT") or DEFAULT_RATE

    def targets(self) -> list[str]:
        """The targets that have an ODOO_URL here, in small letters; `default` where none has."""
        suffix = variable("ODOO_URL", "")
        named = [name.removeprefix(suffix) for name in self.values if name.startswith(suffix)]
        found = [name.lower() for name in sorted(named)]
        return [DEFAULT_TARGET, *found] if "ODOO_URL" in self.values or not found else found

    def vault(self) -> VaultSettings:
        """Return how to reach HashiCorp Vault.

        Raises:
            UsageError: Variables are missing, all of them named.
        """
        remedy = (
            "SECRETS_BACKEND=hashicorp-vault needs the address and a token "
            "(docs/SECRETS_MANAGEMENT.md)."
        )
        address, token = self._required(("VAULT_ADDR", "VAULT_TOKEN"), remedy)
        path = self.values.get("VAULT_SECRET_PATH") or DEFAULT_SECRET_PATH
        get = self.values.get
        return VaultSettings(address, token, path, get("VAULT_NAMESPACE"), get("VAULT_CACERT"))

    @classmethod
    def read(
        cls, environ: Mapping[str, str], folder: Path, seed_dir: Path | None = None
    ) -> Settings:
        """Read the environment, and `.env.local` in `folder` for what it does not have.

        Raises:
            UsageError: `.env.local` cannot be read.
        """
        file = folder / ".env.local"
        try:
            # Without interpolation: a password may hold ${…}.
            local = dotenv_values(file, interpolate=False)
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.",
                remedy="Make it readable, or set the variables in the environment.",
            ) from None
        values = {name: value for name, value in local.items() if value} | {
            name: value for name, value in environ.items() if value
        }
        return cls(
            home=Path(values.get("ODOO_SEED_HOME") or folder / ".odoo-seed"),
            seed_dir=seed_dir or folder / DEFAULT_SEED_DIR,
            values=values,
            database_session_url=values.get("SUPABASE_DB_SESSION_URL"),
        )

    def odoo(self, target: str = DEFAULT_TARGET) -> OdooSettings:
        """Return how to reach a target.

        Raises:
            UsageError: Variables are missing, all of them named; or one cannot be used.
        """
        names = [variable(name, target) for name in _REQUIRED]
        *settings, password_name = names
        found = {name: self.values.get(name) or self._kept(name) for name in settings}
        found[password_name] = self.secret(password_name)
        if missing := [name for name in names if not found[name]]:
            *others, last = missing
            told = f"{', '.join(others)} and {last} are not" if others else f"{last} is not"
            if self.secrets is not None:
                raise SecretError(
                    f"{told} in {self.secrets.place}.",
                    remedy="Put what is missing there, under that name "
                    "(docs/SECRETS_MANAGEMENT.md).",
                )
            instead = self._other_targets() if missing == names else ""
            raise UsageError(
                f"{told} set.",
                remedy=f"{instead}Set what is missing in the environment, in .env.local, or as "
                "secrets of the workflow. To try without an Odoo: `odoo-seed sandbox` prints what "
                "to set.",
            )
        url, database, user, password = (str(found[name]) for name in names)
        return OdooSettings(
            target=target,
            url=url,
            database=database,
            user=user,
            password=password,
            protocol=self.values.get(variable("ODOO_PROTOCOL", target)) or "xmlrpc",
            ca_file=self.values.get(variable("ODOO_CA_FILE", target)),
            time_limit=self._time_limit(variable("ODOO_TIME_LIMIT", target)),
        )

    def _other_targets(self) -> str:
        """What to name instead of a target of which nothing is set; empty where there is none."""
        here = [name for name in self.targets() if variable("ODOO_URL", name) in self.values]
        return f"Name a target that is set here ({', '.join(here)}). Or: " if here else ""

    def place(self, target: str = DEFAULT_TARGET) -> Place:
        """Return which environment and which Odoo database a target is."""
        environment = self.values.get(variable("ODOO_ENVIRONMENT", target))
        name = variable("ODOO_DB", target)
        database = self.values.get(name) or self._kept(name)
        return Place(target, environment or DEFAULT_ENVIRONMENT, database)

    def github(self) -> GitHubSettings:
        """Return how to reach the repository on GitHub.

        Raises:
            UsageError: A variable is missing or cannot be used.
        """
        remedy = (
            "In a workflow: `env: GITHUB_TOKEN: ${{ github.token }}`; the other is set "
            "there by GitHub. Elsewhere set both: a token, and owner/name."
        )
        token, repository = self._required(("GITHUB_TOKEN", "GITHUB_REPOSITORY"), remedy)
        if not re.fullmatch(r"[!-~]+", token):
            raise UsageError(
                "GITHUB_TOKEN holds characters that no token has (a space, the end of a line).",
                remedy="Set it anew, without anything before or after it.",
            )
        if not re.fullmatch(r"[A-Za-z0-9-]+/(?!\.\.?$)[A-Za-z0-9._-]+", repository):
            raise UsageError(
                "GITHUB_REPOSITORY is not owner/name.", remedy="Set it, as in acme/finance."
            )
        api_url = self.values.get("GITHUB_API_URL") or DEFAULT_GITHUB_API_URL
        return GitHubSettings(api_url, repository, token, self.values.get("GITHUB_LOGIN"))

    def _required(self, names: Sequence[str], remedy: str) -> list[str]:
        if missing := [name for name in names if not self.values.get(name)]:
            raise UsageError(
                f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set.",
                remedy=remedy,
            )
        return [self.values[name] for name in names]

    def _time_limit(self, name: str) -> float:
        given = self.values.get(name)
        if given is None:
            return DEFAULT_TIME_LIMIT
        if not re.fullmatch(r"[1-9]\d{0,4}", given):
            raise UsageError(
                f"{name} is not a number of seconds.",
                remedy="Set it to limit_time_real of that Odoo server, or leave it unset for 120.",
            )
        return float(given)
