"""One writer a target: an advisory lock on a connection of its own, which dies with it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg

from odoo_seed.edges.postgres.connection import connect, in_words, is_transaction_pooler
from odoo_seed.edges.postgres.queries import queries
from odoo_seed.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def lock(url: str, target: str, holder: str) -> Iterator[None]:
    """Be the one writer of the target inside the block.

    Raises:
        DatabaseError: Somebody else is; or the connection cannot hold a lock.
    """
    if is_transaction_pooler(url):
        raise DatabaseError(
            "The writer lock cannot be held through the pooler's transaction mode (port 6543).",
            remedy="Use the session mode (port 5432) or the direct connection.",
        )
    sql = queries("locks")
    given = {"target": target, "holder": holder}
    connection = connect(url, application_name=f"odoo-seed lock {target}: {holder}")
    try:
        with in_words():
            taken = connection.execute(sql["take"], given).fetchone()
            if not taken or not taken[0]:
                signed = connection.execute(sql["holder"], given).fetchone()
                who = f"{signed[0]}, since {signed[1]:%Y-%m-%d %H:%M:%S} UTC" if signed else ""
                raise DatabaseError(
                    f"Target {target} is being written by {who or 'somebody who just began'}.",
                    remedy="Wait until that run has ended; its lock ends with it in any case.",
                )
            connection.execute(sql["sign"], given)
        try:
            yield
        finally:
            # If the connection was lost meanwhile, so was the lock.
            with suppress(psycopg.Error):
                connection.execute(sql["release"], given)
    finally:
        connection.close()
