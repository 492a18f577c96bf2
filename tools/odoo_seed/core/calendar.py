"""Working days: the weekend, a country's public holidays, and what is different here."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As `date.weekday` counts them."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days people work.

    Attributes:
        country: ISO 3166 code of the country whose public holidays are free; None for none.
        weekend: Names out of WEEKDAYS.
        add: Days that are free besides, such as a local holiday.
        remove: Days on which people work all the same.

    Raises:
        ValueError: Nobody keeps the holidays of this country.
    """

    country: str | None = None
    weekend: tuple[str, ...] = ("sat", "sun")
    add: tuple[date, ...] = ()
    remove: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if self.country is not None and self.country not in countries():
            raise ValueError(f"no holidays are known for the country {self.country}")

    def is_working_day(self, day: date) -> bool:
        """Whether people work on this day."""
        if day in self.remove:
            return True
        if WEEKDAYS[day.weekday()] in self.weekend or day in self.add:
            return False
        return self.country is None or day not in _public_holidays(self.country, day.year)

    def holiday(self, day: date) -> str:
        """What the public holiday of a day is called in English; empty when it is none."""
        return "" if self.country is None else _public_holidays(self.country, day.year).get(day, "")

    def working_days(self, year: int, month: int) -> list[date]:
        """All working days of one month, in order."""
        days = (date(year, month, number + 1) for number in range(days_in(year, month)))
        return [day for day in days if self.is_working_day(day)]


def days_in(year: int, month: int) -> int:
    """The number of days of a month."""
    return monthrange(year, month)[1]


@cache
def countries() -> frozenset[str]:
    """Codes of the countries whose public holidays are known, of two letters and of three."""
    from holidays import list_supported_countries  # noqa: PLC0415 - a sixth of a second

    return frozenset(list_supported_countries())


@cache
def _public_holidays(country: str, year: int) -> dict[date, str]:
    from holidays import country_holidays  # noqa: PLC0415 - as above

    return dict(country_holidays(country, years=year))
