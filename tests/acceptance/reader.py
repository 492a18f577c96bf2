"""The login that can only read, made as the operator's page says."""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from product import REPOSITORY
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = REPOSITORY / "docs/operator.md"
PASSWORD = "reading-31"


@contextmanager
def reader(database_url: str) -> Iterator[str]:
    """Make it under a name of its own, since roles belong to the whole server; give its URL."""
    (made,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    name = f"reader_{secrets.token_hex(4)}"
    made = made.replace("odoo_seed_reader", name).replace("'…'", f"'{PASSWORD}'")
    parts = conninfo_to_dict(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(made.encode())
        try:
            host = f"{parts['host']}:{parts['port']}"
            yield f"postgresql://{name}:{PASSWORD}@{host}/{parts['dbname']}"
        finally:
            connection.execute(f"drop owned by {name}; drop role {name}".encode())
