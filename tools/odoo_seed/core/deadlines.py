"""Dates and deadlines as people write them in the seed."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DEADLINE = re.compile(r"(\d{4}-\d\d-\d\d)[T ]([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def parse_date(text: str) -> date:
    """Return the day that ``YYYY-MM-DD`` names.

    Raises:
        ValueError: With a clause for people that says what is wrong.
    """
    if not _DATE.fullmatch(text):
        raise ValueError("a date is written like 2026-01-09")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None


def parse_deadline(text: str) -> str:
    """Return the canonical form: ``YYYY-MM-DD`` or ``YYYY-MM-DDTHH:MM``.

    Raises:
        ValueError: With a clause for people. Midnight is refused because it reads as either
            end of a day; a bare date says what is meant.
    """
    if len(text) == 10:
        return parse_date(text).isoformat()
    match = _DEADLINE.fullmatch(text)
    if match is None:
        raise ValueError(
            "a deadline is a date like 2026-01-09, or with a time like 2026-01-09T15:00"
            " (hours and minutes in the policy's time zone)"
        )
    day, hour, minute = match.groups()
    parse_date(day)
    if hour == minute == "00":
        raise ValueError(f"midnight is ambiguous; for the whole day write {day}")
    return f"{day}T{hour}:{minute}"
