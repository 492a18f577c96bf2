"""What people write into cells: durations, periods, days and names in words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from odoo_seed.core.periods import Period, period_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"


@lru_cache(maxsize=65_536)
def normal(text: str) -> str:
    """Return what of a heading or name counts when two are compared.

    Without accents, case, numbering in front and what is neither letter nor digit.
    """
    text = unicodedata.normalize("NFKD", without_number(text)).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", text.replace("_", " ")))


def without_number(text: str) -> str:
    """Return ``Calculate VAT`` for ``2. Calculate VAT`` and ``- Calculate VAT``, on one line."""
    line = re.sub(r"^[-–—•·*]\s+(?=\S)", "", " ".join(text.split()))
    return re.sub(r"^\(?\d{1,3}(?:\.\d{1,3})*[.):]\)?\s+(?=\S)", "", line)


_AMOUNT = re.compile(
    r"(?P<number>\d+/\d+|\d+(?:[.,]\d+)?|\.\d+|\b(?:half|one|two|three|an?)\b)"
    r"\s*(?:-\s*)?(?:of\s+)?(?:an?\s+)?"
    r"(?P<unit>d|days?|hours?|hrs?|h|minutes?|mins?|m|weeks?|wks?|w)\b\.?"
)
_LONGEST = 10_000
"""Hours of one step: five years."""

_NUMBERS = {"half": 0.5, "one": 1.0, "a": 1.0, "an": 1.0, "two": 2.0, "three": 3.0}


def hours_in(text: str, per_day: float) -> float:
    """Return the hours of ``1 Day``, ``0.5 day``, ``1/2 day``, ``2 hrs``, ``1 day 4 hours``.

    Args:
        text: A number alone counts days.
        per_day: Hours of a day.

    Raises:
        ValueError: It is no duration.
    """
    said = " ".join(text.casefold().replace("½", "1/2").replace("¼", "1/4").split())
    if re.fullmatch(r"\d+(?:\.\d+)?", said):
        return _likely(float(said) * per_day)
    total, end = 0.0, 0
    for match in _AMOUNT.finditer(said):
        if said[end : match.start()].strip(" ,and+"):
            raise ValueError("no duration")
        units = {"d": per_day, "w": per_day * 5, "h": 1.0, "m": 1 / 60}
        total += _number(match["number"]) * units[match["unit"][0]]
        end = match.end()
    if not end or said[end:].strip(" ."):
        raise ValueError("no duration")
    return _likely(round(total, 4))


def _likely(hours: float) -> float:
    if hours > _LONGEST:
        raise ValueError("no duration")
    return hours


def _number(text: str) -> float:
    if text in _NUMBERS:
        return _NUMBERS[text]
    if "/" in text:
        above, below = text.split("/")
        if not int(below):
            raise ValueError("no duration")
        return int(above) / int(below)
    return float(text.replace(",", "."))


_QUARTERS = (
    re.compile(rf"\bq(?:uarter|tr)?\.?\s*(?P<quarter>[1-4])\W*(?:of\s+)?(?:[cf]y\s*)?{_YEAR}\b"),
    re.compile(
        rf"\b(?P<quarter>[1-4])(?:st|nd|rd|th)?\s*(?:q|qtr|quarter)\b\W*(?:of\s+)?{_YEAR}\b"
    ),
    re.compile(rf"\b{_YEAR}\W*q(?P<quarter>[1-4])\b"),
)
_MONTH_YEAR = (
    re.compile(rf"\b{_MONTH}[\s,/-]*{_YEAR}\b"),
    re.compile(rf"\b{_MONTH}\s*[-'’]\s*(?P<short>\d\d)\b"),
    re.compile(rf"\b{_YEAR}[-/ ](?P<number>0[1-9]|1[0-2])\b(?![-/]\d)"),
    re.compile(rf"\b{_YEAR}\W+{_MONTH}(?![a-z])"),
)
_YEARS = re.compile(rf"(?:annual(?:ly)?|year(?:ly)?|full year|[cf]y)\W*(?:ended\W*)?{_YEAR}\b")


_TO = r"\s*(?:[-–—/&,]|to|and|until|through)\s*"
_MONTHS_TO = re.compile(
    rf"\b{_MONTH.replace('month', 'first')}[\s,]*(?P<since>(?:19|20)\d\d)?{_TO}"
    rf"{_MONTH}[\s,/-]*{_YEAR}\b"
)
_QUARTERS_TO = re.compile(rf"\b(?:q\s*[1-4]|[1-4]q){_TO}(?:q?\s*[1-4]\b|[1-4]q)")
_NUMBERED = re.compile(rf"(?<![\d/-])(?P<number>0?[1-9]|1[0-2])\s*/\s*{_YEAR}\b")


def period_in(text: str) -> Period | None:
    """Return the period that a text names: ``Q1 2026``, ``Jan-Mar 2026``, ``January 2026 close``.

    None also for several periods, such as ``Jan & Feb 2026``.
    """
    said = " ".join(text.replace("_", " ").casefold().split())
    if match := _MONTHS_TO.search(said):
        return _months_to(_month(match["first"]), _month(match["month"]), match)
    if _QUARTERS_TO.search(said):
        return None
    for pattern in _QUARTERS:
        if match := pattern.search(said):
            return Period("quarter", int(match["year"]) * 4 + int(match["quarter"]) - 1)
    for pattern in _MONTH_YEAR:
        if match := pattern.search(said):
            found = match.groupdict()
            year = int(found.get("year") or f"20{found.get('short')}")
            number = found.get("number")
            month = int(number) if number else _month(found["month"] or "")
            return Period("month", year * 12 + month - 1)
    if match := _NUMBERED.search(said):
        return Period("month", int(match["year"]) * 12 + int(match["number"]) - 1)
    match = _YEARS.search(said) or re.fullmatch(_YEAR, said)
    return Period("year", int(match["year"])) if match else None


def _months_to(first: int, last: int, match: re.Match[str]) -> Period | None:
    year = int(match["year"])
    if match["since"] not in {None, match["year"]}:
        return None
    if (first, last) == (1, 12):
        return Period("year", year)
    if first % 3 == 1 and last == first + 2:
        return Period("quarter", year * 4 + first // 3)
    return None


def month_of(day: date) -> Period:
    """The month that a date stands for."""
    return period_of(day, "month")


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<number>\d\d?)-(?P<day>\d\d?)(?:[t ]\d\d:\d\d(?::\d\d)?)?"),
    re.compile(rf"{_MONTH}\s*(?P<day>\d\d?)(?:st|nd|rd|th)?(?:\s*,?\s*{_YEAR})?"),
    re.compile(rf"(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]*{_MONTH}(?:[\s,-]*{_YEAR})?"),
    re.compile(rf"(?P<day>\d\d?)[\s/-]{_MONTH}[\s/-](?P<year>\d\d)"),
)
_NUMERIC = re.compile(
    r"(?P<one>\d\d?)(?P<between>[/.-])(?P<two>\d\d?)[/.-](?P<year>\d{4}|(?<!-)\d\d)"
)
_WEEKDAY = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+|,?\s+(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?$"
)
_CLAIM = re.compile(
    rf"{_MONTH}\s*(?P<day>\d\d?)(?:\s*,?\s*{_YEAR})?\s*(?:is|=|falls on)\s*(?:an?\s+)?"
    r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)"
)


def day_in(text: str, near: date | None, *, month_first: bool) -> date:
    """Return the day of ``Oct 12 (Oct 10 is Sat)``, ``12-Oct-26``, ``10/12/2026``, ``12.10.2026``.

    Args:
        text: What stands in brackets is left aside.
        near: A day without a year is the one nearest to this; None when there is none.
        month_first: Whether ``10/12/2026`` is in October.

    Raises:
        ValueError: It is no day, or one of an unknown year.
    """
    said = re.sub(r"\([^)]*\)", " ", text.casefold())
    said = _WEEKDAY.sub("", " ".join(said.split())).strip(" .,")
    if match := _NUMERIC.fullmatch(said):
        one, two = int(match["one"]), int(match["two"])
        month, day = (one, two) if month_first and match["between"] != "." else (two, one)
        return date(_full(match["year"]), month, day)
    for pattern in _DAYS:
        if match := pattern.fullmatch(said):
            found = match.groupdict()
            month = int(found.get("number") or 0) or _month(found["month"] or "")
            if found["year"]:
                return date(_full(found["year"]), month, int(found["day"]))
            return _nearest(month, int(found["day"]), near)
    raise ValueError("no day")


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _nearest(month: int, day: int, near: date | None) -> date:
    if near is None:
        raise ValueError("a day without a year")
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:  # 29 February
            continue
    if not days:
        raise ValueError("no such day")
    return min(days, key=lambda found: abs((found - near).days))


def wrong_weekday(text: str, due: date) -> str:
    """Return what a text such as ``(Oct 10 is Sat)`` says wrongly; empty when it is right.

    Args:
        text: The cell.
        due: The day that the cell means: the claim is about a day near to it.
    """
    for match in _CLAIM.finditer(" ".join(text.casefold().split())):
        try:
            if match["year"]:
                day = date(int(match["year"]), _month(match["month"]), int(match["day"]))
            else:
                day = _nearest(_month(match["month"]), int(match["day"]), due)
        except ValueError:
            continue
        if _WEEKDAYS[day.weekday()] != match["weekday"]:
            return f"{day.day} {day:%b %Y} is a {day:%A}"
    return ""


_EMAIL = re.compile(r"[^\s@<>(),;:\"]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_BRACKETS = re.compile(r"^(?P<code>.*?)\s*[(\[](?P<role>[^()\[\]]*)[)\]]\s*$", re.DOTALL)


def people_in(text: str) -> list[tuple[str, str | None, str | None]]:
    """Return code, role and e-mail of everybody a cell names: ``ABC (SFM) / DEF``."""
    found = []
    for part in re.split(r"[/;&\n]|\band\b", text):
        emails = _EMAIL.findall(part)
        rest = _EMAIL.sub("", part)
        match = _BRACKETS.match(rest.strip(" <>,"))
        code, role = (match["code"], match["role"].strip()) if match else (rest, "")
        code = " ".join(code.strip(" <>,()").split())
        if code or emails:
            email = emails[0].lower() if emails else None
            found.append((code or str(email), role or None, email))
    return found


def email_in(text: str) -> str | None:
    """Return the one e-mail address of a cell; None when there is none, or several."""
    found = _EMAIL.findall(text)
    return found[0].lower() if len(found) == 1 else None
