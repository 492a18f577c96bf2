"""What Odoo's ORM reads: search, read, read_group, fields_get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox import access
from odoo_seed.sandbox.domains import candidates, compile_domain, names_active
from odoo_seed.sandbox.exceptions import invalid_field
from odoo_seed.sandbox.schema import MANY
from odoo_seed.sandbox.values import ids_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from odoo_seed.sandbox.environment import Env
    from odoo_seed.sandbox.schema import Field, ModelDef

Domain = "Sequence[Any]"


class Queries:
    """The reading half of a model in one environment."""

    def __init__(self, env: Env, definition: ModelDef) -> None:
        self.env = env
        self.definition = definition
        self.name = definition.name
        self.fields = definition.fields
        self.rows = env.db.rows[definition.name]
        stored = [field for field in self.fields.values() if not field.computed]
        self.required = [f for f in stored if f.required and f.type not in MANY]
        self.references = [f for f in stored if f.type == "many2one"]
        zero = {"integer": 0, "float": 0.0}
        self._blank = {f.name: zero.get(f.type, False) for f in stored if f.type not in MANY}

    def search(
        self,
        domain: Sequence[Any],
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[int]:
        """Return the ids of the visible records that match."""
        access.check_model(self.env, self.name, "read")
        found = access.visible(self.env, self.name, self.find(domain, order), "read")
        return found[offset : offset + limit if limit else None]

    def search_count(self, domain: Sequence[Any], limit: int | None = None) -> int:
        """Count the visible records that match."""
        return len(self.search(domain, limit=limit))

    def search_read(
        self,
        domain: Sequence[Any] | None = None,
        fields: Sequence[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        **read_kwargs: Any,
    ) -> list[dict[str, Any]]:
        """Search, then read without `active_test`, as Odoo does (odoo/models.py)."""
        ids = self.search(domain or [], offset, limit, order)
        context = {k: v for k, v in self.env.context.items() if k != "active_test"}
        plain = type(self.env)(
            self.env.db, self.env.server_state, self.env.uid, context,
            sudo_mode=self.env.sudo_mode,
        )  # fmt: skip
        rows: list[dict[str, Any]] = plain[self.name].read(ids, fields, **read_kwargs)
        return rows

    def read(
        self,
        ids: int | Sequence[int],
        fields: Sequence[str] | None = None,
        load: str = "_classic_read",
    ) -> list[dict[str, Any]]:
        """Read fields of records; ids that do not exist are left out."""
        access.check_model(self.env, self.name, "read")
        wanted = [one for one in self._ids(ids) if one in self.rows]
        access.check_records(self.env, self.name, wanted, "read")
        names = list(dict.fromkeys(fields)) if fields else list(self.fields)
        formats = []
        for name in names:
            if name not in self.fields:
                raise invalid_field(self.name, name)
            if name != "id":
                formats.append((name, self._formatter(self.fields[name], load)))
        return [{"id": one} | {name: show(one) for name, show in formats} for one in wanted]

    def fields_get(
        self, allfields: Sequence[str] | None = None, attributes: Sequence[str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Describe the fields; unknown names are left out."""
        described = {}
        for name, field in self.fields.items():
            if allfields and name not in allfields:
                continue
            facts: dict[str, Any] = {
                "name": name,
                "type": field.type,
                "string": field.string,
                "required": field.required,
                "readonly": field.readonly,
                "store": not field.computed,
                "searchable": True,
                "manual": field.manual,
            }
            if field.relation:
                facts["relation"] = field.relation
            if field.selection:
                facts["selection"] = [list(pair) for pair in field.selection]
            described[name] = {k: v for k, v in facts.items() if not attributes or k in attributes}
        return described

    def read_group(
        self,
        domain: Sequence[Any],
        fields: Sequence[str],
        groupby: str | Sequence[str],
        offset: int = 0,
        limit: int | None = None,
        orderby: str = "",
        lazy: bool = True,
    ) -> list[dict[str, Any]]:
        """Group the visible records that match, with counts and sums, by value ascending."""
        names = [groupby] if isinstance(groupby, str) else list(groupby)
        by = names[:1] if lazy else names
        for name in by:
            if name not in self.fields:
                raise invalid_field(self.name, name)
        groups: dict[tuple[Any, ...], list[int]] = {}
        for record_id in self.search(domain, order=orderby or "id"):
            key = tuple(self.getter(self.fields[name])(record_id) for name in by)
            groups.setdefault(key, []).append(record_id)
        sums = [spec.partition(":")[0] for spec in fields]
        sums = [n for n in sums if n in self.fields and self.fields[n].type == "float"]
        answer = []
        for key in sorted(groups, key=lambda k: [(v is False, str(v)) for v in k]):
            members = groups[key]
            row: dict[str, Any] = {}
            condition: list[Any] = ["&"] * len(by) + list(domain) if domain else []
            for name, value in zip(by, key, strict=True):
                field = self.fields[name]
                row[name] = self._pair(field, value) if field.type == "many2one" else value
                condition.append([name, "=", value])
            row |= {n: sum(self.rows[one][n] for one in members) or False for n in sums}
            row[f"{by[0]}_count" if lazy else "__count"] = len(members)
            row["__domain"] = condition
            answer.append(row)
        return answer[offset : offset + limit if limit else None]

    def name_search(
        self,
        name: str = "",
        args: Sequence[Any] | None = None,
        operator: str = "ilike",
        limit: int = 100,
    ) -> list[list[Any]]:
        """Return pairs of id and name."""
        domain = [*(args or []), ("name", operator, name)] if name else list(args or [])
        return [[one, self.label(one)] for one in self.search(domain, limit=limit)]

    def has_access(self, _ids: Sequence[int], operation: str) -> bool:
        """Say whether the access lists allow an operation."""
        return access.may(self.env, self.name, operation)

    def check_access_rights(
        self,
        operation: str,
        raise_exception: bool = True,
    ) -> bool:
        """Say, or raise, whether the access lists allow an operation."""
        if raise_exception:
            access.check_model(self.env, self.name, operation)
        return access.may(self.env, self.name, operation)

    def find(self, domain: Sequence[Any], order: str | None = None) -> list[int]:
        """Return the ids that match, without record rules; archived ones only when asked for."""
        test = compile_domain(self.env, self.name, domain)
        likely = candidates(self.env, self.name, domain)
        ids = self.rows if likely is None else [one for one in likely if one in self.rows]
        active = "active" in self.fields and self.env.context.get("active_test", True)
        if active and not names_active(domain):
            found = [one for one in ids if self.rows[one]["active"] and test(one)]
        else:
            found = [one for one in ids if test(one)]
        return self.in_order(found, order or self.definition.order)

    def in_order(self, ids: Iterable[int], order: str) -> list[int]:
        """Sort records; empty values are last ascending, as in Postgres."""
        found = sorted(ids)
        for term in reversed(order.split(",")):
            name, _, direction = term.strip().partition(" ")
            field = self.fields.get(name)
            if field is None:
                raise invalid_field(self.name, name)
            if field.type in MANY or field.computed:
                raise ValueError(
                    f"Cannot convert {self.name}.{name} to SQL because it is not stored"
                )
            found.sort(key=self._sort_key(field), reverse="desc" in direction.lower())
        return found

    def _sort_key(self, field: Field) -> Callable[[int], tuple[bool, Any]]:
        rows, name = self.rows, field.name
        if field.type == "many2one":
            other = self.env.sudo()[field.relation]
            targets = {row[name] for row in rows.values() if row[name]}
            rank = {one: n for n, one in enumerate(other.in_order(targets, other.definition.order))}
            return lambda one: (rows[one][name] is False, rank.get(rows[one][name], 0))
        if field.type in ("boolean", "integer", "float"):
            return lambda one: (False, rows[one][name])
        return lambda one: (rows[one][name] is False, rows[one][name] or "")

    def getter(self, field: Field) -> Callable[[int], Any]:
        """Return a function that gives a field's raw value: an id, a set of ids, a scalar."""
        if field.computed:
            compute: Callable[[int], Any] = getattr(self, f"compute_{field.name}")
            return compute
        if field.type in MANY:
            return lambda record_id: self.many(record_id, field)
        rows, name, column = self.rows, field.name, self.env.column(field)
        if column != name:  # English stands in for what is not translated
            return lambda record_id: rows[record_id].get(column, rows[record_id][name])
        return lambda record_id: rows[record_id][name]

    def many(self, record_id: int, field: Field) -> set[int]:
        """Return the raw ids of an x2many, archived ones included."""
        if field.type == "one2many":
            return self.env.db.pointers[field.relation][field.inverse].get(record_id, set())
        return self.env.db.links[field.table].of(field.side, record_id)

    def label(self, record_id: int) -> str:
        """Return the display name."""
        return str(self.rows[record_id].get("name") or f"{self.name},{record_id}")

    compute_display_name = label

    def _formatter(self, field: Field, load: str) -> Callable[[int], Any]:
        get = self.getter(field)
        if field.type in MANY:
            return lambda one: self._visible_many(field, get(one))
        if field.type == "many2one" and load == "_classic_read":
            return lambda one: self._pair(field, get(one))
        return get

    def _pair(self, field: Field, value: Any) -> Any:
        return [value, self.env[field.relation].label(value)] if value else False

    def _visible_many(self, field: Field, ids: Iterable[int]) -> list[int]:
        if not ids:
            return []
        other = self.env[field.relation]
        shown = list(ids)
        hide = self.env.context.get("active_test", True) and not field.any_active
        if hide and "active" in other.fields:
            shown = [one for one in shown if other.rows[one]["active"]]
        shown = access.visible(self.env, field.relation, shown, "read")
        ordered: list[int] = other.in_order(shown, other.definition.order)
        return ordered

    def _ids(self, ids: int | Sequence[int]) -> list[int]:
        return ids_of([ids] if isinstance(ids, int) else ids)

    def empty(self) -> dict[str, Any]:
        """Return a row in which nothing is set."""
        return dict(self._blank)
