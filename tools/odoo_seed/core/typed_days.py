"""Dates as people type them into cells that are text, without guessing."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from odoo_seed.core.deadlines import parse_deadline

if TYPE_CHECKING:
    from collections.abc import Iterable

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_TIME = re.compile(r"(?:^|[T\s])(\d{1,2})(?::(\d\d))?(?::00)?\s*([ap]\.?m\.?)?$", re.IGNORECASE)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", re.IGNORECASE)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}})[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})",
        rf"{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})",
        r"(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>\d{4})",
    )
)
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
_WRITTEN = "write it like 2026-01-09"


def proven_order(texts: Iterable[str]) -> bool | None:
    """Whether the month comes first in days such as ``02/03/2026``; None when that is not sure.

    It is sure where a program wrote them: all alike, and some possible in one order only.
    """
    proofs = set()
    for text in texts:
        found = _SLASHES.match(text.strip())
        if found is None:
            return None
        first, second = int(found[1]), int(found[2])
        if (first > 12) != (second > 12):
            proofs.add(second > 12)
    return proofs.pop() if len(proofs) == 1 else None


def typed_deadline(text: str, month_first: bool | None = None) -> str:
    """Return the canonical deadline that a text means, such as ``9 Jan 2026 3 pm``.

    Args:
        text: As typed.
        month_first: Of days with slashes, where it is known.

    Raises:
        ValueError: With a clause for people: it is no date, or may be one of two.
    """
    day, time = _split(_WEEKDAY.sub("", text.strip()))
    found = _day(day, month_first).isoformat()
    return parse_deadline(f"{found}T{time}") if time else found


def typed_day(text: str, month_first: bool | None = None) -> date:
    """Return the day that a text means; ValueError as above, also when it has a time."""
    found = typed_deadline(text, month_first)
    if "T" in found:
        raise ValueError("only a day belongs here, without a time")
    return date.fromisoformat(found)


def _split(text: str) -> tuple[str, str]:
    """The day and, as ``HH:MM``, the time; midnight, which spreadsheets add, is no time."""
    found = _TIME.search(text)
    if found is None or not (found[2] or found[3]):
        return text, ""
    hour, half = int(found[1]), (found[3] or "").lower()[:1]
    if half:
        hour = hour % 12 + 12 * (half == "p")
    time = f"{hour:02}:{found[2] or '00'}"
    return text[: found.start()].rstrip(" ,"), "" if time == "00:00" and not half else time


def _day(text: str, month_first: bool | None) -> date:
    for form in _FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            month = parts.get("number") or _MONTHS.index(parts["month"].lower()) + 1
            return _date(int(parts["year"]), int(month), int(parts["day"]))
    if found := _SLASHES.fullmatch(text):
        first, second, year = map(int, found.groups())
        if first > 12 or first == second:
            return _date(year, second, first)
        if second > 12:
            return _date(year, first, second)
        days = (_date(year, second, first), _date(year, first, second))
        if month_first is not None:
            return days[month_first]
        told = " or ".join(f"{day.day} {day:%B} {day.year}" for day in days)
        raise ValueError(f"it may be {told}; {_WRITTEN}")
    raise ValueError(f"it is no date that can be read; {_WRITTEN}")


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no such day in the calendar; {_WRITTEN}") from None
