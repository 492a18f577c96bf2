"""Every error a user can meet. Each carries what went wrong, the remedy and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class OdooSeedError(Exception):
    """Base of all errors that are shown to a user as words, never as a traceback.

    Attributes:
        remedy: What the user can do about it, a whole sentence.
        details: What the message sums up, a line each.
        exit_code: The process exit code of a command that ends with this error.
        lead: What sort of outcome this is, put before the message where it does not say so.
    """

    exit_code = 1
    lead = ""

    def __init__(self, message: str, *, remedy: str = "", details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.details = tuple(details)

    @property
    def told(self) -> str:
        """The message as users and the run's record get it."""
        return f"{self.lead}{self}"


class UsageError(OdooSeedError):
    """A missing setting, an unknown option or an impossible combination."""

    exit_code = 2


class SecretError(OdooSeedError):
    """A secret cannot be had from where SECRETS_BACKEND says it is."""


class SecretsAwayError(SecretError):
    """Where the secrets are kept does not answer for the moment; another try may go better."""


class InvalidSeedError(OdooSeedError):
    """The YAML has problems; nothing was changed anywhere."""

    exit_code = 2


class SeedEditError(OdooSeedError):
    """The YAML files cannot be changed as asked; all are as they were."""


class PlanChangedError(OdooSeedError):
    """A new plan is not the one that was to be applied; nothing was written to Odoo."""


class StoppedError(OdooSeedError):
    """Somebody stopped the seeding of a target; nothing was written to Odoo."""


class FrozenError(OdooSeedError):
    """A freeze is on: nothing is seeded until it ends, except with a reason."""


class DatabaseError(OdooSeedError):
    """Postgres refused or could not be reached; the transaction was rolled back."""


class LockLostError(DatabaseError):
    """The writer lock is not ours any more: nothing may be written to Odoo."""


class TargetBusyError(DatabaseError):
    """Somebody else works on the target, or on its Odoo; it is free again when they end."""


class OdooError(OdooSeedError):
    """Anything that went wrong between us and Odoo."""


class OdooUnreachableError(OdooError):
    """Nothing was sent, or Odoo did not begin to work on it: repeating is safe."""

    lead = "Could not reach Odoo: "


class OdooReplyLostError(OdooError):
    """The request was sent and no reply came: Odoo may have committed it. Never repeat a create."""

    lead = "Could not reach Odoo: "


class OdooRefusedError(OdooError):
    """Odoo answered with an error and rolled its transaction back.

    Attributes:
        odoo_name: Odoo's exception name, such as ``odoo.exceptions.ValidationError``.
    """

    def __init__(self, message: str, *, remedy: str = "", odoo_name: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.odoo_name = odoo_name


class OdooLoginError(OdooError):
    """Wrong database, login, password or API key."""


class OdooAccessError(OdooRefusedError):
    """The bot lacks rights on a model or record."""


class OdooSetupError(OdooError):
    """Odoo lacks something this project needs: a field, an app, a version."""


class GitHubError(OdooSeedError):
    """GitHub could not be reached, or does not let us do what was asked."""


class GitHubRefusedError(GitHubError):
    """GitHub refuses this one comment or issue for good; others may be written."""


class GitHubLockedError(GitHubRefusedError):
    """Maintainers locked the conversation: nobody is to write there."""
