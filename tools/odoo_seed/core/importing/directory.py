"""Who the short codes of a workbook are: learnt from every place that tells an e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_seed.core.importing.cells import says_nothing
from odoo_seed.core.importing.drafts import Person
from odoo_seed.core.importing.words import email_in, normal, people_in
from odoo_seed.core.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo_seed.core.importing.cells import Cells
    from odoo_seed.core.importing.doubts import Doubts
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.importing.tables import FoundTable, TableRow
    from odoo_seed.core.workbook import Cell


class Directory:
    """E-mail addresses by code, by name and by role."""

    def __init__(self, profile: Profile) -> None:
        self._emails: dict[str, str] = dict(profile.people)
        self._roles: dict[str, set[str]] = {}

    def learn(self, tables: Iterable[FoundTable], doubts: Doubts) -> None:
        """Take over what the tables tell: lists of people first, then columns beside names."""
        for table in sorted(tables, key=lambda one: one.rule.kind != "people"):
            for row in table.rows:
                self._learn_row(table, row, doubts)

    def role_of(self, code: str) -> str | None:
        """The role that a code was given somewhere; None for none or several."""
        roles = {role for role, codes in self._roles.items() if normal(code) in codes}
        return roles.pop() if len(roles) == 1 else None

    def people(self, cell: Cell | None, cells: Cells, step: str = "") -> tuple[Person, ...] | None:
        """Everybody a cell names; None when it says nothing.

        Args:
            cell: The cell.
            cells: Reads its sheet.
            step: The cell's words, when it is not a cell of people but a heading naming a role.
        """
        text = step or cells.text(cell, "person")
        if text is None or cell is None:
            return None
        found = []
        for code, role, email in people_in(text):
            known = email or self._emails.get(normal(code)) or self._by_role(code)
            if known is None:
                said = f"nobody knows the e-mail address of {quoted(code)}"
                remedy = "add it to the sheet of people, or to people in the profile"
                cells.doubts.doubt("no-email", cells.sheet, cell, said, remedy)
            found.append(Person(code, role, known, cell))
        return tuple(found)

    def _by_role(self, role: str) -> str | None:
        codes = self._roles.get(normal(role), set())
        emails = {self._emails[code] for code in codes if code in self._emails}
        return emails.pop() if len(emails) == 1 else None

    def _learn_row(self, table: FoundTable, row: TableRow, doubts: Doubts) -> None:
        address = row.get("email")
        email = email_in(address.value) if address and isinstance(address.value, str) else None
        if address is not None and email is None and not says_nothing(address):
            found = f"{quoted(str(address.value))} is not one e-mail address"
            doubts.doubt("no-email", table.sheet, address, found, "write one, as ana@example.com")
        for (field, _), cell in row.cells.items():
            if field not in {"person", "name"} or not isinstance(cell.value, str):
                continue
            named = people_in(cell.value)
            for code, role, own in named:
                if role is not None:
                    self._roles.setdefault(normal(role), set()).add(normal(code))
                if own is not None:
                    self._know(code, own, table, cell, doubts)
            if email is not None and address is not None and len(named) == 1:
                self._know(named[0][0], email, table, address, doubts)
        role_cell, code_cell = row.get("role"), row.get("person")
        if role_cell and code_cell and isinstance(role_cell.value, str):
            for code, _, _ in people_in(str(code_cell.value)):
                self._roles.setdefault(normal(role_cell.value), set()).add(normal(code))

    def _know(self, code: str, email: str, table: FoundTable, cell: Cell, doubts: Doubts) -> None:
        known = self._emails.setdefault(normal(code), email)
        if known != email:
            found = f"{quoted(code)} has the e-mail address {email} here and {known} elsewhere"
            doubts.doubt("two-emails", table.sheet, cell, found, "keep the right one")
