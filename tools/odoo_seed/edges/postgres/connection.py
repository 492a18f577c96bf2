"""Connections, and the one seam where the driver's errors become words. No password passes it."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from odoo_seed.core.secrets import without_secret
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Connection = psycopg.Connection[tuple[Any, ...]]

TRANSACTION_POOLER_PORT = "6543"
"""Supabase's pooler in transaction mode: a session does not outlive its transaction there, so no
prepared statements and no session locks (Supabase docs, "Connect to your database")."""

SESSION_POOLER_PORT = "5432"
"""The same host and login in session mode."""

MIGRATE = "Run `odoo-seed migrate`."
_CHECK_URL = "Check SUPABASE_DB_URL."
_CHECK_SERVER = "Look whether it is running, check SUPABASE_DB_URL, then run this again."
_LATER = "Wait a little, then run this again."

_NOT_CONNECTED = (
    (
        r"password authentication failed|no password supplied",
        "refuses the user name or password",
        _CHECK_URL,
    ),
    (r"role .* does not exist|[Tt]enant or user not found", "does not know the user", _CHECK_URL),
    (r"database .* does not exist", "has no such database", _CHECK_URL),
    (r"[Cc]onnection refused", "does not answer: the connection was refused", _CHECK_SERVER),
    (
        r"resolve|translate host|[Nn]ame or service not known",
        "cannot be found: no such host",
        _CHECK_URL,
    ),
    (r"time-?out|timed out", "does not answer in time", _CHECK_SERVER),
    (r"certificate|SSL|sslmode", "and we do not agree on TLS (sslmode, sslrootcert)", _CHECK_URL),
    (
        r"too many (clients|connections)|remaining connection slots",
        "has no free connection",
        _LATER,
    ),
    (r"starting up|shutting down", "is starting or stopping", _LATER),
    (r"no pg_hba.conf entry", "does not accept connections from here", _CHECK_URL),
)
_REFUSED: tuple[tuple[tuple[type[psycopg.Error], ...], str, str], ...] = (
    (
        (pg.UndefinedTable, pg.UndefinedColumn, pg.UndefinedFunction, pg.InvalidSchemaName),
        "The database lacks something this version needs",
        MIGRATE,
    ),
    (
        (pg.InsufficientPrivilege,),
        "The database user lacks a right",
        "Use the user that ran the migrations (on Supabase: postgres).",
    ),
    (
        (pg.ReadOnlySqlTransaction,),
        "The database takes no writes",
        "Connect to the primary, and see whether its disk is full.",
    ),
    ((pg.DiskFull,), "The database's disk is full", "Make room there, then run it again."),
    (
        (pg.DeadlockDetected, pg.SerializationFailure, pg.LockNotAvailable, pg.QueryCanceled),
        "The database gave up waiting",
        "Something else works on the same rows: run it again.",
    ),
    (
        (pg.IntegrityError, pg.DataError),
        "The database refuses a row",
        "Correct the record; nothing was changed.",
    ),
)


ENDURING: Mapping[str, int] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A server that vanished is given up after half a minute, not after the system's quarter of an
hour (libpq, "Connection Parameters")."""


def connect(url: str, *, application_name: str = "odoo-seed", endures: bool = False) -> Connection:
    """Open a connection in autocommit mode.

    Args:
        endures: It is kept for long without a word, and must notice when the server is gone.

    Raises:
        DatabaseError: Not a connection string, or no connection: why, and what to do.
    """
    parts = _parts(url)
    place = f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}"
    options: dict[str, Any] = {"connect_timeout": 10, **(ENDURING if endures else {})}
    options = {name: value for name, value in options.items() if name not in parts}
    try:
        return psycopg.connect(
            url,
            autocommit=True,
            prepare_threshold=None if is_transaction_pooler(url) else 5,
            fallback_application_name=application_name[:63],
            **options,
        )
    except psycopg.OperationalError as error:
        text = _without_password(str(error), parts)
        for pattern, words, remedy in _NOT_CONNECTED:
            if re.search(pattern, text):
                raise DatabaseError(f"The database at {place} {words}.", remedy=remedy) from None
        raise DatabaseError(
            f"No connection to the database at {place}: {text}", remedy=_CHECK_URL
        ) from None


class KeptConnection:
    """One connection, kept while it lives. Opened when first asked for, and anew when it was lost.

    Args:
        prepares: Whether statements may be prepared; False where a pooler may stand in between.
    """

    def __init__(self, url: str, *, prepares: bool = True) -> None:
        self._url, self._prepares = url, prepares
        self._connection: Connection | None = None

    def get(self) -> Connection:
        """Return a live connection: servers and poolers drop those that were idle for long.

        Raises:
            DatabaseError: See `connect`.
        """
        if self._connection is not None:
            try:
                self._connection.execute("")
            except psycopg.OperationalError:
                self._connection.close()
                self._connection = None
        if self._connection is None:
            self._connection = connect(self._url, endures=True)
            if not self._prepares:
                self._connection.prepare_threshold = None
        return self._connection

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()


def is_transaction_pooler(url: str) -> bool:
    """Whether the string names the pooler's transaction mode."""
    return TRANSACTION_POOLER_PORT in str(_parts(url).get("port", "")).split(",")


def session_mode(url: str) -> str | None:
    """The same pooler in session mode, as Supabase has it; None where it is not known."""
    if not is_transaction_pooler(url):
        return None
    ports = str(_parts(url)["port"]).split(",")
    known = {TRANSACTION_POOLER_PORT: SESSION_POOLER_PORT}
    return make_conninfo(url, port=",".join(known.get(port, port) for port in ports))


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Turn what the driver raises inside into DatabaseError.

    Args:
        url: Of the connection; no error repeats its password.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _translated(error, url) from None
    except UnicodeEncodeError as error:
        raise DatabaseError(
            "A text holds a character that is not one (half of a surrogate pair).",
            remedy="Correct the record; nothing was changed.",
        ) from error


def _translated(error: psycopg.Error, url: str) -> DatabaseError:
    text = error.diag.message_primary or str(error)
    if detail := error.diag.message_detail:
        text = f"{text.rstrip('.')}: {detail}"
    text = _without_password(text, _parts(url))
    for classes, words, remedy in _REFUSED:
        if isinstance(error, classes):
            return DatabaseError(f"{words}: {text}", remedy=remedy)
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return DatabaseError(
            f"The connection to the database was lost: {text}",
            remedy="What was not finished was rolled back: run it again.",
        )
    return DatabaseError(f"The database reports an error: {text}")


def _without_password(text: str, parts: Mapping[str, Any]) -> str:
    password, user = str(parts.get("password") or ""), str(parts.get("user") or "")
    return without_secret(text, password, user)


def _parts(url: str) -> dict[str, Any]:
    # The driver's message quotes the string, password and all: it ends here.
    with suppress(psycopg.ProgrammingError):
        parts = dict(conninfo_to_dict(url))
        # An @ in the wrong place is the end of a password that was not percent-encoded.
        stray = "@" in f"{parts.get('host')}{parts.get('dbname')}"
        if not stray and re.fullmatch(r"[\d,]*", str(parts.get("port") or "")):
            return parts
    raise DatabaseError(
        "SUPABASE_DB_URL is not a Postgres connection string.",
        remedy="It looks like postgresql://user:password@host:5432/database; "
        "special characters in the password are percent-encoded.",
    )
