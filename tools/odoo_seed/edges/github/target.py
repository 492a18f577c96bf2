"""Which repository we talk to, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from odoo_seed.errors import UsageError

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class GitHubTarget:
    """One repository and the token to work in it.

    Attributes:
        api_url: Address of the REST API; on a GitHub Enterprise Server it ends in ``/api/v3``.
        repository: Owner and name.
        token: Never part of a message or of this object's repr.
        login: As whom the token writes; None to ask GitHub.
        patience: Seconds that all pauses together may take, as GitHub asks for them.
    """

    api_url: str
    repository: str
    token: str = field(repr=False)
    login: str | None = None
    patience: float = 900

    @property
    def address(self) -> str:
        """The API's address without a trailing slash.

        Raises:
            UsageError: It is not https, or carries a password.
        """
        try:
            parts = urlsplit(self.api_url.strip())
            named = bool(parts.hostname) and parts.port != 0
        except ValueError:
            named = False
        # The text may hold a password, so it is not repeated here.
        remedy = "Leave it unset for github.com; elsewhere it is https://HOST/api/v3."
        if not named or parts.scheme not in {"http", "https"}:
            raise UsageError("GITHUB_API_URL is not an https address.", remedy=remedy)
        if parts.scheme == "http" and not self.is_loopback:
            raise UsageError(
                "GITHUB_API_URL is not https: everybody on the way could read the token.",
                remedy=remedy,
            )
        if parts.username is not None or parts.query or parts.fragment:
            raise UsageError(
                "GITHUB_API_URL holds more than an address (a user, a password, a query).",
                remedy=remedy,
            )
        return parts.geturl().rstrip("/")

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, which no proxy knows and nobody listens to."""
        return urlsplit(self.api_url.strip()).hostname in _LOOPBACK
