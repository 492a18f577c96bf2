"""Field values: what is accepted, what is stored, how x2many commands are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.exceptions import SqlError
from odoo_seed.sandbox.html import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo_seed.sandbox.schema import Field

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_FORMAT = "%Y-%m-%d %H:%M:%S"


def to_store(field_def: Field, model: str, value: Any) -> Any:
    """Return what is stored for a value of a field that is not x2many.

    Raises:
        ValueError: As Odoo, for a value the field cannot hold.
        SqlError: As Postgres, for a date that is none.
    """
    return _CONVERSIONS[field_def.type](field_def, model, value)


def _text(_field: Field, _model: str, value: Any) -> Any:
    if value is None or value is False:
        return False
    text = str(value)
    if "\0" in text:
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")
    return text


def _html(field_def: Field, model: str, value: Any) -> Any:
    text = _text(field_def, model, value)
    return sanitize(text, keep_div=field_def.keeps_div) if text else text


def _integer(_field: Field, _model: str, value: Any) -> int:
    return int(value or 0)


def _float(_field: Field, _model: str, value: Any) -> float:
    return float(value or 0.0)


def _boolean(_field: Field, _model: str, value: Any) -> bool:
    return bool(value)


def _selection(field_def: Field, model: str, value: Any) -> Any:
    if value is None or value is False:
        return False
    if value not in {key for key, _ in field_def.selection}:
        raise ValueError(f"Wrong value for {model}.{field_def.name}: {value!r}")
    return value


def _date(_field: Field, _model: str, value: Any) -> Any:
    if not value:
        return False
    text = str(value)[:10]
    try:
        if not _DATE.match(text):
            raise ValueError  # noqa: TRY301 - both ways are Postgres' one refusal
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        raise SqlError(
            "psycopg2.errors.InvalidDatetimeFormat",
            f'invalid input syntax for type date: "{value}"',
        ) from None
    return text


def _datetime(_field: Field, _model: str, value: Any) -> Any:
    if not value:
        return False
    text = str(value)
    if _DATE.match(text):
        text += " 00:00:00"
    if _MOMENT.fullmatch(text):
        datetime.fromisoformat(text)  # much quicker than what follows
        return text
    datetime.strptime(text, _FORMAT)  # noqa: DTZ007 - Odoo's are UTC without saying so
    return text


def _many2one(field_def: Field, model: str, value: Any) -> Any:
    if not value:
        return False
    if isinstance(value, list | tuple):
        value = value[0]
    if not isinstance(value, int) or isinstance(value, bool):
        text = str(value)
        if not text.isdigit():
            raise SqlError(
                "psycopg2.errors.InvalidTextRepresentation",
                f'invalid input syntax for type integer: "{text}" ({model}.{field_def.name})',
            )
        value = int(text)
    return value


_CONVERSIONS = {
    "char": _text,
    "text": _text,
    "html": _html,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "selection": _selection,
    "date": _date,
    "datetime": _datetime,
    "many2one": _many2one,
}


@dataclass(slots=True)
class Commands:
    """x2many commands in order, each with what it needs of the three numbers Odoo knows.

    Attributes:
        steps: (code, id, values): 0 create, 1 update, 2 delete, 3 unlink, 4 link, 5 clear,
            6 set (the ids are the values).
    """

    steps: list[tuple[int, int, Any]] = field(default_factory=list)


def commands(field_def: Field, model: str, value: Any) -> Commands:
    """Read what a create or write gives for an x2many: commands, plain ids or False."""
    if value is False or value is None:
        return Commands([(6, 0, [])])
    if not isinstance(value, list | tuple):
        raise ValueError(  # noqa: TRY004 - Odoo's own
            f"Wrong value for {model}.{field_def.name}: {value}"
        )
    if value and not any(isinstance(item, list | tuple) for item in value):
        return Commands([(6, 0, ids_of(value))])
    steps = []
    for item in value:
        code, record_id, values = (*item, 0, 0)[:3]
        steps.append((code, record_id or 0, ids_of(values) if code == 6 else values))
    return Commands(steps)


def ids_of(values: Iterable[Any]) -> list[int]:
    """Return ids, or refuse what is none as Postgres does."""
    result = []
    for value in values:
        if not isinstance(value, int) or isinstance(value, bool):
            raise SqlError(
                "psycopg2.errors.InvalidTextRepresentation",
                f'invalid input syntax for type integer: "{value}"',
            )
        result.append(value)
    return result
