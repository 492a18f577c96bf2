"""Customers and analytic accounts: called as the bindings call them, by reference or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.edges.odoo.mapping import NAMED_BY, ODOO_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from odoo_seed.core.live import LiveQuery, Named

    Row = Mapping[str, Any]
    Search = Callable[[str, Sequence[str], Sequence[Any]], Sequence[Row]]


class Bound:
    """What one reading found of them.

    Args:
        search: Reads the records of a model that a domain finds, archived ones included.
        projects: The rows of the projects.
        companies: Ids by name.
    """

    def __init__(
        self,
        query: LiveQuery,
        search: Search,
        projects: Iterable[Row],
        companies: Mapping[str, int],
    ) -> None:
        self._query = query
        self._companies = companies
        self._rows: dict[str, dict[int, Row]] = {}
        listed = list(projects)
        for field in query.bound_fields:
            name = ODOO_NAMES["project"][field]
            self._rows[field] = {row["id"]: row for row in self._found(field, name, search, listed)}

    def _found(
        self, field: str, odoo_name: str, search: Search, projects: Iterable[Row]
    ) -> Sequence[Row]:
        model, reference = NAMED_BY[odoo_name]
        texts = sorted({item.text for item in self._query.named if item.field == field})
        ids = sorted({row[odoo_name] for row in projects if row[odoo_name]})
        domain = ["|", "|", (reference, "in", texts), ("name", "in", texts), ("id", "in", ids)]
        rows = search(model, ["name", reference, "company_id", "active"], domain)
        return [{**row, "reference": row[reference]} for row in rows]

    def ids(self) -> dict[tuple[str, str, str], tuple[int, ...]]:
        """Ids by field, project and text, of what a project of its company may have."""
        return {
            (item.field, item.project_ref, item.text): self.ids_of(item)
            for item in self._query.named
        }

    def ids_of(self, item: Named, *, active: bool = True) -> tuple[int, ...]:
        """The reference goes over the name, the company's own over what is of no company.

        Args:
            active: False for those that are archived, which no project can get.
        """
        rows = [row for row in self._rows[item.field].values() if row["active"] is active]
        for key in ("reference", "name"):
            for company in (self._companies.get(item.company_name or ""), False):
                found = [
                    row["id"]
                    for row in rows
                    if row[key] == item.text
                    and company is not None
                    and row["company_id"] == company
                ]
                if found:
                    return tuple(sorted(found))
        return ()

    def values(self, project_ref: str, row: Row) -> dict[str, str | None]:
        """What a project has: as it is to be called where it is that, else by name."""
        return {
            field: self._called(field, project_ref, row[ODOO_NAMES["project"][field]])
            for field in self._rows
        }

    def _called(self, field: str, project_ref: str, odoo_id: int) -> str | None:
        found = self._rows[field].get(odoo_id)
        if found is None:
            return None
        names = (found["reference"], found["name"])
        for item in self._query.named:
            if (item.field, item.project_ref) == (field, project_ref) and item.text in names:
                return item.text
        return str(found["name"] or found["reference"] or odoo_id)
