"""The schedule of a period as iCalendar (RFC 5545), for Outlook, Google and Apple."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.prop import vText

from odoo_seed.core.escape import plain
from odoo_seed.core.report_agenda import amount, title

if TYPE_CHECKING:
    from odoo_seed.core.agenda import Agenda
    from odoo_seed.core.loads import Entry

_LONG = 500
_UTC = ZoneInfo("UTC")


class _Text(vText):
    r"""Text escaped as RFC 5545 3.3.11 says; icalendar 7 takes a backslash and N for a line end.

    So the company ``TBWA\NY`` would lose both.
    """

    def to_ical(self) -> bytes:
        """Return the value as it stands in a file."""
        return re.sub(r"([\\;,])", r"\\\1", self).replace("\n", r"\n").encode()


def ical(agenda: Agenda, now: datetime) -> bytes:
    """Return one event a task and milestone; UTF-8 with the line ends of the standard.

    The same ref has the same UID for ever, so that a calendar that is imported again moves its
    events instead of doubling them. A deadline without a time is an event of the whole day. Nobody
    is invited: people stand in the description, since attendees would get mails.

    Args:
        now: When this is made, with a time zone.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//odoo-seed//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", agenda.period.name)
    for entry in agenda.entries:
        if entry.day is not None:
            calendar.add_component(_event(entry, entry.day, ZoneInfo(agenda.time_zone), now))
    return bytes(calendar.to_ical())


def _event(entry: Entry, day: date, zone: ZoneInfo, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.kind}-{entry.external_ref}@odoo-seed")
    event.add("dtstamp", now.astimezone(_UTC))
    if entry.time:  # a moment: without an end
        moment = datetime.fromisoformat(f"{day}T{entry.time}").replace(tzinfo=zone)
        event.add("dtstart", moment.astimezone(_UTC))
    else:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
    mark = "◆ " if entry.kind == "milestone" else ""
    event.add("summary", _Text(plain(f"{mark}{title(entry)}", _LONG)))
    event.add("description", _Text("\n".join(_description(entry))))
    event.add("categories", [plain(entry.project.external_ref)])
    event.add("transp", "TRANSPARENT")  # a deadline does not make anybody busy
    return event


def _description(entry: Entry) -> list[str]:
    who = ", ".join(map(plain, entry.people))
    told = [
        f"{plain(entry.project.name, _LONG)} ({plain(entry.project.company_name, _LONG)})",
        who and f"Who: {who}",
        amount(entry) and f"Planned: {amount(entry)}",
        f"Ref: {plain(entry.external_ref)}",
    ]
    return [line for line in told if line]
